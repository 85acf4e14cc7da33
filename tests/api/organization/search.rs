//! Search: names are found as people write them.

use std::collections::BTreeSet;

use serde_json::json;

use super::names;
use crate::support::{
    Package, TestApp,
    introspection::{list, text},
};

/// Organizations whose names are hard to find.
fn named() -> Package {
    Package::new("named")
        .organization("a", "company", "Fjörd Éco")
        .organization("b", "company", "100% Wool")
        .organization("c", "company", "snake_case")
        .organization("d", "company", r"back\slash")
        .organization("e", "company", "Straße Œuvre")
        .organization("f", "company", "snakescase")
        .organization("g", "company", "100 Wool")
        .rows("organization_names", "organization,kind,name", &["a,former,Old Fjord", "a,abbreviation,FE"])
}

#[tokio::test]
async fn a_search_reads_what_people_write() {
    let app = TestApp::with(&named()).await;
    for (search, expected) in [
        ("fjord", ["Fjörd Éco"].as_slice()),
        ("FJÖRD ECO", &["Fjörd Éco"]),
        ("  fjord   éco ", &["Fjörd Éco"]),
        ("rd ec", &["Fjörd Éco"]),
        ("éco fjord", &["Fjörd Éco"]),
        ("Éco-fjörd!", &["Fjörd Éco"]),
        ("fjordeco", &[]),
        ("old éco", &[]),
        ("old fjord", &["Fjörd Éco"]),
        ("fe", &["Fjörd Éco"]),
        ("strasse", &["Straße Œuvre"]),
        ("oeuvre", &["Straße Œuvre"]),
        ("ŒUVRE", &["Straße Œuvre"]),
        ("%", &[]),
        ("0% w", &["100% Wool", "100 Wool"]),
        ("0%l", &["100% Wool", "100 Wool"]),
        ("0%x", &[]),
        ("_", &[]),
        ("snake_case", &["snake_case", "snakescase"]),
        ("snakecase", &["snake_case"]),
        (r"\", &[]),
        (r"ack\sl", &[r"back\slash"]),
        ("'", &[]),
        ("nothing", &[]),
    ] {
        let document = "query ($search: String) { organizations(search: $search) { nodes { name } } }";
        let answer = app.ask_with(document, json!({ "search": search })).await;
        let found: BTreeSet<_> =
            list(&answer["organizations"]["nodes"]).iter().map(|node| text(&node["name"])).collect();
        assert_eq!(found, expected.iter().copied().collect(), "{search:?}");
    }
}

#[tokio::test]
async fn an_empty_search_finds_everything() {
    let app = TestApp::with(&named()).await;
    for search in ["", "   "] {
        assert_eq!(names(&app, &format!("search: {search:?}")).await.len(), 7, "{search:?}");
    }
    let error = app.error(&format!("{{ organizations(search: {:?}) {{ totalCount }} }}", "a".repeat(201))).await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("200"), "{error}");
    assert!(names(&app, &format!("search: {:?}", "é".repeat(200))).await.is_empty());
}

#[tokio::test]
async fn texts_that_no_database_holds_find_nothing() {
    let app = TestApp::with(&named()).await;
    for document in [
        "query ($text: String!) { organizations(search: $text) { nodes { id } } }",
        "query ($text: String!) { clusters(filter: { name: $text }) { nodes { id } } }",
        "query ($text: String!) { clusters(filter: { slug: [$text] }) { nodes { id } } }",
        "query ($text: String!) { cluster(by: { slug: $text }) { id } }",
        "query ($text: String!) { organizations(filter: { attribute: { code: $text } }) { nodes { id } } }",
        "query ($text: String!) { organization(by: { identifier: { scheme: ROR, value: $text } }) { id } }",
        "query ($text: String!) { activityClasses(version: NACE_BEL_2025, search: $text) { nodes { code } } }",
    ] {
        let answer = app.answer(document, json!({ "text": "fjord\u{0}" })).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert!(code.is_null() || code == "BAD_USER_INPUT", "{document}: {answer}");
    }
}

#[tokio::test]
async fn a_search_of_signs_without_letters_finds_nothing() {
    let app = TestApp::with(&Package::new("north").organization("acme", "company", "Acme")).await;
    for (text, count) in [("", 1), (" \t", 1), ("acm", 1), ("\u{200b}", 0), ("\u{200b}\u{feff} \u{2060}", 0), ("x", 0)]
    {
        let document = "query ($text: String!) { organizations(search: $text) { totalCount } }";
        let answer = app.ask_with(document, json!({ "text": text })).await;
        assert_eq!(answer["organizations"]["totalCount"], count, "{text:?}");
    }
}

#[tokio::test]
async fn letters_of_other_scripts_are_found_as_they_are_written() {
    let package = Package::new("north")
        .organization("brico", "company", "Brico Rivage")
        .organization("nihon", "company", "日本 Circular")
        .rows("clusters", "slug,name_en,source", &["hinode,日の出,s", "rise,Sunrise,s"]);
    let app = TestApp::with(&package).await;
    let document = "query ($text: String!) { organizations(search: $text) { nodes { name } }
        clusters(filter: { name: $text }) { nodes { slug } } activityClasses(version: NACE_BEL_2008, search: $text) { totalCount } }";
    for (text, name, slug) in [
        ("日", Some("日本 Circular"), Some("hinode")),
        ("日本 circ", Some("日本 Circular"), None),
        ("本日", None, None),
        ("Ри", None, None),
        ("riv", Some("Brico Rivage"), None),
    ] {
        let answer = app.ask_with(document, json!({ "text": text })).await;
        let names: Vec<_> = name.iter().map(|name| json!({ "name": name })).collect();
        let slugs: Vec<_> = slug.iter().map(|slug| json!({ "slug": slug })).collect();
        assert_eq!(
            (&answer["organizations"]["nodes"], &answer["clusters"]["nodes"]),
            (&json!(names), &json!(slugs)),
            "{text}"
        );
        if !text.is_ascii() {
            assert_eq!(answer["activityClasses"]["totalCount"], 0, "{text}");
        }
    }
}
