//! Numbers of the Belgian Crossroads Bank for Enterprises.

/// The ten digits of an enterprise number, however it is punctuated; `None` when it cannot be one.
///
/// Ten digits, the first 0 or 1, the last two 97 minus the remainder of the first eight by 97; never all zero. Dots,
/// spaces and a `BE` prefix are accepted.
pub fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("BE").or_else(|| text.strip_prefix("be")).unwrap_or(text);
    let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
    if digits.len() != 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.starts_with(|c| c > '1') {
        return None;
    }
    let (number, check) = digits.split_at(8);
    let (number, check): (u64, u64) = (number.parse().ok()?, check.parse().ok()?);
    (number > 0 && 97 - number % 97 == check).then_some(digits)
}

/// As it is shown: `0999.999.999`.
pub fn shown(digits: &str) -> String {
    match (digits.get(..4), digits.get(4..7), digits.get(7..)) {
        (Some(a), Some(b), Some(c)) if digits.len() == 10 => format!("{a}.{b}.{c}"),
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_ignored_and_check_digits_are_not() {
        // 00000001: 97 - 1 = 96.
        for text in ["0000000196", "0000.000.196", "BE 0000.000.196", " be0000000196"] {
            assert_eq!(parse(text).as_deref(), Some("0000000196"), "{text}");
        }
        // 00000097: 97 - 0 = 97.
        assert_eq!(parse("0000009797").as_deref(), Some("0000009797"));
        for text in
            ["0000000197", "0000000000", "2000000196", "000000019", "00000001966", "0000.000.19x", "", "０000000196"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(shown("0000000196"), "0000.000.196");
    }
}
