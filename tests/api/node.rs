//! Ids: what they name, and what they do not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    introspection::{Introspection, list, text},
};

/// A register that has one of every type with an id.
fn register() -> Package {
    Package::new("small")
        .rows("clusters", "slug,host,name_en,source", &["north,agency,North,s"])
        .organization("acme", "company", "Acme")
        .organization("agency", "public", "Agency")
        .organization("lab", "research", "Lab")
        .organization("league", "civil_society", "League")
        .rows("events", "cluster,id,kind,on,source", &["north,founding,founding,2018,s"])
        .rows("sectors", "cluster,code,label_en,source", &["north,textile,Textile,s"])
        .rows("sector_nace", "cluster,sector,nace_version,nace_code", &["north,textile,2008,13"])
        .rows("services", "cluster,id,name_en,source", &["north,advice,Advice,s"])
        .rows("programmes", "slug,name_en,source", &["poles,Poles,s"])
        .rows("programme_clusters", "programme,cluster,source", &["poles,north,s"])
        .rows(
            "figures",
            "cluster,metric,nature,value,disclosure,qualifier,on,source",
            &["north,members,actual,2,disclosed,exactly,2020,s"],
        )
        .member("north", "acme", "ended", "2020", "")
        .member("north", "lab", "effective", "2020", "")
        .period("north,league,partner,,effective,2020,,,,,,s")
        .rows("referrals", "cluster,organization,service,source", &["north,acme,advice,s"])
        .criteria(json!([{ "cluster": "north", "version": 1, "state": "adopted", "from": "2018", "source": "s",
            "event": "founding", "criteria": [{ "required": true, "rule": { "sector": ["textile"] } }] }]))
}

const EVERYTHING: &str = "{
    clusters(first: 100) { nodes { ...it host { ...it } source { ...it } criteriaVersions { ...it event { ...it } source { ...it } }
        sectors { ...it source { ...it } } services { ...it source { ...it } } } }
    organizations(first: 100) { nodes { ...it source { ...it } } }
    memberships(first: 100, filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }) { nodes { ...it
        organization { ...it } cluster { ...it } period { ...it } periods { ...it source { ...it } } referrals { service { ...it } source { ...it } } } }
    partnerships(first: 100, filter: { status: [EFFECTIVE, ENDED] }) { nodes { ...it period { ...it } periods { ...it } } }
    criteria(first: 100) { nodes { ...it } }
    events(first: 100) { nodes { ...it cluster { ...it } source { ...it } } }
    figures(first: 100) { nodes { ...it source { ...it } } }
    programmes { nodes { ...it source { ...it } clusters { ...it programmes { ...it } } } }
    sources(first: 100) { nodes { ...it } }
    municipalities { ...it }
    activityClasses(version: NACE_BEL_2025, level: [1, 2, 5], first: 100) { nodes { ...it } }
    activityClass(version: NACE_BEL_2008, code: \"38.32\") { ...it parent { ...it } }
} fragment it on Node { __typename id }";

/// Every id in an answer, with its type.
fn ids(value: &Value, found: &mut BTreeMap<String, String>) {
    if let (Some(id), Some(kind)) = (value["id"].as_str(), value["__typename"].as_str()) {
        found.insert(id.to_owned(), kind.to_owned());
    }
    for inner in list(value).iter().chain(value.as_object().into_iter().flat_map(|fields| fields.values())) {
        ids(inner, found);
    }
}

async fn everything(app: &TestApp) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    ids(&app.ask(EVERYTHING).await, &mut found);
    found
}

/// An id of each type.
async fn one_of_each(app: &TestApp) -> BTreeMap<String, String> {
    everything(app).await.into_iter().map(|(id, kind)| (kind, id)).collect()
}

