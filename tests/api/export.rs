//! The register as a data package: what is exported is what was imported, whatever it holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::NaiveDate;
use serde_json::{Value, json};
use tempfile::TempDir;
use trihelix::{
    dataset::{
        self, Folder, Options, Outcome,
        export::{Export, Point, Published},
    },
    domain::{restricted::Audience, store::check},
    progress::silent,
    synthetic::Ecosystem,
};

use crate::support::{
    Package, TestApp,
    dice::{Dice, Draws, holds, span},
    now,
    server::trihelix,
};

/// The package of a register at a point, in a folder of its own.
async fn exported(app: &TestApp, as_of: Option<NaiveDate>, known_at: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let known_at = known_at.map(|instant| instant.parse().expect("an instant"));
    let point = Point::find(&app.db, as_of, known_at).await.expect("a point");
    let export =
        Export::begin(&app.db, point, Audience::Keeper, Published::default()).await.expect("the register is read");
    export.save(&app.db, folder.path(), false).await.expect("the package is written");
    folder
}

async fn import(app: &TestApp, folder: &Folder) -> Outcome {
    let outcome = dataset::import(&app.db, folder, now(), Options::default(), &silent).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    app.ledger.catch_up(&app.db).await.expect("the ledger follows");
    outcome
}

/// What a package says: the rows of each resource, whatever their order and that of the columns.
fn said(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a file of the package");
    let descriptor: Value = serde_json::from_str(&read("datapackage.json")).expect("JSON");
    let mut said = BTreeMap::new();
    for resource in descriptor["resources"].as_array().expect("a list") {
        let (name, path) = (resource["name"].as_str().expect("a name"), resource["path"].as_str().expect("a path"));
        let rows: BTreeSet<String> = if name == "criteria" {
            let versions: Vec<Value> = serde_json::from_str(&read(path)).expect("JSON");
            versions.into_iter().map(filled).collect()
        } else {
            let mut reader = csv::ReaderBuilder::new().from_path(folder.join(path)).expect("a file");
            let header = reader.headers().expect("a header").clone();
            let rows = reader.records().map(|row| {
                let row = row.expect("a row");
                let cells = header.iter().zip(row.iter()).filter(|(_, cell)| !cell.is_empty());
                format!("{:?}", cells.map(normal).collect::<BTreeMap<_, _>>())
            });
            rows.collect()
        };
        if !rows.is_empty() {
            said.insert(name.to_owned(), rows);
        }
    }
    said
}

/// A cell as the register writes it.
fn normal<'a>((column, cell): (&'a str, &'a str)) -> (&'a str, String) {
    (column, if column == "nace_code" { cell.replace('.', "") } else { cell.to_owned() })
}

/// A version of criteria with what it may leave out.
fn filled(mut version: Value) -> String {
    for (key, default) in [("label", json!({})), ("rationale", json!({}))] {
        version.as_object_mut().expect("an object").entry(key).or_insert(default);
    }
    for criterion in version["criteria"].as_array_mut().expect("a list") {
        criterion.as_object_mut().expect("an object").entry("required").or_insert(true.into());
    }
    version.to_string()
}

/// What every client can be told of a register, without ids.
async fn answered(app: &TestApp) -> Value {
    let document = "{ clusters(first: 10) { nodes {
        slug name(language: FR) description website completeFrom host { name } source { title url publisher }
        sectors { code label activityClasses { code version } } services { name description }
        events(first: 100) { nodes { kind on text source { title } } }
        programmes { slug }
        criteriaVersions { version state label rationale validFrom validTo rule { description } event { kind } source { title } }
        memberships(first: 100, orderBy: [{ field: ORGANIZATION_NAME }]) { totalCount nodes { scope referrals { on service { name } }
            organization { name sphere } periods { status from to firstConfirmedOn lastConfirmedOn note
                exit { kind reason criteria { version } } source { title } } } }
        partnerships(first: 100, orderBy: [{ field: ORGANIZATION_NAME }]) { totalCount nodes { scope periods { status from to } } }
        statistics { breakdown(by: [STATUS, SPHERE]) { rows { keys { value } count { value confirmed complete } } }
            flow(period: { from: \"2000-01-01\", to: \"2027-01-01\" }, interval: YEAR) { opening joined ended { kind count } closing } }
    } }
    figures(first: 100) { nodes { subject { __typename slug } metric label of { sphere sizeClass group } nature value
        disclosure qualifier unit population on comparableWithPrevious comparisonNote quote partOf { value } explanation
        source { title } registry { recorded difference complete } } }
    programmes(first: 100) { nodes { slug name description website source { title } } } }";
    let mut answer = app.ask(document).await;
    sort(&mut answer);
    answer
}

