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

#[tokio::test]
async fn the_best_are_found_first() {
    let package = Package::new("north")
        .organization("a", "company", "Zeta Banana")
        .organization("b", "company", "Ananas Zeta")
        .organization("c", "company", "Banana")
        .organization("d", "company", "Zeta-Ananas")
        .without("sources")
        .rows("sources", "id,kind,title,published_on", &["s,report,Ananas,2020", "t,report,Banana Annual,"])
        .rows("sources", "id,kind,title,published_on", &["u,report,Other,2019", "v,press_article,L’Ananas,2018-02"])
        .rows("clusters", "slug,name_en,source", &["one,Banana,s", "two,Zoo Ananas,s", "three,Other,s"]);
    let app = TestApp::with(&package).await;
    let document = "query ($text: String, $to: Direction!) {
        organizations(search: $text, orderBy: [{ field: RELEVANCE, direction: $to }]) { nodes { name } }
        clusters(search: $text, orderBy: [{ field: RELEVANCE, direction: $to }]) { nodes { slug } }
        sources(search: $text) { totalCount nodes { title } } }";
    let found = async |searched: &str, to: &str| {
        let answer = app.ask_with(document, json!({ "text": searched, "to": to })).await;
        let column = |of: &str, field: &str| -> Vec<String> {
            list(&answer[of]["nodes"]).iter().map(|node| text(&node[field]).to_owned()).collect()
        };
        (column("organizations", "name"), column("clusters", "slug"), column("sources", "title"))
    };
    let (organizations, clusters, sources) = found("an", "ASC").await;
    assert_eq!(organizations, ["Ananas Zeta", "Banana", "Zeta Banana", "Zeta-Ananas"], "middles after starts");
    assert_eq!(clusters, ["two", "one"]);
    assert_eq!(sources, ["L’Ananas", "Ananas", "Banana Annual"], "by date");
    let (organizations, clusters, _) = found("an", "DESC").await;
    assert_eq!(organizations, ["Zeta-Ananas", "Zeta Banana", "Banana", "Ananas Zeta"]);
    assert_eq!(clusters, ["one", "two"]);
    let (organizations, clusters, sources) = found("annual ban", "ASC").await;
    assert_eq!((organizations.len(), clusters.len(), sources), (0, 0, vec!["Banana Annual".to_owned()]));
    let error = app.error(&format!("{{ sources(search: {:?}) {{ totalCount }} }}", "a".repeat(201))).await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("200"), "{error}");
}

/// Lists that are longer than what is put in order at once are walked in their order.
#[tokio::test]
async fn the_best_of_many_are_found_first_too() {
    const COUNT: usize = 1500;
    let name = |at: usize| if at.is_multiple_of(3) { format!("Banana {at:04}") } else { format!("Ananas {at:04}") };
    let package = (0..COUNT)
        .fold(Package::new("many"), |package, at| package.organization(&format!("o{at:04}"), "company", &name(at)));
    let app = TestApp::with(&package).await;
    for (to, forwards) in [("ASC", true), ("DESC", true), ("ASC", false), ("DESC", false)] {
        let mut expected: Vec<String> = (0..COUNT).map(name).collect();
        expected.sort_by_key(|name| (name.starts_with('B'), name.clone()));
        if to == "DESC" {
            expected.reverse();
        }
        let (size, bound) = if forwards { ("first", "after") } else { ("last", "before") };
        let document = format!(
            "query ($cursor: String) {{ organizations(search: \"an\", orderBy: [{{ field: RELEVANCE, direction: {to} }}],
             {size}: 100, {bound}: $cursor) {{ totalCount nodes {{ name }}
             pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
        );
        let (mut found, mut cursor) = (Vec::new(), serde_json::Value::Null);
        loop {
            let page = app.ask_with(&document, json!({ "cursor": cursor })).await["organizations"].take();
            assert_eq!(page["totalCount"], COUNT);
            let names = list(&page["nodes"]).iter().map(|node| text(&node["name"]).to_owned());
            let info = &page["pageInfo"];
            let has_more = if forwards {
                found.extend(names);
                cursor = info["endCursor"].clone();
                &info["hasNextPage"]
            } else {
                found.splice(0..0, names.collect::<Vec<_>>());
                cursor = info["startCursor"].clone();
                &info["hasPreviousPage"]
            };
            assert_eq!(*has_more, found.len() < COUNT, "{to} {forwards}");
            if found.len() >= COUNT {
                break;
            }
        }
        assert_eq!(found, expected, "{to} {forwards}");
    }
}

/// The words of names are gathered for many organizations at once; those that changed since are asked for their names.
#[tokio::test]
async fn names_that_changed_are_found_by_what_they_are() {
    let name = |at: usize| format!("Bureau{at} Nord");
    let of = |renamed: &dyn Fn(usize) -> Option<&'static str>| {
        let organizations: Vec<_> = (0..9300).map(|at| format!("o{at:04},company,s")).collect();
        let names = (0..9300).map(|at| format!("o{at:04},trade,{}", renamed(at).map_or(name(at), str::to_owned)));
        Package::new("many").rows("organizations", "id,sphere,source", &organizations).rows(
            "organization_names",
            "organization,kind,name",
            &names.collect::<Vec<_>>(),
        )
    };
    let app = TestApp::with(&of(&|_| None)).await;
    let before = app.ask("{ register { basis { knownAt } } }").await["register"]["basis"]["knownAt"].clone();
    app.import(&of(&|at| (at == 5).then_some("Sud Atelier"))).await;
    let document = "query ($text: String, $at: PointInTime) { organizations(search: $text, at: $at, first: 2) { totalCount nodes { name } } }";
    let count = async |text: &str, known_at: Option<&serde_json::Value>| {
        let at = known_at.map(|at| json!({ "knownAt": at }));
        let answer = app.ask_with(document, json!({ "text": text, "at": at })).await;
        answer["organizations"]["totalCount"].as_i64().expect("a number")
    };
    for (text, now, then) in [
        ("bureau5", 1110, 1111),
        ("bureau5 nord", 1110, 1111),
        ("nord", 9299, 9300),
        ("sud", 1, 0),
        ("atel sud", 1, 0),
        ("ord bureau9299", 1, 1),
        ("nord sud", 0, 0),
    ] {
        assert_eq!((count(text, None).await, count(text, Some(&before)).await), (now, then), "{text}");
    }
    // So many are walked in the order of their names, each by the one that it shows.
    let document = "query ($at: PointInTime, $after: String) { organizations(at: $at, first: 100, after: $after) {
        nodes { name } pageInfo { hasNextPage endCursor } } }";
    for (at, renamed) in [(json!({ "knownAt": before }), None), (json!({}), Some("Sud Atelier"))] {
        let mut expected: Vec<_> =
            (0..9300).map(|at| if at == 5 { renamed.map_or(name(at), str::to_owned) } else { name(at) }).collect();
        expected.sort_by_key(|name| name.to_lowercase());
        let (mut found, mut after) = (Vec::new(), serde_json::Value::Null);
        loop {
            let page = app.ask_with(document, json!({ "at": at, "after": after })).await["organizations"].take();
            found.extend(list(&page["nodes"]).iter().map(|node| text(&node["name"]).to_owned()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        // What is shown is known at the basis; the order is that of the point.
        let shown: Vec<_> =
            expected.iter().map(|shown| if *shown == name(5) { "Sud Atelier" } else { shown }).collect();
        assert!(found == shown, "{renamed:?}");
    }
}
