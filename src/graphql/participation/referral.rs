//! Referrals of former members to services of the host.

use async_graphql::{Context, Object};
use entity::{referral, service};

use crate::{
    domain::facts,
    graphql::{
        cluster::sector::Service,
        request::{basis::ContextExt, error::Result, level::Row, pagination::Node, scalars::StatedDate},
        source::{self, Source},
    },
};

pub(crate) struct Referral(pub(crate) Row<referral::Model>);

/// A former member's referral to a service of the cluster's host.
#[Object]
impl Referral {
    /// The service.
    async fn service(&self, ctx: &Context<'_>) -> Result<Service> {
        let db = ctx.db();
        let found = self.0.together("service", |level| async move {
            let ids = level.distinct(|row| Some(row.service_id));
            let services = facts::<service::Entity>(db, ids).await?;
            Ok(level.named(services, |service| service.id, |row| Some(row.service_id)))
        });
        Ok(Service::from_row(found.await?.expect("a foreign key holds every referral's service")))
    }

    /// When; null when that is not recorded.
    async fn on(&self) -> Option<StatedDate> {
        self.0.on.map(StatedDate)
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}
