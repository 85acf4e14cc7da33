//! What changed between two days, or between two revisions of the register.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    answered::{List, Named, Source},
    layout, published,
    shown::{Shown, Unreadable},
    table::{Column, wide_table},
    texts,
    view::{Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View = View { path: &["changes"], operation, parameters: asked, tables: &[], write };

/// How many years are told of.
const YEARS: i32 = 1;

fn operation(address: &Address) -> &'static str {
    if address.get("fromRevision").is_some() || address.get("toRevision").is_some() {
        "learnt"
    } else if address.get("c").is_some() {
        "changes"
    } else {
        "register-changes"
    }
}

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let language = ("language", address.locale.value());
    if operation(address) == "learnt" {
        return parameters(address, &[language], &[], &[]);
    }
    let (from, to) = request.years_before(YEARS);
    parameters(address, &[language], &[("from", &from), ("to", &to)], &[("c", "cluster")])
}

#[derive(Deserialize)]
struct Data {
    changes: Option<List<Change>>,
    cluster: Option<OfCluster>,
}

#[derive(Deserialize)]
struct OfCluster {
    name: String,
    changes: List<Change>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    on: Option<String>,
    kind: String,
    cluster: Option<Cluster>,
    exit_kind: Option<String>,
    exit_reason: Option<String>,
    organization: Option<Named>,
    revision: i64,
    source: Source,
    before: Option<Fact>,
    after: Option<Fact>,
}

#[derive(Deserialize)]
struct Cluster {
    slug: String,
    name: String,
}

/// What a fact says. Its fields are those of its type.
#[derive(Deserialize)]
struct Fact {
    status: Option<String>,
    text: Option<String>,
    version: Option<i64>,
    label: Option<String>,
    metric: Option<String>,
    of: Option<published::Group>,
    unit: Option<String>,
    nature: Option<String>,
    value: Option<f64>,
    qualifier: Option<String>,
    disclosure: Option<String>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Data { changes, cluster } = shown.read(answer)?;
    let about = cluster.as_ref().map(|cluster| cluster.name.clone());
    let Some(changes) = changes.or(cluster.map(|cluster| cluster.changes)) else { return Ok(None) };
    let number = shown.locale().integer(changes.total_count);
    let caption = shown.fill(texts::CHANGES_FOUND, &[("n", &number)]);
    let is_of_revisions = operation(shown.address) == "learnt";
    let period = if is_of_revisions {
        let values = [("from", shown.parameter("fromRevision")), ("to", shown.parameter("toRevision"))];
        shown.fill(texts::BETWEEN_REVISIONS, &values)
    } else {
        let days = [("from", shown.parameter("from")), ("to", shown.parameter("to"))];
        let days = days.map(|(name, day)| (name, shown.locale().day(day)));
        shown.fill(texts::BETWEEN, &days.each_ref().map(|(name, day)| (*name, day.as_str())))
    };
    let main = html! {
        @if let Some(slug) = shown.address.get("c") { (ways(shown, slug)) }
        p { strong { (period) } }
        (forms(shown, is_of_revisions))
        @if changes.nodes.is_empty() { p { (shown.say(texts::NO_CHANGES)) } } @else {
            (table(shown, &caption, &changes.nodes, is_of_revisions))
            (layout::more(shown, &changes.page_info))
        }
    };
    let title = match about {
        Some(name) => shown.fill(texts::CHANGES_OF, &[("name", &name)]),
        None => shown.say(texts::CHANGES_TITLE).to_owned(),
    };
    Ok(Some(Page { title, main, plots: Vec::new(), has_date: false }))
}

