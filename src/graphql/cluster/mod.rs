//! Clusters: what is recorded of them, and their lists. They are found in `query`.

pub(crate) mod eligibility;
pub(crate) mod event;
pub(crate) mod query;
pub(crate) mod sector;

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Object};
use entity::{cluster_profile, id::ClusterId};
use uuid::Uuid;

use crate::{
    domain::{self, participation::Whose},
    graphql::{
        change::{self, Asked, ChangeConnection, ChangeKind, ChangesBetween},
        cluster::{
            event::{ClusterEvent, EventFilter, EventOrder, EventOrderField},
            sector::{Sector, Service},
        },
        criteria::{Criteria, assessment::Assessment},
        figure::{
            self, PublishedFigure,
            query::{FigureFilter, FigureOrder, FigureOrderField},
        },
        node::GlobalId,
        organization::{
            self, Organization,
            filter::OrganizationFilter,
            query::{OrganizationKey, OrganizationOrder, OrganizationOrderField},
        },
        participation::{
            self, Listed, Membership, ParticipationOrder, ParticipationOrderField, Partnership,
            filter::ParticipationFilter,
        },
        programme::Programme,
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm},
            scalars::{Date, Instant},
        },
        source::{self, Source},
        statistics::{Kind, Statistics},
    },
};

#[derive(Clone)]
pub(crate) struct Cluster(Row<domain::cluster::Cluster>);

impl Node for Cluster {
    type Model = domain::cluster::Cluster;
    type Edge = Edge<Self>;

    fn from_row(row: Row<domain::cluster::Cluster>) -> Self {
        Self(row)
    }
}

fn ids(rows: &[domain::cluster::Cluster]) -> Vec<ClusterId> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn parents(rows: &[domain::cluster::Cluster]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id.0).collect()
}

/// A network of organizations with a host, entry criteria and a history.
#[Object]
impl Cluster {
    /// Opaque, prefixed by its type. Never changes.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its name in addresses. Never changes.
    async fn slug(&self) -> &str {
        self.0.slug()
    }

    /// Its name.
    async fn name(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> &str {
        self.0.name(language.into())
    }

    /// What it is, as the source of this record words it; null when it does not.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Option<Result<String>> {
        let record = self.record(ctx).await;
        record.map(|record| record.description.in_language(language.into()).map(str::to_owned)).transpose()
    }

    /// The organization that runs it; null when that is not recorded.
    async fn host(&self, ctx: &Context<'_>) -> Option<Result<Organization>> {
        organization::found(ctx, &self.0, domain::cluster::Cluster::host).await.transpose()
    }

    /// Its web site; null when none is recorded.
    async fn website(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        if !self.0.has_website() {
            return None;
        }
        self.record(ctx).await.map(|record| record.website.clone()).transpose()
    }

    /// The day from which the register holds every participation of the cluster; null: for no date. What is
    /// counted for a day or a period that is not covered is a lower bound: no known exclusion is not "no
    /// exclusions".
    async fn complete_from(&self) -> Option<Date> {
        self.0.complete_from().map(Date)
    }

