//! Classes of activities, NACE-BEL. A code means nothing without its version: 38.32 is recovery in 2008 and
//! landfill in 2025.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Labels;

text_enum! {
    /// A version of NACE-BEL.
    NaceVersion { V2008 = "2008", V2025 = "2025" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "nace_class")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: NaceVersion,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub level: i32,
    pub parent: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub labels: Labels,
    pub search: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
