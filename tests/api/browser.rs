//! The pages in a real browser: Debian's Chromium, driven by Playwright.
//!
//! `TRIHELIX_SCREENSHOTS=FOLDER` keeps a picture of each page there; `docs/pages/make` does so for the
//! pictures of the documentation.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use sea_orm::DbBackend;
use trihelix::{
    dataset::{self, Options},
    progress::silent,
    synthetic::Ecosystem,
};

use crate::support::{TestApp, node, now, server::Server};

/// What npm's packages ask for.
const OLDEST_NODE: u32 = 18;

/// A synthetic register, whose clusters have members of every kind, and many who left.
async fn synthetic() -> TestApp {
    let app = TestApp::empty().await;
    let ecosystem = Ecosystem::new(4, 150, None, 1).expect("there is such an ecosystem");
    let package = ecosystem.package(1, &silent);
    dataset::import(&app.db, &package, now(), Options::default(), &silent).await.expect("it has no fault");
    app
}

#[tokio::test]
async fn pages_work_in_a_browser() {
    let (published, synthetic) = (TestApp::published().await, synthetic().await);
    if published.db.get_database_backend() != DbBackend::Sqlite {
        // A browser sees no database.
        return;
    }
    if node::version().is_none_or(|version| version < OLDEST_NODE) || chromium().is_none() {
        node::skipped(&format!("the pages in a browser, as there is no Node.js {OLDEST_NODE} or no Chromium"));
        return;
    }
    let folder = node::folder("browser", &["browser"]);
    node::install(&folder);
    let servers = [&published, &synthetic].map(|app| Server::start(app.url(), &[]));
    let urls = servers.each_ref().map(|server| format!("http://{}", server.address));
    let pictures = std::env::var_os("TRIHELIX_SCREENSHOTS").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages"),
        |folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
    );
    let pictures = pictures.to_str().expect("a path in UTF-8");
    node::run(&folder, &["node", "pages.test.mjs", &urls[0], &urls[1], pictures]);
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

/// Where Chromium is.
fn chromium() -> Option<PathBuf> {
    let found = Command::new("sh").args(["-c", "command -v chromium"]).output().ok()?;
    found.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&found.stdout).trim()))
}
