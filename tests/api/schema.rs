//! The schema is a promise: written down, described, and the same for every type that makes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    introspection::{Introspection, list, named, text},
};

#[test]
fn the_committed_schema_is_the_current_one() {
    let committed = include_str!("../../schema.graphql");
    let current = trihelix::graphql::Schema::default().sdl();
    let difference = committed.trim_end().lines().zip(current.trim_end().lines()).find(|(old, new)| old != new);
    assert!(
        committed.trim_end() == current.trim_end(),
        "the schema has changed, first at {difference:?}; update with `cargo run -- schema > schema.graphql`"
    );
}

#[tokio::test]
async fn everything_has_a_description() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    let mut silent = Vec::new();
    let mut seen = 0;
    let mut check = |path: String, described: &Value| {
        seen += 1;
        if text(&described["description"]).trim().is_empty() {
            silent.push(path);
        }
    };
    for described in schema.types() {
        let name = text(&described["name"]);
        if ["Int", "Float", "String", "Boolean", "ID"].contains(&name) {
            continue;
        }
        check(name.to_owned(), described);
        for member in ["inputFields", "enumValues"].iter().flat_map(|members| list(&described[members])) {
            check(format!("{name}.{}", text(&member["name"])), member);
        }
        for field in list(&described["fields"]) {
            let field_name = text(&field["name"]);
            check(format!("{name}.{field_name}"), field);
            for argument in list(&field["args"]) {
                check(format!("{name}.{field_name}({})", text(&argument["name"])), argument);
            }
        }
    }
    assert!(seen > 500, "only {seen} things were looked at");
    assert!(silent.is_empty(), "without a description: {silent:#?}");
}

#[tokio::test]
async fn every_type_with_an_id_is_a_node_and_nothing_else_is() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    let has_id = |found: &&Value| list(&found["fields"]).iter().any(|field| field["name"] == "id");
    let identified: BTreeSet<_> = schema.kind("OBJECT").filter(has_id).map(|found| text(&found["name"])).collect();
    let nodes: BTreeSet<_> = schema.possible("Node").into_iter().collect();
    assert_eq!(identified, nodes);
    for node in nodes {
        let id = schema.field(node, "id").expect("a node has an id");
        assert_eq!(
            id["type"],
            json!({ "kind": "NON_NULL", "name": null, "ofType": { "kind": "SCALAR", "name": "ID", "ofType": null } })
        );
        let implemented: Vec<_> = list(&schema.named(node)["interfaces"]).iter().map(|found| &found["name"]).collect();
        assert!(implemented.contains(&&json!("Node")), "{node} implements {implemented:?}");
    }
}

#[tokio::test]
async fn interfaces_are_implemented_by_those_they_are_for() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    for (interface, expected) in [
        ("Organization", ["CivilSocietyBody", "Company", "PublicInstitution", "ResearchBody"].as_slice()),
        ("Participation", ["Membership", "Partnership"].as_slice()),
    ] {
        let mut found = schema.possible(interface);
        found.sort_unstable();
        assert_eq!(found, expected, "{interface}");
        for implementer in found {
            for field in list(&schema.named(interface)["fields"]) {
                let own = schema.field(implementer, text(&field["name"]));
                assert_eq!(own, Some(field), "{implementer} and {interface}");
            }
        }
    }
}

#[tokio::test]
async fn lists_and_their_items_are_never_null_except_where_an_id_may_name_nothing() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    for object in schema.kind("OBJECT") {
        for field in list(&object["fields"]).iter().filter(|field| named(&field["type"]).1) {
            let path = format!("{}.{}", text(&object["name"]), text(&field["name"]));
            let item = &field["type"]["ofType"]["ofType"];
            assert_eq!(field["type"]["kind"], "NON_NULL", "{path}");
            assert_eq!(item["kind"] == "NON_NULL", path != "Query.nodes", "{path}");
        }
    }
}

#[tokio::test]
async fn a_key_names_exactly_one_thing() {
    let app = TestApp::circlemade().await;
    let schema = Introspection::of(&app).await;
    for key in ["ClusterKey", "OrganizationKey"] {
        assert_eq!(schema.named(key)["isOneOf"], true, "{key}");
    }
    let both = r#"{ id: "cluster_01h455vb4pex5vsknk084sn02q", slug: "circlemade" }"#;
    for (document, says) in [
        (format!("{{ cluster(by: {both}) {{ id }} }}"), "exactly one"),
        ("{ cluster(by: {}) { id } }".to_owned(), "exactly one"),
        (r#"{ organization(by: { id: "a", enterpriseNumber: "b" }) { id } }"#.to_owned(), "exactly one"),
        ("{ organization(by: {}) { id } }".to_owned(), "exactly one"),
    ] {
        let error = app.error(&document).await;
        let code = error.split(':').next().unwrap_or_default();
        assert!(["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"].contains(&code), "{document}: {error}");
        assert!(error.to_lowercase().contains(says), "{document}: {error}");
    }
    let document = "query ($by: ClusterKey!) { cluster(by: $by) { slug } }";
    let found = app.ask_with(document, json!({ "by": { "slug": "circlemade" } })).await;
    assert_eq!(found["cluster"]["slug"], "circlemade");
    for by in [
        json!({}),
        json!({ "slug": "circlemade", "id": "cluster_01h455vb4pex5vsknk084sn02q" }),
        json!({ "slug": null }),
    ] {
        let answer = app.answer(document, json!({ "by": by })).await;
        let error = &answer["errors"][0];
        assert!(error["message"].is_string(), "{by} was taken: {answer}");
        assert!(text(&error["message"]).to_lowercase().contains("exactly one"), "{by}: {error}");
    }
}
