//! Statistics, against a model that counts day by day from the rows of the tables, on random registers with corrections.

mod model;
mod random;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use entity::{
    TextEnum,
    id::{ClusterId, ParticipationId},
    participation::{self, ParticipationKind},
    participation_period::{ExitKind, ExitReason, Status},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use trihelix::domain::ledger::{Image, Ledger, POLL};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use self::{
    model::{Model, Point, is_active, known, upper},
    random::{Register, on_registers, registers},
};
use crate::support::{
    Package, TestApp,
    dice::{Dice, date, holds},
    introspection::{list, text},
};

const DIMENSIONS: [&str; 10] = [
    "STATUS",
    "KIND",
    "SPHERE",
    "SECTOR",
    "NACE_DIVISION",
    "MUNICIPALITY",
    "SIZE_CLASS",
    "EXIT_KIND",
    "CLUSTER",
    "JOIN_YEAR",
];

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
        for round in 0..24 {
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
                "breakdown(by: [{}], at: {written}, kind: [MEMBER, PARTNER]) {{ multivalued total {COUNT} {rows} }}",
                by.join(", ")
            );
            let answer = &ask(&app, &model, cluster, &selection).await["breakdown"];
            let context = format!("{:?}: {selection}", cluster.map(|id| &model.clusters[&id]));

