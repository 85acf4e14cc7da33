//! The number of SQL statements is bounded by what a document selects, never by how many rows it meets.

use std::collections::BTreeSet;

use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, Selection, SelectionSet},
};
use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    introspection::{Introspection, list, named, text},
};

/// Documents that reach every list under pages of parents.
pub(crate) const DOCUMENTS: [&str; 22] = [
    "{ clusters { totalCount nodes { slug name host { name names { name } } source { title } sectors { code cluster { slug }
       source { title } activityClasses { code parent { code } } } services { name cluster { slug } source { title } }
       criteria { version event { kind } } criteriaVersions { version recordedAt cluster { slug } source { title } event { kind } }
       events { nodes { kind cluster { slug } source { title } } edges { cursor node { kind } } }
       figures { nodes { metric subject { slug } source { title } } edges { cursor node { metric } } } }
       edges { node { slug } } } }",
    "{ clusters { nodes { memberships(first: 3) { totalCount pageInfo { hasNextPage hasPreviousPage }
       nodes { status organization { name } cluster { slug } period { from source { title } recordedAt }
       periods { status source { title } recordedAt } referrals { on source { title } service { name cluster { slug } } } }
       edges { node { id } } }
       partnerships(first: 3) { totalCount nodes { status organization { name } cluster { slug } periods { status } }
       edges { node { id } } } } } }",
    "{ organizations { totalCount nodes { id name source { title } municipality { nis } names { name kind }
       identifiers { scheme value } sites { kind municipality { nis } source { title } }
       activities { rank class { code } source { title } } attributes { code holds source { title } }
       participations { id cluster { slug } organization { name } periods { status source { title } } } }
       edges { node { id } } } }",
    "{ organizations { nodes { memberships { totalCount nodes { cluster { slug host { name } } organization { name } periods { status }
       referrals { on } } edges { node { id } } }
       partnerships { totalCount nodes { cluster { slug } organization { name } periods { status } } edges { node { id } } } } } }",
    "{ memberships { totalCount nodes { status periods { status } referrals { service { name } } organization { name memberships { totalCount } }
       cluster { slug sectors { code } } } edges { node { id } } } }",
    "{ partnerships { totalCount nodes { status periods { status } organization { name } cluster { slug } } edges { node { id } } } }",
    "{ criteria { totalCount nodes { version cluster { slug } event { kind } source { title } } edges { node { id } } } }",
    "{ events { totalCount nodes { kind cluster { slug events { totalCount } } source { title } } edges { node { id } } } }",
    "{ figures { totalCount nodes { metric subject { slug ... on Cluster { figures { totalCount } } } source { title } partOf { value }
       parts { sum figures { value } } registry { recorded } } edges { node { id } } } }",
    "{ programmes { totalCount nodes { slug source { title } updatedAt clusters { slug programmes { slug } }
       figures { totalCount nodes { value subject { slug } partOf { value } parts { outcome figures { value } }
       registry { recorded } } edges { node { id } } } } edges { node { id } } } }",
    "{ sources { totalCount nodes { title } edges { node { id } } } }",
    "{ activityClasses(version: NACE_BEL_2008) { totalCount nodes { code parent { code } } edges { node { code } } } }",
    "{ register { licences { name } } municipalities { nis } }",
    "{ vocabulary { sets { name words { label } } terms { code label cluster { slug } } } }",
    "{ clusters { nodes { statistics {
       breakdown(by: [CLUSTER, SECTOR, STATUS]) { rows { keys { label cluster { slug } sector { code } }
         memberships(first: 2) { totalCount nodes { organization { name } } edges { node { id } } }
         partnerships(first: 2) { totalCount nodes { organization { name } } edges { node { id } } } } }
       exits(period: { from: \"2018-01-01\", to: \"2026-01-01\" }, kind: [MEMBER, PARTNER]) { rows {
         memberships(first: 2) { totalCount nodes { cluster { slug } } edges { node { id } } }
         partnerships(first: 2) { totalCount nodes { cluster { slug } } edges { node { id } } } } } } } } }",
    "{ clusters { nodes { statistics { breakdown(by: [VERDICT, SECTOR]) { rows { count { value }
         organizations(first: 2) { totalCount nodes { name sites { kind } } edges { node { id } } } } }
       series(by: [VERDICT, CLUSTER, SECTOR], period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: YEAR) {
         days total { counts { value } } groups { keys { label cluster { slug } sector { code } } counts { value } }
         rows { day keys { label sector { code } } } } } } } }",
    "{ changes(between: { revisions: { from: 0, to: 1 } }) { counts { kind } nodes { kind } }
       days: changes(between: { days: { from: \"2010-01-01\", to: \"2030-01-01\" } }) { totalCount }
       clusters { nodes { facts: changes(between: { revisions: { from: 0, to: 1 } }, kind: [EVENT, CRITERIA_IN_FORCE, FIGURE_PUBLISHED]) {
         nodes { source { title } before { ...fact } after { ...fact } } }
         changes(between: { days: { from: \"2010-01-01\", to: \"2030-01-01\" } }, kind: [JOINED, ENDED]) { totalCount counts { kind }
         nodes { kind participation { id } organization { name } cluster { slug } source { title } before { ...fact } after { ...fact } }
         edges { node { recordedAt } } } } }
       organizations { nodes { changes(between: { revisions: { from: 0, to: 1 } }) { counts { kind } nodes { after { ...fact } }
         edges { cursor } } } } }
     fragment fact on ChangedFact { ... on Period { id } ... on ClusterEvent { id } ... on Criteria { event { id } } ... on PublishedFigure { id } }",
    "{ statistics { composition { shares { sphere count } conditions { code } } retention { year retained { years } }
       flow(period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: YEAR) { joinedByStatus { count } closingByStatus { count }
       ended { kind count } } } }",
    "{ clusters { nodes { criteriaVersions { rule { description ... on AnyRule { rules { description
       ... on AllRule { rules { description } } ... on ActivityRule { classes { code } }
       ... on MunicipalityRule { municipalities { nis } } } } } optionalRules { description } } } } }",
    "{ clusters { nodes { criteriaVersions { impact(population: ALL) { comparedWith { version }
       gained(first: 3) { totalCount nodes { organization { name names { name } } before { verdict } after { deciding { explanation } } }
         edges { node { after { verdict } } } }
       lost(first: 3) { totalCount nodes { organization { name } before { deciding { evidence { __typename } } } } edges { cursor } }
       unchanged(first: 3) { totalCount nodes { organization { name } } edges { cursor } }
       undetermined(first: 3) { totalCount nodes { after { deciding { missing } } } edges { cursor } } } } } } }",
    "{ clusters { nodes {
       prospects(at: { asOf: \"2017-06-01\" }, first: 3) { totalCount nodes { id names { name } } edges { cursor } }
       atRisk(at: { asOf: \"2019-06-01\" }, first: 3) { totalCount nodes { organization { name } period { from } } edges { cursor } }
       eligibility(organization: { identifier: { scheme: WIKIDATA, value: \"Q1\" } }) { verdict criteria { version } } } } }",
    "{ organizations { nodes { eligibility(cluster: { slug: \"c00\" }) { verdict criteria { version source { title } }
       optionalFindings { outcome } deciding { path } findings { path rule { description } evidence {
         ... on OrganizationRecord { source { title } } ... on Site { municipality { nis } source { title } }
         ... on Activity { class { code } source { title } } ... on Attribute { code source { title } } ... on Identifier { value }
         ... on Judgement { code cluster { slug } source { title } } } }
       finding { children { outcome } } } } } }",
];

/// A register with `n` of everything under everything.
pub(crate) fn of(n: usize) -> Package {
    let mut package = Package::new("counted");
    for i in 0..n {
        let (c, o) = (format!("c{i:02}"), format!("o{i:02}"));
        let sphere = ["company", "research", "public", "civil_society"][i % 4];
        let dated = |rows: &str| format!("{o},{rows}");
        package = package
            .rows("sources", "id,kind,title", &[format!("s{i},report,Report {i}")])
            .rows("clusters", "slug,host,name_en,source", &[format!("{c},{o},Cluster {i},s{i}")])
            .rows("organizations", "id,sphere,source", &[format!("{o},{sphere},s{i}")])
            .rows("organization_names", "organization,kind,name", &[dated("trade,A"), dated("legal,B")])
            .rows("organization_identifiers", "organization,scheme,value", &[dated(&format!("WIKIDATA,Q{}", i + 1))])
            .rows(
                "sites",
                "organization,kind,municipality,source",
                &[dated("seat,21004,s"), dated("establishment,21007,s")],
            )
            .rows(
                "activities",
                "organization,nace_version,nace_code,rank,source",
                &[dated("2008,38.32,main,s"), dated("2025,38.32,secondary,s")],
            )
            .rows("attributes", "organization,code,value,source", &[dated("a,true,s"), dated("b,false,s")])
            .rows("judgements", "cluster,organization,code,value,source", &[format!("c00,{o},looked-at,true,s{i}")]);
        package = package.rows("programmes", "slug,name_en,source", &[format!("p{i},Programme,s{i}")]);
        for j in 0..n.min(5) {
            let whole = if j == 0 { "" } else { "f0" };
            package = package
                .rows("events", "cluster,id,kind,on,source", &[format!("{c},e{j},founding,2018,s{i}")])
                .rows("sectors", "cluster,code,label_en,source", &[format!("{c},t{j},Sector,s{i}")])
                .rows(
                    "sector_nace",
                    "cluster,sector,nace_version,nace_code",
                    &[format!("{c},t{j},2008,13"), format!("{c},t{j},2008,14")],
                )
                .rows("services", "cluster,id,name_en,source", &[format!("{c},v{j},Service,s{i}")])
                .rows("programme_clusters", "programme,cluster,source", &[format!("p{i},c{j:02},s{i}")])
                .rows(
                    "figures",
                    "cluster,programme,id,part_of,metric,nature,value,disclosure,qualifier,on,source",
                    &[
                        format!("{c},,f{j},{whole},members,actual,{j},disclosed,exactly,2018,s{i}"),
                        format!(",p{i},f{j},{whole},members,actual,{j},disclosed,exactly,2018,s{i}"),
                    ],
                );
        }
        for j in 0..n {
            package = package
                .period(&format!("c{j:02},{o},member,,candidate,2018,2019,,,,,s"))
                .period(&format!("c{j:02},{o},member,,effective,2019,,,,,,s{i}"))
                .period(&format!("c{j:02},{o},partner,,effective,2019,,,,,,s{i}"))
                .rows(
                    "referrals",
                    "cluster,organization,service,source",
                    &[format!("c{j:02},{o},v0,s"), format!("c{j:02},{o},v1,s{i}")],
                );
        }
    }
    let rules = [
        json!({ "sphere": ["company"] }),
        json!({ "any": [{ "all": [{ "sphere": ["company", "research", "public"] }, { "attribute": "b" }] },
                        { "activity": { "version": "2008", "under": ["38.32"] } }, { "municipality": ["21004"] },
                        { "identifier": "WIKIDATA" }, { "assessed": "looked-at" }, { "attribute": "a" }] }),
        json!({ "attribute": "b" }),
        json!({ "attribute": "c" }),
    ];
    let version = |i: usize, position: usize| {
        let (from, to, state) = [
            ("2017", Some("2020"), "adopted"),
            ("2020", None, "adopted"),
            ("2020", None, "draft"),
            ("2020", None, "draft"),
        ][position];
        json!({ "cluster": format!("c{i:02}"), "version": position + 1, "state": state, "from": from, "to": to, "source": "s",
                "event": "e0", "criteria": [{ "required": true, "rule": rules[position] },
                                            { "required": false, "rule": { "attribute": "a" } }] })
    };
    let versions = (0..n).flat_map(|i| (0..rules.len()).map(move |position| (i, position)));
    package.criteria(Value::Array(versions.map(|(i, position)| version(i, position)).collect()))
}

/// The fields that a document selects, as `Type.field`, for every type that an interface stands for.
fn selected(schema: &Introspection, document: &str) -> BTreeSet<String> {
    fn walk(schema: &Introspection, of: &str, set: &SelectionSet, found: &mut BTreeSet<String>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let Some(declared) = schema.field(of, name) else { continue };
                    found.extend(schema.possible(of).into_iter().map(|of| format!("{of}.{name}")));
                    walk(schema, named(&declared["type"]).0, &field.node.selection_set.node, found);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map_or(of, |on| on.node.on.node.as_str());
                    walk(schema, on, &fragment.node.selection_set.node, found);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    let ExecutableDocument { operations, .. } = parse_query(document).expect("GraphQL");
    let mut found = BTreeSet::new();
    for (_, operation) in operations.iter() {
        walk(schema, "Query", &operation.node.selection_set.node, &mut found);
    }
    found
}

/// Every field of an object that answers a list or a connection, except lists of scalars and enums.
fn lists(schema: &Introspection) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for object in schema.kind("OBJECT") {
        for field in list(&object["fields"]) {
            let (of, is_list) = named(&field["type"]);
            let has_fields = ["OBJECT", "INTERFACE", "UNION"].contains(&text(&schema.named(of)["kind"]));
            if has_fields && (is_list || of.ends_with("Connection")) {
                found.insert(format!("{}.{}", text(&object["name"]), text(&field["name"])));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_list_is_reached_by_a_document() {
    let schema = Introspection::of(&TestApp::empty().await).await;
    let mut reached: BTreeSet<_> = DOCUMENTS.iter().flat_map(|document| selected(&schema, document)).collect();
    // By `things_looked_up_by_id_are_read_together`.
    reached.insert("Query.nodes".to_owned());
    // By `sourced_fact::statements_do_not_grow_with_facts`.
    reached.extend(["facts", "nodes", "edges"].map(|field| {
        let of = if field == "facts" { "Query" } else { "SourcedFactConnection" };
        format!("{of}.{field}")
    }));
    let missing: Vec<_> = lists(&schema).into_iter().filter(|field| !reached.contains(field)).collect();
    assert!(missing.is_empty(), "no document reaches {missing:?}");
}

#[tokio::test]
async fn statements_do_not_grow_with_rows() {
    let (few, many) = (TestApp::with(&of(2)).await, TestApp::with(&of(20)).await);
    for document in DOCUMENTS {
        let (of_few, of_many) = (few.statements(document, json!({})).await, many.statements(document, json!({})).await);
        assert_eq!(of_few, of_many, "{document}");
    }
}

#[tokio::test]
async fn things_looked_up_by_id_are_read_together() {
    let app = TestApp::with(&of(20)).await;
    let answer = app.ask("{ organizations { nodes { id } } }").await;
    let ids: Vec<_> = list(&answer["organizations"]["nodes"]).iter().map(|node| node["id"].clone()).collect();
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { names { name } } } }";
    let few = app.statements(document, json!({ "ids": ids[..2] })).await;
    let many = app.statements(document, json!({ "ids": ids })).await;
    assert_eq!(few, many, "statements for 2 ids and for 20");
}

/// What is commonly shown is answered from the ledger; long texts, and what is rarely asked for, from the database.
#[tokio::test]
async fn what_is_commonly_shown_takes_no_statement() {
    let app = TestApp::with(&of(5)).await;
    for (document, expected) in [
        ("{ register { revision } municipalities { nis name } activityClass(version: NACE_BEL_2008, code: \"38.32\") { label } }", 0),
        ("{ cluster(by: { slug: \"c00\" }) { slug name completeFrom host { name } statistics { headcount { effective { value } } } } }", 0),
        ("{ cluster(by: { slug: \"c00\" }) { sectors { code label activityClasses { code } source { title } }
            memberships(first: 50, orderBy: [{ field: ORGANIZATION_NAME }]) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
              nodes { id status scope period { from to firstConfirmedOn lastConfirmedOn confirmation exit { kind reason } recordedAt source { title url } }
                organization { id name sphere website foundedOn ... on Company { sizeClass } ... on ResearchBody { researchKind }
                  municipality { nis name } activities { rank from to class { code label } } identifiers { scheme display } source { title } } } } } }", 0),
        ("{ organizations(search: \"a\") { totalCount nodes { name memberships { totalCount nodes { cluster { slug } periods { status from to } } } } } }", 0),
        ("{ memberships(filter: { status: [ENDED] }) { totalCount nodes { organization { name } cluster { name } } } partnerships { nodes { scope } } }", 0),
        ("{ statistics { headcount { effective { value } } breakdown(by: [SPHERE, CLUSTER, SECTOR]) { rows {
            keys { label cluster { slug } sector { label } } memberships { totalCount nodes { id organization { name } } } } } } }", 0),
        // A statement for all rows of a level, whatever they are asked of what the database alone holds.
        ("{ organizations { nodes { description website names { name } } } }", 2),
        ("{ organizations { nodes { sites { kind postalCode source { title } } municipality { nis } } } }", 1),
        ("{ organizations { nodes { activities { class { code } source { title } } attributes { code source { title } } } } }", 2),
        ("{ clusters { nodes { description } } }", 1),
        ("{ memberships { nodes { period { id note } periods { id note source { title } } referrals { on source { title } } } } }", 3),
        ("{ clusters { nodes { criteria { version event { kind } } criteriaVersions { version source { title } recordedAt } } } }", 2),
    ] {
        assert_eq!(app.statements(document, json!({})).await, expected, "{document}");
    }
}

