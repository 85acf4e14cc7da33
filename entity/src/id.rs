//! Ids of different things are different types. Each is a UUIDv7, so that ids sort by creation.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, Serialize, Deserialize,
        )]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later in order than every id made before on this machine.
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    ActivityId,
    AttributeId,
    ClusterEventId,
    ClusterId,
    ClusterProfileId,
    CriteriaId,
    CriteriaProfileId,
    CriterionId,
    IdentifierId,
    JudgementId,
    NameId,
    OrganizationId,
    OrganizationProfileId,
    ParticipationId,
    PeriodId,
    ProgrammeClusterId,
    ProgrammeId,
    ProgrammeProfileId,
    PublishedFigureId,
    ReferralId,
    SectorId,
    SectorNaceId,
    ServiceId,
    SiteId,
    SourceId,
    TermId,
}
