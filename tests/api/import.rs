//! Taking a package into the register: one revision or nothing, and what was known stays known.
//! Faults, each in its place: `files`, `faults` of their lines, `criteria`; more than one package:
//! `several`; writes that do not come to their end: `unfinished`.

use std::{fs, path::Path, sync::Arc};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;
use trihelix::{
    dataset::{self, Error, Fault, Folder, Options, Outcome},
    domain::{revision, store::check},
    progress::silent,
};

use crate::support::{Package, TestApp, now};

mod criteria;
mod faults;
mod files;
mod several;
mod unfinished;

/// A cluster with an event, a sector and a service, and an organization of each sphere but one.
fn base() -> Package {
    Package::new("base")
        .cluster("north")
        .organization("acme", "company", "Acme")
        .organization("lab", "research", "Lab")
        .organization("town", "public", "Town")
        .rows("events", "cluster,id,kind,on,source", &["north,founding,founding,2018,s"])
        .rows("sectors", "cluster,code,label_en,source", &["north,textile,Textile,s"])
        .rows("services", "cluster,id,name_en,source", &["north,advice,Advice,s"])
        .period("north,acme,member,,effective,2018,,,,,,s")
        .criteria(json!([]))
}

/// How many rows each table has.
async fn rows(db: &DatabaseConnection) -> Vec<(String, i64)> {
    let backend = db.get_database_backend();
    let tables = match backend {
        DbBackend::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables = db.query_all_raw(Statement::from_string(backend, tables)).await.expect("the tables are listed");
    let mut counts = Vec::new();
    for table in tables {
        let table: String = table.try_get("", "name").expect("a name");
        let count = Statement::from_string(backend, format!("SELECT count(*) AS n FROM {table}"));
        let row = db.query_one_raw(count).await.expect("rows are counted").expect("a row");
        counts.push((table, row.try_get("", "n").expect("a number")));
    }
    counts.sort();
    assert!(counts.iter().any(|(table, _)| table == "participation_period"), "{counts:?}");
    counts
}

async fn head(db: &DatabaseConnection) -> Option<i64> {
    revision::head(db).await.expect("revisions are read").map(|last| last.number)
}

fn refused(result: Result<Outcome, Error>) -> Vec<Fault> {
    match result {
        Err(Error::Faults(faults)) => faults.iter().cloned().collect(),
        other => panic!("expected faults: {other:?}"),
    }
}

fn place(fault: &Fault) -> (&str, u64, &str) {
    (&fault.file, fault.line, &fault.column)
}

/// The number of a revision, how many rows it added and how many it superseded.
fn written(outcome: Outcome) -> (i64, usize, usize) {
    match outcome {
        Outcome::Written { revision, added, superseded } => (revision.number, added, superseded),
        other => panic!("expected a write: {other:?}"),
    }
}

fn instant(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Written { revision, .. } => revision.at.to_rfc3339(),
        other => panic!("expected a write: {other:?}"),
    }
}

async fn import_with(app: &TestApp, package: &Package, options: Options) -> Result<Outcome, Error> {
    let folder = package.write();
    dataset::import(&app.db, &Folder::Disk(folder.path().to_owned()), now(), options, &silent).await
}

/// A version of criteria as it stands in a file, with some keys changed.
fn version(changes: Value) -> Value {
    let mut version = json!({
        "cluster": "north", "version": 1, "state": "adopted", "from": "2018-05-24", "source": "s",
        "criteria": [{ "rule": { "sphere": ["company"] } }],
    });
    for (key, value) in changes.as_object().expect("an object") {
        version[key] = value.clone();
    }
    version
}

