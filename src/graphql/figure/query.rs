//! Finding published figures: by a filter, in an order, of all or of each row of a level.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use uuid::Uuid;

use crate::{
    domain::{
        condition::Resolver,
        figure::{self, Filter},
    },
    graphql::{
        figure::{
            PublishedFigure,
            kinds::{Disclosure, FigureMetric, FigureNature, FigureUnit},
        },
        filter::{clusters, listed},
        programme,
        request::{
            basis::ContextExt,
            error::{Result, nullable},
            level::{self, Row},
            pagination::{self, Arguments, Connection, OrderTerm, Ordered, order_term},
        },
    },
};

/// Which figures to list; conditions that are not given hold for all.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct FigureFilter {
    /// Of one of these metrics.
    metric: Option<Vec<FigureMetric>>,
    /// Of one of these natures.
    nature: Option<Vec<FigureNature>>,
    /// Disclosed or not.
    disclosure: Option<Vec<Disclosure>>,
    /// In one of these units.
    unit: Option<Vec<FigureUnit>>,
    /// About one of these clusters, by id or slug.
    cluster: Option<Vec<ID>>,
    /// About one of these programmes, by id or slug.
    programme: Option<Vec<ID>>,
}

impl FigureFilter {
    pub(crate) async fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        let Self { metric, nature, disclosure, unit, cluster, programme } = self;
        let mut resolver = Resolver::new(ctx.image());
        Ok(Filter {
            metrics: listed("metric", metric, &mut resolver)?,
            natures: listed("nature", nature, &mut resolver)?,
            disclosures: listed("disclosure", disclosure, &mut resolver)?,
            units: listed("unit", unit, &mut resolver)?,
            clusters: clusters(cluster, &mut resolver)?,
            programmes: programme::by_keys(ctx, programme, &mut resolver).await?,
        })
    }
}

/// What figures can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "figure::Order")]
pub(crate) enum FigureOrderField {
    /// The date that is stated, undated ones as the latest.
    On,
    /// When they were recorded.
    Recorded,
}

order_term!(FigureOrder of FigureOrderField, "An order of figures.");

/// A page of the figures about each row of a level.
pub(crate) async fn each<T: Send + Sync + 'static>(
    ctx: &Context<'_>,
    row: &Row<T>,
    whose: impl Fn(&[T]) -> (figure::Whose, Vec<Uuid>) + Send,
    filter: Option<FigureFilter>,
    order_by: Vec<FigureOrder>,
    page: Arguments,
) -> Result<Connection<PublishedFigure>> {
    let (order, ordered) = ordered(order_by);
    let request = page.request::<PublishedFigure>(ctx, &ordered)?;
    let filter = filter.unwrap_or_default().parse(ctx).await?;
    let (db, revision) = (ctx.db(), ctx.basis().revision());
    let key = ("figures", filter, order, request);
    let found = row.together(key.clone(), |level| async move {
        let ((_, filter, order, request), (whose, parents)) = (key, whose(level.rows()));
        let found = figure::list_each(db, &filter, &order, whose, revision, &request).await?;
        Ok(level::children(found, parents))
    });
    Ok(Connection::new(found.await?, ordered))
}

/// An order as the domain takes it, and what its cursors belong to.
fn ordered(by: Vec<FigureOrder>) -> (Vec<(figure::Order, bool)>, Ordered) {
    let (order, words) = FigureOrder::read(by, FigureOrderField::On);
    let ordered = Ordered::new("figures", words, figure::kinds(&order));
    (order, ordered)
}

/// Lists of figures.
#[derive(Default)]
pub(crate) struct FigureQuery;

#[Object]
impl FigureQuery {
    /// Figures of clusters and programmes asserted in public. Ties by id, in the direction of the last order.
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
    ) -> Option<Result<Connection<PublishedFigure>>> {
        nullable(async {
            let (order, ordered) = ordered(order_by);
            let request = Arguments { first, after, last, before }.request::<PublishedFigure>(ctx, &ordered)?;
            let filter = filter.unwrap_or_default().parse(ctx).await?;
            let page = figure::list(ctx.db(), &filter, &order, ctx.basis().revision(), &request).await?;
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}
