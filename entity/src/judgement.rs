//! What a cluster found of an organization. A null value: it looked, and could not establish it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    PartialDate, Revision,
    id::{ClusterId, JudgementId, OrganizationId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "judgement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JudgementId,
    pub cluster_id: ClusterId,
    pub organization_id: OrganizationId,
    pub code: String,
    pub value: Option<bool>,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
    pub from_stated: Option<PartialDate>,
    pub to_stated: Option<PartialDate>,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
