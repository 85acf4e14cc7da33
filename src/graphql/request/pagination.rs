//! Relay's words for pages: arguments in, connections out.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName, resolver_utils::EnumType};
use async_graphql_value::Value;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        quoted,
        store::page::{self, Key, KeyKind, Page, PageRequest, Wants},
    },
    graphql::request::{
        basis::ContextExt,
        error::{Error, Result},
        level::Row,
    },
};

/// How many rows a page has by default.
pub(crate) const DEFAULT_SIZE: i32 = 25;

/// How many rows it has at most.
pub(crate) const MAX_SIZE: i32 = 100;

/// The direction of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, async_graphql::Enum)]
pub(crate) enum Direction {
    /// From the smallest, the earliest, A.
    #[default]
    Asc,
    /// From the greatest, the latest, Z.
    Desc,
}

impl Direction {
    pub(crate) fn is_descending(self) -> bool {
        self == Self::Desc
    }
}

/// The arguments of a page.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) first: i32,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

/// The name of an enum's value in the schema.
pub(crate) fn word<E: EnumType>(value: E) -> &'static str {
    E::items().iter().find(|item| item.value == value).expect("the items are all values").name
}

/// One term of an order: by which field, and whether it descends.
pub(crate) trait OrderTerm: Sized {
    type Field: EnumType;

    fn new(field: Self::Field, direction: Direction) -> Self;
    fn term(&self) -> (Self::Field, Direction);

    /// The order by one field, ascending.
    fn by(field: Self::Field) -> Vec<Self> {
        vec![Self::new(field, Direction::Asc)]
    }

    /// An order as a list asks for it; of no terms, by one field. A field that is named again decides nothing more.
    fn order(by: Vec<Self>, default: Self::Field) -> Vec<(Self::Field, Direction)> {
        let mut order: Vec<(Self::Field, Direction)> = Vec::new();
        for (field, to) in by.iter().map(Self::term) {
            if !order.iter().any(|(named, _)| *named == field) {
                order.push((field, to));
            }
        }
        if order.is_empty() { vec![(default, Direction::Asc)] } else { order }
    }

    /// The same as the domain takes it, and in the words of the schema.
    fn read<O: From<Self::Field>>(by: Vec<Self>, default: Self::Field) -> (Vec<(O, bool)>, String) {
        let order = Self::order(by, default);
        let words = words(&order);
        (order.into_iter().map(|(field, to)| (field.into(), to.is_descending())).collect(), words)
    }
}

/// Declares the input type of a term of an order.
macro_rules! order_term {
    ($name:ident of $field:ident, $description:literal) => {
        #[doc = $description]
        #[derive(Clone, Copy, Debug, async_graphql::InputObject)]
        pub(crate) struct $name {
            /// By what.
            field: $field,
            /// From the smallest, or from the greatest.
            #[graphql(default)]
            direction: $crate::graphql::request::pagination::Direction,
        }

        impl $crate::graphql::request::pagination::OrderTerm for $name {
            type Field = $field;

            fn new(field: $field, direction: $crate::graphql::request::pagination::Direction) -> Self {
                Self { field, direction }
            }

            fn term(&self) -> ($field, $crate::graphql::request::pagination::Direction) {
                (self.field, self.direction)
            }
        }
    };
}
pub(crate) use order_term;

/// An order in the words of the schema, such as `NAME ASC, RECORDED DESC`.
fn words<E: EnumType>(order: &[(E, Direction)]) -> String {
    let terms: Vec<_> = order.iter().map(|(field, to)| format!("{} {}", word(*field), word(*to))).collect();
    terms.join(", ")
}

/// The list and the order that a page is asked of: its cursors belong to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ordered {
    /// The field that answers the list.
    list: &'static str,
    /// The order, in the words of the schema.
    order: Cow<'static, str>,
    kinds: Vec<KeyKind>,
}

