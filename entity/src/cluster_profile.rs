//! What a cluster is, apart from its dated facts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, Revision,
    id::{ClusterId, ClusterProfileId, OrganizationId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "cluster_profile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClusterProfileId,
    pub cluster_id: ClusterId,
    pub host_id: Option<OrganizationId>,
    pub website: Option<String>,
    pub complete_from: Option<Date>,
    #[sea_orm(column_type = "JsonBinary")]
    pub name: Labels,
    pub sort_name: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub description: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
