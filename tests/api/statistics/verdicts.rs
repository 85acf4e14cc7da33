//! Verdicts as a dimension, against the assessment of each organization.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use serde_json::{Value, json};

use super::{asked, model::Model, random::on_registers};
use crate::support::introspection::{list, text};

#[test]
fn members_by_verdict_are_those_whose_organizations_are_assessed_so() {
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::default();
    on_registers(60, 8, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..8 {
            let (_, _, at, _) = asked(&mut dice, &model);
            // The same of all clusters at once, each under its own criteria.
            let all = format!(
                "{{ statistics {{ breakdown(by: [CLUSTER, VERDICT], at: {at}) {{ rows {{ keys {{ value cluster {{ slug }} }}
                   count {{ value }} }} }} }} }}"
            );
            let all = app.ask(&all).await;
            let of_all = |slug: &str, verdict: &Value| {
                let mut rows = list(&all["statistics"]["breakdown"]["rows"]).iter();
                let is_of =
                    |row: &&Value| row["keys"][0]["cluster"]["slug"] == slug && row["keys"][1]["value"] == *verdict;
                let found = rows.find(is_of);
                found.map_or(json!(0), |row| row["count"]["value"].clone())
            };
            for slug in ["c0", "c1", "c2"] {
                let document = format!(
                    r#"{{ cluster(by: {{ slug: "{slug}" }}) {{ criteria(at: {at}) {{ id }}
                      memberships(at: {at}, first: 100) {{ nodes {{ id organization {{ id }} }} }}
                      statistics {{ breakdown(by: [VERDICT], at: {at}) {{ rows {{ keys {{ value label }} count {{ value }}
                        memberships(first: 100) {{ nodes {{ id }} }} }} }} }} }} }}"#
                );
                let cluster = &app.ask(&document).await["cluster"];
                let mut expected: BTreeMap<String, Vec<&str>> = BTreeMap::from([(Value::Null.to_string(), Vec::new())]);
                for node in list(&cluster["memberships"]["nodes"]) {
                    let assessed = format!(
                        r#"{{ cluster(by: {{ slug: "{slug}" }}) {{ eligibility(organization: {{ id: {} }}, at: {at}) {{ verdict }} }} }}"#,
                        node["organization"]["id"]
                    );
                    let verdict = app.ask(&assessed).await["cluster"]["eligibility"]["verdict"].clone();
                    expected.entry(verdict.to_string()).or_default().push(text(&node["id"]));
                }
                let rows = list(&cluster["statistics"]["breakdown"]["rows"]);
                assert_eq!(rows.len(), expected.len(), "{document}");
                for row in rows {
                    let verdict = &row["keys"][0]["value"].to_string();
                    let mut ids: Vec<_> = list(&row["memberships"]["nodes"]).iter().map(|of| text(&of["id"])).collect();
                    let mut those = expected[verdict].clone();
                    ids.sort_unstable();
                    those.sort_unstable();
                    assert_eq!(ids, those, "{document}: {verdict}");
                    assert_eq!(row["count"]["value"], json!(those.len()));
                    assert_eq!(of_all(slug, &row["keys"][0]["value"]), json!(those.len()), "{slug} {verdict}");
                    if let Some(word) = row["keys"][0]["value"].as_str() {
                        // The same as a condition, on members and on organizations.
                        let condition = format!(r#"verdict: {{ cluster: "{slug}", verdict: [{word}] }}"#);
                        let filtered = format!(
                            r#"{{ memberships(at: {at}, first: 100, filter: {{ cluster: ["{slug}"], {condition} }}) {{ nodes {{ id }} }}
                              organizations(at: {at}, filter: {{ membership: {{ cluster: ["{slug}"] }}, {condition} }}) {{ totalCount }}
                              cluster(by: {{ slug: "{slug}" }}) {{ statistics {{ breakdown(by: [STATUS], at: {at}, filter: {{
                                status: [CANDIDATE, EFFECTIVE], {condition} }}) {{ total {{ value }} }} }} }} }}"#
                        );
                        let answer = app.ask(&filtered).await;
                        let nodes = list(&answer["memberships"]["nodes"]).iter();
                        let mut listed: Vec<_> = nodes.map(|of| text(&of["id"])).collect();
                        listed.sort_unstable();
                        assert_eq!(listed, those, "{filtered}");
                        assert_eq!(answer["organizations"]["totalCount"], json!(those.len()), "{filtered}");
                        let counted = &answer["cluster"]["statistics"]["breakdown"]["total"]["value"];
                        assert_eq!(*counted, json!(those.len()), "{filtered}");
                    }
                    *seen.borrow_mut().entry(verdict.clone()).or_default() += those.len();
                }
            }
        }
    });
    let seen = seen.into_inner();
    assert!(seen.len() == 4 && seen.values().all(|count| *count > 15), "{seen:?}");
}

#[test]
fn a_version_that_is_named_applies_on_every_day_and_to_every_cluster() {
    let met = Cell::new(0);
    on_registers(61, 4, async |app, mut dice| {
        let model = Model::read(&app).await;
        let versions = r#"{ cluster(by: { slug: "c0" }) { criteriaVersions { id } } }"#;
        let versions = app.ask(versions).await["cluster"]["criteriaVersions"].clone();
        for version in list(&versions) {
            let (_, (day, _), ..) = asked(&mut dice, &model);
            let at = format!("{{ asOf: \"{day}\" }}");
            let id = &version["id"];
            let document = format!(
                r#"{{ cluster(by: {{ slug: "c0" }}) {{ memberships(at: {at}, first: 100) {{ nodes {{ organization {{
                    eligibility(cluster: {{ slug: "c0" }}, at: {at}, criteria: {id}) {{ verdict }} }} }} }}
                  statistics {{ breakdown(by: [VERDICT], at: {at}, criteria: {id}) {{
                    rows {{ keys {{ value }} count {{ value }} }} }} }} }}
                  statistics {{ breakdown(by: [VERDICT], at: {at}, criteria: {id}) {{
                    rows {{ keys {{ value }} count {{ value }} }} }} }} }}"#
            );
            let answer = app.ask(&document).await;
            let mut expected: BTreeMap<String, i64> = BTreeMap::new();
            for node in list(&answer["cluster"]["memberships"]["nodes"]) {
                let verdict = text(&node["organization"]["eligibility"]["verdict"]);
                *expected.entry(verdict.to_owned()).or_default() += 1;
            }
            for row in list(&answer["cluster"]["statistics"]["breakdown"]["rows"]) {
                let count = row["keys"][0]["value"].as_str().and_then(|verdict| expected.remove(verdict));
                assert_eq!(row["count"]["value"], count.unwrap_or_default(), "{document}");
                met.set(met.get() + count.unwrap_or_default());
            }
            assert_eq!(expected, BTreeMap::new());
            let unknown =
                list(&answer["statistics"]["breakdown"]["rows"]).iter().find(|row| row["keys"][0]["value"].is_null());
            assert_eq!(unknown.expect("a row")["count"]["value"], 0, "it applies to members of other clusters too");
        }
    });
    assert!(met.get() > 8, "{met:?}");
}
