//! The rules of a version of criteria, in order. Lives and dies with its version's row.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CriteriaProfileId, CriterionId},
    rule::Rule,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "criterion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CriterionId,
    pub criteria_profile_id: CriteriaProfileId,
    pub position: i32,
    pub required: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub rule: Rule,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
