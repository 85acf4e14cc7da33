//! Versions of the entry criteria of clusters as anchors: an id, and the number that never changes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Revision,
    id::{ClusterId, CriteriaId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "criteria")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CriteriaId,
    pub cluster_id: ClusterId,
    pub version: i32,
    pub recorded_rev: Revision,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
