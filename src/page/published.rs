//! Published figures in words: what was said, how exactly, of what, when and by whom.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answered::Source,
    plot::{self, Mark},
    shown::Shown,
    texts,
};

/// A published figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figure {
    pub(super) id: String,
    pub(super) subject: Option<Subject>,
    pub(super) metric: String,
    pub(super) label: Option<String>,
    pub(super) of: Option<Group>,
    pub(super) unit: Option<String>,
    pub(super) nature: String,
    pub(super) on: Option<String>,
    pub(super) value: Option<f64>,
    pub(super) qualifier: String,
    pub(super) disclosure: String,
    pub(super) explanation: Option<String>,
    pub(super) comparable_with_previous: Option<bool>,
    pub(super) comparison_note: Option<String>,
    pub(super) quote: Option<String>,
    pub(super) registry: Option<Comparison>,
    pub(super) source: Source,
}

/// What a figure is about.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Subject {
    #[serde(rename = "__typename")]
    pub(super) typename: Option<String>,
    pub(super) slug: String,
    pub(super) name: String,
}

/// Of which of those that are counted a figure speaks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) sphere: Option<String>,
    pub(super) size_class: Vec<String>,
    pub(super) group: Option<String>,
}

/// What the register counts for the same day.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Comparison {
    pub(super) recorded: Option<i64>,
    pub(super) difference: Option<f64>,
    pub(super) complete: bool,
    pub(super) reason: Option<String>,
}

/// What a figure says, without when and by whom.
pub(super) struct Stated<'a> {
    pub(super) metric: &'a str,
    pub(super) label: Option<&'a str>,
    pub(super) of: Option<&'a Group>,
    pub(super) unit: Option<&'a str>,
    pub(super) value: Option<f64>,
    pub(super) qualifier: &'a str,
    pub(super) disclosure: &'a str,
}

impl Stated<'_> {
    /// The value with how exactly it is meant.
    pub(super) fn value(&self, shown: &Shown<'_>) -> String {
        let Some(value) = self.value.filter(|_| self.disclosure == "DISCLOSED") else {
            return shown.label("Disclosure", "NOT_DISCLOSED").to_owned();
        };
        let mut told = shown.locale().number(value);
        if self.unit == Some("PERCENT") {
            told.push_str("\u{a0}%");
        }
        if self.qualifier == "EXACTLY" {
            told
        } else {
            format!("{} {told}", shown.label("FigureQualifier", self.qualifier))
        }
    }

    /// What is counted.
    pub(super) fn counted(&self, shown: &Shown<'_>) -> String {
        let metric = match self.label {
            Some(label) if self.metric == "OTHER" => label,
            _ => shown.label("FigureMetric", self.metric),
        };
        let group = self.of.iter().flat_map(|of| {
            let sphere = of.sphere.as_deref().map(|sphere| shown.label("Sphere", sphere));
            let sizes = of.size_class.iter().map(|size| shown.label("SizeClass", size));
            sphere.into_iter().chain(sizes).chain(of.group.as_deref())
        });
        let group = group.collect::<Vec<_>>().join(", ");
        if group.is_empty() { metric.to_owned() } else { format!("{metric} ({group})") }
    }
}

impl Figure {
    /// Whether its value was told.
    pub(super) fn is_disclosed(&self) -> bool {
        self.disclosure == "DISCLOSED" && self.value.is_some()
    }

    /// The first of its day.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        self.on.as_deref().and_then(plot::first_day)
    }

    /// Whether it is of a day, or begins by one.
    pub(super) fn is_by(&self, day: NaiveDate) -> bool {
        self.day().is_some_and(|on| on <= day)
    }

    /// What it says, without when and by whom.
    fn stated(&self) -> Stated<'_> {
        Stated {
            metric: &self.metric,
            label: self.label.as_deref(),
            of: self.of.as_ref(),
            unit: self.unit.as_deref(),
            value: self.value,
            qualifier: &self.qualifier,
            disclosure: &self.disclosure,
        }
    }

    /// The value with how exactly it is meant: "nearly 160", "not disclosed".
    pub(super) fn value_told(&self, shown: &Shown<'_>) -> String {
        self.stated().value(shown)
    }

    /// What is counted: "members (companies, small)".
    pub(super) fn counted(&self, shown: &Shown<'_>) -> String {
        self.stated().counted(shown)
    }

    /// The same in a sentence: "35 effective members, 14 December 2023".
    pub(super) fn told(&self, shown: &Shown<'_>) -> String {
        let (value, counted, on) = (self.value_told(shown), self.counted(shown), self.on_told(shown));
        let values = [("value", value.as_str()), ("counted", &counted), ("on", &on)];
        let is_target = self.nature == "TARGET";
        shown.fill(if is_target { texts::FIGURE_AIMED } else { texts::FIGURE_TOLD }, &values)
    }

    /// The day that it is of.
    pub(super) fn on_told(&self, shown: &Shown<'_>) -> String {
        self.on.as_deref().map_or_else(|| shown.say(texts::WITHOUT_DATE).to_owned(), |on| shown.locale().day(on))
    }

    /// How it is drawn.
    pub(super) fn mark(&self) -> Mark {
        match self.qualifier.as_str() {
            "ABOUT" | "NEARLY" => Mark::About,
            "MORE_THAN" | "AT_LEAST" => Mark::AtLeast,
            "LESS_THAN" => Mark::LessThan,
            _ => Mark::Exact,
        }
    }

    /// Whether another counts the same: the same of those, in the same unit.
    pub(super) fn counts_the_same(&self, other: &Self) -> bool {
        let counted = |figure: &Self| (figure.metric.clone(), figure.label.clone(), figure.of.clone());
        self.unit == other.unit && self.nature == other.nature && counted(self) == counted(other)
    }

    /// What the register counts for the same day, in words.
    pub(super) fn compared(&self, shown: &Shown<'_>) -> String {
        let Some(Comparison { recorded, difference, complete, reason }) = &self.registry else { return String::new() };
        if let Some(reason) = reason {
            let why = shown.label("IncomparableReason", reason);
            return shown.fill(texts::NOT_COMPARED, &[("why", why)]);
        }
        let Some(recorded) = recorded else { return shown.say(texts::NOTHING_TO_COMPARE).to_owned() };
        let recorded = shown.locale().integer(*recorded);
        let difference = difference.map_or_else(|| "?".to_owned(), |difference| shown.locale().number(difference));
        let values = [("n", recorded.as_str()), ("difference", &difference)];
        shown.fill(if *complete { texts::COMPARED } else { texts::COMPARED_LOWER_BOUND }, &values)
    }
}

/// A link to the page of a source, with who published it and when.
pub(super) fn source(shown: &Shown<'_>, source: &Source) -> Markup {
    let told = [source.publisher.clone(), source.published_on.as_deref().map(|on| shown.locale().day(on))];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(", ");
    html! {
        a href=(shown.address.to(&format!("/s/{}", source.id), &[])) { bdi { (source.title) } }
        @if !told.is_empty() { " (" bdi { (told) } ")" }
    }
}
