//! Municipalities of Belgium, under their NIS code.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::Labels;

/// Postal codes, in order. A code can belong to several municipalities: 1040 and 1050 do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct PostalCodes(pub Vec<String>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "municipality")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub nis: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub names: Labels,
    #[sea_orm(column_type = "JsonBinary")]
    pub postal_codes: PostalCodes,
    pub nuts: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
