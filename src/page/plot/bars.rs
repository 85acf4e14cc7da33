//! Bars from left to right, one below the other.

use maud::html;

use super::{
    canvas::{Plot, WIDTH, at, filled, fitted, linked},
    scale::Linear,
};

/// One bar.
pub(crate) struct Bar {
    /// What is counted.
    pub(crate) label: String,
    /// How many are confirmed on the day.
    pub(crate) confirmed: i64,
    /// How many are presumed.
    pub(crate) presumed: i64,
    /// The number as it is written.
    pub(crate) written: String,
    /// Where the rows are.
    pub(crate) to: Option<String>,
    /// Whether it counts what is not known, or not recorded.
    pub(crate) is_unknown: bool,
}

const LABELS: f64 = 260.0;
const NUMBERS: f64 = 140.0;
const LETTERS: usize = 36;
const STEP: f64 = 30.0;
const THICK: f64 = 18.0;

/// A plot of bars.
pub(crate) fn bars(name: &'static str, title: String, description: String, bars: &[Bar]) -> Plot {
    let most = bars.iter().map(|bar| bar.confirmed + bar.presumed).max().unwrap_or(0).max(1);
    let scale = Linear::new((0.0, most as f64), (LABELS, WIDTH - NUMBERS));
    let height = bars.len().max(1) as f64 * STEP + 8.0;
    let body = html! {
        line class="axis" x1=(LABELS) x2=(LABELS) y1="0" y2=(height) {}
        @for (number, bar) in bars.iter().enumerate() {
            @let top = 4.0 + number as f64 * STEP + (STEP - THICK) / 2.0;
            @let (middle, end) = (scale.at(bar.confirmed as f64), scale.at((bar.confirmed + bar.presumed) as f64));
            @let label = fitted(&bar.label, LETTERS);
            @let called = format!("{label} {}", bar.written);
            @let told = format!("{}: {}", bar.label, bar.written);
            (linked(bar.to.as_deref(), &called, &told, &html! {
                text class="label" x=(LABELS - 10.0) y=(at(top + 14.0)) text-anchor="end" { (label) }
                @if bar.confirmed > 0 {
                    rect class=(if bar.is_unknown { "unknown" } else { "confirmed" }) x=(at(LABELS)) y=(at(top))
                        width=(at(middle - LABELS)) height=(THICK) {}
                }
                @if bar.presumed > 0 {
                    @let class = if bar.is_unknown { "unknown" } else { "presumed" };
                    rect class=(class) fill=[filled(name, class)] x=(at(middle)) y=(at(top))
                        width=(at(end - middle)) height=(THICK) {}
                }
                text class="number" x=(at(end + 8.0)) y=(at(top + 14.0)) { (bar.written) }
            }))
        }
    };
    Plot { name, title, description, height, body }
}
