//! Who came and who went, bucket by bucket, with the closing sum under it.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::{Address, encoded},
    plot::{Bucket, Part, diverging},
    shown::{Shown, Unreadable},
    table::{Column, table},
    texts,
    view::{Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["c", "*", "flow"], operation: |_| "flow", parameters: asked, tables: &[], write };

/// How many years are told of.
const YEARS: i32 = 10;

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let (from, to) = request.years_before(YEARS);
    let fixed = [("cluster", request.name), ("language", address.locale.value())];
    parameters(address, &fixed, &[("from", &from), ("to", &to)], &[("by", "interval")])
}

#[derive(Deserialize)]
struct Cluster {
    name: String,
    statistics: Statistics,
}

#[derive(Deserialize)]
struct Statistics {
    flow: Vec<Flow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flow {
    from: String,
    to: String,
    opening: i64,
    joined: i64,
    joined_unstated: i64,
    promoted: i64,
    ended: Vec<Ended>,
    closing: i64,
    complete: bool,
}

#[derive(Deserialize)]
struct Ended {
    kind: String,
    count: i64,
}

impl Flow {
    fn has_any(&self) -> bool {
        self.opening != 0 || self.joined != 0 || self.closing != 0 || self.gone() != 0
    }

    fn gone(&self) -> i64 {
        self.ended.iter().map(|ended| ended.count).sum()
    }
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    // Before the first has come there is nothing to tell.
    let first = cluster.statistics.flow.iter().position(Flow::has_any).unwrap_or(0);
    let flow = &cluster.statistics.flow[first..];
    let title = shown.fill(texts::FLOW_OF, &[("name", &cluster.name)]);
    let integer = |number| shown.locale().integer(number);
    let (joined, ended) = (flow.iter().map(|of| of.joined).sum::<i64>(), flow.iter().map(Flow::gone).sum::<i64>());
    let (opening, closing) = (flow.first().map_or(0, |of| of.opening), flow.last().map_or(0, |of| of.closing));
    let values = [
        ("opening", integer(opening)),
        ("joined", integer(joined)),
        ("ended", integer(ended)),
        ("closing", integer(closing)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let sum = shown.fill(texts::CLOSING_SUM, &values);
    let buckets: Vec<_> = flow.iter().map(|of| bucket(shown, of)).collect();
    let plot = diverging("flow", title.clone(), sum.clone(), &buckets, |value| shown.locale().number(value.abs()));
    let is_complete = flow.iter().all(|of| of.complete);
    let interval = shown.address.get("by").unwrap_or("YEAR");
    let main = html! {
        (ways(shown, shown.name))
        form class="filters" method="get" action=(shown.address.path) {
            @for (name, value) in shown.address.when() { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(shown.locale().code());
            label { (shown.say(texts::FROM)) " " input type="date" name="from" value=(shown.parameter("from")); }
            label { (shown.say(texts::TO)) " " input type="date" name="to" value=(shown.parameter("to")); }
            label {
                (shown.say(texts::INTERVAL)) " "
                select name="by" {
                    @for unit in ["YEAR", "QUARTER", "MONTH"] {
                        option value=(unit) selected[unit == interval] { (shown.label("Interval", unit)) }
                    }
                }
            }
            button { (shown.say(texts::SHOW)) }
        }
        (plot.figure(shown, &flow_table(shown, flow)))
        p class="sum" { strong { (sum) } }
        p { (shown.say(if is_complete { texts::FLOW_COMPLETE } else { texts::FLOW_LOWER_BOUND })) }
        @if flow.iter().any(|of| of.joined_unstated > 0) { p { (shown.say(texts::JOINED_UNSTATED)) } }
    };
    Ok(Some(Page { title, main, plots: vec![plot], has_date: false }))
}

/// Whose flow it is: that of members, unless the address says otherwise.
fn participation<'a>(shown: &'a Shown<'_>) -> &'a str {
    shown.address.get("kind").unwrap_or("MEMBER")
}

/// The rows of a part: the changes of its kind in the bucket.
fn rows(shown: &Shown<'_>, of: &Flow, kind: &str) -> String {
    let asked = [("c", shown.name), ("from", &of.from), ("to", &of.to), ("kind", kind)];
    let whose = [("participation", participation(shown))];
    shown.address.to_timeless("/changes", &[&asked[..], &whose].concat())
}

/// The rows of those who ended in one way: in the list of who left in the bucket.
fn ended_rows(shown: &Shown<'_>, of: &Flow, kind: &str) -> String {
    let path = format!("/c/{}/left", encoded(shown.name));
    let asked = [("from", of.from.as_str()), ("to", &of.to), ("kind", participation(shown))];
    format!("{}#{kind}", shown.address.to_timeless(&path, &asked))
}

/// The rows of those who are there when a bucket closes: members as a list, partners beside them.
fn closing_rows(shown: &Shown<'_>, of: &Flow) -> String {
    let path = format!("/c/{}", encoded(shown.name));
    match participation(shown) {
        "PARTNER" => format!("{}#partner-list", shown.address.to(&path, &[("asOf", &of.to)])),
        _ => shown.address.to(&format!("{path}/members"), &[("asOf", &of.to)]),
    }
}

fn bucket(shown: &Shown<'_>, of: &Flow) -> Bucket {
    let label = label(shown, of);
    let part = |count: i64, class, what: &str, to| Part {
        count,
        class,
        what: what.to_owned(),
        label: format!("{label}: {what} {}", shown.locale().integer(count)),
        to,
    };
    let joined = part(of.joined, "joined", shown.say(texts::JOINED), rows(shown, of, "JOINED,REJOINED"));
    let ended = of.ended.iter().map(|ended| {
        let to = ended_rows(shown, of, &ended.kind);
        part(ended.count, class_of(&ended.kind), shown.label("ExitKind", &ended.kind), to)
    });
    let down = ended.collect();
    Bucket { label, up: vec![joined], down }
}

/// The name of a bucket: its year, or its first month.
fn label(shown: &Shown<'_>, of: &Flow) -> String {
    let letters = if matches!(shown.address.get("by"), None | Some("YEAR")) { 4 } else { 7 };
    of.from.get(..letters).unwrap_or(&of.from).to_owned()
}

/// The class of the colour of those who ended in one way.
pub(super) fn class_of(kind: &str) -> &'static str {
    match kind {
        "LEFT" => "left",
        "EXCLUDED" => "excluded",
        "NO_LONGER_ELIGIBLE" => "no-longer-eligible",
        "CANDIDACY_WITHDRAWN" | "CANDIDACY_REJECTED" => "candidacy",
        "CEASED" => "ceased",
        _ => "unknown",
    }
}

fn flow_table(shown: &Shown<'_>, flow: &[Flow]) -> Markup {
    let integer = |number| shown.locale().integer(number);
    // Every way that anybody ended in has a column.
    let mut kinds: Vec<&str> = Vec::new();
    for ended in flow.iter().flat_map(|of| &of.ended).filter(|ended| ended.count > 0) {
        if !kinds.contains(&ended.kind.as_str()) {
            kinds.push(&ended.kind);
        }
    }
    let came = [texts::OPENING, texts::JOINED, texts::PROMOTED].map(Column::Numbers);
    let went = kinds.iter().map(|kind| Column::NumbersOf(shown.label("ExitKind", kind)));
    let columns = [Column::Words(texts::PERIOD)].into_iter().chain(came).chain(went);
    let columns: Vec<_> = columns.chain([Column::Numbers(texts::CLOSING)]).collect();
    table(
        shown,
        shown.say(texts::FLOW_TABLE),
        &columns,
        &html! { @for of in flow {
            tr {
                th scope="row" { (label(shown, of)) }
                td class="n" { (integer(of.opening)) }
                td class="n" { a href=(rows(shown, of, "JOINED,REJOINED")) { (integer(of.joined)) } }
                td class="n" { a href=(rows(shown, of, "PROMOTED")) { (integer(of.promoted)) } }
                @for kind in &kinds {
                    @let count = of.ended.iter().find(|ended| ended.kind == *kind).map_or(0, |ended| ended.count);
                    td class="n" {
                        @if count > 0 { a href=(ended_rows(shown, of, kind)) { (integer(count)) } } @else { "0" }
                    }
                }
                td class="n" {
                    a href=(closing_rows(shown, of)) { (integer(of.closing)) }
                }
            }
        } },
    )
}
