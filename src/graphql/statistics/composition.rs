//! What the effective members are made up of.

use async_graphql::{Enum, SimpleObject};

use crate::{domain::statistics, graphql::organization::filter::Sphere};

/// What the effective members are made up of.
#[derive(SimpleObject)]
pub(crate) struct Composition {
    /// The number of effective members that the shares are of.
    base: i32,
    /// Whether the register holds all of them. If not, base and counts are lower bounds.
    complete: bool,
    /// Every sphere, in the order of the helices.
    shares: Vec<SphereShare>,
    /// The conditions that the European Cluster Collaboration Platform sets for clusters, as far as members are concerned.
    conditions: Vec<CompositionCondition>,
}

/// The part of a sphere in the effective members.
#[derive(SimpleObject)]
pub(crate) struct SphereShare {
    /// The sphere.
    sphere: Sphere,
    /// How many of the base belong to it.
    count: i32,
    /// `count` divided by the base, from 0 to 1; null when the base is 0.
    share: Option<f64>,
}

/// A condition on the members of a cluster.
#[derive(SimpleObject)]
pub(crate) struct CompositionCondition {
    /// Which one.
    code: ConditionCode,
    /// Whether it is met; null when it is not met by what is recorded and the register is not complete.
    met: Option<bool>,
    /// The number that is recorded.
    value: i32,
    /// The number that is asked for, at least.
    threshold: i32,
}

/// A condition that the European Cluster Collaboration Platform sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statistics::ConditionCode")]
pub(crate) enum ConditionCode {
    /// At least 15 members.
    Members,
    /// At least two kinds of members: spheres that have one.
    KindsOfMembers,
}

impl From<statistics::Composition> for Composition {
    fn from(found: statistics::Composition) -> Self {
        let share = |(sphere, count): &(entity::organization_profile::Sphere, u32)| SphereShare {
            sphere: (*sphere).into(),
            count: *count as i32,
            share: found.share(*count),
        };
        let condition = |condition: statistics::CompositionCondition| CompositionCondition {
            code: condition.code.into(),
            met: condition.met,
            value: condition.value as i32,
            threshold: condition.threshold as i32,
        };
        Self {
            base: found.base.value() as i32,
            complete: found.base.complete,
            shares: found.spheres.iter().map(share).collect(),
            conditions: found.conditions().map(condition).into(),
        }
    }
}
