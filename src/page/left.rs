//! Who left a cluster, how and why; *not recorded* is a bar of its own.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    answered::{ExitRow, Exits},
    counted::table_of,
    plot::{Bar, bars},
    shown::{Shown, Unreadable},
    texts,
    view::{EVER, Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["c", "*", "left"], operation: |_| "exits", parameters: asked, tables: &[], write };

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let to = request.day_after();
    let fixed = [("cluster", request.name), ("language", address.locale.value())];
    parameters(address, &fixed, &[("from", EVER), ("to", &to)], &[])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    name: String,
    complete_from: Option<String>,
    statistics: Statistics,
}

#[derive(Deserialize)]
struct Statistics {
    exits: Exits,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    let Exits { total, rows } = &cluster.statistics.exits;
    let title = shown.fill(texts::LEFT_OF, &[("name", &cluster.name)]);
    let drawn: Vec<_> = rows.iter().map(|row| bar(shown, row)).collect();
    let told: Vec<_> = drawn.iter().map(|bar| format!("{}: {}", bar.label, bar.written)).collect();
    let plot = bars("left", title.clone(), told.join("; "), &drawn);
    let complete = match &cluster.complete_from {
        Some(from) => shown.fill(texts::COMPLETE_FROM, &[("day", &shown.locale().on(from))]),
        None => shown.say(texts::NOT_COMPLETE).to_owned(),
    };
    let period = [("from", shown.parameter("from")), ("to", shown.parameter("to"))];
    let period = if shown.parameter("from") == EVER {
        shown.fill(texts::UNTIL_BEFORE, &[("to", &shown.locale().on(shown.parameter("to")))])
    } else {
        let period = period.map(|(name, day)| (name, shown.locale().day(day)));
        shown.fill(texts::BETWEEN, &period.each_ref().map(|(name, day)| (*name, day.as_str())))
    };
    let present: Vec<_> = rows.iter().filter(|row| row.count.value > 0).collect();
    let main = html! {
        (ways(shown, shown.name))
        p { strong { (period) (shown.locale().colon()) (total.told(shown)) } }
        p { (complete) }
        p { (shown.say(texts::NOT_RECORDED_NOTE)) }
        (plot.figure(shown, &table_of(shown, &title, &drawn)))
        @for of_kind in present.chunk_by(|one, other| one.kind == other.kind) {
            div id=(of_kind[0].kind) { @for row in of_kind { (section(shown, row)) } }
        }
    };
    let has_date = shown.address.get("to").is_none();
    Ok(Some(Page { title, main, plots: vec![plot], has_date }))
}

/// Where on the page its rows stand: those of one way without a reason are all of that way.
fn place(row: &ExitRow) -> Option<String> {
    row.reason.as_deref().map(|reason| format!("{}-{reason}", row.kind))
}

fn bar(shown: &Shown<'_>, row: &ExitRow) -> Bar {
    Bar {
        label: shown.exit(&row.kind, row.reason.as_deref()),
        confirmed: row.count.confirmed,
        presumed: row.count.presumed,
        written: row.count.short(shown),
        to: (row.count.value > 0)
            .then(|| format!("{}#{}", shown.address.with(&[]), place(row).unwrap_or_else(|| row.kind.clone()))),
        is_unknown: row.kind == "NOT_RECORDED",
    }
}

fn section(shown: &Shown<'_>, row: &ExitRow) -> Markup {
    let lists = [&row.memberships, &row.partnerships];
    let rest: i64 = lists.iter().map(|list| list.total_count - list.nodes.len() as i64).sum();
    let members = format!("/c/{}/members", super::address::encoded(shown.name));
    html! {
        section id=[place(row)] {
            h2 { (shown.exit(&row.kind, row.reason.as_deref())) " (" (shown.locale().integer(row.count.value)) ")" }
            ul class="names" {
                @for left in lists.iter().flat_map(|list| &list.nodes) {
                    li {
                        (shown.organization(&left.organization))
                    }
                }
            }
            @if rest > 0 {
                p {
                    a href=(shown.address.to(&members, &[("status", "ENDED"), ("exitKind", &row.kind)])) {
                        (shown.fill(texts::AND_MORE, &[("n", &shown.locale().integer(rest))]))
                    }
                }
            }
        }
    }
}