async fn code_and_message(app: &TestApp, document: &str, variables: Value) -> String {
    let answer = app.answer(document, variables).await;
    let error = &answer["errors"][0];
    format!("{}: {}", text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn every_id_names_what_answered_it() {
    for app in [TestApp::circlemade().await, TestApp::with(&register()).await] {
        let known = everything(&app).await;
        assert!(known.len() > 10);
        for (id, kind) in &known {
            let found = app.ask_with("query ($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await;
            assert_eq!(found["node"], json!({ "__typename": kind, "id": id }));
        }
        for ids in known.keys().collect::<Vec<_>>().chunks(100) {
            let found = app
                .ask_with("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids }))
                .await;
            let expected: Vec<_> = ids.iter().map(|id| json!({ "__typename": known[*id], "id": id })).collect();
            assert_eq!(list(&found["nodes"]), expected);
        }
    }
}

#[tokio::test]
async fn every_type_with_an_id_is_met() {
    let app = TestApp::with(&register()).await;
    let schema = Introspection::of(&app).await;
    let met: BTreeSet<_> = everything(&app).await.into_values().collect();
    let declared: BTreeSet<_> = schema.possible("Node").into_iter().map(str::to_owned).collect();
    assert_eq!(met, declared);
}

#[tokio::test]
async fn a_node_is_found_with_its_fields() {
    let app = TestApp::with(&register()).await;
    let each = one_of_each(&app).await;
    for (kind, selection, expected) in [
        ("Company", "... on Organization { name sphere }", json!({ "name": "Acme", "sphere": "COMPANY" })),
        ("Cluster", "... on Cluster { slug host { name } }", json!({ "slug": "north", "host": { "name": "Agency" } })),
        ("Membership", "... on Participation { cluster { slug } }", json!({ "cluster": { "slug": "north" } })),
        (
            "Partnership",
            "... on Participation { organization { name } }",
            json!({ "organization": { "name": "League" } }),
        ),
        ("Sector", "... on Sector { activityClasses { code } }", json!({ "activityClasses": [{ "code": "13" }] })),
        ("Criteria", "... on Criteria { event { kind } }", json!({ "event": { "kind": "FOUNDING" } })),
        ("Period", "... on Period { source { title } }", json!({ "source": { "title": "A decision" } })),
    ] {
        let found = app.ask(&format!("{{ node(id: {:?}) {{ {selection} }} }}", each[kind])).await;
        assert_eq!(found["node"], expected, "{kind}");
    }
}

#[tokio::test]
async fn an_id_of_another_type_is_the_callers_mistake() {
    let app = TestApp::with(&register()).await;
    let each = one_of_each(&app).await;
    let prefix = |id: &str| id.split('_').next().unwrap_or_default().to_owned();
    for (document, expected) in [
        ("query ($id: ID!) { it: cluster(by: { id: $id }) { id } }", "cluster"),
        ("query ($id: ID!) { it: organization(by: { id: $id }) { id } }", "organization"),
        ("query ($id: ID!) { it: clusters(filter: { host: [$id] }) { totalCount } }", "organization"),
        ("query ($id: ID!) { it: memberships(filter: { cluster: [$id] }) { totalCount } }", "cluster"),
        (
            "query ($id: ID!) { it: memberships(filter: { not: { organization: [$id] } }) { totalCount } }",
            "organization",
        ),
        ("query ($id: ID!) { it: partnerships(filter: { organization: [$id] }) { totalCount } }", "organization"),
        ("query ($id: ID!) { it: organizations(filter: { sector: [$id] }) { totalCount } }", "sector"),
        (
            "query ($id: ID!) { it: organizations(filter: { membership: { cluster: [$id] } }) { totalCount } }",
            "cluster",
        ),
        (
            "query ($id: ID!) { it: organizations(filter: { partnership: { cluster: [$id] } }) { totalCount } }",
            "cluster",
        ),
        ("query ($id: ID!) { it: events(filter: { cluster: [$id] }) { totalCount } }", "cluster"),
        ("query ($id: ID!) { it: figures(filter: { cluster: [$id] }) { totalCount } }", "cluster"),
        ("query ($id: ID!) { it: criteria(filter: { cluster: [$id] }) { totalCount } }", "cluster"),
    ] {
        for id in each.values() {
            let theirs = prefix(id);
            if theirs == expected {
                app.ask_with(document, json!({ "id": id })).await;
                continue;
            }
            let error = code_and_message(&app, document, json!({ "id": id })).await;
            assert!(error.starts_with("BAD_USER_INPUT: "), "{document} {id}: {error}");
            assert!(
                error.contains(&format!("a {theirs}")) && error.contains(&format!("a {expected} ")),
                "{document} {id}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_id_is_the_callers_mistake() {
    let app = TestApp::with(&register()).await;
    for id in [
        "",
        "acme",
        "42",
        "cluster",
        "cluster_",
        "cluster_01h455vb4pex5vsknk084sn02",
        "cluster_01h455vb4pex5vsknk084sn02qq",
        "cluster_81h455vb4pex5vsknk084sn02q",
        "cluster_01h455vb4pex5vsknk084sn02u",
        "Cluster_01h455vb4pex5vsknk084sn02q",
        "cluster-01h455vb4pex5vsknk084sn02q",
        "018f3c2b-7e4d-7a2e-9c1b-3d5f6a7b8c9d",
        "planet_01h455vb4pex5vsknk084sn02q",
        "01h455vb4pex5vsknk084sn02q",
        "cluster_01h455vb4pex5vsknk084sn02q\u{0}",
    ] {
        for document in [
            "query ($id: ID!) { it: node(id: $id) { id } }",
            "query ($id: ID!) { it: nodes(ids: [$id]) { id } }",
            "query ($id: ID!) { it: cluster(by: { id: $id }) { id } }",
        ] {
            let error = code_and_message(&app, document, json!({ "id": id })).await;
            assert!(error.starts_with("BAD_USER_INPUT: "), "{document} {id:?}: {error}");
        }
    }
}

#[tokio::test]
async fn an_id_that_names_nothing_is_null() {
    let app = TestApp::with(&register()).await;
    for prefix in [
        "cluster",
        "organization",
        "membership",
        "partnership",
        "period",
        "criteria",
        "event",
        "figure",
        "sector",
        "service",
        "source",
    ] {
        let id = format!("{prefix}_01h455vb4pex5vsknk084sn02q");
        let found = app.ask(&format!("{{ node(id: {id:?}) {{ id }} nodes(ids: [{id:?}]) {{ id }} }}")).await;
        assert_eq!(found, json!({ "node": null, "nodes": [null] }), "{id}");
    }
    let each = one_of_each(&app).await;
    let exchanged = [
        ("Membership", "membership", "partnership"),
        ("Partnership", "partnership", "membership"),
        ("Cluster", "cluster", "organization"),
    ];
    for (kind, from, to) in exchanged {
        let id = each[kind].replace(from, to);
        let found = app.ask(&format!("{{ node(id: {id:?}) {{ id }} }}")).await;
        assert_eq!(found["node"], Value::Null, "{id}");
    }
}

#[tokio::test]
async fn nodes_answer_in_the_order_asked() {
    let app = TestApp::with(&register()).await;
    let each = one_of_each(&app).await;
    let nothing = "cluster_01h455vb4pex5vsknk084sn02q".to_owned();
    let asked =
        [&each["Sector"], &nothing, &each["Cluster"], &each["Company"], &each["Sector"], &nothing, &each["Source"]];
    let found = app.ask_with("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": asked })).await;
    let expected: Vec<_> =
        asked.iter().map(|id| if **id == nothing { Value::Null } else { json!({ "id": id }) }).collect();
    assert_eq!(list(&found["nodes"]), expected);
    assert_eq!(app.ask("{ nodes(ids: []) { id } }").await["nodes"], json!([]));
}

#[tokio::test]
async fn nodes_take_a_hundred_ids_at_most() {
    let app = TestApp::with(&register()).await;
    let id = one_of_each(&app).await["Cluster"].clone();
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let found = app.ask_with(document, json!({ "ids": vec![&id; 100] })).await;
    assert_eq!(list(&found["nodes"]).len(), 100);
    let error = code_and_message(&app, document, json!({ "ids": vec![&id; 101] })).await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("100") && error.contains("101"), "{error}");
}

#[tokio::test]
async fn a_corrected_period_is_found_only_as_it_was_known_before() {
    let package = |from: &str| {
        let package = Package::new("small").cluster("north").organization("acme", "company", "Acme");
        package.member("north", "acme", "effective", from, "")
    };
    let app = TestApp::with(&package("2020")).await;
    let document = "{ memberships { nodes { id period { id from } } } }";
    let before = app.answer(document, json!({})).await;
    let period = text(&before["data"]["memberships"]["nodes"][0]["period"]["id"]).to_owned();
    app.import(&package("2019")).await;
    let after = app.answer(document, json!({})).await;
    let [was, is] = [&before, &after].map(|answer| &answer["data"]["memberships"]["nodes"][0]);
    assert_eq!(was["id"], is["id"]);
    assert_ne!(was["period"]["id"], is["period"]["id"]);
    let lookup = "query ($id: ID!) { node(id: $id) { id ... on Period { from } } }";
    assert_eq!(app.ask_with(lookup, json!({ "id": period })).await["node"], Value::Null);
    let basis = &before["extensions"]["basis"];
    let request = |id: &Value| json!({ "query": lookup, "variables": { "id": id }, "extensions": { "basis": basis } });
    let found = app.post(request(&was["period"]["id"])).await;
    assert_eq!(found["data"]["node"], json!({ "id": period, "from": "2020" }));
    assert_eq!(app.post(request(&is["period"]["id"])).await["data"]["node"], Value::Null);
}

#[tokio::test]
async fn what_a_message_quotes_is_cut() {
    let app = TestApp::empty().await;
    let long = "x".repeat(100_000);
    for document in [
        format!(r#"{{ node(id: "{long}") {{ id }} }}"#),
        format!(r#"{{ node(id: "{long}_01h455vb4pex5vsknk084sn02q") {{ id }} }}"#),
        format!(r#"{{ cluster(by: {{ id: "{long}" }}) {{ id }} }}"#),
        format!(r#"{{ organization(by: {{ enterpriseNumber: "{long}" }}) {{ id }} }}"#),
        format!(r#"{{ memberships(filter: {{ municipality: ["{long}"] }}) {{ totalCount }} }}"#),
        format!(r#"{{ memberships(filter: {{ activity: {{ version: V2008, code: "{long}" }} }}) {{ totalCount }} }}"#),
        format!(r#"{{ memberships(at: {{ asOf: "{long}" }}) {{ totalCount }} }}"#),
    ] {
        let error = app.error(&document).await;
        assert!(error.starts_with("BAD_USER_INPUT: ") && error.len() < 400, "{}", &error[..error.len().min(600)]);
    }
    let error = app.error(r#"{ cluster(by: { id: "01h455vb4pex5vsknk084sn02q" }) { id } }"#).await;
    assert!(
        error.contains("`01h455vb4pex5vsknk084sn02q` has no type, where the id of a cluster is expected"),
        "{error}"
    );
}