/// One edit of the base package: the file, its text (none: the file is taken away), where the fault is, and what its
/// message says.
type Edit = (&'static str, Option<&'static str>, (&'static str, u64, &'static str), &'static str);

/// Imports the base package with each edit into one register; none may leave a trace.
async fn each_is_refused(edits: &[Edit]) {
    let app = TestApp::empty().await;
    let before = rows(&app.db).await;
    for (file, text, expected, fragment) in edits {
        let folder = base().write();
        match text {
            Some(text) => fs::write(folder.path().join(file), text).expect("the file is written"),
            None => fs::remove_file(folder.path().join(file)).expect("the file is removed"),
        }
        let faults = refused(import(&app.db, &folder).await);
        let places: Vec<_> = faults.iter().map(place).collect();
        assert_eq!(places, [*expected], "{file} {text:?}: {faults:#?}");
        assert!(faults[0].message.contains(fragment), "{fragment:?}: {}", faults[0]);
    }
    assert_eq!(rows(&app.db).await, before);
}

/// The one fault of a package.
async fn fault(package: Package) -> (String, u64, String, String) {
    let mut faults = refused(TestApp::empty().await.try_import(&package).await);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let Fault { file, line, column, message } = faults.remove(0);
    (file, line, column, message)
}

async fn import(db: &DatabaseConnection, folder: &TempDir) -> Result<Outcome, Error> {
    dataset::import(db, &Folder::Disk(folder.path().to_owned()), now(), Options::default(), &silent).await
}

#[tokio::test]
async fn the_same_package_again_writes_nothing_and_takes_no_revision() {
    let app = TestApp::empty().await;
    let package = base()
        .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,BE 0000.000.196"])
        .rows("sites", "organization,kind,municipality,from,to,source", &["acme,seat,21007,2018,2020-05,s"])
        .rows("activities", "organization,nace_version,nace_code,rank,source", &["acme,2008,38.32,main,s"])
        .rows("attributes", "organization,code,value,source", &["acme,works_material,unknown,s"])
        .rows(
            "sector_nace",
            "cluster,sector,nace_version,nace_code",
            &["north,textile,2008,13", "north,textile,2008,E"],
        )
        .rows(
            "figures",
            "cluster,metric,nature,value,disclosure,qualifier,on,source",
            &["north,members,actual,4.5,disclosed,about,2018,s", "north,leavers,actual,,not_disclosed,exactly,,s"],
        )
        .rows("referrals", "cluster,organization,service,on,source", &["north,acme,advice,2024,s"])
        .period("north,lab,member,,candidate,2018,2019-05,,,,,s")
        .criteria(json!([version(json!({ "event": "founding", "label": { "en": "Entry" } }))]));
    assert_eq!(written(app.import(&package).await).0, 1);
    let before = rows(&app.db).await;
    for _ in 0..2 {
        assert_eq!(app.import(&package).await, Outcome::Unchanged);
    }
    assert_eq!((rows(&app.db).await, head(&app.db).await), (before, Some(1)));
}

#[tokio::test]
async fn circlemade_again_writes_nothing_and_takes_no_revision() {
    let app = TestApp::circlemade().await;
    let before = (rows(&app.db).await, head(&app.db).await);
    assert_eq!(
        dataset::import(&app.db, &dataset::published::CIRCLEMADE, now(), Options::default(), &silent)
            .await
            .expect("no fault"),
        Outcome::Unchanged
    );
    let on_disk = Folder::Disk(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/circlemade"));
    assert_eq!(
        dataset::import(&app.db, &on_disk, now(), Options::default(), &silent).await.expect("no fault"),
        Outcome::Unchanged
    );
    assert_eq!((rows(&app.db).await, head(&app.db).await), before);
}

/// Members of the cluster north on the first day of 2020, as the register knew them at an instant.
async fn members(app: &TestApp, known_at: Option<&str>) -> Vec<String> {
    let document = r#"query($at: PointInTime) { cluster(by: { slug: "north" }) { memberships(at: $at, first: 100) {
        totalCount nodes { organization { name } status(at: $at) period(at: $at) { from } } } } }"#;
    let at = json!({ "asOf": "2020-01-01", "knownAt": known_at });
    let answer = app.ask_with(document, json!({ "at": at })).await;
    let list = &answer["cluster"]["memberships"];
    let nodes = list["nodes"].as_array().expect("nodes");
    assert_eq!(list["totalCount"], nodes.len());
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told =
        |node: &Value| [&node["organization"]["name"], &node["status"], &node["period"]["from"]].map(text).join(" ");
    let mut members: Vec<_> = nodes.iter().map(told).collect();
    members.sort();
    members
}

#[tokio::test]
async fn a_correction_changes_what_is_known_now_and_not_what_was_known_then() {
    let app = TestApp::empty().await;
    let first = app.import(&base().member("north", "lab", "candidate", "2019", "")).await;
    let then = members(&app, None).await;
    assert_eq!(then, ["Acme EFFECTIVE 2018", "Lab CANDIDATE 2019"]);
    // One line changed, one removed, one added.
    let corrected = base().without("periods").member("north", "acme", "effective", "2017-06", "").member(
        "north",
        "town",
        "effective",
        "2019-12-31",
        "",
    );
    let second = app.import(&corrected).await;
    // Two periods and a participation added, two periods superseded.
    assert_eq!(written(second.clone()), (2, 3, 2));
    let now = ["Acme EFFECTIVE 2017-06", "Town EFFECTIVE 2019-12-31"];
    assert_eq!(members(&app, None).await, now);
    assert_eq!(members(&app, Some(&instant(&second))).await, now);
    assert_eq!(members(&app, Some(&instant(&first))).await, then);
    // Taken back, it is known again, and that it was not known in between is known too.
    let third = app.import(&base().member("north", "lab", "candidate", "2019", "")).await;
    assert_eq!(written(third.clone()).0, 3);
    assert_eq!(members(&app, None).await, then);
    assert_eq!(members(&app, Some(&instant(&second))).await, now);
    assert_eq!(check::faults(&app.db).await.expect("the register is checked"), Vec::<String>::new());
}

