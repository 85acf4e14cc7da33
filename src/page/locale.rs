//! The languages of pages: texts, days and numbers as each writes them.

use std::fmt::Write as _;

use crate::graphql::Language;

/// A language that pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// English.
    En,
    /// French.
    Fr,
    /// Dutch.
    Nl,
}

/// A text in the three languages: English, French, Dutch. Names in braces are places for values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text(pub(super) [&'static str; 3]);

impl Locale {
    /// All, in the order of texts.
    pub const ALL: [Self; 3] = [Self::En, Self::Fr, Self::Nl];

    /// The one with a code, as `fr` or `fr-BE`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(primary))
    }

    /// The first that a header `Accept-Language` names, by its weights; English where it names none.
    pub fn accepted(header: &str) -> Self {
        let mut ranges: Vec<_> = header
            .split(',')
            .filter_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let locale = Self::from_code(parts.next()?)?;
                let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
                (weight > 0.0).then_some((locale, weight))
            })
            .collect();
        // The sort is stable: of equal weights the first stays first.
        ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
        ranges.first().map_or(Self::En, |(locale, _)| *locale)
    }

    /// Its code in addresses and in HTML.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Nl => "nl",
        }
    }

    /// What its speakers call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
            Self::Nl => "Nederlands",
        }
    }

    /// The value of the schema's enum `Language`.
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::En => "EN",
            Self::Fr => "FR",
            Self::Nl => "NL",
        }
    }

    /// The language of the schema.
    pub(super) fn language(self) -> Language {
        match self {
            Self::En => Language::En,
            Self::Fr => Language::Fr,
            Self::Nl => Language::Nl,
        }
    }

    /// A text in this language.
    pub(super) fn say(self, text: Text) -> &'static str {
        text.0[self as usize]
    }

    /// A text in this language with values in its places.
    pub(super) fn fill(self, text: Text, values: &[(&str, &str)]) -> String {
        let mut rest = self.say(text);
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a place ends");
            let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// A colon after a word.
    pub(super) fn colon(self) -> &'static str {
        if self == Self::Fr { "\u{a0}: " } else { ": " }
    }

    /// A whole number with its thousands apart.
    pub(super) fn integer(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let separator = match self {
            Self::En => ',',
            Self::Fr => '\u{202f}',
            Self::Nl => '.',
        };
        let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if number < 0 {
            written.push('\u{2212}');
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                written.push(separator);
            }
            written.push(digit);
        }
        written
    }

    /// A number with up to two decimals.
    pub(super) fn number(self, number: f64) -> String {
        let hundredths = (number.abs() * 100.0).round() as i64;
        let mut written = if number < 0.0 && hundredths > 0 { "\u{2212}".to_owned() } else { String::new() };
        written.push_str(&self.integer(hundredths / 100));
        let decimals = hundredths % 100;
        if decimals > 0 {
            let mark = if matches!(self, Self::En) { '.' } else { ',' };
            let decimals = format!("{decimals:02}");
            let _ = write!(written, "{mark}{}", decimals.trim_end_matches('0'));
        }
        written
    }

    /// A day, a month or a year as it is stated: `2018`, `2018-05` or `2018-05-24`.
    pub(super) fn day(self, stated: &str) -> String {
        let mut parts = stated.split('-');
        let year = parts.next().unwrap_or_default();
        let month = parts.next().and_then(|month| month.parse::<usize>().ok());
        let Some(month) = month.and_then(|month| MONTHS.get(month.wrapping_sub(1))) else {
            return stated.to_owned();
        };
        let month = self.say(*month);
        match parts.next().map(|day| day.trim_start_matches('0')) {
            None => format!("{month} {year}"),
            Some("1") if self == Self::Fr => format!("1er {month} {year}"),
            Some(day) => format!("{day} {month} {year}"),
        }
    }

    /// The same after a word such as "since": French has an article before a day.
    pub(super) fn on(self, stated: &str) -> String {
        let is_whole = stated.split('-').count() == 3;
        if self == Self::Fr && is_whole { format!("le {}", self.day(stated)) } else { self.day(stated) }
    }
}

/// The months in English, French and Dutch.
const MONTHS: [Text; 12] = [
    Text(["January", "janvier", "januari"]),
    Text(["February", "février", "februari"]),
    Text(["March", "mars", "maart"]),
    Text(["April", "avril", "april"]),
    Text(["May", "mai", "mei"]),
    Text(["June", "juin", "juni"]),
    Text(["July", "juillet", "juli"]),
    Text(["August", "août", "augustus"]),
    Text(["September", "septembre", "september"]),
    Text(["October", "octobre", "oktober"]),
    Text(["November", "novembre", "november"]),
    Text(["December", "décembre", "december"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_written_as_each_language_does() {
        for (locale, day, month, number, thousands) in [
            (Locale::En, "1 May 2018", "May 2018", "\u{2212}1,234.5", "12,000"),
            (Locale::Fr, "1er mai 2018", "mai 2018", "\u{2212}1\u{202f}234,5", "12\u{202f}000"),
            (Locale::Nl, "1 mei 2018", "mei 2018", "\u{2212}1.234,5", "12.000"),
        ] {
            assert_eq!(locale.day("2018-05-01"), day);
            assert_eq!(locale.day("2018-05"), month);
            assert_eq!(locale.day("2018"), "2018");
            assert_eq!(locale.number(-1234.5), number);
            assert_eq!(locale.integer(12_000), thousands);
        }
        assert_eq!([Locale::Fr.on("2018-05-02"), Locale::Fr.on("2018-05")], ["le 2 mai 2018", "mai 2018"]);
        assert_eq!(Locale::En.day("2018-13"), "2018-13");
        assert_eq!(Locale::En.number(-0.001), "0");
    }

    #[test]
    fn the_language_is_the_one_that_is_preferred() {
        for (header, expected) in [
            ("", Locale::En),
            ("de", Locale::En),
            ("fr-BE,fr;q=0.9,en;q=0.8", Locale::Fr),
            ("de, en;q=0.3, nl;q=0.5", Locale::Nl),
            ("fr;q=0, nl;q=0.1", Locale::Nl),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_text_has_its_values_in_their_places() {
        let text = Text(["{a} of {b}", "{b} : {a}", "{a}"]);
        assert_eq!(Locale::En.fill(text, &[("a", "1"), ("b", "{a}")]), "1 of {a}");
        assert_eq!(Locale::Fr.fill(text, &[("a", "1"), ("b", "2")]), "2 : 1");
    }
}
