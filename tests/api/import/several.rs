//! Several packages in one register: what one may say of what another brought.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use trihelix::{dataset::Outcome, domain::store::check};

use super::{base, members, place, refused, rows, version, written};
use crate::support::{Package, TestApp};

/// A second package, about the organizations and the cluster of the first.
fn second() -> Package {
    Package::new("second").member("north", "lab", "effective", "2018", "")
}

#[tokio::test]
async fn a_package_may_refer_to_what_another_brought() {
    let app = TestApp::with(&base()).await;
    assert_eq!(written(app.import(&second()).await).0, 2);
    assert_eq!(members(&app, None).await, ["Acme EFFECTIVE 2018", "Lab EFFECTIVE 2018"]);
    // Neither supersedes what the other brought.
    assert_eq!(app.import(&second()).await, Outcome::Unchanged);
    assert_eq!(app.import(&base()).await, Outcome::Unchanged);
    let changed = Package::new("second").member("north", "town", "effective", "2018", "");
    assert_eq!(written(app.import(&changed).await), (3, 2, 1));
    assert_eq!(members(&app, None).await, ["Acme EFFECTIVE 2018", "Town EFFECTIVE 2018"]);
    assert_eq!(app.import(&base()).await, Outcome::Unchanged);
}

#[tokio::test]
async fn a_membership_outlives_the_line_of_its_organization() {
    let app = TestApp::with(&base()).await;
    app.import(&second()).await;
    app.import(&Package::new("base").cluster("north").organization("acme", "company", "Acme")).await;
    assert_eq!(members(&app, None).await, ["Lab EFFECTIVE 2018"]);
}