    /// The document that attests this record of the cluster.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source())
    }

    /// When something of it was last recorded, corrected or withdrawn, as far as the request knows: its own record, its
    /// events, sectors, services, criteria and figures; not its members and partners.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let last = self.0.together("updatedAt", |level| async move {
            let found = domain::updated::clusters(db, &ids(level.rows()), revision).await?;
            Ok(level.rows().iter().map(|row| found.get(&row.id.0).copied()).collect::<Vec<_>>())
        });
        register::recorded_at(ctx, last.await?.ok_or_else(Error::replaced)?)
    }

    /// What happened to it. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which events. Default: all.")] filter: Option<EventFilter>,
        #[graphql(desc = "In which order.", default_with = "EventOrder::by(EventOrderField::On)")] order_by: Vec<
            EventOrder,
        >,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ClusterEvent>> {
        let (order, ordered) = event::ordered(order_by);
        let request = Arguments { first, after, last, before }.request::<ClusterEvent>(ctx, &ordered)?;
        let filter = filter.unwrap_or_default().parse(ctx)?;
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let key = ("events", filter, order, request);
        let page = self.0.together(key.clone(), |level| async move {
            let (_, filter, order, request) = key;
            let found = domain::event::list_each(db, &filter, &order, &ids(level.rows()), revision, &request).await?;
            Ok(level::children(found, parents(level.rows())))
        });
        Ok(Connection::new(page.await?, ordered))
    }

    /// Its value chains, by code.
    async fn sectors(&self, ctx: &Context<'_>) -> Result<Vec<Sector>> {
        let (image, revision) = (ctx.image(), ctx.basis().revision());
        let sectors = self.0.together("sectors", |level| async move {
            let found = level.rows().iter().map(|row| (row.id.0, domain::cluster::sectors(image, row.id, revision)));
            Ok(level::children(found.collect(), parents(level.rows())))
        });
        ctx.list(sectors.await?, Sector::from_row)
    }

    /// The programmes that it belongs to on a day, by name.
    async fn programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Result<Vec<Programme>> {
        let (db, at) = (ctx.db(), ctx.basis().at(at));
        let programmes = self.0.together(("programmes", at), |level| async move {
            let belonging = domain::programme::of_clusters(db, &ids(level.rows()), at).await?;
            let all = domain::programme::by_name(db, ctx.basis().revision()).await?;
            let own = |row: &domain::cluster::Cluster| {
                let is_of = |programme: &domain::programme::Programme| {
                    belonging.iter().any(|pair| pair.cluster_id == row.id && pair.programme_id == programme.id)
                };
                (row.id.0, all.iter().filter(|programme| is_of(programme)).cloned().collect::<Vec<_>>())
            };
            Ok(level::children(level.rows().iter().map(own).collect(), parents(level.rows())))
        });
        ctx.list(programmes.await?, Programme::from_row)
    }

    /// The other services of its host, to which former members can be referred, in the order of their keys.
    async fn services(&self, ctx: &Context<'_>) -> Result<Vec<Service>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let services = self.0.together("services", |level| async move {
            let found = domain::cluster::services(db, &ids(level.rows()), revision).await?;
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(services.await?, Service::from_row)
    }

    /// Its members: without a condition on the status, candidate and effective members at the point in time. Ties by id, in
    /// the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which memberships. Default: candidate and effective ones.")] filter: Option<
            ParticipationFilter,
        >,
        #[graphql(
            desc = "Only those of organizations one of whose names contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(
            desc = "In which order.",
            default_with = "ParticipationOrder::by(ParticipationOrderField::Recorded)"
        )]
        order_by: Vec<ParticipationOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Membership>> {
        let page = Arguments { first, after, last, before };
        Membership::each(ctx, &self.0, Self::of_clusters, participation::Asked { filter, search, at, order_by, page })
            .await
    }

    /// Its partners: without a condition on the status, effective partners at the point in time. Ties by id,
    /// in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partnerships. Default: effective ones.")] filter: Option<ParticipationFilter>,
        #[graphql(
            desc = "Only those of organizations one of whose names contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(
            desc = "In which order.",
            default_with = "ParticipationOrder::by(ParticipationOrderField::Recorded)"
        )]
        order_by: Vec<ParticipationOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Partnership>> {
        let page = Arguments { first, after, last, before };
        Partnership::each(ctx, &self.0, Self::of_clusters, participation::Asked { filter, search, at, order_by, page })
            .await
    }

    /// What changed: of its members and partners, and what is recorded of itself. Between days: what became true, day by day.
    /// Between revisions: what the register learnt, corrections included, revision by revision and then day by day. Ties by
    /// id.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Between two days, or between two revisions.")] between: ChangesBetween,
        #[graphql(desc = "Only changes of these kinds. Default: of all.")] kind: Option<Vec<ChangeKind>>,
        #[graphql(desc = "Whose statuses are told. Default: those of memberships and of partnerships.")]
        participation: Option<Vec<Kind>>,
        #[graphql(
            desc = "Only statuses of those that satisfy it; no condition on the status. Conditions on organizations are taken on \
                    the last of the days, or today."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "Between days, what the register held at this instant. Default: what it holds now.")]
        known_at: Option<Instant>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<ChangeConnection> {
        let asked = Asked { between, kind, participation, filter, known_at };
        asked.each(ctx, &self.0, change::of_clusters, Arguments { first, after, last, before }).await
    }

    /// The version of its entry criteria in force at a point in time; null when none is. It shows what is known at the
    /// basis of the request.
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Option<Result<Criteria>> {
        self.criteria_at(ctx, at).await.transpose()
    }

    /// All versions of its entry criteria, drafts included, by number. `knownAt` decides which ones there are; each shows
    /// what is known at the basis of the request.
    async fn criteria_versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the register held at this instant. Default: what it holds now.")] known_at: Option<
            Instant,
        >,
    ) -> Result<Vec<Criteria>> {
        let (basis, revision) = (ctx.basis().revision(), ctx.basis().last_known(known_at));
        let all = self.versions(ctx).await?;
        let versions = self.0.together(("criteriaVersions", revision), |level| async move {
            let mut found: HashMap<_, Vec<_>> = HashMap::new();
            for version in all.iter().filter(|version| version.standing(revision).is_some()) {
                found.entry(version.cluster().0).or_default().extend(version.known(basis).cloned());
            }
            Ok(level::children(found, parents(level.rows())))
        });
        ctx.list(versions.await?, Criteria::from_row)
    }

    /// Whether an organization satisfies its entry criteria at a point in time, and why. Null when no version is in force
    /// that day, or when the register did not hold the organization by then.
    async fn eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exactly one of the keys of the organization. It has to exist.")]
        organization: OrganizationKey,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "A version of its criteria, drafts included. Default: the one in force.")] criteria: Option<
            ID,
        >,
    ) -> Option<Result<Assessment>> {
        self.assessed(ctx, organization, at, criteria).await.transpose()
    }

    /// The organizations that are eligible and are neither candidate nor effective members. Those whose verdict is
    /// undetermined are not among them. Ties by id, in the direction of the last order. Null when no version of the criteria is in force that day.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn prospects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "Which organizations. Default: all.")] filter: Option<OrganizationFilter>,
        #[graphql(desc = "In which order.", default_with = "OrganizationOrder::by(OrganizationOrderField::Recorded)")]
        order_by: Vec<OrganizationOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Organization>>> {
        self.prospects_at(ctx, at, filter, order_by, Arguments { first, after, last, before }).await.transpose()
    }

    /// The candidate and effective memberships of organizations that are not eligible, or whose verdict is undetermined. Ties
    /// by id, in the direction of the last order. Null when no version of the criteria is in force that day.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn at_risk(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
        #[graphql(desc = "Which memberships. Default: all.")] filter: Option<ParticipationFilter>,
        #[graphql(
            desc = "In which order.",
            default_with = "ParticipationOrder::by(ParticipationOrderField::Recorded)"
        )]
        order_by: Vec<ParticipationOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Membership>>> {
        self.memberships_at_risk(ctx, at, filter, order_by, Arguments { first, after, last, before }).await.transpose()
    }

    /// What can be counted of its memberships and partnerships, at any date.
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counts only memberships and partnerships that satisfy it. Default: all.")] filter: Option<
            ParticipationFilter,
        >,
    ) -> Result<Statistics> {
        Statistics::of_cluster(ctx, self.0.clone(), filter).await
    }

    /// Figures asserted about it in public. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which figures. Default: all.")] filter: Option<FigureFilter>,
        #[graphql(desc = "In which order.", default_with = "FigureOrder::by(FigureOrderField::On)")] order_by: Vec<
            FigureOrder,
        >,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PublishedFigure>> {
        let of_clusters = |rows: &[_]| (domain::figure::Whose::Clusters(ids(rows)), parents(rows));
        figure::query::each(ctx, &self.0, of_clusters, filter, order_by, Arguments { first, after, last, before }).await
    }
}

