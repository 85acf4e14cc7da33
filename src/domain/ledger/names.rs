//! The names of a profile as one text: the search form of the one that is shown, then each language
//! with its name.
//!
//! Each piece stands after its length, in digits of six bits from the highest to the lowest. All
//! digits but the last have the seventh bit set: most pieces are shorter than 64 bytes, and take
//! one digit, which is a character of ASCII.

use entity::{Labels, Language};

/// The text of a profile.
pub(super) fn written(sort_name: &str, names: &Labels) -> Box<str> {
    let mut text = String::new();
    write(&mut text, sort_name);
    for (language, name) in names.iter() {
        write(&mut text, language);
        write(&mut text, name);
    }
    text.into()
}

fn write(text: &mut String, piece: &str) {
    let digits = (usize::BITS - piece.len().leading_zeros()).div_ceil(6).max(1);
    for digit in (0..digits).rev() {
        let is_last = digit == 0;
        let bits = (piece.len() >> (6 * digit)) as u8 & 0x3f;
        text.push(char::from(bits | if is_last { 0 } else { 0x40 }));
    }
    text.push_str(piece);
}

/// The pieces of a text.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let digits = self.0.bytes().position(|byte| byte & 0x40 == 0)? + 1;
        let length = self.0.bytes().take(digits).fold(0, |length, byte| length << 6 | usize::from(byte & 0x3f));
        let (piece, rest) = self.0[digits..].split_at(length);
        self.0 = rest;
        Some(piece)
    }
}

/// The search form of the name that is shown.
pub(crate) fn sort_name(text: &str) -> &str {
    Pieces(text).next().unwrap_or_default()
}

/// The name in a language, by the rule for missing ones.
pub(crate) fn name(text: &str, language: Language) -> Option<&str> {
    Labels::chosen(language, |key| {
        let mut pieces = Pieces(text).skip(1);
        while let (Some(language), Some(name)) = (pieces.next(), pieces.next()) {
            if language == key {
                return Some(name);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_whatever_their_length() {
        for length in [0, 1, 63, 64, 4095, 4096, 300_000] {
            let long = "é".repeat(length / 2) + &"x".repeat(length % 2);
            let labels = Labels::from_iter([("fr".into(), long.clone()), ("nl".into(), "fiets".into())]);
            let text = written(&long, &labels);
            assert_eq!(sort_name(&text), long);
            assert_eq!(name(&text, Language::Fr), Some(long.as_str()));
            assert_eq!(name(&text, Language::Nl), Some("fiets"));
            assert_eq!(name(&text, Language::De), labels.in_language(Language::De));
        }
        assert_eq!(name(&written("", &Labels::default()), Language::En), None);
    }
}
