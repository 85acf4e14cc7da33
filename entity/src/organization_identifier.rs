//! Identifiers of organizations in other registers.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Revision,
    id::{IdentifierId, OrganizationId},
};

text_enum! {
    /// The register that gave an identifier.
    Scheme {
        BeKbo = "BE_KBO",
        BeEst = "BE_EST",
        Vat = "VAT",
        Ror = "ROR",
        Lei = "LEI",
        Wikidata = "WIKIDATA",
        Eccp = "ECCP",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization_identifier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentifierId,
    pub organization_id: OrganizationId,
    pub scheme: Scheme,
    pub value: String,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
