//! Faults: each in its place, with what was expected, and all of them at once.

use std::fs;

use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tempfile::TempDir;
use trihelix::dataset::{self, Error, Fault, Folder, Options, Outcome};

use super::{base, head, place, refused, rows, version, written};
use crate::support::{Package, TestApp, now};

#[tokio::test]
async fn a_package_with_ten_faults_is_refused_with_ten_places() {
    let app = TestApp::circlemade().await;
    let (before, last) = (rows(&app.db).await, head(&app.db).await);
    let package = Package::new("faulty")
        .cluster("north")
        .rows(
            "organizations",
            "id,sphere,founded_on,source,colour",
            &["acme,company,2018-13,s,", "lab,laboratory,,s,", "town,public,,s,"],
        )
        .rows("organization_names", "organization,kind,name", &["acme,trade,Acme", "lab,trade,Lab", "town,trade,Town"])
        .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,0000.000.197"])
        .rows("sites", "organization,kind,municipality,source", &["nobody,seat,21007,s", "acme,seat,21007,"])
        .rows("attributes", "organization,code,value,source", &["acme,works_material,true"])
        .rows("sectors", "cluster,code,label_en,source", &["north,wood,Wood,s", "north,wood,Timber,s"])
        .period("north,acme,member,,effective,2018,,,,,,s")
        .period("north,acme,member,,ended,2020,,,,left,,s")
        .period("north,lab,member,,effective,2020,,,,left,,s");
    let faults = refused(app.try_import(&package).await);
    let expected = [
        (("attributes.csv", 2, ""), "3 cells; expected 4"),
        (("organization_identifiers.csv", 2, "value"), "expected an enterprise number"),
        (("organizations.csv", 1, "colour"), "unknown column; expected id, sphere"),
        (("organizations.csv", 2, "founded_on"), "`2018-13`: expected a date such as"),
        (("organizations.csv", 3, "sphere"), "`laboratory`: expected one of company, research, public, civil_society"),
        (("periods.csv", 3, "from"), "overlaps the period on line 2; expected"),
        (("periods.csv", 4, "exit_kind"), "is filled; expected only where the status is ended"),
        (("sectors.csv", 3, "code"), "the same as on line 2; expected each once"),
        (("sites.csv", 2, "organization"), "`nobody`: expected the id of a row of the resource organizations"),
        (("sites.csv", 3, "source"), "is empty; expected a value"),
    ];
    let places: Vec<_> = faults.iter().map(place).collect();
    assert_eq!(places, expected.map(|(place, _)| place), "{faults:#?}");
    for (fault, (_, fragment)) in faults.iter().zip(expected) {
        assert!(fault.message.contains(fragment) && fault.message.contains("expected"), "{fault}");
    }
    assert_eq!((rows(&app.db).await, head(&app.db).await), (before, last));
}

/// One edit of the base package: the file, its text (none: the file is taken away), where the fault is, and what its message says.
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
        let result = dataset::import(&app.db, &Folder::Disk(folder.path().to_owned()), now(), Options::default()).await;
        let faults = refused(result);
        let places: Vec<_> = faults.iter().map(place).collect();
        assert_eq!(places, [*expected], "{file} {text:?}: {faults:#?}");
        assert!(faults[0].message.contains(fragment), "{fragment:?}: {}", faults[0]);
    }
    assert_eq!(rows(&app.db).await, before);
}

#[tokio::test]
async fn the_base_of_the_faulty_packages_has_no_fault() {
    assert_eq!(written(TestApp::empty().await.import(&base()).await).0, 1);
}

