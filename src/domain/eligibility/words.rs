//! Rules and findings as sentences, in English, French and Dutch. German is answered in English.

use entity::{
    Language, Revision, TextEnum,
    id::ClusterId,
    organization_profile::{SizeClass, Sphere},
    rule::{ActivityUnder, Rule},
};

use super::{
    Outcome,
    assess::{Finding, Missing},
};
use crate::domain::{
    cluster,
    ledger::Image,
    reference::REFERENCE,
    term::{TermKind, Terms},
};

/// How many codes of a long list are written out.
const SHOWN: usize = 10;

/// One text in English, French and Dutch.
type Said<T> = [T; 3];

fn said<T: Copy>(texts: Said<T>, language: Language) -> T {
    match language {
        Language::En | Language::De => texts[0],
        Language::Fr => texts[1],
        Language::Nl => texts[2],
    }
}

/// What the codes in a cluster's rules are called.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The terms of the register.
    pub terms: &'a Terms,
    /// Where the sectors of clusters are.
    pub image: &'a Image,
    /// The cluster whose rules they are.
    pub cluster: ClusterId,
    /// As known at this revision.
    pub revision: Revision,
}

impl Names<'_> {
    /// The label of a code, in quotes; the code itself where no source says what it is called.
    fn of(&self, kind: TermKind, code: &str, language: Language) -> String {
        let label = self.terms.label(kind, Some(self.cluster), code, language);
        label.map_or_else(|| format!("`{code}`"), |label| quoted(label, language))
    }

    fn sector(&self, code: &str, language: Language) -> String {
        let sectors = cluster::sectors(self.image, self.cluster, self.revision);
        let sector = sectors.iter().find(|sector| sector.code() == code);
        sector.map_or_else(|| format!("`{code}`"), |sector| quoted(sector.label(language), language))
    }
}

fn quoted(label: &str, language: Language) -> String {
    match language {
        Language::Fr => format!("« {label} »"),
        Language::En | Language::Nl | Language::De => format!("“{label}”"),
    }
}

/// What a rule asks, as the end of a sentence about an organization.
pub fn describe(rule: &Rule, names: &Names<'_>, language: Language) -> String {
    let say = |texts: Said<&'static str>| said(texts, language);
    let or = say([" or ", " ou ", " of "]);
    let each = |rules: &[Rule]| rules.iter().map(|rule| describe(rule, names, language)).collect::<Vec<_>>().join("; ");
    match rule {
        Rule::All(rules) if rules.is_empty() => say(["no condition", "aucune condition", "geen voorwaarde"]).to_owned(),
        Rule::All(rules) | Rule::Any(rules) if rules.len() == 1 => describe(&rules[0], names, language),
        Rule::All(rules) => format!("{} ({})", say(["all of", "tout ceci", "dit alles"]), each(rules)),
        Rule::Any(rules) => {
            format!("{} ({})", say(["at least one of", "au moins un de ceci", "minstens één van"]), each(rules))
        }
        Rule::Not(rule) => format!("{} ({})", say(["not", "pas", "niet"]), describe(rule, names, language)),
        Rule::Sphere(spheres) => {
            let names = spheres.iter().map(|sphere| say(sphere_name(*sphere)).to_owned());
            format!("{} {}", say(["is", "est", "is"]), listed(names, or, language))
        }
        Rule::Municipality(codes) => {
            let names = codes.iter().map(|nis| {
                let municipality = REFERENCE.municipality(nis);
                municipality.and_then(|found| found.names.in_language(language)).unwrap_or(nis).to_owned()
            });
            let site = say(["has a site in", "a un site à", "heeft een vestiging in"]);
            format!("{site} {}", listed(names, or, language))
        }
        Rule::Activity(ActivityUnder { version, under }) => {
            let codes = under.iter().map(|code| match REFERENCE.class(*version, code) {
                Some(class) => REFERENCE.dotted(class).to_owned(),
                None => code.clone(),
            });
            let activity = say(["has an activity under", "a une activité sous", "heeft een activiteit onder"]);
            format!("{activity} {} (NACE-BEL {})", listed(codes, or, language), version.text())
        }
        Rule::Sector(codes) => {
            let activity = say([
                "has an activity of the sector",
                "a une activité du secteur",
                "heeft een activiteit van de sector",
            ]);
            format!("{activity} {}", listed(codes.iter().map(|code| names.sector(code, language)), or, language))
        }
        Rule::Attribute(code) => {
            let asserts = say(["a source asserts", "une source atteste", "een bron bevestigt"]);
            format!("{asserts} {}", names.of(TermKind::Attribute, code, language))
        }
        Rule::Identifier(scheme) => {
            let has = say(["has an identifier:", "a un identifiant :", "heeft een identificatie:"]);
            format!("{has} {}", scheme.text())
        }
        Rule::SizeAtMost(size) => {
            let company = say([
                "is a company that is at most",
                "est une entreprise de taille au plus",
                "is een onderneming die hoogstens",
            ]);
            let end = say(["", "", " is"]);
            format!("{company} {}{end}", say(size_name(*size)))
        }
        Rule::Assessed(code) => {
            let judged =
                say(["the cluster judged as met:", "le cluster a jugé rempli :", "de cluster oordeelde vervuld:"]);
            format!("{judged} {}", names.of(TermKind::Judgement, code, language))
        }
    }
}

