//! Which criteria the verdicts of a breakdown go by: of each cluster those in force, or one version that is named.

use std::ops::Range;

use chrono::NaiveDate;
use entity::{
    Revision,
    criteria_profile::{CriteriaState, Model},
    id::{ClusterId, CriteriaId},
};
use sea_orm::ConnectionTrait;

use crate::domain::{
    Error, Result, criteria,
    eligibility::{self, Criteria},
};

/// Criteria, with whom they apply to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Applied {
    /// To the participations in this cluster; `None`: in every one.
    pub cluster: Option<ClusterId>,
    /// On these days.
    pub days: Range<NaiveDate>,
    /// What they ask.
    pub criteria: Criteria,
}

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
