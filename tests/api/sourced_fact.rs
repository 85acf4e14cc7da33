//! What rests on a source.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    statements,
    support::{
        Package, TestApp,
        introspection::{list, text},
    },
};

/// The id of the source with a title.
async fn source(app: &TestApp, title: &str) -> String {
    let answer = app.ask("{ sources(first: 100) { nodes { id title } } }").await;
    let found = list(&answer["sources"]["nodes"]).iter().find(|source| source["title"] == title);
    text(&found.expect("the source")["id"]).to_owned()
}

/// A page of what rests on a source.
async fn facts(app: &TestApp, source: &str, arguments: &str) -> Value {
    let document = format!(
        "query ($id: ID!) {{ facts(source: $id {arguments}) {{ totalCount
           pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
           nodes {{ kind organization {{ name }} cluster {{ slug }} programme {{ slug }} }}
           edges {{ cursor node {{ kind }} }} }} }}"
    );
    app.ask_with(&document, json!({ "id": source })).await["facts"].take()
}

/// One fact of every kind by the source `t`, and some by another.
fn register() -> Package {
    Package::new("sourced")
        .rows("sources", "id,kind,title", &["t,report,The report", "u,report,Nothing"])
        .rows("clusters", "slug,name_en,source", &["a,A,t", "b,B,s"])
        .rows("organizations", "id,sphere,source", &["o,company,t", "p,company,s"])
        .rows("organization_names", "organization,kind,name", &["o,trade,O", "p,trade,P"])
        .rows("sites", "organization,kind,municipality,source", &["o,seat,21004,t", "p,seat,21004,s"])
        .rows("activities", "organization,nace_version,nace_code,rank,source", &["p,2008,38.32,main,t"])
        .rows("attributes", "organization,code,value,source", &["o,x,true,t"])
        .rows("judgements", "cluster,organization,code,value,source", &["a,o,j,true,t"])
        .rows("programmes", "slug,name_en,source", &["q,Q,t"])
        .rows("programme_clusters", "programme,cluster,source", &["q,a,t"])
        .rows("events", "cluster,id,kind,on,source", &["b,e,founding,2018,t"])
        .rows("sectors", "cluster,code,label_en,source", &["a,c,C,t"])
        .rows("services", "cluster,id,name_en,source", &["a,v,V,t"])
        .rows("terms", "kind,cluster,code,label_en,source", &["attribute,,x,X,t"])
        .rows(
            "figures",
            "cluster,programme,metric,nature,value,disclosure,qualifier,on,source",
            &["a,,members,actual,1,disclosed,exactly,2018,t", ",q,members,actual,2,disclosed,exactly,2018,t"],
        )
        .period("a,o,member,,candidate,2018,2019,,,,,t")
        .period("a,o,member,,effective,2019,,,,,,t")
        .period("b,o,partner,,effective,2019,,,,,,s")
        .rows("referrals", "cluster,organization,service,source", &["a,o,v,t"])
        .criteria(json!([{ "cluster": "a", "version": 1, "state": "adopted", "from": "2018", "source": "t",
                           "criteria": [{ "required": true, "rule": { "sphere": ["company"] } }] }]))
}

#[tokio::test]
async fn every_kind_of_fact_is_found_with_what_it_is_about() {
    let app = TestApp::with(&register()).await;
    let found = facts(&app, &source(&app, "The report").await, "first: 100").await;
    let mut told: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fact in list(&found["nodes"]) {
        let of = [&fact["organization"]["name"], &fact["cluster"]["slug"], &fact["programme"]["slug"]];
        let of = of.map(|name| name.as_str().unwrap_or("-")).join(" ");
        told.entry(text(&fact["kind"])).or_default().push(of);
    }
    let expected = [
        ("ACTIVITY", vec!["P - -"]),
        ("ATTRIBUTE", vec!["O - -"]),
        ("CLUSTER", vec!["- a -"]),
        ("CRITERIA", vec!["- a -"]),
        ("EVENT", vec!["- b -"]),
        ("FIGURE", vec!["- a -", "- - q"]),
        ("JUDGEMENT", vec!["O a -"]),
        ("ORGANIZATION", vec!["O - -"]),
        ("PARTICIPATION", vec!["O a -", "O a -"]),
        ("PROGRAMME", vec!["- - q"]),
        ("PROGRAMME_CLUSTER", vec!["- a q"]),
        ("REFERRAL", vec!["O a -"]),
        ("SECTOR", vec!["- a -"]),
        ("SERVICE", vec!["- a -"]),
        ("SITE", vec!["O - -"]),
        ("TERM", vec!["- - -"]),
    ];
    let expected = expected.map(|(kind, of)| (kind, of.into_iter().map(ToOwned::to_owned).collect()));
    assert_eq!(told, BTreeMap::from(expected));
    assert_eq!(found["totalCount"], 18);
}

