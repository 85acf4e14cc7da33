//! Recording: how what is wanted of a table becomes rows that are added and rows that are superseded.
//!
//! A writer says everything that it wants to stand. A row that says the same stays; one of the writer's own that says
//! anything else is superseded; what is said for the first time is added. What other writers recorded is theirs to
//! supersede. Only two kinds of rows are read: the writer's own, and those of others about the same subjects. So a small
//! write into a large register reads little.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{About, Recorded, Revision};
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter,
    sea_query::{Alias, Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Result, dialect};

/// Rows in one statement: SQLite takes at most 32,766 values, and no table has more than 20 columns.
const BATCH: usize = 1000;

/// What is recorded by one write.
#[derive(Debug)]
pub struct Recorder<'a> {
    db: &'a DatabaseTransaction,
    revision: Revision,
    /// The earlier writes of the same writer.
    own: &'a BTreeSet<Revision>,
    /// Whether there are writes of others.
    has_others: bool,
}

/// How a table differs from what is wanted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// How many rows of the writer's own stood.
    pub held: usize,
    /// The ids of the rows that were added.
    pub added: HashSet<Uuid>,
    /// How many rows were superseded.
    pub superseded: usize,
}

impl<'a> Recorder<'a> {
    /// Records in a write. Revisions are without gaps, so that those that are not the writer's own are others'.
    pub fn new(db: &'a DatabaseTransaction, revision: Revision, own: &'a BTreeSet<Revision>) -> Self {
        let has_others = own.len() as i64 != revision - 1;
        Self { db, revision, own, has_others }
    }

    /// Brings a table to what is wanted of it.
    ///
    /// `is_same` says whether two rows say the same; `may_vanish` whether a row of the writer's own that nothing wanted says
    /// may be superseded. Of wanted rows that say the same one is recorded.
    pub async fn bring<E: About>(
        &self,
        wanted: Vec<E::Model>,
        is_same: impl Fn(&E::Model, &E::Model) -> bool,
        may_vanish: impl Fn(&E::Model) -> bool,
    ) -> Result<Difference>
    where
        E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let mut of_subject: HashMap<Uuid, Vec<usize>> = HashMap::new();
        let mut is_missing = vec![true; wanted.len()];
        for (position, row) in wanted.iter().enumerate() {
            let others = of_subject.entry(E::subject(row)).or_default();
            if others.iter().any(|other| is_same(row, &wanted[*other])) {
                is_missing[position] = false;
            } else {
                others.push(position);
            }
        }
        let mut difference = Difference::default();
        let mut vanished = Vec::new();
        let subjects = of_subject.keys().copied();
        for which in [self.own::<E>(), self.of_others_about::<E>(subjects)].into_iter().flatten() {
            let mut rows = E::find().filter(which).stream(self.db).await?;
            while let Some(row) = rows.try_next().await? {
                let is_own = self.own.contains(&E::recorded(&row));
                difference.held += usize::from(is_own);
                let mut about = of_subject.get(&E::subject(&row)).into_iter().flatten();
                match about.find(|position| is_same(&row, &wanted[**position])) {
                    Some(position) => is_missing[*position] = false,
                    None if is_own && may_vanish(&row) => vanished.push(E::id(&row)),
                    None => {}
                }
            }
        }
        drop(of_subject);
        difference.superseded = vanished.len();
        self.supersede::<E>(&vanished).await?;
        let missing = wanted.into_iter().zip(is_missing).filter_map(|(row, is_missing)| is_missing.then_some(row));
        let missing: Vec<_> = missing.collect();
        difference.added = missing.iter().map(E::id).collect();
        self.add::<E>(missing).await?;
        Ok(difference)
    }

    /// The rows of the writer's own that stand; `None` where there can be none.
    pub fn own<E: Recorded>(&self) -> Option<Condition> {
        let own = E::RECORDED.is_in(self.own.iter().copied());
        (!self.own.is_empty()).then(|| Condition::all().add(E::SUPERSEDED.is_null()).add(own))
    }

    /// The rows of others that stand and are about some subjects; `None` where there can be none.
    pub fn of_others_about<E: About>(&self, subjects: impl ExactSizeIterator<Item = Uuid>) -> Option<Condition> {
        if subjects.len() == 0 || !self.has_others {
            return None;
        }
        let about = dialect::any_of(self.db.get_database_backend(), E::SUBJECT.into_expr(), subjects);
        let of_others = E::RECORDED.is_not_in(self.own.iter().copied());
        Some(Condition::all().add(about).add(E::SUPERSEDED.is_null()).add(of_others))
    }

    async fn supersede<E: Recorded>(&self, ids: &[Uuid]) -> Result<()> {
        let id = Expr::col(Alias::new("id"));
        for ids in ids.chunks(BATCH) {
            E::update_many()
                .col_expr(E::SUPERSEDED, Expr::val(self.revision))
                .filter(id.clone().is_in(ids.iter().copied()))
                .exec(self.db)
                .await?;
        }
        Ok(())
    }

    /// Adds rows that are known to be new.
    pub async fn add<E: EntityTrait>(&self, rows: Vec<E::Model>) -> Result<usize>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let count = rows.len();
        let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
        while rows.peek().is_some() {
            let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
            E::insert_many(batch).exec_without_returning(self.db).await?;
        }
        Ok(count)
    }
}
