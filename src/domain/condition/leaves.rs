//! What is asked of organizations and of participations.
//!
//! Both stand in one file, since each contains the other: a participation's organization can be asked for anything that
//! organizations are asked for, and an organization for memberships of any description.

use entity::{
    id::{ClusterId, OrganizationId, SectorId},
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, ExitReason, Status},
};

use super::Tree;
use crate::domain::{
    eligibility::{History, Verdict},
    kleene::Outcome,
    positions::{ClassAt, MunicipalityAt},
    time::Days,
};

/// Which organizations. Conditions on dated facts ask about the point in time of the list.
pub type OrganizationFilter = Tree<OrganizationCondition>;

/// One condition on organizations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrganizationCondition {
    /// Belongs to one of these spheres.
    Sphere(Vec<Sphere>),
    /// Is a company of one of these sizes.
    SizeClass(Vec<SizeClass>),
    /// Has a site in one of these municipalities, by their positions in the reference data.
    Municipality(Vec<MunicipalityAt>),
    /// Has an activity under a class, by its position in the reference data.
    Activity(ClassAt),
    /// Has an activity of one of these sectors.
    Sector(Vec<SectorId>),
    /// An attribute is recorded with this value.
    Attribute(String, bool),
    /// Has an identifier of one of these schemes.
    Identifier(Vec<Scheme>),
    /// One of the names contains every word of this text.
    Named(String),
    /// Was founded on one of these days: what is stated as a month or a year, on its first.
    Founded(Days),
    /// Was dissolved on one of these days: what is stated as a month or a year, on its last.
    Dissolved(Days),
    /// Has one of these verdicts under the criteria in force in a cluster.
    Verdict(History, Vec<Verdict>),
    /// Has a membership, or a partnership, that satisfies this.
    Participation(ParticipationKind, Box<ParticipationFilter>),
}

impl OrganizationCondition {
    /// Whether an organization can begin or cease to satisfy it on a day on which none of its own
    /// sites and activities changes.
    pub(crate) fn varies_by_day(&self) -> bool {
        matches!(self, Self::Attribute(..) | Self::Verdict(..) | Self::Participation(..))
    }
}

/// Which participations, by the status they have at the point in time of the list.
pub type ParticipationFilter = Tree<ParticipationCondition>;

/// One condition on participations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ParticipationCondition {
    /// Has one of these statuses.
    Status(Vec<Status>),
    /// Ended in one of these ways.
    ExitKind(Vec<ExitKind>),
    /// Was excluded for one of these reasons.
    ExitReason(Vec<ExitReason>),
    /// Has a status that is attested for the day; or else, that is presumed.
    Confirmed(bool),
    /// Became candidate or effective, and was neither before, on one of these days up to the point in time.
    Joined(Days),
    /// Ended on one of these days up to the point in time.
    Ended(Days),
    /// In one of these clusters.
    Cluster(Vec<ClusterId>),
    /// Of one of these organizations.
    Organization(Vec<OrganizationId>),
    /// Of an organization that satisfies this.
    Of(OrganizationFilter),
}

impl ParticipationCondition {
    /// Whether it can hold on some days of a period and not on others, or of the same period asked about on another
    /// day.
    pub fn is_of_a_day(&self) -> bool {
        matches!(self, Self::Confirmed(_) | Self::Joined(_) | Self::Ended(_))
    }

    /// Whether the condition is about the status. Where none is, a status is supposed.
    pub fn is_on_status(&self) -> bool {
        matches!(self, Self::Status(_) | Self::ExitKind(_) | Self::ExitReason(_))
    }
}

/// The statuses of those who take part: those that are meant where none is asked.
pub const PRESENT: [Status; 2] = [Status::Candidate, Status::Effective];

/// The filter. Where it has no condition on the status, it gets one: one of these statuses.
pub fn supposing(filter: ParticipationFilter, statuses: &[Status]) -> ParticipationFilter {
    if filter.has(&ParticipationCondition::is_on_status) {
        return filter;
    }
    ParticipationFilter::all([filter, ParticipationCondition::Status(statuses.to_vec()).into()])
}

/// Whether participations with a status, and an exit kind where it is an end, satisfy a filter, as
/// far as these tell.
pub(crate) fn admits(filter: &ParticipationFilter, status: Status, exit_kind: Option<ExitKind>) -> Outcome {
    filter.outcome(&|condition| match condition {
        ParticipationCondition::Status(statuses) => statuses.contains(&status).into(),
        ParticipationCondition::ExitKind(kinds) => exit_kind.is_some_and(|kind| kinds.contains(&kind)).into(),
        ParticipationCondition::ExitReason(_) if status != Status::Ended => Outcome::NotMet,
        ParticipationCondition::Confirmed(is_confirmed) if status == Status::Ended => (*is_confirmed).into(),
        ParticipationCondition::ExitReason(_)
        | ParticipationCondition::Confirmed(_)
        | ParticipationCondition::Joined(_)
        | ParticipationCondition::Ended(_)
        | ParticipationCondition::Cluster(_)
        | ParticipationCondition::Organization(_)
        | ParticipationCondition::Of(_) => Outcome::Unknown,
    })
}
