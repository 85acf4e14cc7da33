//! The criteria of a cluster at every point in time: for conditions that are decided at points that are not known yet.

use std::{collections::HashMap, ops::Range, sync::Arc};

use chrono::NaiveDate;
use entity::{Revision, criteria_profile::CriteriaState, id::ClusterId};
use sea_orm::ConnectionTrait;

use super::{Criteria, criteria};
use crate::domain::{Result, criteria::of_clusters, time::PointInTime};

/// The adopted versions of a cluster's criteria, with everything that was ever recorded of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History(Arc<[Recorded]>);

/// What was recorded of a version from one revision to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Recorded {
    revisions: Range<Revision>,
    days: Range<NaiveDate>,
    criteria: Criteria,
}

impl History {
    /// The adopted versions of some clusters.
    pub async fn read(db: &impl ConnectionTrait, clusters: &[ClusterId]) -> Result<HashMap<ClusterId, Self>> {
        if clusters.is_empty() {
            return Ok(HashMap::new());
        }
        let versions = of_clusters(db, clusters).await?;
        let rows = versions.iter().flat_map(|version| version.rows());
        let adopted: Vec<_> = rows.filter(|row| row.state == CriteriaState::Adopted).cloned().collect();
        let asked = criteria(db, &adopted).await?;
        let mut found: HashMap<ClusterId, Vec<Recorded>> = HashMap::new();
        for row in adopted {
            let revisions = row.recorded_rev..row.superseded_rev.unwrap_or(Revision::MAX);
            let days = row.valid_from..row.valid_to.unwrap_or(NaiveDate::MAX);
            let criteria = asked[&row.id].clone();
            found.entry(row.cluster_id).or_default().push(Recorded { revisions, days, criteria });
        }
        Ok(found.into_iter().map(|(id, recorded)| (id, Self(recorded.into()))).collect())
    }

    /// What is asked at a point in time; `None`: no version is in force.
    pub fn in_force(&self, at: PointInTime) -> Option<&Criteria> {
        let holds =
            |recorded: &&Recorded| recorded.revisions.contains(&at.revision) && recorded.days.contains(&at.as_of);
        self.0.iter().find(holds).map(|recorded| &recorded.criteria)
    }
}
