//! Memberships and partnerships: which are listed, what they say, and what they keep to themselves.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    Package, TestApp,
    introspection::{list, text},
};

/// Two clusters with members of every status and partners, each organization named for what it is there.
fn register() -> Package {
    const HEADER: &str = "cluster,organization,kind,scope,status,from,to,first_confirmed_on,last_confirmed_on,exit_kind,exit_reason,note,source";
    Package::new("small")
        .rows("clusters", "slug,name_en,source", &["north,North,s", "south,South,s"])
        .organization("asks", "company", "Asks")
        .organization("full", "company", "Full")
        .organization("gone", "company", "Gone")
        .organization("out", "research", "Out")
        .organization("unfit", "civil_society", "Unfit")
        .organization("ally", "public", "Ally")
        .rows("sources", "id,kind,title", &["t,report,A report"])
        .rows("services", "cluster,id,name_en,source", &["north,advice,Advice,s", "north,space,Space,s"])
        .rows(
            "periods",
            HEADER,
            &[
                "north,asks,member,,candidate,2026-01-01,,,,,,hopeful,s",
                "north,full,member,,candidate,2018,2019,,,,,,s",
                "north,full,member,,effective,2019,,2019-05,2024,,,steady,t",
                "south,full,member,,effective,2020,,,,,,,s",
                "north,gone,member,,effective,2018,2021-06-01,,,,,,s",
                "north,gone,member,,ended,2021-06-01,,,,left,,by letter,s",
                "north,out,member,,effective,2018,2022,,,,,,s",
                "north,out,member,,ended,2022,,,,excluded,non_payment,secret,s",
                "south,out,member,,effective,2023,,,,,,,s",
                "north,unfit,member,,ended,2023-02-01,,,,no_longer_eligible,,,s",
                "north,ally,partner,,effective,2018,,,,,,,s",
                "north,ally,partner,wood,effective,2020,,,,,,,s",
                "south,ally,partner,,ended,2020,,,,not_recorded,,,s",
                "south,full,partner,,effective,2021,,,,,,,s",
            ],
        )
        .rows(
            "referrals",
            "cluster,organization,service,on,source",
            &["north,gone,space,2021-07,s", "north,gone,advice,,t"],
        )
}

/// The rows of a list as `cluster/Organization`, sorted.
async fn found(app: &TestApp, field: &str, arguments: &str) -> Vec<String> {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    let document = format!(
        "{{ it: {field}{arguments} {{ totalCount nodes {{ scope cluster {{ slug }} organization {{ name }} }} }} }}"
    );
    let answer = app.ask(&document).await;
    let mut rows: Vec<_> = list(&answer["it"]["nodes"])
        .iter()
        .map(|row| {
            let scope = row["scope"].as_str().map_or(String::new(), |scope| format!("({scope})"));
            format!("{}/{}{scope}", text(&row["cluster"]["slug"]), text(&row["organization"]["name"]))
        })
        .collect();
    rows.sort();
    assert_eq!(answer["it"]["totalCount"], rows.len(), "{document}");
    rows
}

#[tokio::test]
async fn lists_show_current_participations_unless_a_status_is_asked() {
    let app = TestApp::with(&register()).await;
    let current = ["north/Asks", "north/Full", "south/Full", "south/Out"];
    let ended = ["north/Gone", "north/Out", "north/Unfit"];
    assert_eq!(found(&app, "memberships", "").await, current);
    assert_eq!(found(&app, "memberships", "filter: {}").await, current);
    assert_eq!(found(&app, "memberships", "filter: { status: [CANDIDATE, EFFECTIVE] }").await, current);
    assert_eq!(found(&app, "memberships", "filter: { status: [ENDED] }").await, ended);
    assert_eq!(found(&app, "memberships", "filter: { status: [CANDIDATE] }").await, ["north/Asks"]);
    assert_eq!(found(&app, "memberships", "filter: { not: { status: [EFFECTIVE] } }").await.len(), 4);
    assert!(found(&app, "memberships", "filter: { status: [] }").await.is_empty());
    assert_eq!(found(&app, "partnerships", "").await, ["north/Ally", "north/Ally(wood)", "south/Full"]);
    assert_eq!(found(&app, "partnerships", "filter: { status: [ENDED] }").await, ["south/Ally"]);
}

