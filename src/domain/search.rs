//! Searching names without regard to accents and case.

use sea_orm::{
    Condition,
    sea_query::{Expr, ExprTrait, IntoColumnRef, IntoCondition, LikeExpr},
};
use unicode_normalization::UnicodeNormalization;

use super::time::never;

/// The form in which names are searched and sorted: transliterated to ASCII, in lower case, single spaces.
/// `Fjørd  ÉCO` is `fjord eco`.
pub fn form(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text contains another one: `form`, its search form, contains that of the other, and `written`, the text itself, what the
/// other has of scripts that are not Latin. Their transliteration says too little: `日` is "ri".
///
/// An empty or blank text is contained in everything; one of signs that have no search form, such as a space without width,
/// in nothing. Without `written` the text has Latin letters only.
pub fn contains(form: impl IntoColumnRef, written: Option<&Expr>, text: &str) -> Condition {
    let searched = self::form(text);
    if searched.is_empty() && !text.trim().is_empty() {
        return never().into_condition();
    }
    let contained = Condition::all().add(Expr::col(form).like(pattern(&searched)));
    of_other_scripts(text).iter().fold(contained, |contained, part| {
        contained.add(written.map_or_else(never, |written| written.clone().like(pattern(part))))
    })
}

/// A name as it is searched in memory.
///
/// That is one line: the search form without signs that are neither letters nor digits; then, of a name with letters of
/// other scripts than Latin, the name itself.
pub(super) fn line(form: &str, name: &str) -> String {
    let mut line: String = form.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    if !of_other_scripts(name).is_empty() {
        line.push(WRITTEN);
        line.extend(name.nfc().filter(|c| *c != LINE_END));
    }
    line.push(LINE_END);
    line
}

/// What stands before the name itself.
const WRITTEN: char = '\u{1}';

/// What stands at the end of a name as it is searched.
const LINE_END: char = '\n';

/// What is searched: every word must be contained in the name, whatever the accents, the case and the punctuation; what the
/// text has of other scripts than Latin must be contained as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Needle {
    /// The longest first.
    words: Vec<String>,
    /// In other scripts.
    written: Vec<String>,
}

impl Needle {
    /// What a text searches. A blank one is contained in every name, one of signs without letters in none: then there is
    /// no needle.
    pub(super) fn of(text: &str) -> Option<Self> {
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

    /// The word that a name is first looked at for.
    pub(super) fn first_word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether a line, or a form without more, contains it.
    pub(super) fn is_in(&self, line: &str) -> bool {
        let line = line.trim_end_matches(LINE_END);
        let (form, written) = line.split_once(WRITTEN).unwrap_or((line, ""));
        self.words.iter().all(|word| form.contains(word.as_str()))
            && self.written.iter().all(|part| written.contains(part.as_str()))
    }
}

fn pattern(part: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
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
    use super::{Needle, form, line, of_other_scripts};

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
        let is_in =
            |text: &str, name: &str| Needle::of(text).is_some_and(|needle| needle.is_in(&line(&form(name), name)));
        for (text, name) in [
            ("", "x"),
            ("tech bio", "Bio-Tech S.A."),
            ("bio-tech", "BIO TECH"),
            ("s.a", "Bio-Tech SA"),
            ("l'eau", "L’Eau"),
            ("日", "日本 Circular"),
            ("circ 日本", "日本 Circular"),
        ] {
            assert!(is_in(text, name), "{text} in {name}");
        }
        for (text, name) in
            [("!", "x!"), ("\u{200b}", "x"), ("techs", "tech s"), ("ri", "x"), ("本日", "日本"), ("日", "ri")]
        {
            assert!(!is_in(text, name), "{text} in {name}");
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
