//! The first page: the clusters with their sizes, what the register holds and what it lacks, and
//! where to ask more.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::{Address, encoded},
    answered::{Count, Headcount, List, Named, Total},
    counted, layout,
    published::Figure,
    shown::{Shown, Unreadable},
    table::{Column, wide_table},
    texts,
    view::{Page, Request, View, parameters},
};
use crate::graphql::Answer;

pub(super) static VIEW: View = View {
    path: &[],
    operation: |_| "ecosystem",
    parameters: asked,
    tables: &["clusters", "published-figures"],
    write,
};

fn asked(address: &Address, _: &Request<'_>) -> Vec<(String, String)> {
    parameters(address, &[("language", address.locale.value())], &[], &[])
}

#[derive(Deserialize)]
struct Data {
    register: Register,
    all: Total,
    published: Total,
    programmes: List<Programme>,
    statistics: Statistics,
    clusters: List<Cluster>,
}

#[derive(Deserialize)]
struct Register {
    licences: Vec<Licence>,
}

#[derive(Deserialize)]
struct Licence {
    name: String,
    subject: String,
    url: Option<String>,
    attribution: String,
}

#[derive(Deserialize)]
struct Programme {
    name: String,
}

#[derive(Deserialize)]
struct Statistics {
    headcount: Headcount,
    organizations: Organizations,
}

#[derive(Deserialize)]
struct Organizations {
    effective: Count,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    slug: String,
    name: String,
    complete_from: Option<String>,
    host: Option<Named>,
    criteria: Option<Version>,
    statistics: OfCluster,
    figures: List<Figure>,
}

#[derive(Deserialize)]
struct Version {}

#[derive(Deserialize)]
struct OfCluster {
    headcount: Headcount,
}

