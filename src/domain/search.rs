//! Searching names without regard to accents, case and punctuation.
//!
//! For example, `eco-fjord` finds `Fjörd & Éco`, whose line is `fjord  eco`: both words are
//! contained in it, and both begin a word. It also finds `Fjordéconomie`, after the former: there
//! `eco` stands in the middle of a word.

use unicode_normalization::UnicodeNormalization;

/// The form in which names are searched and sorted: transliterated to ASCII, in lower case, single
/// spaces. `Fjørd  ÉCO` is `fjord eco`.
pub fn form(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as it is searched in memory.
///
/// That is one line: the search form without signs that are neither letters nor digits; then, of a
/// name with letters of other scripts than Latin, the name itself.
pub(super) fn line(form: &str, name: &str) -> String {
    let mut line: String = form.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    if !of_other_scripts(name).is_empty() {
        line.push(WRITTEN);
        line.extend(name.nfc().filter(|c| *c != LINE_END));
    }
    line.push(LINE_END);
    line
}

/// The words of a line.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    let form = line.split([WRITTEN, LINE_END]).next().unwrap_or_default();
    form.split(' ').filter(|word| !word.is_empty())
}

/// What stands before the name itself.
const WRITTEN: char = '\u{1}';

/// What stands at the end of a name as it is searched.
const LINE_END: char = '\n';

/// What is searched: every word must be contained in the name, whatever the accents, the case and
/// the punctuation; what the text has of other scripts than Latin must be contained as it is
/// written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Needle {
    /// The longest first.
    words: Vec<String>,
    /// The words in other scripts, as they are written.
    written: Vec<String>,
}

impl Needle {
    /// What a text searches. A blank one is contained in every name, one of signs without letters
    /// in none: then there is no needle.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let form = form(text);
        let words = form.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut words: Vec<_> = words.map(str::to_owned).collect();
        words.sort_unstable_by(|one, other| (other.len(), one).cmp(&(one.len(), other)));
        words.dedup();
        let is_something = !words.is_empty() || text.trim().is_empty();
        is_something.then(|| Self { words, written: of_other_scripts(text) })
    }

    /// Whether every name contains it.
    pub(super) fn is_blank(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it is one word, of Latin letters.
    pub(super) fn is_one_word(&self) -> bool {
        self.words.len() == 1 && self.written.is_empty()
    }

    /// The words, the longest first.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The word that a name is first looked at for.
    pub(super) fn first_word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// How well a line contains it; `None`: it does not.
    pub(super) fn found_in(&self, line: &str) -> Option<Relevance> {
        let line = line.trim_end_matches(LINE_END);
        let (form, written) = line.split_once(WRITTEN).unwrap_or((line, ""));
        if !self.written.iter().all(|part| written.contains(part.as_str())) {
            return None;
        }
        self.words.iter().try_fold(Relevance::Start, |so_far, word| {
            let mut found = form.match_indices(word.as_str()).map(|(at, _)| at).peekable();
            found.peek()?;
            let begins_word = found.any(|at| at == 0 || form.as_bytes()[at - 1] == b' ');
            Some(so_far.max(if begins_word { Relevance::Start } else { Relevance::Middle }))
        })
    }
}

/// How well a name contains what is searched, the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Relevance {
    /// Every word that is searched begins a word of the name.
    Start,
    /// One of them stands only in the middle of words.
    Middle,
}

impl Relevance {
    /// Both, the better first.
    pub(super) const ALL: [Self; 2] = [Self::Start, Self::Middle];
}

/// The parts of a text that are letters of other scripts than Latin.
fn of_other_scripts(text: &str) -> Vec<String> {
    let is_latin = |c: char| {
        matches!(c, '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}' | '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff5a}')
    };
    let is_other = |c: char| c.is_alphabetic() && !c.is_ascii() && !is_latin(c);
    let composed: String = text.nfc().collect();
    composed.split(|c| !is_other(c)).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        Needle,
        Relevance::{self, Middle, Start},
        form, line, of_other_scripts,
    };

    #[test]
    fn letters_of_other_scripts_are_told_from_latin_ones() {
        for (text, parts) in
            [("Œuvre Straße ﬁ Ａ", &[][..]), ("日本 Brico Москва", &["日本", "Москва"]), ("a-1 %", &[])]
        {
            assert_eq!(of_other_scripts(text), parts, "{text}");
        }
    }

    #[test]
    fn every_word_is_contained_whatever_the_punctuation() {
        let found = |text: &str, name: &str| -> Option<Relevance> {
            Needle::from_text(text).and_then(|needle| needle.found_in(&line(&form(name), name)))
        };
        for (text, name, expected) in [
            ("", "x", Some(Start)),
            ("tech bio", "Bio-Tech S.A.", Some(Middle)),
            ("bio-tech", "BIO TECH", Some(Start)),
            ("s.a", "Bio-Tech SA", Some(Middle)),
            ("bi s", "Bio-Tech SA", Some(Start)),
            ("l'eau", "L’Eau", Some(Middle)),
            ("an", "Banana Ananas", Some(Start)),
            ("an", "Banana", Some(Middle)),
            ("日", "日本 Circular", Some(Start)),
            ("circ 日本", "日本 Circular", Some(Start)),
            ("!", "x!", None),
            ("\u{200b}", "x", None),
            ("techs", "tech s", None),
            ("本日", "日本", None),
            ("日", "ri", None),
        ] {
            assert_eq!(found(text, name), expected, "{text} in {name}");
        }
    }

    #[test]
    fn forms_ignore_accents_case_and_spacing() {
        for (text, expected) in
            [("PERMAFÜNGI", "permafungi"), (" Tale\u{a0} Me", "tale me"), ("Œuvre Straße", "oeuvre strasse")]
        {
            assert_eq!(form(text), expected);
        }
    }
}
