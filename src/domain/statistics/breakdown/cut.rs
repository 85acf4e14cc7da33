//! What a limit leaves, and what is beyond it.
//!
//! For example, by sphere and size with a limit of 2, the largest first: companies of no recorded size 9, micro
//! companies 5, small ones 3, large ones 2, research bodies of no size 1. Answered are the first two; 5 in a row for
//! the two beyond whose values are known, and 1 in a row for those of which some value is not.

use super::{
    codes::{Codes, Coding, UNKNOWN},
    question::{Keys, Part},
};

/// Which rest a group belongs to.
pub(super) fn rest_of(codes: &[u32]) -> Part {
    if codes.contains(&UNKNOWN) { Part::UnknownRest } else { Part::Rest }
}

/// The groups within a limit, with their keys and what was counted of each; then a row for each rest there is, which
/// `sum` sums.
///
/// Of one dimension the group of what is not known is always within the limit, and takes no place of another's.
pub(super) fn cut<T>(
    coding: &Coding<'_>,
    ordered: Vec<(Codes, T)>,
    limit: usize,
    sum: impl Fn(Vec<(Codes, T)>) -> T,
) -> Vec<(Keys, Option<Codes>, T)> {
    let dimensions = coding.dimensions();
    let mut left = limit;
    let mut rests = [(Part::Rest, Vec::new()), (Part::UnknownRest, Vec::new())];
    let mut rows = Vec::new();
    for (codes, counted) in ordered {
        let stands_besides = dimensions == 1 && codes[0] == UNKNOWN;
        if stands_besides || left > 0 {
            left -= usize::from(!stands_besides);
            rows.push((coding.keys(codes), Some(codes), counted));
        } else {
            let rest = rest_of(&codes[..dimensions]);
            let rest = rests.iter_mut().find(|(part, _)| *part == rest).expect("there are two rests");
            rest.1.push((codes, counted));
        }
    }
    for (part, groups) in rests.into_iter().filter(|(_, groups)| !groups.is_empty()) {
        let keys = Keys { part, values: vec![None; dimensions], groups: groups.len() };
        rows.push((keys, None, sum(groups)));
    }
    rows
}