#[tokio::test]
async fn what_people_ask_takes_few_statements() {
    let app = TestApp::circlemade().await;
    let question = include_str!("acceptance/question-784.graphql");
    let asked = app.statements(question, json!({ "at": { "asOf": "2023-06-01" } })).await;
    assert!(asked <= 4, "written question 784 takes {asked}");
    let document = "{ organizations(search: \"permafungi\") { nodes { id } } }";
    let found = app.ask(document).await;
    let document = "query ($id: ID!) { organization(by: { id: $id }) { id name names { kind name } sphere website identifiers { value }
        municipality { name } sites { kind postalCode municipality { nis } from to source { title } } activities { class { code } from to }
        memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }) { totalCount nodes { cluster { slug name } scope status
          periods { status from to firstConfirmedOn lastConfirmedOn exit { kind reason } note recordedAt source { title url publishedOn } } } }
        partnerships { totalCount nodes { cluster { slug name } scope periods { status from to source { title } } } } source { title } } }";
    let asked = app.statements(document, json!({ "id": found["organizations"]["nodes"][0]["id"] })).await;
    assert!(asked <= 3, "an organization with its history takes {asked}");
}

#[tokio::test]
async fn the_same_question_under_two_names_is_asked_once() {
    let app = TestApp::with(&of(3)).await;
    let once = app.statements("{ organizations { nodes { names { name } attributes { code } } } }", json!({})).await;
    let twice = "{ organizations { nodes { a: names { name } b: names { kind } c: attributes { code } d: attributes { holds } } } }";
    assert_eq!(app.statements(twice, json!({})).await, once);
}

