//! Pages that people read: each asks a saved operation and shows its answer, with every number a
//! link to its rows.
//!
//! An address names a view (`/c/circlemade/flow`), which says what it asks of the schema and
//! makes HTML of what is answered. So nothing stands on a page that the API lacks, and the foot of
//! each shows what was asked. A plot of a page is found under its address
//! (`/c/circlemade/flow/flow.svg`) and is made from the same answer.
//!
//! `view` says what a page is. `address` and `locale` are what it knows of its request, `shown` what is
//! at hand where it is written; `layout` is around all pages and `ways` on those of a cluster. `texts`
//! has their texts, `published` and `counted` say numbers in words, `participants` lists members,
//! `plot` draws. The other files are a page each.

mod address;
mod answered;
mod counted;
mod layout;
mod locale;
mod participants;
mod plot;
mod published;
mod shown;
mod style;
mod table;
mod texts;
mod view;
mod ways;

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

use self::{
    address::Address,
    shown::{Basis, Shown, Unreadable},
    view::{Request, View},
};
pub use self::{
    layout::{Fault, fault},
    locale::Locale,
    style::{ASSETS, Asset, PLOT_POLICY},
};
use crate::graphql::{Answer, Operations};

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
    /// Of a path whose parts are decoded, and the pairs behind the question mark; `None` where no
    /// page has the path.
    pub fn from_path(parts: &[String], pairs: Vec<(String, String)>, locale: Locale, today: NaiveDate) -> Option<Self> {
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
        let basis = Basis::from_address(basis);
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
