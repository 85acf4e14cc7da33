//! What a page is: the address it is found at, what it asks, and what it holds.

use chrono::NaiveDate;
use maud::Markup;

use super::{
    address::Address,
    plot::Plot,
    shown::{Shown, Unreadable},
};
use crate::graphql::Answer;

/// A page as its address names it.
pub(super) struct View {
    /// The parts of its path; `*` is the name of what it is about.
    pub(super) path: &'static [&'static str],
    /// The saved operation that it asks, by what its address says.
    pub(super) operation: fn(&Address) -> &'static str,
    /// The parameters of the operation.
    pub(super) parameters: fn(&Address, &Request<'_>) -> Vec<(String, String)>,
    /// Saved operations that answer the tables of the page, where its own answers several lists.
    pub(super) tables: &'static [&'static str],
    /// What the page holds; `None` where the register has not what it is about.
    pub(super) write: fn(&Shown<'_>, &Answer) -> Result<Option<Page>, Unreadable>,
}

/// What a view is asked with besides its address.
pub(super) struct Request<'a> {
    /// What stands in the place of `*`.
    pub(super) name: &'a str,
    /// The day that is asked for, or today.
    pub(super) day: NaiveDate,
}

impl Request<'_> {
    /// The period of some years that ends with the day: from a first of January to the day after.
    pub(super) fn years_before(&self, years: i32) -> (String, String) {
        use chrono::Datelike as _;
        let from = format!("{:04}-01-01", (self.day.year() - years).max(1));
        (from, self.day_after())
    }

    /// The day after the one that is asked for.
    pub(super) fn day_after(&self) -> String {
        self.day.succ_opt().unwrap_or(self.day).to_string()
    }
}

/// What a page holds.
pub(super) struct Page {
    /// Its title, and that of the document.
    pub(super) title: String,
    pub(super) main: Markup,
    pub(super) plots: Vec<Plot>,
    /// Whether it is shown at a date that can be set.
    pub(super) has_date: bool,
}

/// The first day on which an exit counts where none is named: before any cluster was founded.
pub(super) const EVER: &str = "1900-01-01";

/// Pairs of an operation's parameters: those that follow from the path and the language, which the
/// address cannot say again; others by default; and what the address says.
pub(super) fn parameters(
    address: &Address,
    fixed: &[(&str, &str)],
    defaults: &[(&str, &str)],
    renamed: &[(&str, &str)],
) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let given = address.pairs.iter().map(|(name, value)| {
        let known = renamed.iter().find(|(from, _)| from == name).map_or(name.as_str(), |(_, to)| to);
        pair(known, value)
    });
    let given: Vec<_> = given.collect();
    let missing = defaults.iter().filter(|(name, _)| !given.iter().any(|(known, _)| known == name));
    let own: Vec<_> = fixed.iter().chain(missing).map(|(name, value)| pair(name, value)).collect();
    own.into_iter().chain(given).collect()
}
