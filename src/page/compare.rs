//! Published figures of several clusters beside each other, on the same axes. A line joins two
//! figures only where they count the same; where they do not, the page says so.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    answered::List,
    figures, layout,
    plot::{Joined, Panel, Point, multiples},
    published::Figure,
    shown::{Shown, Unreadable},
    texts,
    view::{Page, Request, View, parameters},
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["compare"], operation: |_| "compare", parameters: asked, tables: &[], write };

/// What is compared where the address names none: those with many figures.
const SOME: &str = "circlemade,biowin,skywin,greenwin";

fn asked(address: &Address, _: &Request<'_>) -> Vec<(String, String)> {
    let defaults = [("clusters", SOME), ("metric", "MEMBERS,EFFECTIVE_MEMBERS")];
    parameters(address, &[("language", address.locale.value())], &defaults, &[("c", "clusters")])
}

#[derive(Deserialize)]
struct Data {
    figures: Option<List<Figure>>,
}

/// Figures that one line could join: about the same, counting the same.
struct Sequence<'a> {
    name: &'a str,
    figures: Vec<&'a Figure>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(figures) = shown.read::<Data>(answer)?.figures else { return Ok(None) };
    let sequences = sequences(&figures.nodes);
    let days: Vec<NaiveDate> = figures.nodes.iter().filter_map(Figure::day).collect();
    let first = days.iter().min().copied().unwrap_or(shown.day);
    let last = days.iter().max().copied().unwrap_or(shown.day);
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(shown.day);
    let period = (year(first.year()), year(last.year() + 1));
    let panels: Vec<_> = sequences.iter().map(|sequence| panel(shown, sequence)).collect();
    let title = shown.say(texts::COMPARE_TITLE).to_owned();
    let names: Vec<_> = panels.iter().map(|panel| panel.label.as_str()).collect();
    let description = format!("{} {}", shown.say(texts::COMPARE_DESCRIPTION), names.join("; "));
    let plot = multiples("compare", title.clone(), description, period, &panels, |value| shown.locale().number(value));
    let number = shown.locale().integer(figures.total_count);
    let caption = shown.fill(texts::FIGURES_FOUND, &[("n", &number)]);
    let undated = figures.nodes.iter().filter(|figure| figure.day().is_none()).count();
    let main = html! {
        (choose(shown))
        p { (shown.say(texts::COMPARE_NOTE)) }
        @if panels.is_empty() {
            p { (shown.say(texts::NO_ROWS)) }
        } @else {
            (plot.figure(shown, &figures::table(shown, &caption, &figures.nodes)))
            (breaks(shown, &sequences))
        }
        @if undated > 0 {
            p { (shown.fill(texts::UNDATED, &[("n", &shown.locale().integer(undated as i64))])) }
        }
        (layout::more(shown, &figures.page_info))
    };
    let plots = if panels.is_empty() { Vec::new() } else { vec![plot] };
    Ok(Some(Page { title, main, plots, has_date: false }))
}

fn choose(shown: &Shown<'_>) -> Markup {
    html! {
        form class="filters" method="get" action="/compare" {
            input type="hidden" name="lang" value=(shown.locale().code());
            label {
                (shown.say(texts::CLUSTERS_SLUGS)) " "
                input type="text" name="c" value=(shown.parameter("clusters")) size="40";
            }
            button { (shown.say(texts::COMPARE)) }
        }
    }
}

/// The figures by what they are about and what they count, in the order of their days.
fn sequences(figures: &[Figure]) -> Vec<Sequence<'_>> {
    let mut found: Vec<Sequence<'_>> = Vec::new();
    let slug = |figure: &Figure| figure.subject.as_ref().map(|subject| subject.slug.clone());
    for figure in figures.iter().filter(|figure| figure.is_disclosed() && figure.day().is_some()) {
        let is_of = |sequence: &&mut Sequence<'_>| {
            slug(sequence.figures[0]) == slug(figure) && sequence.figures[0].counts_the_same(figure)
        };
        match found.iter_mut().find(is_of) {
            Some(sequence) => sequence.figures.push(figure),
            None => {
                let name = figure.subject.as_ref().map_or("", |subject| subject.name.as_str());
                found.push(Sequence { name, figures: vec![figure] });
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(other.name).then(other.figures.len().cmp(&one.figures.len())));
    found
}

fn panel(shown: &Shown<'_>, sequence: &Sequence<'_>) -> Panel {
    let points = sequence.figures.iter().filter_map(|figure| {
        Some(Point {
            day: figure.day()?,
            value: figure.value?,
            mark: figure.mark(),
            is_target: figure.nature == "TARGET",
            label: format!("{}: {}", sequence.name, figure.told(shown)),
            to: shown.address.to(&format!("/s/{}", figure.source.id), &[]),
            joined: match figure.comparable_with_previous {
                Some(true) => Joined::Yes,
                Some(false) => Joined::No,
                None => Joined::Unsaid,
            },
        })
    });
    let first = sequence.figures[0];
    let unit = match first.unit.as_deref() {
        Some("ORGANIZATIONS") => String::new(),
        Some(unit) => format!(", {}", shown.label("FigureUnit", unit)),
        None => format!(", {}", shown.say(texts::UNIT_UNKNOWN)),
    };
    Panel { label: format!("{}: {}{unit}", sequence.name, first.counted(shown)), points: points.collect() }
}

/// What is not joined, and why.
fn breaks(shown: &Shown<'_>, sequences: &[Sequence<'_>]) -> Markup {
    let broken: Vec<_> = sequences
        .iter()
        .flat_map(|sequence| sequence.figures.iter().skip(1).map(move |figure| (sequence.name, *figure)))
        .filter(|(_, figure)| figure.comparable_with_previous == Some(false))
        .collect();
    html! {
        @if !broken.is_empty() {
            section id="breaks" {
                h2 { (shown.say(texts::NOT_JOINED)) }
                ul {
                    @for (name, figure) in broken {
                        li {
                            bdi { (name) } ", " (figure.told(shown)) ": "
                            @match &figure.comparison_note {
                                Some(note) => bdi { (note) },
                                None => (shown.say(texts::DEFINITION_DIFFERS)),
                            }
                        }
                    }
                }
            }
        }
    }
}
