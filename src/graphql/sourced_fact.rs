//! What rests on a source.

use async_graphql::{Context, Enum, ID, Object};
use entity::{id::SourceId, sourced_fact::Model};

use crate::{
    domain::{self, condition::Resolver},
    graphql::{
        cluster::{self, Cluster},
        filter::listed,
        node::GlobalId,
        organization::{self, Organization},
        programme::{self, Programme},
        register,
        request::{
            basis::ContextExt,
            error::Result,
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, Node, Ordered},
            scalars::Instant,
        },
    },
};

/// What a fact is that rests on a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::sourced_fact::FactKind")]
pub(crate) enum FactKind {
    /// An activity of an organization.
    Activity,
    /// What a source asserts or denies of an organization.
    Attribute,
    /// The record of a cluster.
    Cluster,
    /// A version of a cluster's criteria.
    Criteria,
    /// What happened to a cluster.
    Event,
    /// A published figure.
    Figure,
    /// What a cluster found of an organization.
    Judgement,
    /// The record of an organization.
    Organization,
    /// A period of a membership or partnership.
    Participation,
    /// The record of a programme.
    Programme,
    /// That a cluster belongs to a programme.
    ProgrammeCluster,
    /// That a member was referred to a service.
    Referral,
    /// A sector of a cluster.
    Sector,
    /// A service of a cluster.
    Service,
    /// A site of an organization.
    Site,
    /// What a code is called.
    Term,
}

#[derive(Clone)]
pub(crate) struct SourcedFact(Row<Model>);

impl Node for SourcedFact {
    type Model = Model;
    type Edge = Edge<Self>;

    fn from_row(row: Row<Model>) -> Self {
        Self(row)
    }
}

/// Something that the register holds because a source says so.
#[Object]
impl SourcedFact {
    /// What it is.
    async fn kind(&self) -> FactKind {
        self.0.kind.into()
    }

    /// The organization that it is about; null when it is about none.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Organization>> {
        organization::found(ctx, &self.0, |fact| fact.organization_id).await.transpose()
    }

    /// The cluster that it is about; null when it is about none.
    async fn cluster(&self, ctx: &Context<'_>) -> Option<Result<Cluster>> {
        cluster::found(ctx, &self.0, |fact| fact.cluster_id).await.transpose()
    }

    /// The programme that it is about; null when it is about none.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Result<Programme>> {
        programme::found(ctx, &self.0, |fact| fact.programme_id).await.transpose()
    }

    /// When it was recorded.
    async fn recorded_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        register::recorded_at(ctx, self.0.recorded_rev)
    }
}

/// What rests on a source.
#[derive(Default)]
pub(crate) struct SourcedFactQuery;

#[Object]
impl SourcedFactQuery {
    /// Everything that rests on a source, as known at the basis of the request: by kind in the order of their names, then in
    /// the order of recording. Null when the register does not hold the source.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn facts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source, by its id.")] source: ID,
        #[graphql(desc = "Only facts of these kinds. Default: of all.")] kind: Option<Vec<FactKind>>,
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
    ) -> Option<Result<Connection<SourcedFact>>> {
        let found: Result<_> = async {
            let source = SourceId::parse("source", &source)?;
            let revision = ctx.basis().revision();
            if domain::source::known(ctx.image(), source, revision).is_none() {
                return Ok(None);
            }
            let ordered = Ordered::new("facts", "KIND ASC".to_owned(), domain::sourced_fact::KINDS.to_vec());
            let request = Arguments { first, after, last, before }.request::<SourcedFact>(ctx, &ordered)?;
            let kinds = listed("kind", kind, &mut Resolver::new(ctx.image()))?;
            let page = domain::sourced_fact::list(ctx.db(), source, kinds.as_deref(), revision, &request).await?;
            Ok(Some(Connection::new(level::page(page), ordered)))
        }
        .await;
        found.transpose()
    }
}
