//! What organizations do, in the classification of activities.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    NaceVersion, PartialDate, Revision,
    id::{ActivityId, OrganizationId, SourceId},
};

text_enum! {
    /// The weight of an activity within its organization.
    ActivityRank { Main = "main", Secondary = "secondary", Ancillary = "ancillary" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    pub organization_id: OrganizationId,
    pub nace_version: NaceVersion,
    pub nace_code: String,
    pub rank: ActivityRank,
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
