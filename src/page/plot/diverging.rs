//! Bars up and down, a bucket of time each: who came above the line, who went below it.

use maud::html;

use super::{
    canvas::{Plot, WIDTH, at, legend, linked},
    scale::{Linear, ticks},
};

/// One part of a bar.
pub(crate) struct Part {
    pub(crate) count: i64,
    /// The class of its colour.
    pub(crate) class: &'static str,
    /// What is counted.
    pub(crate) what: String,
    pub(crate) label: String,
    /// Where its rows are.
    pub(crate) to: String,
}

/// One bucket.
pub(crate) struct Bucket {
    pub(crate) label: String,
    /// From the line upwards.
    pub(crate) up: Vec<Part>,
    /// From the line downwards.
    pub(crate) down: Vec<Part>,
}

const HEIGHT: f64 = 320.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = WIDTH - 10.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = HEIGHT - 30.0;

/// The plot; numbers are written by a function.
pub(crate) fn diverging(
    name: &'static str,
    title: String,
    description: String,
    buckets: &[Bucket],
    written: impl Fn(f64) -> String,
) -> Plot {
    let sum = |parts: &[Part]| parts.iter().map(|part| part.count).sum::<i64>() as f64;
    let (up, down) = buckets
        .iter()
        .fold((0.0_f64, 0.0_f64), |(up, down), bucket| (up.max(sum(&bucket.up)), down.max(sum(&bucket.down))));
    // One step for both sides, so that a length means the same above and below.
    let above = ticks(up.max(down));
    let step = above.get(1).copied().unwrap_or(1.0);
    let (most, least) = ((up / step).ceil().max(1.0) * step, -(down / step).ceil().max(1.0) * step);
    let values = Linear::new((least, most), (BOTTOM, TOP));
    let marks: Vec<f64> = above
        .iter()
        .flat_map(|tick| if *tick == 0.0 { vec![0.0] } else { vec![*tick, -*tick] })
        .filter(|tick| *tick >= least && *tick <= most)
        .collect();
    let width = (RIGHT - LEFT) / buckets.len().max(1) as f64;
    let thick = (width * 0.7).min(48.0);
    let every = buckets.len().div_ceil(14).max(1);
    // What stands for what: each colour once, with what it counts.
    let mut kinds: Vec<(&str, String)> = Vec::new();
    for part in buckets.iter().flat_map(|bucket| bucket.up.iter().chain(&bucket.down)).filter(|part| part.count > 0) {
        match kinds.iter_mut().find(|(class, _)| *class == part.class) {
            Some((_, what)) if what.split(" / ").any(|known| known == part.what) => {}
            Some((_, what)) => *what = format!("{what} / {}", part.what),
            None => kinds.push((part.class, part.what.clone())),
        }
    }
    let kinds: Vec<_> = kinds.iter().map(|(class, what)| (*class, what.as_str())).collect();
    let (key, key_height) = legend(name, HEIGHT, &kinds);
    let body = html! {
        (key)
        @for tick in &marks {
            @let y = values.at(*tick);
            line class="grid" x1=(LEFT) x2=(RIGHT) y1=(at(y)) y2=(at(y)) {}
            text class="tick" x=(LEFT - 8.0) y=(at(y + 4.5)) text-anchor="end" { (written(*tick)) }
        }
        @for (number, bucket) in buckets.iter().enumerate() {
            @let x = LEFT + (number as f64 + 0.5) * width;
            @for (part, from, to) in stacked(&bucket.up) {
                @let (low, high) = (values.at(from), values.at(to));
                (linked(Some(&part.to), &part.label, &part.label, &html! {
                    rect class=(part.class) x=(at(x - thick / 2.0)) y=(at(high)) width=(at(thick)) height=(at(low - high)) {}
                }))
            }
            @for (part, from, to) in stacked(&bucket.down) {
                @let (high, low) = (values.at(-from), values.at(-to));
                (linked(Some(&part.to), &part.label, &part.label, &html! {
                    rect class=(part.class) x=(at(x - thick / 2.0)) y=(at(high)) width=(at(thick)) height=(at(low - high)) {}
                }))
            }
            @if number % every == 0 {
                text class="tick" x=(at(x)) y=(HEIGHT - 10.0) text-anchor="middle" { (bucket.label) }
            }
        }
        line class="axis" x1=(LEFT) x2=(RIGHT) y1=(at(values.at(0.0))) y2=(at(values.at(0.0))) {}
    };
    Plot { name, title, description, height: HEIGHT + key_height, body }
}

/// Parts that are there, each with the values it reaches from and to.
fn stacked(parts: &[Part]) -> impl Iterator<Item = (&Part, f64, f64)> {
    let there = parts.iter().filter(|part| part.count > 0);
    there.scan(0.0, |reached, part| {
        let from = *reached;
        *reached += part.count as f64;
        Some((part, from, *reached))
    })
}
