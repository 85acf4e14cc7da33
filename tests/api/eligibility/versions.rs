//! Versions of criteria that are corrected, added and withdrawn: one id each, and what is shown and applied at every
//! point.

use serde_json::{Value, json};

use super::version;
use crate::support::{Package, TestApp, introspection::list};

/// A cluster north whose first version is corrected, whose second is added, and of which the first is then withdrawn;
/// with the instants at which each of the three was recorded.
async fn corrected_criteria(app: &TestApp) -> Vec<Value> {
    let terms = |number: usize, label: &str, from: &str, to: Option<&str>, sphere: &str| {
        let mut version = version("north", number, "adopted", &json!({ "sphere": [sphere] }));
        (version["label"], version["from"], version["to"]) = (json!({ "en": label }), json!(from), json!(to));
        version
    };
    let mut instants = Vec::new();
    for versions in [
        json!([terms(1, "Draft wording", "2010", None, "company")]),
        json!([
            terms(1, "Wording", "2011", Some("2020-01-01"), "public"),
            terms(2, "Second", "2020-01-01", None, "research")
        ]),
        json!([terms(2, "Second", "2020-01-01", None, "research")]),
    ] {
        let package = Package::new("north").cluster("north").criteria(versions).organization("acme", "company", "Acme");
        app.import(&package).await;
        let answer = app.answer("{ register { revision } }", json!({})).await;
        instants.push(answer["extensions"]["basis"]["knownAt"].clone());
    }
    instants
}

#[tokio::test]
async fn a_version_keeps_its_id_and_shows_what_the_request_knows() {
    let app = TestApp::empty().await;
    let instants = corrected_criteria(&app).await;
    let document = r#"query ($at: PointInTime, $knownAt: DateTime) { cluster(by: { slug: "north" }) {
        criteriaVersions(knownAt: $knownAt) { id version label } criteria(at: $at) { id version label validFrom }
        eligibility(organization: { id: "ORGANIZATION" }, at: $at) { verdict criteria { id label } finding { rule { description } } } } }"#;
    let organization = app.ask("{ organizations { nodes { id } } }").await["organizations"]["nodes"][0]["id"].clone();
    let document = document.replace("ORGANIZATION", organization.as_str().expect("an id"));
    let ask = async |known_at: &Value, as_of: &str, basis: &Value| {
        let variables = json!({ "at": { "knownAt": known_at, "asOf": as_of }, "knownAt": known_at });
        let request =
            json!({ "query": document, "variables": variables, "extensions": { "basis": { "knownAt": basis } } });
        let answer = app.post(request).await;
        assert_eq!(answer["errors"], Value::Null, "{known_at} {as_of} {basis}");
        answer["data"]["cluster"].clone()
    };
    let first = ask(&instants[0], "2015-01-01", &instants[0]).await;
    let id = first["criteriaVersions"][0]["id"].clone();
    assert_eq!(first["criteria"], json!({ "id": id, "version": 1, "label": "Draft wording", "validFrom": "2010" }));
    assert_eq!(first["eligibility"]["verdict"], "ELIGIBLE");
    // Corrected, and asked at the earlier instant: the version that was in force then, as it is described now.
    let later = ask(&instants[0], "2015-01-01", &instants[1]).await;
    assert_eq!(later["criteria"], json!({ "id": id, "version": 1, "label": "Wording", "validFrom": "2011" }));
    assert_eq!(later["criteriaVersions"], json!([{ "id": id, "version": 1, "label": "Wording" }]));
    // The rules that were applied are those of then.
    assert_eq!(later["eligibility"]["verdict"], "ELIGIBLE");
    assert_eq!(later["eligibility"]["criteria"], json!({ "id": id, "label": "Wording" }));
    assert_eq!(later["eligibility"]["finding"], first["eligibility"]["finding"]);
    let now = ask(&instants[1], "2015-01-01", &instants[1]).await;
    assert_eq!(now["eligibility"]["verdict"], "NOT_ELIGIBLE");
    assert_eq!(now["criteriaVersions"].as_array().map(Vec::len), Some(2));
    // Withdrawn: it is no version now, and still what it was when it was applied.
    let withdrawn = ask(&instants[2], "2015-01-01", &instants[2]).await;
    assert_eq!(
        (&withdrawn["criteria"], withdrawn["criteriaVersions"].as_array().map(Vec::len)),
        (&Value::Null, Some(1))
    );
    let then = ask(&instants[1], "2015-01-01", &instants[2]).await;
    assert_eq!(then["criteria"], json!({ "id": id, "version": 1, "label": "Wording", "validFrom": "2011" }));
    let node =
        app.ask_with("query ($id: ID!) { node(id: $id) { ... on Criteria { id label } } }", json!({ "id": id })).await;
    assert_eq!(node["node"], json!({ "id": id, "label": "Wording" }));
}

