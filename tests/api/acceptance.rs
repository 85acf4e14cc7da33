//! Written question 784, the member directory, and the code that changed its meaning: what a client must see.

use serde_json::{Value, json};

use crate::support::TestApp;

const QUESTION: &str = include_str!("acceptance/question-784.graphql");

async fn question(as_of: &str) -> Value {
    let app = TestApp::circlemade().await;
    app.ask_with(QUESTION, json!({ "at": { "asOf": as_of } })).await["cluster"].clone()
}

fn figure<'a>(cluster: &'a Value, metric: &str, on: &str) -> &'a Value {
    let figures = cluster["figures"]["nodes"].as_array().expect("figures");
    figures.iter().find(|figure| figure["metric"] == metric && figure["on"] == on).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn what_was_answered_is_answered_with_its_source() {
    let cluster = question("2023-12-14").await;
    for (metric, value) in [("EFFECTIVE_MEMBERS", 35.0), ("PARTNERS", 20.0), ("CANDIDATE_MEMBERS", 0.0)] {
        let figure = figure(&cluster, metric, "2023-12-14");
        assert_eq!((figure["value"].as_f64(), &figure["disclosure"]), (Some(value), &json!("DISCLOSED")), "{metric}");
        assert!(figure["source"]["url"].as_str().is_some_and(|url| url.contains("parlement.brussels")));
    }
    let candidates = figure(&cluster, "CANDIDATE_MEMBERS", "2023-12-14");
    assert!(candidates["explanation"].as_str().is_some_and(|text| text.contains("pas de candidat")));
}

#[tokio::test]
async fn what_was_not_disclosed_is_not_zero() {
    let cluster = question("2023-12-14").await;
    for metric in ["LEAVERS", "EXCLUSIONS"] {
        let figure = figure(&cluster, metric, "2023-12-14");
        assert_eq!((&figure["value"], &figure["disclosure"]), (&Value::Null, &json!("NOT_DISCLOSED")), "{metric}");
    }
    assert_eq!(cluster["completeFrom"], Value::Null);
}

#[tokio::test]
async fn three_figures_of_27_stay_three() {
    let cluster = question("2018-06-01").await;
    let figures = cluster["figures"]["nodes"].as_array().expect("figures");
    let of_may = figures.iter().filter(|figure| figure["on"].as_str().is_some_and(|on| on.starts_with("2018-05")));
    let of_27 = of_may.filter(|figure| figure["value"] == 27.0);
    let mut counted: Vec<_> = of_27.map(|figure| (&figure["metric"], &figure["of"]["sphere"])).collect();
    counted.sort_by_key(|counted| format!("{counted:?}"));
    let expected = [("MEMBERS", Value::Null), ("MEMBERS", json!("COMPANY")), ("PARTNERS", Value::Null)];
    let shown: Vec<_> =
        counted.iter().map(|(metric, of)| (metric.as_str().expect("a metric"), (*of).clone())).collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn eight_members_were_named_at_launch_and_nobody_before() {
    let cluster = question("2018-06-01").await;
    assert_eq!(cluster["effective"]["totalCount"], 8);
    for member in cluster["effective"]["nodes"].as_array().expect("members") {
        let period = &member["period"];
        assert_eq!((&period["from"], &period["firstConfirmedOn"]), (&Value::Null, &json!("2018-05")));
        assert!(period["source"]["title"].is_string());
    }
    assert_eq!(cluster["criteria"]["version"], 1);
    assert_eq!(question("2017-01-01").await["effective"]["totalCount"], 0);
    assert_eq!(question("2023-12-14").await["criteria"]["version"], 2);
}

#[tokio::test]
async fn the_wood_working_group_has_its_partners() {
    let cluster = question("2025-10-01").await;
    let partners = cluster["partnerships"]["nodes"].as_array().expect("partnerships");
    let mut names: Vec<_> = partners.iter().filter_map(|partner| partner["organization"]["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Embuild", "IDEA Consult", "WOOD.BE", "citydev.brussels"]);
    assert!(partners.iter().all(|partner| partner["scope"].is_string()));
}

#[tokio::test]
async fn the_directory_ignores_accents_and_case() {
    let app = TestApp::circlemade().await;
    let document = include_str!("acceptance/directory.graphql");
    let found = app.ask_with(document, json!({ "search": "PERMAFÜNGI" })).await;
    let found = &found["organizations"]["nodes"];
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!(found[0]["name"], "PermaFungi");
    assert_eq!(found[0]["municipality"], json!({ "nis": "21007", "name": "Vorst" }));
    assert_eq!(
        found[0]["memberships"]["nodes"],
        json!([{ "cluster": { "slug": "circlemade" }, "status": "EFFECTIVE" }])
    );
}

#[tokio::test]
async fn a_code_means_nothing_without_its_version() {
    let answer = TestApp::circlemade().await.ask(include_str!("acceptance/nace.graphql")).await;
    assert!(answer["before"]["label"].as_str().is_some_and(|label| label.contains("ecovery")));
    assert!(answer["after"]["label"].as_str().is_some_and(|label| label.contains("andfill")));
    assert_eq!(answer["municipalities"].as_array().map(Vec::len), Some(19));
}
