//! Versions of entry criteria.

pub(crate) mod assessment;
pub(crate) mod impact;
pub(crate) mod rule;

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{Revision, cluster_event, criteria_profile};

use crate::{
    domain::{
        condition::Resolver,
        criteria::{Filter, Order, by_ids, kinds, list},
        eligibility, facts,
    },
    graphql::{
        cluster::{self, Cluster, event::ClusterEvent},
        criteria::{
            impact::{Impact, ImpactPopulation},
            rule::Rule,
        },
        filter::{clusters, listed},
        node::GlobalId,
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Result, nullable},
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm, Ordered, order_term},
            scalars::{Instant, StatedDate},
        },
        source::{self, Source},
    },
};

/// Whether a version of criteria is in force on its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::criteria_profile::CriteriaState")]
pub(crate) enum CriteriaState {
    /// Proposed: never in force.
    Draft,
    /// Adopted: in force from `validFrom` until the day before `validTo`.
    Adopted,
}

/// Which versions to list; conditions that are not given hold for all.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct CriteriaFilter {
    /// Of one of these clusters.
    cluster: Option<Vec<ID>>,
    /// In one of these states.
    state: Option<Vec<CriteriaState>>,
}

#[derive(Clone)]
pub(crate) struct Criteria(Row<criteria_profile::Model>);

impl Node for Criteria {
    type Model = criteria_profile::Model;
    type Edge = Edge<Self>;
    const TEXTS: &'static [&'static str] = &["label", "rationale"];

    fn from_row(row: Row<criteria_profile::Model>) -> Self {
        Self(row)
    }
}

/// A version of a cluster's entry criteria, as the register knows it at the basis of the request: also where it was asked
/// for at an earlier instant, and where it has been withdrawn since.
#[Object]
impl Criteria {
    /// Opaque, prefixed by its type. Never changes: it names the version of the cluster, whatever is corrected about it.
    async fn id(&self) -> ID {
        self.0.criteria_id.global()
    }

    /// Its number among the cluster's versions: 1, 2, 3, …
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is called; null when no source says so.
    async fn label(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.label.in_language(language.into())
    }

    /// What it asks and why, in words; null when no source says so.
    async fn rationale(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.rationale.in_language(language.into())
    }

    /// Since when, as precisely as the source states it: it counts from the earliest day.
    async fn valid_from(&self) -> StatedDate {
        StatedDate(self.0.from_stated)
    }

    /// Until when: the first day no longer, as precisely as the source states it; null: it still is in force.
    /// It counts to the latest day, or where the next version begins in the same partial date, to the first
    /// day of that.
    async fn valid_to(&self) -> Option<StatedDate> {
        self.0.to_stated.map(StatedDate)
    }

    /// Whether it is in force on these dates.
    async fn state(&self) -> CriteriaState {
        self.0.state.into()
    }

    /// The cluster.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |criteria| criteria.cluster_id).await
    }

    /// What it asks: all required criteria together, in their order.
    async fn rule(&self, ctx: &Context<'_>) -> Result<Rule> {
        Ok(Rule::from_rule(&self.asked(ctx).await?.rule, self.0.cluster_id))
    }

    /// The criteria that are not required, in their order. They decide nothing.
    async fn optional_rules(&self, ctx: &Context<'_>) -> Result<Vec<Rule>> {
        ctx.list(self.asked(ctx).await?.optional.iter().collect(), |rule| Rule::from_rule(rule, self.0.cluster_id))
    }

    /// What it would change, or changed, if it applied in the place of another version, on the facts of a point in time.
    /// Both versions are taken as they were known then. Drafts can be compared; nothing is written. Null when there is no
    /// version to compare it with, and when one of the two was not recorded by then.
    async fn impact(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Another version of the same cluster. Default: the adopted version with the next lower number."
        )]
        compared_with: Option<ID>,
        #[graphql(desc = "For whom the versions are compared. Default: members.", default)]
        population: ImpactPopulation,
        #[graphql(desc = "When. Default: today, as known now.")] at: Option<PointInTimeInput>,
    ) -> Option<Result<Impact>> {
        Impact::assess(ctx, &self.0, compared_with, population, at).await.transpose()
    }

    /// The event that brought it; null when none is recorded.
    async fn event(&self, ctx: &Context<'_>) -> Option<Result<ClusterEvent>> {
        let db = ctx.db();
        let found = self.0.together("event", |level| async move {
            let ids = level.distinct(|row| row.event_id);
            let events = facts::<cluster_event::Entity>(db, ids).await?;
            Ok(level.named(events, |event| event.id, |row| row.event_id))
        });
        found.await.map(|found| found.map(ClusterEvent::from_row)).transpose()
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }

    /// When it was recorded.
    async fn recorded_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        register::recorded_at(ctx, self.0.recorded_rev)
    }
}

