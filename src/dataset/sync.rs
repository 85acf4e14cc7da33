//! Writing what differs: unchanged facts stay, changed and vanished ones are superseded, new ones are added.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::Hash,
};

use entity::{About, Revision, criteria_profile, criterion, sector, sector_nace};
use indicatif::ProgressBar;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::facts::{Facts, Located};
use crate::domain::{
    Result,
    record::{Difference, Recorder},
};

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

/// Writes the facts of a package into the register. `own`: the revisions of its earlier imports.
pub(super) async fn write(
    db: &DatabaseTransaction,
    facts: Facts,
    own: &BTreeSet<Revision>,
    revision: Revision,
    progress: &ProgressBar,
) -> Result<Vec<Change>> {
    let described: HashSet<_> = facts.profiles.iter().map(|profile| profile.row.organization_id).collect();
    let mut sync = Writing { db, recorder: Recorder::new(db, revision, own), progress, changes: Vec::new() };
    progress.set_length(facts.len() as u64);
    sync.lasting::<entity::source::Entity, _>("sources", facts.sources, |row| row.key.clone()).await?;
    sync.anchors::<entity::organization::Entity>("organizations", facts.organizations).await?;
    sync.lasting::<entity::organization_profile::Entity, _>("organizations", rows(facts.profiles), |row| {
        row.organization_id
    })
    .await?;
    // An organization that leaves its package stays, and what it is known by with it.
    sync.table::<entity::organization_name::Entity>("organization_names", rows(facts.names), |row| {
        described.contains(&row.organization_id)
    })
    .await?;
    sync.table::<entity::organization_identifier::Entity>("organization_identifiers", rows(facts.identifiers), |row| {
        described.contains(&row.organization_id)
    })
    .await?;
    sync.table::<entity::site::Entity>("sites", rows(facts.sites), |_| true).await?;
    sync.table::<entity::activity::Entity>("activities", rows(facts.activities), |_| true).await?;
    sync.table::<entity::attribute::Entity>("attributes", rows(facts.attributes), |_| true).await?;
    sync.anchors::<entity::cluster::Entity>("clusters", facts.clusters).await?;
    sync.lasting::<entity::cluster_profile::Entity, _>("clusters", rows(facts.cluster_profiles), |row| row.cluster_id)
        .await?;
    sync.table::<entity::cluster_event::Entity>("events", rows(facts.events), |_| true).await?;
    sync.sectors(rows(facts.sectors), rows(facts.sector_classes)).await?;
    sync.table::<entity::judgement::Entity>("judgements", rows(facts.judgements), |_| true).await?;
    sync.table::<entity::service::Entity>("services", rows(facts.services), |_| true).await?;
    sync.anchors::<entity::participation::Entity>("periods", facts.participations).await?;
    sync.table::<entity::participation_period::Entity>("periods", rows(facts.periods), |_| true).await?;
    sync.table::<entity::published_figure::Entity>("figures", rows(facts.figures), |_| true).await?;
    sync.anchors::<entity::criteria::Entity>("criteria", facts.criteria).await?;
    sync.criteria(rows(facts.criteria_profiles), facts.criterions).await?;
    sync.table::<entity::referral::Entity>("referrals", rows(facts.referrals), |_| true).await?;
    Ok(sync.changes)
}

fn rows<M>(located: Vec<Located<M>>) -> Vec<M> {
    located.into_iter().map(|located| located.row).collect()
}

struct Writing<'a> {
    db: &'a DatabaseTransaction,
    recorder: Recorder<'a>,
    progress: &'a ProgressBar,
    changes: Vec<Change>,
}

