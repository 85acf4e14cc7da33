//! Lines become facts: values are read, references are looked up, and what cannot be is a fault.

use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
};

use entity::{
    Labels, Language, NaceVersion, PartialDate, Revision, TextEnum, activity, attribute, cluster, cluster_event,
    cluster_profile,
    criteria::{self, CriteriaState},
    criterion,
    id::{
        ActivityId, AttributeId, ClusterEventId, ClusterId, ClusterProfileId, IdentifierId, NameId, OrganizationId,
        OrganizationProfileId, ParticipationId, PeriodId, PublishedFigureId, ReferralId, SectorId, SectorNaceId,
        ServiceId, SiteId, SourceId,
    },
    organization, organization_identifier, organization_name, organization_profile, participation,
    participation_period, published_figure, referral, sector, sector_nace, service, site, source,
};

use super::{
    fault::Faults,
    folder::Package,
    snapshot::{ParticipationKey, Snapshot},
    sync,
    table::Row,
};
use crate::domain::{enterprise_number, reference::REFERENCE, search, time::Interval};

/// A fact with the place it was read from.
pub(super) struct Located<M> {
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) row: M,
}

/// The facts of a package, with ids: those of the register for what it knows by key, new ones for the rest.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) sources: Vec<source::Model>,
    pub(super) organizations: Vec<organization::Model>,
    pub(super) profiles: Vec<Located<organization_profile::Model>>,
    pub(super) names: Vec<Located<organization_name::Model>>,
    pub(super) identifiers: Vec<Located<organization_identifier::Model>>,
    pub(super) sites: Vec<Located<site::Model>>,
    pub(super) activities: Vec<Located<activity::Model>>,
    pub(super) attributes: Vec<Located<attribute::Model>>,
    pub(super) clusters: Vec<cluster::Model>,
    pub(super) cluster_profiles: Vec<Located<cluster_profile::Model>>,
    pub(super) events: Vec<Located<cluster_event::Model>>,
    pub(super) sectors: Vec<Located<sector::Model>>,
    pub(super) sector_classes: Vec<Located<sector_nace::Model>>,
    pub(super) services: Vec<Located<service::Model>>,
    pub(super) participations: Vec<participation::Model>,
    pub(super) periods: Vec<Located<participation_period::Model>>,
    pub(super) figures: Vec<Located<published_figure::Model>>,
    pub(super) referrals: Vec<Located<referral::Model>>,
    pub(super) criteria: Vec<Located<criteria::Model>>,
    pub(super) criterions: Vec<criterion::Model>,
}

impl Facts {
    /// How many rows there are to compare or add.
    pub(super) fn len(&self) -> usize {
        self.sources.len()
            + self.organizations.len()
            + self.profiles.len()
            + self.names.len()
            + self.identifiers.len()
            + self.sites.len()
            + self.activities.len()
            + self.attributes.len()
            + self.clusters.len()
            + self.cluster_profiles.len()
            + self.events.len()
            + self.sectors.len()
            + self.services.len()
            + self.participations.len()
            + self.periods.len()
            + self.figures.len()
            + self.referrals.len()
            + self.criteria.len()
    }

    /// Lets facts that meet in one partial date meet on its first day.
    fn settle(&mut self) {
        let mut next: HashMap<ParticipationId, PartialDate> = HashMap::new();
        self.periods.sort_by_key(|period| (std::cmp::Reverse(period.row.valid_from), period.line));
        for Located { row, .. } in &mut self.periods {
            let starts = row.from_stated.or(row.first_confirmed_on);
            row.valid_to = Interval::counted(starts, row.to_stated, next.get(&row.participation_id).copied()).to;
            next.extend(starts.map(|start| (row.participation_id, start)));
        }
        self.periods.sort_by_key(|period| period.line);
        let mut next: HashMap<(ClusterId, CriteriaState), PartialDate> = HashMap::new();
        self.criteria.sort_by_key(|version| (std::cmp::Reverse(version.row.valid_from), version.line));
        for Located { row, .. } in &mut self.criteria {
            let series = (row.cluster_id, row.state);
            row.valid_to = Interval::counted(Some(row.from_stated), row.to_stated, next.get(&series).copied()).to;
            next.insert(series, row.from_stated);
        }
        self.criteria.sort_by_key(|version| version.line);
    }
}

