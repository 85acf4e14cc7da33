//! A package while it is read: its keys with their ids, the facts found so far, and where faults are noted.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::Mutex,
};

use chrono::NaiveDate;
use entity::{
    NaceVersion, PartialDate, Revision, TextEnum,
    id::{ClusterEventId, ClusterId, OrganizationId, ParticipationId, ProgrammeId, SectorId, ServiceId, SourceId},
};

use super::super::{
    facts::Facts,
    holdings::{Holdings, ParticipationKey},
    package::{
        fault::Faults,
        folder::Package,
        table::{Table, TableRow},
    },
};
use crate::domain::{quoted, reference::REFERENCE, time::Interval};

/// The package as it is being read.
pub(crate) struct Parser<'a> {
    pub(crate) package: Package,
    pub(crate) holdings: &'a Holdings,
    pub(crate) revision: Revision,
    pub(crate) today: NaiveDate,
    pub(crate) faults: &'a Mutex<Faults>,
    pub(crate) sources: HashMap<String, SourceId>,
    pub(crate) organizations: HashMap<String, OrganizationId>,
    pub(crate) clusters: HashMap<String, ClusterId>,
    pub(crate) programmes: HashMap<String, ProgrammeId>,
    pub(crate) events: HashMap<(ClusterId, String), ClusterEventId>,
    pub(crate) sectors: HashMap<(ClusterId, String), SectorId>,
    pub(crate) services: HashMap<(ClusterId, String), ServiceId>,
    pub(crate) participations: HashMap<ParticipationKey, ParticipationId>,
    pub(crate) facts: Facts,
}

impl<'a> Parser<'a> {
    /// Knows the keys of all rows before any is read, so that a faulty row does not make those that
    /// refer to it faulty too. `today` is the last day that a source can attest.
    pub(crate) fn new(
        package: Package,
        holdings: &'a Holdings,
        (revision, today): (Revision, NaiveDate),
        faults: &'a Mutex<Faults>,
    ) -> Self {
        let sources = package.column("sources", "id").map(|key| (key.to_owned(), SourceId::fresh())).collect();
        let organization = |key: &str| holdings.organizations.get(key).copied().unwrap_or_else(OrganizationId::fresh);
        let organizations =
            package.column("organizations", "id").map(|key| (key.to_owned(), organization(key))).collect();
        let cluster = |slug: &str| holdings.clusters.get(slug).copied().unwrap_or_else(ClusterId::fresh);
        let clusters = package.column("clusters", "slug").map(|slug| (slug.to_owned(), cluster(slug))).collect();
        let programme = |slug: &str| holdings.programmes.get(slug).copied().unwrap_or_else(ProgrammeId::fresh);
        let programmes = package.column("programmes", "slug").map(|slug| (slug.to_owned(), programme(slug))).collect();
        Self {
            package,
            holdings,
            revision,
            today,
            faults,
            sources,
            organizations,
            clusters,
            programmes,
            events: HashMap::new(),
            sectors: HashMap::new(),
            services: HashMap::new(),
            participations: HashMap::new(),
            facts: Facts::default(),
        }
    }

    /// A table of the package, which goes with it.
    pub(crate) fn take(&mut self, table: &str) -> Table {
        self.package.take(table)
    }

    /// Notes a fault of a file that is no table.
    pub(crate) fn fault(&self, file: &str, line: u64, key: &str, message: impl Into<String>) {
        self.faults.lock().expect("no panic").push(file, line, key, message);
    }

    /// Why nothing is found by a key that refers to a resource.
    pub(crate) fn unknown(&self, resource: &str, key: &str, expected: &str) -> Unknown {
        let is_told = self.package.is_unreadable(resource);
        Unknown((!is_told).then(|| format!("{}: expected {expected} the resource {resource}", quoted(key))))
    }

    /// The source with a key.
    pub(crate) fn source(&self, key: &str) -> Result<SourceId, Unknown> {
        self.sources.get(key).copied().ok_or_else(|| self.unknown("sources", key, "the id of a row of"))
    }

    /// The organization with a key, of this package or of the register.
    pub(crate) fn organization(&self, key: &str) -> Result<OrganizationId, Unknown> {
        let known = self.organizations.get(key).or_else(|| self.holdings.organizations.get(key));
        known.copied().ok_or_else(|| self.unknown("organizations", key, "the id of a row of"))
    }

