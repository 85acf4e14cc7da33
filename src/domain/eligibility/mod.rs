//! Eligibility: whether an organization satisfies a version of a cluster's entry criteria at a point in time, and why.
//!
//! A version is a tree of rules over recorded facts. What the register does not say is not "no": Kleene's logic has
//! three outcomes, and every node is evaluated, so that nothing that is missing hides behind something else. `assess`
//! explains: it finds the outcome of every node for one organization, with the facts it rests on (`words` makes
//! sentences of it). `sets` finds the outcome of a tree for all organizations at once, in the ledger's image;
//! `consequences` asks it who could enter, who is at risk, and what another version would change. Both evaluators mean
//! the same.

mod assess;
mod consequences;
mod evidence;
mod history;
pub(super) mod sets;

pub use self::{
    assess::{Finding, Missing, Support},
    consequences::{Concerned, Impact, Organizations, at_risk, impact, prospects},
    evidence::{Evidence, Sectors, read},
    history::History,
};

pub use super::kleene::Outcome;

use std::{collections::HashMap, sync::Arc};

use entity::{
    criteria_profile::Model,
    criterion,
    id::{ClusterId, CriteriaProfileId},
    rule::Rule,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::domain::{Result, store::dialect, time::PointInTime};

/// What a version of criteria asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Criteria {
    /// The cluster whose sectors and judgements the rules mean.
    pub cluster: ClusterId,
    /// What must be met: all criteria that are required.
    pub rule: Arc<Rule>,
    /// What counts in favour and decides nothing.
    pub optional: Vec<Arc<Rule>>,
}

/// What each of these versions asks, by the id of its row.
pub async fn criteria(db: &impl ConnectionTrait, versions: &[Model]) -> Result<HashMap<CriteriaProfileId, Criteria>> {
    let ids = versions.iter().map(|version| version.id);
    let wanted = dialect::any_of(db.get_database_backend(), criterion::Column::CriteriaProfileId.into_expr(), ids);
    let rows = criterion::Entity::find().filter(wanted).order_by_asc(criterion::Column::Position).all(db).await?;
    let mut rules: HashMap<CriteriaProfileId, (Vec<Rule>, Vec<Arc<Rule>>)> = HashMap::new();
    for row in rows {
        let (required, optional) = rules.entry(row.criteria_profile_id).or_default();
        if row.required { required.push(row.rule) } else { optional.push(Arc::new(row.rule)) }
    }
    let criteria = |version: &Model| {
        let (mut required, optional) = rules.get(&version.id).cloned().unwrap_or_default();
        let rule = if required.len() == 1 { required.remove(0) } else { Rule::All(required) };
        (version.id, Criteria { cluster: version.cluster_id, rule: Arc::new(rule), optional })
    };
    Ok(versions.iter().map(criteria).collect())
}

/// What the version in force of each of these clusters asks, where there is one.
pub async fn in_force(
    db: &impl ConnectionTrait,
    ids: &[ClusterId],
    at: PointInTime,
) -> Result<HashMap<ClusterId, Criteria>> {
    let versions: Vec<_> = super::criteria::in_force(db, ids, at).await?.into_values().collect();
    let asked = criteria(db, &versions).await?;
    Ok(asked.into_values().map(|criteria| (criteria.cluster, criteria)).collect())
}

/// Whether an organization can enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every required criterion is met.
    Eligible,
    /// At least one is not met, whatever is not known.
    NotEligible,
    /// It depends on what the register does not say.
    Undetermined,
}

impl Verdict {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Eligible, Self::NotEligible, Self::Undetermined];
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Met => Self::Eligible,
            Outcome::NotMet => Self::NotEligible,
            Outcome::Unknown => Self::Undetermined,
        }
    }
}
