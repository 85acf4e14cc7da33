//! Pages of lists, by keyset: a page is found by the sort keys of the row before it, never by counting rows off.
//!
//! A list may belong to one parent, to none, or to each parent of a whole level: then one statement reads the
//! same page of all of them.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Iterable, QueryResult, QuerySelect,
    QueryTrait, Select, Value,
    sea_query::{
        Alias, Condition, DynIden, Expr, ExprTrait, Func, IntoCondition, IntoIden, Order as Direction, OverStatement,
        Query, SelectStatement, WindowStatement,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Result, store::dialect};

/// Which page of a list is asked, and which parts of the answer are needed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// The number of rows at most.
    pub size: u64,
    /// Whether the page is taken from the end of the list rather than from its start.
    pub from_end: bool,
    /// Only rows after the one with these keys.
    pub after: Option<Vec<Key>>,
    /// Only rows before the one with these keys.
    pub before: Option<Vec<Key>>,
    /// What is not wanted is not read.
    pub wants: Wants,
}

/// The parts of a page that the caller will look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wants {
    /// The rows themselves.
    pub rows: bool,
    /// The number of rows of the whole list.
    pub total: bool,
    /// Whether rows precede the page.
    pub previous: bool,
    /// Whether rows follow the page.
    pub next: bool,
    /// The long texts of the rows, such as descriptions; left empty otherwise.
    pub texts: bool,
}

/// A sort key of a row, as a cursor carries it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// A number.
    #[serde(rename = "n")]
    Number(i64),
    /// The id of the row.
    #[serde(rename = "i")]
    Id(Uuid),
    /// A day.
    #[serde(rename = "d")]
    Day(NaiveDate),
    /// A text.
    #[serde(rename = "t")]
    Text(String),
}

impl Key {
    fn kind(&self) -> KeyKind {
        match self {
            Self::Number(_) => KeyKind::Number,
            Self::Id(_) => KeyKind::Id,
            Self::Day(_) => KeyKind::Day,
            Self::Text(_) => KeyKind::Text,
        }
    }
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Number(number) => number.into(),
            Key::Id(id) => id.into(),
            Key::Day(day) => day.into(),
            Key::Text(text) => text.into(),
        }
    }
}

/// What values a sort key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A number.
    Number,
    /// An id.
    Id,
    /// A day.
    Day,
    /// A text, sorted by its bytes.
    Text,
}

/// One term of an order. The last term of an order is unique, so that no two rows are equal.
#[derive(Clone, Debug)]
pub struct Term {
    expr: Expr,
    kind: KeyKind,
    descending: bool,
}

impl Term {
    /// Sorts by an expression that is never null.
    pub fn new(expr: impl Into<Expr>, kind: KeyKind, descending: bool) -> Self {
        Self { expr: expr.into(), kind, descending }
    }

    /// The expression as a key is read: numbers of any width alike.
    fn key(&self) -> Expr {
        match self.kind {
            KeyKind::Number => self.expr.clone().cast_as("bigint"),
            KeyKind::Id | KeyKind::Day | KeyKind::Text => self.expr.clone(),
        }
    }
}

/// A list to take pages of.
#[derive(Clone, Debug)]
pub struct List {
    /// The tables and the conditions.
    select: SelectStatement,
    /// What is read of a row, and under which name.
    columns: Vec<(Expr, DynIden)>,
    /// Which of the columns hold long texts, as JSON.
    texts: Vec<DynIden>,
    /// The order.
    order: Vec<Term>,
    /// The expression that says which parent a row belongs to, and the parents.
    parents: Option<(Expr, Vec<Uuid>)>,
}

impl List {
    /// The rows of a table that satisfy conditions, in an order.
    pub fn new<E: EntityTrait>(select: Select<E>, order: Vec<Term>) -> Self {
        let columns = E::Column::iter().map(|column| (column.into_expr(), column.into_iden())).collect();
        Self { select: select.select_only().into_query(), columns, texts: Vec::new(), order, parents: None }
    }

