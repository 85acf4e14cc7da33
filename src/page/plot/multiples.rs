//! Small multiples: a panel each, all on the same axes, with published figures as points. A line
//! joins two points only where they count the same in the same way, and is dashed where nobody says
//! whether they do.

use chrono::NaiveDate;
use maud::html;

use super::{
    canvas::{Plot, WIDTH, at, fitted, linked},
    scale::{Days, Linear, ticks},
    stock::Mark,
};

/// A published figure.
pub(crate) struct Point {
    pub(crate) day: NaiveDate,
    pub(crate) value: f64,
    pub(crate) mark: Mark,
    pub(crate) is_target: bool,
    pub(crate) label: String,
    pub(crate) to: String,
    /// Whether a line leads to it from the point before.
    pub(crate) joined: Joined,
}

/// Whether two points may be joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    /// They cannot be compared.
    No,
    /// Nobody says whether they can: the line is dashed.
    Unsaid,
    /// They can.
    Yes,
}

/// One panel.
pub(crate) struct Panel {
    pub(crate) label: String,
    pub(crate) points: Vec<Point>,
}

const COLUMNS: usize = 2;
const PANEL: f64 = 190.0;
const GAP: f64 = 24.0;

/// The plot; values are written by a function.
pub(crate) fn multiples(
    name: &'static str,
    title: String,
    description: String,
    (from, to): (NaiveDate, NaiveDate),
    panels: &[Panel],
    written: impl Fn(f64) -> String,
) -> Plot {
    let most = panels.iter().flat_map(|panel| &panel.points).map(|point| point.value).fold(0.0, f64::max);
    let ticks = ticks(most);
    let rows = panels.len().div_ceil(COLUMNS).max(1);
    let height = rows as f64 * (PANEL + GAP);
    let width = (WIDTH - GAP) / COLUMNS as f64;
    let body = html! {
        @for (number, panel) in panels.iter().enumerate() {
            @let left = (number % COLUMNS) as f64 * (width + GAP) + 44.0;
            @let right = (number % COLUMNS) as f64 * (width + GAP) + width - 12.0;
            @let top = (number / COLUMNS) as f64 * (PANEL + GAP) + 30.0;
            @let bottom = top + PANEL - 54.0;
            @let values = Linear::new((0.0, ticks.last().copied().unwrap_or(1.0)), (bottom, top));
            @let days = Days::new(from, to, (left, right));
            text class="label" x=(at(left)) y=(at(top - 12.0)) { (fitted(&panel.label, 38)) }
            @for tick in &ticks {
                @let y = values.at(*tick);
                line class="grid" x1=(at(left)) x2=(at(right)) y1=(at(y)) y2=(at(y)) {}
                text class="tick" x=(at(left - 8.0)) y=(at(y + 4.5)) text-anchor="end" { (written(*tick)) }
            }
            line class="axis" x1=(at(left)) x2=(at(right)) y1=(at(bottom)) y2=(at(bottom)) {}
            @for (year, x) in days.years(5) {
                text class="tick" x=(at(x)) y=(at(bottom + 18.0)) text-anchor="middle" { (year) }
            }
            @for pair in panel.points.windows(2).filter(|pair| pair[1].joined != Joined::No) {
                @let class = if pair[1].joined == Joined::Yes { "line" } else { "line unsaid" };
                line class=(class) x1=(at(days.at(pair[0].day))) y1=(at(values.at(pair[0].value)))
                    x2=(at(days.at(pair[1].day))) y2=(at(values.at(pair[1].value))) {}
            }
            @for point in &panel.points {
                @let (x, y) = (days.at(point.day), values.at(point.value));
                (linked(Some(&point.to), &point.label, &point.label, &html! {
                    @match point.mark {
                        Mark::Exact => {},
                        Mark::About => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y - 11.0)) y2=(at(y + 11.0)) {},
                        Mark::AtLeast => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y - 16.0)) y2=(at(y)) {},
                        Mark::LessThan => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y)) y2=(at(y + 16.0)) {},
                    }
                    circle class=(if point.is_target { "target" } else { "published" }) cx=(at(x)) cy=(at(y)) r="4.5" {}
                }))
            }
        }
    };
    Plot { name, title, description, height, body }
}
