//! How many there are, by what: each participation becomes codes, one a dimension (`counter`), and
//! is counted in the groups of them (`tally`). Sectors are found by class of activity (`sectors`).
//! What is asked for many days is counted for every day at once (`every_day`).

mod counter;
mod every_day;
mod sectors;
mod tally;

use std::{collections::BTreeMap, sync::Arc};

use entity::{
    id::{ClusterId, SectorId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
};

pub use self::every_day::EveryDay;
use self::{
    counter::{Codes, Counter},
    every_day::Asked,
};
use super::Count;
use crate::domain::{
    Result,
    ledger::Image,
    participation::Occurrence,
    population::Population,
    positions::{ClassAt, MunicipalityAt},
    time::PointInTime,
};

/// What participations are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Their status.
    Status,
    /// Memberships or partnerships.
    Kind,
    /// The helix of the organization.
    Sphere,
    /// The sectors of the cluster that the organization is active in.
    Sector,
    /// The divisions of its activities.
    NaceDivision,
    /// The municipalities of its sites.
    Municipality,
    /// Its size.
    SizeClass,
    /// How they ended.
    ExitKind,
    /// Their cluster.
    Cluster,
    /// The year in which they first became effective.
    JoinYear,
}

impl Dimension {
    /// Whether a participation can stand in several groups.
    pub fn is_multivalued(self) -> bool {
        matches!(self, Self::Sector | Self::NaceDivision | Self::Municipality)
    }

    /// Whether a participation can have no known value.
    fn may_be_unknown(self) -> bool {
        !matches!(self, Self::Status | Self::Kind | Self::Sphere | Self::Cluster)
    }
}

/// The value of a dimension in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A status.
    Status(Status),
    /// A kind.
    Kind(ParticipationKind),
    /// A sphere.
    Sphere(Sphere),
    /// A sector.
    Sector(SectorId),
    /// A division.
    NaceDivision(ClassAt),
    /// A municipality.
    Municipality(MunicipalityAt),
    /// A size.
    SizeClass(SizeClass),
    /// A kind of exit.
    ExitKind(ExitKind),
    /// A cluster.
    Cluster(ClusterId),
    /// A year.
    JoinYear(i32),
}

/// The most dimensions of one breakdown.
pub const MAX_DIMENSIONS: usize = 4;

/// What a breakdown asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who is counted.
    pub population: Population,
    /// By what.
    pub by: Vec<Dimension>,
    /// When.
    pub at: PointInTime,
}

/// In which order groups are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupOrder {
    /// By how many they are.
    Count,
    /// By their keys.
    Key,
}

/// A group: the value of each dimension, none where it is not known; and how many are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A value for each dimension asked.
    pub keys: Vec<Option<Value>>,
    /// How many.
    pub count: Count,
}

/// The groups, and all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The groups, in the order asked; those with an unknown value whatever the limit.
    pub groups: Vec<Group>,
    /// How many groups there are without the limit.
    pub group_count: usize,
    /// Everyone, each once.
    pub total: Count,
}

/// Counts a population by dimensions.
pub fn breakdown(
    image: &Arc<Image>,
    question: &Question,
    order: GroupOrder,
    descending: bool,
    limit: usize,
) -> Result<Breakdown> {
    let counter = Counter::new(image, question)?;
    let counted = match Asked::of(image, question, &counter) {
        Some(every_day) => every_day.on(counter.counted.at.day),
        None => counter.count(),
    };
    Ok(counter.answer(counted, order, descending, limit))
}

/// The participations in each of some groups, by id, each with the period that is counted.
pub fn rows_behind(image: &Image, question: &Question, groups: &[&[Option<Value>]]) -> Result<Vec<Vec<Occurrence>>> {
    let counter = Counter::new(image, question)?;
    let mut wanted: BTreeMap<Codes, Vec<usize>> = BTreeMap::new();
    for (position, keys) in groups.iter().enumerate() {
        wanted.entry(counter.codes(keys)).or_default().push(position);
    }
    let mut rows = vec![Vec::new(); groups.len()];
    counter.each(&counter.counted.clusters, |met, codes, _| {
        for position in wanted.get(&codes).into_iter().flatten() {
            rows[*position].push(Occurrence::new(met, met.row));
        }
    });
    rows.iter_mut().for_each(|ids| ids.sort_unstable());
    Ok(rows)
}
