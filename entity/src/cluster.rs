//! Clusters as anchors: an id, and the slug that never changes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Revision, id::ClusterId};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "cluster")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClusterId,
    pub slug: String,
    pub recorded_rev: Revision,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
