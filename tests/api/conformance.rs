//! GraphQL over HTTP, held to the audits that the GraphQL Foundation publishes as the npm package
//! `graphql-http`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{TestApp, server::Server};

/// A folder with the package. Installed once, and kept with what Cargo builds.
fn audits() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/conformance");
    // Tests on another database may run at the same time.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::copy(source.join("package.json"), folder.join("package.json")).expect("the package's description");
    let mut install = Command::new("npm");
    install.args(["install", "--no-audit", "--no-fund", "--no-package-lock"]).current_dir(&folder);
    let installed = install.output().expect("npm runs; ./test installs Node.js and npm where they are missing");
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    folder
}

#[tokio::test]
async fn all_audits_of_graphql_over_http_pass() {
    let app = TestApp::circlemade().await;
    let server = Server::start(app.url(), &[]);
    let folder = audits();
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
