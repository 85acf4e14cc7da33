//! Faults of the file of criteria, and of exits that name its versions.

use std::fs;

use serde_json::{Value, json};

use super::{base, each_is_refused, fault, import, place, refused, version, written};
use crate::support::TestApp;

#[tokio::test]
async fn an_exit_fails_an_adopted_version_of_its_own_cluster_or_none() {
    const HEADER: &str = "cluster,organization,kind,status,from,to,exit_kind,exit_criteria,source";
    let with = |ended: &str| {
        let versions = json!([
            version(json!({})),
            version(json!({ "version": 2, "state": "draft" })),
            version(json!({ "cluster": "south", "version": 3 })),
        ]);
        let lines = ["north,acme,member,effective,2018,2020,,,s", ended];
        base().cluster("south").criteria(versions).without("periods").rows("periods", HEADER, &lines)
    };
    for (exit, fragment) in [
        ("no_longer_eligible,2", "`2`: expected the number of an adopted version of the same cluster's criteria"),
        ("no_longer_eligible,3", "`3`: expected the number of an adopted version"),
        ("no_longer_eligible,first", "`first`: expected the number of a version of criteria"),
        ("left,1", "is filled; expected only where the exit kind is no_longer_eligible"),
    ] {
        let told = fault(with(&format!("north,acme,member,ended,2020,,{exit},s"))).await;
        assert_eq!(
            (told.0.as_str(), told.1, told.2.as_str()),
            ("periods.csv", 3, "exit_criteria"),
            "{exit}: {}",
            told.3
        );
        assert!(told.3.contains(fragment), "{exit}: {}", told.3);
    }
    for exit in ["no_longer_eligible,1", "no_longer_eligible,"] {
        TestApp::with(&with(&format!("north,acme,member,ended,2020,,{exit},s"))).await;
    }
}

/// The line of a text on which another stands first.
fn line_of(text: &str, part: &str) -> u64 {
    let offset = text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
    text[..offset].matches('\n').count() as u64 + 1
}

#[tokio::test]
async fn faults_of_criteria_say_where_they_are_and_what_was_expected() {
    let rule = |rule: Value| version(json!({ "criteria": [{ "rule": rule }] }));
    for (faulty, key, fragment) in [
        (version(json!({ "source": "x" })), "source", "`x`: expected the id of a row of the resource sources"),
        (version(json!({ "event": "x" })), "event", "`x`: expected the id of an event of the same cluster"),
        (version(json!({ "cluster": "south" })), "cluster", "`south`: expected the slug of a row"),
        (version(json!({ "version": 0 })), "version", "expected 1, 2, 3"),
        (version(json!({ "label": { "it": "Criteri" } })), "label", "`it`: expected the languages en, fr, nl, de"),
        (rule(json!({ "all": [] })), "criteria", "criteria[0].rule.all: empty; expected at least one rule"),
        (rule(json!({ "not": { "any": [] } })), "criteria", "criteria[0].rule.not.any: empty"),
        (rule(json!({ "sector": ["wood"] })), "criteria", "`wood`: expected the code of a sector of the same cluster"),
        (rule(json!({ "municipality": ["99999"] })), "criteria", "`99999`: expected the NIS code of a municipality"),
        (
            rule(json!({ "activity": { "version": "2008", "under": ["99.999"] } })),
            "criteria",
            "`99.999`: expected a code of NACE-BEL 2008",
        ),
        (rule(json!({ "attribute": "Works Material" })), "criteria", "expected a code: a-z"),
    ] {
        let folder = base().criteria(json!([faulty])).write();
        let text = fs::read_to_string(folder.path().join("criteria.json")).expect("a file");
        let line = line_of(&text, &format!("\"{key}\""));
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", line, key)], "{faults:#?}");
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
}

#[tokio::test]
async fn criteria_that_are_no_criteria_say_the_line() {
    let criteria = "criteria.json";
    let edits = [
        (criteria, Some("[\n  {\n    \"cluster\": \"north\",,\n  }\n]\n"), (criteria, 3, ""), "no list of criteria"),
        (criteria, Some("{}"), (criteria, 1, ""), "no list of criteria"),
        (
            criteria,
            Some("[\n{\n\"cluster\": \"north\",\n\"version\": 1,\n\"colour\": \"red\"\n}\n]"),
            (criteria, 5, ""),
            "unknown field `colour`, expected one of `cluster`",
        ),
        (
            criteria,
            Some(
                "[\n{\"cluster\": \"north\", \"version\": 1, \"state\": \"adopted\", \"from\": \"2018\", \"source\": \"s\",\n\
                 \"criteria\": [{\"rule\":\n{\"works\": 1}}]}\n]",
            ),
            (criteria, 4, ""),
            "unknown variant `works`, expected one of `all`",
        ),
        (
            criteria,
            Some("[\n{\"cluster\": \"north\", \"version\": 1, \"state\": \"adopted\",\n\"from\": \"2018-13\"}]"),
            (criteria, 3, ""),
            "expected a date such as 2018",
        ),
        (criteria, Some("[\n{\"version\": 1}]"), (criteria, 2, ""), "missing field `cluster`"),
    ];
    each_is_refused(&edits).await;
}

#[tokio::test]
async fn adopted_versions_of_one_cluster_neither_overlap_nor_share_a_number() {
    for (second, column, fragment) in [
        (json!({ "version": 2, "from": "2020" }), "from", "overlaps the adopted version on line 2"),
        (json!({ "version": 1, "state": "draft", "from": "2020" }), "version", "the same as in the version on line 2"),
        (json!({ "version": 2, "from": "2020", "to": "2019", "state": "draft" }), "to", "is not after from"),
    ] {
        let folder = base().criteria(json!([version(json!({})), version(second)])).write();
        let text = fs::read_to_string(folder.path().join("criteria.json")).expect("a file");
        let line = text.lines().enumerate().filter(|(_, line)| *line == "  {").nth(1).expect("a version").0 as u64 + 1;
        let faults = refused(import(&TestApp::empty().await.db, &folder).await);
        assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), [("criteria.json", line, column)], "{faults:#?}");
        assert!(faults[0].message.contains(fragment), "{}", faults[0]);
    }
    let versions = json!([version(json!({})), version(json!({ "version": 2, "state": "draft", "from": "2020" }))]);
    assert_eq!(written(TestApp::empty().await.import(&base().criteria(versions)).await).0, 1);
}