#[tokio::test]
async fn a_changed_line_is_another_row_and_the_rest_stay_as_they_are() {
    let app = TestApp::empty().await;
    app.import(&base().member("north", "lab", "effective", "2018", "")).await;
    let periods = r#"{ cluster(by: { slug: "north" }) { memberships { nodes {
        id organization { id name } periods { id recordedAt } } } } }"#;
    let before = app.ask(periods).await["cluster"]["memberships"]["nodes"].clone();
    app.import(&base().member("north", "lab", "effective", "2019", "")).await;
    let after = app.ask(periods).await["cluster"]["memberships"]["nodes"].clone();
    assert_eq!((&before[0]["organization"]["name"], &before[0]), (&json!("Acme"), &after[0]));
    assert_eq!((&before[1]["id"], &before[1]["organization"]), (&after[1]["id"], &after[1]["organization"]));
    assert_ne!(before[1]["periods"][0]["id"], after[1]["periods"][0]["id"]);
    assert_ne!(before[1]["periods"][0]["recordedAt"], after[1]["periods"][0]["recordedAt"]);
}

#[tokio::test]
async fn an_organization_keeps_its_id_and_its_name_as_known_before() {
    let organization = |name: &str, website: &str| {
        Package::new("names")
            .rows("organizations", "id,sphere,website,source", &[format!("acme,company,{website},s")])
            .rows("organization_names", "organization,kind,name", &[format!("acme,trade,{name}")])
            .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,0000000196"])
    };
    let document = r#"{ organization(by: { enterpriseNumber: "0000000196" }) { id name names { name } website } }"#;
    let app = TestApp::empty().await;
    app.import(&organization("Acme", "https://acme.example")).await;
    let first = app.answer(document, json!({})).await;
    assert_eq!(first["data"]["organization"]["name"], "Acme");
    app.import(&organization("Acme Circular", "https://circular.example")).await;
    let second = app.ask(document).await;
    assert_eq!(second["organization"]["id"], first["data"]["organization"]["id"]);
    assert_eq!(second["organization"]["name"], "Acme Circular");
    assert_eq!(second["organization"]["names"], json!([{ "name": "Acme Circular" }]));
    assert_eq!(second["organization"]["website"], "https://circular.example");
    let basis = &first["extensions"]["basis"];
    let again = app.post(json!({ "query": document, "extensions": { "basis": basis } })).await;
    assert_eq!((&again["data"], &again["extensions"]["basis"]), (&first["data"], basis));
}

#[tokio::test]
async fn every_kind_of_fact_is_superseded_when_its_line_is_gone() {
    let app = TestApp::empty().await;
    let full = base()
        .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,0000000196"])
        .rows("sites", "organization,kind,municipality,source", &["acme,seat,21007,s"])
        .rows("activities", "organization,nace_version,nace_code,rank,source", &["acme,2008,38.32,main,s"])
        .rows("attributes", "organization,code,value,source", &["acme,works_material,true,s"])
        .rows("sector_nace", "cluster,sector,nace_version,nace_code", &["north,textile,2008,13"])
        .rows(
            "figures",
            "cluster,metric,nature,value,disclosure,qualifier,source",
            &["north,members,actual,4,disclosed,exactly,s"],
        )
        .rows("referrals", "cluster,organization,service,source", &["north,acme,advice,s"])
        .criteria(json!([version(json!({}))]));
    let first = app.import(&full).await;
    let document = r#"query($at: PointInTime) { cluster(by: { slug: "north" }) {
        criteria(at: $at) { version } events { totalCount } figures { totalCount } sectors { code } services { name }
        memberships(at: $at) { totalCount }
    } organizations { totalCount nodes { name identifiers { value } municipality(at: $at) { nis } activities(at: $at) { rank }
        attributes(at: $at) { code } } } }"#;
    let before = app.ask(document).await;
    assert_eq!(before["cluster"]["criteria"]["version"], 1);
    let mut emptied = full;
    for table in [
        "organization_identifiers",
        "sites",
        "activities",
        "attributes",
        "sector_nace",
        "figures",
        "referrals",
        "periods",
    ] {
        emptied = emptied.without(table);
    }
    for table in ["events", "sectors", "services"] {
        emptied = emptied.without(table);
    }
    // An identifier, a site, an activity, an attribute, an event, a sector, a service, a period, a figure, a referral, criteria.
    assert_eq!(written(app.import(&emptied.criteria(json!([]))).await), (2, 0, 11));
    let cluster = &app.ask(document).await["cluster"];
    assert_eq!(
        cluster,
        &json!({ "criteria": null, "events": { "totalCount": 0 }, "figures": { "totalCount": 0 }, "sectors": [], "services": [],
                 "memberships": { "totalCount": 0 } })
    );
    let basis = json!({ "knownAt": instant(&first) });
    let then = app.post(json!({ "query": document, "extensions": { "basis": basis } })).await;
    assert_eq!(then["data"], before);
}

