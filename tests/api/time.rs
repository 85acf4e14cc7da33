//! Both axes of time as a client asks on them: days and partial dates, what was known when, and the basis of an answer.

use serde_json::{Value, json};
use trihelix::dataset::Outcome;

use crate::support::{Package, TestApp, now};

/// The cluster north with its member acme.
fn north() -> Package {
    Package::new("north").cluster("north").organization("acme", "company", "Acme")
}

/// The members of the cluster north, whatever their status, at a point in time: each with its status.
async fn statuses(app: &TestApp, at: Value) -> Value {
    let document = r#"query($at: PointInTime) { cluster(by: { slug: "north" }) {
        memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at) { nodes { status(at: $at) } } } }"#;
    let answer = app.ask_with(document, json!({ "at": at })).await;
    let nodes = answer["cluster"]["memberships"]["nodes"].as_array().cloned().unwrap_or_default();
    nodes.iter().map(|node| node["status"].clone()).collect()
}

fn instant(outcome: Outcome) -> String {
    match outcome {
        Outcome::Written { revision, .. } => revision.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        other => panic!("expected a write: {other:?}"),
    }
}

#[tokio::test]
async fn a_start_counts_from_its_earliest_day_and_an_end_to_its_latest() {
    for (from, to, first, last) in [
        ("2018", "2019", "2018-01-01", "2019-12-30"),
        ("2018-02", "2020-02", "2018-02-01", "2020-02-28"),
        ("2018-05-24", "2018-05-25", "2018-05-24", "2018-05-24"),
        ("2018-05-24", "2018", "2018-05-24", "2018-12-30"),
    ] {
        let app = TestApp::with(&north().member("north", "acme", "effective", from, to)).await;
        let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a day");
        for (as_of, expected) in [
            (day(first).pred_opt(), json!([])),
            (Some(day(first)), json!(["EFFECTIVE"])),
            (Some(day(last)), json!(["EFFECTIVE"])),
            (day(last).succ_opt(), json!([])),
        ] {
            assert_eq!(statuses(&app, json!({ "asOf": as_of })).await, expected, "{from} to {to} on {as_of:?}");
        }
    }
}

#[tokio::test]
async fn the_precision_that_the_source_gave_is_shown() {
    let package = north()
        .period("north,acme,member,,candidate,2018,2019-05,2018-03,2018-04-05,,,s")
        .period("north,acme,member,,effective,2019-06-07,,,,,,s");
    let document = r#"{ cluster(by: { slug: "north" }) { memberships { nodes { periods {
        from to firstConfirmedOn lastConfirmedOn } } } } }"#;
    let answer = TestApp::with(&package).await.ask(document).await;
    assert_eq!(
        answer["cluster"]["memberships"]["nodes"][0]["periods"],
        json!([
            { "from": "2018", "to": "2019-05", "firstConfirmedOn": "2018-03", "lastConfirmedOn": "2018-04-05" },
            { "from": "2019-06-07", "to": null, "firstConfirmedOn": null, "lastConfirmedOn": null },
        ])
    );
}

#[tokio::test]
async fn an_unknown_start_counts_from_the_first_confirmation_and_stays_unknown() {
    let app = TestApp::with(&north().period("north,acme,member,,effective,,,2018-05,2019,,,s")).await;
    for (day, expected) in [("2018-04-30", json!([])), ("2018-05-01", json!(["EFFECTIVE"]))] {
        assert_eq!(statuses(&app, json!({ "asOf": day })).await, expected, "{day}");
    }
    let document =
        r#"{ cluster(by: { slug: "north" }) { memberships { nodes { period { from firstConfirmedOn } } } } }"#;
    let period = &app.ask(document).await["cluster"]["memberships"]["nodes"][0]["period"];
    assert_eq!(period, &json!({ "from": null, "firstConfirmedOn": "2018-05" }));
}

