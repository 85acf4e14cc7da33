//! Organizations as anchors: an id, and a key that data packages know them by.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Revision, id::OrganizationId};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    pub key: String,
    pub recorded_rev: Revision,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