#[tokio::test]
async fn organizations_clusters_and_sources_are_not_removed_with_their_lines() {
    let app = TestApp::empty().await;
    let sources = ["s,decision,A decision", "t,report,A report"];
    let two = base().without("sources").rows("sources", "id,kind,title", &sources);
    app.import(&two).await;
    let document = r#"{ organizations(orderBy: { field: NAME }) { nodes { id name } } clusters { nodes { id name } }
        sources(first: 100) { nodes { id title } } }"#;
    let before = app.ask(document).await;
    let names: Vec<_> =
        before["organizations"]["nodes"].as_array().expect("nodes").iter().map(|o| &o["name"]).collect();
    assert_eq!(names, ["Acme", "Lab", "Town"]);
    app.import(&Package::new("base").organization("acme", "company", "Acme")).await;
    assert_eq!(app.ask(document).await, before);
}

#[tokio::test]
async fn periods_that_meet_in_one_partial_date_meet_on_its_first_day() {
    let package = base().without("periods").member("north", "acme", "candidate", "2020", "2023");
    let package =
        package.member("north", "acme", "effective", "2023", "2024-02").member("north", "acme", "ended", "2024-02", "");
    let app = TestApp::with(&package).await;
    let document = r#"query($at: PointInTime) { cluster(by: { slug: "north" }) {
        memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at) { nodes { status(at: $at) } } } }"#;
    for (day, status) in [
        ("2019-12-31", None),
        ("2020-01-01", Some("CANDIDATE")),
        ("2022-12-31", Some("CANDIDATE")),
        ("2023-01-01", Some("EFFECTIVE")),
        ("2024-01-31", Some("EFFECTIVE")),
        ("2024-02-01", Some("ENDED")),
    ] {
        let answer = app.ask_with(document, json!({ "at": { "asOf": day } })).await;
        let expected: Vec<_> = status.map(|status| json!({ "status": status })).into_iter().collect();
        assert_eq!(answer["cluster"]["memberships"]["nodes"], json!(expected), "{day}");
    }
}

#[tokio::test]
async fn a_trial_run_says_what_would_change_and_writes_nothing() {
    let app = TestApp::with(&base()).await;
    let (before, last) = (rows(&app.db).await, head(&app.db).await);
    let next = base()
        .without("periods")
        .member("north", "acme", "ended", "2019", "")
        .member("north", "lab", "candidate", "2020", "")
        .period("north,town,partner,,effective,2020,,,,,,s");
    let trial = Options { dry_run: true, ..Options::default() };
    let Outcome::Planned(plan) = import_with(&app, &next, trial).await.expect("no fault") else { panic!("a plan") };
    let changed: Vec<_> = plan.changes.iter().filter(|change| change.added + change.superseded > 0).collect();
    let [periods] = changed[..] else { panic!("{changed:?}") };
    // Two participations and three periods, for the one that there was.
    assert_eq!((periods.resource, periods.held, periods.added, periods.superseded), ("periods", 1, 5, 1));
    let [(slug, then, now)] = &plan.clusters[..] else { panic!("{:?}", plan.clusters) };
    assert_eq!(slug, "north");
    assert_eq!((then.candidates, then.effective, then.partners), (0, 1, 0));
    assert_eq!((now.candidates, now.effective, now.partners), (1, 0, 1));
    assert_eq!(plan.removals, Vec::<String>::new());
    assert_eq!((rows(&app.db).await, head(&app.db).await), (before, last));
    // What is refused without a word of the owner is said too.
    let Outcome::Planned(plan) = import_with(&app, &base().without("periods"), trial).await.expect("no fault") else {
        panic!("a plan")
    };
    assert!(plan.removals[0].contains("`periods` is not listed, and 1 of 1 rows would vanish"), "{:?}", plan.removals);
    assert!(refused(import_with(&app, &base().cluster("west west"), trial).await).len() == 1);
}

