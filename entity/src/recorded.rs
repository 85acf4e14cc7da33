//! Which columns carry the two axes of time, so that one function can ask any table.

use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::Revision;

/// A table whose rows carry record time.
pub trait Recorded: EntityTrait {
    /// The id of a row.
    const ID: Self::Column;
    /// From which revision the row is part of the register.
    const RECORDED: Self::Column;
    /// From which revision it no longer is; null: it still is.
    const SUPERSEDED: Self::Column;
    /// The id of a row.
    fn id(row: &Self::Model) -> Uuid;
    /// From which revision a row is part of the register.
    fn recorded(row: &Self::Model) -> Revision;
}

/// A table whose rows hold on dates as well.
pub trait Dated: Recorded {
    /// The first day; null where a table allows it: at every date before the end.
    const FROM: Self::Column;
    /// The first day no longer; null: it still holds.
    const TO: Self::Column;
}

/// A table whose rows say something about a subject: the organization, the cluster or the participation that they are
/// of.
pub trait About: Recorded {
    /// The column of the subject.
    const SUBJECT: Self::Column;
    /// The subject of a row.
    fn subject(row: &Self::Model) -> Uuid;
    /// Whether two rows say the same, whatever their ids and whenever they were recorded.
    fn say_the_same(one: &Self::Model, other: &Self::Model) -> bool;
}

macro_rules! say_the_same {
    ($table:ident) => {
        fn say_the_same(one: &Self::Model, other: &Self::Model) -> bool {
            let crate::$table::Model { id, recorded_rev, superseded_rev, .. } = *one;
            *one == crate::$table::Model { id, recorded_rev, superseded_rev, ..other.clone() }
        }
    };
}

macro_rules! about {
    ($($table:ident: $column:ident = $field:ident),+ $(,)?) => {$(
        impl About for crate::$table::Entity {
            const SUBJECT: Self::Column = crate::$table::Column::$column;

            fn subject(row: &Self::Model) -> Uuid {
                row.$field.into()
            }

            say_the_same!($table);
        }
    )+};
}

macro_rules! recorded {
    ($($table:ident),+ $(,)?) => {$(
        impl Recorded for crate::$table::Entity {
            const ID: Self::Column = crate::$table::Column::Id;
            const RECORDED: Self::Column = crate::$table::Column::RecordedRev;
            const SUPERSEDED: Self::Column = crate::$table::Column::SupersededRev;

            fn id(row: &Self::Model) -> Uuid {
                row.id.into()
            }

            fn recorded(row: &Self::Model) -> Revision {
                row.recorded_rev
            }
        }
    )+};
}

macro_rules! dated {
    ($($table:ident),+ $(,)?) => {$(
        impl Dated for crate::$table::Entity {
            const FROM: Self::Column = crate::$table::Column::ValidFrom;
            const TO: Self::Column = crate::$table::Column::ValidTo;
        }
    )+};
}

recorded!(
    activity,
    attribute,
    cluster_event,
    cluster_profile,
    criteria_profile,
    judgement,
    organization_identifier,
    organization_name,
    organization_profile,
    participation_period,
    programme_cluster,
    programme_profile,
    published_figure,
    referral,
    sector,
    service,
    site,
    source,
    sourced_fact,
    term,
);

dated!(activity, attribute, criteria_profile, judgement, participation_period, programme_cluster, site);

about!(
    activity: OrganizationId = organization_id,
    attribute: OrganizationId = organization_id,
    cluster_event: ClusterId = cluster_id,
    cluster_profile: ClusterId = cluster_id,
    criteria_profile: ClusterId = cluster_id,
    judgement: OrganizationId = organization_id,
    organization_identifier: OrganizationId = organization_id,
    organization_name: OrganizationId = organization_id,
    organization_profile: OrganizationId = organization_id,
    participation_period: ParticipationId = participation_id,
    programme_cluster: ProgrammeId = programme_id,
    programme_profile: ProgrammeId = programme_id,
    referral: ParticipationId = participation_id,
    sector: ClusterId = cluster_id,
    service: ClusterId = cluster_id,
    site: OrganizationId = organization_id,
    // A source is about nothing but itself, and only its own package cites it.
    source: Id = id,
    // Of attributes a term is about no cluster.
    term: Id = id,
);

/// The column finds figures about clusters. No two packages say the same of a programme: each cites its own sources.
impl About for crate::published_figure::Entity {
    const SUBJECT: Self::Column = crate::published_figure::Column::ClusterId;

    fn subject(row: &Self::Model) -> Uuid {
        row.subject()
    }

    say_the_same!(published_figure);
}
