//! Data packages that tests write.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A package under construction. Every file has a source `s`, so that a test names one only when it is about sources.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    name: String,
    tables: BTreeMap<String, (String, Vec<String>)>,
    criteria: Option<Value>,
}

impl Package {
    /// A package with the source `s` and nothing else.
    pub(crate) fn new(name: &str) -> Self {
        let package = Self { name: name.to_owned(), tables: BTreeMap::new(), criteria: None };
        package.rows("sources", "id,kind,title", &["s,decision,A decision"])
    }

    /// Adds lines to a table; the header must be the same each time.
    pub(crate) fn rows(mut self, table: &str, header: &str, lines: &[impl AsRef<str>]) -> Self {
        let (known, rows) = self.tables.entry(table.to_owned()).or_insert_with(|| (header.to_owned(), Vec::new()));
        assert_eq!(known, header, "one header a table");
        rows.extend(lines.iter().map(|line| line.as_ref().to_owned()));
        self
    }

    /// Takes a table out.
    pub(crate) fn without(mut self, table: &str) -> Self {
        self.tables.remove(table);
        self
    }

    /// A cluster.
    pub(crate) fn cluster(self, slug: &str) -> Self {
        self.rows("clusters", "slug,name_en,source", &[format!("{slug},Cluster {slug},s")])
    }

    /// An organization with a name.
    pub(crate) fn organization(self, key: &str, sphere: &str, name: &str) -> Self {
        self.rows("organizations", "id,sphere,source", &[format!("{key},{sphere},s")]).rows(
            "organization_names",
            "organization,kind,name",
            &[format!("{key},trade,{name}")],
        )
    }

    /// A period of a membership: `from` and `to` may be empty, or partial.
    pub(crate) fn member(self, cluster: &str, organization: &str, status: &str, from: &str, to: &str) -> Self {
        let exit = if status == "ended" { "left" } else { "" };
        self.period(&format!("{cluster},{organization},member,,{status},{from},{to},,,{exit},,s"))
    }

    /// A line of the table of periods: cluster, organization, kind, scope, status, from, to, first and last
    /// confirmation, exit kind, exit reason, source.
    pub(crate) fn period(self, line: &str) -> Self {
        const HEADER: &str = "cluster,organization,kind,scope,status,from,to,first_confirmed_on,last_confirmed_on,\
                              exit_kind,exit_reason,source";
        self.rows("periods", HEADER, &[line])
    }

    /// The file of criteria.
    pub(crate) fn criteria(mut self, versions: Value) -> Self {
        self.criteria = Some(versions);
        self
    }

    /// Writes the files.
    pub(crate) fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut resources = Vec::new();
        for (table, (header, lines)) in &self.tables {
            let file = format!("{table}.csv");
            let text = format!("{header}\n{}\n", lines.join("\n"));
            std::fs::write(folder.path().join(&file), text).expect("the file is written");
            resources.push(json!({ "name": table, "path": file }));
        }
        if let Some(criteria) = &self.criteria {
            let text = serde_json::to_string_pretty(criteria).expect("JSON");
            std::fs::write(folder.path().join("criteria.json"), text).expect("the file is written");
            resources.push(json!({ "name": "criteria", "path": "criteria.json" }));
        }
        let descriptor = json!({ "name": self.name, "resources": resources }).to_string();
        std::fs::write(folder.path().join("datapackage.json"), descriptor).expect("the file is written");
        folder
    }
}
