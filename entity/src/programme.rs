//! Programmes as anchors: an id, and the slug that never changes.
//!
//! A programme is a group of clusters that figures are published of together: those of a policy, of a label or of a
//! platform.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Revision, id::ProgrammeId};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "programme")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProgrammeId,
    pub slug: String,
    pub recorded_rev: Revision,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
