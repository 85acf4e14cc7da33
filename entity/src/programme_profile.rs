//! What a programme is, apart from its clusters.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, Revision,
    id::{ProgrammeId, ProgrammeProfileId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "programme_profile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgrammeProfileId,
    pub programme_id: ProgrammeId,
    pub website: Option<String>,
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
