//! What clusters found of their members: the facts that rules with `assessed` ask for.

use entity::PartialDate;
use serde::Serialize;

use super::{
    chance::{Chance, Topic, after},
    edition::Edition,
    plan::{Document, Plan},
    spell::Spell,
};

#[derive(Serialize)]
struct JudgementRow<'a> {
    cluster: &'a str,
    organization: &'a str,
    code: &'a str,
    value: &'a str,
    from: Option<PartialDate>,
    source: &'a str,
}

/// Writes what the cluster found of a member, of all that its criteria have it look at; of some members it looked at
/// nothing.
pub(super) fn write(edition: &mut Edition<'_>, thing: u64, plan: &Plan, organization: &str, spells: &[Spell]) {
    let mut chance = Chance::new(edition.ecosystem.seed, Topic::Judgements, thing);
    let Some(joined) = spells.first().map(|spell| spell.from).filter(|_| chance.percent(60)) else { return };
    let source = plan.source(Document::Register);
    for code in &plan.assessed {
        let value = chance.weighted(&[(75, "true"), (15, "false"), (10, "unknown")]);
        let from = chance.percent(80).then(|| chance.stated(after(joined, 30), plan.founded));
        let cluster = plan.slug.as_str();
        edition.add("judgements", JudgementRow { cluster, organization, code, value, from, source: &source });
    }
}
