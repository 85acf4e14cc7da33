//! Which part of the source knows of which: arrows point one way.

mod circles;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files under a folder; of a file, itself.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found: Vec<_> = entries.flat_map(|entry| files(&entry.expect("an entry").path())).collect();
    found.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    found.sort();
    assert!(!found.is_empty(), "no Rust in {}", path.display());
    found
}

/// Where the files under a path mention one of the words.
fn mentions(path: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(&root().join(path)) {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let name = file.strip_prefix(root()).expect("the file is under the root").display().to_string();
        for (line, content) in text.lines().enumerate() {
            found.extend(
                words
                    .iter()
                    .filter(|word| content.contains(**word))
                    .map(|word| format!("{name}:{} mentions `{word}`", line + 1)),
            );
        }
    }
    found
}

fn never(path: &str, words: &[&str]) {
    let found = mentions(path, words);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn tables_know_nothing_of_the_api() {
    never("entity/src", &["async_graphql", "axum"]);
}

#[test]
fn migrations_know_the_database_alone() {
    never("migration/src", &["entity::", "trihelix::", "async_graphql", "axum"]);
}

#[test]
fn the_domain_knows_nothing_of_graphql_http_or_packages() {
    let above = ["crate::graphql", "crate::http", "crate::dataset", "crate::cli", "crate::words", "crate::page"];
    never("src/domain", &above);
    never("src/domain", &["async_graphql", "axum::"]);
}

#[test]
fn words_are_said_of_the_domain_and_of_nothing_else() {
    never(
        "src/words",
        &["async_graphql", "crate::graphql", "crate::http", "crate::page", "crate::dataset", "EntityTrait"],
    );
    never("src/http", &["crate::words"]);
    never("src/dataset", &["crate::words"]);
    never("src/page", &["crate::words"]);
}

#[test]
fn graphql_builds_no_queries_and_knows_no_http() {
    never("src/graphql", &["axum::", "crate::http", "crate::dataset", "EntityTrait", "QueryFilter", "sea_query"]);
    never("src/graphql", &["Column::", "Column,", "Column}"]);
}

#[test]
fn the_ledger_is_an_image_to_whoever_is_above_the_domain() {
    let inner = ["columns", "values", "segment", "organizations", "snapshot", "bitmaps", "recent", "search", "stated"];
    let inner = inner.map(|file| format!("ledger::{file}"));
    let inner: Vec<&str> =
        inner.iter().map(String::as_str).chain(["Visit", "ResolvedPopulation", "OrganizationAt"]).collect();
    for above in ["src/graphql", "src/words", "src/http", "src/page", "src/dataset", "src/synthetic", "src/cli"] {
        never(above, &inner);
    }
}

#[test]
fn http_names_no_concept() {
    let concepts = [
        "Cluster",
        "Membership",
        "Partnership",
        "Participation",
        "Organization",
        "Criteria",
        "Figure",
        "Sector",
        "Company",
    ];
    never("src/http", &["entity::"]);
    // Packages are written there for downloads, and never read.
    never("src/http", &["dataset::import", "dataset::Folder", "crate::synthetic", "dataset::Options"]);
    never("src/http", &concepts);
}

#[test]
fn pages_read_answers_alone() {
    let others = ["crate::domain", "entity::", "crate::dataset", "crate::http", "crate::cli", "sea_orm", "axum"];
    never("src/page", &others);
    never("src/graphql", &["crate::page"]);
    never("src/dataset", &["crate::page"]);
}

#[test]
fn packages_know_nothing_of_graphql_and_http() {
    never("src/dataset", &["crate::graphql", "crate::http", "async_graphql", "axum"]);
}

#[test]
fn only_the_command_line_reads_the_clock() {
    let clocks = ["Utc::now", "Local::now", "SystemTime::now"];
    let mut found: Vec<_> = ["src", "entity", "migration"].iter().flat_map(|path| mentions(path, &clocks)).collect();
    let at_the_edge = found.len();
    found.retain(|mention| !mention.starts_with("src/cli/edge.rs:"));
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(at_the_edge, 1, "the command line reads the clock in one place");
}

#[test]
fn no_files_need_each_other_in_a_circle() {
    // The types of a GraphQL schema refer to each other.
    let found = circles::circles(root(), &[("crate", "src"), ("entity", "entity/src")], &["crate::graphql"]);
    assert!(found.is_empty(), "keep values below and methods above: {found:#?}");
}

#[test]
fn every_table_of_dated_records_is_checked() {
    let check = std::fs::read_to_string(root().join("src/domain/store/check.rs")).expect("the file is text");
    let (_, list) = check.split_once("const RECORDED").expect("the list of tables");
    let (list, _) = list.split_once("];").expect("the end of the list");
    // A later step may make a table of the same name anew: the last one stands.
    let mut steps = files(&root().join("migration/src"));
    steps.sort();
    let mut tables = std::collections::BTreeMap::new();
    for file in steps {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once(" (").expect("a table has columns");
            let (columns, _) = rest.split_once("\n)").expect("the columns end");
            tables.insert(name.to_owned(), columns.contains("superseded_rev BIGINT"));
        }
    }
    tables.retain(|_, is_recorded| *is_recorded);
    for name in tables.keys() {
        assert!(list.contains(&format!("\"{name}\"")), "src/domain/store/check.rs: RECORDED lacks `{name}`");
    }
    assert_eq!(tables.len(), list.matches('"').count() / 2, "RECORDED lists a table that is none");
}

/// Lists whose rows are counted elsewhere, or are few by their nature.
const COUNTED_OTHERWISE: [&str; 9] = [
    // No field: what a field reads.
    "organization/mod.rs sites_at",
    // Where the field above them counted them.
    "statistics/flow.rs rows",
    "statistics/flow.rs retained",
    // Some of a small closed set, or of what reference data holds, for one object.
    "reference.rs municipalities",
    "reference.rs postal_codes",
    "criteria/rule.rs codes",
    "criteria/rule.rs municipalities",
    "criteria/rule.rs sectors",
    "criteria/rule.rs spheres",
];

#[test]
fn the_rows_of_every_list_are_counted_into_the_answer() {
    let mut uncounted = Vec::new();
    for file in files(&root().join("src/graphql")) {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let name = file.strip_prefix(root().join("src/graphql")).expect("below").display().to_string();
        for resolver in text.split("async fn ").skip(1) {
            let (head, body) = resolver.split_once(" {\n").unwrap_or((resolver, ""));
            let answers_a_list =
                ["-> Vec<", "-> Result<Vec<", "-> Option<Result<Vec<"].iter().any(|to| head.contains(to));
            // A field of the schema stands in a block of fields: others are methods of their own types.
            let takes_itself = head.contains("&self");
            let body = body.split("\n    }").next().unwrap_or_default();
            let is_counted = body.contains("ctx.list(") || body.contains(".hold(");
            if answers_a_list && takes_itself && !is_counted {
                uncounted.push(format!("{name} {}", head.split('(').next().unwrap_or_default()));
            }
        }
    }
    uncounted.retain(|list| !COUNTED_OTHERWISE.contains(&list.as_str()));
    assert!(uncounted.is_empty(), "answer these by `ctx.list`: {uncounted:#?}");
}
