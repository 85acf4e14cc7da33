//! What clusters define and offer: sectors, and services of the host.

use async_graphql::{Context, ID, Object};
use entity::service;

use crate::{
    domain,
    graphql::{
        cluster::{self, Cluster},
        node::GlobalId,
        reference::ActivityClass,
        request::{
            basis::ContextExt,
            error::Result,
            language::Language,
            level::Row,
            pagination::{Edge, Node},
        },
        source::{self, Source},
    },
};

#[derive(Clone)]
pub(crate) struct Sector(Row<domain::cluster::Sector>);

impl Node for Sector {
    type Model = domain::cluster::Sector;
    type Edge = Edge<Self>;

    fn from_row(row: Row<domain::cluster::Sector>) -> Self {
        Self(row)
    }
}

/// A value chain, as a cluster defines it.
#[Object]
impl Sector {
    /// Opaque, prefixed by its type.
    async fn id(&self) -> ID {
        self.0.id().global()
    }

    /// Its code within the cluster.
    async fn code(&self) -> &str {
        self.0.code()
    }

    /// What it is called.
    async fn label(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> &str {
        self.0.label(language.into())
    }

    /// The classes of activities that belong to it, by version and code. Empty when no source maps it.
    async fn activity_classes(&self, ctx: &Context<'_>) -> Result<Vec<ActivityClass>> {
        ctx.list(self.0.classes().to_vec(), ActivityClass::at)
    }

    /// The cluster that defines it.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |sector| sector.cluster_id).await
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source())
    }
}

#[derive(Clone)]
pub(crate) struct Service(Row<service::Model>);

impl Node for Service {
    type Model = service::Model;
    type Edge = Edge<Self>;

    fn from_row(row: Row<service::Model>) -> Self {
        Self(row)
    }
}

/// A service of a cluster's host, to which former members can be referred.
#[Object]
impl Service {
    /// Opaque, prefixed by its type.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it is called.
    async fn name(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> &str {
        self.0.name.in_language(language.into()).unwrap_or(&self.0.key)
    }

    /// What it is; null when no source says so.
    async fn description(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.description.in_language(language.into())
    }

    /// The cluster whose host offers it.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |service| service.cluster_id).await
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}
