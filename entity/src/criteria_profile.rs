//! What can be corrected about a version of criteria: its texts, its dates, its state and, beside it, its rules.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, PartialDate, Revision,
    id::{ClusterEventId, ClusterId, CriteriaId, CriteriaProfileId, SourceId},
};

text_enum! {
    /// Whether a version is in force on its dates, or only proposed.
    CriteriaState { Draft = "draft", Adopted = "adopted" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "criteria_profile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CriteriaProfileId,
    pub criteria_id: CriteriaId,
    pub cluster_id: ClusterId,
    pub version: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub label: Labels,
    #[sea_orm(column_type = "JsonBinary")]
    pub rationale: Labels,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub from_stated: PartialDate,
    pub to_stated: Option<PartialDate>,
    pub state: CriteriaState,
    pub source_id: SourceId,
    pub event_id: Option<ClusterEventId>,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