impl Ordered {
    pub(crate) fn new(list: &'static str, order: impl Into<Cow<'static, str>>, kinds: impl Into<Vec<KeyKind>>) -> Self {
        Self { list, order: order.into(), kinds: kinds.into() }
    }

    fn cursor(&self, keys: &[Key]) -> String {
        let (list, order) = (Cow::Borrowed(self.list), Cow::Borrowed(&*self.order));
        let cursor = Cursor { version: Cursor::VERSION, list, order, keys: Cow::Borrowed(keys) };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).expect("keys are JSON"))
    }

    fn keys(&self, argument: &'static str, text: &str) -> Result<Vec<Key>> {
        let unreadable = || {
            Error::input(
                argument,
                format!("`{argument}` is no cursor; take one from `edges.cursor` or `pageInfo` of this list"),
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
        let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        if cursor.version != Cursor::VERSION {
            return Err(unreadable());
        }
        if cursor.list != self.list {
            let (theirs, ours) = (cursor.list, self.list);
            return Err(Error::input(
                argument,
                format!("`{argument}` is a cursor of {} and cannot be used in `{ours}`", quoted(&theirs)),
            ));
        }
        if cursor.order != self.order || !page::fits(&cursor.keys, &self.kinds) {
            return Err(Error::input(
                argument,
                format!("`{argument}` is a cursor of another order; ask with the `orderBy` it was made with"),
            ));
        }
        Ok(cursor.keys.into_owned())
    }
}

/// What a cursor says: opaque to clients, versioned for us.
#[derive(Serialize, Deserialize)]
struct Cursor<'a> {
    #[serde(rename = "v")]
    version: u8,
    #[serde(rename = "l")]
    list: Cow<'a, str>,
    #[serde(rename = "o")]
    order: Cow<'a, str>,
    #[serde(rename = "k")]
    keys: Cow<'a, [Key]>,
}

impl Cursor<'_> {
    const VERSION: u8 = 2;
}

impl Arguments {
    /// The page of nodes they ask for, and of it what is selected.
    pub(crate) fn request<N: Node>(self, ctx: &Context<'_>, ordered: &Ordered) -> Result<PageRequest> {
        let first = Some(self.first).filter(|_| self.last.is_none() || is_given(ctx, "first"));
        self.request_of(first, ordered, wants(ctx, N::TEXTS))
    }

    fn request_of(self, first: Option<i32>, ordered: &Ordered, wants: Wants) -> Result<PageRequest> {
        let size = match (first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::input("last", "`first` and `last` exclude each other; give one of them"));
            }
            (size, None) | (None, size) => size.unwrap_or(DEFAULT_SIZE),
        };
        if !(1..=MAX_SIZE).contains(&size) {
            let argument = if self.last.is_some() { "last" } else { "first" };
            return Err(Error::input(argument, format!("`{argument}` must be from 1 to {MAX_SIZE}, not {size}")));
        }
        let keys = |argument, cursor: Option<String>| cursor.map(|text| ordered.keys(argument, &text)).transpose();
        Ok(PageRequest {
            size: size.unsigned_abs().into(),
            from_end: self.last.is_some(),
            after: keys("after", self.after)?,
            before: keys("before", self.before)?,
            wants,
        })
    }
}

/// Whether an argument of a field is written, and has a value.
fn is_given(ctx: &Context<'_>, argument: &str) -> bool {
    match ctx.item.node.get_argument(argument).map(|value| &value.node) {
        None => false,
        Some(Value::Variable(name)) => {
            let operation = &ctx.query_env.operation.node.variable_definitions;
            let defined = operation.iter().find(|defined| defined.node.name.node == *name);
            let has_default = defined.is_some_and(|defined| defined.node.default_value.is_some());
            has_default || ctx.query_env.variables.contains_key(name)
        }
        Some(_) => true,
    }
}

