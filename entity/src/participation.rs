//! Participations as anchors: which organization takes part in which cluster, as what.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Revision,
    id::{ClusterId, OrganizationId, ParticipationId},
};

text_enum! {
    /// As what an organization takes part: members and partners are counted apart.
    ParticipationKind { Member = "member", Partner = "partner" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "participation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ParticipationId,
    pub cluster_id: ClusterId,
    pub organization_id: OrganizationId,
    pub kind: ParticipationKind,
    pub scope: Option<String>,
    pub recorded_rev: Revision,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
