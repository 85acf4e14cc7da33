//! Dated facts of organizations: sites, activities, attributes.

use async_graphql::{Context, Enum, Object};
use entity::{activity, attribute, site};

use super::{
    error::Result,
    level::Row,
    reference::{ActivityClass, Municipality},
    scalars::StatedDate,
    source::{self, Source},
};

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

pub(crate) struct Site(pub(super) Row<site::Model>);

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

    /// The postal code; null when that is not recorded. It does not name a municipality: 1040 and 1050 belong to two each.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// Since when; null when the source does not say: it is then taken to hold at every date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::of(ctx, &self.0, |site| site.source_id).await
    }
}

pub(crate) struct Activity(pub(super) Row<activity::Model>);

/// Something an organization does, in the classification of activities.
#[Object]
impl Activity {
    /// The class of activities.
    async fn class(&self) -> ActivityClass {
        ActivityClass::of_recorded(self.0.nace_version, &self.0.nace_code)
    }

    /// Its weight within the organization.
    async fn rank(&self) -> ActivityRank {
        self.0.rank.into()
    }

    /// Since when; null when the source does not say: it is then taken to hold at every date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::of(ctx, &self.0, |activity| activity.source_id).await
    }
}

pub(crate) struct Attribute(pub(super) Row<attribute::Model>);

/// Something that a source asserts or denies of an organization.
#[Object]
impl Attribute {
    /// What is asserted, such as `works_material`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether the source asserts it, or denies it; null when it says that it is not established.
    async fn value(&self) -> Option<bool> {
        self.0.value
    }

    /// Since when; null when the source does not say: it is then taken to hold at every date before `to`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.from_stated.map(StatedDate)
    }

    /// The first day no longer; null: it still holds.
    async fn to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::of(ctx, &self.0, |attribute| attribute.source_id).await
    }
}
