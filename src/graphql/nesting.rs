//! How deep the brackets of a document stand in each other, found in one pass before the parser sees it: the parser's
//! stack grows with them.

use super::error::{Error, Result};

/// How deep brackets of all kinds may stand in each other.
const MAX_DEPTH: usize = 64;

/// Refuses a document that is nested deeper than any question. What is no GraphQL is left to the parser.
pub(super) fn check(document: &str) -> Result<()> {
    let mut rest = document.as_bytes();
    let mut depth = 0_usize;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'#' => rest = after_comment(after),
            b'"' => rest = after_text(after),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let message =
                format!("brackets stand in each other more than {MAX_DEPTH} deep; nest selections or values less");
            return Err(Error::too_complex(message));
        }
    }
    Ok(())
}

/// What follows a comment: the rest of its line is part of it.
fn after_comment(inside: &[u8]) -> &[u8] {
    let end = inside.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    &inside[end.unwrap_or(inside.len())..]
}

/// What follows a text whose first quote was read. A text that does not end takes its line, or as a block the rest.
fn after_text(inside: &[u8]) -> &[u8] {
    if let Some(mut block) = inside.strip_prefix(b"\"\"") {
        while !block.is_empty() {
            if let Some(rest) = block.strip_prefix(b"\"\"\"") {
                return rest;
            }
            block = block.strip_prefix(b"\\\"\"\"").unwrap_or(&block[1..]);
        }
        return block;
    }
    let mut line = inside;
    while let Some((&first, rest)) = line.split_first() {
        line = match first {
            b'"' => return rest,
            b'\n' | b'\r' => return line,
            b'\\' => rest.get(1..).unwrap_or_default(),
            _ => rest,
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_have_a_limit() {
        let nested = |depth: usize| format!("{}a{}", "{[(".repeat(depth), ")]}".repeat(depth));
        assert!(check(&nested(MAX_DEPTH / 3)).is_ok());
        assert!(check(&nested(MAX_DEPTH / 3 + 1)).is_err());
        assert!(check(&"{ a }".repeat(MAX_DEPTH + 1)).is_ok(), "side by side");
    }

    #[test]
    fn brackets_in_texts_and_comments_are_none() {
        let brackets = "{".repeat(MAX_DEPTH + 1);
        for document in [
            format!("{{ field(text: \"{brackets}\\\"{brackets}\") }}"),
            format!("{{ field(text: \"\"\"{brackets} \\\"\"\" \" {brackets}\"\"\") }}"),
            format!("{{ field }} # {brackets}"),
        ] {
            assert!(check(&document).is_ok(), "{document}");
        }
    }

    #[test]
    fn an_unfinished_text_hides_no_brackets() {
        let brackets = "{".repeat(MAX_DEPTH + 1);
        assert!(check(&format!("{{ field(text: \"open\n{brackets}")).is_err());
        assert!(check(&format!("\"a\" {brackets}")).is_err());
        assert!(check(&format!("\"\" {brackets}")).is_err());
        assert!(check(&format!("# comment\r{brackets}")).is_err());
        for ending in ["\"", "\"\\", "\"\"\"", "\"\"\"\\", "\"\"\"a\"\"", "é", "\u{feff}"] {
            assert!(check(ending).is_ok(), "{ending}");
        }
    }
}
