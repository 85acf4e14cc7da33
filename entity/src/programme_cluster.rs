//! Which clusters belong to programmes, and when.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    PartialDate, Revision,
    id::{ClusterId, ProgrammeClusterId, ProgrammeId, SourceId},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "programme_cluster")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgrammeClusterId,
    pub programme_id: ProgrammeId,
    pub cluster_id: ClusterId,
    pub valid_from: Option<Date>,
    pub valid_to: Option<Date>,
    pub from_stated: Option<PartialDate>,
    pub to_stated: Option<PartialDate>,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