    /// The organization with a key that this package describes: names and identifiers belong to the
    /// description.
    pub(crate) fn described(&self, key: &str) -> Result<OrganizationId, Unknown> {
        if !self.organizations.contains_key(key) && self.holdings.organizations.contains_key(key) {
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
    pub(crate) fn cluster(&self, slug: &str) -> Result<ClusterId, Unknown> {
        let known = self.clusters.get(slug).or_else(|| self.holdings.clusters.get(slug));
        known.copied().ok_or_else(|| self.unknown("clusters", slug, "the slug of a row of"))
    }

    /// The programme with a slug, of this package or of the register.
    pub(crate) fn programme(&self, slug: &str) -> Result<ProgrammeId, Unknown> {
        let known = self.programmes.get(slug).or_else(|| self.holdings.programmes.get(slug));
        known.copied().ok_or_else(|| self.unknown("programmes", slug, "the slug of a row of"))
    }

    /// An event of a cluster.
    pub(crate) fn event(&self, cluster: ClusterId, key: &str) -> Result<ClusterEventId, Unknown> {
        let known = self.events.get(&(cluster, key.to_owned())).copied();
        known.ok_or_else(|| self.unknown("events", key, "the id of an event of the same cluster in"))
    }

    /// A sector of a cluster.
    pub(crate) fn sector(&self, cluster: ClusterId, code: &str) -> Result<SectorId, Unknown> {
        let known = self.sectors.get(&(cluster, code.to_owned())).copied();
        known.ok_or_else(|| self.unknown("sectors", code, "the code of a sector of the same cluster in"))
    }

    /// A service of a cluster.
    pub(crate) fn service(&self, cluster: ClusterId, key: &str) -> Result<ServiceId, Unknown> {
        let known = self.services.get(&(cluster, key.to_owned())).copied();
        known.ok_or_else(|| self.unknown("services", key, "the id of a service of the same cluster in"))
    }

    /// What a cell refers to; `None`, and a fault, when there is no such thing.
    pub(crate) fn referred<T>(
        &self,
        row: &TableRow<'_>,
        column: &str,
        find: impl Fn(&str) -> Result<T, Unknown>,
    ) -> Option<T> {
        match find(row.text(column)?) {
            Ok(found) => Some(found),
            Err(Unknown(message)) => {
                message.into_iter().for_each(|message| row.fault(column, message));
                None
            }
        }
    }

    /// The source that a row cites.
    pub(crate) fn cited(&self, row: &TableRow<'_>) -> Option<SourceId> {
        self.referred(row, "source", |key| self.source(key))
    }
}

/// Why nothing is found by a key; `None`: the resource that would hold it cannot be read, which is
/// a fault already.
pub(crate) struct Unknown(pub(crate) Option<String>);

/// From when until when a fact holds, as stated and as counted.
pub(crate) struct Dates {
    pub(crate) from: Option<PartialDate>,
    pub(crate) to: Option<PartialDate>,
    pub(crate) interval: Interval,
}

impl Dates {
    pub(crate) fn from_row(row: &TableRow<'_>) -> Self {
        let (from, to) = (row.date("from"), row.date("to"));
        let interval = Interval::counted(from, to, None);
        if interval.is_empty() {
            row.fault("to", "is not after from; expected the first day that the fact no longer holds");
        }
        Self { from, to, interval }
    }
}

/// What a source says of an assertion: that it holds, that it does not, or that it is not
/// established.
pub(crate) fn tri_state(row: &TableRow<'_>) -> Option<Option<bool>> {
    row.value("value", "true, false or unknown", |text| match text {
        "true" => Some(Some(true)),
        "false" => Some(Some(false)),
        "unknown" => Some(None),
        _ => None,
    })
}

/// A class of activities at or below a level.
pub(crate) fn class(row: &TableRow<'_>, level: i32) -> Option<(NaceVersion, String)> {
    let version: NaceVersion = row.word("nace_version")?;
    let expected =
        format!("a code of NACE-BEL {}{}", version.text(), if level > 1 { ", below the section" } else { "" });
    row.value("nace_code", &expected, |code| {
        let class = REFERENCE.class(version, code).filter(|class| class.level >= level)?;
        Some((version, class.code.clone()))
    })
}

/// Keys that were seen, with the line they first stood on.
pub(crate) struct Seen<K>(HashMap<K, u64>);

impl<K> Default for Seen<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Seen<K> {
    /// Notes a key, and a fault when it was seen before; whether it is new.
    pub(crate) fn note(&mut self, row: &TableRow<'_>, column: &str, key: K) -> bool {
        let entry = self.0.entry(key);
        if let Entry::Occupied(first) = &entry {
            row.fault(column, format!("the same as on line {}; expected each once", first.get()));
        }
        let is_new = matches!(entry, Entry::Vacant(_));
        entry.or_insert(row.line);
        is_new
    }
}
