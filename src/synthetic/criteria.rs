//! Entry criteria: two adopted versions, the second with every criterion of the first and more; sometimes a draft of
//! a third.

use std::collections::BTreeSet;

use entity::{
    Labels, NaceVersion, PartialDate,
    criteria_profile::CriteriaState,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
    rule::{ActivityUnder, Rule},
};

use super::{
    chance::{Chance, day},
    edition::Edition,
    fields::Field,
    organizations::ATTRIBUTES,
    plan::{Document, Plan},
};
use crate::{
    dataset::package::criteria::{Criterion, Version},
    domain::reference::REFERENCE,
};

/// Writes the versions of a cluster, and gives the codes of what they have it look at itself.
pub(super) fn write(edition: &mut Edition<'_>, chance: &mut Chance, plan: &Plan) -> BTreeSet<String> {
    let mut criteria = opening(chance, plan);
    let mut narrower = narrowing(chance, plan).into_iter();
    let repositioned = PartialDate::day(plan.repositioned);
    let first = Version {
        cluster: plan.slug.clone(),
        version: 1,
        state: CriteriaState::Adopted,
        label: label(1),
        rationale: texts([
            "Open to every organization of the sectors.",
            "Ouvert à toute organisation des secteurs.",
            "Open voor elke organisatie van de sectoren.",
        ]),
        from: PartialDate::day(plan.founded),
        to: Some(repositioned),
        source: plan.source(Document::Founding),
        event: Some("founding".to_owned()),
        criteria: criteria.clone(),
    };
    criteria.extend(narrower.by_ref().take(2));
    let second = Version {
        version: 2,
        label: label(2),
        rationale: texts([
            "The criteria of the version before, and more.",
            "Les critères de la version précédente, et d’autres.",
            "De criteria van de vorige versie, en andere.",
        ]),
        from: repositioned,
        to: None,
        source: plan.source(Document::Question),
        event: Some("repositioning".to_owned()),
        criteria: criteria.clone(),
        ..first.clone()
    };
    criteria.extend(narrower);
    let third = Version {
        version: 3,
        state: CriteriaState::Draft,
        label: label(3),
        from: PartialDate::day(day(2027, 1, 1)),
        source: plan.source(Document::Report),
        event: None,
        criteria,
        ..second.clone()
    };
    let versions = [Some(first), Some(second), chance.percent(25).then_some(third)];
    let versions: Vec<Version> = versions.into_iter().flatten().collect();
    let mut codes = BTreeSet::new();
    for criterion in versions.iter().flat_map(|version| &version.criteria) {
        assessed(&criterion.rule, &mut codes);
    }
    edition.criteria.extend(versions);
    codes
}

fn assessed(rule: &Rule, codes: &mut BTreeSet<String>) {
    if let Rule::Assessed(code) = rule {
        codes.insert(code.clone());
    }
    rule.parts().iter().for_each(|rule| assessed(rule, codes));
}

/// What the first version asks: a sector or a kind of body, and a practice.
fn opening(chance: &mut Chance, plan: &Plan) -> Vec<Criterion> {
    let sectors = Rule::Sector(plan.fields.iter().map(|field| field.code.to_owned()).collect());
    let bodies = Rule::Sphere(vec![Sphere::Research, Sphere::Public, Sphere::CivilSociety]);
    let activity = match chance.below(3) {
        0 => sectors,
        1 => Rule::Any(vec![sectors, bodies]),
        _ => Rule::Any(vec![under(NaceVersion::V2008, &plan.fields), under(NaceVersion::V2025, &plan.fields), bodies]),
    };
    let practices = chance.some(&ATTRIBUTES[2..], 3).into_iter().map(|code| Rule::Attribute(code.to_owned()));
    let practice = match chance.below(3) {
        0 => Rule::Attribute("circular_business_model".to_owned()),
        1 => Rule::Any(practices.collect()),
        _ => Rule::Any(practices.chain([Rule::Assessed("circular-intent".to_owned())]).collect()),
    };
    let mut criteria = vec![required(activity), required(practice)];
    if chance.percent(40) {
        criteria.push(Criterion { required: false, rule: Rule::Assessed("motivation".to_owned()) });
    }
    criteria
}

/// What later versions ask besides.
fn narrowing(chance: &mut Chance, plan: &Plan) -> Vec<Criterion> {
    let municipalities: Vec<String> = REFERENCE.municipalities().map(|municipality| municipality.nis.clone()).collect();
    let is_no_company = Rule::Not(Box::new(Rule::Sphere(vec![Sphere::Company])));
    let rules = [
        Rule::Attribute("works_material".to_owned()),
        Rule::All(vec![
            Rule::Attribute("urban_production".to_owned()),
            Rule::Municipality(chance.some(&municipalities, 14)),
        ]),
        Rule::Any(vec![is_no_company, Rule::SizeAtMost(SizeClass::Medium)]),
        Rule::Identifier(Scheme::BeKbo),
        Rule::Assessed("charter-signed".to_owned()),
        Rule::Not(Box::new(under(NaceVersion::V2025, &plan.fields[2..3]))),
    ];
    chance.some(&rules, 3).into_iter().map(required).collect()
}

fn required(rule: Rule) -> Criterion {
    Criterion { required: true, rule }
}

/// An activity under the divisions of fields.
fn under(version: NaceVersion, fields: &[&Field]) -> Rule {
    let divisions = fields.iter().flat_map(|field| field.divisions);
    Rule::Activity(ActivityUnder { version, under: divisions.map(|code| (*code).to_owned()).collect() })
}

fn label(version: i32) -> Labels {
    texts(["Entry criteria", "Critères d’entrée", "Toelatingscriteria"].map(|label| format!("{label} {version}")))
}

/// A text in English, French and Dutch.
fn texts(texts: [impl Into<String>; 3]) -> Labels {
    ["en", "fr", "nl"].map(str::to_owned).into_iter().zip(texts.map(Into::into)).collect()
}
