//! What a breakdown asks, and what it answers.

use entity::{
    id::{ClusterId, SectorId},
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::applied::Applied;
use crate::domain::{
    eligibility::Verdict,
    participation::PRESENT,
    population::Population,
    positions::{ClassAt, MunicipalityAt},
    statistics::Count,
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
    /// Why they were excluded.
    ExitReason,
    /// Their cluster.
    Cluster,
    /// The year in which they first became effective.
    JoinYear,
    /// Whether the organization satisfies the criteria that apply.
    Verdict,
    /// Whether an attribute of the organization holds.
    Attribute,
}

impl Dimension {
    /// Whether a participation can stand in several groups.
    pub fn is_multivalued(self) -> bool {
        matches!(self, Self::Sector | Self::NaceDivision | Self::Municipality | Self::Attribute)
    }

    /// Whether two participations of one organization can stand in different groups.
    pub(super) fn is_of_participation(self) -> bool {
        use Dimension::{Attribute, Municipality, NaceDivision, SizeClass, Sphere};
        !matches!(self, Sphere | SizeClass | Municipality | NaceDivision | Attribute)
    }

    /// Whether a participation can have no known value.
    pub(super) fn may_be_unknown(self) -> bool {
        !matches!(self, Self::Status | Self::Kind | Self::Sphere | Self::Cluster)
    }
}

/// The statuses that are counted where none is asked: by status, all; by how or why they ended, those that ended; else
/// those who take part.
pub fn statuses_counted(by: &[Dimension]) -> &'static [Status] {
    use Dimension::{ExitKind, ExitReason};
    if by.contains(&Dimension::Status) {
        return &[Status::Candidate, Status::Effective, Status::Ended];
    }
    if by.contains(&ExitKind) || by.contains(&ExitReason) { &[Status::Ended] } else { &PRESENT }
}

/// The kinds that are counted where none is asked: members; by kind, partners too.
pub fn kinds_counted(by: &[Dimension]) -> &'static [ParticipationKind] {
    use ParticipationKind::{Member, Partner};
    if by.contains(&Dimension::Kind) { &[Member, Partner] } else { &[Member] }
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
    /// A reason of an exclusion.
    ExitReason(ExitReason),
    /// A cluster.
    Cluster(ClusterId),
    /// A year.
    JoinYear(i32),
    /// A verdict.
    Verdict(Verdict),
    /// That the attribute holds, or that it does not.
    Attribute(bool),
}

/// The most dimensions of one breakdown.
pub const MAX_DIMENSIONS: usize = 4;

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Memberships and partnerships.
    #[default]
    Participations,
    /// The organizations that have them, each once in each group and once in all.
    Organizations,
}

/// What a breakdown asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Who is counted.
    pub population: Population,
    /// By what.
    pub by: Vec<Dimension>,
    /// When.
    pub at: PointInTime,
    /// Participations, or the organizations that have them.
    pub unit: Unit,
    /// The code of the attribute that `Dimension::Attribute` is about.
    pub attribute: Option<String>,
    /// The criteria that `Dimension::Verdict` is about. Where none apply, the verdict is not known.
    pub criteria: Vec<Applied>,
}

impl Question {
    /// Participations by dimensions that need nothing else.
    pub fn new(population: Population, by: Vec<Dimension>, at: PointInTime) -> Self {
        Self { population, by, at, unit: Unit::Participations, attribute: None, criteria: Vec::new() }
    }

    /// Whether one that is counted can stand in several groups.
    pub fn is_multivalued(&self) -> bool {
        let of_organizations = self.unit == Unit::Organizations;
        self.by.iter().any(|by| by.is_multivalued() || (of_organizations && by.is_of_participation()))
    }
}

/// In which order groups are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupOrder {
    /// By how many they are.
    Count,
    /// By their keys.
    Key,
}

/// Which groups a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// One.
    Group,
    /// All those beyond the limit whose values are known.
    Rest,
    /// All those beyond the limit of which some value is not known.
    UnknownRest,
}

/// What a row stands for: the value of each dimension, none where it is not known, and in a rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// One group, or several.
    pub part: Part,
    /// A value for each dimension asked.
    pub values: Vec<Option<Value>>,
    /// How many groups it sums.
    pub groups: usize,
}

/// A row of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it stands for.
    pub keys: Keys,
    /// How many are in it. In a rest, one that stands in several of its groups counts for each.
    pub count: Count,
}

/// The groups, and all together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The groups in the order asked, up to the limit; then what is beyond it.
    pub groups: Vec<Group>,
    /// How many groups there are without the limit.
    pub group_count: usize,
    /// Everyone, each once.
    pub total: Count,
}
