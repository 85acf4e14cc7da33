//! Rules of criteria as sentences.
//!
//! A rule ends a sentence about an organization, so that a tree of rules reads as one:
//!
//! ```text
//! All[Sphere[company], Not[Municipality[21001]]]
//! "all of (is a company; not (has a site in Anderlecht))"
//! ```

use entity::{
    Language, Revision, TextEnum,
    id::ClusterId,
    organization_profile::Sphere,
    rule::{ActivityUnder, Rule},
};

use super::{Said, labels, said};
use crate::domain::{
    cluster,
    ledger::Image,
    reference::REFERENCE,
    term::{TermKind, Terms},
};

/// How many codes of a long list are written out.
const SHOWN: usize = 10;

/// What the codes in a cluster's rules are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    /// The terms of the register.
    pub(crate) terms: &'a Terms,
    /// Where the sectors of clusters are.
    pub(crate) image: &'a Image,
    /// The cluster whose rules they are.
    pub(crate) cluster: ClusterId,
    /// As known at this revision.
    pub(crate) revision: Revision,
}

impl Names<'_> {
    /// The label of a code, in quotes; the code itself where no source says what it is called.
    fn term(&self, kind: TermKind, code: &str, language: Language) -> String {
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
        Language::En | Language::Nl => format!("“{label}”"),
        Language::Fr => format!("« {label} »"),
        Language::De => format!("„{label}“"),
    }
}

/// What a rule asks, as the end of a sentence about an organization.
pub(crate) fn described(rule: &Rule, names: &Names<'_>, language: Language) -> String {
    let after = |texts: Said, what: String| format!("{} {what}", said(texts, language));
    let parts = |rules: &[Rule]| {
        let parts: Vec<_> = rules.iter().map(|rule| described(rule, names, language)).collect();
        format!("({})", parts.join("; "))
    };
    match rule {
        Rule::All(rules) if rules.is_empty() => {
            said(["no condition", "aucune condition", "geen voorwaarde", "keine Bedingung"], language).to_owned()
        }
        Rule::All(rules) | Rule::Any(rules) if rules.len() == 1 => described(&rules[0], names, language),
        Rule::All(rules) => after(["all of", "tout ceci", "dit alles", "all dies"], parts(rules)),
        Rule::Any(rules) => {
            after(["at least one of", "au moins un de ceci", "minstens één van", "mindestens eines von"], parts(rules))
        }
        Rule::Not(rule) => after(["not", "pas", "niet", "nicht"], parts(std::slice::from_ref(rule))),
        Rule::Sphere(spheres) => {
            let spheres = spheres.iter().map(|sphere| with_article(*sphere, language));
            after(["is", "est", "is", "ist"], listed(spheres, language))
        }
        Rule::Municipality(codes) => {
            let names = codes.iter().map(|nis| {
                let municipality = REFERENCE.municipality(nis);
                municipality.and_then(|found| found.names.in_language(language)).unwrap_or(nis).to_owned()
            });
            let has = ["has a site in", "a un site à", "heeft een vestiging in", "hat einen Standort in"];
            after(has, listed(names, language))
        }
        Rule::Activity(ActivityUnder { version, under }) => {
            let codes = under.iter().map(|code| match REFERENCE.class(*version, code) {
                Some(class) => REFERENCE.dotted(class).to_owned(),
                None => code.clone(),
            });
            let has = [
                "has an activity under",
                "a une activité sous",
                "heeft een activiteit onder",
                "hat eine Tätigkeit unter",
            ];
            after(has, format!("{} (NACE-BEL {})", listed(codes, language), version.text()))
        }
        Rule::Sector(codes) => {
            let has = [
                "has an activity of the sector",
                "a une activité du secteur",
                "heeft een activiteit van de sector",
                "hat eine Tätigkeit des Sektors",
            ];
            after(has, listed(codes.iter().map(|code| names.sector(code, language)), language))
        }
        Rule::Attribute(code) => {
            let asserts = ["a source asserts", "une source atteste", "een bron bevestigt", "eine Quelle bestätigt"];
            after(asserts, names.term(TermKind::Attribute, code, language))
        }
        Rule::Identifier(scheme) => {
            let has = ["has an identifier:", "a un identifiant :", "heeft een identificatie:", "hat eine Kennung:"];
            after(has, labels::of_stored("Scheme", *scheme, language).to_owned())
        }
        Rule::SizeAtMost(size) => {
            let company = [
                "is a company of at most this size:",
                "est une entreprise d’au plus cette taille :",
                "is een onderneming van hoogstens deze grootte:",
                "ist ein Unternehmen von höchstens dieser Größe:",
            ];
            after(company, labels::of_stored("SizeClass", *size, language).to_owned())
        }
        Rule::Assessed(code) => {
            let judged = [
                "the cluster judged as met:",
                "le cluster a jugé rempli :",
                "de cluster oordeelde vervuld:",
                "der Cluster beurteilte als erfüllt:",
            ];
            after(judged, names.term(TermKind::Judgement, code, language))
        }
    }
}

/// A list in words; of a long one the beginning, and how many more there are.
fn listed(names: impl Iterator<Item = String>, language: Language) -> String {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 {
        names.truncate(SHOWN);
        names.push(format!("{more} {}", said(["more", "autres", "andere", "weitere"], language)));
    }
    let or = said([" or ", " ou ", " of ", " oder "], language);
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{or}{last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => said(["nothing", "rien", "niets", "nichts"], language).to_owned(),
    }
}

fn with_article(sphere: Sphere, language: Language) -> String {
    let article = match sphere {
        Sphere::Company => ["a", "une", "een", "ein"],
        Sphere::Research => ["a", "un", "een", "eine"],
        Sphere::Public => ["a", "une", "een", "eine"],
        Sphere::CivilSociety => ["a", "un", "een", "eine"],
    };
    format!("{} {}", said(article, language), labels::of_stored("Sphere", sphere, language))
}
