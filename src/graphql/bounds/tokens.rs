//! The text of a document, in one pass before the parser sees it: the parser's stack and time grow
//! with what is bounded here.
//!
//! The pass also takes out what the parser does not know yet: descriptions of operations, fragments
//! and variables, as of the edition of September 2025. They are for those who read the document,
//! and change nothing of its answer.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use crate::graphql::{
    bounds::limits::Limits,
    request::error::{Error, Result},
};

/// Refuses a text that is larger than any question; else the text, without descriptions. What is no
/// GraphQL is left to the parser.
pub(crate) fn read<'a>(document: &'a str, limits: &Limits) -> Result<Cow<'a, str>> {
    Ok(without(document, &described(document, limits)?))
}

/// The descriptions of a document: of its first operation, and of variables by name.
pub(crate) fn descriptions(document: &str, limits: &Limits) -> Result<(Option<String>, HashMap<String, String>)> {
    let (mut operation, mut variables) = (None, HashMap::new());
    for place in described(document, limits)? {
        let rest = document[place.end..].trim_start_matches(|sign: char| sign.is_whitespace() || sign == ',');
        let text = told(&document[place]);
        match rest.strip_prefix('$') {
            Some(name) => {
                let end = until(name.as_bytes(), |byte| !(byte == b'_' || byte.is_ascii_alphanumeric()));
                variables.insert(name[..end].to_owned(), text);
            }
            None if operation.is_none() && !rest.starts_with("fragment") => operation = Some(text),
            None => {}
        }
    }
    Ok((operation, variables))
}

/// What a text says: its lines one after the other, without its quotes.
fn told(text: &str) -> String {
    let text = text.trim_matches('"').replace("\\\"\"\"", "\"\"\"").replace("\\\"", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The places of descriptions. Refuses a text that is larger than any question.
fn described(document: &str, limits: &Limits) -> Result<Vec<Range<usize>>> {
    let mut pass = Pass { open: Vec::new(), previous: Token::Start, text: None, descriptions: Vec::new() };
    let tokens = Tokens { document: document.as_bytes(), position: 0 };
    for (number, (token, place)) in tokens.enumerate() {
        if number >= limits.max_tokens {
            let most = limits.max_tokens;
            return Err(Error::too_complex(format!(
                "the document has more than {most} tokens; pass values as variables, or ask in several requests"
            )));
        }
        pass.take(token, place, limits)?;
    }
    Ok(pass.descriptions)
}

/// What a token is, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    /// Before the first one.
    Start,
    Name,
    Number,
    Text,
    Open(u8),
    Close,
    /// Any other sign.
    Sign(u8),
}

struct Pass {
    /// The brackets that stand open, each with the number of values in it.
    open: Vec<(u8, usize)>,
    previous: Token,
    /// The text just read, where it may be a description.
    text: Option<Range<usize>>,
    descriptions: Vec<Range<usize>>,
}

impl Pass {
    fn take(&mut self, token: Token, place: Range<usize>, limits: &Limits) -> Result<()> {
        let describes = match self.open[..] {
            [] => token == Token::Name,
            [(b'(', _)] => token == Token::Sign(b'$'),
            _ => false,
        };
        if let Some(text) = self.text.take().filter(|_| describes) {
            self.descriptions.push(text);
        }
        let is_value = matches!(token, Token::Name | Token::Number | Token::Text | Token::Open(_));
        if is_value && let Some((b'[', values)) = self.open.last_mut() {
            *values += 1;
            if *values > limits.max_list_values {
                let most = limits.max_list_values;
                return Err(Error::too_complex(format!(
                    "a list in the document has more than {most} values; give fewer"
                )));
            }
        }
        match token {
            Token::Open(bracket) => {
                self.open.push((bracket, 0));
                if self.open.len() > limits.max_nesting {
                    let most = limits.max_nesting;
                    return Err(Error::too_complex(format!(
                        "brackets stand in each other more than {most} deep; nest selections or values less"
                    )));
                }
            }
            Token::Close => {
                self.open.pop();
            }
            // A text after these signs is a value.
            Token::Text if !matches!(self.previous, Token::Sign(b'=' | b':')) => self.text = Some(place),
            _ => {}
        }
        self.previous = token;
        Ok(())
    }
}

/// The document with spaces in the place of some texts, so that everything else stays in its line
/// and column.
fn without<'a>(document: &'a str, texts: &[Range<usize>]) -> Cow<'a, str> {
    if texts.is_empty() {
        return document.into();
    }
    let mut rest = String::with_capacity(document.len());
    let mut end = 0;
    for text in texts {
        rest.push_str(&document[end..text.start]);
        let blank = |sign: char| if matches!(sign, '\n' | '\r') { sign } else { ' ' };
        rest.extend(document[text.clone()].chars().map(blank));
        end = text.end;
    }
    rest.push_str(&document[end..]);
    rest.into()
}

/// The tokens of a text, with their places.
struct Tokens<'a> {
    document: &'a [u8],
    position: usize,
}

