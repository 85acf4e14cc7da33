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
    use super::{form, of_other_scripts};

    #[test]
    fn letters_of_other_scripts_are_told_from_latin_ones() {
        for (text, parts) in
            [("Œuvre Straße ﬁ Ａ", &[][..]), ("日本 Brico Москва", &["日本", "Москва"]), ("a-1 %", &[])]
        {
            assert_eq!(of_other_scripts(text), parts, "{text}");
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
