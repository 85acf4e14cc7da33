//! Pages that people read: each asks a saved operation and shows its answer, with every number a
//! link to its rows.
//!
//! An address names a view (`/c/circlemade/flow`), which says what it asks of the schema and
//! makes HTML of what is answered. So nothing stands on a page that the API lacks, and the foot of
//! each shows what was asked. A plot of a page is found under its address
//! (`/c/circlemade/flow/flow.svg`) and is made from the same answer.
//!
//! `address` and `locale` are what a page knows of its request, `layout` is around all of them,
//! `texts` has their texts, `published` and `counted` say numbers in words, `plot` draws. The other
//! files are a page each.

mod address;
mod answered;
mod counted;
mod layout;
mod locale;
mod plot;
mod published;
mod style;
mod texts;

mod answer;
mod changes;
mod cluster;
mod compare;
mod criteria;
mod ecosystem;
mod figures;
mod flow;
mod left;
mod members;
mod organization;
mod source;

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::de::DeserializeOwned;

use self::address::Address;
pub use self::{
    layout::{Fault, fault},
    locale::Locale,
    style::{ASSETS, Asset, PLOT_POLICY},
};
use crate::graphql::{self, Answer, Operation, Operations};

/// A page as its address names it.
struct View {
    /// The parts of its path; `*` is the name of what it is about.
    path: &'static [&'static str],
    /// The saved operation that it asks, by what its address says.
    operation: fn(&Address) -> &'static str,
    /// The parameters of the operation.
    parameters: fn(&Address, &Request<'_>) -> Vec<(String, String)>,
    /// Saved operations that answer the tables of the page, where its own answers several lists.
    tables: &'static [&'static str],
    /// What the page holds; nothing where the register has not what it is about.
    write: fn(&Shown<'_>, &Answer) -> Result<Option<Page>, Unreadable>,
}

/// All of them.
static VIEWS: [&View; 12] = [
    &ecosystem::VIEW,
    &cluster::VIEW,
    &answer::VIEW,
    &members::VIEW,
    &flow::VIEW,
    &left::VIEW,
    &criteria::VIEW,
    &compare::VIEW,
    &figures::VIEW,
    &organization::VIEW,
    &source::VIEW,
    &changes::VIEW,
];

/// What a view is asked with besides its address.
struct Request<'a> {
    /// What stands in the place of `*`.
    name: &'a str,
    /// The day that is asked for, or today.
    day: NaiveDate,
}

impl Request<'_> {
    /// The period of some years that ends with the day: from a first of January to the day after.
    fn years_before(&self, years: i32) -> (String, String) {
        use chrono::Datelike as _;
        let from = format!("{:04}-01-01", (self.day.year() - years).max(1));
        (from, self.day_after())
    }

    /// The day after the one that is asked for.
    fn day_after(&self) -> String {
        self.day.succ_opt().unwrap_or(self.day).to_string()
    }
}

/// What a page holds.
struct Page {
    /// Its title, and that of the document.
    title: String,
    main: Markup,
    plots: Vec<plot::Plot>,
    /// Whether it is shown at a date that can be set.
    has_date: bool,
}

/// An answer that is not what the view asks for: an operator put another operation in the place of
/// ours.
#[derive(Debug)]
struct Unreadable(String);

/// A request for a page, or for a plot of one.
pub struct Asked {
    view: &'static View,
    name: String,
    plot: Option<String>,
    address: Address,
    day: NaiveDate,
}

/// What became of a request.
pub enum Written {
    /// The page.
    Page(String),
    /// The plot.
    Plot(String),
    /// The register has not what it is about, or the page no such plot.
    Missing,
    /// The answer is not what the page asks for: another operation was put in the place of ours.
    Unreadable,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("address", &self.address).field("plot", &self.plot).finish_non_exhaustive()
    }
}

impl Asked {
    /// Of a path whose parts are decoded, and the pairs behind the question mark; nothing where no
    /// page has the path.
    pub fn of(parts: &[String], pairs: Vec<(String, String)>, locale: Locale, today: NaiveDate) -> Option<Self> {
        let plot = parts.last().and_then(|last| last.strip_suffix(".svg"));
        let of_page = &parts[..parts.len() - usize::from(plot.is_some())];
        let view = VIEWS.into_iter().find(|view| {
            let fits = |(own, given): (&&str, &String)| *own == "*" && !given.is_empty() || *own == given.as_str();
            view.path.len() == of_page.len() && view.path.iter().zip(of_page).all(fits)
        })?;
        let place = view.path.iter().position(|part| *part == "*");
        let name = place.map(|at| of_page[at].clone()).unwrap_or_default();
        let encoded: Vec<_> = of_page.iter().map(|part| address::encoded(part)).collect();
        let path = format!("/{}", encoded.join("/"));
        let pairs: Vec<_> = pairs.into_iter().filter(|(name, value)| name != "lang" && !value.is_empty()).collect();
        let address = Address { path, locale, pairs };
        let day = address.get("asOf").and_then(|day| day.parse().ok()).unwrap_or(today);
        Some(Self { view, name, plot: plot.map(ToOwned::to_owned), address, day })
    }