#[tokio::test]
async fn an_exit_kind_says_something_of_the_status() {
    let app = TestApp::with(&register()).await;
    for (filter, expected) in [
        ("{ exitKind: [LEFT] }", ["north/Gone"].as_slice()),
        ("{ exitKind: [EXCLUDED, NO_LONGER_ELIGIBLE] }", &["north/Out", "north/Unfit"]),
        ("{ exitKind: [CEASED] }", &[]),
        ("{ exitKind: [] }", &[]),
        ("{ status: [EFFECTIVE], exitKind: [LEFT] }", &[]),
        ("{ not: { exitKind: [LEFT, EXCLUDED] }, status: [ENDED] }", &["north/Unfit"]),
        (
            "{ not: { exitKind: [LEFT] } }",
            &["north/Asks", "north/Full", "north/Out", "north/Unfit", "south/Full", "south/Out"],
        ),
    ] {
        assert_eq!(found(&app, "memberships", &format!("filter: {filter}")).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn conditions_combine() {
    let app = TestApp::with(&register()).await;
    let ids = app.ask("{ north: cluster(by: { slug: \"north\" }) { id } organizations { nodes { id name } } }").await;
    let north = &ids["north"]["id"];
    let of = |name: &str| {
        let nodes = list(&ids["organizations"]["nodes"]);
        nodes.iter().find(|node| node["name"] == name).expect("the organization")["id"].clone()
    };
    let (full, out) = (of("Full"), of("Out"));
    for (filter, expected) in [
        (format!("{{ cluster: [{north}] }}"), ["north/Asks", "north/Full"].as_slice()),
        (format!("{{ not: {{ cluster: [{north}] }} }}"), &["south/Full", "south/Out"]),
        (format!("{{ organization: [{full}] }}"), &["north/Full", "south/Full"]),
        (format!("{{ organization: [{full}, {out}], cluster: [{north}] }}"), &["north/Full"]),
        ("{ sphere: [COMPANY] }".into(), &["north/Asks", "north/Full", "south/Full"]),
        ("{ sphere: [COMPANY], not: { status: [CANDIDATE] } }".into(), &["north/Full", "north/Gone", "south/Full"]),
        ("{ or: [{ status: [CANDIDATE] }, { exitKind: [LEFT] }] }".into(), &["north/Asks", "north/Gone"]),
        (
            format!("{{ or: [{{ sphere: [RESEARCH] }}, {{ cluster: [{north}] }}] }}"),
            &["north/Asks", "north/Full", "south/Out"],
        ),
        (
            format!(
                "{{ and: [{{ sphere: [COMPANY] }}, {{ cluster: [{north}] }}], not: {{ organization: [{full}] }} }}"
            ),
            &["north/Asks"],
        ),
        ("{ and: [] }".into(), &["north/Asks", "north/Full", "south/Full", "south/Out"]),
        ("{ or: [] }".into(), &[]),
        ("{ not: { or: [] } }".into(), &["north/Asks", "north/Full", "south/Full", "south/Out"]),
        ("{ not: {} }".into(), &[]),
        ("{ cluster: [] }".into(), &[]),
    ] {
        assert_eq!(found(&app, "memberships", &format!("filter: {filter}")).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_status_is_that_of_the_day() {
    let app = TestApp::with(&register()).await;
    for (day, expected) in [
        ("2017-12-31", [].as_slice()),
        ("2018-12-31", &["north/Full", "north/Gone", "north/Out"]),
        ("2021-05-31", &["north/Full", "north/Gone", "north/Out", "south/Full"]),
        ("2021-06-01", &["north/Full", "north/Out", "south/Full"]),
        ("2021-12-31", &["north/Full", "north/Out", "south/Full"]),
        ("2022-01-01", &["north/Full", "south/Full"]),
    ] {
        assert_eq!(found(&app, "memberships", &format!("at: {{ asOf: \"{day}\" }}")).await, expected, "{day}");
    }
    let document = r#"{ memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }) { nodes { organization { name } cluster { slug }
        then: status(at: { asOf: "2018-06-01" }) before: status(at: { asOf: "2010-01-01" }) now: status } } }"#;
    let answer = app.ask(document).await;
    let of = |name: &str| {
        let nodes = list(&answer["memberships"]["nodes"]);
        let found = nodes.iter().find(|row| row["organization"]["name"] == name && row["cluster"]["slug"] == "north");
        let row = found.unwrap_or_else(|| panic!("no membership of {name}"));
        json!([row["before"], row["then"], row["now"]])
    };
    assert_eq!(of("Full"), json!([null, "CANDIDATE", "EFFECTIVE"]));
    assert_eq!(of("Gone"), json!([null, "EFFECTIVE", "ENDED"]));
    assert_eq!(of("Asks"), json!([null, null, "CANDIDATE"]));
}

async fn membership_of(app: &TestApp, name: &str, selection: &str) -> Value {
    let document = format!(
        "{{ memberships(filter: {{ status: [CANDIDATE, EFFECTIVE, ENDED] }}) {{ nodes {{ cluster {{ slug }} organization {{ name }} it: id {selection} }} }} }}"
    );
    let answer = app.ask(&document).await;
    let nodes = list(&answer["memberships"]["nodes"]);
    let found = nodes.iter().find(|row| row["organization"]["name"] == name && row["cluster"]["slug"] == "north");
    found.unwrap_or_else(|| panic!("no membership of {name}")).clone()
}

#[tokio::test]
async fn periods_go_from_the_first_to_the_last() {
    let app = TestApp::with(&register()).await;
    let selection = "periods { status from to firstConfirmedOn lastConfirmedOn exit { kind reason } source { title } }";
    let full = membership_of(&app, "Full", selection).await;
    assert_eq!(
        full["periods"],
        json!([
            { "status": "CANDIDATE", "from": "2018", "to": "2019", "firstConfirmedOn": null, "lastConfirmedOn": null,
              "exit": null, "source": { "title": "A decision" } },
            { "status": "EFFECTIVE", "from": "2019", "to": null, "firstConfirmedOn": "2019-05", "lastConfirmedOn": "2024",
              "exit": null, "source": { "title": "A report" } },
        ])
    );
    let unfit = membership_of(&app, "Unfit", "periods { status exit { kind reason } }").await;
    assert_eq!(
        unfit["periods"],
        json!([{ "status": "ENDED", "exit": { "kind": "NO_LONGER_ELIGIBLE", "reason": null } }])
    );
}

#[tokio::test]
async fn an_exclusion_tells_its_reason_and_keeps_its_note() {
    let app = TestApp::with(&register()).await;
    let selection = "period { note exit { kind reason } } periods { note }";
    for (name, note, exit) in [
        ("Asks", json!("hopeful"), Value::Null),
        ("Full", json!("steady"), Value::Null),
        ("Gone", json!("by letter"), json!({ "kind": "LEFT", "reason": null })),
        ("Out", Value::Null, json!({ "kind": "EXCLUDED", "reason": "NON_PAYMENT" })),
    ] {
        let found = membership_of(&app, name, selection).await;
        assert_eq!(found["period"], json!({ "note": note, "exit": exit }), "{name}");
    }
    let out = membership_of(&app, "Out", selection).await;
    assert_eq!(out["periods"], json!([{ "note": null }, { "note": null }]));
    let id = membership_of(&app, "Out", "period { id }").await["period"]["id"].clone();
    let node = app.ask(&format!("{{ node(id: {id}) {{ ... on Period {{ note exit {{ kind }} }} }} }}")).await;
    assert_eq!(node["node"], json!({ "note": null, "exit": { "kind": "EXCLUDED" } }));
}

#[tokio::test]
async fn a_period_says_when_it_was_recorded() {
    let app = TestApp::with(&register()).await;
    let full = membership_of(&app, "Full", "periods { recordedAt }").await;
    let instants: BTreeSet<_> = list(&full["periods"]).iter().map(|period| text(&period["recordedAt"])).collect();
    assert_eq!(instants, BTreeSet::from(["2026-11-22T14:00:00.000Z"]));
}

#[tokio::test]
async fn former_members_are_referred_to_services() {
    let app = TestApp::with(&register()).await;
    let gone = membership_of(&app, "Gone", "referrals { on service { name cluster { slug } } source { title } }").await;
    assert_eq!(
        gone["referrals"],
        json!([
            { "on": "2021-07", "service": { "name": "Space", "cluster": { "slug": "north" } }, "source": { "title": "A decision" } },
            { "on": null, "service": { "name": "Advice", "cluster": { "slug": "north" } }, "source": { "title": "A report" } },
        ])
    );
    assert_eq!(membership_of(&app, "Full", "referrals { on }").await["referrals"], json!([]));
}

#[tokio::test]
async fn clusters_and_organizations_list_the_same_participations() {
    let app = TestApp::with(&register()).await;
    let statuses = "(first: 100, filter: { status: [CANDIDATE, EFFECTIVE, ENDED] })";
    for field in ["memberships", "partnerships"] {
        let document = format!(
            "{{ all: {field}{statuses} {{ nodes {{ id }} }}
               clusters {{ nodes {{ id {field}{statuses} {{ totalCount nodes {{ id cluster {{ id }} }} }} }} }}
               organizations {{ nodes {{ id {field}{statuses} {{ totalCount nodes {{ id organization {{ id }} }} }} }} }} }}"
        );
        let answer = app.ask(&document).await;
        let ids = |rows: &Value| list(rows).iter().map(|row| text(&row["id"]).to_owned()).collect::<BTreeSet<_>>();
        let all = ids(&answer["all"]["nodes"]);
        for (parents, back) in [("clusters", "cluster"), ("organizations", "organization")] {
            let mut seen = BTreeSet::new();
            for parent in list(&answer[parents]["nodes"]) {
                for row in list(&parent[field]["nodes"]) {
                    assert_eq!(row[back]["id"], parent["id"], "{field} of {parents}");
                    assert!(seen.insert(text(&row["id"]).to_owned()), "{row} twice");
                }
                assert_eq!(parent[field]["totalCount"], list(&parent[field]["nodes"]).len());
            }
            assert_eq!(seen, all, "{field} of {parents}");
        }
    }
}

#[tokio::test]
async fn an_edge_says_what_held_at_the_point_in_time_of_its_list() {
    let app = TestApp::with(&register()).await;
    let at = "{ asOf: \"2018-06-01\" }";
    let node = format!("node {{ status(at: {at}) now: status period(at: {at}) {{ id }} }}");
    let edges = format!("edges {{ status period {{ id status }} {node} }}");
    let all = "{ status: [CANDIDATE, EFFECTIVE, ENDED] }";
    let by = format!("breakdown(by: [STATUS], at: {at}) {{ rows {{ memberships {{ {edges} }} }} }}");
    let mut contradicted = 0;
    for (document, rows) in [
        (format!("{{ it: memberships(at: {at}, filter: {all}) {{ {edges} }} }}"), 3),
        (format!("{{ it: memberships(at: {at}, filter: {all}, orderBy: {{ field: SINCE }}) {{ {edges} }} }}"), 3),
        (format!("{{ it: partnerships(at: {at}) {{ {edges} }} }}"), 1),
        (format!("{{ clusters {{ nodes {{ it: memberships(at: {at}) {{ {edges} }} }} }} }}"), 3),
        (format!("{{ organizations {{ nodes {{ it: memberships(at: {at}) {{ {edges} }} }} }} }}"), 3),
        (format!("{{ statistics {{ {by} }} }}"), 3),
        (format!("{{ clusters(first: 2) {{ nodes {{ statistics {{ {by} }} }} }} }}"), 3),
    ] {
        let answer = app.ask(&document).await;
        let mut found = Vec::new();
        edges_in(&answer, &mut found);
        assert_eq!(found.len(), rows, "{document}");
        for edge in found {
            assert!(edge["status"].is_string() && edge["status"] == edge["node"]["status"], "{edge}");
            assert_eq!(edge["period"]["id"], edge["node"]["period"]["id"], "{edge}");
            assert_eq!(edge["period"]["status"], edge["status"]);
            contradicted += usize::from(edge["status"] != edge["node"]["now"]);
        }
    }
    assert!(contradicted > 10, "what holds today is something else");
}

#[tokio::test]
async fn an_edge_behind_a_number_of_exits_is_the_exit() {
    let history = ["effective,2015,2016", "ended,2016,2017", "effective,2017,2018", "effective,2019,2020"];
    let exits = ["", "left", "", ""];
    let lines = history.iter().zip(exits).map(|(days, exit)| format!("c,o,member,,{days},,,{exit},,s"));
    let package = Package::new("exits").cluster("c").organization("o", "company", "O");
    let app = TestApp::with(&lines.fold(package, |package, line| package.period(&line))).await;
    let answer = app
        .ask(
            r#"{ statistics { exits(period: { from: "2010-01-01", to: "2030-01-01" }) { rows { kind memberships {
                edges { cursor status period { from exit { kind } } } } } } } }"#,
        )
        .await;
    let mut found = Vec::new();
    edges_in(&answer, &mut found);
    let shown: Vec<_> = found.iter().map(|edge| json!([edge["status"], edge["period"]["from"]])).collect();
    assert_eq!(shown, [json!(["ENDED", "2016"]), json!([null, null]), json!([null, null])]);
    let cursors: BTreeSet<_> = found.iter().map(|edge| text(&edge["cursor"])).collect();
    assert_eq!(cursors.len(), 2, "the two of one list");
}