/// The same in one order: that of equal names is by id.
fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(sort),
        _ => {}
    }
}

#[tokio::test]
async fn the_history_of_circlemade_comes_back_as_it_was_imported() {
    let app = TestApp::circlemade().await;
    let folder = exported(&app, None, None).await;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/circlemade");
    assert_eq!(said(folder.path()), said(&source));
    let copy = TestApp::empty().await;
    import(&copy, &Folder::Disk(folder.path().to_owned())).await;
    assert_eq!(answered(&copy).await, answered(&app).await);
    // The package has the name of its only source, so that what it brought is its own.
    let again = import(&app, &Folder::Disk(folder.path().to_owned())).await;
    assert_eq!(again, Outcome::Unchanged, "the register holds all of it");
    let citation = std::fs::read_to_string(folder.path().join("CITATION")).expect("a file");
    assert!(citation.starts_with("Trihelix: ") && citation.contains("revision 1"), "{citation}");
}

#[test]
fn what_is_imported_is_exported() {
    let sizes = (1..4_u32, 5..40_u32, proptest::prelude::any::<u64>());
    holds(31, 6, &sizes, async |(clusters, organizations, seed)| {
        let ecosystem = Ecosystem::new(clusters, organizations, None, seed).expect("sizes that can be");
        let app = TestApp::empty().await;
        let mut written = Vec::new();
        for edition in 1..=Ecosystem::EDITIONS {
            let folder = tempfile::tempdir().expect("a temporary folder");
            ecosystem.save(edition, folder.path(), &silent).expect("the package is written");
            import(&app, &Folder::Disk(folder.path().to_owned())).await;
            written.push(folder);
        }
        let first = app.ask("{ register { basis { knownAt } } }").await;
        let folder = exported(&app, None, None).await;
        assert_eq!(said(folder.path()), said(written[1].path()), "the last edition");
        let copy = TestApp::empty().await;
        import(&copy, &Folder::Disk(folder.path().to_owned())).await;
        assert_eq!(answered(&copy).await, answered(&app).await, "{first}");
        assert!(check::faults(&copy.db).await.expect("the register is checked").is_empty());
    });
}

/// Texts that files, databases and spreadsheets stumble over.
const TEXTS: [&str; 10] = [
    "plain",
    "\"\"quoted\"\"",
    "comma, and more",
    "two\nlines",
    "=1+1",
    "Ünïcode ñ",
    "tab\there",
    "semi;colon",
    "a  b",
    "\u{202e}back",
];

/// Packages of chance that share a register, each with a cluster that takes in organizations of both.
fn packages(dice: &mut Dice) -> [Package; 2] {
    let names = ["one", "t.wo"];
    let mut packages = names.map(|name| Package::new(name).cluster(&format!("cluster-{name}")));
    for (at, name) in names.iter().enumerate() {
        for number in 0..1 + dice.below(5) {
            dice.turn();
            let (key, text) = (format!("{name}-{number}"), dice.pick(&TEXTS));
            let package = std::mem::replace(&mut packages[at], Package::new(name));
            let (from, to) = span(dice);
            let value = dice.pick(&["true", "false", "unknown"]);
            packages[at] = package
                .organization(&key, dice.pick(&["company", "public", "research"]), &format!("\"{text} {number}\""))
                .rows(
                    "attributes",
                    "organization,code,value,from,to,source",
                    &[format!("{key},works,{value},{from},{to},s")],
                )
                .rows("sources", "id,kind,title", &[format!("{key},report,\"{} {number}\"", dice.pick(&TEXTS))]);
            // The second package brings members of its cluster that the first one described.
            let host = if dice.one_in(2) { 1 } else { at };
            let cluster = format!("cluster-{}", names[host]);
            let stated = match dice.below(3) {
                0 => dice.day().format("%Y").to_string(),
                1 => dice.day().format("%Y-%m").to_string(),
                _ => dice.day().to_string(),
            };
            let source = if host == at { key.as_str() } else { "s" };
            let scope = dice.pick(&["", "working group"]);
            let package = std::mem::replace(&mut packages[host], Package::new(name));
            packages[host] = package.period(&format!(
                "{cluster},{key},{},{scope},effective,{stated},,,,,,{source}",
                dice.pick(&["member", "partner"])
            ));
        }
    }
    packages
}

