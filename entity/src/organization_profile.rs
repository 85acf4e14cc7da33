//! What an organization is, apart from its dated facts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, PartialDate, Revision,
    id::{OrganizationId, OrganizationProfileId, SourceId},
};

text_enum! {
    /// Which helix an organization belongs to.
    Sphere { Company = "company", Research = "research", Public = "public", CivilSociety = "civil_society" }
}

text_enum! {
    /// Size of a company, Recommendation 2003/361/EC. Declared from small to large, so that `<=` compares sizes.
    SizeClass { Micro = "micro", Small = "small", Medium = "medium", Large = "large" }
}

text_enum! {
    /// What kind of research body.
    ResearchKind { University = "university", UniversityCollege = "university_college", ResearchCentre = "research_centre" }
}

text_enum! {
    /// The level of government a public institution belongs to.
    GovernmentLevel {
        Federal = "federal",
        Community = "community",
        Regional = "regional",
        Provincial = "provincial",
        Municipal = "municipal",
    }
}

text_enum! {
    /// What kind of civil society body.
    CivilSocietyKind { Federation = "federation", Association = "association", Foundation = "foundation", Union = "union" }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization_profile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationProfileId,
    pub organization_id: OrganizationId,
    pub sphere: Sphere,
    pub size_class: Option<SizeClass>,
    pub research_kind: Option<ResearchKind>,
    pub government_level: Option<GovernmentLevel>,
    pub civil_society_kind: Option<CivilSocietyKind>,
    pub founded_on: Option<PartialDate>,
    pub dissolved_on: Option<PartialDate>,
    pub website: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub display_name: Labels,
    pub sort_name: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub description: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
