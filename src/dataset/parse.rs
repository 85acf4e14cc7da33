//! Lines become facts: values are read, references are looked up, and what cannot be is a fault.

use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
};

use chrono::NaiveDate;
use entity::{
    About, NaceVersion, PartialDate, Revision, TextEnum,
    id::{ClusterEventId, ClusterId, OrganizationId, ParticipationId, SectorId, ServiceId, SourceId},
    source,
};

mod clusters;
mod organizations;
mod participations;

use super::{
    facts::Facts,
    fault::Faults,
    folder::Package,
    snapshot::{ParticipationKey, Snapshot},
    table::Row,
};
use crate::domain::{quoted, reference::REFERENCE, time::Interval};

/// Reads the facts of a package, and notes every fault of its lines.
///
/// `today` is the last day that a source can attest.
pub(super) fn facts(
    package: &Package,
    snapshot: &Snapshot,
    revision: Revision,
    today: NaiveDate,
    faults: &mut Faults,
) -> Facts {
    let cell = RefCell::new(std::mem::take(faults));
    let mut parser = Parser::new(package, snapshot, (revision, today), &cell);
    parser.sources();
    parser.organizations();
    parser.clusters();
    parser.judgements();
    parser.periods();
    parser.figures();
    parser.referrals();
    if let Some((file, text)) = &package.criteria {
        parser.facts.criteria_file = Some(file.clone());
        super::criteria::parse(file, text, &mut parser);
    }
    let mut facts = parser.facts;
    facts.settle();
    *faults = cell.into_inner();
    facts
}