    /// Says which columns are left out, as empty texts, of pages that do not want texts.
    pub fn texts<C: ColumnTrait>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.texts = columns.into_iter().map(IntoIden::into_iden).collect();
        self
    }

    /// Splits the list by parent: a list each.
    pub fn each(mut self, parent: impl ColumnTrait, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> Self {
        self.parents = Some((parent.into_expr(), ids.into_iter().map(Into::into).collect()));
        self
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// The rows, in the order of the list whichever end they were taken from.
    pub rows: Vec<KeyedRow<M>>,
    /// The number of rows of the whole list, if wanted.
    pub total: Option<u64>,
    /// Whether rows precede the page, if wanted.
    pub has_previous: bool,
    /// Whether rows follow the page, if wanted.
    pub has_next: bool,
}

impl<M> Default for Page<M> {
    fn default() -> Self {
        Self { rows: Vec::new(), total: Some(0), has_previous: false, has_next: false }
    }
}

impl<M> Page<M> {
    /// The same page with something else in the place of each row, if all can be made.
    fn try_map<N, E>(self, mut to: impl FnMut(M) -> std::result::Result<N, E>) -> std::result::Result<Page<N>, E> {
        let row = |row: KeyedRow<M>| Ok(KeyedRow { model: to(row.model)?, keys: row.keys });
        let rows = self.rows.into_iter().map(row).collect::<std::result::Result<_, E>>()?;
        Ok(Page { rows, total: self.total, has_previous: self.has_previous, has_next: self.has_next })
    }

    /// The same page with something else in the place of each row.
    pub fn map<N>(self, mut to: impl FnMut(M) -> N) -> Page<N> {
        let rows = self.rows.into_iter().map(|row| KeyedRow { model: to(row.model), keys: row.keys });
        Page { rows: rows.collect(), total: self.total, has_previous: self.has_previous, has_next: self.has_next }
    }
}

/// A row with its sort keys.
#[derive(Clone, Debug)]
pub struct KeyedRow<M> {
    /// The row.
    pub model: M,
    /// Its keys, a term of the order each.
    pub keys: Vec<Key>,
}

/// One page of a list without parents.
pub async fn read<M: FromQueryResult>(db: &impl ConnectionTrait, list: List, request: &PageRequest) -> Result<Page<M>> {
    debug_assert!(list.parents.is_none());
    Ok(read_all(db, list, request).await?.remove(&Uuid::nil()).unwrap_or_default())
}

/// The same page of the list of every parent that has rows.
pub async fn read_each<M: FromQueryResult>(
    db: &impl ConnectionTrait,
    list: List,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<M>>> {
    if list.parents.as_ref().is_some_and(|(_, ids)| ids.is_empty()) {
        return Ok(HashMap::new());
    }
    read_all(db, list, request).await
}

/// The rows of each parent, all of them: for lists that are short by nature.
pub async fn read_whole<M: FromQueryResult>(db: &impl ConnectionTrait, list: List) -> Result<HashMap<Uuid, Vec<M>>> {
    let mut whole: HashMap<Uuid, Vec<M>> = HashMap::new();
    if list.parents.as_ref().is_none_or(|(_, ids)| !ids.is_empty()) {
        let statement = list.of_parents(db).whole();
        for row in db.query_all(&statement).await? {
            whole.entry(parent_of(&row)?).or_default().push(M::from_query_result(&row, "")?);
        }
    }
    Ok(whole)
}

async fn read_all<M: FromQueryResult>(
    db: &impl ConnectionTrait,
    list: List,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<M>>> {
    let pages = read_results(db, list, request).await?;
    let page =
        |(parent, page): (Uuid, Page<QueryResult>)| Ok((parent, page.try_map(|row| M::from_query_result(&row, ""))?));
    pages.into_iter().map(page).collect()
}

/// The pages with their rows as the database answers them: what does not depend on the type of the rows.
async fn read_results(
    db: &impl ConnectionTrait,
    list: List,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<QueryResult>>> {
    let list = list.of_parents(db);
    let mut pages: HashMap<Uuid, Page<QueryResult>> = HashMap::new();
    if request.wants.rows {
        let statement = list.rows(db.get_database_backend(), request);
        for row in db.query_all(&statement).await? {
            let page = pages.entry(parent_of(&row)?).or_default();
            page.rows.push(KeyedRow { keys: list.keys(&row)?, model: row });
        }
        for page in pages.values_mut() {
            page.close(request);
        }
    }
    if request.wants.total {
        for (parent, total) in list.count(db, None).await? {
            pages.entry(parent).or_default().total = Some(total);
        }
    }
    let outside = |wanted: bool, bound: &Option<Vec<Key>>| if wanted { bound.clone() } else { None };
    if let Some(keys) = outside(request.wants.previous, &request.after) {
        for parent in list.beyond(db, &keys, false).await? {
            pages.entry(parent).or_default().has_previous = true;
        }
    }
    if let Some(keys) = outside(request.wants.next, &request.before) {
        for parent in list.beyond(db, &keys, true).await? {
            pages.entry(parent).or_default().has_next = true;
        }
    }
    Ok(pages)
}

impl<M> Page<M> {
    /// Takes off the row that was read beyond the page, and notes that it was there.
    fn close(&mut self, request: &PageRequest) {
        let overflows = self.rows.len() as u64 > request.size;
        if overflows {
            self.rows.pop();
        }
        if request.from_end {
            self.rows.reverse();
            self.has_previous = overflows;
        } else {
            self.has_next = overflows;
        }
    }
}

const PARENT: &str = "page_parent";
const RANK: &str = "page_rank";
const COUNT: &str = "page_count";

fn key_alias(position: usize) -> Alias {
    Alias::new(format!("page_key_{position}"))
}

/// The parent a row was read for; nil when the list has none.
fn parent_of(row: &QueryResult) -> Result<Uuid> {
    Ok(row.try_get::<Option<Uuid>>("", PARENT)?.unwrap_or_default())
}

impl List {
    /// Restricts the list to its parents.
    fn of_parents(mut self, db: &impl ConnectionTrait) -> Self {
        if let Some((parent, ids)) = &self.parents {
            let condition = match ids.as_slice() {
                [one] => parent.clone().eq(*one),
                many => dialect::any_of(db.get_database_backend(), parent.clone(), many.iter().copied()),
            };
            self.select.cond_where(condition);
        }
        self
    }

    fn parent(&self) -> Expr {
        match &self.parents {
            Some((parent, _)) => parent.clone(),
            None => Expr::val(Option::<Uuid>::None),
        }
    }

    /// The statement that reads all rows.
    fn whole(mut self) -> SelectStatement {
        self.select.expr_as(self.parent(), PARENT);
        for (column, name) in self.columns {
            self.select.expr_as(column, name);
        }
        for term in self.order {
            self.select.order_by_expr(term.expr, direction(term.descending));
        }
        self.select
    }

    /// The statement that reads a page of every parent, and one row more of each.
    fn rows(&self, backend: DbBackend, request: &PageRequest) -> SelectStatement {
        let mut select = self.select.clone();
        for (column, name) in &self.columns {
            let left_out = !request.wants.texts && self.texts.contains(name);
            select.expr_as(if left_out { dialect::empty_json(backend) } else { column.clone() }, name.clone());
        }
        if let Some(keys) = &request.after {
            select.cond_where(self.on_side(keys, true, false));
        }
        if let Some(keys) = &request.before {
            select.cond_where(self.on_side(keys, false, false));
        }
        for (position, term) in self.order.iter().enumerate() {
            select.expr_as(term.key(), key_alias(position));
        }
        match &self.parents {
            Some((parent, ids)) if ids.len() > 1 => self.first_of_each(select, parent, request),
            _ => self.first_of_all(select, request),
        }
    }

    /// The order of a page: from the end, the other way round.
    fn order_of(&self, request: &PageRequest) -> impl Iterator<Item = (Expr, Direction)> {
        self.order.iter().map(|term| (term.expr.clone(), direction(term.descending != request.from_end)))
    }

    /// The first rows of a list with one parent, or none.
    fn first_of_all(&self, mut select: SelectStatement, request: &PageRequest) -> SelectStatement {
        select.expr_as(self.parent(), PARENT);
        for (expr, direction) in self.order_of(request) {
            select.order_by_expr(expr, direction);
        }
        select.limit(request.size.saturating_add(1));
        select
    }

    /// The first rows of each of several parents: rows are numbered within their parent, and those up to a number are
    /// taken.
    fn first_of_each(&self, mut select: SelectStatement, parent: &Expr, request: &PageRequest) -> SelectStatement {
        let mut window = WindowStatement::new();
        window.add_partition_by(parent.clone());
        for (expr, direction) in self.order_of(request) {
            window.order_by_expr(expr, direction);
        }
        select.expr_as(parent.clone(), PARENT);
        select.expr_window_as(Expr::cust("row_number()"), window, RANK);
        let mut outer = Query::select();
        outer.expr(Expr::cust("*")).from_subquery(select, "page");
        outer.cond_where(Expr::col(RANK).lte(request.size.saturating_add(1) as i64));
        outer.order_by(PARENT, Direction::Asc).order_by(RANK, Direction::Asc);
        outer
    }

    /// How many rows each parent has, of those that satisfy the condition.
    async fn count(&self, db: &impl ConnectionTrait, condition: Option<Condition>) -> Result<Vec<(Uuid, u64)>> {
        let mut select = self.select.clone();
        select.expr_as(Func::count(Expr::cust("*")), COUNT).expr_as(self.parent(), PARENT);
        if let Some(condition) = condition {
            select.cond_where(condition);
        }
        if let Some((parent, _)) = &self.parents {
            select.add_group_by([parent.clone()]);
        }
        let rows = db.query_all(&select).await?;
        rows.iter().map(|row| Ok((parent_of(row)?, row.try_get::<i64>("", COUNT)?.unsigned_abs()))).collect()
    }

    /// The parents that have rows at or beyond the keys: after them, or before.
    async fn beyond(&self, db: &impl ConnectionTrait, keys: &[Key], after: bool) -> Result<Vec<Uuid>> {
        let condition = self.on_side(keys, after, true);
        if self.parents.is_some() {
            let counted = self.count(db, Some(condition)).await?;
            return Ok(counted.into_iter().filter(|(_, rows)| *rows > 0).map(|(parent, _)| parent).collect());
        }
        let mut select = self.select.clone();
        select.expr_as(self.parent(), PARENT).cond_where(condition).limit(1);
        db.query_all(&select).await?.iter().map(parent_of).collect()
    }

    /// The condition for rows after, or before, the row with these keys; or that row itself, if `or_at`.
    fn on_side(&self, keys: &[Key], after: bool, or_at: bool) -> Condition {
        debug_assert_eq!(keys.len(), self.order.len());
        let values = || keys.iter().cloned().map(|key| Expr::val(Value::from(key)));
        let descending = self.order[0].descending;
        if self.order.iter().all(|term| term.descending == descending) {
            let row = Expr::tuple(self.order.iter().map(|term| term.expr.clone()));
            let bound = Expr::tuple(values());
            return match (after != descending, or_at) {
                (true, false) => row.gt(bound),
                (true, true) => row.gte(bound),
                (false, false) => row.lt(bound),
                (false, true) => row.lte(bound),
            }
            .into_condition();
        }
        let mut side = Condition::any();
        let mut equal = Condition::all();
        for (term, value) in self.order.iter().zip(values()) {
            let beyond = if after != term.descending {
                term.expr.clone().gt(value.clone())
            } else {
                term.expr.clone().lt(value.clone())
            };
            side = side.add(equal.clone().add(beyond));
            equal = equal.add(term.expr.clone().eq(value));
        }
        if or_at { side.add(equal) } else { side }
    }

    fn keys(&self, row: &QueryResult) -> Result<Vec<Key>> {
        let key = |(position, term): (usize, &Term)| {
            let column = format!("page_key_{position}");
            Ok(match term.kind {
                KeyKind::Number => Key::Number(row.try_get("", &column)?),
                KeyKind::Id => Key::Id(row.try_get("", &column)?),
                KeyKind::Day => Key::Day(row.try_get("", &column)?),
                KeyKind::Text => Key::Text(row.try_get("", &column)?),
            })
        };
        self.order.iter().enumerate().map(key).collect()
    }
}

/// Whether keys that came from outside fit an order, and are such as a database holds.
pub fn fits(keys: &[Key], kinds: &[KeyKind]) -> bool {
    let is_held = |key: &Key| match key {
        Key::Text(text) => !text.contains('\0'),
        Key::Day(day) => (1..=9999).contains(&day.year()),
        Key::Number(_) | Key::Id(_) => true,
    };
    keys.iter().all(is_held) && keys.iter().map(Key::kind).eq(kinds.iter().copied())
}

fn direction(descending: bool) -> Direction {
    if descending { Direction::Desc } else { Direction::Asc }
}
