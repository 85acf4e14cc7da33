//! Former members referred to a service of the host.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    PartialDate, Revision,
    id::{ParticipationId, ReferralId, ServiceId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReferralId,
    pub participation_id: ParticipationId,
    pub service_id: ServiceId,
    pub on: Option<PartialDate>,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