#[tokio::test]
async fn what_vanishes_needs_the_word_of_its_owner() {
    let members = |count: usize| {
        (0..count).fold(Package::new("north").cluster("north"), |package, member| {
            let key = format!("member-{member}");
            package.organization(&key, "company", &key)
        })
    };
    let with = |package: Package, count: usize| {
        (0..count).fold(package, |package, member| {
            package.member("north", &format!("member-{member}"), "effective", "2018", "")
        })
    };
    let app = TestApp::with(&with(members(5), 5)).await;
    let (before, last) = (rows(&app.db).await, head(&app.db).await);
    let unlisted = members(5);
    let emptied = members(5).rows("periods", "cluster,organization,kind,status,source", &[] as &[&str]);
    for (package, expected) in [
        (unlisted, "datapackage.json: resources: `periods` is not listed, and 5 of 5 rows would vanish"),
        (emptied.clone(), "periods: 5 of 5 rows would vanish"),
        (with(members(5), 2), "periods: 3 of 5 rows would vanish"),
    ] {
        let error = import_with(&app, &package, Options::default()).await.expect_err("it is refused").to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(error.ends_with("nothing was imported; pass --allow-removals if they are to go"), "{error}");
        assert_eq!((rows(&app.db).await, head(&app.db).await), (before.clone(), last));
    }
    // Less than half, and corrections of all, are what an edition is for.
    for package in [with(members(5), 3), {
        (0..3).fold(members(5), |package, member| {
            package.member("north", &format!("member-{member}"), "effective", "2019", "")
        })
    }] {
        written(import_with(&app, &package, Options::default()).await.expect("it is written"));
    }
    let allowed = Options { allow_removals: true, ..Options::default() };
    let (_, added, superseded) = written(import_with(&app, &emptied, allowed).await.expect("it is written"));
    assert_eq!((added, superseded), (0, 3));
}

#[tokio::test]
async fn a_small_import_reads_what_it_names_and_not_the_register() {
    const ORGANIZATIONS: usize = 50_000;
    let numbers = 0..ORGANIZATIONS;
    let organizations: Vec<_> = numbers.clone().map(|n| format!("o{n},company,s")).collect();
    let names: Vec<_> = numbers.clone().map(|n| format!("o{n},trade,Organization {n}")).collect();
    let periods: Vec<_> = numbers.map(|n| format!("north,o{n},member,effective,2018,s")).collect();
    let large = Package::new("large")
        .cluster("north")
        .rows("organizations", "id,sphere,source", &organizations)
        .rows("organization_names", "organization,kind,name", &names)
        .rows("periods", "cluster,organization,kind,status,from,source", &periods);
    let mut app = TestApp::with(&large).await;
    // A package of others, and a line of it that names what the large one brought: 13 rows in all.
    let small = |from: &str| {
        let lines: Vec<_> = (0..4).map(|n| format!("north,o{n},partner,effective,{from},s")).collect();
        Package::new("small")
            .organization("acme", "company", "Acme")
            .organization("lab", "research", "Lab")
            .rows("sites", "organization,kind,municipality,source", &["acme,seat,21007,s", "o7,seat,21007,s"])
            .rows("attributes", "organization,code,value,source", &["acme,reuse,true,s", "lab,reuse,true,s"])
            .rows("periods", "cluster,organization,kind,status,from,source", &lines)
    };
    let statements = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = statements.clone();
    app.db.set_metric_callback(move |info| seen.lock().expect("no panic").push(info.statement.clone()));
    for (from, added) in [("2020", 19), ("2021", 4)] {
        let outcome = import_with(&app, &small(from), Options::default()).await.expect("no fault");
        assert_eq!(written(outcome).1, added);
        let statements = std::mem::take(&mut *statements.lock().expect("no panic"));
        let mut read = 0;
        for statement in statements.into_iter().filter(|statement| statement.sql.starts_with("SELECT")) {
            read += app.db.query_all_raw(statement).await.expect("it is read again").len();
        }
        assert!((10..200).contains(&read), "{read} rows were read");
    }
    assert_eq!(check::faults(&app.db).await.expect("the register is checked"), Vec::<String>::new());
}
