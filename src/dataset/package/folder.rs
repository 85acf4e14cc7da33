//! A package on disk or in the binary: which files it has, and what is in them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use entity::{TextEnum, organization_identifier::Scheme};
use serde::Deserialize;

use super::{fault::Faults, table::Table};
use crate::domain::identifier;

/// Where a package is read from.
#[derive(Clone, Debug)]
pub enum Folder {
    /// A folder on disk.
    Disk(PathBuf),
    /// Files in the binary, by name.
    Embedded(&'static [(&'static str, &'static str)]),
    /// Files that were generated, by name.
    Generated(BTreeMap<String, String>),
}

impl Folder {
    fn read(&self, file: &str) -> Result<Cow<'_, str>, String> {
        let text = match self {
            Self::Disk(folder) => return text_of(std::fs::read(folder.join(file))).map(Cow::Owned),
            Self::Embedded(files) => files.iter().find(|(name, _)| *name == file).map(|(_, text)| *text),
            Self::Generated(files) => files.get(file).map(String::as_str),
        };
        text.map(Cow::Borrowed).ok_or_else(|| MISSING.to_owned())
    }
}

const MISSING: &str = "the file is missing";

/// The text of a file that was read, or why there is none.
fn text_of(read: std::io::Result<Vec<u8>>) -> Result<String, String> {
    let bytes = read.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => MISSING.to_owned(),
        _ => format!("the file cannot be read: {error}"),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let whole = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        format!("line {} is not UTF-8", whole.iter().filter(|byte| **byte == b'\n').count() + 1)
    })?;
    // Some editors begin a file with a mark of its byte order, which is no part of the text.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The file that describes a package.
pub(crate) const DESCRIPTOR: &str = "datapackage.json";

/// The part of a Data Package's descriptor that the import rests on.
#[derive(Deserialize)]
struct Descriptor {
    name: String,
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    name: String,
    path: String,
}

/// A package with its files read.
pub(crate) struct Package {
    /// Its name: the register knows by it which rows came with the package.
    pub(crate) name: String,
    tables: BTreeMap<&'static str, Table>,
    /// The tables whose header or quotes are wrong.
    unreadable: BTreeSet<&'static str>,
    /// The file of criteria, if it has one: its path and its text.
    pub(crate) criteria: Option<(String, String)>,
}

pub(crate) const CRITERIA: &str = "criteria";

/// The resources that are tables, with their columns: `*` must be filled; `+` stands for one column in each language.
pub(crate) const TABLES: &[(&str, &[&str])] = &[
    ("sources", &["*id", "*kind", "*title", "publisher", "reference", "published_on", "url", "language"]),
    (
        "organizations",
        &[
            "*id",
            "*sphere",
            "size_class",
            "research_kind",
            "government_level",
            "civil_society_kind",
            "founded_on",
            "dissolved_on",
            "website",
            "+description",
            "*source",
        ],
    ),
    ("organization_names", &["*organization", "*kind", "language", "*name"]),
    ("organization_identifiers", &["*organization", "*scheme", "*value"]),
    ("sites", &["*organization", "*kind", "municipality", "postal_code", "from", "to", "*source"]),
    ("activities", &["*organization", "*nace_version", "*nace_code", "*rank", "from", "to", "*source"]),
    ("attributes", &["*organization", "*code", "*value", "from", "to", "*source"]),
    ("judgements", &["*cluster", "*organization", "*code", "*value", "from", "to", "*source"]),
    ("clusters", &["*slug", "host", "website", "complete_from", "+name", "+description", "*source"]),
    ("events", &["*cluster", "*id", "*kind", "on", "+text", "*source"]),
    ("sectors", &["*cluster", "*code", "+label", "*source"]),
    ("sector_nace", &["*cluster", "*sector", "*nace_version", "*nace_code"]),
    ("services", &["*cluster", "*id", "+name", "+description", "*source"]),
    ("terms", &["*kind", "cluster", "*code", "+label", "*source"]),
    (
        "periods",
        &[
            "*cluster",
            "*organization",
            "*kind",
            "scope",
            "*status",
            "from",
            "to",
            "first_confirmed_on",
            "last_confirmed_on",
            "exit_kind",
            "exit_reason",
            "exit_criteria",
            "note",
            "*source",
        ],
    ),
    ("programmes", &["*slug", "website", "+name", "+description", "*source"]),
    ("programme_clusters", &["*programme", "*cluster", "from", "to", "*source"]),
    (
        "figures",
        &[
            "cluster",
            "programme",
            "id",
            "part_of",
            "*metric",
            "+label",
            "of_sphere",
            "of_size_class",
            "+of_group",
            "*nature",
            "value",
            "*disclosure",
            "*qualifier",
            "unit",
            "population",
            "on",
            "comparable_with_previous",
            "+comparison_note",
            "quote",
            "+explanation",
            "*source",
        ],
    ),
    ("referrals", &["*cluster", "*organization", "*service", "on", "*source"]),
];

