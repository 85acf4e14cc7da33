//! Committed writes: the axis of record time.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Revision;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: Revision,
    pub at: DateTimeUtc,
    pub actor: String,
    pub summary: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
