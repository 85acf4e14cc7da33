//! What stands behind the numbers of a level: the same page of a list behind each.

use async_graphql::Context;
use uuid::Uuid;

use crate::{
    domain::{
        self,
        participation::Occurrence,
        store::page::{Page, PageRequest},
    },
    graphql::{
        participation::{Kind as _, Listed},
        request::{
            basis::ContextExt,
            error::Result,
            level::{self, Row},
            pagination::{Arguments, Connection, Node, Ordered},
        },
    },
};

/// The rows behind every number of a level: the same page of each.
pub(crate) async fn rows_behind<T, N>(
    ctx: &Context<'_>,
    row: &Row<T>,
    arguments: Arguments,
    lists: impl FnOnce(&[T]) -> Result<Vec<Vec<Occurrence>>> + Send,
) -> Result<Connection<N>>
where
    T: Send + Sync + 'static,
    N: Listed,
{
    let ordered = Ordered::new(N::Kind::LIST, "BEHIND", domain::store::known_ids::KEYS);
    let request = arguments.request::<N>(ctx, &ordered)?;
    let (image, revision) = (ctx.image(), ctx.basis().revision());
    let pages = |lists, request: &_| domain::participation::pages(image, lists, revision, request);
    pages_behind(ctx, row, ordered, request, lists, pages).await
}

/// The same page of a list behind every number of a level.
pub(crate) async fn pages_behind<T, N, I>(
    ctx: &Context<'_>,
    row: &Row<T>,
    ordered: Ordered,
    request: PageRequest,
    lists: impl FnOnce(&[T]) -> Result<Vec<Vec<I>>> + Send,
    pages: impl FnOnce(Vec<Vec<I>>, &PageRequest) -> Vec<Page<N::Model>> + Send,
) -> Result<Connection<N>>
where
    T: Send + Sync + 'static,
    N: Node,
    I: Send,
{
    let page = row.together((N::type_name(), request.clone()), |level| async move {
        let turn = ctx.turn().await;
        let lists = lists(level.rows())?;
        drop(turn);
        let pages = pages(lists, &request);
        let parents: Vec<Uuid> = (0..pages.len() as u128).map(Uuid::from_u128).collect();
        Ok(level::children(parents.iter().copied().zip(pages).collect(), parents))
    });
    Ok(Connection::new(page.await?, ordered))
}