#[tokio::test]
async fn a_day_that_no_period_covers_has_no_status_and_no_period() {
    let package = north().member("north", "acme", "candidate", "2018", "2019-01-01");
    let app = TestApp::with(&package.member("north", "acme", "effective", "2020", "")).await;
    let id = app.ask(r#"{ memberships { nodes { id } } }"#).await["memberships"]["nodes"][0]["id"].clone();
    let document = r#"query($id: ID!, $at: PointInTime) { node(id: $id) { ... on Membership { status(at: $at) period(at: $at) { from } } } }"#;
    for (day, status, from) in [
        ("2017-12-31", Value::Null, Value::Null),
        ("2018-12-31", json!("CANDIDATE"), json!("2018")),
        ("2019-01-01", Value::Null, Value::Null),
        ("2019-12-31", Value::Null, Value::Null),
        ("2020-01-01", json!("EFFECTIVE"), json!("2020")),
    ] {
        let node = app.ask_with(document, json!({ "id": id, "at": { "asOf": day } })).await["node"].clone();
        assert_eq!((&node["status"], &node["period"]["from"]), (&status, &from), "{day}");
        let expected: Vec<_> = Some(status).into_iter().filter(|status| !status.is_null()).collect();
        assert_eq!(statuses(&app, json!({ "asOf": day })).await, json!(expected), "{day}");
    }
}

#[tokio::test]
async fn a_status_is_presumed_after_the_last_day_a_source_attests_it() {
    for (period, days) in [
        (
            "effective,2018,,,2020-06,,",
            [("2020-06-30", "CONFIRMED"), ("2020-07-01", "PRESUMED"), ("2026-01-01", "PRESUMED")],
        ),
        ("effective,2018,,,,,", [("2018-01-01", "CONFIRMED"), ("2018-12-31", "CONFIRMED"), ("2019-01-01", "PRESUMED")]),
        (
            "effective,,,2018-05,,,",
            [("2018-05-01", "CONFIRMED"), ("2018-05-31", "CONFIRMED"), ("2018-06-01", "PRESUMED")],
        ),
        (
            // The confirmation is the last day attested, although a start in 2018 could be later in that year.
            "candidate,2018,,,2018-05-24,,",
            [("2018-01-01", "CONFIRMED"), ("2018-05-24", "CONFIRMED"), ("2018-05-25", "PRESUMED")],
        ),
        (
            "effective,2018,,2018-03,,,",
            [("2018-01-01", "CONFIRMED"), ("2018-03-31", "CONFIRMED"), ("2018-04-01", "PRESUMED")],
        ),
        (
            "effective,2018,2025,,2019,,",
            [("2019-12-31", "CONFIRMED"), ("2020-01-01", "CONFIRMED"), ("2025-12-30", "CONFIRMED")],
        ),
        (
            "ended,2018,,,,left,",
            [("2018-01-01", "CONFIRMED"), ("2019-01-01", "CONFIRMED"), ("2026-01-01", "CONFIRMED")],
        ),
    ] {
        let app = TestApp::with(&north().period(&format!("north,acme,member,,{period},s"))).await;
        for (day, expected) in days {
            let document = r#"query($at: PointInTime) { memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at) {
                nodes { period(at: $at) { confirmation(at: $at) } } } }"#;
            let answer = app.ask_with(document, json!({ "at": { "asOf": day } })).await;
            assert_eq!(answer["memberships"]["nodes"][0]["period"]["confirmation"], expected, "{period} on {day}");
        }
    }
}

#[tokio::test]
async fn without_a_day_it_is_today_in_brussels() {
    let today = now().date_naive();
    let tomorrow = today.succ_opt().expect("a day");
    let package = north().member("north", "acme", "candidate", "2018", &today.to_string());
    let package = package.member("north", "acme", "effective", &today.to_string(), &tomorrow.to_string());
    let package = package.member("north", "acme", "ended", &tomorrow.to_string(), "");
    assert_eq!(statuses(&TestApp::with(&package).await, Value::Null).await, json!(["EFFECTIVE"]));
}

