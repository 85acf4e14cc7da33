//! The four types of organizations, and what each has of its own.

use async_graphql::{Context, Enum, Object};

use crate::graphql::{
    organization::{OrganizationFields, Profile},
    request::{basis::ContextExt, merged::merged},
};

/// Size of a company by Recommendation 2003/361/EC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_profile::SizeClass")]
pub(crate) enum SizeClass {
    /// Fewer than 10 persons.
    Micro,
    /// Fewer than 50 persons.
    Small,
    /// Fewer than 250 persons.
    Medium,
    /// 250 persons or more.
    Large,
}

/// What kind of research or academic body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_profile::ResearchKind")]
pub(crate) enum ResearchKind {
    /// A university.
    University,
    /// A university college.
    UniversityCollege,
    /// A centre of research, knowledge or innovation.
    ResearchCentre,
}

/// The level of government that a public institution belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_profile::GovernmentLevel")]
pub(crate) enum GovernmentLevel {
    /// The federal state.
    Federal,
    /// A community.
    Community,
    /// A region.
    Regional,
    /// A province.
    Provincial,
    /// A municipality.
    Municipal,
}

/// What kind of civil society body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_profile::CivilSocietyKind")]
pub(crate) enum CivilSocietyKind {
    /// A federation of an industry or of associations.
    Federation,
    /// An association.
    Association,
    /// A foundation.
    Foundation,
    /// A trade union.
    Union,
}

/// A company.
#[derive(Clone)]
pub(crate) struct CompanyFields(pub(crate) Profile);

#[Object]
impl CompanyFields {
    /// Its size; null when that is not recorded.
    async fn size_class(&self, ctx: &Context<'_>) -> Option<SizeClass> {
        self.0.size_class(ctx.image()).map(Into::into)
    }
}

#[derive(Clone)]
pub(crate) struct Company(pub(crate) OrganizationFields, pub(crate) CompanyFields);

merged!(Company, "A company: the first helix.", 0: OrganizationFields, 1: CompanyFields);

#[derive(Clone)]
pub(crate) struct ResearchFields(pub(crate) Profile);

#[Object]
impl ResearchFields {
    /// What kind of body it is; null when that is not recorded.
    async fn research_kind(&self, ctx: &Context<'_>) -> Option<ResearchKind> {
        self.0.research_kind(ctx.image()).map(Into::into)
    }
}

#[derive(Clone)]
pub(crate) struct ResearchBody(pub(crate) OrganizationFields, pub(crate) ResearchFields);

merged!(ResearchBody, "A research or academic body: the second helix.", 0: OrganizationFields, 1: ResearchFields);

#[derive(Clone)]
pub(crate) struct PublicFields(pub(crate) Profile);

#[Object]
impl PublicFields {
    /// The level of government it belongs to; null when that is not recorded.
    async fn government_level(&self, ctx: &Context<'_>) -> Option<GovernmentLevel> {
        self.0.government_level(ctx.image()).map(Into::into)
    }
}

#[derive(Clone)]
pub(crate) struct PublicInstitution(pub(crate) OrganizationFields, pub(crate) PublicFields);

merged!(PublicInstitution, "A public institution: the third helix.", 0: OrganizationFields, 1: PublicFields);

#[derive(Clone)]
pub(crate) struct CivilSocietyFields(pub(crate) Profile);

#[Object]
impl CivilSocietyFields {
    /// What kind of body it is; null when that is not recorded.
    async fn civil_society_kind(&self, ctx: &Context<'_>) -> Option<CivilSocietyKind> {
        self.0.civil_society_kind(ctx.image()).map(Into::into)
    }
}

#[derive(Clone)]
pub(crate) struct CivilSocietyBody(pub(crate) OrganizationFields, pub(crate) CivilSocietyFields);

merged!(CivilSocietyBody, "A federation, an association, a foundation, a union: the fourth helix.", 0: OrganizationFields, 1: CivilSocietyFields);
