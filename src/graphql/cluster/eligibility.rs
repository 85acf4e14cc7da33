//! The criteria of a cluster, and whom they concern: who satisfies them, who could enter, and who is at risk.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{Context, ID};
use entity::id::ClusterId;

use super::{Cluster, ids, parents};
use crate::{
    domain::{self, eligibility, store::page::Page},
    graphql::{
        criteria::{
            Criteria,
            assessment::{Assessment, Version, assess},
        },
        organization::{
            Organization,
            filter::OrganizationFilter,
            query::{self, OrganizationKey, OrganizationOrder, OrganizationOrderField},
        },
        participation::{self, Membership, ParticipationOrder, filter::ParticipationFilter},
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            level::{self, Row},
            pagination::{Arguments, Connection, Node, OrderTerm, Ordered},
        },
    },
};

impl Cluster {
    /// The versions of the criteria of every cluster of the level.
    pub(super) async fn versions(&self, ctx: &Context<'_>) -> Result<Arc<[domain::criteria::Version]>> {
        let db = ctx.db();
        let versions = self.0.together("versions", |level| async move {
            let found: Arc<[_]> = domain::criteria::of_clusters(db, &ids(level.rows())).await?.into();
            Ok(vec![found; level.rows().len()])
        });
        versions.await
    }

    pub(super) async fn criteria_at(
        &self,
        ctx: &Context<'_>,
        at: Option<PointInTimeInput>,
    ) -> Result<Option<Criteria>> {
        let (at, basis) = (ctx.basis().at(at), ctx.basis().revision());
        let all = self.versions(ctx).await?;
        let found = self.0.together(("criteria", at), |level| async move {
            let in_force = all.iter().filter(|version| version.is_in_force(at));
            let shown = in_force.filter_map(|version| version.known(basis).cloned()).collect();
            Ok(level.named(shown, |criteria| criteria.cluster_id, |cluster| Some(cluster.id)))
        });
        Ok(found.await?.map(Criteria::from_row))
    }

    pub(super) async fn assessed(
        &self,
        ctx: &Context<'_>,
        organization: OrganizationKey,
        at: Option<PointInTimeInput>,
        criteria: Option<ID>,
    ) -> Result<Option<Assessment>> {
        let (at, version) = (ctx.basis().at(at), Version::parse(criteria)?);
        let assessments = self.0.together(("eligibility", organization.clone(), at, version), |level| async move {
            let organization = query::find(ctx, organization)?.ok_or_else(|| {
                Error::input(
                    "organization",
                    "the register holds no organization of that key; `organizations` lists them",
                )
            })?;
            let versions = version.of_each(ctx, &ids(level.rows()), at).await?;
            let assessed = |row: &domain::cluster::Cluster| Some((organization.id, versions.get(&row.id)?.clone()));
            assess(ctx, level.rows().iter().map(assessed).collect(), at).await
        });
        assessments.await
    }

    pub(super) async fn prospects_at(
        &self,
        ctx: &Context<'_>,
        at: Option<PointInTimeInput>,
        filter: Option<OrganizationFilter>,
        order_by: Vec<OrganizationOrder>,
        arguments: Arguments,
    ) -> Result<Option<Connection<Organization>>> {
        let (order, words) = OrganizationOrder::read(order_by, OrganizationOrderField::Recorded);
        let ordered = Ordered::new("prospects", words, domain::organization::kinds(&order));
        let request = arguments.request::<Organization>(ctx, &ordered)?;
        let filter = filter.unwrap_or_default().parse(ctx).await?;
        let (db, image, at) = (ctx.db(), ctx.image(), ctx.basis().at(at));
        let revision = ctx.basis().revision();
        let pages =
            self.0.together(("prospects", filter.clone(), order.clone(), at, request.clone()), |level| async move {
                let in_force = eligibility::in_force(db, &ids(level.rows()), at).await?;
                let (clusters, criteria): (Vec<_>, Vec<_>) = in_force.into_iter().unzip();
                let mut found = Vec::new();
                for criteria in &criteria {
                    let _turn = ctx.turn().await;
                    found.push(eligibility::prospects(image, criteria, &filter, at));
                }
                let pages = eligibility::Organizations::pages_in_order(&found, image, &order, at, revision, &request);
                Ok(of_clusters_with(level.rows(), clusters, pages))
            });
        Ok(pages.await?.map(|page| Connection::new(page, ordered)))
    }

    pub(super) async fn memberships_at_risk(
        &self,
        ctx: &Context<'_>,
        at: Option<PointInTimeInput>,
        filter: Option<ParticipationFilter>,
        order_by: Vec<ParticipationOrder>,
        arguments: Arguments,
    ) -> Result<Option<Connection<Membership>>> {
        let (order, ordered) = participation::ordered("atRisk", order_by);
        let request = arguments.request::<Membership>(ctx, &ordered)?;
        let filter = filter.unwrap_or_default().parse(ctx).await?;
        let (db, image, at) = (ctx.db(), ctx.image(), ctx.basis().at(at));
        let pages =
            self.0.together(("atRisk", filter.clone(), order.clone(), at, request.clone()), |level| async move {
                let in_force = eligibility::in_force(db, &ids(level.rows()), at).await?;
                let (clusters, criteria): (Vec<_>, Vec<_>) = in_force.into_iter().unzip();
                let mut pages = Vec::new();
                for criteria in &criteria {
                    let _turn = ctx.turn().await;
                    pages.push(eligibility::at_risk(image, criteria, &filter, &order, at, &request));
                }
                Ok(of_clusters_with(level.rows(), clusters, pages))
            });
        Ok(pages.await?.map(|page| Connection::new(page, ordered)))
    }
}

/// A page for each row whose cluster has one, their rows on one level.
fn of_clusters_with<M: Send + Sync + 'static>(
    rows: &[domain::cluster::Cluster],
    clusters: Vec<ClusterId>,
    pages: Vec<Page<M>>,
) -> Vec<Option<Arc<Page<Row<M>>>>> {
    let have: HashSet<_> = clusters.iter().copied().collect();
    let found: HashMap<_, _> = clusters.into_iter().map(|id| id.0).zip(pages).collect();
    let pages = level::children(found, parents(rows));
    pages.into_iter().zip(rows).map(|(page, row)| have.contains(&row.id).then_some(page)).collect()
}
