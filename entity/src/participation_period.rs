//! Dated statuses of participations. Those of one participation never overlap.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    PartialDate, Revision,
    id::{ClusterId, OrganizationId, ParticipationId, PeriodId, SourceId},
    participation::ParticipationKind,
};

text_enum! {
    /// Status of a participation during a period.
    Status { Candidate = "candidate", Effective = "effective", Ended = "ended" }
}

text_enum! {
    /// Why a participation ended.
    ExitKind {
        Left = "left",
        Excluded = "excluded",
        NoLongerEligible = "no_longer_eligible",
        CandidacyWithdrawn = "candidacy_withdrawn",
        CandidacyRejected = "candidacy_rejected",
        Ceased = "ceased",
        NotRecorded = "not_recorded",
    }
}

text_enum! {
    /// The coded reason of an exclusion.
    ExitReason {
        CharterBreach = "charter_breach",
        NonPayment = "non_payment",
        Inactivity = "inactivity",
        Legal = "legal",
        Other = "other",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "participation_period")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeriodId,
    pub participation_id: ParticipationId,
    pub cluster_id: ClusterId,
    pub organization_id: OrganizationId,
    pub kind: ParticipationKind,
    pub status: Status,
    pub exit_kind: Option<ExitKind>,
    pub exit_reason: Option<ExitReason>,
    /// The number of the version of the cluster's criteria that was no longer met.
    pub exit_criteria: Option<i32>,
    pub note: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub from_stated: Option<PartialDate>,
    pub to_stated: Option<PartialDate>,
    pub first_confirmed_on: Option<PartialDate>,
    pub last_confirmed_on: Option<PartialDate>,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
