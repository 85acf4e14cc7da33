//! Every published figure against the register; figures of one day that contradict each other stand
//! together.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::{Address, encoded},
    answered::List,
    layout, published,
    published::Figure,
    shown::{Shown, Unreadable},
    table::{Column, wide_table},
    texts,
    view::{Page, Request, View, parameters},
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["figures"], operation: |_| "published-figures", parameters: asked, tables: &[], write };

fn asked(address: &Address, _: &Request<'_>) -> Vec<(String, String)> {
    parameters(address, &[("language", address.locale.value())], &[], &[("c", "cluster")])
}

#[derive(Deserialize)]
struct Data {
    figures: Option<List<Figure>>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(figures) = shown.read::<Data>(answer)?.figures else { return Ok(None) };
    let number = shown.locale().integer(figures.total_count);
    let caption = shown.fill(texts::FIGURES_FOUND, &[("n", &number)]);
    let contradictions = contradictions(&figures.nodes);
    let main = html! {
        (filters(shown))
        @if !contradictions.is_empty() {
            section id="contradictions" {
                h2 { (shown.say(texts::CONTRADICTIONS)) }
                p { (shown.say(texts::CONTRADICTIONS_NOTE)) }
                @for figures in &contradictions {
                    h3 { (subject(shown, figures[0])) ", " (figures[0].counted(shown)) ", " (figures[0].on_told(shown)) }
                    ul {
                        @for figure in figures {
                            li {
                                a href={ "#" (figure.id) } { (figure.value_told(shown)) }
                                ": " (published::source(shown, &figure.source))
                            }
                        }
                    }
                }
            }
        }
        section {
            h2 { (shown.say(texts::ALL_FIGURES)) }
            @if figures.nodes.is_empty() { p { (shown.say(texts::NO_ROWS)) } } @else {
                (table(shown, &caption, &figures.nodes))
                (layout::more(shown, &figures.page_info))
            }
        }
    };
    let title = shown.say(texts::FIGURES_TITLE).to_owned();
    Ok(Some(Page { title, main, plots: Vec::new(), has_date: false }))
}

fn filters(shown: &Shown<'_>) -> Markup {
    let value = |name: &str| shown.address.get(name).unwrap_or_default();
    let metrics = ["MEMBERS", "EFFECTIVE_MEMBERS", "CANDIDATE_MEMBERS", "PARTNERS", "LEAVERS", "EXCLUSIONS"];
    html! {
        form class="filters" method="get" action="/figures" role="search" {
            input type="hidden" name="lang" value=(shown.locale().code());
            label { (shown.say(texts::CLUSTERS_SLUGS)) " " input type="text" name="c" value=(value("c")); }
            label {
                (shown.say(texts::COUNTED)) " "
                select name="metric" {
                    option value="" selected[value("metric").is_empty()] { (shown.say(texts::ALL)) }
                    @for metric in metrics {
                        option value=(metric) selected[value("metric") == metric] { (shown.label("FigureMetric", metric)) }
                    }
                }
            }
            label {
                (shown.say(texts::NATURE)) " "
                select name="nature" {
                    option value="" selected[value("nature").is_empty()] { (shown.say(texts::ALL)) }
                    @for nature in ["ACTUAL", "TARGET"] {
                        option value=(nature) selected[value("nature") == nature] { (shown.label("FigureNature", nature)) }
                    }
                }
            }
            button { (shown.say(texts::SHOW)) }
        }
    }
}

/// Figures of one day that count the same and say different things.
fn contradictions(figures: &[Figure]) -> Vec<Vec<&Figure>> {
    let slug = |figure: &Figure| figure.subject.as_ref().map(|subject| subject.slug.clone());
    let mut groups: Vec<Vec<&Figure>> = Vec::new();
    for figure in figures.iter().filter(|figure| figure.on.is_some() && figure.is_disclosed()) {
        let is_of = |group: &&mut Vec<&Figure>| {
            let first = group[0];
            first.on == figure.on && slug(first) == slug(figure) && first.counts_the_same(figure)
        };
        match groups.iter_mut().find(is_of) {
            Some(group) => group.push(figure),
            None => groups.push(vec![figure]),
        }
    }
    groups.retain(|group| group.iter().any(|figure| figure.value != group[0].value));
    groups
}

/// What a figure is about, as a link where it has a page.
fn subject(shown: &Shown<'_>, figure: &Figure) -> Markup {
    html! {
        @if let Some(subject) = &figure.subject {
            @if subject.typename.as_deref() == Some("Cluster") {
                (shown.cluster(&subject.slug, &subject.name))
            } @else { bdi { (subject.name) } }
        }
    }
}

/// Figures as a table, each with its row's own address.
pub(super) fn table(shown: &Shown<'_>, caption: &str, figures: &[Figure]) -> Markup {
    wide_table(
        shown,
        caption,
        &[
            Column::Words(texts::DAY),
            Column::Words(texts::ABOUT),
            Column::Words(texts::FIGURE),
            Column::Words(texts::REGISTER),
            Column::Words(texts::SOURCE),
        ],
        &html! { @for figure in figures {
            tr id=(figure.id) {
                th scope="row" { (figure.on_told(shown)) }
                td { (subject(shown, figure)) }
                td {
                    strong { (figure.value_told(shown)) } " " bdi { (figure.counted(shown)) }
                    @if figure.nature == "TARGET" { " (" (shown.label("FigureNature", "TARGET")) ")" }
                    @if let Some(quote) = &figure.quote { br; q { bdi { (quote) } } }
                }
                td { (register(shown, figure)) }
                td { (published::source(shown, &figure.source)) }
            }
        } },
    )
}

/// What the register counts, as a link to its rows.
fn register(shown: &Shown<'_>, figure: &Figure) -> Markup {
    let told = figure.compared(shown);
    let is_of_cluster = |subject: &&published::Subject| subject.typename.as_deref() == Some("Cluster");
    let subject = figure.subject.as_ref().filter(is_of_cluster);
    let day = figure.day().map(|day| day.to_string());
    html! {
        @match (subject, day) {
            (Some(subject), Some(day)) => {
                a href=(shown.address.to(&format!("/c/{}/answer", encoded(&subject.slug)), &[("asOf", &day)])) { (told) }
            }
            _ => (told),
        }
    }
}
