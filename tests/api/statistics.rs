//! Statistics, against a model that counts day by day from the rows of the tables, on random registers with
//! corrections.

mod cases;
mod changes;
mod every_day;
mod flow;
mod following;
mod headcount;
mod model;
mod random;
mod series;
mod units;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    id::ClusterId,
    participation::{self, ParticipationKind},
    participation_period::Status,
};
use serde_json::{Value, json};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use self::{
    model::{Model, Point},
    random::on_registers,
};
use crate::support::{
    TestApp,
    dice::Dice,
    introspection::{list, text},
};

const DIMENSIONS: [&str; 12] = [
    "STATUS",
    "KIND",
    "SPHERE",
    "SECTOR",
    "NACE_DIVISION",
    "MUNICIPALITY",
    "SIZE_CLASS",
    "EXIT_KIND",
    "EXIT_REASON",
    "CLUSTER",
    "JOIN_YEAR",
    "ATTRIBUTE",
];

/// What a breakdown by some dimensions takes besides.
fn besides(by: &[&str]) -> &'static str {
    if by.contains(&"ATTRIBUTE") { r#"attribute: "wood","# } else { "" }
}

/// A key of an answer, in the model's words.
fn key(key: &Value) -> Option<String> {
    let slug = |value: &Value| text(&value["slug"]).to_owned();
    match text(&key["dimension"]) {
        "CLUSTER" => Some(slug(&key["cluster"])),
        "SECTOR" if !key["value"].is_null() => {
            Some(format!("{}/{}", slug(&key["sector"]["cluster"]), text(&key["sector"]["code"])))
        }
        _ => key["value"].as_str().map(str::to_owned),
    }
}

fn global(of: &participation::Model) -> String {
    let prefix = if of.kind == ParticipationKind::Member { "membership" } else { "partnership" };
    TypeSafeId::from_type_and_uuid(DynamicType::new(prefix).expect("a type"), Uuid::from(of.id)).to_string()
}

/// A question at some point: the cluster or all, and `at` as it is written.
fn asked(dice: &mut Dice, model: &Model) -> (Option<ClusterId>, Point, String, DateTime<Utc>) {
    let clusters: Vec<_> = model.clusters.keys().copied().collect();
    let cluster = (!dice.one_in(3)).then(|| dice.pick(&clusters));
    let known = &model.revisions[dice.below(model.revisions.len() as u32) as usize];
    let turns = model.turns();
    let day = if turns.is_empty() || dice.one_in(3) { dice.day() } else { dice.pick(&turns) };
    let at = format!("{{ asOf: \"{day}\", knownAt: \"{}\" }}", known.at.to_rfc3339());
    (cluster, (day, known.number), at, known.at)
}

fn statistics(model: &Model, cluster: Option<ClusterId>, selection: &str) -> String {
    match cluster {
        None => format!("{{ statistics {{ {selection} }} }}"),
        Some(id) => {
            format!("{{ cluster(by: {{ slug: \"{}\" }}) {{ statistics {{ {selection} }} }} }}", model.clusters[&id])
        }
    }
}

async fn ask(app: &TestApp, model: &Model, cluster: Option<ClusterId>, selection: &str) -> Value {
    let answer = app.ask(&statistics(model, cluster, selection)).await;
    answer.pointer("/statistics").or(answer.pointer("/cluster/statistics")).expect("statistics").clone()
}

fn count(value: usize, confirmed: usize, complete: bool) -> Value {
    json!({ "value": value, "confirmed": confirmed, "presumed": value - confirmed, "complete": complete })
}

/// Those of a kind that have a status at a point.
fn with_status(
    model: &Model,
    cluster: Option<ClusterId>,
    at: Point,
    kind: ParticipationKind,
    status: Status,
) -> Vec<&participation::Model> {
    let participations = model.participations.iter().filter(|of| {
        of.kind == kind
            && cluster.is_none_or(|id| id == of.cluster_id)
            && model.period(of.id, at).is_some_and(|period| period.status == status)
    });
    participations.collect()
}

const COUNT: &str = "{ value confirmed presumed complete }";