fn forms(shown: &Shown<'_>, is_of_revisions: bool) -> Markup {
    let revision =
        |name: &str, default: &str| shown.address.get(name).map_or_else(|| default.to_owned(), ToOwned::to_owned);
    let day = |name: &str| if is_of_revisions { "" } else { shown.parameter(name) };
    html! {
        form class="filters" method="get" action="/changes" {
            input type="hidden" name="lang" value=(shown.locale().code());
            label { (shown.say(texts::FROM)) " " input type="date" name="from" value=(day("from")); }
            label { (shown.say(texts::TO)) " " input type="date" name="to" value=(day("to")); }
            label {
                (shown.say(texts::CLUSTER_SLUG)) " "
                input type="text" name="c" value=(shown.address.get("c").unwrap_or_default());
            }
            button { (shown.say(texts::SHOW)) }
        }
        details open[is_of_revisions] {
            summary { (shown.say(texts::BY_REVISION)) }
            form class="filters" method="get" action="/changes" {
                input type="hidden" name="lang" value=(shown.locale().code());
                label {
                    (shown.say(texts::FROM_REVISION)) " "
                    input type="number" name="fromRevision" min="0" value=(revision("fromRevision", "0"));
                }
                label {
                    (shown.say(texts::TO_REVISION)) " "
                    input type="number" name="toRevision" min="0" value=(revision("toRevision", &shown.basis.revision));
                }
                button { (shown.say(texts::SHOW)) }
            }
        }
    }
}

fn table(shown: &Shown<'_>, caption: &str, changes: &[Change], is_of_revisions: bool) -> Markup {
    let revision = is_of_revisions.then_some(Column::Numbers(texts::REVISION));
    let others = [texts::CLUSTER, texts::WHAT, texts::ORGANIZATION, texts::SOURCE].map(Column::Words);
    let columns: Vec<_> = [Column::Words(texts::DAY)].into_iter().chain(revision).chain(others).collect();
    wide_table(shown, caption, &columns, &html! { @for change in changes { (row(shown, change, is_of_revisions)) } })
}

fn row(shown: &Shown<'_>, change: &Change, is_of_revisions: bool) -> Markup {
    let on =
        change.on.as_deref().map_or_else(|| shown.say(texts::WITHOUT_DATE).to_owned(), |on| shown.locale().day(on));
    let slug = change.cluster.as_ref().map_or_else(|| shown.address.get("c").unwrap_or_default(), |of| &of.slug);
    let name = change.cluster.as_ref().map_or(slug, |cluster| &cluster.name);
    html! {
        tr {
            th scope="row" { (on) }
            @if is_of_revisions { td class="n" { (shown.locale().integer(change.revision)) } }
            td { (shown.cluster(slug, name)) }
            td { (what(shown, change)) }
            td {
                @if let Some(organization) = &change.organization {
                    (shown.organization(organization))
                }
            }
            td { (published::source(shown, &change.source)) }
        }
    }
}

/// What changed: its kind, and what it is from then on, or was before.
fn what(shown: &Shown<'_>, change: &Change) -> Markup {
    let exit = change.exit_kind.as_deref().map(|kind| shown.exit(kind, change.exit_reason.as_deref()));
    let fact = |fact: &Option<Fact>| fact.as_ref().and_then(|fact| told(shown, fact));
    let (before, after) = (fact(&change.before), fact(&change.after));
    let kind = shown.label("ChangeKind", &change.kind);
    let colon = shown.locale().colon();
    html! {
        (kind)
        @if let Some(exit) = exit { (colon) (exit) } @else {
            @match (before, after) {
                (Some(before), Some(after)) if before != after => { (colon) del { bdi { (before) } } " " ins { bdi { (after) } } }
                (_, Some(after)) => { (colon) bdi { (after) } }
                (Some(before), None) => { (colon) bdi { (before) } }
                (None, None) => {}
            }
        }
    }
}

fn told(shown: &Shown<'_>, fact: &Fact) -> Option<String> {
    if let (Some(metric), Some(qualifier), Some(disclosure)) = (&fact.metric, &fact.qualifier, &fact.disclosure) {
        let told = published::Stated {
            metric,
            of: fact.of.as_ref(),
            unit: fact.unit.as_deref(),
            value: fact.value,
            qualifier,
            disclosure,
            label: None,
        };
        let target = fact.nature.as_deref().filter(|nature| *nature == "TARGET");
        let target = target.map(|nature| format!(" ({})", shown.label("FigureNature", nature))).unwrap_or_default();
        return Some(format!("{} {}{target}", told.value(shown), told.counted(shown)));
    }
    if let Some(version) = fact.version {
        return Some(shown.version(version, fact.label.as_deref()));
    }
    let status = fact.status.as_deref().map(|status| shown.label("MembershipStatus", status).to_owned());
    status.or_else(|| fact.text.clone())
}
