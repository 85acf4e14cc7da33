//! What happened to clusters.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, PartialDate, Revision,
    id::{ClusterEventId, ClusterId, SourceId},
};

text_enum! {
    /// What an event of a cluster was.
    EventKind {
        Founding = "founding",
        Evaluation = "evaluation",
        Repositioning = "repositioning",
        Governance = "governance",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "cluster_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClusterEventId,
    pub cluster_id: ClusterId,
    pub key: String,
    pub kind: EventKind,
    pub on: Option<PartialDate>,
    #[sea_orm(column_type = "JsonBinary")]
    pub text: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