#[test]
fn every_breakdown_is_what_the_rows_say_and_opens_to_them() {
    on_registers(0, 4, async |app, mut dice| {
        let model = Model::read(&app).await;
        for round in 0..26 {
            let (cluster, at, written, _) = asked(&mut dice, &model);
            let mut by = vec![DIMENSIONS[round % DIMENSIONS.len()]];
            if dice.one_in(2) {
                let other = dice.pick(&DIMENSIONS);
                by.extend((other != by[0]).then_some(other));
            }
            let rows = format!(
                "rows {{ keys {{ dimension value cluster {{ slug }} sector {{ code cluster {{ slug }} }} }} count {COUNT}
                 memberships(first: 100) {{ totalCount nodes {{ id }} }} partnerships(first: 100) {{ totalCount nodes {{ id }} }} }}"
            );
            let selection = format!(
                "breakdown(by: [{}], {} at: {written}, kind: [MEMBER, PARTNER]) {{ multivalued total {COUNT} {rows} }}",
                by.join(", "),
                besides(&by)
            );
            let answer = &ask(&app, &model, cluster, &selection).await["breakdown"];
            let context = format!("{:?}: {selection}", cluster.map(|id| &model.clusters[&id]));

            let has_status = by.contains(&"STATUS");
            let has_exit = by.contains(&"EXIT_KIND") || by.contains(&"EXIT_REASON");
            let counts = |status: Status| has_status || (has_exit == (status == Status::Ended));
            let mut expected: BTreeMap<Vec<Option<String>>, (BTreeSet<String>, usize)> = BTreeMap::new();
            let (mut total, mut confirmed) = (0, 0);
            for of in model.participations.iter().filter(|of| cluster.is_none_or(|id| id == of.cluster_id)) {
                let Some(period) = model.period(of.id, at).filter(|period| counts(period.status)) else { continue };
                let is_confirmed = usize::from(Model::is_confirmed(period, at.0));
                total += 1;
                confirmed += is_confirmed;
                for key in model.keys(&by, of, at) {
                    let group = expected.entry(key).or_default();
                    group.0.insert(global(of));
                    group.1 += is_confirmed;
                }
            }
            if by.len() == 1 && !["STATUS", "KIND", "SPHERE", "CLUSTER"].contains(&by[0]) {
                expected.entry(vec![None]).or_default();
            }
            let ever = has_status || has_exit;
            let complete = model.is_complete(cluster, at.0, at.1, ever);
            assert_eq!(answer["total"], count(total, confirmed, complete), "{context}");
            assert_eq!(list(&answer["rows"]).len(), expected.len(), "{context}\n{answer:#}\n{expected:#?}");
            for row in list(&answer["rows"]) {
                let keys: Vec<_> = list(&row["keys"]).iter().map(key).collect();
                let (ids, confirmed) = expected.get(&keys).unwrap_or_else(|| panic!("{context}: {keys:?}"));
                let behind = ["memberships", "partnerships"].map(|of| list(&row[of]["nodes"]));
                let found: BTreeSet<_> =
                    behind.into_iter().flatten().map(|node| text(&node["id"]).to_owned()).collect();
                assert_eq!(found, *ids, "{context}: {keys:?}");
                let totals =
                    ["memberships", "partnerships"].map(|of| row[of]["totalCount"].as_u64().expect("a number"));
                assert_eq!(totals.iter().sum::<u64>(), ids.len() as u64, "{context}: {keys:?}");
                let of = |dimension| by.iter().position(|one| *one == dimension).map(|position| keys[position].clone());
                let cluster = match of("CLUSTER") {
                    Some(slug) => model.clusters.iter().find(|(_, of)| Some(*of) == slug.as_ref()).map(|(id, _)| *id),
                    None => cluster,
                };
                let ended = match of("STATUS") {
                    Some(status) => status.as_deref() == Some("ENDED"),
                    None => has_exit,
                };
                let complete = model.is_complete(cluster, at.0, at.1, ended);
                assert_eq!(row["count"], count(ids.len(), *confirmed, complete), "{context}: {keys:?}");
            }
        }
    });
}

