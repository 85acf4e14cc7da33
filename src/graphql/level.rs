//! Rows that were read together read their children together.
//!
//! All rows of one level of an answer (the clusters of a page; the memberships of all these clusters; their
//! organizations) share a [`Level`]. The first of them to be asked for a child reads it for all, in one
//! statement; the others wait for it. So the number of statements is bounded by the selection and never grows
//! with the rows, without timers and without a look-up per row.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    future::Future,
    hash::Hash,
    ops::Deref,
    sync::{Arc, Mutex},
};

use tokio::sync::OnceCell;
use uuid::Uuid;

use super::error::Result;
use crate::domain::page::Page;

type Answers = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

/// The rows of one level, with what was read for all of them.
pub(crate) struct Level<T> {
    rows: Vec<T>,
    children: Mutex<HashMap<String, Answers>>,
}

/// One row of a level.
pub(crate) struct Row<T> {
    level: Arc<Level<T>>,
    position: usize,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { level: self.level.clone(), position: self.position }
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.level.rows[self.position]
    }
}

impl<T: Send + Sync + 'static> Row<T> {
    /// A level of its own.
    pub(crate) fn alone(row: T) -> Self {
        level(vec![row]).pop().expect("one row in, one row out")
    }

    /// What `read` answers for this row: it is called once for the whole level and answers for every row of
    /// it, in order.
    ///
    /// The question must tell apart whatever `read` would answer differently: the field, and its arguments.
    pub(crate) async fn together<R, F>(
        &self,
        question: impl fmt::Debug,
        read: impl FnOnce(Arc<Level<T>>) -> F,
    ) -> Result<R>
    where
        R: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<R>>> + Send,
    {
        let question = format!("{question:?}");
        let answers = {
            let mut children = self.level.children.lock().expect("no panic while the lock is held");
            children.entry(question).or_default().clone()
        };
        let level = self.level.clone();
        let answer = answers.get_or_init(|| async { Arc::new(read(level).await) as Arc<dyn Any + Send + Sync> }).await;
        let answer: &Result<Vec<R>> = answer.downcast_ref().expect("a question has one type of answer");
        answer.as_ref().map(|rows| rows[self.position].clone()).map_err(Clone::clone)
    }
}

impl<T> Level<T> {
    /// The rows of the level.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The value of every row, each once, in the order of the rows.
    pub(crate) fn distinct<K: Copy + Eq + Hash>(&self, of: impl Fn(&T) -> Option<K>) -> Vec<K> {
        let mut seen = std::collections::HashSet::new();
        self.rows.iter().filter_map(of).filter(|key| seen.insert(*key)).collect()
    }
}

/// A new level of rows.
pub(crate) fn level<T>(rows: Vec<T>) -> Vec<Row<T>> {
    let count = rows.len();
    let level = Arc::new(Level { rows, children: Mutex::default() });
    (0..count).map(|position| Row { level: level.clone(), position }).collect()
}

/// A new level of all children; for each parent, its own of them. A parent without children gets the default.
pub(crate) fn children<M, C>(mut found: HashMap<Uuid, C>, parents: impl IntoIterator<Item = Uuid>) -> Vec<C::Level>
where
    C: Children<M> + Default,
    C::Level: Clone,
{
    // A parent may stand in a level more than once; its children are read once.
    let parents: Vec<Uuid> = parents.into_iter().collect();
    let mut order: Vec<Uuid> = Vec::new();
    let mut rest = Vec::new();
    let mut rows = Vec::new();
    for id in &parents {
        if let Some(children) = found.remove(id) {
            order.push(*id);
            let (taken, left) = children.take();
            rest.push((taken.len(), left));
            rows.extend(taken);
        }
    }
    let mut rows = level(rows).into_iter();
    let levels: HashMap<Uuid, C::Level> = order
        .into_iter()
        .zip(rest)
        .map(|(id, (count, left))| (id, C::put(rows.by_ref().take(count).collect(), left)))
        .collect();
    let (_, nothing) = C::default().take();
    let nothing = C::put(Vec::new(), nothing);
    parents.iter().map(|id| levels.get(id).unwrap_or(&nothing).clone()).collect()
}

/// The children of one parent: rows, and what is known besides.
pub(crate) trait Children<M> {
    /// What is left when the rows are taken out.
    type Rest;
    /// The same with the rows as rows of a level.
    type Level;
    /// Takes the rows out.
    fn take(self) -> (Vec<M>, Self::Rest);
    /// Puts the rows of a level back.
    fn put(rows: Vec<Row<M>>, rest: Self::Rest) -> Self::Level;
}

impl<M> Children<M> for Vec<M> {
    type Rest = ();
    type Level = Vec<Row<M>>;

    fn take(self) -> (Vec<M>, ()) {
        (self, ())
    }

    fn put(rows: Vec<Row<M>>, (): ()) -> Vec<Row<M>> {
        rows
    }
}

impl<M> Children<M> for Page<M> {
    type Rest = (Vec<Vec<crate::domain::page::Key>>, Page<M>);
    type Level = Arc<Page<Row<M>>>;

    fn take(mut self) -> (Vec<M>, Self::Rest) {
        let (rows, keys) = std::mem::take(&mut self.rows).into_iter().map(|row| (row.model, row.keys)).unzip();
        (rows, (keys, self))
    }

    fn put(rows: Vec<Row<M>>, (keys, page): Self::Rest) -> Self::Level {
        let rows = rows.into_iter().zip(keys).map(|(model, keys)| crate::domain::page::Row { model, keys }).collect();
        Arc::new(Page { rows, total: page.total, has_previous: page.has_previous, has_next: page.has_next })
    }
}

/// The page of a list without parents, its rows as a level.
pub(crate) fn page<M>(page: Page<M>) -> Arc<Page<Row<M>>> {
    let (rows, rest) = page.take();
    Page::put(level(rows), rest)
}