#[tokio::test]
async fn a_total_costs_one_statement_and_only_where_it_is_selected() {
    let app = TestApp::with(&of(5)).await;
    for (parent, field) in
        [("", "criteria"), ("", "events"), ("", "figures"), ("clusters", "events"), ("clusters", "figures")]
    {
        let document = |selection: &str| match parent {
            "" => format!("{{ {field} {{ {selection} }} }}"),
            parent => format!("{{ {parent} {{ nodes {{ {field} {{ {selection} }} }} }} }}"),
        };
        for (selection, expected) in [
            ("nodes { __typename }", 1),
            ("edges { cursor }", 1),
            ("pageInfo { hasNextPage }", 1),
            ("pageInfo { hasNextPage hasPreviousPage endCursor }", 1),
            ("nodes { __typename } totalCount", 2),
            // A total alone reads no rows: one statement, which counts.
            ("totalCount", 1),
            ("__typename", 0),
        ] {
            let found = app.statements(&document(selection), json!({})).await;
            assert_eq!(found, expected, "{parent} {field} {selection}");
        }
    }
}

#[tokio::test]
async fn the_way_back_costs_a_statement_only_after_a_cursor() {
    let app = TestApp::with(&of(5)).await;
    let answer = app.ask("{ events(first: 2) { pageInfo { endCursor } } }").await;
    let cursor = &answer["events"]["pageInfo"]["endCursor"];
    for (arguments, selection, expected) in [
        ("first: 2".to_owned(), "hasPreviousPage hasNextPage", 1),
        ("last: 2".to_owned(), "hasPreviousPage hasNextPage", 1),
        (format!("first: 2 after: {cursor}"), "hasNextPage endCursor", 1),
        (format!("first: 2 after: {cursor}"), "hasPreviousPage", 2),
        (format!("last: 2 before: {cursor}"), "hasPreviousPage startCursor", 1),
        (format!("last: 2 before: {cursor}"), "hasNextPage", 2),
    ] {
        let document = format!("{{ events({arguments}) {{ nodes {{ id }} pageInfo {{ {selection} }} }} }}");
        assert_eq!(app.statements(&document, json!({})).await, expected, "{document}");
    }
}
