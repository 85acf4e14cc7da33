//! Names of organizations.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Language, Revision,
    id::{NameId, OrganizationId},
};

text_enum! {
    /// What a name is. Declared in the order in which one is chosen to be shown.
    NameKind { Trade = "trade", Legal = "legal", Abbreviation = "abbreviation", Former = "former" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NameId,
    pub organization_id: OrganizationId,
    pub kind: NameKind,
    pub language: Option<Language>,
    pub name: String,
    pub search: String,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
