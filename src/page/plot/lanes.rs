//! Lanes of time, one below the other: where an organization was a member, and since when.

use chrono::NaiveDate;
use maud::html;

use super::{
    canvas::{Plot, WIDTH, at, filled, fitted, legend, linked},
    scale::Days,
};

/// A stretch of a lane.
pub(crate) struct Span {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    /// `candidate`, `confirmed`, `presumed` or `partner`.
    pub(crate) class: &'static str,
    pub(crate) label: String,
}

/// One lane.
pub(crate) struct Lane {
    pub(crate) label: String,
    pub(crate) to: String,
    pub(crate) spans: Vec<Span>,
}

const LABELS: f64 = 200.0;
const STEP: f64 = 34.0;
const THICK: f64 = 16.0;
const HEAD: f64 = 26.0;

/// The plot; `key` is what stands for what, by the classes of the colours.
pub(crate) fn lanes(
    name: &'static str,
    title: String,
    description: String,
    (from, to): (NaiveDate, NaiveDate),
    lanes: &[Lane],
    key: &[(&str, &str)],
) -> Plot {
    let days = Days::new(from, to, (LABELS, WIDTH - 12.0));
    let height = HEAD + lanes.len().max(1) as f64 * STEP + 6.0;
    let (key, key_height) = legend(name, height, key);
    let body = html! {
        (key)
        @for (year, x) in days.years(9) {
            line class="grid" x1=(at(x)) x2=(at(x)) y1=(HEAD - 6.0) y2=(height) {}
            text class="tick" x=(at(x)) y="14" text-anchor="middle" { (year) }
        }
        @for (number, lane) in lanes.iter().enumerate() {
            @let top = HEAD + number as f64 * STEP + (STEP - THICK) / 2.0;
            line class="grid" x1=(LABELS) x2=(WIDTH - 12.0) y1=(at(top + THICK / 2.0)) y2=(at(top + THICK / 2.0)) {}
            @let label = fitted(&lane.label, 26);
            (linked(Some(&lane.to), &label, &lane.label, &html! {
                text class="label" x=(LABELS - 10.0) y=(at(top + 12.5)) text-anchor="end" { (label) }
            }))
            @for span in &lane.spans {
                @let (start, end) = (days.at(span.from), days.at(span.to));
                // What is attested for one day alone has a place too.
                rect class=(span.class) fill=[filled(name, span.class)] x=(at(start)) y=(at(top)) width=(at((end - start).max(3.0))) height=(THICK) {
                    title { (span.label) }
                }
            }
        }
    };
    Plot { name, title, description, height: height + key_height, body }
}
