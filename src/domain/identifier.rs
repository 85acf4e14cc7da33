//! Identifiers of organizations as the registers that give them write them.

use entity::organization_identifier::Scheme;

use super::enterprise_number;

/// How a scheme writes its identifiers, for a message that says what was expected.
pub fn expected(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::BeKbo => {
            "an enterprise number: ten digits, the first 0 or 1, the last two 97 minus the first eight modulo 97"
        }
        Scheme::BeEst => "the number of an establishment unit: ten digits, the first 2 to 8",
        Scheme::Vat => "a VAT number: two letters of the country, then 2 to 12 letters or digits",
        Scheme::Ror => "a ROR id such as 03yrm5c26: 0, six letters or digits, two digits",
        Scheme::Lei => "an LEI: 18 capital letters or digits and two check digits (ISO 17442)",
        Scheme::Wikidata => "a Wikidata id such as Q42",
        Scheme::Eccp => "the name of a profile on the platform: letters, digits, `-`, `_`, `.` and `/`",
    }
}

/// The identifier that a text writes, without punctuation that does not belong to it; `None` when it is none of the
/// scheme.
pub fn parse(scheme: Scheme, text: &str) -> Option<String> {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric());
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let is_well_formed = match scheme {
        Scheme::BeKbo => return enterprise_number::parse(text),
        Scheme::BeEst => {
            let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
            let is_unit = digits.len() == 10 && is_digits(&digits) && digits.starts_with(|c| ('2'..='8').contains(&c));
            return is_unit.then_some(digits);
        }
        Scheme::Vat => {
            (4..=14).contains(&text.len()) && is_word(text) && text.chars().take(2).all(|c| c.is_ascii_uppercase())
        }
        Scheme::Ror => {
            text.len() == 9
                && text.starts_with('0')
                && is_word(text)
                && is_digits(&text[7..])
                && text == text.to_lowercase()
        }
        Scheme::Lei => text.len() == 20 && is_word(text) && text == text.to_uppercase() && has_iso_7064_check(text),
        Scheme::Wikidata => text
            .strip_prefix('Q')
            .is_some_and(|number| !number.is_empty() && is_digits(number) && !number.starts_with('0')),
        Scheme::Eccp => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)),
    };
    is_well_formed.then(|| text.to_owned())
}

/// Whether the last two digits check the others: ISO 7064, MOD 97-10, where letters count as 10 to 35.
fn has_iso_7064_check(text: &str) -> bool {
    let remainder = text.chars().filter_map(|c| c.to_digit(36)).fold(0, |remainder, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (remainder * shift + digit) % 97
    });
    text[18..].chars().all(|c| c.is_ascii_digit()) && remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_as_their_registers_write_them() {
        for (scheme, text, value) in [
            (Scheme::BeKbo, "BE 0000.000.196", Some("0000000196")),
            (Scheme::BeKbo, "0000.000.197", None),
            (Scheme::BeEst, "2.000.000.042", Some("2000000042")),
            (Scheme::BeEst, "0000000196", None),
            (Scheme::Vat, "BE0000000196", Some("BE0000000196")),
            (Scheme::Vat, "0000000196", None),
            (Scheme::Vat, "B", None),
            (Scheme::Ror, "03yrm5c26", Some("03yrm5c26")),
            (Scheme::Ror, "03yrm5c2x", None),
            (Scheme::Ror, "3yrm5c260", None),
            // The example of ISO 17442, and one with a digit changed.
            (Scheme::Lei, "5493001KJTIIGC8Y1R12", Some("5493001KJTIIGC8Y1R12")),
            (Scheme::Lei, "5493001KJTIIGC8Y1R13", None),
            (Scheme::Lei, "x", None),
            (Scheme::Wikidata, "Q42", Some("Q42")),
            (Scheme::Wikidata, "?", None),
            (Scheme::Wikidata, "Q", None),
            (Scheme::Wikidata, "Q042", None),
            (Scheme::Eccp, "circlemade", Some("circlemade")),
            (Scheme::Eccp, "a b", None),
        ] {
            assert_eq!(parse(scheme, text).as_deref(), value, "{scheme:?} {text}");
        }
    }
}