    /// The saved operation that it asks.
    pub fn operation(&self) -> &'static str {
        (self.view.operation)(&self.address)
    }

    /// The parameters of the operation.
    pub fn parameters(&self) -> Vec<(String, String)> {
        (self.view.parameters)(&self.address, &Request { name: &self.name, day: self.day })
    }

    /// The language it is written in.
    pub fn locale(&self) -> Locale {
        self.address.locale
    }

    /// What tells it from other pages and plots of the same answer.
    pub fn told_apart(&self) -> String {
        format!("{}\n{}", self.plot.as_deref().unwrap_or_default(), self.address.with(&[]))
    }

    /// Whether it is a plot.
    pub fn is_plot(&self) -> bool {
        self.plot.is_some()
    }

    /// The page of an answer without errors; `basis` as an address has it, and `origin` the
    /// server as the client calls it.
    pub fn write(&self, operations: &Operations, answer: &Answer, basis: &str, origin: &str) -> Written {
        let Some(operation) = operations.get(self.operation()) else { return Written::Missing };
        let tables = self.view.tables.iter().filter_map(|name| operations.get(name).map(|found| &**found)).collect();
        let parameters = self.parameters();
        let basis = layout::Basis::of(basis);
        let shown = Shown {
            address: &self.address,
            name: &self.name,
            day: self.day,
            basis,
            operation,
            tables,
            parameters,
            origin,
        };
        let page = match (self.view.write)(&shown, answer) {
            Ok(Some(page)) => page,
            Ok(None) => return Written::Missing,
            Err(Unreadable(told)) => {
                tracing::error!(operation = operation.name, told, "a page cannot read the answer of its operation");
                return Written::Unreadable;
            }
        };
        match &self.plot {
            None => Written::Page(layout::document(&shown, &page)),
            Some(name) => {
                let plot = page.plots.iter().find(|plot| plot.name == name);
                plot.map_or(Written::Missing, |plot| Written::Plot(plot.standalone()))
            }
        }
    }
}

/// What is at hand where a page is written.
struct Shown<'a> {
    address: &'a Address,
    /// What stands in the place of `*`.
    name: &'a str,
    /// The day that is asked for, or today.
    day: NaiveDate,
    basis: layout::Basis,
    operation: &'a Operation,
    /// Those that answer its tables.
    tables: Vec<&'a Operation>,
    parameters: Vec<(String, String)>,
    origin: &'a str,
}

impl Shown<'_> {
    fn locale(&self) -> Locale {
        self.address.locale
    }

    fn say(&self, text: locale::Text) -> &'static str {
        self.locale().say(text)
    }

    fn fill(&self, text: locale::Text, values: &[(&str, &str)]) -> String {
        self.locale().fill(text, values)
    }

    /// What the value of a closed set of the schema is called.
    fn label<'a>(&self, set: &str, value: &'a str) -> &'a str {
        graphql::label_of(set, value, self.locale().language())
    }

    /// A way to end, with the reason where there is one.
    fn exit(&self, kind: &str, reason: Option<&str>) -> String {
        let kind = self.label("ExitKind", kind);
        reason.map_or_else(|| kind.to_owned(), |reason| format!("{kind}, {}", self.label("ExitReason", reason)))
    }

    /// A version of criteria, with its label where it has one.
    fn version(&self, number: i64, label: Option<&str>) -> String {
        let title = self.fill(texts::VERSION, &[("n", &self.locale().integer(number))]);
        label.map_or_else(|| title.clone(), |label| format!("{title}{}{label}", self.locale().colon()))
    }

    /// An organization, as a link to its page.
    fn organization(&self, organization: &answered::Named) -> Markup {
        html! {
            a href=(self.address.to(&format!("/o/{}", organization.id), &[])) { bdi { (organization.name) } }
        }
    }

    /// A cluster, as a link to its page.
    fn cluster(&self, slug: &str, name: &str) -> Markup {
        html! { a href=(self.address.to(&format!("/c/{}", address::encoded(slug)), &[])) { bdi { (name) } } }
    }

    /// A parameter of the operation.
    fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The data of an answer as a view reads it.
    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Unreadable> {
        answer.read().map_err(Unreadable)
    }
}

/// The first day on which an exit counts where none is named: before any cluster was founded.
const EVER: &str = "1900-01-01";

/// Pairs of an operation's parameters: those that follow from the path and the language, which the
/// address cannot say again; others by default; and what the address says.
fn parameters(
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
