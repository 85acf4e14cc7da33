//! Finding clusters: by a key, by a filter, in an order.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject};
use entity::id::{ClusterId, OrganizationId};

use crate::{
    domain::{
        self,
        cluster::{Condition, Filter, Order},
        condition::Resolver,
    },
    graphql::{
        cluster::Cluster,
        filter::{Nested, searched},
        node::GlobalId,
        request::{
            basis::ContextExt,
            error::{Result, nullable},
            level::{self, Row},
            pagination::{self, Arguments, Connection, Node, OrderTerm, Ordered, order_term},
        },
    },
};

/// How to name one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneofObject)]
pub(crate) enum ClusterKey {
    /// By its id.
    Id(ID),
    /// By its slug.
    Slug(String),
}

/// A condition on clusters. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ClusterFilter {
    /// Every one of these conditions.
    and: Option<Vec<ClusterFilter>>,
    /// At least one of these conditions; an empty list is never satisfied.
    or: Option<Vec<ClusterFilter>>,
    /// Not this condition.
    not: Option<Box<ClusterFilter>>,
    /// Has one of these slugs.
    slug: Option<Vec<String>>,
    /// Is run by one of these organizations.
    host: Option<Vec<ID>>,
    /// The name contains every word of this text, whatever the accents, the case and the punctuation: the English name, or
    /// where there is none the one that is shown in its place.
    name: Option<String>,
}

impl ClusterFilter {
    fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        self.read(&mut Resolver::new(ctx.image()))
    }

    fn read(self, resolver: &mut Resolver<'_>) -> Result<Filter> {
        let Self { and, or, not, slug, host, name } = self;
        let mut own = Vec::new();
        if let Some(slugs) = slug {
            own.push(Condition::Slug(resolver.values("slug", slugs)?));
        }
        if let Some(ids) = host {
            own.push(Condition::Host(resolver.organizations("host", OrganizationId::parse_all("host", &ids)?)?));
        }
        if let Some(text) = name {
            resolver.count(1)?;
            own.push(Condition::Name(text));
        }
        Nested { and, or, not }.and_own(own, resolver, Self::read)
    }
}

/// What clusters can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ClusterOrderField {
    /// How well the name was found by `search`, the best first: those whose words begin with what is searched, then those in
    /// the middle of whose words it stands. Those that are found equally well, by name. Without `search`, by name.
    Relevance,
    /// The name, without regard to accents and case.
    Name,
    /// The slug.
    Slug,
    /// The number of effective members on the day of the request's basis: today, unless it says otherwise.
    Members,
    /// When they were first recorded.
    Recorded,
}

order_term!(ClusterOrder of ClusterOrderField, "An order of clusters.");

impl From<ClusterOrderField> for Order {
    fn from(field: ClusterOrderField) -> Self {
        match field {
            ClusterOrderField::Relevance => Self::Relevance,
            ClusterOrderField::Name => Self::Name,
            ClusterOrderField::Slug => Self::Slug,
            ClusterOrderField::Members => Self::Members,
            ClusterOrderField::Recorded => Self::Recorded,
        }
    }
}

/// Finding clusters.
#[derive(Default)]
pub(crate) struct ClusterQuery;

#[Object]
impl ClusterQuery {
    /// One cluster; null when the register holds none of that key.
    async fn cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exactly one of its keys.")] by: ClusterKey,
    ) -> Option<Result<Cluster>> {
        find(ctx, by).map(|found| found.map(|row| Cluster::from_row(Row::alone(row)))).transpose()
    }

    /// The clusters of the register. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which clusters. Default: all.")] filter: Option<ClusterFilter>,
        #[graphql(
            desc = "Only those whose name contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order.", default_with = "ClusterOrder::by(ClusterOrderField::Name)")] order_by: Vec<
            ClusterOrder,
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
    ) -> Option<Result<Connection<Cluster>>> {
        nullable(async {
            let (order, words) = ClusterOrder::read(order_by, ClusterOrderField::Name);
            let ordered = Ordered::new("clusters", words, domain::cluster::kinds(&order));
            let request = Arguments { first, after, last, before }.request::<Cluster>(ctx, &ordered)?;
            let filter = filter.unwrap_or_default().parse(ctx)?;
            let page = domain::cluster::list(
                ctx.image(),
                &filter,
                searched(search)?.as_deref(),
                &order,
                ctx.basis().at(None),
                &request,
            );
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}

/// The cluster of a key, if the register holds it.
pub(crate) fn find(ctx: &Context<'_>, by: ClusterKey) -> Result<Option<domain::cluster::Cluster>> {
    let (image, revision) = (ctx.image(), ctx.basis().revision());
    Ok(match by {
        ClusterKey::Id(id) => domain::cluster::by_ids(image, [ClusterId::parse("id", &id)?], revision).next(),
        ClusterKey::Slug(slug) => domain::cluster::by_slug(image, &slug, revision),
    })
}