#[tokio::test]
async fn a_package_may_not_contradict_another() {
    let app = TestApp::with(
        &base()
            .rows("organization_identifiers", "organization,scheme,value", &["acme,BE_KBO,0000000196"])
            .criteria(json!([version(json!({ "to": "2020-01-01" }))])),
    )
    .await;
    let before = rows(&app.db).await;
    let cases = [
        (
            second().organization("acme", "research", "Acme"),
            ("organizations.csv", 2, "id"),
            "is in the register already",
        ),
        (second().cluster("north"), ("clusters.csv", 2, "slug"), "is in the register already"),
        (
            second().rows("events", "cluster,id,kind,on,source", &["north,founding,evaluation,2018,s"]),
            ("events.csv", 2, "id"),
            "is in the register already",
        ),
        (
            second().rows("sectors", "cluster,code,label_en,source", &["north,textile,Cloth,s"]),
            ("sectors.csv", 2, "code"),
            "is in the register already",
        ),
        (
            second().rows("services", "cluster,id,name_en,source", &["north,advice,Help,s"]),
            ("services.csv", 2, "id"),
            "is in the register already",
        ),
        (
            second().member("north", "acme", "ended", "2020", ""),
            ("periods.csv", 3, "from"),
            "overlaps a period that the register holds from 2018-01-01 and that this package did not bring",
        ),
        (
            second().organization("mill", "company", "Mill").rows(
                "organization_identifiers",
                "organization,scheme,value",
                &["mill,BE_KBO,0000000196"],
            ),
            ("organization_identifiers.csv", 2, "value"),
            "`0000000196` is recorded for another organization already",
        ),
        (
            second().criteria(json!([version(json!({ "version": 2, "from": "2019" }))])),
            ("criteria.json", 2, "version"),
            "this package did not bring",
        ),
        (
            second().criteria(json!([version(json!({ "version": 1, "from": "2022" }))])),
            ("criteria.json", 2, "version"),
            "this package did not bring",
        ),
    ];
    for (package, expected, fragment) in cases {
        let faults = refused(app.try_import(&package).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [expected], "{faults:#?}");
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
    assert_eq!(rows(&app.db).await, before);
    let next = json!([version(json!({ "version": 2, "from": "2020-01-01" }))]);
    assert_eq!(written(app.import(&second().criteria(next)).await).0, 2);
}

#[tokio::test]
async fn a_draft_may_be_for_the_dates_of_a_version_that_another_package_brought() {
    let app = TestApp::with(&base().criteria(json!([version(json!({}))]))).await;
    let draft = json!([version(json!({ "version": 2, "state": "draft", "from": "2020" }))]);
    let outcome = app.try_import(&second().criteria(draft)).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(written(outcome).0, 2);
}

#[tokio::test]
async fn names_and_identifiers_belong_to_the_package_that_describes_the_organization() {
    let app = TestApp::with(&base()).await;
    for (table, header, line) in [
        ("organization_names", "organization,kind,name", "acme,trade,Acme"),
        ("organization_identifiers", "organization,scheme,value", "acme,BE_KBO,0000000196"),
    ] {
        let faults = refused(app.try_import(&second().rows(table, header, &[line])).await);
        let places: Vec<_> =
            faults.iter().map(|fault| (fault.file.clone(), fault.line, fault.column.as_str())).collect();
        assert_eq!(places, [(format!("{table}.csv"), 2, "organization")]);
        assert!(faults[0].message.contains("is described by another package"), "{faults:?}");
    }
}

#[tokio::test]
async fn an_organization_that_leaves_its_package_keeps_what_it_is_known_by() {
    let acme = |package: Package| {
        package.organization("acme", "company", "Acme").rows(
            "organization_identifiers",
            "organization,scheme,value",
            &["acme,BE_KBO,0000.000.196"],
        )
    };
    let register = || Package::new("north").cluster("north").organization("lab", "research", "Lab");
    let app = TestApp::with(&acme(register())).await;
    app.import(&register()).await;
    let document = r#"{ found: organizations(search: "acme") { nodes { name names { name } identifiers { value } } }
        organization(by: { enterpriseNumber: "0000.000.196" }) { name } }"#;
    let answer = app.ask(document).await;
    let acme = json!([{ "name": "Acme", "names": [{ "name": "Acme" }], "identifiers": [{ "value": "0000000196" }] }]);
    assert_eq!((&answer["found"]["nodes"], &answer["organization"]), (&acme, &json!({ "name": "Acme" })));
    assert_eq!(check::faults(&app.db).await.expect("the register is checked"), Vec::<String>::new());
    // A name that the package takes back from an organization it describes goes.
    let named = |names: &[&str]| {
        Package::new("other").rows("organizations", "id,sphere,source", &["town,public,s"]).rows(
            "organization_names",
            "organization,kind,name",
            names,
        )
    };
    app.import(&named(&["town,trade,Town", "town,legal,Municipality"])).await;
    app.import(&named(&["town,trade,Town"])).await;
    let names = app.ask(r#"{ organizations(search: "town") { nodes { names { name } } } }"#).await;
    assert_eq!(names["organizations"]["nodes"], json!([{ "names": [{ "name": "Town" }] }]));
}

#[tokio::test]
async fn criteria_that_an_exit_of_another_package_names_are_not_withdrawn() {
    let cluster = |versions: Value| Package::new("cluster").cluster("north").criteria(versions);
    let first = version(json!({ "from": "2010", "to": "2020" }));
    let second = version(json!({ "version": 2, "from": "2020" }));
    let app = TestApp::with(&cluster(json!([first, second]))).await;
    let members = Package::new("members").organization("acme", "company", "Acme").rows(
        "periods",
        "cluster,organization,kind,status,from,exit_kind,exit_criteria,source",
        &["north,acme,member,ended,2021,no_longer_eligible,2,s"],
    );
    app.import(&members).await;
    for versions in [json!([first]), json!([first, version(json!({ "version": 2, "from": "2020", "state": "draft" }))])]
    {
        let faults = refused(app.try_import(&cluster(versions)).await);
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert_eq!(place(&faults[0]), ("criteria.json", 0, "version"));
        assert!(faults[0].message.contains("version 2 of the cluster `north`"), "{}", faults[0].message);
    }
    // The other one is named by nobody.
    app.import(&cluster(json!([second]))).await;
    assert_eq!(check::faults(&app.db).await.expect("the register is checked"), Vec::<String>::new());
    // The check knows the rule.
    let withdraw = "UPDATE criteria_profile SET state = 'draft' WHERE version = 2";
    app.db.execute_unprepared(withdraw).await.expect("SQL");
    let faults = check::faults(&app.db).await.expect("the register is checked");
    assert_eq!(faults, ["participation_period: 1 rows whose exit names no adopted version of criteria"]);
}
