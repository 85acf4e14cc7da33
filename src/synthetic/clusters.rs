//! Clusters: what each is, and what is recorded of it besides its participations.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{NaceVersion, PartialDate, cluster_event::EventKind, source::SourceKind};
use serde::Serialize;

use super::{
    chance::{Chance, Topic, after, day},
    criteria,
    edition::{CORRECTIONS, Edition},
    fields::{FIELDS, Field, VERSIONS, subclasses},
    names, organizations,
    plan::{Document, Plan},
    terms,
};

/// Services of a host: key, and names in English, French and Dutch.
const SERVICES: [(&str, [&str; 3]); 6] = [
    ("funding-desk", ["Funding desk", "Guichet de financement", "Financieringsloket"]),
    ("export-coaching", ["Export coaching", "Accompagnement à l’export", "Exportbegeleiding"]),
    ("premises", ["Search for premises", "Recherche de locaux", "Zoektocht naar lokalen"]),
    ("starter-advice", ["Advice for starters", "Conseil aux starters", "Advies voor starters"]),
    ("permits", ["Help with permits", "Aide aux permis", "Hulp bij vergunningen"]),
    ("succession", ["Handing over a business", "Transmission d’entreprise", "Bedrijfsoverdracht"]),
];

#[derive(Serialize)]
struct ClusterRow<'a> {
    slug: &'a str,
    host: Option<String>,
    website: Option<String>,
    complete_from: Option<NaiveDate>,
    name_en: String,
    name_fr: String,
    name_nl: String,
    description_en: String,
    description_fr: String,
    description_nl: String,
    source: &'a str,
}

#[derive(Serialize)]
struct EventRow<'a> {
    cluster: &'a str,
    id: &'a str,
    kind: EventKind,
    on: PartialDate,
    text_en: &'a str,
    text_fr: &'a str,
    text_nl: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct SectorRow<'a> {
    cluster: &'a str,
    code: &'a str,
    label_en: &'a str,
    label_fr: &'a str,
    label_nl: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct SectorNaceRow<'a> {
    cluster: &'a str,
    sector: &'a str,
    nace_version: NaceVersion,
    nace_code: &'a str,
}

#[derive(Serialize)]
struct ServiceRow<'a> {
    cluster: &'a str,
    id: &'a str,
    name_en: &'a str,
    name_fr: &'a str,
    name_nl: &'a str,
    source: &'a str,
}

/// Writes the cluster at a position, without its participations and figures.
pub(super) fn write(edition: &mut Edition<'_>, position: u32) -> Plan {
    let mut chance = Chance::new(edition.ecosystem.seed, Topic::Cluster, position.into());
    // Organizations take stems from the first position on, clusters from the last.
    let stem = names::stem(names::shuffled(names::STEMS - 1 - u64::from(position), names::STEMS, edition.offset));
    let founded = chance.day(day(2008, 3, 1), day(2021, 7, 1));
    let evaluated = chance.day(after(founded, 3 * 365), after(founded, 4 * 365));
    let (sectors, services) = (chance.within(3, 6) as usize, chance.within(2, 4) as usize);
    let services = chance.some(&SERVICES, services);
    let mut plan = Plan {
        slug: stem.to_lowercase(),
        fields: chance.some(&FIELDS.iter().collect::<Vec<_>>(), sectors),
        founded,
        evaluated,
        repositioned: chance.day(after(evaluated, 30), after(evaluated, 240)),
        services: services.iter().map(|(id, _)| *id).collect(),
        assessed: BTreeSet::new(),
    };
    plan.sources(edition, &mut chance, &stem);
    plan.profile(edition, &mut chance, position, &stem);
    plan.events(edition, &mut chance);
    plan.sectors(edition, &mut chance);
    let (cluster, source) = (plan.slug.as_str(), plan.source(Document::Founding));
    for (id, [name_en, name_fr, name_nl]) in services {
        edition.add("services", ServiceRow { cluster, id, name_en, name_fr, name_nl, source: &source });
    }
    plan.assessed = criteria::write(edition, &mut chance, &plan);
    terms::of_cluster(edition, &plan);
    plan
}

