//! Invented names: syllables that no language puts together, so that no real organization is meant by chance.

const ONSETS: [&str; 24] = [
    "Zw", "Vr", "Kn", "Dw", "Fl", "Gr", "Kl", "Pr", "Tw", "Vl", "Wr", "Sn", "Br", "Dr", "Gl", "Kr", "Pl", "Skr", "Str",
    "Tr", "Zl", "Mr", "Spl", "Bl",
];
const NUCLEI: [&str; 6] = ["a", "e", "i", "o", "u", "ou"];
const MEDIALS: [&str; 24] = [
    "lv", "rd", "nk", "mb", "rz", "ld", "nt", "rm", "lm", "sk", "rv", "nd", "mp", "lt", "rk", "ndr", "lb", "rn", "st",
    "mbr", "lk", "nz", "rt", "ls",
];
const LINKS: [&str; 12] = ["b", "d", "f", "g", "k", "l", "m", "n", "r", "t", "v", "z"];
const ENDINGS: [&str; 8] = ["a", "o", "is", "ex", "um", "an", "el", "or"];

/// How many different stems there are: 1,990,656.
pub(super) const STEMS: u64 =
    (ONSETS.len() * NUCLEI.len() * MEDIALS.len() * NUCLEI.len() * LINKS.len() * ENDINGS.len()) as u64;

/// How many enterprise numbers there are to give.
pub(super) const ENTERPRISES: u64 = 2_000_000;

/// The stem with a number. Different numbers below [`STEMS`] give different stems: consonants and vowels alternate, so
/// that a stem can be taken apart in one way only.
pub(super) fn stem(number: u64) -> String {
    let mut left = number % STEMS;
    let mut part = |parts: &'static [&'static str]| {
        let chosen = parts[(left % parts.len() as u64) as usize];
        left /= parts.len() as u64;
        chosen
    };
    [part(&ONSETS), part(&NUCLEI), part(&MEDIALS), part(&NUCLEI), part(&LINKS), part(&ENDINGS)].concat()
}

/// Where the one at a position stands when `count` of them are shuffled; different positions never meet.
pub(super) fn shuffled(position: u64, count: u64, offset: u64) -> u64 {
    // A prime that divides neither of the counts in use: its multiples run through all positions.
    const STEP: u64 = 1_000_003;
    (position * STEP + offset) % count
}

/// A stem with an accent, as many names have one.
pub(super) fn accented(stem: &str) -> String {
    for (plain, accent) in [('e', "é"), ('o', "ö"), ('i', "ï"), ('u', "û"), ('a', "à")] {
        if stem.contains(plain) {
            return stem.replacen(plain, accent, 1);
        }
    }
    stem.to_owned()
}

/// The enterprise number with a number below [`ENTERPRISES`]: valid, and from both ends of the range, to stay clear of
/// those that are given out.
pub(super) fn enterprise_number(number: u64) -> String {
    let half = ENTERPRISES / 2;
    let first = if number < half { 1 + number } else { 19_000_000 + number - half };
    format!("{first:08}{:02}", 97 - first % 97)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::{enterprise_number as enterprise, search};

    #[test]
    fn stems_and_enterprise_numbers_differ_and_are_well_formed() {
        assert_eq!(stem(0), "Zwalvaba");
        let stems: HashSet<String> = (0..20_000).map(|n| stem(shuffled(n, STEMS, 5))).collect();
        assert_eq!(stems.len(), 20_000);
        let numbers: HashSet<String> = (0..20_000).map(|n| enterprise_number(shuffled(n, ENTERPRISES, 5))).collect();
        assert_eq!(numbers.len(), 20_000);
        assert!(numbers.iter().all(|digits| enterprise::parse(digits).as_deref() == Some(digits)));
        assert!(enterprise::parse(&enterprise_number(ENTERPRISES - 1)).is_some());
    }

    #[test]
    fn the_search_form_of_a_name_drops_its_accent() {
        assert_eq!(accented("Knelmora"), "Knélmora");
        assert_eq!(search::form(&accented("Zwalvaba")), "zwalvaba");
    }
}