#[test]
fn a_row_counts_what_the_list_with_the_same_filter_holds() {
    on_registers(10, 2, async |app, mut dice| {
        let model = Model::read(&app).await;
        for (dimension, condition) in [
            ("SPHERE", "sphere"),
            ("SIZE_CLASS", "sizeClass"),
            ("MUNICIPALITY", "municipality"),
            ("SECTOR", "sector"),
            ("CLUSTER", "cluster"),
            ("STATUS", "status"),
            ("EXIT_KIND", "exitKind"),
        ] {
            for _ in 0..4 {
                let (_, _, at, _) = asked(&mut dice, &model);
                let selection = format!(
                    "breakdown(by: [{dimension}], at: {at}) {{ rows {{ keys {{ value }} count {{ value }} }} }}"
                );
                let answer = ask(&app, &model, None, &selection).await;
                for row in list(&answer["breakdown"]["rows"]) {
                    let Some(value) = row["keys"][0]["value"].as_str() else { continue };
                    let is_name = !["municipality", "sector", "cluster"].contains(&condition);
                    let value = if is_name { value.to_owned() } else { format!("{value:?}") };
                    // An organization can be of a sector of another cluster: the row is about its own cluster's.
                    let of = |filter: &str| format!("{{ memberships(at: {at}, filter: {filter}) {{ totalCount }} }}");
                    let mut filter = format!("{{ {condition}: [{value}] }}");
                    if condition == "sector" {
                        let sector = app
                            .ask(&format!("{{ node(id: {value}) {{ ... on Sector {{ cluster {{ id }} }} }} }}"))
                            .await;
                        filter = format!("{{ sector: [{value}], cluster: [{}] }}", sector["node"]["cluster"]["id"]);
                    }
                    let listed = app.ask(&of(&filter)).await;
                    assert_eq!(listed["memberships"]["totalCount"], row["count"]["value"], "{filter} {at}");
                    // The same filter counts the same.
                    let counted = format!(
                        "breakdown(by: [KIND], kind: [MEMBER], at: {at}, filter: {filter}) {{ total {{ value }} }}"
                    );
                    let counted = ask(&app, &model, None, &counted).await;
                    assert_eq!(counted["breakdown"]["total"], row["count"], "{filter} {at}");
                    let not = format!("{{ not: {filter} status: [CANDIDATE, EFFECTIVE, ENDED] }}");
                    let counted = format!(
                        "breakdown(by: [KIND], kind: [MEMBER], at: {at}, filter: {not}) {{ total {{ value }} }}"
                    );
                    let counted = ask(&app, &model, None, &counted).await;
                    let listed = app.ask(&of(&not)).await;
                    assert_eq!(
                        counted["breakdown"]["total"]["value"], listed["memberships"]["totalCount"],
                        "{not} {at}"
                    );
                }
            }
        }
    });
}

/// Where nothing has to be waited for, rows are written in one go; with a list of what is behind them, field by field.
#[test]
fn rows_are_the_same_written_in_one_go_and_resolved_field_by_field() {
    let document = |of_key: &str, of_row: &str, of_bucket: &str| {
        format!(
            r#"fragment Numbers on Count {{ confirmed presumed complete gone: value @skip(if: true) }}
            {{ statistics {{
              breakdown(by: [STATUS, SPHERE, MUNICIPALITY, JOIN_YEAR]) {{ total {{ value ... on Count {{ presumed }} }}
                rows {{ __typename keys {{ __typename dimension v: value {of_key} }} count {{ value value ...Numbers }}
                  {of_row} }} }}
              flow(period: {{ from: "2018-01-01", to: "2024-01-01" }}, interval: QUARTER) {{ from to opening joined
                joinedUnstated promoted ended {{ kind count __typename }} again: ended {{ count }} closing complete
                {of_bucket} }}
              exits(period: {{ from: "2018-01-01", to: "2024-01-01" }}) {{ total {{ value }}
                rows {{ kind reason count {{ value @include(if: true) ...Numbers }} {of_row} }} }} }} }}"#
        )
    };
    fn without(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let plain = fields.iter().filter(|(name, _)| *name != "more");
                plain.map(|(name, value)| (name.clone(), without(value))).collect()
            }
            Value::Array(values) => values.iter().map(without).collect(),
            value => value.clone(),
        }
    }
    on_registers(10, 6, async |app, _| {
        let in_one_go = app.ask(&document("", "", "")).await;
        let behind = "more: memberships { totalCount }";
        let resolved = app.ask(&document("more: label", behind, "more: joinedByStatus { count }")).await;
        assert_ne!(in_one_go, resolved);
        assert_eq!(in_one_go, without(&resolved));
        assert!(!in_one_go.to_string().contains("gone"), "{in_one_go}");
    });
}
