//! Recording: how what is wanted of a table becomes rows that are added and rows that are
//! superseded.
//!
//! A writer says everything that it wants to stand. A row that says the same stays; one of the
//! writer's own that says anything else is superseded; what is said for the first time is added.
//! What other writers recorded is theirs to supersede. Only two kinds of rows are read: the
//! writer's own, and those of others about the same subjects. So a small write into a large
//! register reads little.
//!
//! A [`Comparison`] finds the [`Difference`], which any connection can do; recording the difference
//! takes a write. So a writer that proves that nobody wrote in between compares before it has the
//! lock.

use std::collections::{BTreeSet, HashMap};

use entity::{About, Revision};
use futures_util::TryStreamExt;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, StreamTrait,
    sea_query::{Alias, Expr, ExprTrait},
};
use uuid::Uuid;

use crate::domain::{Result, store::dialect};

/// Rows in one statement: SQLite takes at most 32,766 values, and no table has more than 20
/// columns.
const BATCH: usize = 1000;

/// Compares what a writer wants with what stands.
#[derive(Debug)]
pub struct Comparison<'a, C> {
    db: &'a C,
    /// The earlier writes of the same writer.
    own: &'a BTreeSet<Revision>,
    /// Whether there are writes of others.
    has_others: bool,
}

/// How a table differs from what is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<M> {
    /// How many rows of the writer's own stand.
    pub held: usize,
    /// What is wanted and does not stand.
    pub missing: Vec<M>,
    /// The ids of the rows that are no longer wanted.
    pub vanished: Vec<Uuid>,
}

impl<'a, C: ConnectionTrait + StreamTrait> Comparison<'a, C> {
    /// Compares for a writer that is to record in a revision. Revisions are without gaps, so that
    /// those that are not the writer's own are others'.
    pub fn new(db: &'a C, revision: Revision, own: &'a BTreeSet<Revision>) -> Self {
        let has_others = own.len() as i64 != revision - 1;
        Self { db, own, has_others }
    }

    /// Finds how a table differs from what is wanted of it.
    ///
    /// `is_same` says whether two rows say the same; `may_vanish` whether a row of the writer's own that nothing wanted
    /// says may be superseded. Of wanted rows that say the same one is recorded.
    pub async fn difference<E: About>(
        &self,
        wanted: Vec<E::Model>,
        is_same: impl Fn(&E::Model, &E::Model) -> bool,
        may_vanish: impl Fn(&E::Model) -> bool,
    ) -> Result<Difference<E::Model>>
    where
        E::Model: Send + Sync,
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
        let (mut held, mut vanished) = (0, Vec::new());
        let subjects = of_subject.keys().copied();
        for which in [self.own::<E>(), self.of_others_about::<E>(subjects)].into_iter().flatten() {
            let mut rows = E::find().filter(which).stream(self.db).await?;
            while let Some(row) = rows.try_next().await? {
                let is_own = self.own.contains(&E::recorded(&row));
                held += usize::from(is_own);
                let mut about = of_subject.get(&E::subject(&row)).into_iter().flatten();
                match about.find(|position| is_same(&row, &wanted[**position])) {
                    Some(position) => is_missing[*position] = false,
                    None if is_own && may_vanish(&row) => vanished.push(E::id(&row)),
                    None => {}
                }
            }
        }
        let (mut missing, mut is_missing) = (wanted, is_missing.into_iter());
        missing.retain(|_| is_missing.next().unwrap_or_default());
        missing.shrink_to_fit();
        Ok(Difference { held, missing, vanished })
    }

    /// Which rows of the writer's own stand; `None` where there can be none.
    pub fn own<E: About>(&self) -> Option<Condition> {
        let own = E::RECORDED.is_in(self.own.iter().copied());
        (!self.own.is_empty()).then(|| Condition::all().add(E::SUPERSEDED.is_null()).add(own))
    }

    /// Which rows of others stand and are about some subjects; `None` where there can be none.
    pub fn of_others_about<E: About>(&self, subjects: impl ExactSizeIterator<Item = Uuid>) -> Option<Condition> {
        if subjects.len() == 0 || !self.has_others {
            return None;
        }
        let about = dialect::any_of(ConnectionTrait::get_database_backend(self.db), E::SUBJECT.into_expr(), subjects);
        let of_others = E::RECORDED.is_not_in(self.own.iter().copied());
        Some(Condition::all().add(about).add(E::SUPERSEDED.is_null()).add(of_others))
    }
}

impl<M> Difference<M> {
    /// Adds what is missing and supersedes what vanished, in a revision.
    pub async fn record<E: About<Model = M>>(self, db: &DatabaseTransaction, revision: Revision) -> Result<()>
    where
        M: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let id = Expr::col(Alias::new("id"));
        for ids in self.vanished.chunks(BATCH) {
            E::update_many()
                .col_expr(E::SUPERSEDED, Expr::val(revision))
                .filter(id.clone().is_in(ids.iter().copied()))
                .exec(db)
                .await?;
        }
        add::<E>(self.missing, db).await
    }
}

/// Adds rows that are known to be new.
pub async fn add<E: EntityTrait>(rows: Vec<E::Model>, db: &DatabaseTransaction) -> Result<()>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
        E::insert_many(batch).exec_without_returning(db).await?;
    }
    Ok(())
}
