//! Searching names without regard to accents and case.

use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, LikeExpr};

use super::time::never;

/// The form in which names are searched and sorted: transliterated to ASCII, in lower case, single spaces.
/// `Fjørd  ÉCO` is `fjord eco`.
pub fn form(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `column`, a search form, contains the search form of `text`. An empty or blank text is contained in everything; one of
/// signs that have no search form, such as a space without width, in nothing.
pub fn contains(column: impl IntoColumnRef, text: &str) -> Expr {
    let form = form(text);
    if form.is_empty() && !text.trim().is_empty() {
        return never();
    }
    let mut pattern = String::from("%");
    for character in form.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::col(column).like(LikeExpr::new(pattern).escape('\\'))
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn forms_ignore_accents_case_and_spacing() {
        for (text, expected) in
            [("PERMAFÜNGI", "permafungi"), (" Tale\u{a0} Me", "tale me"), ("Œuvre Straße", "oeuvre strasse")]
        {
            assert_eq!(form(text), expected);
        }
    }
}
