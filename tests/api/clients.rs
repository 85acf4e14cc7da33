//! The clients of `docs/clients.md` against the server: each is set up by the code that stands on that page.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::DbBackend;

use crate::support::{TestApp, server::Server};

/// What npm's packages of the clients ask for.
const OLDEST_NODE: u32 = 20;

const ARIADNE_CODEGEN: &str = "ariadne-codegen==0.19.0";

/// Says what was left out, where it is seen though the test passes.
fn skipped(what: &str) {
    writeln!(std::io::stderr(), "== SKIPPED: {what}").expect("standard error is written");
}

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clients-{}", std::process::id()));
    fs::create_dir_all(folder.join("relay/__generated__")).expect("a folder");
    let tests = root.join("tests/api/clients");
    for within in ["", "relay"] {
        for file in fs::read_dir(tests.join(within)).expect("a folder") {
            let file = file.expect("a file");
            if file.file_type().expect("a type").is_file() {
                fs::copy(file.path(), folder.join(within).join(file.file_name())).expect("it is copied");
            }
        }
    }
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

/// Runs a command in a folder; it has to succeed.
fn run(folder: &Path, command: &[&str]) {
    let [program, arguments @ ..] = command else { unreachable!("a command has a name") };
    let ran = Command::new(program).args(arguments).current_dir(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (told, faults) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{command:?}\n{told}\n{faults}");
}

fn version_of_node() -> Option<u32> {
    let told = Command::new("node").arg("--version").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    told.trim().trim_start_matches('v').split('.').next()?.parse().ok()
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
    if version_of_node().is_some_and(|version| version >= OLDEST_NODE) {
        run(&folder, &["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]);
        run(&folder, &["node", "apollo.test.mjs", &url]);
        run(&folder, &["node", "urql.test.mjs", &url]);
        run(&folder, &["npx", "relay-compiler"]);
        run(&folder, &["node", "relay.test.mjs", &url]);
        run(&folder, &["npx", "graphql-codegen", "--config", "codegen.ts"]);
        run(&folder, &["npx", "tsc", "-p", "."]);
        fs::write(folder.join("out/package.json"), r#"{ "type": "commonjs" }"#).expect("a file");
        run(&folder, &["node", "out/app.js", &url]);
    } else {
        skipped(&format!(
            "Apollo Client, urql, Relay and GraphQL Code Generator, as there is no Node.js {OLDEST_NODE}"
        ));
    }
    let venv = Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&folder).output();
    if venv.is_ok_and(|venv| venv.status.success()) {
        run(&folder, &["venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", ARIADNE_CODEGEN]);
        run(&folder, &["venv/bin/ariadne-codegen"]);
        run(&folder, &["venv/bin/python", "ariadne_test.py", &url]);
    } else {
        skipped("ariadne-codegen, as there is no Python that makes environments (python3-venv)");
    }
    fs::remove_dir_all(folder).expect("the folder goes");
}