/// The package as it is being read.
pub(super) struct Parser<'a> {
    pub(super) package: &'a Package,
    pub(super) snapshot: &'a Snapshot,
    pub(super) revision: Revision,
    today: NaiveDate,
    pub(super) faults: &'a RefCell<Faults>,
    sources: HashMap<&'a str, SourceId>,
    organizations: HashMap<&'a str, OrganizationId>,
    clusters: HashMap<&'a str, ClusterId>,
    events: HashMap<(ClusterId, &'a str), ClusterEventId>,
    pub(super) sectors: HashMap<(ClusterId, &'a str), SectorId>,
    services: HashMap<(ClusterId, &'a str), ServiceId>,
    participations: HashMap<ParticipationKey, ParticipationId>,
    pub(super) facts: Facts,
}

impl<'a> Parser<'a> {
    /// Knows the keys of all rows before any is read, so that a faulty row does not make those that refer to
    /// it faulty too.
    fn new(
        package: &'a Package,
        snapshot: &'a Snapshot,
        (revision, today): (Revision, NaiveDate),
        faults: &'a RefCell<Faults>,
    ) -> Self {
        let keys = |table: &str, column: &str| {
            package.table(table).into_iter().flat_map(move |table| table.column(column)).collect::<Vec<_>>()
        };
        let organizations = keys("organizations", "id").into_iter();
        let clusters = keys("clusters", "slug").into_iter();
        Self {
            package,
            snapshot,
            revision,
            today,
            faults,
            sources: keys("sources", "id").into_iter().map(|key| (key, SourceId::fresh())).collect(),
            organizations: organizations
                .map(|key| (key, snapshot.organizations.get(key).copied().unwrap_or_else(OrganizationId::fresh)))
                .collect(),
            clusters: clusters
                .map(|key| (key, snapshot.clusters.get(key).copied().unwrap_or_else(ClusterId::fresh)))
                .collect(),
            events: HashMap::new(),
            sectors: HashMap::new(),
            services: HashMap::new(),
            participations: HashMap::new(),
            facts: Facts::default(),
        }
    }

    fn rows(&self, table: &str) -> Vec<Row<'a>> {
        let (faults, package) = (self.faults, self.package);
        package.table(table).into_iter().flat_map(|table| table.rows(faults)).collect()
    }

    /// Why nothing is found by a key that refers to a resource.
    fn unknown(&self, resource: &str, key: &str, expected: &str) -> Unknown {
        let is_told = self.package.is_unreadable(resource);
        Unknown((!is_told).then(|| format!("{}: expected {expected} the resource {resource}", quoted(key))))
    }

    /// The source with a key.
    pub(super) fn source(&self, key: &str) -> Result<SourceId, Unknown> {
        self.sources.get(key).copied().ok_or_else(|| self.unknown("sources", key, "the id of a row of"))
    }

    /// The organization with a key, of this package or of the register.
    fn organization(&self, key: &str) -> Result<OrganizationId, Unknown> {
        let known = self.organizations.get(key).or_else(|| self.snapshot.organizations.get(key));
        known.copied().ok_or_else(|| self.unknown("organizations", key, "the id of a row of"))
    }

    /// The organization with a key that this package describes: names and identifiers belong to the description.
    fn described(&self, key: &str) -> Result<OrganizationId, Unknown> {
        if !self.organizations.contains_key(key) && self.snapshot.organizations.contains_key(key) {
            let is_told = self.package.is_unreadable("organizations");
            return Err(Unknown((!is_told).then(|| {
                format!(
                    "{} is described by another package, and this belongs to the description; leave the line out",
                    quoted(key)
                )
            })));
        }
        self.organization(key)
    }

    /// The cluster with a slug, of this package or of the register.
    pub(super) fn cluster(&self, slug: &str) -> Result<ClusterId, Unknown> {
        let known = self.clusters.get(slug).or_else(|| self.snapshot.clusters.get(slug));
        known.copied().ok_or_else(|| self.unknown("clusters", slug, "the slug of a row of"))
    }

    /// An event of a cluster.
    pub(super) fn event(&self, cluster: ClusterId, key: &str) -> Result<ClusterEventId, Unknown> {
        let known = self.events.get(&(cluster, key)).copied();
        known.ok_or_else(|| self.unknown("events", key, "the id of an event of the same cluster in"))
    }

    /// A sector of a cluster.
    fn sector(&self, cluster: ClusterId, code: &str) -> Result<SectorId, Unknown> {
        let known = self.sectors.get(&(cluster, code)).copied();
        known.ok_or_else(|| self.unknown("sectors", code, "the code of a sector of the same cluster in"))
    }

    /// A service of a cluster.
    fn service(&self, cluster: ClusterId, key: &str) -> Result<ServiceId, Unknown> {
        let known = self.services.get(&(cluster, key)).copied();
        known.ok_or_else(|| self.unknown("services", key, "the id of a service of the same cluster in"))
    }

    fn sources(&mut self) {
        let mut seen = Seen::default();
        for row in self.rows("sources") {
            let (kind, published_on, url, language) =
                (row.word("kind"), row.date("published_on"), row.address("url"), row.word("language"));
            let Some(key) = row.key("id") else { continue };
            seen.note(&row, "id", key);
            let (Some(kind), Some(title)) = (kind, row.owned("title")) else { continue };
            let mut source = source::Model {
                id: self.sources[key],
                // Keys of sources are the package's own: two packages may use the same.
                key: format!("{}/{key}", self.package.name),
                kind,
                title,
                publisher: row.owned("publisher"),
                reference: row.owned("reference"),
                published_on,
                url,
                language,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            // Facts that cite an unchanged source are unchanged too.
            if let Some(known) = self
                .snapshot
                .sources
                .get(&source.key)
                .filter(|known| entity::source::Entity::say_the_same(known, &source))
            {
                source.id = known.id;
                self.sources.insert(key, known.id);
            }
            self.facts.sources.push(source);
        }
    }

    /// What a cell refers to; `None`, and a fault, when there is no such thing.
    fn referred<T>(&self, row: &Row<'a>, column: &str, find: impl Fn(&str) -> Result<T, Unknown>) -> Option<T> {
        match find(row.text(column)?) {
            Ok(found) => Some(found),
            Err(Unknown(message)) => {
                message.into_iter().for_each(|message| row.fault(column, message));
                None
            }
        }
    }

    /// The source that a row cites.
    fn cited(&self, row: &Row<'a>) -> Option<SourceId> {
        self.referred(row, "source", |key| self.source(key))
    }
}

/// Why nothing is found by a key; `None`: the resource that would hold it cannot be read, which is a fault already.
pub(super) struct Unknown(pub(super) Option<String>);

/// From when until when a fact holds, as stated and as counted.
struct Dates {
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    interval: Interval,
}

impl Dates {
    fn of(row: &Row<'_>) -> Self {
        let (from, to) = (row.date("from"), row.date("to"));
        let interval = Interval::counted(from, to, None);
        if interval.is_empty() {
            row.fault("to", "is not after from; expected the first day that the fact no longer holds");
        }
        Self { from, to, interval }
    }
}

/// What a source says of an assertion: that it holds, that it does not, or that it is not established.
fn tri_state(row: &Row<'_>) -> Option<Option<bool>> {
    row.value("value", "true, false or unknown", |text| match text {
        "true" => Some(Some(true)),
        "false" => Some(Some(false)),
        "unknown" => Some(None),
        _ => None,
    })
}

/// A class of activities at or below a level.
fn class(row: &Row<'_>, level: i32) -> Option<(NaceVersion, String)> {
    let version: NaceVersion = row.word("nace_version")?;
    let expected =
        format!("a code of NACE-BEL {}{}", version.text(), if level > 1 { ", below the section" } else { "" });
    row.value("nace_code", &expected, |code| {
        let class = REFERENCE.class(version, code).filter(|class| class.level >= level)?;
        Some((version, class.code.clone()))
    })
}

/// Keys that were seen, with the line they first stood on.
pub(super) struct Seen<K>(HashMap<K, u64>);

impl<K> Default for Seen<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Seen<K> {
    /// Notes a key, and a fault when it was seen before.
    fn note(&mut self, row: &Row<'_>, column: &str, key: K) {
        match self.0.entry(key) {
            Entry::Occupied(first) => {
                row.fault(column, format!("the same as on line {}; expected each once", first.get()));
            }
            Entry::Vacant(none) => drop(none.insert(row.line)),
        }
    }
}