impl Package {
    /// Reads all files; `None` when not even their list can be read.
    pub(crate) fn read(folder: &Folder, faults: &mut Faults) -> Option<Self> {
        let descriptor: Descriptor = match folder.read(DESCRIPTOR) {
            Err(message) => {
                faults.push(DESCRIPTOR, 0, "", format!("{message}; a package is described by this file"));
                return None;
            }
            Ok(text) => match serde_json::from_str(&text) {
                Ok(descriptor) => descriptor,
                Err(error) => {
                    faults.push(DESCRIPTOR, error.line() as u64, "", format!("no data package: {error}"));
                    return None;
                }
            },
        };
        if !super::table::is_key(&descriptor.name) {
            faults.push(DESCRIPTOR, 0, "name", format!("`{}` is no key: expected a-z, 0-9, -, ., _", descriptor.name));
        }
        let mut package =
            Self { name: descriptor.name, tables: BTreeMap::new(), unreadable: BTreeSet::new(), criteria: None };
        for resource in descriptor.resources {
            package.add(folder, &resource, faults);
        }
        Some(package)
    }

    fn add(&mut self, folder: &Folder, resource: &Resource, faults: &mut Faults) {
        let Resource { name, path } = resource;
        let known = TABLES.iter().find(|(table, _)| table == name);
        if known.is_none() && name != CRITERIA {
            let names: Vec<_> = TABLES.iter().map(|(table, _)| *table).chain([CRITERIA]).collect();
            faults.push(
                DESCRIPTOR,
                0,
                "resources",
                format!("`{name}` is no resource; expected one of {}", names.join(", ")),
            );
            return;
        }
        let is_twice = known.is_some_and(|(table, _)| self.tables.contains_key(table));
        if is_twice || (name == CRITERIA && self.criteria.is_some()) {
            faults.push(DESCRIPTOR, 0, "resources", format!("`{name}` is listed twice; expected one file of each"));
            return;
        }
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            faults.push(
                DESCRIPTOR,
                0,
                "resources",
                format!("`{path}` leads out of the package; expected a path within it"),
            );
            return;
        }
        match (folder.read(path), known) {
            (Err(message), _) => faults.push(path, 0, "", message),
            (Ok(text), None) => self.criteria = Some((path.clone(), text.into_owned())),
            (Ok(text), Some((table, columns))) => {
                let read = Table::parse(path, &text, columns, faults);
                if !read.is_readable {
                    self.unreadable.insert(table);
                }
                self.tables.insert(table, read);
            }
        }
    }

    /// The texts of a column.
    pub(crate) fn column(&self, resource: &str, column: &'static str) -> impl Iterator<Item = &str> {
        self.tables.get(resource).into_iter().flat_map(move |table| table.column(column))
    }

    /// What is named in a column of any resource, and in some others.
    pub(crate) fn named(&self, column: &'static str, besides: &[(&str, &'static str)]) -> BTreeSet<String> {
        let everywhere = self.tables.values().flat_map(|table| table.column(column));
        let besides = besides.iter().flat_map(|(resource, column)| self.column(resource, column));
        everywhere.chain(besides).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// The clusters that criteria are of.
    pub(crate) fn clusters_of_criteria(&self) -> Vec<String> {
        let versions = self.criteria.as_ref().and_then(|(_, text)| serde_json::from_str(text).ok());
        let versions: Vec<serde_json::Value> = versions.unwrap_or_default();
        versions.iter().filter_map(|version| version["cluster"].as_str().map(str::to_owned)).collect()
    }

    /// The identifiers that are stated, as they are recorded.
    pub(crate) fn identifiers(&self) -> Vec<(Scheme, String)> {
        let resource = "organization_identifiers";
        let stated = self.column(resource, "scheme").zip(self.column(resource, "value"));
        let read = |(scheme, value): (&str, &str)| {
            let scheme = Scheme::of_text(scheme)?;
            Some((scheme, identifier::parse(scheme, value)?))
        };
        stated.filter_map(read).collect()
    }

    /// The resources that the package lists.
    pub(crate) fn listed(&self) -> BTreeSet<&'static str> {
        self.tables.keys().copied().chain(self.criteria.is_some().then_some(CRITERIA)).collect()
    }

    /// Whether a resource is there and cannot be read: then what refers to it is no fault of its own.
    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// The table of a resource, if it is there.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Takes the table of a resource out of the package; an empty one when it does not have it.
    pub(crate) fn take(&mut self, name: &str) -> Table {
        self.tables.remove(name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn every_table_and_column_is_documented() {
        let docs = include_str!("../../../docs/dataset.md");
        for (table, columns) in TABLES {
            let section = docs.split("\n### ").find(|section| section.lines().next() == Some(table));
            let section = section.unwrap_or_else(|| panic!("docs/dataset.md has no section {table}"));
            for column in *columns {
                let name = match column.strip_prefix('+') {
                    Some(prefix) => format!("`{prefix}_en`"),
                    None => format!("`{}`", column.trim_start_matches('*')),
                };
                assert!(section.contains(&name), "docs/dataset.md, {table}: no column {name}");
            }
        }
    }
}