impl Criteria {
    /// Versions that were read at some revision, as the request knows them, on one level.
    pub(crate) async fn shown(
        ctx: &Context<'_>,
        read: Vec<criteria_profile::Model>,
        revision: Revision,
    ) -> Result<Vec<Row<criteria_profile::Model>>> {
        if revision == ctx.basis().revision() {
            return Ok(level::level(read));
        }
        Self::known(ctx, read).await
    }

    /// The versions that some rows are of, whichever, as the request knows them, on one level.
    pub(crate) async fn known(
        ctx: &Context<'_>,
        read: Vec<criteria_profile::Model>,
    ) -> Result<Vec<Row<criteria_profile::Model>>> {
        if read.is_empty() {
            return Ok(Vec::new());
        }
        let basis = ctx.basis().revision();
        let ids: Vec<_> = read.iter().map(|row| row.criteria_id).collect();
        let versions = by_ids(ctx.db(), &ids).await?;
        let known = |row: criteria_profile::Model| {
            let version = versions.iter().find(|version| version.is(row.criteria_id));
            version.and_then(|version| version.known(basis)).cloned().unwrap_or(row)
        };
        Ok(level::level(read.into_iter().map(known).collect()))
    }

    async fn asked(&self, ctx: &Context<'_>) -> Result<Arc<eligibility::Criteria>> {
        let db = ctx.db();
        let asked = self.0.together("rule", |level| async move {
            let mut asked = eligibility::criteria(db, level.rows()).await?;
            let asked: HashMap<_, _> = asked.drain().map(|(id, criteria)| (id, Arc::new(criteria))).collect();
            Ok(level.rows().iter().map(|row| asked[&row.id].clone()).collect())
        });
        asked.await
    }
}

/// What versions of criteria can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Order")]
pub(crate) enum CriteriaOrderField {
    /// The cluster's slug.
    Cluster,
    /// The number among the versions of the cluster.
    Version,
    /// When they were first recorded.
    Recorded,
}

order_term!(CriteriaOrder of CriteriaOrderField, "An order of versions of criteria.");

fn by_cluster_and_version() -> Vec<CriteriaOrder> {
    [CriteriaOrderField::Cluster, CriteriaOrderField::Version].into_iter().flat_map(CriteriaOrder::by).collect()
}

/// Versions of criteria of all clusters.
#[derive(Default)]
pub(crate) struct CriteriaQuery;

#[Object]
impl CriteriaQuery {
    /// The versions of entry criteria of all clusters, drafts included. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which versions. Default: all.")] filter: Option<CriteriaFilter>,
        #[graphql(desc = "In which order.", default_with = "by_cluster_and_version()")] order_by: Vec<CriteriaOrder>,
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
    ) -> Option<Result<Connection<Criteria>>> {
        nullable(async {
            let by = if order_by.is_empty() { by_cluster_and_version() } else { order_by };
            let (order, words) = CriteriaOrder::read(by, CriteriaOrderField::Cluster);
            let ordered = Ordered::new("criteria", words, kinds(&order));
            let request = Arguments { first, after, last, before }.request::<Criteria>(ctx, &ordered)?;
            let (CriteriaFilter { cluster, state }, mut resolver) =
                (filter.unwrap_or_default(), Resolver::new(ctx.image()));
            let filter =
                Filter { clusters: clusters(cluster, &mut resolver)?, states: listed("state", state, &mut resolver)? };
            let page = list(ctx.db(), &filter, &order, ctx.basis().revision(), &request).await?;
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
