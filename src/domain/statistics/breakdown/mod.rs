//! How many there are, by what.
//!
//! Each participation becomes codes, one a dimension (`counter`; `codes` says what they mean), and is counted in the
//! groups of them (`tally`; `super::distinct` where organizations are counted). What is beyond a limit is summed
//! (`cut`).
//!
//! For example, by sphere and municipality. A company with sites in Anderlecht and Ixelles, and a university in
//! Ixelles:
//!
//! ```text
//! participation   codes of SPHERE   codes of MUNICIPALITY   groups it is counted in
//! the company     [0]               [0, 8]                  [0, 0], [0, 8]
//! the university  [1]               [8]                     [1, 8]
//! ```
//!
//! The rows are three, of one each; the total is two, since each participation counts once in it.
//!
//! Sectors are found by class of activity (`sectors`), verdicts by the criteria that apply (`applied`, `verdicts`). Of
//! many days, each participation is met once, in the stretches of days through which its groups stay the same
//! (`stretches`): `series` answers some days, `every_day` keeps what changes on any. `behind` finds who is in a row.

mod applied;
mod behind;
mod codes;
mod counter;
mod cut;
mod every_day;
mod numbered;
mod question;
mod sectors;
mod series;
mod stretches;
mod tally;
mod verdicts;

use std::sync::Arc;

pub use self::{
    applied::{Applied, criteria_in_force, criteria_named},
    behind::{organizations_behind, rows_behind},
    every_day::EveryDay,
    question::{
        Breakdown, Dimension, Group, GroupOrder, Keys, MAX_DIMENSIONS, Part, Question, Unit, Value, kinds_counted,
        statuses_counted,
    },
    series::{Line, Series, series},
};
use self::{counter::Counter, every_day::Asked};
use crate::domain::{Error, Result, ledger::Image};

/// Counts a population by dimensions. Each term of the order says whether it descends; what no term tells apart is in
/// the order of the keys.
pub fn breakdown(
    image: &Arc<Image>,
    question: &Question,
    order: &[(GroupOrder, bool)],
    limit: usize,
) -> Result<Breakdown> {
    if question.by.is_empty() {
        return Err(Error::invalid("by", format!("`by` takes from 1 to {MAX_DIMENSIONS} dimensions, not 0")));
    }
    let counter = Counter::new(image, question)?;
    let counted = match Asked::get(image, question, &counter) {
        Some(every_day) => every_day.on(counter.resolved.at.day),
        None => counter.count(),
    };
    Ok(counter.answer(counted, order, limit))
}
