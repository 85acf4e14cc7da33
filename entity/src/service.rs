//! Services of a cluster's host, to which former members are referred.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, Revision,
    id::{ClusterId, ServiceId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "service")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceId,
    pub cluster_id: ClusterId,
    pub key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub name: Labels,
    #[sea_orm(column_type = "JsonBinary")]
    pub description: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