#[test]
fn a_register_of_several_packages_comes_back_as_one() {
    holds(32, 12, &Draws { parts: 14, each: 14 }, async |mut dice| {
        let app = TestApp::empty().await;
        for package in packages(&mut dice) {
            let folder = package.write();
            import(&app, &Folder::Disk(folder.path().to_owned())).await;
        }
        let folder = exported(&app, None, None).await;
        let copy = TestApp::empty().await;
        import(&copy, &Folder::Disk(folder.path().to_owned())).await;
        assert_eq!(answered(&copy).await, answered(&app).await);
        let again = exported(&copy, None, None).await;
        assert_eq!(said(again.path()), said(folder.path()), "from the copy too");
        let keys = &said(folder.path())["sources"];
        assert!(keys.iter().any(|row| row.contains("\"one.s\"")) && keys.iter().any(|row| row.contains("\"t..wo.s\"")));
    });
}

#[tokio::test]
async fn what_was_known_at_an_instant_is_exported_as_it_was() {
    let package = |name: &str| {
        let package = Package::new("a").cluster("c").organization("o", "company", name);
        package.member("c", "o", "effective", "2020", "2024").member("c", "o", "ended", "2024", "")
    };
    let app = TestApp::with(&package("Before")).await;
    let before = exported(&app, None, None).await;
    let known_at = app.ask("{ register { basis { knownAt } } }").await["register"]["basis"]["knownAt"].clone();
    app.import(&package("After").organization("new", "company", "New")).await;
    let later = exported(&app, None, None).await;
    assert!(said(later.path())["organization_names"].iter().any(|row| row.contains("After")));
    let then = exported(&app, None, known_at.as_str()).await;
    assert_eq!(said(then.path()), said(before.path()));
    let nothing = exported(&app, None, Some("1990-01-01T00:00:00Z")).await;
    assert!(said(nothing.path()).is_empty());
    let day = |text: &str| text.parse().ok();
    for (as_of, status) in [("2021-06-01", Some("effective")), ("2025-01-01", Some("ended")), ("2019-12-31", None)] {
        let folder = exported(&app, day(as_of), None).await;
        let said = said(folder.path());
        let periods = said.get("periods").map(|rows| rows.iter().cloned().collect::<Vec<_>>().join("\n"));
        assert_eq!(periods.as_ref().is_some_and(|rows| rows.lines().count() == 1), status.is_some(), "{as_of}");
        assert!(status.is_none_or(|status| periods.unwrap().contains(status)), "{as_of}");
        // It is a package all the same.
        let copy = TestApp::empty().await;
        import(&copy, &Folder::Disk(folder.path().to_owned())).await;
    }
}

#[tokio::test]
async fn tables_are_read_in_pages() {
    // One more than a page has.
    let mut package = Package::new("a").cluster("c");
    for at in 0..2_001 {
        let key = format!("o{at}");
        package =
            package.organization(&key, "company", &format!("Name {at}")).member("c", &key, "effective", "2020", "");
    }
    let app = TestApp::with(&package).await;
    let folder = exported(&app, None, None).await;
    assert_eq!(said(folder.path()), said(package.write().path()));
}

#[tokio::test]
async fn the_command_line_exports() {
    let app = TestApp::circlemade().await;
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("package");
    let run = |arguments: &[&str]| {
        let arguments = [&["--database-url", app.url(), "export", folder.to_str().expect("UTF-8")], arguments].concat();
        let output = trihelix(&arguments).output().expect("the command runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (status, printed, errors) = run(&["--as-of", "2018-06-01"]);
    assert_eq!((status, printed.starts_with("revision 1: ")), (Some(0), true), "{errors}");
    assert_eq!(said(&folder)["periods"].len(), 12 - 4, "the eight that were named at the launch");
    let (status, _, errors) = run(&[]);
    assert_eq!(status, Some(1));
    assert!(errors.contains("the folder is not empty"), "{errors}");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let (status, _, errors) = run(&["--as-of", "soon"]);
    assert_eq!(status, Some(2), "{errors}");
    let (status, ..) = run(&["--known-at", "2026-11-22T00:00:00Z", "--parquet"]);
    assert_eq!(status, Some(0));
    for (file, _) in dataset::export::parquet::FILES {
        let bytes = std::fs::read(folder.join(file)).expect("a file");
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{file}");
    }
}
