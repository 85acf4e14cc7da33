//! Organizations and the facts about them.

use std::{collections::HashMap, sync::Mutex};

use entity::{
    Labels, Language, TextEnum, activity, attribute,
    id::{ActivityId, AttributeId, IdentifierId, NameId, OrganizationId, OrganizationProfileId, SiteId},
    organization, organization_identifier,
    organization_name::{self, NameKind},
    organization_profile, site,
};

use super::parser::{Dates, Parser, Seen, class, tri_state};
use crate::{
    dataset::package::table::TableRow,
    domain::{identifier, reference::REFERENCE, search},
};

/// The most letters of the search form of a name, by which names are sorted: one character can have many.
const MOST_OF_A_FORM: usize = 2_000;

impl Parser<'_> {
    pub(super) fn organizations(&mut self) {
        let mut names = self.shown_names();
        let mut seen = Seen::default();
        let table = self.take("organizations");
        self.facts.profiles.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let profile = self.profile(&row);
            let Some(key) = row.key("id") else { continue };
            if !seen.note(&row, "id", key) {
                continue;
            }
            let id = self.organizations[key];
            let names = names.remove(&id).map_or_else(Labels::default, |(_, names)| names);
            if names.is_empty() && !self.package.is_unreadable("organization_names") {
                let expected = "expected a trade, legal or abbreviated name in the resource organization_names";
                row.fault("id", format!("`{key}` has no name; {expected}"));
            }
            let Some(mut profile) = profile else { continue };
            profile.organization_id = id;
            profile.display_name = names;
            profile.sort_name = search::form(profile.display_name.in_language(Language::En).unwrap_or_default());
            if !self.holdings.organizations.contains_key(key) {
                let anchor = organization::Model { id, key: key.to_owned(), recorded_rev: self.revision };
                self.facts.organizations.push(anchor);
            }
            self.facts.profiles.push(row.located(profile));
        }
    }

    /// What organizations are known by.
    pub(super) fn names_and_identifiers(&mut self) {
        self.names();
        self.identifiers();
    }

    fn profile(&self, row: &TableRow<'_>) -> Option<organization_profile::Model> {
        let (sphere, size_class) = (row.word("sphere"), row.word("size_class"));
        let (research_kind, government_level) = (row.word("research_kind"), row.word("government_level"));
        let civil_society_kind = row.word("civil_society_kind");
        let (founded_on, dissolved_on) = (row.date("founded_on"), row.date("dissolved_on"));
        if let (Some(founded), Some(dissolved)) = (founded_on, dissolved_on)
            && dissolved.latest() < founded.earliest()
        {
            row.fault("dissolved_on", format!("`{dissolved}` is before founded_on `{founded}`; expected it later"));
        }
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

    /// For each organization its names of the best kind it has, in each language, to be shown.
    fn shown_names(&self) -> HashMap<OrganizationId, (NameKind, Labels)> {
        let mut shown: HashMap<OrganizationId, (NameKind, Labels)> = HashMap::new();
        // Faults are noted when the names are read to be recorded.
        let unnoted = Mutex::default();
        for row in self.package.table("organization_names").into_iter().flat_map(|table| table.rows(&unnoted)) {
            let organization = row.text("organization").and_then(|key| self.described(key).ok());
            let (kind, language) = (row.word("kind"), row.word::<Language>("language"));
            let (Some(organization), Some(kind), Some(name)) = (organization, kind, row.text("name")) else { continue };
            if kind == NameKind::Former {
                continue;
            }
            let language = language.map_or_else(|| Labels::ANY.to_owned(), |language| language.text());
            let (best, names) = shown.entry(organization).or_insert_with(|| (kind, Labels::default()));
            // Kinds are declared in the order in which a name is chosen, whatever its language.
            if kind < *best {
                (*best, *names) = (kind, Labels::default());
            }
            if kind == *best {
                names.add(&language, name);
            }
        }
        shown
    }

    fn names(&mut self) {
        let table = self.take("organization_names");
        self.facts.names.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let organization = self.referred(&row, "organization", |key| self.described(key));
            let (kind, language) = (row.word("kind"), row.word("language"));
            let (Some(organization_id), Some(kind), Some(name)) = (organization, kind, row.owned("name")) else {
                continue;
            };
            let form = search::form(&name);
            if form.len() > MOST_OF_A_FORM {
                row.fault("name", format!("{} letters without accents; expected at most {MOST_OF_A_FORM}", form.len()));
            }
            let name = organization_name::Model {
                id: NameId::fresh(),
                organization_id,
                kind,
                language,
                search: form,
                name,
                recorded_rev: self.revision,
                superseded_rev: None,
            };
            self.facts.names.push(row.located(name));
        }
    }

    fn identifiers(&mut self) {
        use organization_identifier::Scheme;
        let mut seen = Seen::default();
        let table = self.take("organization_identifiers");
        self.facts.identifiers.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let organization = self.referred(&row, "organization", |key| self.described(key));
            let Some(scheme) = row.word::<Scheme>("scheme") else { continue };
            let value = row.value("value", identifier::expected(scheme), |text| identifier::parse(scheme, text));
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
            self.facts.identifiers.push(row.located(identifier));
        }
    }

    pub(super) fn sites(&mut self) {
        let table = self.take("sites");
        self.facts.sites.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (kind, source, dates) = (row.word("kind"), self.cited(&row), Dates::from_row(&row));
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
            self.facts.sites.push(row.located(site));
        }
    }

    pub(super) fn activities(&mut self) {
        let table = self.take("activities");
        self.facts.activities.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (rank, source, dates) = (row.word("rank"), self.cited(&row), Dates::from_row(&row));
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
            self.facts.activities.push(row.located(activity));
        }
    }

    pub(super) fn attributes(&mut self) {
        let table = self.take("attributes");
        self.facts.attributes.reserve_exact(table.len());
        for row in table.rows(self.faults) {
            let organization = self.referred(&row, "organization", |key| self.organization(key));
            let (code, source, dates) = (row.key("code"), self.cited(&row), Dates::from_row(&row));
            let value = tri_state(&row);
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
            self.facts.attributes.push(row.located(attribute));
        }
    }
}