impl Cluster {
    /// The last published number of its members that is dated.
    fn published(&self) -> Option<&Figure> {
        let of_all = self.figures.nodes.iter().filter(|figure| figure.of.is_none() && figure.is_disclosed());
        of_all.max_by_key(|figure| figure.day())
    }
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let data: Data = shown.read(answer)?;
    let main = html! {
        p class="lead" { (shown.say(texts::ECOSYSTEM_LEAD)) }
        form class="filters" method="get" action="/" role="search" {
            @for (name, value) in shown.address.when() { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(shown.locale().code());
            label {
                (shown.say(texts::SEARCH_CLUSTERS)) " "
                input type="search" name="search" value=(shown.address.get("search").unwrap_or_default()) maxlength="200";
            }
            button { (shown.say(texts::SEARCH)) }
        }
        section id="clusters" {
            h2 { (shown.say(texts::CLUSTERS)) }
            @if data.clusters.nodes.is_empty() { p { (shown.say(texts::NO_ROWS)) } } @else {
                (table(shown, &data.clusters))
                (layout::more(shown, &data.clusters.page_info))
            }
        }
        (holds(shown, &data))
        section {
            h2 { (shown.say(texts::ASK_MORE)) }
            ul {
                li { a href=(shown.address.to("/c/circlemade/answer", &[("asOf", "2023-12-14")])) { (shown.say(texts::WHERE_IT_BEGAN)) } }
                li { a href="/graphql" { (shown.say(texts::ASK_GRAPHQL)) } }
                li { a href="/q/" { (shown.say(texts::ASK_SAVED)) } }
                li { a href="/data/" { (shown.say(texts::ASK_DATA)) } }
                li { a href="/api" { (shown.say(texts::ASK)) } }
            }
        }
    };
    let title = shown.say(texts::ECOSYSTEM_TITLE).to_owned();
    Ok(Some(Page { title, main, plots: Vec::new(), has_date: true }))
}

fn table(shown: &Shown<'_>, clusters: &List<Cluster>) -> Markup {
    let number = shown.locale().integer(clusters.total_count);
    let caption = shown.fill(texts::CLUSTERS_FOUND, &[("n", &number)]);
    wide_table(
        shown,
        &caption,
        &[
            Column::Words(texts::CLUSTER),
            Column::Words(texts::HOST),
            Column::Words(texts::LAST_PUBLISHED),
            Column::Numbers(texts::EFFECTIVE),
            Column::Numbers(texts::CANDIDATES),
            Column::Numbers(texts::PARTNERS),
        ],
        &html! { @for cluster in &clusters.nodes { (row(shown, cluster)) } },
    )
}

fn row(shown: &Shown<'_>, cluster: &Cluster) -> Markup {
    let path = format!("/c/{}", encoded(&cluster.slug));
    let members = |status| shown.address.to(&format!("{path}/members"), &[("status", status)]);
    let Headcount { effective, candidates, partners } = cluster.statistics.headcount;
    html! {
        tr {
            th scope="row" { a href=(shown.address.to(&path, &[])) { bdi { (cluster.name) } } }
            td {
                @if let Some(host) = &cluster.host {
                    (shown.organization(host))
                }
            }
            td {
                @if let Some(figure) = cluster.published() {
                    a href=(shown.address.to_timeless("/figures", &[("c", &cluster.slug)])) { (figure.value_told(shown)) }
                    ", " (figure.on_told(shown))
                } @else { (shown.say(texts::NONE_PUBLISHED)) }
            }
            td class="n" { (counted::number(shown, effective, &members("EFFECTIVE"))) }
            td class="n" { (counted::number(shown, candidates, &members("CANDIDATE"))) }
            td class="n" { (counted::number(shown, partners, &format!("{}#partner-list", shown.address.to(&path, &[])))) }
        }
    }
}

/// What the register holds, and what it lacks.
fn holds(shown: &Shown<'_>, data: &Data) -> Markup {
    let integer = |number| shown.locale().integer(number);
    let Headcount { effective, candidates, partners } = data.statistics.headcount;
    let clusters = &data.clusters.nodes;
    let lacks = [
        (texts::LACKS_COMPLETE, clusters.iter().filter(|cluster| cluster.complete_from.is_none()).count()),
        (
            texts::LACKS_MEMBERS,
            clusters.iter().filter(|cluster| cluster.statistics.headcount.effective.value == 0).count(),
        ),
        (texts::LACKS_CRITERIA, clusters.iter().filter(|cluster| cluster.criteria.is_none()).count()),
    ];
    let all_clusters = integer(clusters.len() as i64);
    let counts = [
        (texts::CLUSTERS, integer(data.all.total_count)),
        (texts::EFFECTIVE, effective.short(shown)),
        (texts::ORGANIZATIONS_THAT_ARE, data.statistics.organizations.effective.short(shown)),
        (texts::CANDIDATES, candidates.short(shown)),
        (texts::PARTNERS, partners.short(shown)),
    ];
    html! {
        section {
            h2 { (shown.say(texts::HOLDS)) }
            dl class="sizes" {
                // Their rows are the clusters, each with its own numbers.
                @for (text, number) in counts {
                    div { dt { (shown.say(text)) } dd { a href="#clusters" { (number) } } }
                }
                div {
                    dt { (shown.say(texts::FIGURES)) }
                    dd { a href=(shown.address.to_timeless("/figures", &[])) { (integer(data.published.total_count)) } }
                }
            }
            @if !data.programmes.nodes.is_empty() {
                p {
                    (shown.say(texts::PROGRAMMES)) (shown.locale().colon())
                    @for (number, programme) in data.programmes.nodes.iter().enumerate() {
                        @if number > 0 { ", " } bdi { (programme.name) }
                    }
                }
            }
            h3 { (shown.say(texts::LACKS)) }
            ul {
                @for (text, count) in lacks {
                    li { (shown.fill(text, &[("n", &integer(count as i64)), ("of", &all_clusters)])) }
                }
            }
            h3 { (shown.say(texts::LICENCES)) }
            ul {
                @for licence in &data.register.licences {
                    li {
                        (licence.subject) (shown.locale().colon())
                        (licence.name)
                        ", " (licence.attribution)
                        // As a text: the first page names no other host.
                        @if let Some(url) = &licence.url { ", " (url) }
                    }
                }
            }
        }
    }
}