impl Iterator for Tokens<'_> {
    type Item = (Token, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.document[self.position..];
            let (token, length) = match rest {
                [] => return None,
                [b' ' | b'\t' | b'\n' | b'\r' | b',', ..] => {
                    self.position += 1;
                    continue;
                }
                // The mark of byte order.
                [0xef, 0xbb, 0xbf, ..] => {
                    self.position += 3;
                    continue;
                }
                [b'#', ..] => {
                    self.position += until(rest, |byte| matches!(byte, b'\n' | b'\r'));
                    continue;
                }
                [b'"', ..] => (Token::Text, text_length(rest)),
                [b'(' | b'[' | b'{', ..] => (Token::Open(rest[0]), 1),
                [b')' | b']' | b'}', ..] => (Token::Close, 1),
                [b'.', b'.', b'.', ..] => (Token::Sign(b'.'), 3),
                [b'_' | b'a'..=b'z' | b'A'..=b'Z', ..] => {
                    (Token::Name, until(rest, |byte| !(byte == b'_' || byte.is_ascii_alphanumeric())))
                }
                [b'-' | b'0'..=b'9', rest @ ..] => {
                    let is_over = |byte: u8| !matches!(byte, b'+' | b'-' | b'.') && !byte.is_ascii_alphanumeric();
                    (Token::Number, 1 + until(rest, is_over))
                }
                [sign, ..] => (Token::Sign(*sign), 1),
            };
            let start = self.position;
            self.position += length;
            return Some((token, start..self.position));
        }
    }
}

/// How many bytes come before the first such one.
fn until(bytes: &[u8], is_end: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len())
}

/// The length of a text with its quotes. One that does not end takes its line, or as a block the
/// rest.
fn text_length(text: &[u8]) -> usize {
    if text.starts_with(b"\"\"\"") {
        let mut position = 3;
        while position < text.len() {
            let rest = &text[position..];
            if rest.starts_with(b"\"\"\"") {
                return position + 3;
            }
            position += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
        }
        return text.len();
    }
    let mut position = 1;
    while position < text.len() {
        match text[position] {
            b'"' => return position + 1,
            b'\n' | b'\r' => return position,
            b'\\' => position += 2,
            _ => position += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(document: &str) -> bool {
        read(document, &Limits::default()).is_ok()
    }

    #[test]
    fn brackets_have_a_limit() {
        let most = Limits::default().max_nesting;
        let nested = |depth: usize| format!("{}a{}", "{[(".repeat(depth), ")]}".repeat(depth));
        assert!(is_read(&nested(most / 3)));
        assert!(!is_read(&nested(most / 3 + 1)));
        assert!(is_read(&"{ a }".repeat(most + 1)), "side by side");
    }

    #[test]
    fn brackets_in_texts_and_comments_are_none() {
        let brackets = "{".repeat(Limits::default().max_nesting + 1);
        for document in [
            format!("{{ field(text: \"{brackets}\\\"{brackets}\") }}"),
            format!("{{ field(text: \"\"\"{brackets} \\\"\"\" \" {brackets}\"\"\") }}"),
            format!("{{ field }} # {brackets}"),
        ] {
            assert!(is_read(&document), "{document}");
        }
    }

    #[test]
    fn an_unfinished_text_hides_no_brackets() {
        let brackets = "{".repeat(Limits::default().max_nesting + 1);
        assert!(!is_read(&format!("{{ field(text: \"open\n{brackets}")));
        assert!(!is_read(&format!("\"a\" {brackets}")));
        assert!(!is_read(&format!("\"\" {brackets}")));
        assert!(!is_read(&format!("# comment\r{brackets}")));
        for ending in
            ["\"", "\"\\", "\"\"\"", "\"\"\"\\", "\"\"\"a\"\"", "é", "\u{feff}", "\"\\é", "-", "..", "\"\"\"é"]
        {
            assert!(is_read(ending), "{ending}");
        }
    }

    #[test]
    fn tokens_and_values_have_limits() {
        let Limits { max_tokens, max_list_values, .. } = Limits::default();
        assert!(is_read(&"a ".repeat(max_tokens)));
        assert!(!is_read(&"a ".repeat(max_tokens + 1)));
        assert!(is_read(&"# comment, of words, that are none\n,,,,".repeat(max_tokens)));
        for value in ["1", "-1.5e+3", "\"a\"", "$a", "A", "[]", "{ a: 1 }"] {
            let list = |count: usize| format!("{{ a(b: [{}]) }}", format!("{value}, ").repeat(count));
            assert!(is_read(&list(max_list_values)), "{value}");
            assert!(!is_read(&list(max_list_values + 1)), "{value}");
        }
    }

    #[test]
    fn descriptions_are_taken_out_and_nothing_else() {
        for (document, expected) in [
            ("\"Who?\" query A { a }", "       query A { a }"),
            ("\"\"\"\nWho é?\n\"\"\" fragment F on T { a }", "   \n      \n    fragment F on T { a }"),
            (
                "query A(\"which\" $b: T, \"\"\"c\"\"\" $c: T = \"d\") { a }",
                "query A(        $b: T,         $c: T = \"d\") { a }",
            ),
            ("query A($b: T = \"x\" \"y\" $c: T) { a }", "query A($b: T = \"x\"     $c: T) { a }"),
        ] {
            assert_eq!(read(document, &Limits::default()).expect("read"), expected);
        }
        for document in [
            "query A($b: T = \"x\" $c: T) @d(e: \"f\" g: $h) { a(b: \"c\", d: $e) }",
            "{ a(b: [\"c\" $d]) }",
            "\"alone\"",
            "\"before a shorthand\" { a }",
        ] {
            assert_eq!(read(document, &Limits::default()).expect("read"), document);
        }
    }
}
