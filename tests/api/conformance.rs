//! What others hold us to, by packages that npm has: GraphQL over HTTP by the audits of the GraphQL
//! Foundation (`graphql-http`), and the description of saved operations by OpenAPI's own schema.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Map, Value, json};

use crate::support::{TestApp, node, operations, server::Server};

/// A folder with the packages, for one test.
fn packages(test: &str) -> PathBuf {
    let folder = node::folder(test, &["conformance"]);
    node::install(&folder);
    folder
}

#[tokio::test]
async fn all_audits_of_graphql_over_http_pass() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let folder = packages("conformance");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/conformance/audit.mjs");
    let url = format!("http://{}/graphql", server.address);
    let run = Command::new("node").arg(script).arg(url).current_dir(&folder).output().expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    fs::remove_dir_all(folder).expect("the folder goes");
    let output = String::from_utf8(run.stdout).expect("UTF-8");
    let audits: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let failed: Vec<_> = audits.iter().filter(|audit| audit["status"] != "ok").collect();
    assert!(failed.is_empty(), "{failed:#?}");
    // With the one that is not theirs: a client reads the schema.
    assert_eq!(audits.len(), 61 + 1);
}

#[tokio::test]
async fn saved_operations_are_described_as_openapi_wants_it_and_answer_as_described() {
    let app = TestApp::published().await;
    let (_, _, description) = app.get("/openapi.json").await;
    let mut answers = Map::new();
    // What has no example asks for an id, which differs from register to register.
    for operation in operations().await.iter().filter(|operation| !operation.example.is_empty()) {
        let example: Vec<_> = operation.example.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (status, _, body) = app.get(&format!("/q/{}?{}", operation.name, example.join("&"))).await;
        assert!(status == 200 && !body.contains("\"errors\""), "the example of {}: {body}", operation.name);
        answers.insert(format!("/q/{}", operation.name), serde_json::from_str(&body).expect("JSON"));
    }
    let mut wrong: Value = serde_json::from_str(&description).expect("JSON");
    wrong["paths"]["/q/headcount"]["get"]["parameters"][0]["in"] = "nowhere".into();
    answers["/q/headcount"]["data"]["cluster"]["statistics"]["headcount"]["effective"]["complete"].take();
    let folder = packages("openapi");
    let run = |description: &str, answers: &Value| {
        fs::write(folder.join("openapi.json"), description).expect("a file");
        fs::write(folder.join("answers.json"), answers.to_string()).expect("a file");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/conformance/openapi.mjs");
        let mut node = Command::new("node");
        let run = node.arg(script).args(["openapi.json", "answers.json"]).current_dir(&folder).output();
        let run = run.expect("node runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let output = String::from_utf8(run.stdout).expect("UTF-8");
        output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<Value>>()
    };
    let found = run(&description, &json!(answers));
    let refused: Vec<_> = found.iter().filter(|found| found["valid"] != true).collect();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_eq!(refused[0]["what"], "/q/headcount", "a null that cannot be: {refused:#?}");
    assert_eq!((found.len(), &found[0]["version"]), (1 + answers.len(), &json!("3.1")));
    assert_eq!(run(&wrong.to_string(), &json!({}))[0]["valid"], false, "the validator validates");
    fs::remove_dir_all(folder).expect("the folder goes");
}