impl Writing<'_> {
    /// Brings the package's rows of a table up to date; `may_vanish`: those that the package can take back.
    async fn table<E: About>(
        &mut self,
        resource: &'static str,
        wanted: Vec<E::Model>,
        may_vanish: impl Fn(&E::Model) -> bool,
    ) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.progress.inc(wanted.len() as u64);
        let difference = self.recorder.bring::<E>(wanted, E::say_the_same, may_vanish).await?;
        self.count(resource, &difference);
        Ok(())
    }

    /// The same, for what an import corrects and never removes: a row is superseded only by another one for the same thing.
    async fn lasting<E: About, K: Eq + Hash>(
        &mut self,
        resource: &'static str,
        wanted: Vec<E::Model>,
        key: impl Fn(&E::Model) -> K,
    ) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let described: HashSet<K> = wanted.iter().map(&key).collect();
        self.table::<E>(resource, wanted, |row| described.contains(&key(row))).await
    }

    /// Adds the rows of anchors, which the package's parse has found to be new.
    async fn anchors<E: EntityTrait>(&mut self, resource: &'static str, new: Vec<E::Model>) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.progress.inc(new.len() as u64);
        self.change(resource).added += self.recorder.add::<E>(new).await?;
        Ok(())
    }

    /// Sectors with their classes: a sector whose classes changed is another row.
    async fn sectors(&mut self, wanted: Vec<sector::Model>, classes: Vec<sector_nace::Model>) -> Result<()> {
        let of_held =
            sector_nace::Column::SectorId.in_subquery(self.ids::<sector::Entity>(&wanted, sector::Column::Id));
        let held = sector_nace::Entity::find().filter(of_held).all(self.db).await?;
        let mut said: HashMap<Uuid, Vec<String>> = HashMap::new();
        for class in held.iter().chain(&classes) {
            let class_said = format!("{:?} {}", class.nace_version, class.nace_code);
            said.entry(class.sector_id.0).or_default().push(class_said);
        }
        said.values_mut().for_each(|classes| classes.sort());
        let is_same = |one: &sector::Model, other: &sector::Model| {
            sector::Entity::say_the_same(one, other) && said.get(&one.id.0) == said.get(&other.id.0)
        };
        let difference = self.recorder.bring::<sector::Entity>(wanted, is_same, |_| true).await?;
        self.count("sectors", &difference);
        let new = classes.into_iter().filter(|class| difference.added.contains(&class.sector_id.0)).collect();
        self.anchors::<sector_nace::Entity>("sector_nace", new).await
    }

    /// Versions of criteria with their rules: a version whose rules changed is another row.
    async fn criteria(&mut self, wanted: Vec<criteria_profile::Model>, rules: Vec<criterion::Model>) -> Result<()> {
        let ids = self.ids::<criteria_profile::Entity>(&wanted, criteria_profile::Column::Id);
        let of_held = criterion::Column::CriteriaProfileId.in_subquery(ids);
        let held = criterion::Entity::find().filter(of_held).all(self.db).await?;
        let mut said: HashMap<Uuid, Vec<(i32, bool, String)>> = HashMap::new();
        for rule in held.iter().chain(&rules) {
            let rule_said = serde_json::to_string(&rule.rule).expect("rules are JSON");
            said.entry(rule.criteria_profile_id.0).or_default().push((rule.position, rule.required, rule_said));
        }
        said.values_mut().for_each(|rules| rules.sort());
        let is_same = |one: &criteria_profile::Model, other: &criteria_profile::Model| {
            criteria_profile::Entity::say_the_same(one, other) && said.get(&one.id.0) == said.get(&other.id.0)
        };
        let difference = self.recorder.bring::<criteria_profile::Entity>(wanted, is_same, |_| true).await?;
        self.count("criteria", &difference);
        let new = rules.into_iter().filter(|rule| difference.added.contains(&rule.criteria_profile_id.0)).collect();
        self.anchors::<criterion::Entity>("criteria", new).await
    }

    /// The ids of the rows that `wanted` is compared with.
    fn ids<E: About>(&self, wanted: &[E::Model], id: E::Column) -> sea_orm::sea_query::SelectStatement {
        let subjects: HashSet<Uuid> = wanted.iter().map(E::subject).collect();
        let which = [self.recorder.own::<E>(), self.recorder.of_others_about::<E>(subjects.into_iter())];
        // Of no condition an alternative would be any row.
        let none = Condition::any().add(E::RECORDED.eq(0));
        let which = which.into_iter().flatten().fold(none, Condition::add);
        E::find().filter(which).select_only().column(id).into_query()
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

    fn count(&mut self, resource: &'static str, difference: &Difference) {
        let change = self.change(resource);
        change.held += difference.held;
        change.added += difference.added.len();
        change.superseded += difference.superseded;
    }
}