#[tokio::test]
async fn a_correction_is_not_an_end() {
    let app = TestApp::empty().await;
    let first = instant(app.import(&north().member("north", "acme", "effective", "2018", "")).await);
    let corrected = instant(app.import(&north().member("north", "acme", "effective", "2020", "")).await);
    let ended = north().member("north", "acme", "effective", "2020", "2022-01-01");
    let ended = instant(app.import(&ended.member("north", "acme", "ended", "2022-01-01", "")).await);
    for (day, known_at, expected) in [
        ("2019-01-01", &first, json!(["EFFECTIVE"])),
        ("2019-01-01", &corrected, json!([])),
        ("2019-01-01", &ended, json!([])),
        ("2021-01-01", &first, json!(["EFFECTIVE"])),
        ("2021-01-01", &ended, json!(["EFFECTIVE"])),
        ("2022-01-01", &corrected, json!(["EFFECTIVE"])),
        ("2022-01-01", &ended, json!(["ENDED"])),
    ] {
        let found = statuses(&app, json!({ "asOf": day, "knownAt": known_at })).await;
        assert_eq!(found, expected, "{day} as known at {known_at}");
        // Any offset from UTC names the same instant.
        let elsewhere: chrono::DateTime<chrono::FixedOffset> = known_at.parse().expect("an instant");
        let offset = chrono::FixedOffset::east_opt(3600).expect("an offset");
        let elsewhere = elsewhere.with_timezone(&offset).to_rfc3339();
        assert!(elsewhere.ends_with("+01:00"));
        assert_eq!(statuses(&app, json!({ "asOf": day, "knownAt": elsewhere })).await, expected);
    }
    let periods = r#"query($knownAt: DateTime) { memberships(filter: { status: [ENDED] }) { nodes {
        periods(knownAt: $knownAt) { status from to } } } }"#;
    for (known_at, expected) in [
        (json!(first), json!([{ "status": "EFFECTIVE", "from": "2018", "to": null }])),
        (json!(corrected), json!([{ "status": "EFFECTIVE", "from": "2020", "to": null }])),
        (
            Value::Null,
            json!([{ "status": "EFFECTIVE", "from": "2020", "to": "2022-01-01" }, { "status": "ENDED", "from": "2022-01-01", "to": null }]),
        ),
    ] {
        let answer = app.ask_with(periods, json!({ "knownAt": known_at })).await;
        assert_eq!(answer["memberships"]["nodes"][0]["periods"], expected, "{known_at}");
    }
}

const MEMBERS: &str = r#"query($at: PointInTime) { cluster(by: { slug: "circlemade" }) {
    memberships(at: $at) { totalCount } criteria(at: $at) { version } } }"#;

#[tokio::test]
async fn before_the_first_revision_nothing_was_known() {
    let app = TestApp::circlemade().await;
    let at = json!({ "asOf": "2018-06-01", "knownAt": "2000-01-01T00:00:00Z" });
    let answer = app.answer(MEMBERS, json!({ "at": at })).await;
    assert_eq!(answer["errors"], Value::Null);
    assert_eq!(answer["data"]["cluster"], json!({ "memberships": { "totalCount": 0 }, "criteria": null }));
    assert_ne!(answer["extensions"]["basis"]["revision"], 0, "the request's own, not that of its fields");
    let asked = json!({ "asOf": "2018-06-01", "knownAt": "2000-01-01T00:00:00Z" });
    // The instant of no revision is before every clock's: no write to come is known at it.
    let basis = json!({ "asOf": "2018-06-01", "knownAt": "1970-01-01T00:00:00.000Z", "revision": 0 });
    let document =
        "{ register { revision } clusters { totalCount } organizations { totalCount } memberships { totalCount } }";
    let nothing = json!({ "totalCount": 0 });
    let expected =
        json!({ "register": { "revision": 0 }, "clusters": nothing, "organizations": nothing, "memberships": nothing });
    for asked in [&asked, &basis] {
        let answer = app.post(json!({ "query": document, "extensions": { "basis": asked } })).await;
        assert_eq!((&answer["data"], &answer["extensions"]["basis"]), (&expected, &basis));
    }
}

#[tokio::test]
async fn an_empty_register_knows_nothing_and_says_so() {
    let app = TestApp::empty().await;
    let answer = app.answer(MEMBERS, json!({})).await;
    assert_eq!(answer["data"], json!({ "cluster": null }));
    assert_eq!(answer["extensions"]["basis"]["revision"], 0);
    assert_eq!(answer["extensions"]["basis"]["asOf"], "2026-11-23");
    let basis = answer["extensions"]["basis"].clone();
    app.import(&north()).await;
    let again = app.post(json!({ "query": "{ clusters { totalCount } }", "extensions": { "basis": basis } })).await;
    assert_eq!((&again["data"]["clusters"]["totalCount"], &again["extensions"]["basis"]), (&json!(0), &basis));
}

#[tokio::test]
async fn an_instant_to_come_is_now() {
    let app = TestApp::circlemade().await;
    let as_known = |known_at: Value| json!({ "at": { "asOf": "2018-06-01", "knownAt": known_at } });
    let now = app.answer(MEMBERS, as_known(Value::Null)).await;
    assert_eq!(now["data"]["cluster"]["memberships"]["totalCount"], 8);
    for instant in ["2100-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        assert_eq!(app.answer(MEMBERS, as_known(json!(instant))).await, now);
    }
}

