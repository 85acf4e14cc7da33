//! Writing what differs: unchanged facts stay, changed and vanished ones are superseded, new ones are added.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use entity::{Recorded, Revision, criteria_profile, criterion, sector, sector_nace};
use indicatif::ProgressBar;
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    facts::{Facts, Located},
    snapshot::{Snapshot, current},
};
use crate::domain::Result;

/// Rows in one statement: SQLite takes at most 32,766 values, and no table has more than 20 columns.
const BATCH: usize = 1000;

/// What an import changes in a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The resource, as packages name it.
    pub resource: &'static str,
    /// How many rows the register holds that earlier imports of the package brought.
    pub held: usize,
    /// How many are added.
    pub added: usize,
    /// How many are superseded: corrected, or gone.
    pub superseded: usize,
}

impl Change {
    /// How many rows there are less.
    pub fn removed(&self) -> usize {
        self.superseded.saturating_sub(self.added)
    }
}

/// What a row says, whatever its id and whenever it was recorded.
fn content(row: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(row).expect("rows are JSON");
    if let Value::Object(columns) = &mut value {
        for column in ["id", "recorded_rev", "superseded_rev"] {
            columns.remove(column);
        }
    }
    value
}

/// Whether two rows say the same.
pub(super) fn is_same<M: Serialize>(one: &M, other: &M) -> bool {
    content(one) == content(other)
}

/// Writes the facts of a package into the register.
pub(super) async fn write(
    db: &DatabaseTransaction,
    facts: Facts,
    snapshot: &Snapshot,
    revision: Revision,
    progress: &ProgressBar,
) -> Result<Vec<Change>> {
    let described: HashSet<_> = facts.profiles.iter().map(|profile| profile.row.organization_id).collect();
    let mut sync = Sync { db, snapshot, revision, progress, changes: Vec::new() };
    progress.set_length(facts.len() as u64);
    sync.lasting::<entity::source::Entity, _>("sources", facts.sources, |row| row.key.clone()).await?;
    sync.anchors::<entity::organization::Entity>("organizations", facts.organizations).await?;
    sync.lasting::<entity::organization_profile::Entity, _>("organizations", rows(facts.profiles), |row| {
        row.organization_id
    })
    .await?;
    // An organization that leaves its package stays, and what it is known by with it.
    sync.of_described::<entity::organization_name::Entity>("organization_names", rows(facts.names), |row| {
        described.contains(&row.organization_id)
    })
    .await?;
    sync.of_described::<entity::organization_identifier::Entity>(
        "organization_identifiers",
        rows(facts.identifiers),
        |row| described.contains(&row.organization_id),
    )
    .await?;
    sync.table::<entity::site::Entity>("sites", rows(facts.sites)).await?;
    sync.table::<entity::activity::Entity>("activities", rows(facts.activities)).await?;
    sync.table::<entity::attribute::Entity>("attributes", rows(facts.attributes)).await?;
    sync.anchors::<entity::cluster::Entity>("clusters", facts.clusters).await?;
    sync.lasting::<entity::cluster_profile::Entity, _>("clusters", rows(facts.cluster_profiles), |row| row.cluster_id)
        .await?;
    sync.table::<entity::cluster_event::Entity>("events", rows(facts.events)).await?;
    sync.sectors(rows(facts.sectors), rows(facts.sector_classes)).await?;
    sync.table::<entity::judgement::Entity>("judgements", rows(facts.judgements)).await?;
    sync.table::<entity::service::Entity>("services", rows(facts.services)).await?;
    sync.anchors::<entity::participation::Entity>("periods", facts.participations).await?;
    sync.table::<entity::participation_period::Entity>("periods", rows(facts.periods)).await?;
    sync.table::<entity::published_figure::Entity>("figures", rows(facts.figures)).await?;
    sync.anchors::<entity::criteria::Entity>("criteria", facts.criteria).await?;
    sync.criteria(rows(facts.criteria_profiles), facts.criterions).await?;
    sync.table::<entity::referral::Entity>("referrals", rows(facts.referrals)).await?;
    Ok(sync.changes)
}

fn rows<M>(located: Vec<Located<M>>) -> Vec<M> {
    located.into_iter().map(|located| located.row).collect()
}

struct Sync<'a> {
    db: &'a DatabaseTransaction,
    snapshot: &'a Snapshot,
    revision: Revision,
    progress: &'a ProgressBar,
    changes: Vec<Change>,
}