/// The edges of an answer, wherever they stand.
fn edges_in<'a>(answer: &'a Value, found: &mut Vec<&'a Value>) {
    match answer {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| match name.as_str() {
            "edges" => found.extend(list(value)),
            _ => edges_in(value, found),
        }),
        Value::Array(values) => values.iter().for_each(|value| edges_in(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn an_organization_shows_all_that_it_ever_took_part_in() {
    let package = Package::new("ever")
        .cluster("a")
        .cluster("b")
        .cluster("c")
        .organization("o", "company", "O")
        .organization("p", "company", "P")
        // One ended and is recorded so, one lapsed, one lasts, and one is another's.
        .member("a", "o", "effective", "2018", "2019")
        .member("a", "o", "ended", "2019", "")
        .member("b", "o", "effective", "2018", "2019")
        .period("c,o,partner,,effective,2019,,,,,,s")
        .member("b", "p", "effective", "2018", "");
    let app = TestApp::with(&package).await;
    let document = "{ organizations(search: \"o\") { nodes { name participations { __typename cluster { slug } periods { status } }
        memberships(at: { asOf: \"2024-01-01\" }, filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }) { totalCount } } } }";
    let told = |answer: &Value| -> Vec<String> {
        let all = answer["organizations"]["nodes"][0]["participations"].as_array().expect("a list");
        let mut told: Vec<_> = all
            .iter()
            .map(|one| {
                let (kind, slug) = (one["__typename"].as_str().unwrap(), one["cluster"]["slug"].as_str().unwrap());
                format!("{kind} {slug} {}", one["periods"].as_array().map_or(0, Vec::len))
            })
            .collect();
        told.sort();
        told
    };
    let answer = app.ask(document).await;
    assert_eq!(told(&answer), ["Membership a 2", "Membership b 1", "Partnership c 1"]);
    assert_eq!(answer["organizations"]["nodes"][0]["memberships"]["totalCount"], 1, "of one day it is the ended one");
    // What was withdrawn is not recorded of it any more, and was before.
    let before = app.answer("{ register { revision } }", json!({})).await["extensions"]["basis"].clone();
    let kept = Package::new("ever")
        .cluster("a")
        .cluster("b")
        .cluster("c")
        .organization("o", "company", "O")
        .organization("p", "company", "P")
        .member("b", "o", "effective", "2018", "2019")
        .member("b", "p", "effective", "2018", "");
    app.import(&kept).await;
    assert_eq!(told(&app.ask(document).await), ["Membership b 1"]);
    let then = app.post(json!({ "query": document, "extensions": { "basis": before } })).await;
    assert_eq!(told(&then["data"]), ["Membership a 2", "Membership b 1", "Partnership c 1"]);
}
