//! The clients of `docs/clients.md` against the server: each is set up by the code that stands on that page.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::DbBackend;

use crate::support::{TestApp, node, server::Server};

/// What npm's packages of the clients ask for.
const OLDEST_NODE: u32 = 20;

const ARIADNE_CODEGEN: &str = "ariadne-codegen==0.19.0";

/// The files of a page: blocks of code with a name behind their language.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (head, body) = after.split_once('\n').expect("a line");
        let (code, further) = body.split_once("\n```\n").expect("an end");
        found.extend(head.split_once(' ').map(|(_, name)| (name, code)));
        rest = further;
    }
    found
}

/// A folder with the files of the page and those of the tests.
fn folder() -> PathBuf {
    let folder = node::folder("clients", &["clients", "clients/relay"]);
    fs::create_dir_all(folder.join("relay/__generated__")).expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/clients.md")).expect("the page");
    let blocks = blocks(&page);
    let names: Vec<_> = blocks.iter().map(|(name, _)| *name).collect();
    let expected = [
        "apollo.js",
        "urql.js",
        "relay.js",
        "relay.config.json",
        "codegen.ts",
        "ask.ts",
        "pyproject.toml",
        "register.py",
    ];
    assert_eq!(names, expected);
    for (name, code) in blocks {
        fs::write(folder.join(name), format!("{code}\n")).expect("a file");
    }
    folder
}

#[tokio::test]
async fn clients_that_are_set_up_as_the_page_says_keep_dates_pages_and_ids() {
    let app = TestApp::published().await;
    if app.db.get_database_backend() != DbBackend::Sqlite {
        // Clients see no database.
        return;
    }
    let server = Server::start(app.url(), &[]);
    let url = format!("http://{}/graphql", server.address);
    let folder = folder();
    let (_, _, schema) = app.get("/schema.graphql").await;
    fs::write(folder.join("schema.graphql"), schema).expect("a file");
    if node::version().is_some_and(|version| version >= OLDEST_NODE) {
        node::install(&folder);
        node::run(&folder, &["node", "apollo.test.mjs", &url]);
        node::run(&folder, &["node", "urql.test.mjs", &url]);
        node::run(&folder, &["npx", "relay-compiler"]);
        node::run(&folder, &["node", "relay.test.mjs", &url]);
        node::run(&folder, &["npx", "graphql-codegen", "--config", "codegen.ts"]);
        node::run(&folder, &["npx", "tsc", "-p", "."]);
        fs::write(folder.join("out/package.json"), r#"{ "type": "commonjs" }"#).expect("a file");
        node::run(&folder, &["node", "out/app.js", &url]);
    } else {
        node::skipped(&format!(
            "Apollo Client, urql, Relay and GraphQL Code Generator, as there is no Node.js {OLDEST_NODE}"
        ));
    }
    let venv = Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&folder).output();
    if venv.is_ok_and(|venv| venv.status.success()) {
        node::run(&folder, &["venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", ARIADNE_CODEGEN]);
        node::run(&folder, &["venv/bin/ariadne-codegen"]);
        node::run(&folder, &["venv/bin/python", "ariadne_test.py", &url]);
    } else {
        node::skipped("ariadne-codegen, as there is no Python that makes environments (python3-venv)");
    }
    fs::remove_dir_all(folder).expect("the folder goes");
}
