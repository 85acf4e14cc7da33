//! The verdicts of organizations under the criteria that apply to the cluster that is being counted.

use chrono::NaiveDate;
use entity::{
    Revision,
    criteria_profile::{CriteriaState, Model},
    id::{ClusterId, CriteriaId},
};
use sea_orm::ConnectionTrait;

use super::Applied;
use crate::domain::{
    Error, Result, criteria,
    eligibility::{self, Verdict, sets::Division},
    ledger::index::Snapshot,
    population::Met,
};

/// The adopted versions of some clusters, each on the days that it is in force, as known at a revision.
pub async fn criteria_in_force(
    db: &impl ConnectionTrait,
    clusters: &[ClusterId],
    revision: Revision,
) -> Result<Vec<Applied>> {
    let versions = criteria::of_clusters(db, clusters).await?;
    let standing = versions.iter().filter_map(|version| version.standing(revision));
    let adopted: Vec<_> = standing.filter(|version| version.state == CriteriaState::Adopted).cloned().collect();
    let mut asked = eligibility::criteria(db, &adopted).await?;
    let applied = |version: &Model| {
        let days = version.valid_from..version.valid_to.unwrap_or(NaiveDate::MAX);
        Some(Applied { cluster: Some(version.cluster_id), days, criteria: asked.remove(&version.id)? })
    };
    Ok(adopted.iter().filter_map(applied).collect())
}

/// One version, on every day and to everyone, as known at a revision. Nothing applies where it was recorded later.
pub async fn criteria_named(db: &impl ConnectionTrait, id: CriteriaId, revision: Revision) -> Result<Vec<Applied>> {
    let versions = criteria::by_ids(db, &[id]).await?;
    let version = versions.first().ok_or_else(|| {
        Error::invalid("criteria", "`criteria` names no version that the register holds; `criteriaVersions` lists them")
    })?;
    let known: Vec<_> = version.known(revision).cloned().into_iter().collect();
    let asked = eligibility::criteria(db, &known).await?;
    let days = NaiveDate::MIN..NaiveDate::MAX;
    Ok(asked.into_values().map(|criteria| Applied { cluster: None, days: days.clone(), criteria }).collect())
}

/// The criteria that apply last, and how they divide the organizations.
#[derive(Default)]
pub(super) struct Verdicts {
    divided: Option<(usize, Division)>,
}

impl Verdicts {
    /// The verdict of a participation's organization; none where no criteria apply. Participations come cluster by
    /// cluster, so that organizations are divided once for each version.
    pub(super) fn of(&mut self, met: Met<'_>, applied: &[&Applied], among: &Snapshot<'_>) -> Option<Verdict> {
        let applies = |applied: &&Applied| applied.cluster.is_none_or(|cluster| cluster == met.segment.id);
        let version = match &self.divided {
            Some((version, _)) if applies(&applied[*version]) => *version,
            _ => applied.iter().position(applies)?,
        };
        if self.divided.as_ref().is_none_or(|(divided, _)| *divided != version) {
            let criteria = &applied[version].criteria;
            self.divided = Some((version, Division::by(&criteria.rule, criteria.cluster, among)));
        }
        self.divided.as_ref().map(|(_, division)| division.verdict(met.organization()))
    }
}