/// What a selection on a connection needs, of nodes whose long texts are these fields.
fn wants(ctx: &Context<'_>, texts: &[&str]) -> Wants {
    let selected = ctx.look_ahead();
    let info = selected.field("pageInfo");
    let (nodes, edges) = (selected.field("nodes"), selected.field("edges"));
    let node = edges.field("node");
    Wants {
        rows: nodes.exists() || edges.exists() || info.exists(),
        total: selected.field("totalCount").exists(),
        previous: info.field("hasPreviousPage").exists(),
        next: info.field("hasNextPage").exists(),
        texts: texts.iter().any(|text| nodes.field(text).exists() || node.field(text).exists()),
    }
}

/// A page of a list, as Relay describes it.
pub(crate) struct Connection<N: Node> {
    page: Arc<Page<Row<N::Model>>>,
    ordered: Ordered,
}

/// A GraphQL type that shows a row.
pub(crate) trait Node: OutputType + Send + Sync + Sized {
    /// What a row of it holds.
    type Model: Send + Sync + 'static;
    /// A row of a page of it.
    type Edge: EdgeOf<Self>;
    /// The fields that show long texts of the row: where none is selected, no text is read.
    const TEXTS: &'static [&'static str] = &[];
    /// Shows a row.
    fn from_row(row: Row<Self::Model>) -> Self;
}

/// A GraphQL type that shows a row of a page, and where it stands in the list.
pub(crate) trait EdgeOf<N: Node>: OutputType + Send + Sync {
    /// Shows a row with its cursor.
    fn new(cursor: String, row: Row<N::Model>) -> Self;
}

impl<N: Node> Connection<N> {
    pub(crate) fn new(page: Arc<Page<Row<N::Model>>>, ordered: Ordered) -> Self {
        Self { page, ordered }
    }

    pub(crate) fn rows(&self) -> Vec<Row<N::Model>> {
        self.page.rows.iter().map(|row| row.model.clone()).collect()
    }

    pub(crate) fn rows_with_cursors(&self) -> Vec<(String, Row<N::Model>)> {
        self.page.rows.iter().map(|row| (self.ordered.cursor(&row.keys), row.model.clone())).collect()
    }

    pub(crate) fn info(&self) -> PageInfo {
        let cursor = |row: Option<&page::KeyedRow<_>>| row.map(|row| self.ordered.cursor(&row.keys));
        PageInfo {
            has_next_page: self.page.has_next,
            has_previous_page: self.page.has_previous,
            start_cursor: cursor(self.page.rows.first()),
            end_cursor: cursor(self.page.rows.last()),
        }
    }

    pub(crate) fn total(&self) -> i32 {
        self.page.total.and_then(|total| i32::try_from(total).ok()).unwrap_or(i32::MAX)
    }
}

impl<N: Node> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: Node> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list, with the way to the pages around it.
#[Object(name_type)]
impl<N: Node> Connection<N> {
    /// The rows of the page with their cursors, in the order of the list.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<N::Edge>> {
        ctx.list(self.rows_with_cursors(), |(cursor, row)| N::Edge::new(cursor, row))
    }

    /// The rows of the page, in the order of the list.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<N>> {
        ctx.list(self.rows(), N::from_row)
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        self.info()
    }

    /// The number of rows of the whole list, whatever the page. Counted only when it is selected.
    async fn total_count(&self) -> i32 {
        self.total()
    }
}

pub(crate) struct Edge<N: Node> {
    cursor: String,
    node: N,
}

impl<N: Node> EdgeOf<N> for Edge<N> {
    fn new(cursor: String, row: Row<N::Model>) -> Self {
        Self { cursor, node: N::from_row(row) }
    }
}

/// A row of a page, with its cursor.
#[Object(name_type)]
impl<N: Node> Edge<N> {
    /// Where the row stands in the list; for `after` and `before` of the same field in the same order. Opaque.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The row.
    async fn node(&self) -> &N {
        &self.node
    }
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether rows follow the page.
    has_next_page: bool,
    /// Whether rows precede the page.
    has_previous_page: bool,
    /// The cursor of the first row; null when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last row; null when the page is empty.
    end_cursor: Option<String>,
}
