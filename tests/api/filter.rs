//! Filters: how large they may be, what they may name, and that one set of members has one answer however it is spelt.

use serde_json::{Value, json};

use crate::support::{Package, TestApp};

/// A cluster that is complete from a day after its founding, with members of every status.
fn register() -> Package {
    let period = |organization: &str, rest: &str| format!("north,{organization},member,{rest},s");
    Package::new("small")
        .rows("clusters", "slug,name_en,complete_from,source", &["north,North,2020-01-01,s"])
        .organization("asks", "company", "Asks")
        .organization("full", "company", "Full")
        .organization("gone", "public", "Gone")
        .rows(
            "periods",
            "cluster,organization,kind,status,from,to,exit_kind,source",
            &[
                period("asks", "candidate,2021,,"),
                period("full", "effective,2018,,"),
                period("gone", "effective,2018,2021-06-01,"),
                period("gone", "ended,2021-06-01,,left"),
            ],
        )
}

const MEMBERSHIPS: &str = "query($filter: ParticipationFilter) { memberships(filter: $filter) { totalCount } }";
const ORGANIZATIONS: &str = "query($filter: OrganizationFilter) { organizations(filter: $filter) { totalCount } }";
const CLUSTERS: &str = "query($filter: ClusterFilter) { clusters(filter: $filter) { totalCount } }";
const HEADCOUNT: &str = "query($filter: ParticipationFilter) {
    statistics(filter: $filter) { headcount(at: { asOf: \"2022-01-01\" }) { effective { value } } } }";

/// What the one error says.
async fn refusal(app: &TestApp, document: &str, filter: Value) -> String {
    let answer = app.answer(document, json!({ "filter": filter })).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    error["message"].as_str().expect("a message").to_owned()
}

/// A filter in so many others.
fn nested(within: &str, depth: usize, innermost: Value) -> Value {
    (0..depth).fold(innermost, |filter, _| match within {
        "not" => json!({ "not": filter }),
        list => json!({ list: [filter] }),
    })
}

#[tokio::test]
async fn a_filter_is_bounded() {
    let app = TestApp::with(&register()).await;
    let sphere = || json!({ "sphere": ["COMPANY"] });
    for (document, leaf) in [
        (MEMBERSHIPS, sphere()),
        (ORGANIZATIONS, sphere()),
        (CLUSTERS, json!({ "slug": ["north"] })),
        (HEADCOUNT, sphere()),
    ] {
        for within in ["and", "or", "not"] {
            app.ask_with(document, json!({ "filter": nested(within, 10, leaf.clone()) })).await;
            let error = refusal(&app, document, nested(within, 11, leaf.clone())).await;
            assert!(error.contains("stand in each other 10 deep"), "{error}");
        }
        for within in ["and", "or"] {
            app.ask_with(document, json!({ "filter": { within: vec![leaf.clone(); 100] } })).await;
            for excess in [leaf.clone(), json!({})] {
                let error = refusal(&app, document, json!({ within: vec![excess; 1000] })).await;
                assert!(error.contains("at most 100 conditions"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_condition_takes_a_thousand_different_values() {
    let app = TestApp::with(&register()).await;
    let doubled = vec!["21001"; 33_000];
    app.ask_with(MEMBERSHIPS, json!({ "filter": { "municipality": doubled } })).await;
    let slugs = |count: usize| json!({ "slug": (0..count).map(|number| format!("c{number}")).collect::<Vec<_>>() });
    app.ask_with(CLUSTERS, json!({ "filter": slugs(1000) })).await;
    let error = refusal(&app, CLUSTERS, slugs(33_000)).await;
    assert_eq!(error, "`slug` takes at most 1000 different values, not 33000");
    let codes: Vec<_> = (0..33_000).map(|number| number.to_string()).collect();
    for document in [MEMBERSHIPS, ORGANIZATIONS, HEADCOUNT] {
        let error = refusal(&app, document, json!({ "municipality": codes })).await;
        assert_eq!(error, "`municipality` takes at most 1000 different values, not 33000");
    }
}

#[tokio::test]
async fn a_document_nested_beyond_any_question_is_not_parsed() {
    let app = TestApp::with(&register()).await;
    for (open, close) in [("not: {", "}"), ("or: [{", "}]"), ("and: [[", "]]")] {
        for depth in [4_000, 100_000] {
            let filter = format!("{{ {} {} }}", open.repeat(depth), close.repeat(depth));
            let answer = app.answer(&format!("{{ memberships(filter: {filter}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{answer:.200}");
        }
    }
}

#[tokio::test]
async fn a_filter_names_what_the_register_holds() {
    let app = TestApp::with(&register()).await;
    let id = |kind: &str| format!("{kind}_01h455vb4pex5vsknk084sn02q");
    for (document, filter, names) in [
        (MEMBERSHIPS, json!({ "cluster": [id("cluster")] }), "a cluster"),
        (MEMBERSHIPS, json!({ "not": { "organization": [id("organization")] } }), "an organization"),
        (MEMBERSHIPS, json!({ "sector": [id("sector")] }), "a sector"),
        (ORGANIZATIONS, json!({ "sector": [id("sector")] }), "a sector"),
        (ORGANIZATIONS, json!({ "membership": { "cluster": [id("cluster")] } }), "a cluster"),
        (CLUSTERS, json!({ "host": [id("organization")] }), "an organization"),
        (HEADCOUNT, json!({ "cluster": [id("cluster")] }), "a cluster"),
        (HEADCOUNT, json!({ "organization": [id("organization")] }), "an organization"),
    ] {
        let error = refusal(&app, document, filter).await;
        assert!(error.contains(&format!("names {names} that the register does not hold")), "{error}");
    }
}

#[tokio::test]
async fn a_cluster_is_found_by_its_english_name_or_the_one_shown_in_its_place() {
    let lines = ["timber,Timber North,Bois du Nord,s", "glass,,Verre du Nord,s", "stone,Steen,,s"];
    let package = Package::new("named").rows("clusters", "slug,name_en,name_fr,source", &lines);
    let app = TestApp::with(&package).await;
    for (text, found) in [
        ("timber", &["timber"][..]),
        // The French name of a cluster that has an English one is not looked at.
        ("bois", &[]),
        ("verre", &["glass"]),
        ("NORD", &["glass"]),
        ("north", &["timber"]),
        ("é", &["stone", "timber", "glass"]),
    ] {
        let document = "query($text: String!) { clusters(filter: { name: $text }) { nodes { slug } } }";
        let answer = app.answer(document, json!({ "text": text })).await;
        let nodes = answer["data"]["clusters"]["nodes"].as_array().expect("a list");
        assert_eq!(nodes.iter().map(|node| &node["slug"]).collect::<Vec<_>>(), found, "{text}");
    }
}

#[tokio::test]
async fn one_set_of_members_has_one_answer() {
    let app = TestApp::with(&register()).await;
    let all_exits =
        "[LEFT, EXCLUDED, NO_LONGER_ELIGIBLE, CANDIDACY_WITHDRAWN, CANDIDACY_REJECTED, CEASED, NOT_RECORDED]";
    // Complete on the day, and not since the founding: so whether it is complete depends on who is counted.
    let present = [
        "{ status: [CANDIDATE, EFFECTIVE] }".to_owned(),
        "{ not: { status: [ENDED] } }".to_owned(),
        "{ status: [EFFECTIVE, CANDIDATE], not: { or: [] } }".to_owned(),
        "{ not: { not: { or: [{ status: [EFFECTIVE] }, { status: [CANDIDATE] }] } } }".to_owned(),
        format!("{{ not: {{ exitKind: {all_exits} }} }}"),
        "{ status: [CANDIDATE, EFFECTIVE, ENDED], not: { status: [ENDED, ENDED] } }".to_owned(),
    ];
    let with_ended = [
        "{ status: [CANDIDATE, EFFECTIVE, ENDED] }".to_owned(),
        "{ not: { not: { status: [ENDED, EFFECTIVE, CANDIDATE] } } }".to_owned(),
        format!("{{ or: [{{ exitKind: {all_exits} }}, {{ not: {{ status: [ENDED] }} }}] }}"),
    ];
    for (filters, value, complete) in [(present.as_slice(), 2, true), (with_ended.as_slice(), 3, false)] {
        for filter in filters {
            let answer = app
                .ask(&format!(
                    "{{ cluster(by: {{ slug: \"north\" }}) {{
                        memberships(filter: {filter}, at: {{ asOf: \"2022-01-01\" }}) {{ totalCount }}
                        statistics {{ breakdown(by: [SPHERE], filter: {filter}, at: {{ asOf: \"2022-01-01\" }}) {{
                            total {{ value complete }} rows {{ count {{ complete }} }} }} }} }} }}"
                ))
                .await;
            let breakdown = &answer["cluster"]["statistics"]["breakdown"];
            assert_eq!(answer["cluster"]["memberships"]["totalCount"], value, "{filter}");
            assert_eq!(breakdown["total"], json!({ "value": value, "complete": complete }), "{filter}");
            for row in breakdown["rows"].as_array().expect("rows") {
                assert_eq!(row["count"]["complete"], complete, "{filter}");
            }
        }
    }
}
