//! What is promised within milliseconds, of servers that are processes of their own: asked while no
//! other test runs. Cargo runs this binary by itself, and `api` after it.

#[expect(dead_code, reason = "the harness of all tests")]
#[path = "../api/support/mod.rs"]
mod support;

use serde_json::Value;

use crate::support::{
    Package, TestApp,
    server::{Server, trihelix},
};

#[tokio::test]
async fn what_another_process_wrote_is_answered_at_once() {
    let package = |members: usize| {
        let mut package = Package::new("a").cluster("a");
        for at in 0..members {
            let key = format!("o{at}");
            package =
                package.organization(&key, "company", &format!("Name {at}")).member("a", &key, "effective", "2020", "");
        }
        package
    };
    let app = TestApp::with(&package(1)).await;
    let servers = [Server::start(app.url(), &[]), Server::start(app.url(), &[])];
    let address = "/q/headcount?cluster=a";
    let value = |body: &str| {
        let answer: Value = serde_json::from_str(body).expect("JSON");
        answer["data"]["cluster"]["statistics"]["headcount"]["effective"]["value"].clone()
    };
    for members in 2..8 {
        let folder = package(members).write();
        for server in &servers {
            // It is in the cache of each.
            assert_eq!(value(&server.send("GET", address, "").1), members - 1);
        }
        let import = ["--database-url", app.url(), "import", folder.path().to_str().expect("UTF-8")];
        let output = trihelix(&import).output().expect("the command runs");
        assert!(output.status.success(), "{output:?}");
        for server in &servers {
            assert_eq!(value(&server.send("GET", address, "").1), members, "written, and asked at once");
        }
    }
}
