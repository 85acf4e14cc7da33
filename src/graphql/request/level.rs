//! Rows that were read together read their children together.
//!
//! All rows of one level of an answer (the clusters of a page; the memberships of all these
//! clusters; their organizations) share a [`Level`]. The first of them to be asked for a child
//! reads it for all, in one statement; the others wait for it. So the number of statements is
//! bounded by the selection and never grows with the rows, without timers and without a look-up per
//! row.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    future::Future,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::{Arc, Mutex},
};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{domain::store::page::Page, graphql::request::error::Result};

/// The rows of one level, with what was read for all of them.
pub(crate) struct Level<T> {
    rows: Vec<T>,
    children: SharedReads,
}

/// What was read for all rows of a level, each under its key.
///
/// Nothing here depends on the types of rows, keys and answers, so that it is compiled once
/// and not again for each field. Each row asks for its answer, so that the hash is a quick one.
#[derive(Default)]
struct SharedReads(Mutex<HashMap<Box<dyn ReadKey>, SharedRead, foldhash::fast::RandomState>>);

/// The answers for every row of a level, once they were read.
type SharedRead = Arc<OnceCell<Result<Answers>>>;

/// A vector with an answer for each row.
type Answers = Arc<dyn Any + Send + Sync>;

impl SharedReads {
    fn cell(&self, key: impl ReadKey) -> SharedRead {
        let mut asked = self.0.lock().expect("no panic while the lock is held");
        match asked.get(&key as &dyn ReadKey) {
            Some(cell) => cell.clone(),
            None => asked.entry(Box::new(key)).or_default().clone(),
        }
    }
}

/// What tells the reads of a level apart: the type of the key and its value.
trait ReadKey: Any + Send + Sync {
    fn is(&self, other: &dyn ReadKey) -> bool;
    fn hash_into(&self, state: &mut dyn Hasher);
}

impl<Q: Any + Eq + Hash + Send + Sync> ReadKey for Q {
    fn is(&self, other: &dyn ReadKey) -> bool {
        (other as &dyn Any).downcast_ref() == Some(self)
    }

    fn hash_into(&self, mut state: &mut dyn Hasher) {
        (TypeId::of::<Q>(), self).hash(&mut state);
    }
}

impl PartialEq for dyn ReadKey {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for dyn ReadKey {}

impl Hash for dyn ReadKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_into(state);
    }
}

async fn read_once(cell: &OnceCell<Result<Answers>>, read: BoxFuture<'_, Result<Answers>>) {
    cell.get_or_init(|| read).await;
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
    /// Where it stands among the rows of its level.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// A level of its own.
    pub(crate) fn alone(row: T) -> Self {
        level(vec![row]).pop().expect("one row in, one row out")
    }

    /// What `read` answers for this row: it is called once for the whole level and answers for
    /// every row of it, in order.
    ///
    /// The key must tell apart whatever `read` would answer differently: the field, and its
    /// arguments.
    pub(crate) async fn together<R, F>(
        &self,
        key: impl Eq + Hash + Send + Sync + 'static,
        read: impl FnOnce(Arc<Level<T>>) -> F + Send,
    ) -> Result<R>
    where
        R: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Vec<R>>> + Send,
    {
        // With the type of the answer, so that no two fields share one by chance.
        let cell = self.level.children.cell((TypeId::of::<R>(), key));
        if !cell.initialized() {
            let answers = read(self.level.clone());
            let answers = Box::pin(async { answers.await.map(|answers| Arc::new(answers) as Answers) });
            read_once(&cell, answers).await;
        }
        match cell.get().expect("it was read") {
            Ok(answers) => {
                let answers: &Vec<R> = answers.downcast_ref().expect("a key has one type of answer");
                Ok(answers[self.position].clone())
            }
            Err(error) => Err(error.clone()),
        }
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

impl<T> Level<T> {
    /// For each row of the level the one that it names, of some that are a level of their own.
    pub(crate) fn named<R, K: Copy + Eq + Hash>(
        &self,
        named: Vec<R>,
        id: impl Fn(&R) -> K,
        name: impl Fn(&T) -> Option<K>,
    ) -> Vec<Option<Row<R>>> {
        let by_id: HashMap<K, Row<R>> = level(named).into_iter().map(|row| (id(&row), row)).collect();
        self.rows.iter().map(|row| by_id.get(&name(row)?).cloned()).collect()
    }
}

/// A new level of rows.
pub(crate) fn level<T>(rows: Vec<T>) -> Vec<Row<T>> {
    let count = rows.len();
    let level = Arc::new(Level { rows, children: SharedReads::default() });
    (0..count).map(|position| Row { level: level.clone(), position }).collect()
}

/// What was found of every row of a level by its id.
pub(crate) fn of_each<T, K: Eq + Hash, R>(
    rows: &[T],
    found: HashMap<K, R>,
    id: impl Fn(&T) -> K,
) -> Vec<Option<Arc<R>>> {
    let found: HashMap<K, Arc<R>> = found.into_iter().map(|(id, found)| (id, Arc::new(found))).collect();
    rows.iter().map(|row| found.get(&id(row)).cloned()).collect()
}

/// A new level of the children of all parents; for each parent, its own of them. A parent without children gets the
/// default. A parent may come more than once.
///
/// For example, of the parents `[a, b, a]`, where `a` has the children 1 and 2 and `b` has 3: the level is `[1, 2, 3]`, and
/// the answer `[[1, 2], [3], [1, 2]]`.
pub(crate) fn children<M, C>(mut found: HashMap<Uuid, C>, parents: impl IntoIterator<Item = Uuid>) -> Vec<C::Level>
where
    C: Children<M> + Default,
    C::Level: Clone,
{
    let parents: Vec<Uuid> = parents.into_iter().collect();
    let mut all = Vec::new();
    // Where the children of each parent stand among all, and what is known of them besides.
    let mut places = Vec::new();
    for id in &parents {
        if let Some(children) = found.remove(id) {
            let (rows, rest) = children.take();
            places.push((*id, all.len()..all.len() + rows.len(), rest));
            all.extend(rows);
        }
    }
    let all = level(all);
    let own = places.into_iter().map(|(id, place, rest)| (id, C::put(all[place].to_vec(), rest)));
    let own: HashMap<Uuid, C::Level> = own.collect();
    let none = C::put(Vec::new(), C::default().take().1);
    parents.iter().map(|id| own.get(id).unwrap_or(&none).clone()).collect()
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
    type Rest = (Vec<Vec<crate::domain::store::page::Key>>, Page<M>);
    type Level = Arc<Page<Row<M>>>;

    fn take(mut self) -> (Vec<M>, Self::Rest) {
        let (rows, keys) = std::mem::take(&mut self.rows).into_iter().map(|row| (row.model, row.keys)).unzip();
        (rows, (keys, self))
    }

    fn put(rows: Vec<Row<M>>, (keys, page): Self::Rest) -> Self::Level {
        let rows = rows
            .into_iter()
            .zip(keys)
            .map(|(model, keys)| crate::domain::store::page::KeyedRow { model, keys })
            .collect();
        Arc::new(Page { rows, total: page.total, has_previous: page.has_previous, has_next: page.has_next })
    }
}

/// The page of a list without parents, its rows as a level.
pub(crate) fn page<M>(page: Page<M>) -> Arc<Page<Row<M>>> {
    let (rows, rest) = page.take();
    Page::put(level(rows), rest)
}
