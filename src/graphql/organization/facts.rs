//! Facts of organizations: names, identifiers, sites, activities, attributes, judgements of clusters.

use async_graphql::{Context, Enum, Object};
use entity::{
    attribute, id::SourceId, judgement, organization_identifier, organization_name, organization_profile, site,
};

use crate::{
    domain::{self, enterprise_number, term::TermKind},
    graphql::{
        cluster::{self, Cluster},
        criteria::rule,
        organization::{
            filter::{Scheme, Sphere},
            kinds::SizeClass,
        },
        reference::{ActivityClass, Municipality},
        request::{
            basis::ContextExt,
            error::{Error, Result},
            language::Language,
            level::Row,
            scalars::StatedDate,
        },
        source::{self, Source},
    },
};

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_name::NameKind")]
pub(crate) enum NameKind {
    /// The name it is known by.
    Trade,
    /// The name in its statutes.
    Legal,
    /// A short form.
    Abbreviation,
    /// A name it had before.
    Former,
}

pub(crate) struct OrganizationName(pub(crate) Row<organization_name::Model>);

/// A name of an organization.
#[Object]
impl OrganizationName {
    /// What the name is.
    async fn kind(&self) -> NameKind {
        self.0.kind.into()
    }

    /// The language it is used in; null when it is the same in every language.
    async fn language(&self) -> Option<Language> {
        self.0.language.map(Into::into)
    }

    /// As written by the organization.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

pub(crate) struct Identifier {
    pub(crate) identifier: domain::organization::Identifier,
    /// What attests the organization's own record.
    pub(crate) source: SourceId,
}

/// A number or code under which another register knows an organization.
#[Object]
impl Identifier {
    /// The register that gave it.
    async fn scheme(&self) -> Scheme {
        self.identifier.scheme.into()
    }

    /// The value; enterprise numbers as ten digits without dots.
    async fn value(&self) -> &str {
        &self.identifier.value
    }

    /// As it is usually written: enterprise numbers as `0999.999.999`.
    async fn display(&self) -> String {
        match self.identifier.scheme {
            organization_identifier::Scheme::BeKbo => enterprise_number::shown(&self.identifier.value),
            _ => self.identifier.value.clone(),
        }
    }

    /// The document that attests it: that of the organization's record.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.source)
    }
}

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::site::SiteKind")]
pub(crate) enum SiteKind {
    /// The registered seat.
    Seat,
    /// Another place of business.
    Establishment,
}

/// The weight of an activity within its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::activity::ActivityRank")]
pub(crate) enum ActivityRank {
    /// A main activity.
    Main,
    /// A secondary activity.
    Secondary,
    /// An ancillary activity.
    Ancillary,
}

pub(crate) struct Site(pub(crate) Row<site::Model>);

/// A place where an organization is.
#[Object]
impl Site {
    /// What the site is.
    async fn kind(&self) -> SiteKind {
        self.0.kind.into()
    }

    /// The municipality; null when that is not recorded.
    async fn municipality(&self) -> Option<Municipality> {
        Municipality::of_nis(self.0.municipality.as_deref()?)
    }

    /// The postal code; null when that is not recorded. It does not name a municipality: 1040 and 1050 belong
    /// to two each.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// The first day it holds; null where the source gives none: it then holds at any date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}

pub(crate) struct Activity(pub(crate) Row<domain::organization::Activity>);

/// Something an organization does, in the classification of activities.
#[Object]
impl Activity {
    /// The class of activities.
    async fn class(&self) -> ActivityClass {
        ActivityClass::at(self.0.class)
    }

    /// Its weight within the organization.
    async fn rank(&self) -> ActivityRank {
        self.0.rank.into()
    }

    /// The first day it holds; null where the source gives none: it then holds at any date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        let db = ctx.db();
        let found = match self.0.source {
            Some(source) => Some(source),
            None => {
                let found = self.0.together("source", |level| async move {
                    Ok(domain::organization::recorded::sources_of_activities(db, level.rows()).await?)
                });
                found.await?
            }
        };
        source::by_id(ctx, found.ok_or_else(Error::replaced)?)
    }
}

pub(crate) struct Attribute(pub(crate) Row<attribute::Model>);

/// Something that a source asserts or denies of an organization.
#[Object]
impl Attribute {
    /// What is asserted, such as `works_material`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is called; its code where no source says so.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Result<String> {
        rule::label(ctx, TermKind::Attribute, None, &self.0.code, language).await
    }

    /// Whether the source asserts it, or denies it; null when it says that it is not established.
    async fn holds(&self) -> Option<bool> {
        self.0.value
    }

    /// The first day it holds; null where the source gives none: it then holds at any date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}

pub(crate) struct Judgement(pub(crate) Row<judgement::Model>);

/// Something that a cluster found of an organization.
#[Object]
impl Judgement {
    /// The cluster.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |judgement| judgement.cluster_id).await
    }

    /// What it looked at, such as `circular-intent`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is called; its code where no source says so.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Result<String> {
        rule::label(ctx, TermKind::Judgement, Some(self.0.cluster_id), &self.0.code, language).await
    }

    /// Whether it found it so; null when it could not be established.
    async fn holds(&self) -> Option<bool> {
        self.0.value
    }

    /// The first day it holds; null where the source gives none: it then holds at any date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}

pub(crate) struct OrganizationRecord(pub(crate) Row<organization_profile::Model>);

/// What an organization is, as the register knew it at a point in time.
#[Object]
impl OrganizationRecord {
    /// Which helix it belongs to.
    async fn sphere(&self) -> Sphere {
        self.0.sphere.into()
    }

    /// The size of a company; null when it is not recorded, and for others.
    async fn size_class(&self) -> Option<SizeClass> {
        self.0.size_class.map(Into::into)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}