#[tokio::test]
async fn an_instant_to_come_of_the_request_is_the_last_revision() {
    let app = TestApp::circlemade().await;
    let ask = async |basis: Value| {
        app.post(json!({ "query": MEMBERS, "extensions": { "basis": basis } })).await["extensions"]["basis"].clone()
    };
    let now = ask(json!({})).await;
    assert_eq!(ask(json!({ "knownAt": "2100-01-01T00:00:00Z" })).await, now);
    assert_eq!(ask(json!({ "knownAt": null, "asOf": null })).await, now);
    let known_at = now["knownAt"].as_str().expect("an instant");
    assert!(known_at.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant") < crate::support::now());
}

#[tokio::test]
async fn the_basis_is_the_requests_own_point_whatever_its_fields_ask() {
    let app = TestApp::empty().await;
    let first = instant(app.import(&north().member("north", "acme", "effective", "2018", "")).await);
    let second = instant(app.import(&north().member("north", "acme", "effective", "2019", "")).await);
    let own = json!({ "asOf": "2026-11-23", "knownAt": second, "revision": 2 });
    let then = format!(r#"asOf: "2018-06-01", knownAt: "{first}""#);
    let known = format!(r#"knownAt: "{first}""#);
    for fields in [
        "name".to_owned(),
        "memberships { totalCount }".to_owned(),
        format!("memberships(at: {{ {then} }}) {{ totalCount }}"),
        format!("a: memberships(at: {{ {then} }}) {{ totalCount }} b: memberships(at: {{ {known} }}) {{ totalCount }}"),
        format!("criteriaVersions({known}) {{ version }}"),
        format!(
            "memberships {{ totalCount }} statistics {{ headcount(at: {{ {known} }}) {{ effective {{ value }} }} }}"
        ),
    ] {
        let document = format!(r#"{{ cluster(by: {{ slug: "north" }}) {{ {fields} }} }}"#);
        let answer = app.answer(&document, json!({})).await;
        assert_eq!(answer["errors"], Value::Null, "{fields}");
        assert_eq!(answer["extensions"]["basis"], own, "{fields}");
    }
}

#[tokio::test]
async fn the_basis_of_a_request_is_what_its_fields_are_answered_at_by_default() {
    let app = TestApp::empty().await;
    let first = instant(app.import(&north().member("north", "acme", "effective", "2018", "")).await);
    app.import(&north().member("north", "acme", "effective", "2019", "")).await;
    let document = r#"{ memberships { totalCount nodes { status } }
        other: memberships(at: { asOf: "2019-06-01" }) { totalCount } register { revision basis { asOf knownAt } } }"#;
    let basis = json!({ "asOf": "2018-06-01", "knownAt": first });
    let answer = app.post(json!({ "query": document, "extensions": { "basis": basis } })).await;
    assert_eq!(
        answer["data"],
        json!({
            "memberships": { "totalCount": 1, "nodes": [{ "status": "EFFECTIVE" }] },
            "other": { "totalCount": 1 },
            "register": { "revision": 1, "basis": basis },
        })
    );
    assert_eq!(answer["extensions"]["basis"], json!({ "asOf": "2018-06-01", "knownAt": first, "revision": 1 }));
    // What a field asks beats what the request asks; but nothing is known that the request does not know.
    let later = r#"{ memberships(at: { knownAt: "2100-01-01T00:00:00Z" }) { totalCount } }"#;
    let answer = app.post(json!({ "query": later, "extensions": { "basis": basis } })).await;
    assert_eq!(answer["data"]["memberships"]["totalCount"], 1);
    assert_eq!(answer["extensions"]["basis"]["revision"], 1);
    let day = json!({ "asOf": "2018-06-01" });
    let answer = app.post(json!({ "query": document, "extensions": { "basis": day } })).await;
    assert_eq!(answer["data"]["memberships"]["totalCount"], 0);
    assert_eq!(answer["data"]["register"]["revision"], 2);
}

#[tokio::test]
async fn an_organization_is_one_object_whatever_the_point_of_the_list_it_stands_in() {
    let register = |key: &str, sphere: &str, name: &str| {
        Package::new("north").organization(key, sphere, name).organization("zebra", "company", "Zebra")
    };
    let app = TestApp::empty().await;
    let first = instant(app.import(&register("acme", "company", "Acme")).await);
    app.import(&register("acme", "civil_society", "Zulu Federation")).await;
    let document = r#"query($known: DateTime) { now: organizations { nodes { __typename id name sphere } }
        then: organizations(at: { knownAt: $known }) { edges { node { __typename id name sphere } } }
        found: organizations(at: { knownAt: $known }, search: "acme") { nodes { id name } }
        companies: organizations(at: { knownAt: $known }, filter: { sphere: [COMPANY] }) { totalCount nodes { id name } } }"#;
    let answer = app.ask_with(document, json!({ "known": first })).await;
    let now = answer["now"]["nodes"].as_array().expect("nodes");
    let [zebra, federation] = &now[..] else { panic!("{now:?}") };
    assert_eq!(
        (&federation["__typename"], &federation["name"]),
        (&json!("CivilSocietyBody"), &json!("Zulu Federation"))
    );
    // In the order of the names of then, and each as it is known now.
    assert_eq!(answer["then"]["edges"], json!([{ "node": federation }, { "node": zebra }]));
    assert_eq!(answer["found"]["nodes"], json!([{ "id": federation["id"], "name": "Zulu Federation" }]));
    assert_eq!(answer["companies"]["totalCount"], 2);
}

#[tokio::test]
async fn criteria_are_in_force_from_their_first_day_to_the_first_day_of_the_next() {
    let app = TestApp::circlemade().await;
    for (day, version) in [
        ("2018-05-23", Value::Null),
        ("2018-05-24", json!(1)),
        ("2022-12-31", json!(1)),
        ("2023-01-01", json!(2)),
        ("2100-01-01", json!(2)),
    ] {
        let answer = app.ask_with(MEMBERS, json!({ "at": { "asOf": day } })).await;
        let criteria = &answer["cluster"]["criteria"];
        assert_eq!(criteria.get("version").unwrap_or(&Value::Null), &version, "{day}");
    }
}

#[tokio::test]
async fn facts_of_an_organization_hold_between_their_days() {
    let package = north()
        .rows(
            "sites",
            "organization,kind,municipality,from,to,source",
            &["acme,seat,21001,,2019-01-01,s", "acme,seat,21007,2019-01-01,2020,s"],
        )
        .rows(
            "activities",
            "organization,nace_version,nace_code,rank,from,to,source",
            &["acme,2008,38.32,main,2019,2020-02,s"],
        )
        .rows(
            "attributes",
            "organization,code,value,from,to,source",
            &["acme,works_material,true,2019-05,2020-01-01,s"],
        )
        .member("north", "acme", "effective", "2010", "");
    let app = TestApp::with(&package).await;
    let document = r#"query($at: PointInTime) { organizations { nodes {
        municipality(at: $at) { nis } activities(at: $at) { class { code } } attributes(at: $at) { holds } } } }"#;
    for (day, municipality, activities, attributes) in [
        ("1900-01-01", json!({ "nis": "21001" }), 0, 0),
        ("2018-12-31", json!({ "nis": "21001" }), 0, 0),
        ("2019-01-01", json!({ "nis": "21007" }), 1, 0),
        ("2019-05-01", json!({ "nis": "21007" }), 1, 1),
        ("2020-01-01", json!({ "nis": "21007" }), 1, 0),
        ("2020-02-28", json!({ "nis": "21007" }), 1, 0),
        ("2020-02-29", json!({ "nis": "21007" }), 0, 0),
        ("2020-12-30", json!({ "nis": "21007" }), 0, 0),
        ("2020-12-31", Value::Null, 0, 0),
    ] {
        let answer = app.ask_with(document, json!({ "at": { "asOf": day } })).await;
        let found = &answer["organizations"]["nodes"][0];
        let count = |field: &str| found[field].as_array().map(Vec::len);
        assert_eq!(found["municipality"], municipality, "{day}");
        assert_eq!((count("activities"), count("attributes")), (Some(activities), Some(attributes)), "{day}");
    }
}

