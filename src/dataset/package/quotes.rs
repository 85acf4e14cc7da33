//! Quotes of a CSV file, as RFC 4180 wants them: a cell is quoted as a whole or not at all, and a quote within it
//! stands twice. Readers that accept more than that make another text of a mistyped line, or one cell of many lines.

/// Where the reading of a file stands.
enum Within {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// In a quoted cell, with the line on which it began.
    Quoted(u64),
    /// After a quote in a quoted cell: it ends the cell, or another one follows and both are one.
    AfterQuote(u64),
}

/// The lines on which a quote is misplaced, with what is wrong. After the first of a line the rest of it is not looked
/// at; nothing is after a quote that is never closed.
pub(crate) fn misplaced(text: &str) -> Vec<(u64, String)> {
    let mut found = Vec::new();
    let (mut line, mut within, mut is_told) = (1, Within::Start, false);
    for character in text.chars() {
        let is_break = character == '\n';
        within = match (within, character) {
            (Within::Quoted(since), '"') => Within::AfterQuote(since),
            (Within::Quoted(since), _) => Within::Quoted(since),
            (Within::AfterQuote(since), '"') => Within::Quoted(since),
            (_, ',' | '\n' | '\r') => Within::Start,
            (Within::Start, '"') => Within::Quoted(line),
            (Within::Plain, '"') => {
                if !is_told {
                    let message = "a quote within a cell that has none around it; \
                                   expected the whole cell in quotes, and the quote within it twice";
                    found.push((line, message.to_owned()));
                }
                is_told = true;
                Within::Plain
            }
            (Within::AfterQuote(since), _) => {
                if !is_told {
                    let goes_on = if since == line { String::new() } else { format!(" on line {line}") };
                    let message = format!(
                        "the quoted cell that begins here goes on after its closing quote{goes_on}; \
                         expected a comma or the end of the line there, and a quote within the cell twice"
                    );
                    found.push((since, message));
                }
                is_told = true;
                Within::Plain
            }
            (Within::Start | Within::Plain, _) => Within::Plain,
        };
        if is_break {
            line += 1;
            is_told = false;
        }
    }
    if let Within::Quoted(since) = within {
        found.push((
            since,
            "the quote that opens here is never closed; expected another one at the end of the cell".into(),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::misplaced;

    fn lines(text: &str) -> Vec<u64> {
        misplaced(text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn whole_cells_and_doubled_quotes_are_in_their_place() {
        for text in
            ["", "a,b\n", "\"a\",b\n", "a,\"b \"\"c\"\"\"\r\n", "\"\",\"\"\n", "\"a\nb\",c\n", "\"a,b\"", "'a',b"]
        {
            assert_eq!(lines(text), [0; 0], "{text:?}");
        }
    }

    #[test]
    fn what_a_lenient_reader_would_take_for_something_else_is_misplaced() {
        for (text, expected) in [
            ("h\na,\"b\nc,d\n", &[2][..]),
            ("h\n\"Al\"pha,b\n", &[2]),
            ("h\nAl\"pha\",b\nc\n", &[2]),
            ("h\na, \"b\"\n", &[2]),
            // Opened on the second line, and closed by what would open a cell of the third.
            ("h\na,\"b\nc,\"d\"\n", &[2]),
            ("h\n\"a\"b,\"c\"d\n\"e\"f\n", &[2, 3]),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
