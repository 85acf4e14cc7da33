//! What is at hand where a page is written: its address, the point in time of the answer, and how things are said and
//! linked.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    address::{Address, encoded},
    answered::Named,
    locale::{Locale, Text},
    texts,
};
use crate::graphql::{self, Answer, Operation};

/// The point in time that an answer was made at.
pub(super) struct Basis {
    pub(super) as_of: String,
    pub(super) known_at: String,
    pub(super) revision: String,
}

impl Basis {
    /// Of the text that an address has for it.
    pub(super) fn from_address(text: &str) -> Self {
        let value = |name: &str| {
            let pair = text.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            pair.unwrap_or_default().to_owned()
        };
        Self { as_of: value("asOf"), known_at: value("knownAt"), revision: value("revision") }
    }

    /// The same as pairs of an address.
    pub(super) fn pairs(&self) -> [(&str, &str); 3] {
        [("asOf", &self.as_of), ("knownAt", &self.known_at), ("revision", &self.revision)]
    }

    /// "What was true on …, as known on …", in words.
    pub(super) fn told(&self, shown: &Shown<'_>) -> String {
        let day = shown.locale().day(&self.as_of);
        let known = self.known_at.get(..10).map(|known| shown.locale().day(known)).unwrap_or_default();
        shown.fill(texts::TRUE_AND_KNOWN, &[("day", &day), ("known", &known), ("revision", &self.revision)])
    }
}

/// An answer that is not what the view asks for: an operator put another operation in the place of
/// ours.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) String);

/// What is at hand where a page is written.
pub(super) struct Shown<'a> {
    pub(super) address: &'a Address,
    /// What stands in the place of `*`.
    pub(super) name: &'a str,
    /// The day that is asked for, or today.
    pub(super) day: NaiveDate,
    pub(super) basis: Basis,
    pub(super) operation: &'a Operation,
    /// Those that answer its tables.
    pub(super) tables: Vec<&'a Operation>,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) origin: &'a str,
}

impl Shown<'_> {
    pub(super) fn locale(&self) -> Locale {
        self.address.locale
    }

    pub(super) fn say(&self, text: Text) -> &'static str {
        self.locale().say(text)
    }

    pub(super) fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        self.locale().fill(text, values)
    }

    /// What the value of a closed set of the schema is called.
    pub(super) fn label<'a>(&self, set: &str, value: &'a str) -> &'a str {
        graphql::label_of(set, value, self.locale().language())
    }

    /// A way to end, with the reason where there is one.
    pub(super) fn exit(&self, kind: &str, reason: Option<&str>) -> String {
        let kind = self.label("ExitKind", kind);
        reason.map_or_else(|| kind.to_owned(), |reason| format!("{kind}, {}", self.label("ExitReason", reason)))
    }

    /// A version of criteria, with its label where it has one.
    pub(super) fn version(&self, number: i64, label: Option<&str>) -> String {
        let title = self.fill(texts::VERSION, &[("n", &self.locale().integer(number))]);
        label.map_or_else(|| title.clone(), |label| format!("{title}{}{label}", self.locale().colon()))
    }

    /// An organization, as a link to its page.
    pub(super) fn organization(&self, organization: &Named) -> Markup {
        html! {
            a href=(self.address.to(&format!("/o/{}", organization.id), &[])) { bdi { (organization.name) } }
        }
    }

    /// A cluster, as a link to its page.
    pub(super) fn cluster(&self, slug: &str, name: &str) -> Markup {
        html! { a href=(self.address.to(&format!("/c/{}", encoded(slug)), &[])) { bdi { (name) } } }
    }

    /// A parameter of the operation.
    pub(super) fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The cluster that an operation is about, as a view reads it; `None`: the register holds none of that slug.
    pub(super) fn read_cluster<T: DeserializeOwned>(&self, answer: &Answer) -> Result<Option<T>, Unreadable> {
        #[derive(Deserialize)]
        struct OfCluster<T> {
            cluster: Option<T>,
        }
        Ok(self.read::<OfCluster<T>>(answer)?.cluster)
    }

    /// The data of an answer as a view reads it.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Unreadable> {
        answer.read().map_err(Unreadable)
    }
}