#[tokio::test]
async fn what_is_no_day_is_refused_with_what_was_expected() {
    let app = TestApp::circlemade().await;
    for day in [
        json!("2023-02-30"),
        json!("2023-2-3"),
        json!("0000-01-01"),
        json!("2023"),
        json!("2023-05"),
        json!("today"),
        json!(""),
        json!("2023-01-01T00:00:00Z"),
        json!("12023-01-01"),
        json!(12),
        json!(true),
        json!(["2023-01-01"]),
    ] {
        let literal = MEMBERS.replace("query($at: PointInTime) ", "").replace("$at", &format!("{{ asOf: {day} }}"));
        for (document, variables) in [(literal.as_str(), json!({})), (MEMBERS, json!({ "at": { "asOf": day } }))] {
            refuses(&app, document, variables, &day, "Date", "write it as YYYY-MM-DD").await;
        }
    }
}

#[tokio::test]
async fn what_is_no_instant_is_refused_with_what_was_expected() {
    let app = TestApp::circlemade().await;
    for instant in [
        json!("2023-12-14"),
        json!("2023-12-14T10:00:00"),
        json!("2023-12-14T25:00:00Z"),
        json!("now"),
        json!(0),
        json!(12.5),
        json!("+12023-12-14T10:00:00Z"),
        json!("0000-01-01T00:00:00Z"),
    ] {
        let literal =
            MEMBERS.replace("query($at: PointInTime) ", "").replace("$at", &format!("{{ knownAt: {instant} }}"));
        for (document, variables) in [(literal.as_str(), json!({})), (MEMBERS, json!({ "at": { "knownAt": instant } }))]
        {
            refuses(&app, document, variables, &instant, "DateTime", "write it as in 2023-12-14T10:00:00Z").await;
        }
    }
}