#[tokio::test]
async fn the_list_is_walked_from_both_ends_and_narrowed() {
    let app = TestApp::with(&register()).await;
    let id = source(&app, "The report").await;
    let all = facts(&app, &id, "first: 100").await;
    for (size, end, at, has) in
        [("first", "endCursor", "after", "hasNextPage"), ("last", "startCursor", "before", "hasPreviousPage")]
    {
        let (mut kinds, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = facts(&app, &id, &format!("{size}: 5 {cursor}")).await;
            assert_eq!(page["totalCount"], all["totalCount"]);
            let nodes = list(&page["nodes"]).to_vec();
            let place = if size == "first" { kinds.len() } else { 0 };
            kinds.splice(place..place, nodes);
            if page["pageInfo"][has] == false {
                break;
            }
            cursor = format!("{at}: {:?}", text(&page["pageInfo"][end]));
        }
        assert_eq!(json!(kinds), all["nodes"], "by {size}");
    }
    let some = facts(&app, &id, "kind: [FIGURE, SITE]").await;
    assert_eq!(
        list(&some["nodes"]).iter().map(|fact| text(&fact["kind"])).collect::<Vec<_>>(),
        ["FIGURE", "FIGURE", "SITE"]
    );
    assert_eq!(facts(&app, &id, "kind: []").await["totalCount"], 0);
    assert_eq!(facts(&app, &source(&app, "Nothing").await, "").await["totalCount"], 0);
}

#[tokio::test]
async fn what_was_superseded_rests_on_nothing() {
    let package = register();
    let app = TestApp::with(&package).await;
    let id = source(&app, "The report").await;
    let first = app.answer("{ register { revision } }", json!({})).await["extensions"]["basis"].clone();
    app.import(&package.without("sites").rows("sites", "organization,kind,municipality,source", &["o,seat,21004,s"]))
        .await;
    assert_eq!(facts(&app, &id, "kind: [SITE]").await["totalCount"], 0);
    let document = "query ($id: ID!) { facts(source: $id, kind: [SITE]) { totalCount } }";
    let before =
        app.post(json!({ "query": document, "variables": { "id": id }, "extensions": { "basis": first } })).await;
    assert_eq!(before["data"]["facts"]["totalCount"], 1, "it was known at the first revision: {before}");
}

#[tokio::test]
async fn a_source_that_is_not_held_has_no_facts() {
    let app = TestApp::with(&register()).await;
    let document = "query ($id: ID!) { facts(source: $id) { totalCount } }";
    let answer = app.ask_with(document, json!({ "id": "source_00000000000000000000000000" })).await;
    assert_eq!(answer["facts"], Value::Null);
    let organization = app.ask("{ organizations { nodes { id } } }").await["organizations"]["nodes"][0]["id"].take();
    let error = app.error(&format!("{{ facts(source: {organization}) {{ totalCount }} }}")).await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("is the id of a organization"), "{error}");
}

#[tokio::test]
async fn statements_do_not_grow_with_facts() {
    let (few, many) = (TestApp::with(&statements::of(2)).await, TestApp::with(&statements::of(20)).await);
    let document = "query ($id: ID!) { facts(source: $id, first: 100) { totalCount
        nodes { kind organization { name names { name } } cluster { slug } programme { slug } recordedAt } } }";
    let mut counts = Vec::new();
    for app in [&few, &many] {
        let id = source(app, "A decision").await;
        counts.push(app.statements(document, json!({ "id": id })).await);
    }
    assert_eq!(counts[0], counts[1]);
}
