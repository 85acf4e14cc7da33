//! A synthetic ecosystem: organizations and clusters that do not exist, as a data package.
//!
//! Every thing draws from a sequence of its own (`chance`), so that it is the same whatever is drawn for others. The
//! package has two editions, each whole: the second draws the same as the first and corrects some of it, so that a
//! register that takes both has a history.

mod chance;
mod clusters;
mod criteria;
mod fields;
mod figures;
mod judgements;
mod names;
mod organizations;
mod participations;
mod programmes;
mod terms;

use std::{collections::BTreeMap, io, ops::RangeInclusive, path::Path};

use chrono::NaiveDate;
use entity::{PartialDate, organization_profile::Sphere, revision, source::SourceKind};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Serialize;

use self::{
    chance::{Chance, Topic, day},
    fields::FIELDS,
    organizations::{CORRECTIONS, Classes, ENTERPRISES, Outline, PRACTICES, PROFILES},
    programmes::Programmes,
};
use crate::{
    dataset::{
        Folder, actor,
        package::{criteria::Version, folder::DESCRIPTOR},
    },
    domain,
    progress::{Progress, Tell, Work},
};

/// The day up to which a synthetic ecosystem is recorded.
const HORIZON: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day");

/// The sizes and the seed of a synthetic ecosystem. The same make the same, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecosystem {
    clusters: u32,
    organizations: u32,
    memberships: u32,
    seed: u64,
}

/// Why there is no ecosystem of these sizes: there would be too few or too many of something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} {what}; expected {} to {}", expected.start(), expected.end())]
pub struct Impossible {
    count: u32,
    what: &'static str,
    expected: RangeInclusive<u32>,
}

/// Why an ecosystem is not written into a register.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Synthetic data is not mixed with other data.
    #[error(
        "the register holds what the {0} brought; a synthetic ecosystem is written into a database of its own, so that \
         it is never mixed with other data: name another one with --database-url"
    )]
    Taken(String),
    /// The register could not be read.
    #[error(transparent)]
    Register(#[from] domain::Error),
}

impl Ecosystem {
    /// How many editions of its package there are.
    pub const EDITIONS: u32 = 2;

    /// An ecosystem of these sizes. By default, there are five memberships for every three organizations, or as many
    /// as there can be.
    pub fn new(clusters: u32, organizations: u32, memberships: Option<u32>, seed: u64) -> Result<Self, Impossible> {
        let check = |count: u32, what, expected: RangeInclusive<u32>| {
            if expected.contains(&count) { Ok(count) } else { Err(Impossible { count, what, expected }) }
        };
        // Together they have to be fewer than there are names.
        check(clusters, "clusters", 1..=90_000)?;
        check(organizations, "organizations", 1..=1_900_000)?;
        let possible = clusters.saturating_mul(organizations).min(20_000_000);
        let memberships = memberships.unwrap_or(possible.min(organizations * 5 / 3));
        check(memberships, "memberships", 0..=possible)?;
        Ok(Self { clusters, organizations, memberships, seed })
    }

    /// The name of its package, which says how it is made.
    pub fn name(&self) -> String {
        format!("synthetic-{}-{}-{}-{}", self.clusters, self.organizations, self.memberships, self.seed)
    }

    /// An edition of its package: 1, or 2 with corrections.
    pub fn package(&self, edition: u32, tell: Tell<'_>) -> Folder {
        Folder::Generated(self.files(edition, tell))
    }

    /// Writes an edition of its package into a folder, which is made when it is missing.
    pub fn save(&self, edition: u32, folder: &Path, tell: Tell<'_>) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        self.files(edition, tell).iter().try_for_each(|(file, text)| std::fs::write(folder.join(file), text))
    }

    /// The first edition that a register lacks, when it holds nothing but editions of this package.
    pub async fn next_edition(&self, db: &impl ConnectionTrait) -> Result<u32, Refused> {
        let revisions = revision::Entity::find().all(db).await.map_err(domain::Error::from)?;
        let own = actor(&self.name());
        match revisions.iter().find(|revision| revision.actor != own) {
            Some(other) => Err(Refused::Taken(other.actor.clone())),
            None => Ok(revisions.len() as u32 + 1),
        }
    }

