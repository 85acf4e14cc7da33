//! Events of clusters.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::cluster_event;

use crate::{
    domain::{
        condition::Resolver,
        event::{self, Filter},
    },
    graphql::{
        cluster::{self, Cluster},
        filter::{clusters, listed},
        node::GlobalId,
        request::{
            basis::ContextExt,
            error::{Result, nullable},
            language::Language,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, OrderTerm, Ordered, order_term},
            scalars::StatedDate,
        },
        source::{self, Source},
    },
};

/// What an event of a cluster was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::cluster_event::EventKind")]
pub(crate) enum EventKind {
    /// The cluster was founded.
    Founding,
    /// It was evaluated.
    Evaluation,
    /// It changed its strategy, and with it its scope.
    Repositioning,
    /// Its bodies or its host changed.
    Governance,
}

/// Which events to list; conditions that are not given hold for all.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct EventFilter {
    /// Of one of these kinds.
    kind: Option<Vec<EventKind>>,
    /// Of one of these clusters.
    cluster: Option<Vec<ID>>,
}

impl EventFilter {
    pub(crate) fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        let (Self { kind, cluster }, mut resolver) = (self, Resolver::new(ctx.image()));
        Ok(Filter { kinds: listed("kind", kind, &mut resolver)?, clusters: clusters(cluster, &mut resolver)? })
    }
}

#[derive(Clone)]
pub(crate) struct ClusterEvent(Row<cluster_event::Model>);

impl Node for ClusterEvent {
    type Model = cluster_event::Model;
    type Edge = Edge<Self>;
    const TEXTS: &'static [&'static str] = &["text"];

    fn from_row(row: Row<cluster_event::Model>) -> Self {
        Self(row)
    }
}

/// Something that happened to a cluster.
#[Object]
impl ClusterEvent {
    /// Opaque, prefixed by its type.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it was.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }

    /// When, as precisely as the source says; null when it does not.
    async fn on(&self) -> Option<StatedDate> {
        self.0.on.map(StatedDate)
    }

    /// What happened; null when no source words it.
    async fn text(&self, #[graphql(desc = "Default: English.", default)] language: Language) -> Option<&str> {
        self.0.text.in_language(language.into())
    }

    /// The cluster.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, |event| event.cluster_id).await
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        source::by_id(ctx, self.0.source_id)
    }
}

/// What events can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "event::Order")]
pub(crate) enum EventOrderField {
    /// The date that is stated, undated ones as the latest.
    On,
    /// When they were recorded.
    Recorded,
}

order_term!(EventOrder of EventOrderField, "An order of events.");

/// An order as the domain takes it, and what its cursors belong to.
pub(crate) fn ordered(by: Vec<EventOrder>) -> (Vec<(event::Order, bool)>, Ordered) {
    let (order, words) = EventOrder::read(by, EventOrderField::On);
    let ordered = Ordered::new("events", words, event::kinds(&order));
    (order, ordered)
}

/// Lists of events.
#[derive(Default)]
pub(crate) struct EventQuery;

#[Object]
impl EventQuery {
    /// What happened to clusters. Ties by id, in the direction of the last order.
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
    ) -> Option<Result<Connection<ClusterEvent>>> {
        nullable(async {
            let (order, ordered) = ordered(order_by);
            let request = Arguments { first, after, last, before }.request::<ClusterEvent>(ctx, &ordered)?;
            let filter = filter.unwrap_or_default().parse(ctx)?;
            let page = event::list(ctx.db(), &filter, &order, ctx.basis().revision(), &request).await?;
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
