//! Every list of the schema is paged in the same way, forwards and backwards; in every order
//! (`orders`), under one parent or many (`parents`).

mod orders;
mod parents;

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    introspection::{Introspection, list, named, text},
};

/// How many rows the lists of the register under test have.
const ROWS: usize = 27;

/// A list under test.
struct Case {
    /// The field, as the schema has it.
    field: &'static str,
    /// The fields that lead to its parent, if it has one: ` / ` between steps; of a list, its first row.
    parent: &'static str,
    /// Arguments besides those of the page.
    fixed: &'static str,
    /// Arguments that leave no row, if the field has such.
    empty: &'static str,
    /// Two arguments that make different orders, if the field has such.
    orders: Option<[&'static str; 2]>,
    /// What tells rows apart: a field, or the way to one, such as `organization/id`.
    key: &'static str,
    rows: usize,
}

const BY_FIELD: Option<[&str; 2]> =
    Some(["orderBy: [{ field: RECORDED }]", "orderBy: [{ field: RECORDED, direction: DESC }]"]);
const BY_DATE: Option<[&str; 2]> = Some(["orderBy: [{ field: ON }]", "orderBy: [{ field: ON, direction: DESC }]"]);
const BY_PUBLICATION: Option<[&str; 2]> =
    Some(["orderBy: [{ field: PUBLISHED_ON }]", "orderBy: [{ field: PUBLISHED_ON, direction: DESC }]"]);
const OF_CLUSTER: &str = r#"cluster(by: { slug: "c00" })"#;
const BREAKDOWN: &str =
    r#"cluster(by: { slug: "c00" }) / statistics / breakdown(by: [STATUS], kind: [MEMBER, PARTNER]) / rows"#;
const EXITS: &str = r#"cluster(by: { slug: "c01" }) / statistics / exits(period: { from: "2012-01-01", to: "2014-01-01" }, kind: [MEMBER, PARTNER]) / rows"#;
const OF_ORGANIZATION: &str = r#"organization(by: { enterpriseNumber: "0000000196" })"#;

const fn case(field: &'static str, parent: &'static str, rows: usize) -> Case {
    Case { field, parent, fixed: "", empty: "filter: { or: [] }", orders: BY_FIELD, key: "id", rows }
}

fn cases() -> Vec<Case> {
    let dated =
        |field, parent, rows| Case { empty: "filter: { cluster: [] }", orders: BY_DATE, ..case(field, parent, rows) };
    let impact = |field, parent| Case { empty: "", orders: None, key: "organization/id", ..case(field, parent, ROWS) };
    let changes = |field, parent, rows| Case {
        fixed: "between: { revisions: { from: 0, to: 1 } } kind: [JOINED] participation: [MEMBER]",
        orders: None,
        key: "participation/id",
        ..case(field, parent, rows)
    };
    let behind = |field, parent, rows| Case { empty: "", orders: None, ..case(field, parent, rows) };
    vec![
        case("Query.clusters", "", ROWS),
        case("Query.organizations", "", ROWS),
        case("Query.memberships", "", 2 * ROWS - 1),
        case("Query.partnerships", "", 2 * ROWS - 1),
        Case { orders: None, empty: "filter: { cluster: [] }", ..case("Query.criteria", "", ROWS + 9) },
        dated("Query.events", "", ROWS + 1),
        dated("Query.figures", "", 2 * ROWS + 1),
        Case { empty: r#"search: "no such""#, ..case("Query.programmes", "", ROWS) },
        dated("Programme.figures", r#"programme(by: { slug: "p00" })"#, ROWS),
        Case { empty: "kind: []", orders: BY_PUBLICATION, ..dated("Query.sources", "", ROWS) },
        Case {
            fixed: "version: NACE_BEL_2008, level: [2]",
            empty: r#"search: "no such label""#,
            orders: None,
            key: "code",
            ..case("Query.activityClasses", "", 88)
        },
        case("Cluster.memberships", OF_CLUSTER, ROWS),
        case("Cluster.partnerships", OF_CLUSTER, ROWS),
        dated("Cluster.events", OF_CLUSTER, ROWS),
        dated("Cluster.figures", OF_CLUSTER, ROWS),
        behind("BreakdownRow.memberships", BREAKDOWN, ROWS),
        behind("BreakdownRow.partnerships", BREAKDOWN, ROWS),
        behind("BreakdownRow.organizations", BREAKDOWN, ROWS),
        behind("ExitRow.memberships", EXITS, ROWS),
        behind("ExitRow.partnerships", EXITS, ROWS),
        case("Cluster.atRisk", OF_CLUSTER, ROWS),
        case("Cluster.prospects", r#"cluster(by: { slug: "c01" })"#, ROWS - 1),
        impact("Impact.gained", r#"cluster(by: { slug: "c02" }) / criteria / impact(population: ALL)"#),
        impact("Impact.lost", r#"cluster(by: { slug: "c03" }) / criteria / impact(population: ALL)"#),
        impact("Impact.unchanged", r#"cluster(by: { slug: "c04" }) / criteria / impact(population: ALL)"#),
        impact("Impact.undetermined", r#"cluster(by: { slug: "c05" }) / criteria / impact(population: ALL)"#),
        changes("Query.changes", "", 3 * ROWS - 1),
        changes("Cluster.changes", OF_CLUSTER, ROWS),
        changes("Organization.changes", OF_ORGANIZATION, ROWS + 1),
        case("Organization.memberships", OF_ORGANIZATION, ROWS),
        case("Organization.partnerships", OF_ORGANIZATION, ROWS),
    ]
}

/// A register whose lists have rows enough, many of them alike.
fn register() -> Package {
    let each = |line: fn(usize) -> String| (0..ROWS).map(line).collect::<Vec<_>>();
    let date = |n: usize| if n.is_multiple_of(5) { String::new() } else { format!("20{:02}", 10 + n % 4) };
    let sources: Vec<_> = (0..ROWS)
        .map(|n| if n == 0 { "s,decision,S,".into() } else { format!("s{n},report,S {n},{}", date(n)) })
        .collect();
    let events: Vec<_> = (0..ROWS).map(|n| format!("c00,e{n:02},governance,{},s", date(n))).collect();
    const FIGURES: &str = "cluster,programme,metric,nature,value,disclosure,qualifier,on,source";
    let of = |subject: &'static str| {
        (0..ROWS).map(move |n| format!("{subject},members,actual,{n},disclosed,exactly,{},s", date(n)))
    };
    let figures: Vec<_> = of("c00,").chain(of(",p00")).collect();
    let mut package = Package::new("paged")
        .without("sources")
        .rows("sources", "id,kind,title,published_on", &sources)
        .rows("clusters", "slug,name_en,source", &each(|n| format!("c{n:02},Cluster {},s", n % 4)))
        .rows("organizations", "id,sphere,source", &each(|n| format!("o{n:02},company,s")))
        .rows("organization_names", "organization,kind,name", &each(|n| format!("o{n:02},trade,Name {}", n % 5)))
        .rows("organization_identifiers", "organization,scheme,value", &["o00,BE_KBO,0000000196"])
        .rows("events", "cluster,id,kind,on,source", &events)
        .rows("events", "cluster,id,kind,on,source", &["c01,e,founding,2011,s"])
        .rows("programmes", "slug,name_en,source", &each(|n| format!("p{n:02},Programme {},s", n % 4)))
        .rows("figures", FIGURES, &figures)
        .rows("figures", FIGURES, &["c01,,members,actual,1,disclosed,exactly,2011,s"]);
    for n in 0..ROWS {
        let from = format!("20{:02}", 15 + n % 3);
        for kind in ["member", "partner"] {
            package = package.period(&format!("c00,o{n:02},{kind},,effective,{from},,,,,,s"));
            // Former ones of another cluster, in the way that its exits list first.
            package = package
                .period(&format!("c01,o{n:02},{kind},past,effective,2011,2012,,,,,s"))
                .period(&format!("c01,o{n:02},{kind},past,ended,2012,2014,,,left,,s"));
            if n > 0 {
                package = package.period(&format!("c{n:02},o00,{kind},,effective,{from},,,,,,s"));
            }
        }
    }
    let version = |cluster: &str, version: usize, from: &str, to: Option<&str>, rule: &Value| {
        let state = if cluster == "c00" && version > 1 { "draft" } else { "adopted" };
        json!({ "cluster": cluster, "version": version, "state": state, "from": from, "to": to, "source": "s",
                "criteria": [{ "required": true, "rule": rule }] })
    };
    let (everyone, nobody) = (json!({ "sphere": ["company"] }), json!({ "sphere": ["public"] }));
    let unknown = json!({ "attribute": "a" });
    let mut versions: Vec<_> = (1..=ROWS).map(|n| version("c00", n, "2020", None, &unknown)).collect();
    versions.push(version("c01", 1, "2020", None, &everyone));
    for (cluster, before, after) in [
        ("c02", &nobody, &everyone),
        ("c03", &everyone, &nobody),
        ("c04", &everyone, &everyone),
        ("c05", &everyone, &unknown),
    ] {
        versions.push(version(cluster, 1, "2020", Some("2021"), before));
        versions.push(version(cluster, 2, "2021", None, after));
    }
    package.criteria(Value::Array(versions))
}

#[derive(Clone, Debug)]
struct Page {
    rows: Vec<String>,
    cursors: Vec<String>,
    total: u64,
    has_previous: bool,
    has_next: bool,
}

impl Case {
    fn name(&self) -> &'static str {
        self.field.rsplit('.').next().unwrap_or_default()
    }

    /// The selection of the key of a row.
    fn key(&self) -> String {
        let mut steps = self.key.rsplit('/');
        let last = steps.next().unwrap_or_default().to_owned();
        steps.fold(last, |inner, step| format!("{step} {{ {inner} }}"))
    }

    fn document(&self, arguments: &str) -> String {
        let (name, fixed) = (self.name(), self.fixed);
        let key = self.key();
        let arguments = format!("{fixed} {arguments}");
        let arguments = if arguments.trim().is_empty() { String::new() } else { format!("({arguments})") };
        let list = format!(
            "list: {name}{arguments} {{ totalCount nodes {{ {key} }} edges {{ cursor node {{ {key} }} }}
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        );
        self.under_parent(&list)
    }

    /// A document that asks the parent for a selection.
    fn under_parent(&self, selection: &str) -> String {
        let steps = self.parent.rsplit(" / ").filter(|step| !step.is_empty());
        let nested = steps.fold(selection.to_owned(), |inner, step| format!("parent: {step} {{ {inner} }}"));
        format!("{{ {nested} }}")
    }

    async fn page(&self, app: &TestApp, arguments: &str) -> Page {
        let document = self.document(arguments);
        let answer = app.ask(&document).await;
        let mut found = &answer;
        while found.get("list").is_none() {
            found = &found["parent"];
            found = found.get(0).unwrap_or(found);
        }
        let found = &found["list"];
        let texts = |rows: &Value, pointer: &str| {
            list(rows).iter().map(|row| text(row.pointer(pointer).expect("selected")).to_owned()).collect::<Vec<_>>()
        };
        let page = Page {
            rows: texts(&found["nodes"], &format!("/{}", self.key)),
            cursors: texts(&found["edges"], "/cursor"),
            total: found["totalCount"].as_u64().expect("a count"),
            has_previous: found["pageInfo"]["hasPreviousPage"].as_bool().expect("a boolean"),
            has_next: found["pageInfo"]["hasNextPage"].as_bool().expect("a boolean"),
        };
        assert_eq!(page.rows, texts(&found["edges"], &format!("/node/{}", self.key)), "{document}");
        let info = &found["pageInfo"];
        assert_eq!(info["startCursor"].as_str(), page.cursors.first().map(String::as_str), "{document}");
        assert_eq!(info["endCursor"].as_str(), page.cursors.last().map(String::as_str), "{document}");
        page
    }

    async fn refusal(&self, app: &TestApp, arguments: &str) -> String {
        let error = app.error(&self.document(arguments)).await;
        assert!(error.starts_with("BAD_USER_INPUT: "), "{} {arguments}: {error}", self.field);
        error
    }

    /// Walks the list page by page from either end, and sees the same rows as in one page.
    async fn walk(&self, app: &TestApp, order: &str, size: usize) -> Page {
        let all = self.page(app, &format!("first: 100 {order}")).await;
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.page(app, &format!("first: {size} {after} {order}")).await;
            let at = format!("{} {order} after {} rows of {size}", self.field, rows.len());
            assert_eq!(page.total, all.total, "{at}");
            assert_eq!(page.has_previous, !rows.is_empty(), "{at}");
            rows.extend(page.rows.clone());
            assert_eq!(page.has_next, rows.len() < all.rows.len(), "{at}");
            if !page.has_next {
                break;
            }
            assert_eq!(page.rows.len(), size, "{at}");
            after = format!("after: {:?}", page.cursors.last().expect("a full page"));
        }
        assert_eq!(rows, all.rows, "{} {order} forwards by {size}", self.field);
        let (mut rows, mut before) = (Vec::new(), String::new());
        loop {
            let page = self.page(app, &format!("last: {size} {before} {order}")).await;
            let at = format!("{} {order} before {} rows of {size}", self.field, rows.len());
            assert_eq!(page.total, all.total, "{at}");
            assert_eq!(page.has_next, !rows.is_empty(), "{at}");
            rows.splice(0..0, page.rows.clone());
            assert_eq!(page.has_previous, rows.len() < all.rows.len(), "{at}");
            if !page.has_previous {
                break;
            }
            assert_eq!(page.rows.len(), size, "{at}");
            before = format!("before: {:?}", page.cursors.first().expect("a full page"));
        }
        assert_eq!(rows, all.rows, "{} {order} backwards by {size}", self.field);
        all
    }
}

#[tokio::test]
async fn every_list_of_the_schema_is_tested_here() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    let shared: BTreeSet<_> = schema
        .kind("INTERFACE")
        .flat_map(|interface| schema.possible(text(&interface["name"])).into_iter().map(move |of| (of, interface)))
        .flat_map(|(of, interface)| {
            list(&interface["fields"]).iter().map(move |field| format!("{of}.{}", text(&field["name"])))
        })
        .collect();
    let mut connections = BTreeSet::new();
    for of in schema.kind("OBJECT").chain(schema.kind("INTERFACE")) {
        for field in list(&of["fields"]).iter().filter(|field| named(&field["type"]).0.ends_with("Connection")) {
            let name = format!("{}.{}", text(&of["name"]), text(&field["name"]));
            if !shared.contains(&name) {
                connections.insert(name);
            }
        }
    }
    // What rests on a source is asked by its id, which differs from register to register: it has tests
    // of its own.
    assert!(connections.remove("Query.facts"));
    let tested: BTreeSet<_> = cases().iter().map(|case| case.field.to_owned()).collect();
    assert_eq!(tested, connections);
}

#[tokio::test]
async fn every_list_is_walked_from_both_ends() {
    let app = TestApp::with(&register()).await;
    for case in cases() {
        for size in [2, 9, 26] {
            let all = case.walk(&app, "", size).await;
            assert_eq!(all.rows.len(), case.rows, "{}", case.field);
            assert_eq!(all.total, case.rows as u64, "{}", case.field);
            assert_eq!(all.rows.iter().collect::<BTreeSet<_>>().len(), case.rows, "{}", case.field);
        }
        let default = case.page(&app, "").await;
        assert_eq!((default.rows.len(), default.has_next), (25, true), "{}", case.field);
    }
}

#[tokio::test]
async fn every_list_may_be_empty() {
    let app = TestApp::with(&register()).await;
    for case in cases().iter().filter(|case| !case.empty.is_empty()) {
        for size in ["first: 2", "last: 2"] {
            let page = case.page(&app, &format!("{size} {}", case.empty)).await;
            assert_eq!((page.rows.len(), page.total), (0, 0), "{}", case.field);
            assert!(!page.has_next && !page.has_previous, "{}", case.field);
        }
    }
}

#[tokio::test]
async fn every_page_knows_what_is_around_it() {
    let app = TestApp::with(&register()).await;
    for case in cases() {
        let all = case.page(&app, "first: 100").await;
        let end = all.rows.len() - 1;
        let at = |position: usize| format!("{:?}", all.cursors[position]);
        for (arguments, rows, has_previous, has_next) in [
            (format!("first: 2 after: {}", at(end)), 0..0, true, false),
            (format!("last: 2 after: {}", at(end)), 0..0, true, false),
            (format!("first: 2 before: {}", at(0)), 0..0, false, true),
            (format!("last: 2 before: {}", at(0)), 0..0, false, true),
            (format!("first: 1 after: {} before: {}", at(0), at(end)), 1..2, true, true),
            (format!("last: 1 after: {} before: {}", at(0), at(end)), end - 1..end, true, true),
            (format!("first: 100 after: {} before: {}", at(0), at(end)), 1..end, true, true),
            (format!("last: 100 after: {} before: {}", at(0), at(end)), 1..end, true, true),
            (format!("first: 100 before: {}", at(3)), 0..3, false, true),
            (format!("first: 3 before: {}", at(3)), 0..3, false, true),
            (format!("last: 3 before: {}", at(3)), 0..3, false, true),
            (format!("last: 2 before: {}", at(3)), 1..3, true, true),
            (format!("first: 100 after: {}", at(end - 3)), end - 2..end + 1, true, false),
            (format!("first: 3 after: {}", at(end - 3)), end - 2..end + 1, true, false),
            (format!("last: 100 after: {}", at(end - 3)), end - 2..end + 1, true, false),
            (format!("last: 2 after: {}", at(end - 3)), end - 1..end + 1, true, false),
            (format!("first: 5 after: {} before: {}", at(4), at(5)), 0..0, true, true),
        ] {
            let page = case.page(&app, &arguments).await;
            assert_eq!(page.rows, all.rows[rows], "{} {arguments}", case.field);
            assert_eq!(page.has_previous, has_previous, "{} {arguments}: hasPreviousPage", case.field);
            assert_eq!(page.has_next, has_next, "{} {arguments}: hasNextPage", case.field);
            assert_eq!(page.total, all.total, "{} {arguments}: totalCount", case.field);
        }
    }
}

#[tokio::test]
async fn a_page_has_a_size_from_1_to_100_from_one_end() {
    let app = TestApp::with(&register()).await;
    for case in cases() {
        for end in ["first", "last"] {
            for size in [0, 101, -1, i32::MIN, i32::MAX] {
                let error = case.refusal(&app, &format!("{end}: {size}")).await;
                assert!(error.contains(&format!("`{end}`")) && error.contains(&size.to_string()), "{error}");
            }
        }
        let error = case.refusal(&app, "first: 1 last: 1").await;
        assert!(error.contains("`first` and `last`"), "{error}");
    }
}

#[tokio::test]
async fn a_cursor_is_taken_only_where_it_was_made() {
    let app = TestApp::with(&register()).await;
    let mut made = BTreeMap::new();
    for case in cases() {
        made.insert(case.name(), case.page(&app, "first: 1").await.cursors.remove(0));
    }
    for case in cases() {
        for argument in ["after", "before"] {
            for garbage in ["", "garbage", "e30", "====", "eyJ2IjoxfQ", "\u{e9}"] {
                let error = case.refusal(&app, &format!("{argument}: {garbage:?}")).await;
                assert!(error.contains(&format!("`{argument}` is no cursor")), "{error}");
            }
            for (theirs, cursor) in made.iter().filter(|(theirs, _)| **theirs != case.name()) {
                let error = case.refusal(&app, &format!("{argument}: {cursor:?}")).await;
                assert!(error.contains(&format!("`{theirs}`")), "{error}");
                assert!(error.contains(&format!("`{}`", case.name())), "{error}");
            }
            for orders in case.orders.iter().flat_map(|[one, two]| [[one, two], [two, one]]) {
                let cursor = case.page(&app, &format!("first: 1 {}", orders[0])).await.cursors.remove(0);
                let error = case.refusal(&app, &format!("{argument}: {cursor:?} {}", orders[1])).await;
                assert!(error.contains("another order"), "{error}");
            }
        }
    }
    let of_2008 = &made["activityClasses"];
    let document = format!("{{ activityClasses(version: NACE_BEL_2025, after: {of_2008:?}) {{ totalCount }} }}");
    let error = app.error(&document).await;
    assert!(error.starts_with("BAD_USER_INPUT: ") && error.contains("another order"), "{error}");
}

#[tokio::test]
async fn a_forged_cursor_is_the_callers_mistake_or_an_empty_page() {
    let app = TestApp::with(&register()).await;
    let id = "01912d68-783e-7a03-8467-5661c1243ad4";
    for (field, order, keys) in [
        ("clusters", "NAME ASC", json!([{ "t": "a\u{0}" }, { "i": id }])),
        ("events", "ASC", json!([{ "t": "\u{0}" }, { "i": id }])),
        ("memberships(orderBy: [{ field: SINCE }])", "SINCE ASC", json!([{ "d": "+262142-12-31" }, { "i": id }])),
        ("memberships(orderBy: [{ field: SINCE }])", "SINCE ASC", json!([{ "d": "-0044-03-15" }, { "i": id }])),
        ("clusters", "NAME ASC", json!([{ "t": "a" }])),
        ("clusters", "NAME ASC", json!([{ "i": id }, { "t": "a" }])),
        ("clusters", "NAME ASC", json!([])),
    ] {
        let list = field.split('(').next().unwrap_or_default();
        let cursor = URL_SAFE_NO_PAD.encode(json!({ "v": 2, "l": list, "o": order, "k": keys }).to_string());
        let field = match field.strip_suffix(')') {
            Some(field) => format!("{field}, after: {cursor:?})"),
            None => format!("{field}(after: {cursor:?})"),
        };
        let answer = app.answer(&format!("{{ {field} {{ nodes {{ id }} }} }}"), json!({})).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert!(code.is_null() || code == "BAD_USER_INPUT", "{list} {order} {keys}: {answer}");
    }
}

#[tokio::test]
async fn the_default_order_and_its_name_share_their_cursors() {
    let app = TestApp::with(&register()).await;
    for case in cases().iter().filter(|case| case.orders.is_some()) {
        let default = case.page(&app, "first: 3").await;
        let by_name = ["clusters", "organizations", "programmes"].contains(&case.name());
        let order = match case.orders {
            BY_FIELD if by_name => "orderBy: [{ field: NAME }]",
            Some([first, _]) => first,
            None => "",
        };
        let next = case.page(&app, &format!("first: 1 after: {:?} {order}", default.cursors[1])).await;
        assert_eq!(next.rows, default.rows[2..], "{}", case.field);
        if case.orders == BY_FIELD {
            assert_eq!(case.page(&app, "first: 3 orderBy: []").await.rows, default.rows, "{}", case.field);
        }
    }
}
