//! What codes are called: attributes of organizations, and of each cluster its judgements and working groups.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, Revision,
    id::{ClusterId, SourceId, TermId},
};

text_enum! {
    /// What a term is a code of.
    TermKind { Attribute = "attribute", Judgement = "judgement", Scope = "scope" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TermId,
    pub kind: TermKind,
    /// Of judgements and scopes; attributes are the same in every cluster.
    pub cluster_id: Option<ClusterId>,
    pub code: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub label: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