impl Plan {
    fn sources(&self, edition: &mut Edition<'_>, chance: &mut Chance, stem: &str) {
        let reference = chance.within(100, 1999).to_string();
        let founded = Some(PartialDate::day(self.founded));
        let questioned = Some(PartialDate::day(self.questioned()));
        for (document, kind, title, reference, published_on) in [
            (Document::Founding, SourceKind::Decision, "Founding act of", None, founded),
            (Document::Register, SourceKind::Dataset, "Register of participations of", None, None),
            (
                Document::Question,
                SourceKind::ParliamentaryQuestion,
                "Written question on",
                Some(reference.as_str()),
                questioned,
            ),
            (Document::Report, SourceKind::Report, "Annual report 2025 of", None, "2026-03".parse().ok()),
        ] {
            edition.source(&self.source(document), kind, &format!("{title} {stem}"), reference, published_on);
        }
    }

    fn profile(&self, edition: &mut Edition<'_>, chance: &mut Chance, position: u32, stem: &str) {
        let host = (!edition.hosts.is_empty()).then(|| *chance.pick(&edition.hosts));
        let mut website = chance.percent(85).then(|| format!("https://cluster.{}.example", self.slug));
        let since = [(40, None), (30, Some(self.founded)), (30, Some(self.questioned()))];
        let mut complete_from = chance.weighted(&since);
        let mut source = self.source(Document::Founding);
        // The first of all is corrected always: every second edition differs from the first.
        let one_in = if position == 0 { 1 } else { 10 };
        if let Some(mut correction) = edition.correction(Topic::ClusterCorrection, position.into(), one_in) {
            website = Some(format!("https://{}.example/cluster", self.slug));
            complete_from = complete_from.map(|from| after(from, correction.within(30, 400)));
            source = CORRECTIONS.to_owned();
        }
        let [en, fr, nl] = self.fields[0].names;
        let host = host.map(|host| organizations::key(edition, host));
        edition.add(
            "clusters",
            ClusterRow {
                slug: &self.slug,
                host,
                website,
                complete_from,
                name_en: format!("{stem} {en} Cluster"),
                name_fr: format!("Cluster {stem} {fr}"),
                name_nl: format!("Cluster {stem} {nl}"),
                description_en: format!("Invented cluster: {} and what belongs to it.", en.to_lowercase()),
                description_fr: format!("Cluster inventé : {} et ce qui s’y rapporte.", fr.to_lowercase()),
                description_nl: format!("Verzonnen cluster: {} en wat erbij hoort.", nl.to_lowercase()),
                source: &source,
            },
        );
    }

    fn events(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        let evaluated = chance.stated(self.evaluated, self.founded);
        for (id, kind, on, document, [text_en, text_fr, text_nl]) in [
            (
                "founding",
                EventKind::Founding,
                PartialDate::day(self.founded),
                Document::Founding,
                ["The cluster was launched.", "Le cluster a été lancé.", "De cluster werd gelanceerd."],
            ),
            (
                "evaluation",
                EventKind::Evaluation,
                evaluated,
                Document::Question,
                ["The cluster was evaluated.", "Le cluster a été évalué.", "De cluster werd geëvalueerd."],
            ),
            (
                "repositioning",
                EventKind::Repositioning,
                PartialDate::day(self.repositioned),
                Document::Question,
                [
                    "The eligible sectors and the entry criteria were defined more narrowly.",
                    "Les secteurs éligibles et les critères d’entrée ont été définis plus étroitement.",
                    "De in aanmerking komende sectoren en de toelatingscriteria werden nauwer omschreven.",
                ],
            ),
        ] {
            let (cluster, source) = (self.slug.as_str(), self.source(document));
            edition.add("events", EventRow { cluster, id, kind, on, text_en, text_fr, text_nl, source: &source });
        }
    }

    fn sectors(&self, edition: &mut Edition<'_>, chance: &mut Chance) {
        let (cluster, source) = (self.slug.as_str(), self.source(Document::Founding));
        for Field { code, names: [label_en, label_fr, label_nl], divisions, .. } in self.fields.iter().copied() {
            edition.add("sectors", SectorRow { cluster, code, label_en, label_fr, label_nl, source: &source });
            let is_narrow = chance.percent(35);
            for (nace_version, subclasses) in VERSIONS.into_iter().zip(subclasses(divisions)) {
                // The class of each of some subclasses: its first four digits.
                let mut classes: Vec<&str> = chance.some(&subclasses, 5).iter().map(|code| &code[..4]).collect();
                classes.dedup();
                for nace_code in if is_narrow { classes } else { divisions.to_vec() } {
                    edition.add("sector_nace", SectorNaceRow { cluster, sector: code, nace_version, nace_code });
                }
            }
        }
    }
}
