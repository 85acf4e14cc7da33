//! Which activities belong to a sector. Lives and dies with its sector's row.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    NaceVersion,
    id::{SectorId, SectorNaceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "sector_nace")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SectorNaceId,
    pub sector_id: SectorId,
    pub nace_version: NaceVersion,
    pub nace_code: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
