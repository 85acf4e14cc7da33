//! What the effective members are made up of, and what the European Cluster Collaboration Platform asks of it.

use entity::{
    TextEnum, id::ClusterId, organization_profile::Sphere, participation::ParticipationKind,
    participation_period::Status,
};

use super::{Count, Population};
use crate::domain::{
    ledger::{Image, columns::Point},
    participation::{Condition, Filter},
    time::PointInTime,
};

/// What the effective members of a cluster, or of all, are made up of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composition {
    /// All effective members.
    pub base: Count,
    /// How many of them belong to each sphere.
    pub spheres: Vec<(Sphere, u32)>,
}

/// A condition that the platform sets for clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConditionCode {
    /// So many members.
    Members,
    /// So many spheres that have members.
    KindsOfMembers,
}

/// How a cluster stands to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompositionCondition {
    /// Which one.
    pub code: ConditionCode,
    /// The number that is recorded.
    pub value: u32,
    /// The number that is asked for, at least.
    pub threshold: u32,
    /// Whether it is met; `None`: not by what is recorded, and the register is not complete.
    pub met: Option<bool>,
}

impl Composition {
    /// The part of a number in the base; `None` where that is 0.
    pub fn share(&self, count: u32) -> Option<f64> {
        let base = self.base.value();
        (base > 0).then(|| f64::from(count) / f64::from(base))
    }

    /// How it stands to each of the platform's conditions.
    pub fn conditions(&self) -> [CompositionCondition; 2] {
        let kinds = self.spheres.iter().filter(|(_, count)| *count > 0).count() as u32;
        [(ConditionCode::Members, self.base.value(), 15), (ConditionCode::KindsOfMembers, kinds, 2)].map(
            |(code, value, threshold)| {
                let met = if value >= threshold { Some(true) } else { self.base.complete.then_some(false) };
                CompositionCondition { code, value, threshold, met }
            },
        )
    }
}

/// What the effective members are made up of at a point in time.
pub fn composition(image: &Image, cluster: Option<ClusterId>, filter: &Filter, at: PointInTime) -> Composition {
    let filter = Filter::all([filter.clone(), Condition::Status(vec![Status::Effective]).into()]);
    let population = Population { cluster, kinds: vec![ParticipationKind::Member], filter };
    let point = Point::from(at);
    let counted = population.on(image, point);
    let mut base = Count { complete: counted.is_complete(point.day, false), ..Count::default() };
    let mut spheres: Vec<_> = Sphere::ALL.iter().map(|sphere| (*sphere, 0)).collect();
    for (met, row) in counted.present() {
        base.add(met.segment.periods.is_confirmed(row, point.day));
        let sphere = counted.sphere(met);
        if let Some((_, count)) = spheres.iter_mut().find(|(of, _)| Some(*of) == sphere) {
            *count += 1;
        }
    }
    Composition { base, spheres }
}
