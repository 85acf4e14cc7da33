//! Facts of every kind that rest on a source, as one view shows them.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Revision,
    id::{ClusterId, OrganizationId, ProgrammeId, SourceId},
};

text_enum! {
    /// What a fact is.
    FactKind {
        Activity = "activity",
        Attribute = "attribute",
        Cluster = "cluster",
        Criteria = "criteria",
        Event = "event",
        Figure = "figure",
        Judgement = "judgement",
        Organization = "organization",
        Participation = "participation",
        Programme = "programme",
        ProgrammeCluster = "programme_cluster",
        Referral = "referral",
        Sector = "sector",
        Service = "service",
        Site = "site",
        Term = "term",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "sourced_fact")]
pub struct Model {
    /// That of the row in its own table.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: FactKind,
    pub source_id: SourceId,
    pub organization_id: Option<OrganizationId>,
    pub cluster_id: Option<ClusterId>,
    pub programme_id: Option<ProgrammeId>,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
