//! Where organizations are.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    PartialDate, Revision,
    id::{OrganizationId, SiteId, SourceId},
};

text_enum! {
    /// What a site is. Declared in the order in which one is chosen to say where the organization is.
    SiteKind { Seat = "seat", Establishment = "establishment" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SiteId,
    pub organization_id: OrganizationId,
    pub kind: SiteKind,
    pub municipality: Option<String>,
    pub postal_code: Option<String>,
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