/// Reads the facts of a package, and notes every fault of its lines.
pub(super) fn facts(package: &Package, snapshot: &Snapshot, revision: Revision, faults: &mut Faults) -> Facts {
    let cell = RefCell::new(std::mem::take(faults));
    let mut parser = Parser::new(package, snapshot, revision, &cell);
    parser.sources();
    parser.organizations();
    parser.clusters();
    parser.periods();
    parser.figures();
    parser.referrals();
    if let Some((file, text)) = &package.criteria {
        super::criteria::parse(file, text, &mut parser);
    }
    let mut facts = parser.facts;
    facts.settle();
    *faults = cell.into_inner();
    facts
}

/// The package as it is being read.
pub(super) struct Parser<'a> {
    package: &'a Package,
    snapshot: &'a Snapshot,
    pub(super) revision: Revision,
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
    /// Knows the keys of all rows before any is read, so that a faulty row does not make those that refer to it faulty too.
    fn new(package: &'a Package, snapshot: &'a Snapshot, revision: Revision, faults: &'a RefCell<Faults>) -> Self {
        let keys = |table: &str, column: &str| {
            package
                .table(table)
                .into_iter()
                .flat_map(move |table| table.column(column))
                .map(|(_, key)| key)
                .collect::<Vec<_>>()
        };
        let organizations = keys("organizations", "id").into_iter();
        let clusters = keys("clusters", "slug").into_iter();
        Self {
            package,
            snapshot,
            revision,
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

    fn file(&self, table: &str) -> String {
        self.package.table(table).map_or_else(String::new, |table| table.file.clone())
    }

    /// The source with a key.
    pub(super) fn source(&self, key: &str) -> Result<SourceId, String> {
        self.sources
            .get(key)
            .copied()
            .ok_or_else(|| format!("`{key}`: expected the id of a row of the resource sources"))
    }

    /// The organization with a key, of this package or of the register.
    fn organization(&self, key: &str) -> Result<OrganizationId, String> {
        let known = self.organizations.get(key).or_else(|| self.snapshot.organizations.get(key));
        known.copied().ok_or_else(|| format!("`{key}`: expected the id of a row of the resource organizations"))
    }

    /// The cluster with a slug, of this package or of the register.
    pub(super) fn cluster(&self, slug: &str) -> Result<ClusterId, String> {
        let known = self.clusters.get(slug).or_else(|| self.snapshot.clusters.get(slug));
        known.copied().ok_or_else(|| format!("`{slug}`: expected the slug of a row of the resource clusters"))
    }

    /// An event of a cluster.
    pub(super) fn event(&self, cluster: ClusterId, key: &str) -> Result<ClusterEventId, String> {
        let known = self.events.get(&(cluster, key)).copied();
        known.ok_or_else(|| format!("`{key}`: expected the id of an event of the same cluster in the resource events"))
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
            if let Some(known) = self.snapshot.sources.get(&source.key).filter(|known| sync::is_same(*known, &source)) {
                source.id = known.id;
                self.sources.insert(key, known.id);
            }
            self.facts.sources.push(source);
        }
    }

    fn organizations(&mut self) {
        let mut names = self.names();
        let mut seen = Seen::default();
        let file = self.file("organizations");
        for row in self.rows("organizations") {
            let profile = self.profile(&row);
            let Some(key) = row.key("id") else { continue };
            seen.note(&row, "id", key);
            let id = self.organizations[key];
            let names = names.remove(&id).unwrap_or_default();
            if names.is_empty() {
                row.fault("id", format!("`{key}` has no name; expected a trade, legal or abbreviated name in the resource organization_names"));
            }
            let Some(mut profile) = profile else { continue };
            profile.organization_id = id;
            profile.display_name = Labels(names.into_iter().map(|(language, (_, name))| (language, name)).collect());
            profile.sort_name = search::form(profile.display_name.in_language(Language::En).unwrap_or_default());
            if !self.snapshot.organizations.contains_key(key) {
                let anchor = organization::Model { id, key: key.to_owned(), recorded_rev: self.revision };
                self.facts.organizations.push(anchor);
            }
            self.facts.profiles.push(Located { file: file.clone(), line: row.line, row: profile });
        }
        self.identifiers();
        self.dated_facts();
    }

    fn profile(&self, row: &Row<'a>) -> Option<organization_profile::Model> {
        let (sphere, size_class) = (row.word("sphere"), row.word("size_class"));
        let (research_kind, government_level) = (row.word("research_kind"), row.word("government_level"));
        let civil_society_kind = row.word("civil_society_kind");
        let (founded_on, dissolved_on) = (row.date("founded_on"), row.date("dissolved_on"));
        let (website, source) = (row.address("website"), self.cited(row));
        use organization_profile::Sphere::{CivilSociety, Company, Public, Research};
        for (column, belongs_to, is_filled) in [
            ("size_class", Company, size_class.is_some()),
            ("research_kind", Research, research_kind.is_some()),
            ("government_level", Public, government_level.is_some()),
            ("civil_society_kind", CivilSociety, civil_society_kind.is_some()),
        ] {
            if is_filled && sphere.is_some_and(|sphere| sphere != belongs_to) {
                row.fault(column, format!("is filled; expected only where the sphere is {}", belongs_to.text()));
            }
        }
        Some(organization_profile::Model {
            id: OrganizationProfileId::fresh(),
            organization_id: OrganizationId::fresh(),
            sphere: sphere?,
            size_class,
            research_kind,
            government_level,
            civil_society_kind,
            founded_on,
            dissolved_on,
            website,
            display_name: Labels::default(),
            sort_name: String::new(),
            description: row.labels("description"),
            source_id: source?,
            recorded_rev: self.revision,
            superseded_rev: None,
        })
    }

    /// Reads the names; for each organization, those to be shown in each language.
    fn names(&mut self) -> HashMap<OrganizationId, HashMap<String, (organization_name::NameKind, String)>> {
        use organization_name::NameKind;
        let mut shown: HashMap<OrganizationId, HashMap<String, (NameKind, String)>> = HashMap::new();
        let file = self.file("organization_names");
        for row in self.rows("organization_names") {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (kind, language) = (row.word::<NameKind>("kind"), row.word::<Language>("language"));
            let (Some(organization_id), Some(kind), Some(name)) = (organization, kind, row.owned("name")) else {
                continue;
            };
            if kind != NameKind::Former {
                let language = language.map_or_else(|| Labels::ANY.to_owned(), |language| language.text());
                let names = shown.entry(organization_id).or_default();
                // Kinds are declared in the order in which a name is chosen.
                match names.entry(language) {
                    Entry::Occupied(mut best) if best.get().0 > kind => drop(best.insert((kind, name.clone()))),
                    Entry::Occupied(_) => {}
                    Entry::Vacant(none) => drop(none.insert((kind, name.clone()))),
                }
            }
            let name = organization_name::Model {
                id: NameId::fresh(),
                organization_id,
                kind,
                language,
                search: search::form(&name),
                name,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.names.push(Located { file: file.clone(), line: row.line, row: name });
        }
        shown
    }

    fn identifiers(&mut self) {
        use organization_identifier::Scheme;
        let mut seen = Seen::default();
        let file = self.file("organization_identifiers");
        for row in self.rows("organization_identifiers") {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let Some(scheme) = row.word::<Scheme>("scheme") else { continue };
            let value = match scheme {
                Scheme::BeKbo => row.value(
                    "value",
                    "an enterprise number: ten digits, the first 0 or 1, the last two 97 minus the first eight modulo 97",
                    enterprise_number::parse,
                ),
                _ => row.owned("value"),
            };
            let (Some(organization_id), Some(value)) = (organization, value) else { continue };
            seen.note(&row, "value", (scheme, value.clone()));
            let identifier = organization_identifier::Model {
                id: IdentifierId::fresh(),
                organization_id,
                scheme,
                value,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.identifiers.push(Located { file: file.clone(), line: row.line, row: identifier });
        }
    }

    fn dated_facts(&mut self) {
        let file = self.file("sites");
        for row in self.rows("sites") {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (kind, source, dates) = (row.word("kind"), self.cited(&row), Dates::of(&row));
            let municipality = row.value("municipality", "the NIS code of a municipality, such as 21007", |nis| {
                REFERENCE.municipality(nis).map(|municipality| municipality.nis.clone())
            });
            let (Some(organization_id), Some(kind), Some(source_id)) = (organization, kind, source) else { continue };
            let site = site::Model {
                id: SiteId::fresh(),
                organization_id,
                kind,
                municipality,
                postal_code: row.owned("postal_code"),
                valid_from: dates.interval.from,
                valid_to: dates.interval.to,
                from_stated: dates.from,
                to_stated: dates.to,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.sites.push(Located { file: file.clone(), line: row.line, row: site });
        }
        let file = self.file("activities");
        for row in self.rows("activities") {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (rank, source, dates) = (row.word("rank"), self.cited(&row), Dates::of(&row));
            let class = class(&row, 2);
            let (Some(organization_id), Some((nace_version, nace_code))) = (organization, class) else { continue };
            let (Some(rank), Some(source_id)) = (rank, source) else { continue };
            let activity = activity::Model {
                id: ActivityId::fresh(),
                organization_id,
                nace_version,
                nace_code,
                rank,
                valid_from: dates.interval.from,
                valid_to: dates.interval.to,
                from_stated: dates.from,
                to_stated: dates.to,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.activities.push(Located { file: file.clone(), line: row.line, row: activity });
        }
        let file = self.file("attributes");
        for row in self.rows("attributes") {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (code, source, dates) = (row.key("code"), self.cited(&row), Dates::of(&row));
            let value = row.value("value", "true, false or unknown", |text| match text {
                "true" => Some(Some(true)),
                "false" => Some(Some(false)),
                "unknown" => Some(None),
                _ => None,
            });
            let (Some(organization_id), Some(code), Some(value)) = (organization, code, value) else { continue };
            let Some(source_id) = source else { continue };
            let attribute = attribute::Model {
                id: AttributeId::fresh(),
                organization_id,
                code: code.to_owned(),
                value,
                valid_from: dates.interval.from,
                valid_to: dates.interval.to,
                from_stated: dates.from,
                to_stated: dates.to,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.attributes.push(Located { file: file.clone(), line: row.line, row: attribute });
        }
    }

    fn clusters(&mut self) {
        let mut seen = Seen::default();
        let file = self.file("clusters");
        for row in self.rows("clusters") {
            let host = self.referred(&row, "host", |key| self.organization(key));
            let (website, source, name) = (row.address("website"), self.cited(&row), row.labels_required("name"));
            let complete_from = row.value("complete_from", "a day such as 2024-01-01", |text| {
                let date: PartialDate = text.parse().ok()?;
                (date.earliest() == date.latest()).then(|| date.earliest())
            });
            let Some(slug) = row.key("slug") else { continue };
            seen.note(&row, "slug", slug);
            let id = self.clusters[slug];
            let Some(source_id) = source else { continue };
            if !self.snapshot.clusters.contains_key(slug) {
                self.facts.clusters.push(cluster::Model { id, slug: slug.to_owned(), recorded_rev: self.revision });
            }
            let profile = cluster_profile::Model {
                id: ClusterProfileId::fresh(),
                cluster_id: id,
                host_id: host,
                website,
                complete_from,
                sort_name: search::form(name.in_language(Language::En).unwrap_or(slug)),
                name,
                description: row.labels("description"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.cluster_profiles.push(Located { file: file.clone(), line: row.line, row: profile });
        }
        self.events();
        self.sectors();
        self.services();
    }

    fn events(&mut self) {
        let mut seen = Seen::default();
        let file = self.file("events");
        for row in self.rows("events") {
            let (cluster, kind) = (self.referred(&row, "cluster", |slug| self.cluster(slug)), row.word("kind"));
            let (on, source, key) = (row.date("on"), self.cited(&row), row.key("id"));
            let (Some(cluster_id), Some(key)) = (cluster, key) else { continue };
            seen.note(&row, "id", (cluster_id, key));
            let id = ClusterEventId::fresh();
            self.events.insert((cluster_id, key), id);
            let (Some(kind), Some(source_id)) = (kind, source) else { continue };
            let mut event = cluster_event::Model {
                id,
                cluster_id,
                key: key.to_owned(),
                kind,
                on,
                text: row.labels("text"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            let known = self.snapshot.events.get(&(cluster_id, key.to_owned()));
            if let Some(known) = known.filter(|known| sync::is_same(*known, &event)) {
                event.id = known.id;
                self.events.insert((cluster_id, key), known.id);
            }
            self.facts.events.push(Located { file: file.clone(), line: row.line, row: event });
        }
    }

    fn sectors(&mut self) {
        let mut seen = Seen::default();
        let file = self.file("sectors");
        for row in self.rows("sectors") {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (source, code, label) = (self.cited(&row), row.key("code"), row.labels_required("label"));
            let (Some(cluster_id), Some(code)) = (cluster, code) else { continue };
            seen.note(&row, "code", (cluster_id, code));
            let id = SectorId::fresh();
            self.sectors.insert((cluster_id, code), id);
            let Some(source_id) = source else { continue };
            let sector = sector::Model {
                id,
                cluster_id,
                code: code.to_owned(),
                label,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.sectors.push(Located { file: file.clone(), line: row.line, row: sector });
        }
        let mut seen = Seen::default();
        let file = self.file("sector_nace");
        for row in self.rows("sector_nace") {
            let (cluster, class) = (self.referred(&row, "cluster", |slug| self.cluster(slug)), class(&row, 1));
            let sector = cluster.and_then(|cluster| {
                let known = |code: &str| self.sectors.get(&(cluster, code)).copied();
                row.value("sector", "the code of a sector of the same cluster in the resource sectors", known)
            });
            let (Some(sector_id), Some((nace_version, code))) = (sector, class) else { continue };
            seen.note(&row, "nace_code", (sector_id, nace_version, code.clone()));
            let class = REFERENCE.class(nace_version, &code).expect("looked up above");
            // A section is stored as its divisions: codes below it do not begin with its letter.
            for nace_code in REFERENCE.divisions(class) {
                let class = sector_nace::Model { id: SectorNaceId::fresh(), sector_id, nace_version, nace_code };
                self.facts.sector_classes.push(Located { file: file.clone(), line: row.line, row: class });
            }
        }
    }

    fn services(&mut self) {
        let mut seen = Seen::default();
        let file = self.file("services");
        for row in self.rows("services") {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (source, key, name) = (self.cited(&row), row.key("id"), row.labels_required("name"));
            let (Some(cluster_id), Some(key)) = (cluster, key) else { continue };
            seen.note(&row, "id", (cluster_id, key));
            let id = ServiceId::fresh();
            self.services.insert((cluster_id, key), id);
            let Some(source_id) = source else { continue };
            let mut service = service::Model {
                id,
                cluster_id,
                key: key.to_owned(),
                name,
                description: row.labels("description"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            let known = self.snapshot.services.get(&(cluster_id, key.to_owned()));
            if let Some(known) = known.filter(|known| sync::is_same(*known, &service)) {
                service.id = known.id;
                self.services.insert((cluster_id, key), known.id);
            }
            self.facts.services.push(Located { file: file.clone(), line: row.line, row: service });
        }
    }

    fn periods(&mut self) {
        use participation::ParticipationKind;
        use participation_period::{ExitKind, ExitReason, Status};
        let file = self.file("periods");
        for row in self.rows("periods") {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (kind, status) = (row.word::<ParticipationKind>("kind"), row.word::<Status>("status"));
            let (exit_kind, exit_reason) = (row.word::<ExitKind>("exit_kind"), row.word::<ExitReason>("exit_reason"));
            let (from, to) = (row.date("from"), row.date("to"));
            let (first, last) = (row.date("first_confirmed_on"), row.date("last_confirmed_on"));
            let source = self.cited(&row);
            if kind == Some(ParticipationKind::Partner) && status == Some(Status::Candidate) {
                row.fault("status", "`candidate`: expected effective or ended for a partner");
            }
            match (status, row.text("exit_kind")) {
                (Some(Status::Ended), None) => {
                    row.fault("exit_kind", format!("is empty; expected how it ended: one of {}", ExitKind::words()));
                }
                (Some(Status::Candidate | Status::Effective), Some(_)) => {
                    row.fault("exit_kind", "is filled; expected only where the status is ended");
                }
                _ => {}
            }
            if row.text("exit_reason").is_some() && exit_kind != Some(ExitKind::Excluded) {
                row.fault("exit_reason", "is filled; expected only where the exit kind is excluded");
            }
            if row.text("from").is_none() && row.text("first_confirmed_on").is_none() {
                row.fault(
                    "from",
                    "is empty, and so is first_confirmed_on; expected one of them, for the period to count from",
                );
            }
            if let (Some(first), Some(last)) = (first, last)
                && last.latest() < first.earliest()
            {
                row.fault(
                    "last_confirmed_on",
                    format!("`{last}` is before first_confirmed_on `{first}`; expected it later"),
                );
            }
            let (Some(cluster_id), Some(organization_id)) = (cluster, organization) else { continue };
            let (Some(kind), Some(status), Some(source_id)) = (kind, status, source) else { continue };
            let interval = Interval::counted(from.or(first), to, None);
            let Some(valid_from) = interval.from else { continue };
            let participation_id = self.participation((cluster_id, organization_id, kind, row.owned("scope")));
            let period = participation_period::Model {
                id: PeriodId::fresh(),
                participation_id,
                cluster_id,
                organization_id,
                kind,
                status,
                exit_kind,
                exit_reason,
                note: row.owned("note"),
                valid_from,
                valid_to: interval.to,
                from_stated: from,
                to_stated: to,
                first_confirmed_on: first,
                last_confirmed_on: last,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.periods.push(Located { file: file.clone(), line: row.line, row: period });
        }
    }

    /// The participation with a key: the register's, or a new one.
    fn participation(&mut self, key: ParticipationKey) -> ParticipationId {
        if let Some(known) = self.snapshot.participations.get(&key).or_else(|| self.participations.get(&key)) {
            return *known;
        }
        let id = ParticipationId::fresh();
        let (cluster_id, organization_id, kind, scope) = key.clone();
        let anchor = participation::Model { id, cluster_id, organization_id, kind, scope, recorded_rev: self.revision };
        self.facts.participations.push(anchor);
        self.participations.insert(key, id);
        id
    }

    fn figures(&mut self) {
        use published_figure::Disclosure;
        let file = self.file("figures");
        for row in self.rows("figures") {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let (metric, nature, qualifier) = (row.word("metric"), row.word("nature"), row.word("qualifier"));
            let (on, source, disclosure) = (row.date("on"), self.cited(&row), row.word::<Disclosure>("disclosure"));
            let value = row.value("value", "a number such as 35 or 4.5", |text| {
                text.parse::<f64>().ok().filter(|value| value.is_finite())
            });
            match (disclosure, row.text("value")) {
                (Some(Disclosure::Disclosed), None) => {
                    row.fault("value", "is empty; expected a number, or not_disclosed as the disclosure");
                }
                (Some(Disclosure::NotDisclosed), Some(_)) => {
                    row.fault("value", "is filled; expected it empty where the disclosure is not_disclosed");
                }
                _ => {}
            }
            let (Some(cluster_id), Some(metric), Some(nature)) = (cluster, metric, nature) else { continue };
            let (Some(qualifier), Some(disclosure), Some(source_id)) = (qualifier, disclosure, source) else {
                continue;
            };
            let figure = published_figure::Model {
                id: PublishedFigureId::fresh(),
                cluster_id,
                metric,
                nature,
                value,
                disclosure,
                qualifier,
                population: row.owned("population"),
                on,
                explanation: row.labels("explanation"),
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.figures.push(Located { file: file.clone(), line: row.line, row: figure });
        }
    }

    fn referrals(&mut self) {
        let file = self.file("referrals");
        for row in self.rows("referrals") {
            let cluster = self.referred(&row, "cluster", |slug| self.cluster(slug));
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (on, source) = (row.date("on"), self.cited(&row));
            let service = cluster.and_then(|cluster| {
                let known = |key: &str| self.services.get(&(cluster, key)).copied();
                row.value("service", "the id of a service of the same cluster in the resource services", known)
            });
            let member = cluster.zip(organization).and_then(|(cluster, organization)| {
                let key = (cluster, organization, participation::ParticipationKind::Member, None);
                let known = self.participations.get(&key).or_else(|| self.snapshot.participations.get(&key)).copied();
                if known.is_none() {
                    row.fault(
                        "organization",
                        "was never a member; expected a membership of it in the resource periods",
                    );
                }
                known
            });
            let (Some(participation_id), Some(service_id), Some(source_id)) = (member, service, source) else {
                continue;
            };
            let referral = referral::Model {
                id: ReferralId::fresh(),
                participation_id,
                service_id,
                on,
                source_id,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.referrals.push(Located { file: file.clone(), line: row.line, row: referral });
        }
    }

    /// What a cell refers to; `None`, and a fault, when there is no such thing.
    fn referred<T>(&self, row: &Row<'a>, column: &str, find: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match find(row.text(column)?) {
            Ok(found) => Some(found),
            Err(message) => {
                row.fault(column, message);
                None
            }
        }
    }

    /// The source that a row cites.
    fn cited(&self, row: &Row<'a>) -> Option<SourceId> {
        self.referred(row, "source", |key| self.source(key))
    }
}

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