    fn files(&self, edition: u32, tell: Tell<'_>) -> BTreeMap<String, String> {
        let of = u64::from(self.organizations) + u64::from(self.memberships);
        let mut done = 0;
        let mut made = |things: u32| {
            done += u64::from(things);
            tell(Progress { work: Work::Generating, done, of });
        };
        made(0);
        let mut edition = Edition::new(self, edition);
        edition.sources();
        terms::of_attributes(&mut edition);
        for position in 0..self.organizations {
            let outline = Outline::of(self.seed, position);
            organizations::write(&mut edition, position, &outline);
            edition.know(position, outline);
            made(1);
        }
        let mut programmes = Programmes::default();
        for (position, size) in (0..).zip(self.sizes()) {
            let plan = clusters::write(&mut edition, position);
            let histories = participations::write(&mut edition, position, &plan, size);
            figures::write(&mut edition, position, &plan, &histories);
            programmes.take(&plan, &histories);
            made(size);
        }
        programmes.write(&mut edition);
        edition.finish()
    }

    /// How many memberships each cluster has: few have many, many have few.
    fn sizes(&self) -> Vec<u32> {
        let (clusters, wanted) = (u64::from(self.clusters), u64::from(self.memberships));
        let weight = |rank: u64| 1_000_000_000_000 / (rank + 2 + clusters / 100);
        let total: u64 = (0..clusters).map(weight).sum();
        let share = |rank| (u128::from(wanted) * u128::from(weight(rank)) / u128::from(total)) as u32;
        let mut sizes: Vec<u32> = (0..clusters).map(|rank| share(rank).min(self.organizations)).collect();
        let mut left = self.memberships - sizes.iter().sum::<u32>();
        // What rounding and clusters that everybody belongs to leave over, one to each of the others.
        while left > 0 {
            for size in sizes.iter_mut().filter(|size| **size < self.organizations).take(left as usize) {
                *size += 1;
                left -= 1;
            }
        }
        sizes
    }
}

/// An edition of the package, as it is being written.
struct Edition<'a> {
    ecosystem: &'a Ecosystem,
    number: u32,
    /// Where names and enterprise numbers begin.
    offset: u64,
    outlines: Vec<Outline>,
    /// The organizations of every field.
    of_fields: Vec<Vec<u32>>,
    /// The organizations that can run a cluster.
    hosts: Vec<u32>,
    classes: Classes,
    tables: BTreeMap<&'static str, csv::Writer<Vec<u8>>>,
    criteria: Vec<Version>,
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
    fn new(ecosystem: &'a Ecosystem, number: u32) -> Self {
        let offset = Chance::of(ecosystem.seed, Topic::Names, 0).below(names::STEMS as u32);
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
    fn add(&mut self, resource: &'static str, row: impl Serialize) {
        let table = self.tables.entry(resource).or_insert_with(|| csv::Writer::from_writer(Vec::new()));
        table.serialize(row).expect("rows are written to memory");
    }

    /// Keeps what clusters need of the organization at a position.
    fn know(&mut self, position: u32, outline: Outline) {
        self.of_fields[outline.field].push(position);
        if outline.sphere == Sphere::Public && outline.dissolved.is_none() {
            self.hosts.push(position);
        }
        self.outlines.push(outline);
    }

    /// What corrects a thing, in the edition that does; one in so many things is corrected.
    fn correction(&self, topic: Topic, thing: u64, one_in: u32) -> Option<Chance> {
        let mut chance = (self.number > 1).then(|| Chance::of(self.ecosystem.seed, topic, thing))?;
        (chance.below(one_in) == 0).then_some(chance)
    }

    /// Adds a source.
    fn source(
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
    fn sources(&mut self) {
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
    fn finish(self) -> BTreeMap<String, String> {
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