#[tokio::test]
async fn the_id_of_a_version_is_accepted_at_every_point() {
    let app = TestApp::empty().await;
    let instants = corrected_criteria(&app).await;
    let all = app
        .ask_with(
            r#"query ($knownAt: DateTime) { organizations { nodes { id } } cluster(by: { slug: "north" }) {
               criteriaVersions(knownAt: $knownAt) { id version } } }"#,
            json!({ "knownAt": instants[1] }),
        )
        .await;
    let ids: Vec<_> = list(&all["cluster"]["criteriaVersions"]).iter().map(|version| version["id"].clone()).collect();
    let document = r#"query ($organization: ID!, $at: PointInTime, $id: ID!, $other: ID!) { cluster(by: { slug: "north" }) {
        eligibility(organization: { id: $organization }, at: $at, criteria: $id) { verdict criteria { version } } }
        node(id: $id) { ... on Criteria { named: impact(comparedWith: $other, at: $at) { comparedWith { version } gained { totalCount } }
            before: impact(at: $at) { comparedWith { version } } } } }"#;
    let organization = &all["organizations"]["nodes"][0]["id"];
    // By the number of the version and of the write that is known: the verdict, and what it is compared with unless named.
    for (number, write, verdict, named, before) in [
        (1, 0, json!("ELIGIBLE"), Value::Null, Value::Null),
        (2, 0, Value::Null, Value::Null, Value::Null),
        (1, 1, json!("NOT_ELIGIBLE"), json!(2), Value::Null),
        (2, 1, json!("NOT_ELIGIBLE"), json!(1), json!(1)),
        // The first was withdrawn: it can be named, and no longer is the one before.
        (1, 2, json!("NOT_ELIGIBLE"), json!(2), Value::Null),
        (2, 2, json!("NOT_ELIGIBLE"), json!(1), Value::Null),
    ] {
        let variables = json!({ "organization": organization, "at": { "knownAt": instants[write], "asOf": "2015-01-01" },
                                "id": ids[number - 1], "other": ids[2 - number] });
        let answer = app.ask_with(document, variables).await;
        let context = format!("version {number} as known after write {write}");
        let assessed = &answer["cluster"]["eligibility"];
        assert_eq!(assessed.get("verdict").unwrap_or(&Value::Null), &verdict, "{context}");
        let compared = |impact: &str| {
            answer["node"][impact].get("comparedWith").map_or(Value::Null, |with| with["version"].clone())
        };
        assert_eq!((compared("named"), compared("before")), (named, before), "{context}");
    }
}

#[tokio::test]
async fn prospects_and_the_lists_of_an_impact_show_what_the_request_knows() {
    let register = |name: &str| {
        let versions = json!([
            version("north", 1, "adopted", &json!({ "sphere": ["public"] })),
            version("north", 2, "draft", &json!({ "sphere": ["company"] }))
        ]);
        Package::new("north").cluster("north").criteria(versions).organization("acme", "company", name).organization(
            "town",
            "public",
            &format!("Town of {name}"),
        )
    };
    let app = TestApp::with(&register("Acme")).await;
    let first = app.answer("{ register { revision } }", json!({})).await["extensions"]["basis"]["knownAt"].clone();
    app.import(&register("Beta")).await;
    let document = r#"query ($at: PointInTime) { cluster(by: { slug: "north" }) { prospects(at: $at) { nodes { name } }
        criteriaVersions { version impact(population: ALL, at: $at) { gained { nodes { organization { name } } } } } } }"#;
    for at in [json!({}), json!({ "knownAt": first })] {
        let cluster = app.ask_with(document, json!({ "at": at })).await["cluster"].clone();
        assert_eq!(cluster["prospects"]["nodes"], json!([{ "name": "Town of Beta" }]), "{at}");
        let gained = &cluster["criteriaVersions"][1]["impact"]["gained"]["nodes"];
        assert_eq!(gained, &json!([{ "organization": { "name": "Beta" } }]), "{at}");
    }
}

#[tokio::test]
async fn a_version_that_is_named_is_compared_where_it_belongs() {
    let of = |cluster: &str, number: usize, sphere: &str, from: &str, to: Option<&str>| {
        let mut version = version(cluster, number, "adopted", &json!({ "sphere": [sphere] }));
        (version["from"], version["to"]) = (json!(from), json!(to));
        version
    };
    let package =
        Package::new("two").cluster("north").cluster("south").organization("acme", "company", "Acme").criteria(json!(
            [
                of("north", 1, "company", "2010", Some("2020-01-01")),
                of("north", 2, "public", "2020-01-01", None),
                of("south", 1, "company", "2010", None)
            ]
        ));
    let app = TestApp::with(&package).await;
    let first = app.ask(r#"{ cluster(by: { slug: "north" }) { criteriaVersions { id } } }"#).await;
    let document = "query ($id: ID!) { criteria { nodes { version cluster { slug } impact(comparedWith: $id) { comparedWith { version } } } } }";
    let answer = app.answer(document, json!({ "id": first["cluster"]["criteriaVersions"][0]["id"] })).await;
    let compared: Vec<_> = list(&answer["data"]["criteria"]["nodes"])
        .iter()
        .map(|node| (node["cluster"]["slug"].clone(), node["impact"]["comparedWith"]["version"].clone()))
        .collect();
    let expected = [("north", json!(1)), ("north", json!(1)), ("south", Value::Null)];
    assert_eq!(compared, expected.map(|(slug, version)| (json!(slug), version)));
    // Where it is no version of the cluster, that is said of that one alone.
    let errors = list(&answer["errors"]);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["path"], json!(["criteria", "nodes", 2, "impact"]));
}