/// A list in words; of a long one the beginning, and how many more there are.
fn listed(names: impl Iterator<Item = String>, or: &str, language: Language) -> String {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 {
        names.truncate(SHOWN);
        let more = match language {
            Language::En | Language::De => format!("{more} more"),
            Language::Fr => format!("{more} autres"),
            Language::Nl => format!("{more} andere"),
        };
        names.push(more);
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{or}{last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => said(["nothing", "rien", "niets"], language).to_owned(),
    }
}

fn sphere_name(sphere: Sphere) -> Said<&'static str> {
    match sphere {
        Sphere::Company => ["a company", "une entreprise", "een onderneming"],
        Sphere::Research => ["a research body", "un organisme de recherche", "een onderzoeksinstelling"],
        Sphere::Public => ["a public institution", "une institution publique", "een overheidsinstelling"],
        Sphere::CivilSociety => {
            ["a civil society body", "un organisme de la société civile", "een organisatie van het middenveld"]
        }
    }
}

fn size_name(size: SizeClass) -> Said<&'static str> {
    match size {
        SizeClass::Micro => ["micro", "micro", "micro"],
        SizeClass::Small => ["small", "petite", "klein"],
        SizeClass::Medium => ["medium-sized", "moyenne", "middelgroot"],
        SizeClass::Large => ["large", "grande", "groot"],
    }
}

impl Finding {
    /// What was found, and why: of an unknown outcome, what is missing.
    pub fn explain(&self, names: &Names<'_>, language: Language) -> String {
        let outcome = match self.outcome {
            Outcome::Met => ["Met", "Rempli", "Vervuld"],
            Outcome::NotMet => ["Not met", "Non rempli", "Niet vervuld"],
            Outcome::Unknown => ["Unknown", "Inconnu", "Onbekend"],
        };
        let colon = said([":", " :", ":"], language);
        let mut text = format!("{}{colon} {}.", said(outcome, language), describe(self.rule(), names, language));
        if let Some(missing) = self.missing {
            text.push(' ');
            text.push_str(said(missing.words(), language));
        }
        text
    }
}

impl Missing {
    fn words(self) -> Said<&'static str> {
        match self {
            Self::Sites => {
                ["No site is recorded.", "Aucun site n’est enregistré.", "Er is geen vestiging geregistreerd."]
            }
            Self::Municipality => [
                "The municipality of a site is not recorded.",
                "La commune d’un site n’est pas enregistrée.",
                "De gemeente van een vestiging is niet geregistreerd.",
            ],
            Self::Activities => [
                "No activity is recorded.",
                "Aucune activité n’est enregistrée.",
                "Er is geen activiteit geregistreerd.",
            ],
            Self::ActivityVersion => [
                "An activity is recorded in another version of the classification, and no correspondence is.",
                "Une activité est enregistrée dans une autre version de la nomenclature, sans correspondance.",
                "Een activiteit is in een andere versie van de nomenclatuur geregistreerd, zonder overeenstemming.",
            ],
            Self::SectorActivities => [
                "It is not recorded which activities of that version of the classification belong to the sector.",
                "Les activités de cette version de la nomenclature qui relèvent du secteur ne sont pas enregistrées.",
                "Welke activiteiten van die versie van de nomenclatuur tot de sector behoren, is niet geregistreerd.",
            ],
            Self::Attribute => [
                "No source says whether that is so.",
                "Aucune source ne dit ce qu’il en est.",
                "Geen bron zegt of dat zo is.",
            ],
            Self::Agreement => {
                ["Sources contradict each other.", "Les sources se contredisent.", "De bronnen spreken elkaar tegen."]
            }
            Self::Identifier => [
                "No such identifier is recorded.",
                "Aucun identifiant de ce type n’est enregistré.",
                "Er is geen identificatie van die soort geregistreerd.",
            ],
            Self::SizeClass => [
                "The size of the company is not recorded.",
                "La taille de l’entreprise n’est pas enregistrée.",
                "De grootte van de onderneming is niet geregistreerd.",
            ],
            Self::Judgement => [
                "No judgement of the cluster is recorded.",
                "Aucun jugement du cluster n’est enregistré.",
                "Er is geen oordeel van de cluster geregistreerd.",
            ],
            Self::Rules => [
                "It depends on what is not known.",
                "Cela dépend de ce qui n’est pas connu.",
                "Dat hangt af van wat niet bekend is.",
            ],
        }
    }
}
