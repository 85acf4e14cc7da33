//! The schema is a promise: written down, described, and the same for every type that makes it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    introspection::{Introspection, list, named, text, written},
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
            if path == "Query.nodes" {
                assert_eq!(written(&field["type"]), "[Node]", "an id may name nothing, or be none");
                continue;
            }
            assert_eq!(field["type"]["kind"], "NON_NULL", "{path}");
            assert_eq!(item["kind"], "NON_NULL", "{path}");
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

/// A description without the indentation that the schema's language gives it.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the schema's language says of a thing with a description, in words that introspection is put into as well.
fn told(name: &str, description: Option<&str>, of: &str, default: Option<String>) -> String {
    format!("{name}: {of} = {} # {}", default.as_deref().unwrap_or("-"), words(description.unwrap_or_default()))
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[tokio::test]
async fn introspection_and_the_schemas_language_say_the_same() {
    use async_graphql::parser::types::{InputValueDefinition, TypeKind, TypeSystemDefinition};
    use async_graphql::{Positioned, parser::parse_schema};
    let sdl = trihelix::graphql::Schema::default().sdl();
    let document = parse_schema(&sdl).expect("the schema is written in its language");
    let schema = Introspection::of(&TestApp::empty().await).await;
    let description = |found: &Option<Positioned<String>>| found.as_ref().map(|text| text.node.clone());
    let input = |value: &Positioned<InputValueDefinition>| {
        let value = &value.node;
        let default = value.default_value.as_ref().map(|default| default.node.to_string());
        told(&value.name.node, description(&value.description).as_deref(), &value.ty.node.to_string(), default)
    };
    let introspected = |value: &Value| {
        let default = value["defaultValue"].as_str().map(str::to_owned);
        told(text(&value["name"]), value["description"].as_str(), &written(&value["type"]), default)
    };
    let names = |types: &Value| sorted(list(types).iter().map(|found| text(&found["name"]).to_owned()).collect());
    let mut seen = BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = &definition.node;
        let name = definition.name.node.as_str();
        seen.insert(name.to_owned());
        let found = schema.named(name);
        assert_eq!(
            words(&description(&definition.description).unwrap_or_default()),
            words(text(&found["description"])),
            "{name}"
        );
        let (kind, fields, interfaces) = match &definition.kind {
            TypeKind::Object(object) => ("OBJECT", &object.fields, &object.implements),
            TypeKind::Interface(interface) => ("INTERFACE", &interface.fields, &interface.implements),
            TypeKind::Scalar => {
                assert_eq!(found["kind"], "SCALAR", "{name}");
                continue;
            }
            TypeKind::Union(union) => {
                let members = union.members.iter().map(|member| member.node.to_string()).collect();
                assert_eq!(
                    (&found["kind"], names(&found["possibleTypes"])),
                    (&json!("UNION"), sorted(members)),
                    "{name}"
                );
                continue;
            }
            TypeKind::Enum(values) => {
                // In the order of their declaration: an order by them is in the order of the schema.
                let stated: Vec<_> = values
                    .values
                    .iter()
                    .map(|value| {
                        format!(
                            "{} # {}",
                            value.node.value.node,
                            words(&description(&value.node.description).unwrap_or_default())
                        )
                    })
                    .collect();
                let values = list(&found["enumValues"]).iter();
                let known: Vec<_> = values
                    .map(|value| format!("{} # {}", text(&value["name"]), words(text(&value["description"]))))
                    .collect();
                assert_eq!((&found["kind"], known), (&json!("ENUM"), stated), "{name}");
                continue;
            }
            TypeKind::InputObject(object) => {
                let stated = object.fields.iter().map(input).collect();
                let known = list(&found["inputFields"]).iter().map(introspected).collect();
                assert_eq!(found["kind"], "INPUT_OBJECT", "{name}");
                assert_eq!(sorted(known), sorted(stated), "{name}");
                continue;
            }
        };
        assert_eq!(found["kind"], kind, "{name}");
        let interfaces = interfaces.iter().map(|interface| interface.node.to_string()).collect();
        assert_eq!(names(&found["interfaces"]), sorted(interfaces), "{name}");
        let stated = fields.iter().map(|field| {
            let field = &field.node;
            let arguments = sorted(field.arguments.iter().map(input).collect());
            told(
                &field.name.node,
                description(&field.description).as_deref(),
                &field.ty.node.to_string(),
                Some(arguments.join("\n")),
            )
        });
        let known = list(&found["fields"]).iter().map(|field| {
            let arguments = sorted(list(&field["args"]).iter().map(introspected).collect());
            told(
                text(&field["name"]),
                field["description"].as_str(),
                &written(&field["type"]),
                Some(arguments.join("\n")),
            )
        });
        assert_eq!(sorted(known.collect()), sorted(stated.collect()), "{name}");
    }
    let built_in = ["Int", "Float", "String", "Boolean", "ID"];
    let known = schema.types().map(|found| text(&found["name"]).to_owned());
    let known: BTreeSet<_> = known.filter(|name| !built_in.contains(&name.as_str())).collect();
    assert_eq!(seen, known);
}

