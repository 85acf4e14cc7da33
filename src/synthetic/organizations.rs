//! Organizations: what each is, where it is, what it does.

use entity::{
    NaceVersion, PartialDate,
    activity::ActivityRank,
    organization_identifier::Scheme,
    organization_name::NameKind,
    organization_profile::{CivilSocietyKind, GovernmentLevel, ResearchKind, SizeClass, Sphere},
    site::SiteKind,
};
use serde::Serialize;

use super::{
    chance::{Chance, Topic, after, day, year_of},
    ecosystem::HORIZON,
    edition::{CORRECTIONS, ENTERPRISES, Edition, PRACTICES, PROFILES},
    fields::{FIELDS, Field, VERSIONS},
    names,
    outline::Outline,
};
use crate::domain::reference::REFERENCE;

/// What is asserted of the practices of organizations.
pub(super) const ATTRIBUTES: [&str; 7] = [
    "works_material",
    "urban_production",
    "circular_business_model",
    "reuse_and_repair",
    "product_as_a_service",
    "resource_recovery",
    "eco_design",
];

#[derive(Serialize)]
struct OrganizationRow<'a> {
    id: &'a str,
    sphere: Sphere,
    size_class: Option<SizeClass>,
    research_kind: Option<ResearchKind>,
    government_level: Option<GovernmentLevel>,
    civil_society_kind: Option<CivilSocietyKind>,
    founded_on: Option<PartialDate>,
    dissolved_on: Option<PartialDate>,
    website: Option<String>,
    description_en: Option<String>,
    description_fr: Option<String>,
    description_nl: Option<String>,
    source: &'a str,
}

#[derive(Serialize)]
struct NameRow<'a> {
    organization: &'a str,
    kind: NameKind,
    language: &'a str,
    name: String,
}

#[derive(Serialize)]
struct IdentifierRow<'a> {
    organization: &'a str,
    scheme: Scheme,
    value: String,
}

#[derive(Serialize)]
struct SiteRow<'a> {
    organization: &'a str,
    kind: SiteKind,
    municipality: Option<&'a str>,
    postal_code: Option<&'a str>,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    source: &'a str,
}

#[derive(Serialize)]
struct ActivityRow<'a> {
    organization: &'a str,
    nace_version: NaceVersion,
    nace_code: &'a str,
    rank: ActivityRank,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    source: &'a str,
}

#[derive(Serialize)]
struct AttributeRow<'a> {
    organization: &'a str,
    code: &'a str,
    value: &'a str,
    from: Option<PartialDate>,
    source: &'a str,
}

/// The key of the organization at a position: the word that its names begin with.
pub(super) fn key(edition: &Edition<'_>, position: u32) -> String {
    stem(edition, position).to_lowercase()
}

fn stem(edition: &Edition<'_>, position: u32) -> String {
    names::stem(names::shuffled(position.into(), names::STEMS, edition.offset))
}

/// An organization as it is being written.
struct Organization<'a> {
    position: u32,
    key: &'a str,
    outline: &'a Outline,
    field: &'static Field,
}

/// Writes the organization at a position, with all that is recorded of it.
pub(super) fn write(edition: &mut Edition<'_>, position: u32, outline: &Outline) {
    let mut chance = Chance::new(edition.ecosystem.seed, Topic::Organization, position.into());
    let stem = stem(edition, position);
    let key = stem.to_lowercase();
    let organization = Organization { position, key: &key, outline, field: &FIELDS[outline.field] };
    organization.profile(edition, &mut chance);
    organization.names(edition, &mut chance, &stem);
    organization.identifiers(edition, &mut chance);
    organization.sites(edition, &mut chance);
    organization.activities(edition, &mut chance);
    organization.attributes(edition, &mut chance);
}