#[tokio::test]
async fn faults_of_organizations_say_where_they_are_and_what_was_expected() {
    const ORGANIZATIONS: &str = "id,sphere,source\nacme,company,s\nlab,research,s\ntown,public,s\n";
    assert_eq!(fs::read_to_string(base().write().path().join("organizations.csv")).expect("a file"), ORGANIZATIONS);
    let organizations = "organizations.csv";
    let identifiers = "organization_identifiers.csv";
    let edits = [
        (
            organizations,
            Some("id,sphere,colour,source\nacme,company,,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 1, "colour"),
            "unknown column; expected id, sphere, size_class",
        ),
        (
            organizations,
            Some("id,sphere,sphere,source\nacme,company,company,s\nlab,research,research,s\ntown,public,public,s\n"),
            (organizations, 1, "sphere"),
            "stands twice",
        ),
        (
            organizations,
            Some("id,sphere,founded_on,source\nacme,company,2023-02-30,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "founded_on"),
            "`2023-02-30`: expected a date such as 2018, 2018-05 or 2018-05-24",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,lab,s\ntown,public,s\n"),
            (organizations, 3, "sphere"),
            "`lab`: expected one of company, research, public, civil_society",
        ),
        (
            organizations,
            Some("id,sphere,size_class,source\nacme,company,small,s\nlab,research,,s\ntown,public,large,s\n"),
            (organizations, 4, "size_class"),
            "expected only where the sphere is company",
        ),
        (
            organizations,
            Some("id,sphere,research_kind,source\nacme,company,university,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "research_kind"),
            "expected only where the sphere is research",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,research,\ntown,public,s\n"),
            (organizations, 3, "source"),
            "is empty; expected a value",
        ),
        (
            organizations,
            Some("id,sphere,source\nacme,company,s\nlab,research,x\ntown,public,s\n"),
            (organizations, 3, "source"),
            "`x`: expected the id of a row of the resource sources",
        ),
        (
            "services.csv",
            Some("cluster,id,name_en,source\nnorth,advice,Advice\n"),
            ("services.csv", 2, ""),
            "3 cells; expected 4, as in the header",
        ),
        (
            organizations,
            Some("id,sphere,website,source\nacme,company,acme.example,s\nlab,research,,s\ntown,public,,s\n"),
            (organizations, 2, "website"),
            "expected an address that begins with http:// or https://",
        ),
        (
            organizations,
            Some("id,sphere,description_en,source\nacme,company,\"of\ntwo lines\",s\nlab,lab,,s\ntown,public,,s\n"),
            (organizations, 4, "sphere"),
            "`lab`",
        ),
        (
            "organization_names.csv",
            Some("organization,kind,name\nacme,trade,Acme\nlab,former,Old lab\ntown,trade,Town\n"),
            (organizations, 3, "id"),
            "has no name; expected",
        ),
        (
            "organization_names.csv",
            Some("organization,kind,language,name\nacme,trade,it,Acme\nlab,trade,,Lab\ntown,trade,,Town\n"),
            ("organization_names.csv", 2, "language"),
            "`it`: expected one of en, fr, nl, de",
        ),
    ];
    each_is_refused(&edits).await;
    for (lines, fragment) in [
        (
            ["acme,BE_KBO,0000000197", "lab,BE_KBO,0000000196"],
            "`0000000197`: expected an enterprise number: ten digits",
        ),
        (["lab,BE_KBO,BE 2000.000.196", "acme,BE_KBO,0000000196"], "expected an enterprise number"),
    ] {
        let package = base().rows("organization_identifiers", "organization,scheme,value", &lines);
        let faults = refused(TestApp::empty().await.try_import(&package).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [(identifiers, 2, "value")]);
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
}

#[tokio::test]
async fn lines_are_counted_as_an_editor_counts_them() {
    for (text, line) in [
        ("\u{feff}id,sphere,source\nacme,company,s\nlab,lab,s\ntown,public,s\n", 3),
        ("id,sphere,source\nacme,company,s\n\nlab,lab,s\ntown,public,s\n", 4),
        ("id,sphere,source\n\n\nacme,company,s\nlab,lab,s\n\ntown,public,s", 5),
        ("id,sphere,source\r\nacme,company,s\r\nlab,lab,s\r\ntown,public,s\r\n", 3),
        ("\u{feff}id,sphere,source\r\n\r\nacme,company,s\r\n\r\nlab,lab,s\r\ntown,public,s\r\n", 5),
        ("id,sphere,description_en,source\r\nacme,company,\"two\r\nlines\",s\r\nlab,lab,,s\r\ntown,public,,s", 4),
    ] {
        let folder = base().write();
        fs::write(folder.path().join("organizations.csv"), text).expect("the file is written");
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("organizations.csv", line, "sphere")], "{text:?}");
    }
}

/// The one fault of a package.
async fn fault(package: Package) -> (String, u64, String, String) {
    let mut faults = refused(TestApp::empty().await.try_import(&package).await);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let Fault { file, line, column, message } = faults.remove(0);
    (file, line, column, message)
}

#[tokio::test]
async fn faults_of_dated_facts_say_where_they_are_and_what_was_expected() {
    const SITES: (&str, &str) = ("sites", "organization,kind,municipality,from,to,source");
    const ACTIVITIES: (&str, &str) = ("activities", "organization,nace_version,nace_code,rank,from,to,source");
    const ATTRIBUTES: (&str, &str) = ("attributes", "organization,code,value,from,to,source");
    const JUDGEMENTS: (&str, &str) = ("judgements", "cluster,organization,code,value,from,to,source");
    for ((table, header), line, column, fragment) in [
        (SITES, "acme,seat,99999,,,s", "municipality", "`99999`: expected the NIS code of a municipality"),
        (SITES, "nobody,seat,21007,,,s", "organization", "expected the id of a row of the resource organizations"),
        (SITES, "acme,seat,21007,2020,2019,s", "to", "is not after from"),
        (SITES, "acme,seat,21007,2020-05-01,2020-05-01,s", "to", "is not after from"),
        (SITES, "acme,office,21007,,,s", "kind", "`office`: expected one of seat, establishment"),
        (ACTIVITIES, "acme,2025,38.329,main,,,s", "nace_code", "expected a code of NACE-BEL 2025, below the section"),
        (ACTIVITIES, "acme,2008,C,main,,,s", "nace_code", "expected a code of NACE-BEL 2008, below the section"),
        (ACTIVITIES, "acme,2003,38.32,main,,,s", "nace_version", "`2003`: expected one of 2008, 2025"),
        (ATTRIBUTES, "acme,works_material,yes,,,s", "value", "`yes`: expected true, false or unknown"),
        (ATTRIBUTES, "acme,Works Material,true,,,s", "code", "expected a key: a-z, 0-9"),
        (JUDGEMENTS, "south,acme,charter-signed,true,,,s", "cluster", "expected the slug of a row of"),
        (JUDGEMENTS, "north,nobody,charter-signed,true,,,s", "organization", "expected the id of a row of"),
        (JUDGEMENTS, "north,acme,charter-signed,perhaps,,,s", "value", "`perhaps`: expected true, false or unknown"),
        (JUDGEMENTS, "north,acme,Charter,true,,,s", "code", "expected a key: a-z, 0-9"),
        (JUDGEMENTS, "north,acme,charter-signed,true,2020,2019,s", "to", "is not after from"),
    ] {
        let told = fault(base().rows(table, header, &[line])).await;
        assert_eq!((told.0, told.1, told.2.as_str()), (format!("{table}.csv"), 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn an_exit_fails_an_adopted_version_of_its_own_cluster_or_none() {
    const HEADER: &str = "cluster,organization,kind,status,from,to,exit_kind,exit_criteria,source";
    let with = |ended: &str| {
        let versions = json!([
            version(json!({})),
            version(json!({ "version": 2, "state": "draft" })),
            version(json!({ "cluster": "south", "version": 3 })),
        ]);
        let lines = ["north,acme,member,effective,2018,2020,,,s", ended];
        base().cluster("south").criteria(versions).without("periods").rows("periods", HEADER, &lines)
    };
    for (exit, fragment) in [
        ("no_longer_eligible,2", "`2`: expected the number of an adopted version of the same cluster's criteria"),
        ("no_longer_eligible,3", "`3`: expected the number of an adopted version"),
        ("no_longer_eligible,first", "`first`: expected the number of a version of criteria"),
        ("left,1", "is filled; expected only where the exit kind is no_longer_eligible"),
    ] {
        let told = fault(with(&format!("north,acme,member,ended,2020,,{exit},s"))).await;
        assert_eq!(
            (told.0.as_str(), told.1, told.2.as_str()),
            ("periods.csv", 3, "exit_criteria"),
            "{exit}: {}",
            told.3
        );
        assert!(told.3.contains(fragment), "{exit}: {}", told.3);
    }
    for exit in ["no_longer_eligible,1", "no_longer_eligible,"] {
        TestApp::with(&with(&format!("north,acme,member,ended,2020,,{exit},s"))).await;
    }
}

#[tokio::test]
async fn an_organization_that_is_listed_twice_has_one_fault() {
    let package = base().rows("organizations", "id,sphere,source", &["lab,research,s"]);
    let (file, line, column, message) = fault(package).await;
    assert_eq!((file.as_str(), line, column.as_str()), ("organizations.csv", 5, "id"));
    assert!(message.contains("the same as on line 3; expected each once"), "{message}");
}

#[tokio::test]
async fn a_character_that_no_database_keeps_is_a_fault() {
    let package = base().rows("sites", "organization,kind,postal_code,source", &["acme,seat,10\u{0}00,s"]);
    let (file, line, column, _) = fault(package).await;
    assert_eq!((file.as_str(), line, column.as_str()), ("sites.csv", 2, "postal_code"));
}

#[tokio::test]
async fn a_sector_may_have_a_class_and_the_section_it_belongs_to() {
    let classes = ["north,textile,2008,13", "north,textile,2008,C"];
    let package = base().rows("sector_nace", "cluster,sector,nace_version,nace_code", &classes);
    let app = TestApp::empty().await;
    let outcome = app.try_import(&package).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(written(outcome).0, 1);
    assert_eq!(app.import(&package).await, Outcome::Unchanged);
}

#[tokio::test]
async fn faults_of_clusters_say_where_they_are_and_what_was_expected() {
    const FIGURES: (&str, &str) = ("figures", "cluster,metric,nature,value,disclosure,qualifier,source");
    const REFERRALS: (&str, &str) = ("referrals", "cluster,organization,service,source");
    const CLASSES: (&str, &str) = ("sector_nace", "cluster,sector,nace_version,nace_code");
    for ((table, header), line, column, fragment) in [
        (FIGURES, "north,leavers,actual,3,not_disclosed,exactly,s", "value", "expected it empty where the disclosure"),
        (
            FIGURES,
            "north,leavers,actual,,disclosed,exactly,s",
            "value",
            "is empty; expected a number, or not_disclosed",
        ),
        (FIGURES, "north,leavers,actual,many,disclosed,exactly,s", "value", "`many`: expected a number such as"),
        (FIGURES, "south,leavers,actual,3,disclosed,exactly,s", "cluster", "expected the slug of a row of"),
        (FIGURES, "north,mood,actual,3,disclosed,exactly,s", "metric", "`mood`: expected one of members"),
        (REFERRALS, "north,acme,nothing,s", "service", "expected the id of a service of the same cluster"),
        (REFERRALS, "north,lab,advice,s", "organization", "expected a membership of it"),
        (CLASSES, "north,wood,2008,13", "sector", "expected the code of a sector of the same cluster"),
        (CLASSES, "north,textile,2008,99.999", "nace_code", "expected a code of NACE-BEL 2008"),
    ] {
        let told = fault(base().rows(table, header, &[line])).await;
        assert_eq!((told.0, told.1, told.2.as_str()), (format!("{table}.csv"), 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
    for (header, line, column, fragment) in [
        (
            "slug,name_en,complete_from,source",
            "north,North,2024,s",
            "complete_from",
            "expected a day such as 2024-01-01",
        ),
        ("slug,name_en,host,source", "north,North,nobody,s", "host", "expected the id of a row"),
        ("slug,name_en,source", "north,,s", "name_en", "no language is filled; expected at least one"),
        ("slug,name_en,source", "north,North,", "source", "is empty; expected a value"),
    ] {
        let told = fault(base().without("clusters").rows("clusters", header, &[line])).await;
        assert_eq!((told.0.as_str(), told.1, told.2.as_str()), ("clusters.csv", 2, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn faults_of_periods_say_where_they_are_and_what_was_expected() {
    for (line, column, fragment) in [
        (
            "north,lab,partner,,candidate,2020,,,,,,s",
            "status",
            "`candidate`: expected effective or ended for a partner",
        ),
        ("north,lab,member,,effective,,,,,,,s", "from", "is empty, and so is first_confirmed_on; expected one of them"),
        ("north,lab,member,,effective,2020,,,,left,,s", "exit_kind", "expected only where the status is ended"),
        ("north,lab,member,,ended,2020,,,,,,s", "exit_kind", "is empty; expected how it ended: one of left"),
        (
            "north,lab,member,,ended,2020,,,,left,legal,s",
            "exit_reason",
            "expected only where the exit kind is excluded",
        ),
        ("north,lab,member,,ended,2020,,,,expelled,,s", "exit_kind", "`expelled`: expected one of left, excluded"),
        ("north,lab,member,,effective,2020,2019,,,,,s", "to", "is not after the day the period counts from"),
        ("north,lab,member,,effective,2020-05-01,2020-05-01,,,,,s", "to", "is not after"),
        ("north,lab,member,,effective,,2018,2019-05,,,,s", "to", "is not after the day the period counts from"),
        ("north,lab,member,,effective,2020,,2021,2020,,,s", "last_confirmed_on", "is before first_confirmed_on `2021`"),
        ("north,lab,member,,effective,20-05,,,,,,s", "from", "`20-05`: expected a date such as"),
        ("north,lab,friend,,effective,2020,,,,,,s", "kind", "`friend`: expected one of member, partner"),
        ("north,nobody,member,,effective,2020,,,,,,s", "organization", "`nobody`: expected the id of a row"),
        ("south,lab,member,,effective,2020,,,,,,s", "cluster", "`south`: expected the slug of a row"),
        (
            "north,acme,member,,ended,2020,,,,left,,s",
            "from",
            "overlaps the period on line 2; expected it to begin when",
        ),
        ("north,acme,member,,ended,2018,,,,left,,s", "from", "overlaps the period on line 2"),
    ] {
        let told = fault(base().period(line)).await;
        assert_eq!((told.0.as_str(), told.1, told.2.as_str()), ("periods.csv", 3, column), "{line}: {}", told.3);
        assert!(told.3.contains(fragment), "{line}: {}", told.3);
    }
}

#[tokio::test]
async fn periods_of_other_scopes_and_kinds_do_not_overlap() {
    let package = base()
        .period("north,acme,partner,,effective,2018,,,,,,s")
        .period("north,acme,partner,wood,effective,2018,,,,,,s");
    assert_eq!(written(TestApp::empty().await.import(&package).await).0, 1);
}

/// The line of a text on which another stands first.
fn line_of(text: &str, part: &str) -> u64 {
    let offset = text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
    text[..offset].matches('\n').count() as u64 + 1
}

#[tokio::test]
async fn faults_of_criteria_say_where_they_are_and_what_was_expected() {
    let rule = |rule: Value| version(json!({ "criteria": [{ "rule": rule }] }));
    for (faulty, key, fragment) in [
        (version(json!({ "source": "x" })), "source", "`x`: expected the id of a row of the resource sources"),
        (version(json!({ "event": "x" })), "event", "`x`: expected the id of an event of the same cluster"),
        (version(json!({ "cluster": "south" })), "cluster", "`south`: expected the slug of a row"),
        (version(json!({ "version": 0 })), "version", "expected 1, 2, 3"),
        (version(json!({ "label": { "it": "Criteri" } })), "label", "`it`: expected the languages en, fr, nl, de"),
        (rule(json!({ "all": [] })), "criteria", "criteria[0].rule.all: empty; expected at least one rule"),
        (rule(json!({ "not": { "any": [] } })), "criteria", "criteria[0].rule.not.any: empty"),
        (rule(json!({ "sector": ["wood"] })), "criteria", "`wood`: expected the code of a sector of the same cluster"),
        (rule(json!({ "municipality": ["99999"] })), "criteria", "`99999`: expected the NIS code of a municipality"),
        (
            rule(json!({ "activity": { "version": "2008", "under": ["99.999"] } })),
            "criteria",
            "`99.999`: expected a code of NACE-BEL 2008",
        ),
        (rule(json!({ "attribute": "Works Material" })), "criteria", "expected a code: a-z"),
    ] {
        let folder = base().criteria(json!([faulty])).write();
        let text = fs::read_to_string(folder.path().join("criteria.json")).expect("a file");
        let line = line_of(&text, &format!("\"{key}\""));
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", line, key)], "{faults:#?}");
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
}

#[tokio::test]
async fn criteria_that_are_no_criteria_say_the_line() {
    let criteria = "criteria.json";
    let edits = [
        (criteria, Some("[\n  {\n    \"cluster\": \"north\",,\n  }\n]\n"), (criteria, 3, ""), "no list of criteria"),
        (criteria, Some("{}"), (criteria, 1, ""), "no list of criteria"),
        (
            criteria,
            Some("[\n{\n\"cluster\": \"north\",\n\"version\": 1,\n\"colour\": \"red\"\n}\n]"),
            (criteria, 5, ""),
            "unknown field `colour`, expected one of `cluster`",
        ),
        (
            criteria,
            Some(
                "[\n{\"cluster\": \"north\", \"version\": 1, \"state\": \"adopted\", \"from\": \"2018\", \"source\": \"s\",\n\
                 \"criteria\": [{\"rule\":\n{\"works\": 1}}]}\n]",
            ),
            (criteria, 4, ""),
            "unknown variant `works`, expected one of `all`",
        ),
        (
            criteria,
            Some("[\n{\"cluster\": \"north\", \"version\": 1, \"state\": \"adopted\",\n\"from\": \"2018-13\"}]"),
            (criteria, 3, ""),
            "expected a date such as 2018",
        ),
        (criteria, Some("[\n{\"version\": 1}]"), (criteria, 2, ""), "missing field `cluster`"),
    ];
    each_is_refused(&edits).await;
}

#[tokio::test]
async fn adopted_versions_of_one_cluster_neither_overlap_nor_share_a_number() {
    for (second, column, fragment) in [
        (json!({ "version": 2, "from": "2020" }), "from", "overlaps the adopted version on line 2"),
        (json!({ "version": 1, "state": "draft", "from": "2020" }), "version", "the same as in the version on line 2"),
        (json!({ "version": 2, "from": "2020", "to": "2019", "state": "draft" }), "to", "is not after from"),
    ] {
        let folder = base().criteria(json!([version(json!({})), version(second)])).write();
        let text = fs::read_to_string(folder.path().join("criteria.json")).expect("a file");
        let line = text.lines().enumerate().filter(|(_, line)| *line == "  {").nth(1).expect("a version").0 as u64 + 1;
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", line, column)], "{faults:#?}");
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
    let versions = json!([version(json!({})), version(json!({ "version": 2, "state": "draft", "from": "2020" }))]);
    assert_eq!(written(TestApp::empty().await.import(&base().criteria(versions)).await).0, 1);
}

async fn import(db: &DatabaseConnection, folder: &TempDir) -> Result<Outcome, Error> {
    dataset::import(db, &Folder::Disk(folder.path().to_owned()), now(), Options::default()).await
}

#[tokio::test]
async fn faults_of_the_list_of_files_say_where_they_are_and_what_was_expected() {
    let descriptor = "datapackage.json";
    let edits = [
        ("sources.csv", None, ("sources.csv", 0, ""), "the file is missing"),
        (descriptor, None, (descriptor, 0, ""), "the file is missing; a package is described by this file"),
        (descriptor, Some("{\n\"name\": \"base\",\n}"), (descriptor, 3, ""), "no data package"),
        (descriptor, Some("{\"name\": \"base\"}"), (descriptor, 1, ""), "missing field `resources`"),
        (
            descriptor,
            Some("{\"name\": \"The base\", \"resources\": []}"),
            (descriptor, 0, "name"),
            "`The base` is no key: expected a-z",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "people", "path": "sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "`people` is no resource; expected one of sources, organizations",
        ),
        (
            descriptor,
            Some(
                r#"{"name": "base", "resources": [{"name": "sources", "path": "sources.csv"}, {"name": "sources", "path": "sources.csv"}]}"#,
            ),
            (descriptor, 0, "resources"),
            "`sources` is listed twice; expected one file of each",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "../sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "`../sources.csv` leads out of the package; expected a path within it",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "/etc/passwd"}]}"#),
            (descriptor, 0, "resources"),
            "`/etc/passwd` leads out of the package",
        ),
        (
            descriptor,
            Some(r#"{"name": "base", "resources": [{"name": "sources", "path": "data/../../sources.csv"}]}"#),
            (descriptor, 0, "resources"),
            "leads out of the package",
        ),
    ];
    // What refers to a source is not told apart from the file of sources that is missing: only the others have one fault.
    each_is_refused(&edits[1..]).await;
    let folder = base().write();
    fs::remove_file(folder.path().join("criteria.json")).expect("the file is removed");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", 0, "")]);
    assert!(faults[0].message.contains(edits[0].3), "{}", faults[0]);
}

#[tokio::test]
async fn a_file_that_is_not_utf_8_says_the_line() {
    let folder = base().write();
    let latin_1 = b"cluster,code,label_en,source\nnorth,textile,Textile,s\nnorth,velo,V\xe9lo,s\n";
    fs::write(folder.path().join("sectors.csv"), latin_1).expect("the file is written");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].file, "sectors.csv");
    assert!(faults[0].to_string().contains("line 3") && faults[0].message.contains("UTF-8"), "{}", faults[0]);
}

#[tokio::test]
async fn a_faulty_file_does_not_hide_the_faults_of_the_others() {
    let package = base()
        .rows("sites", "organization,kind,municipality,source", &["acme,seat,99999,s"])
        .period("north,lab,friend,,effective,2020,,,,,,s")
        .criteria(json!([version(json!({ "version": 0 })), version(json!({ "source": "x" }))]));
    let faults = refused(TestApp::empty().await.try_import(&package).await);
    let files: Vec<_> = faults.iter().map(|fault| (fault.file.as_str(), fault.column.as_str())).collect();
    assert_eq!(
        files,
        [
            ("criteria.json", "version"),
            ("criteria.json", "source"),
            ("periods.csv", "kind"),
            ("sites.csv", "municipality")
        ]
    );
}

/// The places and messages of the faults of a package whose file is replaced by a text.
async fn faults_of(package: &Package, file: &str, text: &str) -> Vec<(String, u64, String, String)> {
    let folder = package.write();
    fs::write(folder.path().join(file), text).expect("the file is written");
    let faults = refused(import(&TestApp::empty().await.db, &folder).await);
    faults.into_iter().map(|fault| (fault.file, fault.line, fault.column, fault.message)).collect()
}

#[tokio::test]
async fn a_quote_that_is_not_closed_or_not_where_it_belongs_is_a_fault_of_its_line() {
    for (text, line, fragment) in [
        ("organization,kind,name\nacme,legal,\"Alpha NV\nlab,legal,Lab\ntown,legal,Town\n", 2, "is never closed"),
        (
            "organization,kind,name\nacme,legal,\"Alpha\nlab,legal,\"Lab\"\ntown,legal,Town\n",
            2,
            "goes on after its closing quote on line 3",
        ),
        (
            "organization,kind,name\nacme,legal,Acme\nlab,legal,\"La\"b\ntown,legal,Town\n",
            3,
            "goes on after its closing quote",
        ),
        ("organization,kind,name\nacme,legal,Al\"pha\"\nlab,legal,Lab\ntown,legal,Town\n", 2, "a quote within a cell"),
    ] {
        let faults = faults_of(&base(), "organization_names.csv", text).await;
        let [(file, found, column, message)] = &faults[..] else { panic!("{text:?}: {faults:#?}") };
        assert_eq!((file.as_str(), *found, column.as_str()), ("organization_names.csv", line, ""), "{text:?}");
        assert!(message.contains(fragment), "{text:?}: {message}");
    }
    let quoted = "organization,kind,name\nacme,legal,\"Al \"\"the\"\" pha, NV\"\nlab,legal,Lab\ntown,legal,Town\n";
    let folder = base().write();
    fs::write(folder.path().join("organization_names.csv"), quoted).expect("the file is written");
    let app = TestApp::empty().await;
    import(&app.db, &folder).await.expect("it has no fault");
    app.ledger.catch_up(&app.db).await.expect("the ledger follows");
    let found = app.ask(r#"{ organizations(search: "pha, nv") { nodes { name } } }"#).await;
    assert_eq!(found["organizations"]["nodes"], serde_json::json!([{ "name": "Al \"the\" pha, NV" }]));
}

#[tokio::test]
async fn a_wrong_header_is_one_fault_and_none_of_the_lines_that_refer_to_it() {
    for (file, text, column, fragment) in [
        (
            "sources.csv",
            "idd,kind,title\ns,decision,A decision\n",
            "idd",
            "unknown column; expected id, which is missing",
        ),
        ("sources.csv", "kind,title\ndecision,A decision\n", "id", "the column is missing"),
        (
            "organizations.csv",
            "id,sfere,source\nacme,company,s\nlab,research,s\ntown,public,s\n",
            "sfere",
            "expected sphere, which is missing",
        ),
        ("clusters.csv", "slug,slug,name_en,source\nnorth,north,North,s\n", "slug", "stands twice"),
        ("organization_names.csv", "organization,kind\nacme,trade\n", "name", "the column is missing"),
    ] {
        let faults = faults_of(&base(), file, text).await;
        let [(found, line, named, message)] = &faults[..] else { panic!("{file} {text:?}: {faults:#?}") };
        assert_eq!((found.as_str(), *line, named.as_str()), (file, 1, column), "{text:?}");
        assert!(message.contains(fragment), "{text:?}: {message}");
    }
}

#[tokio::test]
async fn a_file_may_begin_with_a_mark_of_its_byte_order() {
    let folder = base().write();
    for file in ["datapackage.json", "criteria.json", "clusters.csv"] {
        let path = folder.path().join(file);
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(&path, format!("\u{feff}{text}")).expect("the file is written");
        }
    }
    import(&TestApp::empty().await.db, &folder).await.expect("it has no fault");
}

#[tokio::test]
async fn what_is_too_long_for_its_column_is_a_fault_at_its_place() {
    let long = |count: usize| "é".repeat(count);
    let acme = || Package::new("long").cluster("north").organization("acme", "company", "Acme");
    for (package, file, column, fragment) in [
        (
            acme().organization("beta", "company", &long(201)),
            "organization_names.csv",
            "name",
            "201 characters; expected at most 200",
        ),
        (
            acme().rows(
                "organization_identifiers",
                "organization,scheme,value",
                &[format!("acme,ECCP,{}", "x".repeat(101))],
            ),
            "organization_identifiers.csv",
            "value",
            "101 characters; expected at most 100",
        ),
        (
            acme().period(&format!("north,acme,partner,{},effective,2020,,,,,,s", long(201))),
            "periods.csv",
            "scope",
            "201 characters; expected at most 200",
        ),
        (
            acme().rows(
                "services",
                "cluster,id,name_en,description_en,source",
                &[format!("north,a,A,{},s", long(10_001))],
            ),
            "services.csv",
            "description_en",
            "10001 characters; expected at most 10000",
        ),
        (
            acme().rows("events", "cluster,id,kind,on,source", &[format!("north,a,{},2020,s", long(3_000))]),
            "events.csv",
            "kind",
            "3000 characters; expected at most 100",
        ),
    ] {
        let faults = refused(TestApp::empty().await.try_import(&package).await);
        let first = faults.iter().find(|fault| fault.message.contains(fragment));
        let first = first.unwrap_or_else(|| panic!("{column}: {faults:#?}"));
        assert_eq!((first.file.as_str(), first.column.as_str()), (file, column));
        assert!(faults.iter().all(|fault| fault.line > 1 && fault.message.len() < 500), "{faults:#?}");
    }
    // A criteria's texts too.
    let criteria = serde_json::json!([{ "cluster": "north", "version": 1, "state": "draft", "from": "2020", "source": "s",
        "label": { "en": long(201) }, "criteria": [{ "rule": { "sphere": ["company"] } }] }]);
    let (file, line, column, message) = fault(acme().criteria(criteria)).await;
    assert_eq!(
        (file.as_str(), column.as_str(), message.as_str()),
        ("criteria.json", "label", "201 characters; expected at most 200")
    );
    assert!(line > 1);
    // One character can have many letters: what names are sorted by is bounded too.
    let (file, _, column, message) = fault(acme().organization("beta", "company", &"\u{fdfd}".repeat(200))).await;
    assert_eq!((file.as_str(), column.as_str()), ("organization_names.csv", "name"), "{message}");
    // As much as is allowed is stored and found, on both databases.
    let app = TestApp::with(&acme().organization("beta", "company", &"漢".repeat(200))).await;
    assert_eq!(app.ask("{ organizations { totalCount } }").await["organizations"]["totalCount"], 2);
}

#[tokio::test]
async fn a_line_that_contradicts_itself_is_a_fault() {
    let acme = || Package::new("odd").cluster("north").organization("acme", "company", "Acme");
    let period = |dates: &str| acme().period(&format!("north,acme,member,,effective,{dates},,,s"));
    let founded = |dates: &str| {
        Package::new("odd")
            .rows("organizations", "id,sphere,founded_on,dissolved_on,source", &[format!("acme,company,{dates},s")])
            .rows("organization_names", "organization,kind,name", &["acme,trade,Acme"])
    };
    let figure = |value: &str| {
        let line = format!("north,members,actual,{value},disclosed,exactly,2020,s");
        acme().rows("figures", "cluster,metric,nature,value,disclosure,qualifier,on,source", &[line])
    };
    let identifier = |scheme: &str, value: &str| {
        acme().rows("organization_identifiers", "organization,scheme,value", &[format!("acme,{scheme},{value}")])
    };
    for (package, column, fragment) in [
        (period("2020,,,2019"), "last_confirmed_on", "`2019` is before from `2020`"),
        (period("2020,2021,,2022-05"), "last_confirmed_on", "`2022-05` is not before to `2021`"),
        (period("2020,,,2999"), "last_confirmed_on", "`2999` is in the future"),
        (period("2020,,2019-05,"), "first_confirmed_on", "`2019-05` is before from `2020`"),
        (founded("2020,2019"), "dissolved_on", "`2019` is before founded_on `2020`"),
        (figure("-1"), "value", "`-1`: expected a number such as 35 or 4.5, not below 0"),
        (figure("NaN"), "value", "`NaN`: expected a number"),
        (identifier("LEI", "x"), "value", "`x`: expected an LEI"),
        (identifier("WIKIDATA", "?"), "value", "`?`: expected a Wikidata id such as Q42"),
    ] {
        let (_, line, named, message) = fault(package).await;
        assert_eq!((line, named.as_str()), (2, column), "{message}");
        assert!(message.contains(fragment), "{message}");
    }
    for package in [
        period("2020,,,2020"),
        period("2020,2021,,2020-12-30"),
        period("2020,,2020,2026"),
        founded("2020,2020"),
        figure("0"),
    ] {
        TestApp::empty().await.try_import(&package).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

#[tokio::test]
async fn the_same_letters_are_the_same_text_however_they_are_composed() {
    let package = Package::new("north").cluster("north").organization("acme", "company", "Cafe\u{301}");
    let package = package
        .period("north,acme,partner,Me\u{301}taux,effective,2019,2020-01-01,,,,,s")
        .period("north,acme,partner,M\u{e9}taux,effective,2020-01-01,,,,,,s");
    let app = TestApp::with(&package).await;
    let found = app.ask("{ partnerships { nodes { scope organization { name } periods { from } } } }").await;
    let expected = serde_json::json!([{ "scope": "M\u{e9}taux", "organization": { "name": "Caf\u{e9}" },
                                        "periods": [{ "from": "2019" }, { "from": "2020-01-01" }] }]);
    assert_eq!(found["partnerships"]["nodes"], expected);
}

#[tokio::test]
async fn an_address_with_a_space_is_told_what_is_wrong() {
    let package = Package::new("north").rows("clusters", "slug,website,name_en,source", &["north,https://a b,North,s"]);
    let (_, _, column, message) = fault(package).await;
    assert_eq!(column, "website");
    assert!(message.contains("begins with http:// or https:// and has no spaces"), "{message}");
}