#[tokio::test]
async fn fields_of_one_name_have_one_type_in_the_members_of_a_union() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    for union in schema.kind("UNION") {
        let mut types = std::collections::BTreeMap::new();
        for member in list(&union["possibleTypes"]) {
            for field in list(&schema.named(text(&member["name"]))["fields"]) {
                let of = written(&field["type"]);
                let first = types.entry(text(&field["name"]).to_owned()).or_insert_with(|| of.clone());
                // Selected together, they must have the same shape, whether they can be null included.
                assert_eq!(*first, of, "{} of {} in {}", field["name"], member["name"], union["name"]);
            }
        }
        assert!(types.len() > 2, "{}", union["name"]);
    }
}

#[tokio::test]
async fn every_closed_set_has_words_in_every_language() {
    let app = TestApp::circlemade().await;
    let schema = Introspection::of(&app).await;
    let is_read = |name: &str| !name.ends_with("OrderField") && name != "Direction" && !name.starts_with("__");
    let mut expected: Vec<(String, Vec<String>)> = schema
        .kind("ENUM")
        .filter(|found| is_read(text(&found["name"])))
        .map(|found| {
            let values = list(&found["enumValues"]).iter().map(|value| text(&value["name"]).to_owned());
            (text(&found["name"]).to_owned(), values.collect())
        })
        .collect();
    expected.sort();
    let mut said = BTreeSet::new();
    for language in ["EN", "FR", "NL", "DE"] {
        let document = format!(
            "{{ vocabulary(language: {language}) {{ sets {{ name words {{ value label }} }}
               terms {{ kind code label cluster {{ slug }} }} }} }}"
        );
        let answer = app.ask(&document).await;
        let sets = list(&answer["vocabulary"]["sets"]);
        let mut found: Vec<(String, Vec<String>)> = sets
            .iter()
            .map(|set| {
                let values = list(&set["words"]).iter().map(|word| text(&word["value"]).to_owned());
                (text(&set["name"]).to_owned(), values.collect())
            })
            .collect();
        found.sort();
        assert_eq!(found, expected, "{language}: the sets of `data/reference/vocabulary.csv` are those of the schema");
        for word in sets.iter().flat_map(|set| list(&set["words"])) {
            assert!(!text(&word["label"]).is_empty() && !text(&word["label"]).contains('_'), "{language} {word}");
            said.insert(text(&word["label"]).to_owned());
        }
        let terms: Vec<_> = list(&answer["vocabulary"]["terms"]).iter().map(|term| term["code"].clone()).collect();
        assert_eq!(terms, ["circular_business_model", "urban_production", "works_material"]);
    }
    assert!(said.len() > 400, "{} different words", said.len());
    let dutch = app.ask("{ vocabulary(language: NL) { terms { kind label cluster { slug } } } }").await;
    assert_eq!(
        dutch["vocabulary"]["terms"][1],
        json!({ "kind": "ATTRIBUTE", "label": "stedelijke productie", "cluster": null })
    );
}