impl Organization<'_> {
    fn correction(&self, edition: &Edition<'_>, topic: Topic, one_in: u32) -> Option<Chance> {
        edition.correction(topic, self.position.into(), one_in)
    }

    /// The day on which it was founded, as sources state it.
    fn founded(&self, chance: &mut Chance) -> PartialDate {
        let before = year_of(self.outline.founded).earliest().pred_opt();
        chance.stated(self.outline.founded, before.unwrap_or(self.outline.founded))
    }

    fn profile(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        const SIZES: [(u32, SizeClass); 4] =
            [(62, SizeClass::Micro), (23, SizeClass::Small), (11, SizeClass::Medium), (4, SizeClass::Large)];
        let mut sphere = self.outline.sphere;
        let mut size = chance.percent(80).then(|| chance.weighted(&SIZES));
        let research = chance.weighted(&[
            (20, ResearchKind::University),
            (30, ResearchKind::UniversityCollege),
            (50, ResearchKind::ResearchCentre),
        ]);
        let level = chance.weighted(&[
            (10, GovernmentLevel::Federal),
            (15, GovernmentLevel::Community),
            (40, GovernmentLevel::Regional),
            (5, GovernmentLevel::Provincial),
            (30, GovernmentLevel::Municipal),
        ]);
        let civil = chance.weighted(&[
            (30, CivilSocietyKind::Federation),
            (50, CivilSocietyKind::Association),
            (12, CivilSocietyKind::Foundation),
            (8, CivilSocietyKind::Union),
        ]);
        let has_kind = chance.percent(92);
        let founded_on = chance.percent(75).then(|| self.founded(chance));
        let dissolved_on = self.outline.dissolved.map(|dissolved| chance.stated(dissolved, self.outline.founded));
        let website = chance.percent(60).then(|| format!("https://{}.example", self.key));
        let is_described = chance.percent(35);
        let mut source = PROFILES;
        if let Some(mut correction) = self.correction(edition, Topic::ProfileCorrection, 60) {
            source = CORRECTIONS;
            if sphere == Sphere::Company && correction.percent(15) {
                sphere = Sphere::CivilSociety;
            } else {
                size = Some(correction.weighted(&SIZES)).filter(|other| Some(*other) != size);
            }
        }
        let described = |language: usize, company: &str, body: &str| {
            let words = if sphere == Sphere::Company { company } else { body };
            is_described.then(|| format!("{words} {}", self.field.names[language].to_lowercase()))
        };
        edition.add(
            "organizations",
            OrganizationRow {
                id: self.key,
                sphere,
                size_class: size.filter(|_| sphere == Sphere::Company),
                research_kind: Some(research).filter(|_| has_kind && sphere == Sphere::Research),
                government_level: Some(level).filter(|_| has_kind && sphere == Sphere::Public),
                civil_society_kind: Some(civil).filter(|_| has_kind && sphere == Sphere::CivilSociety),
                founded_on,
                dissolved_on,
                website,
                description_en: described(0, "invented company in the field of", "invented body in the field of"),
                description_fr: described(1, "entreprise inventée du domaine", "organisme inventé du domaine"),
                description_nl: described(
                    2,
                    "verzonnen onderneming in het domein",
                    "verzonnen instelling in het domein",
                ),
                source,
            },
        );
    }

    /// What a company or another body of the field might be called.
    fn names(&self, edition: &mut Edition<'_>, chance: &mut Chance, stem: &str) {
        let shown = if chance.percent(25) { names::accented(stem) } else { stem.to_owned() };
        let mut add = |kind: NameKind, language: &str, name: String| {
            edition.add("organization_names", NameRow { organization: self.key, kind, language, name });
        };
        if self.outline.sphere == Sphere::Company {
            match chance.below(10) {
                0 => {
                    add(NameKind::Trade, "fr", format!("Ateliers {shown}"));
                    add(NameKind::Trade, "nl", format!("Werkplaatsen {shown}"));
                }
                1..=3 => add(NameKind::Trade, "", format!("{shown} {}", self.field.trade)),
                _ => add(NameKind::Trade, "", shown.clone()),
            }
            match chance.below(10) {
                0..=2 => add(NameKind::Legal, "", format!("{shown} SA")),
                3..=5 => {
                    add(NameKind::Legal, "fr", format!("{shown} SRL"));
                    add(NameKind::Legal, "nl", format!("{shown} BV"));
                }
                _ => {}
            }
        } else {
            let [in_fr, in_nl, in_en] = match self.outline.sphere {
                Sphere::Research => ["Centre de recherche", "Onderzoekscentrum", "Research Centre"],
                Sphere::Public => ["Agence", "Agentschap", "Agency"],
                _ => ["Fédération", "Federatie", "Federation"],
            };
            let [_, fr, nl] = self.field.names;
            add(NameKind::Legal, "fr", format!("{in_fr} {shown} ({fr})"));
            add(NameKind::Legal, "nl", format!("{in_nl} {shown} ({nl})"));
            if chance.percent(40) {
                add(NameKind::Trade, "fr", format!("{in_fr} {shown}"));
                add(NameKind::Trade, "nl", format!("{in_nl} {shown}"));
                add(NameKind::Trade, "en", format!("{shown} {in_en}"));
            }
            if chance.percent(35) {
                add(NameKind::Abbreviation, "", format!("{}{}", &in_fr[..1], stem[..3].to_uppercase()));
            }
        }
        if chance.percent(6) {
            add(NameKind::Former, "", names::stem(chance.below(names::STEMS as u32).into()));
        }
    }

    fn identifiers(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        let number = names::shuffled(self.position.into(), names::ENTERPRISES, edition.offset);
        let number = names::enterprise_number(number);
        let mut add = |scheme: Scheme, value: String| {
            edition.add("organization_identifiers", IdentifierRow { organization: self.key, scheme, value });
        };
        if chance.percent(92) {
            if chance.percent(15) {
                add(Scheme::Vat, format!("BE{number}"));
            }
            add(Scheme::BeKbo, number);
        }
    }

    fn sites(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        let place = |chance: &mut Chance| {
            let municipalities: Vec<_> = REFERENCE.municipalities().collect();
            let municipality = *chance.pick(&municipalities);
            (municipality.nis.as_str(), chance.pick(&municipality.postal_codes.0).as_str())
        };
        let count = chance.weighted(&[(11, 0), (69, 1), (20, 2)]);
        let from = chance.percent(50).then(|| self.founded(chance));
        // Of two sites, the second stands beside the first, or is where the seat moved.
        let moved = (count == 2 && chance.percent(30))
            .then(|| PartialDate::day(chance.day(after(self.outline.founded, 1), HORIZON)));
        let mut correction = self.correction(edition, Topic::SiteCorrection, 60);
        for rank in 0..count {
            let (mut nis, mut postal_code) = place(chance);
            let is_known = chance.percent(96);
            let mut source = PROFILES;
            if let Some(mut correction) = correction.take() {
                (nis, postal_code) = place(&mut correction);
                source = CORRECTIONS;
            }
            let (kind, from, to) = match (rank, moved) {
                (0, moved) => (SiteKind::Seat, from, moved),
                (_, Some(moved)) => (SiteKind::Seat, Some(moved), None),
                (_, None) => (SiteKind::Establishment, None, None),
            };
            edition.add(
                "sites",
                SiteRow {
                    organization: self.key,
                    kind,
                    municipality: is_known.then_some(nis),
                    postal_code: is_known.then_some(postal_code),
                    from,
                    to,
                    source,
                },
            );
        }
    }

    fn activities(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        /// Ten activities for three organizations.
        const COUNTS: [(u32, usize); 8] = [(5, 0), (6, 1), (10, 2), (11, 3), (11, 4), (8, 5), (6, 6), (3, 7)];
        const LESSER: [(u32, ActivityRank); 2] = [(85, ActivityRank::Secondary), (15, ActivityRank::Ancillary)];
        let count = chance.weighted(&COUNTS);
        let first = chance.below(2) as usize;
        let founded = chance.percent(55).then(|| self.founded(chance));
        // The day on which the later version of the classification came into use.
        let changed = PartialDate::day(day(2025, 1, 1));
        let (ended, began) = (chance.percent(70), chance.percent(80));
        let mut drawn: Vec<(usize, &str)> = Vec::with_capacity(count);
        let mut correction = self.correction(edition, Topic::ActivityCorrection, 50);
        for position in 0..count {
            let version = (first + position) % 2;
            let code = loop {
                let classes = match position {
                    0 | 1 => edition.classes.main(self.outline),
                    _ if chance.percent(75) => &edition.classes.fields[self.outline.field],
                    _ => chance.pick(&edition.classes.fields),
                };
                let code = *chance.pick(&classes[version]);
                if !drawn.contains(&(version, code)) {
                    break code;
                }
            };
            drawn.push((version, code));
            let mut rank = if position < 2 { ActivityRank::Main } else { chance.weighted(&LESSER) };
            let mut source = ENTERPRISES;
            if let Some(mut correction) = correction.take() {
                // Recorded by mistake, or with another weight.
                if correction.percent(40) {
                    continue;
                }
                (rank, source) = (correction.weighted(&LESSER), CORRECTIONS);
            }
            let (from, to) = match version {
                0 => (founded, (ended && count > 1).then_some(changed)),
                _ => (began.then_some(changed), None),
            };
            edition.add(
                "activities",
                ActivityRow {
                    organization: self.key,
                    nace_version: VERSIONS[version],
                    nace_code: code,
                    rank,
                    from,
                    to,
                    source,
                },
            );
        }
    }

    fn attributes(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        for code in ATTRIBUTES {
            let is_likely = code != "works_material" || self.field.is_material;
            let [yes, no] = if is_likely { [65, 20] } else { [10, 75] };
            let value = chance.weighted(&[(yes, "true"), (no, "false"), (15, "unknown")]);
            let observed = chance.day(after(self.outline.founded, 30), HORIZON);
            let from = chance.percent(45).then(|| chance.stated(observed, self.outline.founded));
            if chance.percent(22) {
                let row = AttributeRow { organization: self.key, code, value, from, source: PRACTICES };
                edition.add("attributes", row);
            }
        }
    }
}
