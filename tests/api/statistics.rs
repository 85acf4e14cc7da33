//! Statistics, against a model that counts day by day from the rows of the tables, on random registers with corrections.

mod cases;
mod changes;
mod every_day;
mod following;
mod model;
mod random;
mod series;
mod units;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use entity::{
    TextEnum,
    id::{ClusterId, ParticipationId},
    participation::{self, ParticipationKind},
    participation_period::{ExitKind, ExitReason, Status},
};
use serde_json::{Value, json};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use self::{
    model::{Model, Point, is_active, known},
    random::on_registers,
};
use crate::support::{
    TestApp,
    dice::{Dice, date},
    introspection::{list, text, upper},
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

const COUNT: &str = "{ value confirmed presumed complete }";

#[test]
fn every_breakdown_is_what_the_rows_say_and_opens_to_them() {
    on_registers(0, 4, async |app, mut dice| {
        let model = Model::of(&app).await;
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
        let model = Model::of(&app).await;
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

fn headcount(model: &Model, cluster: Option<ClusterId>, at: Point) -> Value {
    use ParticipationKind::{Member, Partner};
    let counted = |kind, status, ever: bool| {
        let rows = with_status(model, cluster, at, kind, status);
        let confirmed = rows.iter().filter(|of| Model::is_confirmed(model.period(of.id, at).expect("counted"), at.0));
        count(rows.len(), confirmed.count(), model.is_complete(cluster, at.0, at.1, ever))
    };
    json!({
        "candidates": counted(Member, Status::Candidate, false),
        "effective": counted(Member, Status::Effective, false),
        "ended": counted(Member, Status::Ended, true),
        "partners": counted(Partner, Status::Effective, false),
    })
}

#[test]
fn headcounts_of_many_days_are_what_the_rows_say() {
    on_registers(20, 6, async |app, mut dice| {
        let model = Model::of(&app).await;
        for _ in 0..3 {
            let (cluster, ..) = asked(&mut dice, &model);
            // Of few revisions, so that each is asked about again.
            let points: Vec<_> = (0..16).map(|_| asked(&mut dice, &model)).collect();
            let headcounts = points.iter().enumerate().map(|(number, (_, _, written, _))| {
                format!(
                    "h{number}: headcount(at: {written}) {{ candidates {COUNT} effective {COUNT} ended {COUNT}
                     partners {COUNT} }}"
                )
            });
            let answer = ask(&app, &model, cluster, &headcounts.collect::<String>()).await;
            for (number, (_, at, written, _)) in points.iter().enumerate() {
                assert_eq!(answer[format!("h{number}")], headcount(&model, cluster, *at), "{written}");
            }
        }
    });
}

/// Asked for many days in one document, as each day by itself.
#[test]
fn headcounts_of_many_days_are_those_of_each_whatever_the_filter() {
    on_registers(21, 6, async |app, mut dice| {
        let model = Model::of(&app).await;
        for filter in [
            r#"joined: { from: "2019-01-01" }"#,
            r#"not: { joined: { to: "2019-01-01" } }"#,
            r#"ended: { from: "2016-01-01" }"#,
            "confirmation: PRESUMED",
            "exitReason: [INACTIVITY, CHARTER_BREACH]",
            r#"municipality: ["21001"]"#,
        ] {
            let days: Vec<_> = (0..8).map(|_| asked(&mut dice, &model).1.0).collect();
            let headcount = |day: &NaiveDate| {
                format!(
                    "headcount(at: {{ asOf: \"{day}\" }}) {{ candidates {COUNT} effective {COUNT} ended {COUNT}
                       partners {COUNT} }}"
                )
            };
            for slug in ["c0", "c1"] {
                let of = |fields: &str| {
                    format!(
                        "{{ cluster(by: {{ slug: \"{slug}\" }}) {{ statistics(filter: {{ {filter} }}) {{ {fields} }} }} }}"
                    )
                };
                let many = days.iter().enumerate().map(|(at, day)| format!("h{at}: {} ", headcount(day)));
                let together = app.ask(&of(&many.collect::<String>())).await;
                for (at, day) in days.iter().enumerate() {
                    let alone = app.ask(&of(&headcount(day))).await;
                    assert_eq!(
                        together["cluster"]["statistics"][format!("h{at}")],
                        alone["cluster"]["statistics"]["headcount"],
                        "{slug} {filter} {day}"
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

#[test]
fn headcounts_and_compositions_are_what_the_rows_say() {
    on_registers(20, 6, async |app, mut dice| {
        let model = Model::of(&app).await;
        for _ in 0..12 {
            let (cluster, at, written, _) = asked(&mut dice, &model);
            let selection = format!(
                "headcount(at: {written}) {{ candidates {COUNT} effective {COUNT} ended {COUNT} partners {COUNT} }}
                 composition(at: {written}) {{ base complete shares {{ sphere count share }} conditions {{ code met value threshold }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let effective = with_status(&model, cluster, at, ParticipationKind::Member, Status::Effective);
            assert_eq!(answer["headcount"], headcount(&model, cluster, at), "{written}");
            let composition = &answer["composition"];
            let base = effective.len();
            assert_eq!(composition["base"], base);
            let mut kinds = 0;
            for share in list(&composition["shares"]) {
                let sphere = text(&share["sphere"]);
                let of_sphere = effective.iter().filter(|of| model.values("SPHERE", of, at) == [sphere]).count();
                kinds += u64::from(of_sphere > 0);
                assert_eq!(share["count"], of_sphere, "{sphere}");
                let expected = if base == 0 { Value::Null } else { json!(of_sphere as f64 / base as f64) };
                assert_eq!(share["share"], expected);
            }
            let complete = model.is_complete(cluster, at.0, at.1, false);
            for (condition, (value, threshold)) in
                list(&composition["conditions"]).iter().zip([(base as u64, 15), (kinds, 2)])
            {
                let met = if value >= threshold {
                    json!(true)
                } else if complete {
                    json!(false)
                } else {
                    Value::Null
                };
                assert_eq!((&condition["value"], &condition["met"]), (&json!(value), &met), "{condition}");
            }
        }
    });
}

#[test]
fn flows_and_exits_are_what_a_walk_day_by_day_meets() {
    on_registers(30, 8, async |app, mut dice| {
        let model = Model::of(&app).await;
        for _ in 0..8 {
            let (cluster, (one, revision), _, known_at) = asked(&mut dice, &model);
            let other = dice.day();
            let (from, to) = (one.min(other), one.max(other) + Days::new(1));
            let interval = dice.pick(&["WEEK", "MONTH", "QUARTER", "YEAR"]);
            let period = format!(
                "period: {{ from: \"{from}\", to: \"{to}\" }}, knownAt: \"{}\", kind: [MEMBER, PARTNER]",
                known_at.to_rfc3339()
            );
            let selection = format!(
                "flow({period}, interval: {interval}) {{ from to opening joined joinedUnstated joinedByStatus {{ status count }} promoted
                 ended {{ kind count }} closing closingByStatus {{ status count }} complete }}
                 exits({period}) {{ total {COUNT} rows {{ kind reason count {COUNT} memberships(first: 100) {{ totalCount }}
                 partnerships(first: 100) {{ totalCount }} }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let context = statistics(&model, cluster, &selection);
            let all: Vec<_> =
                model.participations.iter().filter(|of| cluster.is_none_or(|id| id == of.cluster_id)).collect();
            let stock = |day: NaiveDate, status: Status| {
                all.iter().filter(|of| is_active(model.period(of.id, (day, revision))) == Some(status)).count()
            };
            let mut exits: BTreeMap<(ExitKind, Option<ExitReason>), usize> = BTreeMap::new();
            let mut next = from;
            for bucket in list(&answer["flow"]) {
                let (first, end) = (date(text(&bucket["from"])), date(text(&bucket["to"])));
                assert_eq!(first, next, "{context}");
                assert!(end == to || is_first_day(interval, end), "{context}: {end}");
                assert!(
                    first.iter_days().take_while(|day| *day < end).skip(1).all(|day| !is_first_day(interval, day)),
                    "{context}"
                );
                next = end;
                let (mut joined, mut unstated, mut promoted) = ([0, 0], 0, 0);
                let mut ended: BTreeMap<ExitKind, usize> = BTreeMap::new();
                for day in first.iter_days().take_while(|day| *day < end) {
                    for of in &all {
                        let before = is_active(model.period(of.id, (day - Days::new(1), revision)));
                        let now = model.period(of.id, (day, revision));
                        match (before, is_active(now)) {
                            (None, Some(status)) => {
                                joined[usize::from(status == Status::Effective)] += 1;
                                unstated += usize::from(now.is_some_and(|period| period.from_stated.is_none()));
                            }
                            (Some(Status::Candidate), Some(Status::Effective)) => promoted += 1,
                            (Some(_), None) => {
                                let how = model.end(of.id, (day, revision));
                                *ended.entry(how.0).or_default() += 1;
                                *exits.entry(how).or_default() += 1;
                            }
                            _ => {}
                        }
                    }
                }
                let (opening, closing) = (first - Days::new(1), end - Days::new(1));
                let by_status = |counts: [usize; 2]| json!([{ "status": "CANDIDATE", "count": counts[0] }, { "status": "EFFECTIVE", "count": counts[1] }]);
                let both = |day| [stock(day, Status::Candidate), stock(day, Status::Effective)];
                let ends: Vec<_> =
                    ended.iter().map(|(kind, count)| json!({ "kind": upper(kind), "count": count })).collect();
                let expected = json!({
                    "from": first, "to": end, "opening": both(opening).iter().sum::<usize>(), "joined": joined[0] + joined[1],
                    "joinedUnstated": unstated, "joinedByStatus": by_status(joined), "promoted": promoted, "ended": ends,
                    "closing": both(closing).iter().sum::<usize>(), "closingByStatus": by_status(both(closing)),
                    "complete": model.is_complete(cluster, first, revision, false),
                });
                assert_eq!(*bucket, expected, "{context}");
                let gone: usize = ended.values().sum();
                assert_eq!(
                    both(opening).iter().sum::<usize>() + joined[0] + joined[1] - gone,
                    both(closing).iter().sum::<usize>()
                );
            }
            assert_eq!(next, to, "{context}");
            // Ends of which nothing before is recorded count as exits, and flow from nowhere.
            for of in &all {
                let mut periods: Vec<_> = model
                    .periods
                    .iter()
                    .filter(|row| {
                        row.participation_id == of.id && known(row.recorded_rev, row.superseded_rev, revision)
                    })
                    .collect();
                periods.sort_by_key(|row| row.valid_from);
                if let Some(first) = periods.first().filter(|first| first.status == Status::Ended)
                    && (from..to).contains(&first.valid_from)
                {
                    *exits.entry((first.exit_kind.expect("an end"), first.exit_reason)).or_default() += 1;
                }
            }
            let complete = model.is_complete(cluster, from, revision, false);
            let total: usize = exits.values().sum();
            assert_eq!(answer["exits"]["total"], count(total, total, complete), "{context}");
            for kind in ExitKind::words().split(", ").map(|word| ExitKind::of_text(word).expect("a word")) {
                exits.entry((kind, None)).or_default();
            }
            let rows = list(&answer["exits"]["rows"]);
            assert_eq!(rows.len(), exits.len(), "{context}");
            for (row, ((kind, reason), number)) in rows.iter().zip(exits) {
                assert_eq!(text(&row["kind"]), upper(&kind), "{context}");
                assert_eq!(row["reason"].as_str().map(str::to_owned), reason.as_ref().map(upper), "{context}");
                assert_eq!(row["count"], count(number, number, complete), "{context}: {kind:?} {reason:?}");
                let behind =
                    ["memberships", "partnerships"].map(|of| row[of]["totalCount"].as_u64().expect("a number"));
                assert_eq!(behind.iter().sum::<u64>(), number as u64, "{context}: {kind:?} {reason:?}");
            }
        }
    });
}

fn is_first_day(interval: &str, day: NaiveDate) -> bool {
    match interval {
        "WEEK" => day.weekday() == chrono::Weekday::Mon,
        "MONTH" => day.day() == 1,
        "QUARTER" => day.day() == 1 && [1, 4, 7, 10].contains(&day.month()),
        _ => day.ordinal() == 1,
    }
}

#[test]
fn retention_follows_each_from_its_own_first_day() {
    on_registers(40, 6, async |app, mut dice| {
        let model = Model::of(&app).await;
        for _ in 0..6 {
            let (cluster, mut at, mut written, known_at) = asked(&mut dice, &model);
            if dice.one_in(2) {
                // The day on which a cohort has had another year.
                at.0 = date(&format!("{}-12-31", 2016 + dice.below(7)));
                written = format!("{{ asOf: \"{}\", knownAt: \"{}\" }}", at.0, known_at.to_rfc3339());
            }
            let selection = format!(
                "retention(at: {written}, years: 4) {{ year size {{ value }} retained {{ years count {{ value confirmed }} }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let mut cohorts: BTreeMap<i32, Vec<(ParticipationId, NaiveDate)>> = BTreeMap::new();
            for of in model
                .participations
                .iter()
                .filter(|of| of.kind == ParticipationKind::Member && cluster.is_none_or(|id| id == of.cluster_id))
            {
                let effective = model.periods.iter().filter(|row| {
                    row.participation_id == of.id
                        && row.status == Status::Effective
                        && known(row.recorded_rev, row.superseded_rev, at.1)
                });
                let first = effective
                    .min_by_key(|row| row.valid_from)
                    .filter(|row| row.from_stated.is_some() && row.valid_from <= at.0);
                cohorts
                    .entry(first.map_or(0, |row| row.valid_from.year()))
                    .or_default()
                    .extend(first.map(|row| (of.id, row.valid_from)));
            }
            cohorts.remove(&0);
            let expected: Vec<_> = cohorts.iter().map(|(year, members)| {
                let retained = (1..=4_u32).filter(|after| year + *after as i32 <= at.0.year() && {
                    date(&format!("{:04}-12-31", year + *after as i32)) <= at.0
                });
                let retained = retained.map(|after| {
                    let still = members.iter().filter_map(|(id, first)| {
                        let then = *first + Months::new(12 * after);
                        let period = model.period(*id, (then, at.1)).filter(|period| period.status == Status::Effective)?;
                        Some(Model::is_confirmed(period, then))
                    });
                    let still: Vec<_> = still.collect();
                    let confirmed = still.iter().filter(|is_confirmed| **is_confirmed).count();
                    json!({ "years": after, "count": { "value": still.len(), "confirmed": confirmed } })
                });
                json!({ "year": year, "size": { "value": members.len() }, "retained": retained.collect::<Vec<_>>() })
            }).collect();
            assert_eq!(answer["retention"], json!(expected), "{written}");
        }
    });
}