/// A value is the caller's mistake, and the message names it or its type, and says how to write it.
async fn refuses(app: &TestApp, document: &str, variables: Value, value: &Value, scalar: &str, advice: &str) {
    let answer = app.answer(document, variables).await;
    let error = &answer["errors"][0];
    let (code, message) = (error["extensions"]["code"].as_str(), error["message"].as_str().unwrap_or_default());
    assert!(matches!(code, Some("BAD_USER_INPUT" | "GRAPHQL_VALIDATION_FAILED")), "{value}: {answer}");
    assert!(answer["data"]["cluster"].is_null(), "{value}: {answer}");
    match value.as_str() {
        Some(text) => assert!(message.contains(advice) && message.contains(text), "{value}: {message}"),
        None => assert!(message.contains(scalar), "{value}: {message}"),
    }
}

#[tokio::test]
async fn a_basis_that_no_answer_showed_is_refused() {
    let app = TestApp::circlemade().await;
    let shown = app.answer("{ register { revision } }", json!({})).await["extensions"]["basis"].clone();
    let with = |key: &str, value: Value| {
        let mut basis = shown.clone();
        basis[key] = value;
        basis
    };
    for (basis, expected) in [
        (with("asof", json!("2018-06-01")), "it has no `asof`"),
        (with("revision", json!(7)), "is 1, not 7"),
        (with("knownAt", json!("2000-01-01T00:00:00Z")), "is 0, not 1"),
        (with("knownAt", Value::Null), "`revision` without its `knownAt`"),
        (json!({ "revision": 1 }), "`revision` without its `knownAt`"),
        (with(&"long".repeat(1000), json!(1)), "…`"),
    ] {
        let answer = app.post(json!({ "query": MEMBERS, "extensions": { "basis": basis } })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{basis}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected) && message.len() < 400, "{basis}: {message}");
        assert!(answer["data"].is_null(), "{basis}: {answer}");
    }
    for basis in [
        json!("2023-12-14"),
        json!(3),
        json!([]),
        Value::Null,
        json!({ "asOf": "2023-02-30" }),
        json!({ "asOf": 2023 }),
        json!({ "asOf": "2023" }),
        json!({ "knownAt": "2023-12-14" }),
        json!({ "knownAt": 0 }),
        json!({ "asOf": "2023-12-14", "knownAt": "yesterday" }),
        with("revision", json!("1")),
        with("revision", json!(1.5)),
    ] {
        let answer = app.post(json!({ "query": MEMBERS, "extensions": { "basis": basis } })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{basis}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("extensions.basis") && message.contains("asOf: Date, knownAt: DateTime"), "{message}");
        assert!(answer["data"].is_null(), "{basis}: {answer}");
    }
    let answer = app.post(json!({ "query": MEMBERS, "extensions": { "other": 1 } })).await;
    assert_eq!(answer["errors"], Value::Null);
}
