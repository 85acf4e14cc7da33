//! Every order sorts as it says, in either direction, and its pages are those of the whole list.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::Value;

use super::{cases, register};
use crate::support::{
    TestApp,
    introspection::{Introspection, list, text},
};

/// Every order of one of the fields in either direction, and of two of them in different directions.
fn orders(fields: &[&'static str]) -> Vec<Vec<(&'static str, bool)>> {
    let one: Vec<_> = fields.iter().flat_map(|field| [(*field, false), (*field, true)]).collect();
    let two = one.iter().flat_map(|first| one.iter().map(move |second| vec![*first, *second]));
    let two = two.filter(|order| order[0].0 != order[1].0 && order[0].1 != order[1].1);
    one.iter().map(|term| vec![*term]).chain(two).collect()
}

fn written(order: &[(&str, bool)]) -> String {
    let terms: Vec<_> = order
        .iter()
        .map(|(field, descending)| {
            format!("{{ field: {field}, direction: {} }}", if *descending { "DESC" } else { "ASC" })
        })
        .collect();
    format!("orderBy: [{}]", terms.join(", "))
}

/// What a row sorts by in an order field.
fn sort_key(row: &Value, field: &str) -> String {
    let name = |row: &Value| text(&row["name"]).to_lowercase();
    match field {
        "NAME" => name(row),
        "SLUG" => text(&row["slug"]).to_owned(),
        "RELEVANCE" => String::new(),
        "ORGANIZATION_NAME" => name(&row["organization"]),
        "CLUSTER" => text(&row["cluster"]["slug"]).to_owned(),
        "SINCE" => text(&row["period"]["from"]).to_owned(),
        "MEMBERS" => format!("{:>9}", row["statistics"]["headcount"]["effective"]["value"].to_string()),
        "ON" => row["on"].as_str().unwrap_or("9999-12-31").to_owned(),
        "PUBLISHED_ON" => row["publishedOn"].as_str().unwrap_or("9999-12-31").to_owned(),
        "TITLE" => text(&row["title"]).to_lowercase(),
        "VERSION" => format!("{:>9}", row["version"].to_string()),
        _ => text(&row["id"]).to_owned(),
    }
}

#[tokio::test]
async fn every_order_sorts_as_it_says_and_is_walked_in_pages() {
    let app = TestApp::with(&register()).await;
    let participation = ["SINCE", "ORGANIZATION_NAME", "CLUSTER", "RECORDED"].as_slice();
    let schema = Introspection::of(&app).await;
    let mut tested = BTreeSet::new();
    for (field, fields, selection) in [
        (
            "Query.clusters",
            ["NAME", "SLUG", "RECORDED", "RELEVANCE", "MEMBERS"].as_slice(),
            "id name slug statistics { headcount { effective { value } } }",
        ),
        ("Query.events", ["ON", "RECORDED"].as_slice(), "id on"),
        ("Cluster.events", ["ON", "RECORDED"].as_slice(), "id on"),
        ("Query.figures", ["ON", "RECORDED"].as_slice(), "id on"),
        ("Cluster.figures", ["ON", "RECORDED"].as_slice(), "id on"),
        ("Programme.figures", ["ON", "RECORDED"].as_slice(), "id on"),
        ("Query.programmes", ["NAME", "RECORDED"].as_slice(), "id name"),
        ("Query.sources", ["PUBLISHED_ON", "TITLE", "RECORDED"].as_slice(), "id publishedOn title"),
        ("Query.criteria", ["CLUSTER", "VERSION", "RECORDED"].as_slice(), "id version cluster { slug }"),
        ("Cluster.atRisk", participation, "id organization { name } cluster { slug } period { from }"),
        ("Cluster.prospects", ["NAME", "RECORDED", "RELEVANCE"].as_slice(), "id name"),
        ("Query.organizations", ["NAME", "RECORDED", "RELEVANCE"].as_slice(), "id name"),
        ("Query.memberships", participation, "id organization { name } cluster { slug } period { from }"),
        ("Organization.partnerships", participation, "id organization { name } cluster { slug } period { from }"),
    ] {
        let case = cases().into_iter().find(|case| case.field == field).expect("a case");
        tested.extend(fields.iter().copied());
        for order in orders(fields) {
            let all = case.walk(&app, &written(&order), 2).await;
            let list = format!("list: {}(first: 100 {}) {{ nodes {{ {selection} }} }}", case.name(), written(&order));
            let document = case.under_parent(&list);
            let answer = app.ask(&document).await;
            let found = answer.pointer("/list/nodes").or_else(|| answer.pointer("/parent/list/nodes"));
            let mut rows = found.and_then(Value::as_array).expect("rows").clone();
            let last = order.last().is_some_and(|(_, descending)| *descending);
            // Where nothing is searched all are found equally well, and so by name.
            let by_name = order.last().filter(|(field, _)| *field == "RELEVANCE").map(|_| ("NAME", last));
            let terms: Vec<_> = order.iter().copied().chain(by_name).chain([("ID", last)]).collect();
            rows.sort_by(|a, b| {
                let compare = |(field, descending): &(&str, bool)| {
                    let ascending = sort_key(a, field).cmp(&sort_key(b, field));
                    if *descending { ascending.reverse() } else { ascending }
                };
                terms.iter().map(compare).find(|ordering| *ordering != Ordering::Equal).unwrap_or(Ordering::Equal)
            });
            let expected: Vec<_> = rows.iter().map(|row| text(&row["id"])).collect();
            assert_eq!(all.rows, expected, "{field} {}", written(&order));
        }
    }
    let offered: BTreeSet<_> = schema
        .kind("ENUM")
        .filter(|found| text(&found["name"]).ends_with("OrderField") && text(&found["name"]) != "BreakdownOrderField")
        .flat_map(|found| list(&found["enumValues"]))
        .map(|value| text(&value["name"]))
        .collect();
    assert_eq!(tested, offered);
}

#[tokio::test]
async fn dated_lists_put_what_has_no_date_last_in_time() {
    let app = TestApp::with(&register()).await;
    for (name, date) in [("events", "on"), ("figures", "on"), ("sources", "publishedOn")] {
        let case = cases().into_iter().find(|case| case.field == format!("Query.{name}")).expect("a case");
        let field = if name == "sources" { "PUBLISHED_ON" } else { "ON" };
        for (direction, descending) in [("ASC", false), ("DESC", true)] {
            let order = format!("orderBy: [{{ field: {field}, direction: {direction} }}]");
            let all = case.walk(&app, &order, 2).await;
            let document = format!("{{ {name}(first: 100, {order}) {{ nodes {{ id {date} }} }} }}");
            let answer = app.ask(&document).await;
            let key = |row: &Value| (row[date].as_str().unwrap_or("9999").to_owned(), text(&row["id"]).to_owned());
            let mut keys: Vec<_> = list(&answer[name]["nodes"]).iter().map(key).collect();
            keys.sort();
            if descending {
                keys.reverse();
            }
            assert_eq!(all.rows, keys.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), "{name} {direction}");
        }
    }
}
