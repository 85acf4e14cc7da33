//! An edition of the package, as it is being written: its tables, and what is known of the organizations so far.

use std::collections::BTreeMap;

use entity::{PartialDate, organization_profile::Sphere, source::SourceKind};
use serde::Serialize;

use super::{
    chance::{Chance, Topic, day},
    ecosystem::{Ecosystem, HORIZON},
    fields::FIELDS,
    names,
    outline::{Classes, Outline},
};
use crate::dataset::package::{criteria::Version, folder::DESCRIPTOR};

/// Keys of the sources that facts about organizations cite.
pub(super) const PROFILES: &str = "profiles";
pub(super) const ENTERPRISES: &str = "enterprises";
pub(super) const PRACTICES: &str = "practices";
/// The source that every corrected fact cites.
pub(super) const CORRECTIONS: &str = "corrections";

/// An edition of the package, as it is being written.
pub(super) struct Edition<'a> {
    pub(super) ecosystem: &'a Ecosystem,
    pub(super) number: u32,
    /// Where names and enterprise numbers begin.
    pub(super) offset: u64,
    pub(super) outlines: Vec<Outline>,
    /// The organizations of every field.
    pub(super) of_fields: Vec<Vec<u32>>,
    /// The organizations that can run a cluster.
    pub(super) hosts: Vec<u32>,
    pub(super) classes: Classes,
    pub(super) tables: BTreeMap<&'static str, csv::Writer<Vec<u8>>>,
    pub(super) criteria: Vec<Version>,
}

#[derive(Serialize)]
struct SourceRow<'a> {
    id: &'a str,
    kind: SourceKind,
    title: &'a str,
    publisher: &'a str,
    reference: Option<&'a str>,
    published_on: Option<PartialDate>,
}

#[derive(Serialize)]
struct Descriptor<'a> {
    profile: &'a str,
    name: &'a str,
    title: &'a str,
    description: &'a str,
    resources: Vec<Resource<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    path: &'a str,
}

impl<'a> Resource<'a> {
    fn at(path: &'a str) -> Self {
        Self { name: path.split_once('.').map_or(path, |(name, _)| name), path }
    }
}

impl<'a> Edition<'a> {
    pub(super) fn new(ecosystem: &'a Ecosystem, number: u32) -> Self {
        let offset = Chance::new(ecosystem.seed, Topic::Names, 0).below(names::STEMS as u32);
        Self {
            ecosystem,
            number,
            offset: offset.into(),
            outlines: Vec::with_capacity(ecosystem.organizations as usize),
            of_fields: vec![Vec::new(); FIELDS.len()],
            hosts: Vec::new(),
            classes: Classes::read(),
            tables: BTreeMap::new(),
            criteria: Vec::new(),
        }
    }

    /// Adds a line to a resource. All lines of a resource are of one type.
    pub(super) fn add(&mut self, resource: &'static str, row: impl Serialize) {
        let table = self.tables.entry(resource).or_insert_with(|| csv::Writer::from_writer(Vec::new()));
        table.serialize(row).expect("rows are written to memory");
    }

    /// Keeps what clusters need of the organization at a position.
    pub(super) fn know(&mut self, position: u32, outline: Outline) {
        self.of_fields[outline.field].push(position);
        if outline.sphere == Sphere::Public && outline.dissolved.is_none() {
            self.hosts.push(position);
        }
        self.outlines.push(outline);
    }

    /// What corrects a thing, in the edition that does; one in so many things is corrected.
    pub(super) fn correction(&self, topic: Topic, thing: u64, one_in: u32) -> Option<Chance> {
        let mut chance = (self.number > 1).then(|| Chance::new(self.ecosystem.seed, topic, thing))?;
        (chance.below(one_in) == 0).then_some(chance)
    }

    /// Adds a source.
    pub(super) fn source(
        &mut self,
        id: &str,
        kind: SourceKind,
        title: &str,
        reference: Option<&str>,
        published_on: Option<PartialDate>,
    ) {
        let publisher = "Trihelix, synthetic data";
        self.add("sources", SourceRow { id, kind, title, publisher, reference, published_on });
    }

    /// Adds the sources that are of no cluster.
    pub(super) fn sources(&mut self) {
        for (id, kind, title, published_on) in [
            (PROFILES, SourceKind::Dataset, "Profiles of invented organizations", day(2026, 1, 15)),
            (ENTERPRISES, SourceKind::RegisterExtract, "Extract of an invented register", day(2026, 2, 1)),
            (PRACTICES, SourceKind::Report, "Survey of invented practices", day(2025, 10, 1)),
            (CORRECTIONS, SourceKind::Dataset, "Corrections of invented records", HORIZON),
        ] {
            self.source(id, kind, title, None, Some(PartialDate::day(published_on)));
        }
    }

    /// The files of the package.
    pub(super) fn finish(self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for (resource, table) in self.tables {
            let bytes = table.into_inner().expect("rows are written to memory");
            files.insert(format!("{resource}.csv"), String::from_utf8(bytes).expect("rows are text"));
        }
        let json = |version| serde_json::to_string(version).expect("criteria are JSON");
        let versions: Vec<String> = self.criteria.iter().map(json).collect();
        files.insert("criteria.json".to_owned(), format!("[\n{}\n]\n", versions.join(",\n")));
        let (number, editions) = (self.number, Ecosystem::EDITIONS);
        let descriptor = Descriptor {
            profile: "tabular-data-package",
            name: &self.ecosystem.name(),
            title: "A synthetic ecosystem",
            description: &format!(
                "Organizations and clusters that do not exist, made by `trihelix generate`. Edition {number} of {editions}."
            ),
            resources: files.keys().map(|path| Resource::at(path)).collect(),
        };
        let descriptor = serde_json::to_string_pretty(&descriptor).expect("a descriptor is JSON");
        files.insert(DESCRIPTOR.to_owned(), descriptor + "\n");
        files
    }
}