            let (has_status, has_exit) = (by.contains(&"STATUS"), by.contains(&"EXIT_KIND"));
            let counts = |status: Status| has_status || (has_exit == (status == Status::Ended));
            let mut expected: BTreeMap<Vec<Option<String>>, (BTreeSet<String>, usize)> = BTreeMap::new();
            let (mut total, mut confirmed) = (0, 0);
            for of in model.participations.iter().filter(|of| cluster.is_none_or(|id| id == of.cluster_id)) {
                let Some(period) = model.period(of.id, at).filter(|period| counts(period.status)) else { continue };
                let is_confirmed = usize::from(Model::is_confirmed(period, at.0));
                total += 1;
                confirmed += is_confirmed;
                let mut keys: Vec<Vec<Option<String>>> = vec![Vec::new()];
                for dimension in &by {
                    let values: Vec<_> = model.values(dimension, of, at).into_iter().map(Some).collect();
                    let values = if values.is_empty() { vec![None] } else { values };
                    keys = keys
                        .iter()
                        .flat_map(|key| {
                            values.iter().map(move |value| [key.as_slice(), std::slice::from_ref(value)].concat())
                        })
                        .collect();
                }
                for key in keys {
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
            let of = |kind: ParticipationKind, status: Status| -> Vec<_> {
                let participations = model.participations.iter().filter(|of| {
                    of.kind == kind
                        && cluster.is_none_or(|id| id == of.cluster_id)
                        && model.period(of.id, at).is_some_and(|period| period.status == status)
                });
                participations.collect()
            };
            let counted = |rows: &[&participation::Model], ever: bool| {
                let confirmed =
                    rows.iter().filter(|of| Model::is_confirmed(model.period(of.id, at).expect("counted"), at.0));
                count(rows.len(), confirmed.count(), model.is_complete(cluster, at.0, at.1, ever))
            };
            use ParticipationKind::{Member, Partner};
            let effective = of(Member, Status::Effective);
            let expected = json!({
                "candidates": counted(&of(Member, Status::Candidate), false),
                "effective": counted(&effective, false),
                "ended": counted(&of(Member, Status::Ended), true),
                "partners": counted(&of(Partner, Status::Effective), false),
            });
            assert_eq!(answer["headcount"], expected, "{written}");
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

#[test]
fn a_ledger_that_followed_every_write_equals_one_built_after_them() {
    let changes = std::cell::Cell::new(0);
    holds(50, 6, &registers(5), async |Register { versions, mut dice }| {
        let app = TestApp::empty().await;
        let other = Ledger::build(&app.db).await.expect("it is built");
        let mut earlier: Vec<Arc<Image>> = Vec::new();
        for version in &versions {
            app.import(version).await;
            let built = Ledger::build(&app.db).await.expect("it is built").image();
            assert!(app.ledger.image() == built, "followed at each write");
            if dice.one_in(2) {
                other.catch_up(&app.db).await.expect("it follows");
                assert!(other.image() == built, "followed several at once");
                assert!(!other.catch_up(&app.db).await.expect("it follows"), "nothing more was written");
            }
            earlier.push(built);
        }
        changes.set(changes.get() + earlier.windows(2).filter(|images| images[0] != images[1]).count());
        assert!(app.ledger.image().bytes() > 0);
    });
    assert_eq!(changes.get(), 6 * 4, "every import changed something");
}

#[test]
fn two_processes_follow_each_other() {
    holds(60, 1, &registers(3), async |Register { versions, .. }| {
        let app = TestApp::empty().await;
        let other = Arc::new(Ledger::build(&app.db).await.expect("it is built"));
        let following = tokio::spawn({
            let (other, db) = (other.clone(), app.db.clone());
            async move { other.follow(&db, POLL).await }
        });
        for version in &versions {
            app.import(version).await;
            follows(&other, &app.ledger.image()).await;
        }
        following.abort();
    });
}

/// Those that listen on a database of PostgreSQL.
const LISTENERS: &str = "FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%'";

/// Waits until someone listens other than `before`; answers who.
async fn listener(app: &TestApp, before: Option<i32>) -> i32 {
    let started = std::time::Instant::now();
    loop {
        let found =
            app.db.query_one_raw(Statement::from_string(DbBackend::Postgres, format!("SELECT pid {LISTENERS}")));
        let found = found.await.expect("SQL").map(|row| row.try_get::<i32>("", "pid").expect("a number"));
        if let Some(listener) = found.filter(|listener| Some(*listener) != before) {
            return listener;
        }
        assert!(started.elapsed().as_secs() < 20, "nobody listens");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// SQLite announces nothing: there the ledger looks for writes.
#[tokio::test]
async fn a_ledger_whose_listening_connection_dies_listens_again() {
    let app = TestApp::with(&Package::new("north").cluster("north")).await;
    if app.db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let other = Arc::new(Ledger::build(&app.db).await.expect("it is built"));
    let following = tokio::spawn({
        let (other, db) = (other.clone(), app.db.clone());
        // So long that only what is announced is heard.
        async move { other.follow(&db, std::time::Duration::from_secs(3600)).await }
    });
    let mut heard = None;
    for package in ["south", "east", "west"] {
        heard = Some(listener(&app, heard).await);
        app.import(&Package::new(package).cluster(package)).await;
        follows(&other, &app.ledger.image()).await;
        app.db.execute_unprepared(&format!("SELECT pg_terminate_backend(pid) {LISTENERS}")).await.expect("SQL");
    }
    following.abort();
}

#[tokio::test]
async fn a_ledger_that_cannot_listen_looks_for_writes_no_more_often_than_told() {
    let app = TestApp::with(&Package::new("north").cluster("north")).await;
    if app.db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let other = Arc::new(Ledger::build(&app.db).await.expect("it is built"));
    let following = tokio::spawn({
        let (other, db) = (other.clone(), app.db.clone());
        async move { other.follow(&db, std::time::Duration::from_millis(200)).await }
    });
    let heard = listener(&app, None).await;
    let nobody = "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()";
    app.db.execute_unprepared(nobody).await.expect("SQL");
    app.db.execute_unprepared(&format!("SELECT pg_terminate_backend({heard})")).await.expect("SQL");
    app.import(&Package::new("south").cluster("south")).await;
    follows(&other, &app.ledger.image()).await;
    let before = app.statement_count();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let looked = app.statement_count() - before;
    assert!((1..=20).contains(&looked), "it looked {looked} times");
    following.abort();
}

/// Waits until a ledger holds what another one does.
async fn follows(ledger: &Ledger, written: &Arc<Image>) {
    let started = std::time::Instant::now();
    while ledger.image() != *written {
        assert!(started.elapsed().as_secs() < 20, "the other does not follow");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_to_change() {
    let app = TestApp::circlemade().await;
    let nobody = "cluster_01h455vb4pex5vsknk084sn02q";
    for (selection, expected) in [
        (
            r#"flow(period: { from: "2020-01-01", to: "2019-01-01" }, interval: YEAR) { opening }"#,
            "`to` is the first day after it",
        ),
        (
            r#"exits(period: { from: "2020-01-01", to: "2020-01-01" }) { total { value } }"#,
            "`to` is the first day after it",
        ),
        (
            r#"flow(period: { from: "1970-01-01", to: "2020-01-01" }, interval: DAY) { opening }"#,
            "more than 1000 buckets",
        ),
        (
            r#"flow(period: { from: "0001-01-01", to: "9999-12-31" }, interval: MONTH) { opening }"#,
            "more than 1000 buckets",
        ),
        (
            r#"flow(period: { from: "2020-01-01", to: "2021-01-01" }, interval: YEAR, filter: { status: [EFFECTIVE] }) { opening }"#,
            "leave `status` and `exitKind` out",
        ),
        ("breakdown(by: []) { total { value } }", "from 1 to 4 dimensions, not 0"),
        ("breakdown(by: [STATUS, KIND, SPHERE, CLUSTER, SECTOR]) { total { value } }", "from 1 to 4 dimensions, not 5"),
        ("breakdown(by: [SPHERE, SPHERE]) { total { value } }", "once"),
        ("breakdown(by: [SPHERE], limit: 0) { total { value } }", "`limit` must be from 1 to 1000, not 0"),
        ("breakdown(by: [SPHERE], limit: 1001) { total { value } }", "`limit` must be from 1 to 1000, not 1001"),
        ("retention(years: 0) { year }", "`years` must be from 1 to 50"),
        ("retention(years: -1) { year }", "`years` must be from 1 to 50"),
        (
            &format!(r#"breakdown(by: [SPHERE], filter: {{ cluster: ["{nobody}"] }}) {{ total {{ value }} }}"#),
            "the register does not hold",
        ),
        (r#"breakdown(by: [SPHERE], filter: { municipality: ["99999"] }) { total { value } }"#, "no NIS code"),
        (
            r#"breakdown(by: [SPHERE], filter: { activity: { version: NACE_BEL_2008, under: "99.99.99" } }) { total { value } }"#,
            "no code of NACE-BEL",
        ),
    ] {
        for document in [
            format!("{{ statistics {{ {selection} }} }}"),
            format!("{{ cluster(by: {{ slug: \"circlemade\" }}) {{ statistics {{ {selection} }} }} }}"),
        ] {
            let error = app.error(&document).await;
            assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(expected), "{document}: {error}");
        }
    }
}

#[tokio::test]
async fn an_empty_register_counts_nothing_and_claims_nothing() {
    let app = TestApp::empty().await;
    let answer = app
        .ask(&format!("{{ statistics {{ headcount {{ effective {COUNT} ended {COUNT} }} breakdown(by: [SIZE_CLASS]) {{ total {COUNT} rows {{ count {COUNT} }} }} retention {{ year }} }} }}"))
        .await;
    let none = count(0, 0, false);
    let expected = json!({ "headcount": { "effective": none, "ended": none }, "breakdown": { "total": none, "rows": [{ "count": none }] }, "retention": [] });
    assert_eq!(answer["statistics"], expected);
}

#[tokio::test]
async fn a_limit_keeps_the_largest_and_the_unknown() {
    let mut package = Package::new("sizes").cluster("c0");
    for (key, size) in
        [("a", "micro"), ("b", "micro"), ("c", "micro"), ("d", "small"), ("e", "small"), ("f", "large"), ("g", "")]
    {
        package = package
            .rows("organizations", "id,sphere,size_class,source", &[format!("{key},company,{size},s")])
            .rows("organization_names", "organization,kind,name", &[format!("{key},trade,{key}")])
            .member("c0", key, "effective", "2020", "");
    }
    let app = TestApp::with(&package).await;
    let rows = |arguments: &str| {
        format!(
            "{{ statistics {{ breakdown(by: [SIZE_CLASS] {arguments}) {{ rowCount total {{ value }} rows {{ keys {{ value label(language: FR) }} count {{ value }} }} }} }} }}"
        )
    };
    let shown = |answer: Value| -> Vec<String> {
        let rows = list(&answer["statistics"]["breakdown"]["rows"]).iter();
        rows.map(|row| format!("{} {}", row["keys"][0]["label"].as_str().unwrap_or("-"), row["count"]["value"]))
            .collect()
    };
    let answer = app.ask(&rows("limit: 1")).await;
    assert_eq!(
        (&answer["statistics"]["breakdown"]["rowCount"], &answer["statistics"]["breakdown"]["total"]["value"]),
        (&json!(4), &json!(7))
    );
    assert_eq!(shown(answer), ["micro 3", "inconnu 1"]);
    assert_eq!(
        shown(app.ask(&rows("orderBy: { field: COUNT }, limit: 2")).await),
        ["grande 1", "inconnu 1", "petite 2"],
        "the unknown take no place of the known"
    );
    assert_eq!(
        shown(app.ask(&rows("orderBy: { field: KEY }")).await),
        ["micro 3", "petite 2", "grande 1", "inconnu 1"]
    );
    assert_eq!(
        shown(app.ask(&rows("orderBy: { field: COUNT }")).await),
        ["grande 1", "inconnu 1", "petite 2", "micro 3"]
    );
}

#[tokio::test]
async fn published_figures_are_compared_on_their_own_definition_or_say_why_not() {
    let header = "cluster,metric,nature,value,disclosure,qualifier,on,source";
    let package = Package::new("figures")
        .cluster("c0")
        .organization("a", "company", "A")
        .organization("b", "public", "B")
        .organization("c", "company", "C")
        .organization("d", "company", "D")
        .member("c0", "d", "ended", "2019-03-01", "")
        .period("c0,d,partner,,effective,2020-03-01,,,,,,s")
        .member("c0", "a", "candidate", "2019-03-01", "2020-02-01")
        .member("c0", "a", "effective", "2020-02-01", "2021-05-01")
        .member("c0", "a", "ended", "2021-05-01", "")
        .member("c0", "b", "effective", "2020-06-01", "")
        .period("c0,c,partner,,effective,,,2020-07-01,2020-07-01,,,s")
        .rows(
            "figures",
            header,
            &[
                "c0,effective_members,actual,3,disclosed,exactly,2020-12-31,s",
                "c0,member_companies,actual,1,disclosed,exactly,2020,s",
                "c0,candidate_members,actual,1,disclosed,exactly,2019-12,s",
                "c0,partners,actual,2,disclosed,exactly,2020-12-31,s",
                "c0,leavers,actual,,not_disclosed,exactly,2021-12-31,s",
                "c0,leavers,actual,1,disclosed,exactly,2020,s",
                "c0,exclusions,actual,3,disclosed,exactly,2021-12-31,s",
                "c0,candidacies_withdrawn,actual,1,disclosed,exactly,2020,s",
                "c0,candidacies_withdrawn,actual,1,disclosed,exactly,2020-12-31,s",
                "c0,joined_participants,actual,2,disclosed,exactly,2020,s",
                "c0,joined_participants,actual,5,disclosed,exactly,2020-12-31,s",
                "c0,candidates_promoted,actual,1,disclosed,exactly,2020,s",
                "c0,members,target,50,disclosed,about,2020-12-31,s",
                "c0,members,actual,4,disclosed,exactly,,s",
                "c0,working_groups,actual,3,disclosed,exactly,2020-12-31,s",
            ],
        );
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(
            "{ figures(first: 100) { nodes { metric on value registry { recorded difference complete asOf reason }
               then: registry(at: { asOf: \"2019-12-31\" }) { recorded asOf } } } }",
        )
        .await;
    let shown = |metric: &str, on: Option<&str>| {
        let nodes = list(&answer["figures"]["nodes"]);
        let found = nodes.iter().find(|figure| figure["metric"] == metric && figure["on"].as_str() == on);
        let registry = &found.unwrap_or_else(|| panic!("{metric} {on:?}: {answer:#}"))["registry"];
        assert_eq!(registry["complete"], false);
        format!("{} {} {} {}", registry["recorded"], registry["difference"], registry["asOf"], registry["reason"])
    };
    assert_eq!(shown("EFFECTIVE_MEMBERS", Some("2020-12-31")), r#"2 1.0 "2020-12-31" null"#);
    assert_eq!(shown("MEMBER_COMPANIES", Some("2020")), r#"1 0.0 "2020-12-31" null"#);
    assert_eq!(shown("CANDIDATE_MEMBERS", Some("2019-12")), r#"1 0.0 "2019-12-31" null"#);
    assert_eq!(shown("PARTNERS", Some("2020-12-31")), r#"2 0.0 "2020-12-31" null"#);
    // Since the founding, as no period is stated: the first of them left in 2019.
    assert_eq!(shown("LEAVERS", Some("2021-12-31")), r#"2 null "2021-12-31" "NOT_DISCLOSED""#);
    assert_eq!(shown("EXCLUSIONS", Some("2021-12-31")), r#"0 3.0 "2021-12-31" null"#);
    assert_eq!(shown("CANDIDACIES_WITHDRAWN", Some("2020")), r#"0 1.0 "2020-12-31" null"#);
    assert_eq!(shown("CANDIDACIES_WITHDRAWN", Some("2020-12-31")), r#"null null "2020-12-31" "NO_PERIOD""#);
    assert_eq!(shown("LEAVERS", Some("2020")), r#"0 1.0 "2020-12-31" null"#);
    // The start of one partner is not stated: it is not known to have joined then.
    assert_eq!(shown("JOINED_PARTICIPANTS", Some("2020")), r#"2 0.0 "2020-12-31" null"#);
    assert_eq!(shown("JOINED_PARTICIPANTS", Some("2020-12-31")), r#"null null "2020-12-31" "NO_PERIOD""#);
    assert_eq!(shown("CANDIDATES_PROMOTED", Some("2020")), r#"1 0.0 "2020-12-31" null"#);
    assert_eq!(shown("MEMBERS", Some("2020-12-31")), r#"null null null "TARGET""#);
    assert_eq!(shown("MEMBERS", None), r#"null null null "NO_DATE""#);
    assert_eq!(shown("WORKING_GROUPS", Some("2020-12-31")), r#"null null null "NOT_RECORDED""#);
    let then = list(&answer["figures"]["nodes"]).iter().find(|figure| figure["metric"] == "EFFECTIVE_MEMBERS");
    assert_eq!(then.expect("the figure")["then"], json!({ "recorded": 0, "asOf": "2019-12-31" }));
}

#[tokio::test]
async fn conditions_on_organizations_in_a_period_are_taken_on_its_last_day() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Acme").rows(
        "sites",
        "organization,kind,municipality,from,to,source",
        &["acme,seat,21001,,2020-12-31,s", "acme,seat,21007,2020-12-31,2021-01-01,s", "acme,seat,21004,2021-01-01,,s"],
    );
    let app = TestApp::with(&package.member("north", "acme", "effective", "2020-03-01", "")).await;
    for (municipality, joined) in [("21001", 0), ("21007", 1), ("21004", 0)] {
        let document = format!(
            r#"{{ statistics(filter: {{ municipality: ["{municipality}"] }}) {{
                flow(period: {{ from: "2020-01-01", to: "2021-01-01" }}, interval: YEAR) {{ joined }} }} }}"#
        );
        assert_eq!(app.ask(&document).await["statistics"]["flow"], json!([{ "joined": joined }]), "{municipality}");
    }
}

#[tokio::test]
async fn sectors_beyond_the_first_64_of_a_cluster_are_counted_too() {
    const SECTORS: usize = 70;
    let under = |sector: usize| match sector {
        // The last one within the first 64, the first one beyond, and the last one.
        63 => "13",
        64 | 69 => "38",
        _ => "01",
    };
    let sectors: Vec<_> = (0..SECTORS).map(|sector| format!("north,s{sector:02},Sector {sector},s")).collect();
    let classes: Vec<_> = (0..SECTORS).map(|sector| format!("north,s{sector:02},2008,{}", under(sector))).collect();
    let package = Package::new("north")
        .cluster("north")
        .rows("sectors", "cluster,code,label_en,source", &sectors)
        .rows("sector_nace", "cluster,sector,nace_version,nace_code", &classes)
        .organization("acme", "company", "Acme")
        .organization("weaver", "company", "Weaver")
        .rows(
            "activities",
            "organization,nace_version,nace_code,rank,source",
            &["acme,2008,38.32,main,s", "weaver,2008,13.10,main,s"],
        );
    let package =
        package.member("north", "acme", "effective", "2020", "").member("north", "weaver", "effective", "2020", "");
    let app = TestApp::with(&package).await;
    let document =
        "{ statistics { breakdown(by: [SECTOR], orderBy: { field: KEY }) { multivalued rows { count { value }
        keys { sector { code } } } } } }";
    let breakdown = &app.ask(document).await["statistics"]["breakdown"];
    let rows: Vec<_> = list(&breakdown["rows"])
        .iter()
        .map(|row| (row["keys"][0]["sector"]["code"].clone(), row["count"]["value"].clone()))
        .collect();
    let expected = [("s63", 1), ("s64", 1), ("s69", 1)].map(|(code, count)| (json!(code), json!(count)));
    assert_eq!(rows, [&expected[..], &[(Value::Null, json!(0))]].concat());
    assert_eq!(breakdown["multivalued"], true);
}

#[tokio::test]
async fn dimensions_that_can_hold_several_values_say_so() {
    let app = TestApp::empty().await;
    for (dimension, is_multivalued) in [
        ("STATUS", false),
        ("KIND", false),
        ("SPHERE", false),
        ("SECTOR", true),
        ("NACE_DIVISION", true),
        ("MUNICIPALITY", true),
        ("SIZE_CLASS", false),
        ("EXIT_KIND", false),
        ("CLUSTER", false),
        ("JOIN_YEAR", false),
        ("STATUS, SECTOR", true),
        ("STATUS, KIND", false),
    ] {
        let document = format!("{{ statistics {{ breakdown(by: [{dimension}]) {{ multivalued }} }} }}");
        let expected = json!({ "multivalued": is_multivalued });
        assert_eq!(app.ask(&document).await["statistics"]["breakdown"], expected, "{dimension}");
    }
}

#[tokio::test]
async fn nothing_is_complete_before_the_register_is() {
    let package = Package::new("north")
        .rows("clusters", "slug,name_en,complete_from,source", &["north,North,2018-01-01,s"])
        .rows("events", "cluster,id,kind,on,source", &["north,f,founding,2018-01-01,s"])
        .organization("acme", "company", "Acme");
    let app = TestApp::with(&package.member("north", "acme", "effective", "2019", "")).await;
    for (day, is_complete) in [("2017-12-31", false), ("2018-01-01", true)] {
        let document = format!(
            r#"{{ statistics {{ headcount(at: {{ asOf: "{day}" }}) {{ candidates {{ complete }} effective {{ complete }} ended {{ complete }}
                partners {{ complete }} }} breakdown(by: [STATUS], at: {{ asOf: "{day}" }}) {{ total {{ complete }} }}
                exits: breakdown(by: [EXIT_KIND], at: {{ asOf: "{day}" }}) {{ total {{ complete }} rows {{ count {{ complete }} }} }}
                composition(at: {{ asOf: "{day}" }}) {{ complete }} }} }}"#
        );
        let statistics = app.ask(&document).await["statistics"].clone();
        let told = statistics.to_string();
        assert!(told.contains(&format!("\"complete\":{is_complete}")), "{day}: {told}");
        assert!(!told.contains(&format!("\"complete\":{}", !is_complete)), "{day}: {told}");
    }
}

#[tokio::test]
async fn exits_have_a_row_for_each_reason_that_is_recorded() {
    let excluded = |organization: &str, from: &str, reason: &str| {
        format!("north,{organization},member,,ended,{from},,,,excluded,{reason},s")
    };
    let package = ["a", "b", "c", "d"].iter().fold(Package::new("north").cluster("north"), |package, organization| {
        let package = package.organization(organization, "company", organization);
        package.member("north", organization, "effective", "2019", "2020-05-01")
    });
    let package = package
        .period(&excluded("a", "2020-05-01", "inactivity"))
        .period(&excluded("b", "2020-05-01", "inactivity"))
        .period(&excluded("c", "2020-05-01", "non_payment"))
        .period(&excluded("d", "2020-05-01", ""));
    let document = r#"{ statistics { exits(period: { from: "2020-01-01", to: "2021-01-01" }) {
        total { value } rows { kind reason count { value } memberships { totalCount } } } } }"#;
    let exits = TestApp::with(&package).await.ask(document).await["statistics"]["exits"].clone();
    assert_eq!(exits["total"]["value"], 4);
    let excluded = list(&exits["rows"]).iter().filter(|row| row["kind"] == "EXCLUDED");
    let rows: Vec<_> = excluded
        .map(|row| {
            assert_eq!(row["count"]["value"], row["memberships"]["totalCount"], "{row}");
            (row["reason"].clone(), row["count"]["value"].clone())
        })
        .collect();
    let expected = [(Value::Null, json!(1)), (json!("NON_PAYMENT"), json!(1)), (json!("INACTIVITY"), json!(2))];
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn what_is_complete_of_the_counted_clusters_is_complete_whatever_the_others_are() {
    let package = Package::new("two")
        .rows("clusters", "slug,name_en,complete_from,source", &["whole,Whole,2018-01-01,s", "part,Part,,s"])
        .rows("events", "cluster,id,kind,on,source", &["whole,f,founding,2018-01-01,s"])
        .organization("acme", "company", "Acme");
    let package =
        package.member("whole", "acme", "effective", "2019-03-01", "").member("part", "acme", "effective", "2019", "");
    let app = TestApp::with(&package).await;
    let clusters = app.ask("{ clusters { nodes { id slug } } }").await;
    let id = |slug: &str| {
        let nodes = list(&clusters["clusters"]["nodes"]);
        nodes.iter().find(|node| node["slug"] == slug).expect("the cluster")["id"].clone()
    };
    for (cluster, is_complete) in [("whole", true), ("part", false)] {
        let document = format!(
            "{{ statistics(filter: {{ cluster: [{}] }}) {{ headcount(at: {{ asOf: \"2021-01-01\" }}) {{ effective {{ value complete }} ended {{ complete }} }}
                retention(years: 1, at: {{ asOf: \"2021-01-01\" }}) {{ size {{ value complete }} retained {{ count {{ value complete }} }} }} }} }}",
            id(cluster)
        );
        let told = app.ask(&document).await["statistics"].clone();
        let expected = json!({ "value": 1, "complete": is_complete });
        assert_eq!(
            told["headcount"],
            json!({ "effective": expected, "ended": { "complete": is_complete } }),
            "{cluster}"
        );
        assert_eq!(told["retention"][0]["size"], expected, "{cluster}: {told}");
        assert_eq!(told["retention"][0]["retained"][0]["count"], expected, "{cluster}: {told}");
    }
}

#[tokio::test]
async fn a_figure_since_the_founding_counts_from_the_first_day_that_is_recorded() {
    let package = Package::new("old")
        .cluster("old")
        .organization("acme", "company", "Acme")
        .member("old", "acme", "effective", "1960", "1965-01-01")
        .member("old", "acme", "ended", "1965-01-01", "")
        .rows(
            "figures",
            "cluster,metric,nature,value,disclosure,qualifier,on,source",
            &["old,leavers,actual,1,disclosed,exactly,2020-12-31,s"],
        );
    let answer = TestApp::with(&package).await.ask("{ figures { nodes { registry { recorded difference } } } }").await;
    assert_eq!(answer["figures"]["nodes"], json!([{ "registry": { "recorded": 1, "difference": 0.0 } }]));
}

#[tokio::test]
async fn messages_name_what_was_written() {
    let app = TestApp::empty().await;
    for (document, expected) in [
        (
            "{ statistics { breakdown(by: [KIND, STATUS, STATUS]) { rowCount } } }",
            "`by[2]` is the same dimension as `by[1]`",
        ),
        ("{ statistics { retention(years: -5) { year } } }", "`years` must be from 1 to 50, not -5"),
        ("{ statistics { retention(years: 51) { year } } }", "`years` must be from 1 to 50, not 51"),
        (
            "{ activityClasses(version: NACE_BEL_2008, level: [1, 99]) { totalCount } }",
            "`level` takes levels from 1, a section, to 5, a subclass, not 99",
        ),
    ] {
        let error = app.error(document).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains(expected), "{document}: {error}");
    }
}

#[tokio::test]
async fn groups_are_in_the_order_that_the_schema_says() {
    let package = [("a", "micro"), ("b", "large"), ("c", ""), ("d", "large"), ("e", "micro")].iter().fold(
        Package::new("north").cluster("north"),
        |package, (key, size)| {
            package
                .rows("organizations", "id,sphere,size_class,source", &[format!("{key},company,{size},s")])
                .rows("organization_names", "organization,kind,name", &[format!("{key},trade,{key}")])
                .member("north", key, "effective", "2020", "")
        },
    );
    let app = TestApp::with(&package).await;
    let (micro, large, unknown) = (json!("MICRO"), json!("LARGE"), Value::Null);
    for (order, expected) in [
        ("{ field: KEY }", [&micro, &large, &unknown]),
        ("{ field: KEY, direction: DESC }", [&unknown, &large, &micro]),
        // Equally many are by their keys, whichever way the counts go.
        ("{ field: COUNT, direction: DESC }", [&micro, &large, &unknown]),
        ("{ field: COUNT }", [&unknown, &micro, &large]),
    ] {
        let document = format!(
            "{{ statistics {{ breakdown(by: [SIZE_CLASS], orderBy: {order}) {{ rows {{ keys {{ value }} }} }} }} }}"
        );
        let answer = app.ask(&document).await;
        let rows = list(&answer["statistics"]["breakdown"]["rows"]);
        let keys: Vec<_> = rows.iter().map(|row| &row["keys"][0]["value"]).collect();
        assert_eq!(keys, expected, "{order}");
    }
}

#[tokio::test]
async fn an_anniversary_of_a_leap_day_is_the_last_of_february() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Acme");
    for (to, retained) in [("2021-02-28", 0), ("2021-03-01", 1)] {
        let app = TestApp::with(&package.clone().member("north", "acme", "effective", "2020-02-29", to)).await;
        let document = "{ statistics { retention(years: 2, at: { asOf: \"2021-12-31\" }) { year retained { years count { value } } } } }";
        let expected = json!([{ "year": 2020, "retained": [{ "years": 1, "count": { "value": retained } }] }]);
        assert_eq!(app.ask(document).await["statistics"]["retention"], expected, "{to}");
    }
}
