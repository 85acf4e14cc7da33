//! A document, and everything that rests on it.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::is_web,
    address::{Address, encoded},
    answered::{List, Named},
    layout,
    shown::{Shown, Unreadable},
    table::{Column, wide_table},
    texts,
    view::{Page, Request, View, parameters},
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["s", "*"], operation: |_| "source", parameters: asked, tables: &[], write };

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    parameters(address, &[("id", request.name), ("language", address.locale.value())], &[], &[])
}

#[derive(Deserialize)]
struct Data {
    node: Option<Source>,
    facts: Option<List<Fact>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    kind: String,
    title: String,
    publisher: Option<String>,
    reference: Option<String>,
    published_on: Option<String>,
    url: Option<String>,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fact {
    kind: String,
    organization: Option<Named>,
    cluster: Option<Slugged>,
    programme: Option<Slugged>,
    recorded_at: String,
}

#[derive(Deserialize)]
struct Slugged {
    slug: String,
    name: String,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Data { node: Some(source), facts: Some(facts) } = shown.read(answer)? else { return Ok(None) };
    let number = shown.locale().integer(facts.total_count);
    let caption = shown.fill(texts::FACTS_FOUND, &[("n", &number)]);
    let main = html! {
        (profile(shown, &source))
        section {
            h2 { (shown.say(texts::RESTS_ON_IT)) }
            @if facts.nodes.is_empty() { p { (shown.say(texts::NO_ROWS)) } } @else {
                (table(shown, &caption, &facts.nodes))
                (layout::more(shown, &facts.page_info))
            }
        }
    };
    Ok(Some(Page { title: source.title, main, plots: Vec::new(), has_date: false }))
}

fn profile(shown: &Shown<'_>, source: &Source) -> Markup {
    html! {
        dl class="profile" {
            dt { (shown.say(texts::KIND)) }
            dd { (shown.label("SourceKind", &source.kind)) }
            @if let Some(publisher) = &source.publisher { dt { (shown.say(texts::PUBLISHER)) } dd { bdi { (publisher) } } }
            @if let Some(reference) = &source.reference { dt { (shown.say(texts::REFERENCE)) } dd { bdi { (reference) } } }
            @if let Some(on) = &source.published_on { dt { (shown.say(texts::PUBLISHED_ON)) } dd { (shown.locale().day(on)) } }
            @if let Some(language) = &source.language {
                dt { (shown.say(texts::LANGUAGE)) }
                dd { (shown.label("Language", language)) }
            }
            @if let Some(url) = source.url.as_deref().filter(|url| is_web(url)) {
                dt { (shown.say(texts::WHERE_TO_READ)) }
                dd { a href=(url) rel="noreferrer" { (url) } }
            }
        }
    }
}

fn table(shown: &Shown<'_>, caption: &str, facts: &[Fact]) -> Markup {
    wide_table(
        shown,
        caption,
        &[
            Column::Words(texts::KIND),
            Column::Words(texts::ORGANIZATION),
            Column::Words(texts::CLUSTER),
            Column::Words(texts::RECORDED),
        ],
        &html! { @for fact in facts { (row(shown, fact)) } },
    )
}

fn row(shown: &Shown<'_>, fact: &Fact) -> Markup {
    let recorded = fact.recorded_at.get(..10).unwrap_or_default();
    html! {
        tr {
            th scope="row" { (kind(shown, fact)) }
            td {
                @if let Some(organization) = &fact.organization {
                    (shown.organization(organization))
                }
            }
            td {
                @if let Some(cluster) = &fact.cluster {
                    (shown.cluster(&cluster.slug, &cluster.name))
                }
                @if let Some(programme) = &fact.programme { " " bdi { (programme.name) } }
            }
            td { (shown.locale().day(recorded)) }
        }
    }
}

/// The kind of a fact, as a link to where its rows are shown, where the cluster has such a page.
fn kind(shown: &Shown<'_>, fact: &Fact) -> Markup {
    let label = shown.label("FactKind", &fact.kind);
    let slug = fact.cluster.as_ref().map(|cluster| cluster.slug.as_str());
    let to = slug.and_then(|slug| match fact.kind.as_str() {
        "FIGURE" => Some(shown.address.to_timeless("/figures", &[("c", slug)])),
        "CRITERIA" => Some(shown.address.to(&format!("/c/{}/criteria", encoded(slug)), &[])),
        _ => None,
    });
    html! { @match to { Some(to) => a href=(to) { (label) }, None => (label) } }
}