impl Cluster {
    /// Its record with everything that it holds.
    async fn record(&self, ctx: &Context<'_>) -> Result<Arc<cluster_profile::Model>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let records = self.0.together("record", |level| async move {
            let found = domain::cluster::records(db, &ids(level.rows()), revision).await?;
            Ok(level::of_each(level.rows(), found, |row| row.id))
        });
        records.await?.ok_or_else(Error::replaced)
    }

    fn of_clusters(rows: &[domain::cluster::Cluster]) -> (Whose, Vec<Uuid>) {
        (Whose::Clusters(ids(rows)), parents(rows))
    }
}

/// The cluster that a row is about, if it is about one.
pub(crate) async fn found<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    cluster: impl Fn(&T) -> Option<ClusterId> + Send + Sync,
) -> Result<Option<Cluster>> {
    let (image, revision) = (ctx.image(), ctx.basis().revision());
    let found = row.together("cluster", |level| async move {
        let ids = level.distinct(&cluster);
        Ok(level.named(domain::cluster::by_ids(image, ids, revision).collect(), |cluster| cluster.id, cluster))
    });
    Ok(found.await?.map(Cluster))
}

/// The cluster of a row.
pub(crate) async fn of_row<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    cluster: fn(&T) -> ClusterId,
) -> Result<Cluster> {
    found(ctx, row, |row| Some(cluster(row))).await?.ok_or_else(Error::replaced)
}
