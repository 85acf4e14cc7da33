//! How many there were over time: what the register counts as steps, confirmed and presumed; what
//! was published as points on it; events as rules; and where the register is complete as a band.

use chrono::NaiveDate;
use maud::html;

use super::{
    canvas::{Plot, WIDTH, at, filled, fitted, legend, linked},
    scale::{Days, Linear, ticks},
};

/// What the register counts on a day, and until the next one.
pub(crate) struct Counted {
    pub(crate) day: NaiveDate,
    pub(crate) confirmed: i64,
    pub(crate) presumed: i64,
    pub(crate) is_complete: bool,
}

impl Counted {
    /// Whether it says what another does, of another day.
    fn says_what(&self, other: &Self) -> bool {
        let said = |counted: &Self| (counted.confirmed, counted.presumed, counted.is_complete);
        said(self) == said(other)
    }
}

/// How exactly a published number is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Exactly.
    Exact,
    /// About, or nearly: with a bar to both sides.
    About,
    /// At least, or more than: with a bar upwards.
    AtLeast,
    /// Less than: with a bar downwards.
    LessThan,
}

/// What was published.
pub(crate) struct Published {
    pub(crate) day: NaiveDate,
    pub(crate) value: f64,
    pub(crate) mark: Mark,
    /// What was aimed at: its point is hollow.
    pub(crate) is_target: bool,
    pub(crate) label: String,
    pub(crate) to: String,
}

/// What happened.
pub(crate) struct Event {
    pub(crate) day: NaiveDate,
    pub(crate) label: String,
    pub(crate) told: String,
}

/// All that is drawn.
pub(crate) struct Stock {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) counted: Vec<Counted>,
    pub(crate) published: Vec<Published>,
    pub(crate) events: Vec<Event>,
    /// What the band says where the register is complete, and where it is not.
    pub(crate) complete: &'static str,
    pub(crate) incomplete: &'static str,
    /// What stands for what, by the classes of the colours.
    pub(crate) key: Vec<(&'static str, &'static str)>,
}

const HEIGHT: f64 = 340.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 14.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = HEIGHT - 52.0;

/// The plot; numbers are written by a function.
pub(crate) fn stock(
    name: &'static str,
    title: String,
    description: String,
    drawn: &Stock,
    written: impl Fn(f64) -> String,
) -> Plot {
    let counted = drawn.counted.iter().map(|counted| (counted.confirmed + counted.presumed) as f64);
    let days = Days::new(drawn.from, drawn.to, (LEFT, RIGHT));
    let published = drawn.published.iter().filter(|published| days.has(published.day)).map(|published| published.value);
    let ticks = ticks(counted.chain(published).fold(0.0, f64::max));
    let values = Linear::new((0.0, ticks.last().copied().unwrap_or(1.0)), (BOTTOM, TOP));
    let last = drawn.counted.last().map(|last| (drawn.to, last));
    // A count holds from its day to the next one that differs.
    let each = drawn.counted.windows(2).map(|pair| (pair[1].day, &pair[0])).chain(last).collect::<Vec<_>>();
    let is_same = |one: &(NaiveDate, &Counted), other: &(NaiveDate, &Counted)| one.1.says_what(other.1);
    let steps: Vec<_> = each.chunk_by(is_same).map(|run| (run[run.len() - 1].0, run[0].1)).collect();
    let (key, key_height) = legend(name, HEIGHT, &drawn.key);
    let body = html! {
        (key)
        @for tick in &ticks {
            @let y = at(values.at(*tick));
            line class="grid" x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
            text class="tick" x=(LEFT - 8.0) y=(at(values.at(*tick) + 4.5)) text-anchor="end" { (written(*tick)) }
        }
        @for (until, counted) in &steps {
            @let (start, end) = (days.at(counted.day), days.at(*until));
            @let (middle, top) = (values.at(counted.confirmed as f64), values.at((counted.confirmed + counted.presumed) as f64));
            @if counted.confirmed > 0 {
                rect class="confirmed" x=(at(start)) y=(at(middle)) width=(at(end - start)) height=(at(BOTTOM - middle)) {}
            }
            @if counted.presumed > 0 {
                rect class="presumed" fill=[filled(name, "presumed")] x=(at(start)) y=(at(top)) width=(at(end - start)) height=(at(middle - top)) {}
            }
        }
        @for stretch in stretches(&steps) {
            @let (start, end) = (days.at(stretch.0), days.at(stretch.1));
            @let label = if stretch.2 { drawn.complete } else { drawn.incomplete };
            rect class=(if stretch.2 { "complete" } else { "incomplete" }) x=(at(start)) y=(at(BOTTOM + 26.0))
                width=(at(end - start)) height="8" { title { (label) } }
            @if end - start > 120.0 {
                text class="tick" x=(at(start)) y=(at(BOTTOM + 48.0)) { (label) }
            }
        }
        line class="axis" x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
        @for (year, x) in days.years(12) {
            line class="axis" x1=(at(x)) x2=(at(x)) y1=(BOTTOM) y2=(BOTTOM + 4.0) {}
            text class="tick" x=(at(x)) y=(BOTTOM + 19.0) text-anchor="middle" { (year) }
        }
        @for (number, event) in drawn.events.iter().filter(|event| days.has(event.day)).enumerate() {
            @let x = days.at(event.day);
            @let y = 14.0 + (number % 3) as f64 * 16.0;
            @let is_late = x > WIDTH * 0.7;
            g {
                title { (event.told) }
                line class="event" x1=(at(x)) x2=(at(x)) y1=(at(y - 8.0)) y2=(BOTTOM) {}
                text class="event" x=(at(if is_late { x - 5.0 } else { x + 5.0 })) y=(at(y + 2.0))
                    text-anchor=(if is_late { "end" } else { "start" }) { (fitted(&event.label, 28)) }
            }
        }
        @for published in drawn.published.iter().filter(|published| days.has(published.day)) {
            @let (x, y) = (days.at(published.day), values.at(published.value));
            (linked(Some(&published.to), &published.label, &published.label, &html! {
                @match published.mark {
                    Mark::Exact => {},
                    Mark::About => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y - 14.0)) y2=(at(y + 14.0)) {},
                    Mark::AtLeast => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y - 20.0)) y2=(at(y)) {},
                    Mark::LessThan => line class="doubt" x1=(at(x)) x2=(at(x)) y1=(at(y)) y2=(at(y + 20.0)) {},
                }
                circle class=(if published.is_target { "target" } else { "published" }) cx=(at(x)) cy=(at(y)) r="5" {}
                text class="number" x=(at(if x > RIGHT - 40.0 { x - 9.0 } else { x + 9.0 })) y=(at(y - 5.0))
                    text-anchor=(if x > RIGHT - 40.0 { "end" } else { "start" }) { (written(published.value)) }
            }))
        }
    };
    Plot { name, title, description, height: HEIGHT + key_height, body }
}

/// The stretches through which the register is, or is not, complete.
fn stretches(steps: &[(NaiveDate, &Counted)]) -> Vec<(NaiveDate, NaiveDate, bool)> {
    let runs = steps.chunk_by(|one, other| one.1.is_complete == other.1.is_complete);
    runs.map(|run| (run[0].1.day, run[run.len() - 1].0, run[0].1.is_complete)).collect()
}