impl Sync<'_> {
    /// Brings the package's rows of a table up to date; answers the ids of those that were added.
    async fn table<E: Recorded>(&mut self, resource: &'static str, wanted: Vec<E::Model>) -> Result<HashSet<Uuid>>
    where
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.compared::<E>(resource, wanted, |row| content(row).to_string(), |_| true).await
    }

    /// The same, for what belongs to the description of an organization: it goes only where the package describes that.
    async fn of_described<E: Recorded>(
        &mut self,
        resource: &'static str,
        wanted: Vec<E::Model>,
        is_described: impl Fn(&E::Model) -> bool,
    ) -> Result<HashSet<Uuid>>
    where
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.compared::<E>(resource, wanted, |row| content(row).to_string(), is_described).await
    }

    /// The same, for what an import corrects and never removes: a row is superseded only by another one for the same thing.
    async fn lasting<E: Recorded, K: Eq + Hash>(
        &mut self,
        resource: &'static str,
        wanted: Vec<E::Model>,
        key: impl Fn(&E::Model) -> K,
    ) -> Result<HashSet<Uuid>>
    where
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let described: HashSet<K> = wanted.iter().map(&key).collect();
        self.compared::<E>(resource, wanted, |row| content(row).to_string(), |row| described.contains(&key(row))).await
    }

    /// The same, for rows that say more than their columns.
    async fn compared<E: Recorded>(
        &mut self,
        resource: &'static str,
        wanted: Vec<E::Model>,
        content: impl Fn(&E::Model) -> String,
        may_vanish: impl Fn(&E::Model) -> bool,
    ) -> Result<HashSet<Uuid>>
    where
        E::Model: Serialize + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let held = current::<E>(self.db).await?;
        self.change(resource).held += held.iter().filter(|row| self.snapshot.is_own(E::recorded(row))).count();
        let mut vanished: HashMap<String, Vec<(Uuid, bool)>> = HashMap::new();
        for row in &held {
            let vanishes = self.snapshot.is_own(E::recorded(row)) && may_vanish(row);
            vanished.entry(content(row)).or_default().push((E::id(row), vanishes));
        }
        let mut missing = Vec::new();
        let mut kept = HashSet::new();
        for row in wanted {
            let said = content(&row);
            match vanished.get_mut(&said).and_then(Vec::pop) {
                Some(_) => drop(kept.insert(said)),
                // The same line twice is one fact.
                None if kept.contains(&said) => {}
                None => {
                    kept.insert(said);
                    missing.push(row);
                }
            }
            self.progress.inc(1);
        }
        // Rows that others brought are theirs to supersede.
        let vanished: Vec<Uuid> =
            vanished.into_values().flatten().filter(|(_, vanishes)| *vanishes).map(|(id, _)| id).collect();
        self.supersede::<E>(resource, &vanished).await?;
        let added = missing.iter().map(E::id).collect();
        self.insert::<E>(resource, missing).await?;
        Ok(added)
    }

    /// What was counted of a resource so far.
    fn change(&mut self, resource: &'static str) -> &mut Change {
        let found = self.changes.iter().position(|change| change.resource == resource);
        let position = found.unwrap_or_else(|| {
            self.changes.push(Change { resource, held: 0, added: 0, superseded: 0 });
            self.changes.len() - 1
        });
        &mut self.changes[position]
    }

    async fn supersede<E: Recorded>(&mut self, resource: &'static str, ids: &[Uuid]) -> Result<()> {
        self.change(resource).superseded += ids.len();
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

    /// Adds the rows of anchors, which the package's parse has found to be new.
    async fn anchors<E: EntityTrait>(&mut self, resource: &'static str, new: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.progress.inc(new.len() as u64);
        self.insert::<E>(resource, new).await
    }

    async fn insert<E: EntityTrait>(&mut self, resource: &'static str, rows: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.change(resource).added += rows.len();
        let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
        while rows.peek().is_some() {
            let batch: Vec<_> = rows.by_ref().take(BATCH).collect();
            E::insert_many(batch).exec_without_returning(self.db).await?;
        }
        Ok(())
    }

    /// Sectors with their classes: a sector whose classes changed is another row.
    async fn sectors(&mut self, wanted: Vec<sector::Model>, classes: Vec<sector_nace::Model>) -> Result<()> {
        let held = sector_nace::Entity::find().all(self.db).await?;
        let mut said: HashMap<Uuid, Vec<String>> = HashMap::new();
        for class in held.iter().chain(&classes) {
            let class_said = format!("{:?} {}", class.nace_version, class.nace_code);
            said.entry(class.sector_id.0).or_default().push(class_said);
        }
        said.values_mut().for_each(|classes| classes.sort());
        let whole = |row: &sector::Model| format!("{} {:?}", content(row), said.get(&row.id.0));
        let added = self.compared::<sector::Entity>("sectors", wanted, whole, |_| true).await?;
        self.insert::<sector_nace::Entity>(
            "sector_nace",
            classes.into_iter().filter(|class| added.contains(&class.sector_id.0)).collect(),
        )
        .await
    }

    /// Versions of criteria with their rules: a version whose rules changed is another row.
    async fn criteria(&mut self, wanted: Vec<criteria_profile::Model>, rules: Vec<criterion::Model>) -> Result<()> {
        let held = criterion::Entity::find().all(self.db).await?;
        let mut said: HashMap<Uuid, Vec<(i32, String)>> = HashMap::new();
        for rule in held.iter().chain(&rules) {
            let rule_said = format!("{} {}", rule.required, serde_json::to_string(&rule.rule).expect("rules are JSON"));
            said.entry(rule.criteria_profile_id.0).or_default().push((rule.position, rule_said));
        }
        said.values_mut().for_each(|rules| rules.sort());
        let whole = |row: &criteria_profile::Model| format!("{} {:?}", content(row), said.get(&row.id.0));
        let added = self.compared::<criteria_profile::Entity>("criteria", wanted, whole, |_| true).await?;
        let new = rules.into_iter().filter(|rule| added.contains(&rule.criteria_profile_id.0)).collect();
        self.insert::<criterion::Entity>("criteria", new).await
    }
}
