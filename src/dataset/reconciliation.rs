//! What an import writes: unchanged facts stay, changed and vanished ones are superseded, new ones
//! are added.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::Hash,
    mem::take,
};

use async_trait::async_trait;
use entity::{About, Revision, criteria_profile, criterion, id::OrganizationId, sector, sector_nace};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, QueryTrait, StreamTrait,
};
use uuid::Uuid;

use crate::{
    dataset::{
        facts::{Facts, Part},
        package::table::Located,
    },
    domain::{
        Result,
        store::record::{self, Comparison, Difference},
    },
    progress::{Progress, Tell, Work},
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

/// What an import changes, found by comparing one part of the package after the other.
#[derive(Default)]
pub(super) struct Differences {
    /// Each resource, in the order of the import.
    pub(super) changes: Vec<Change>,
    /// What is to be done, in an order in which nothing refers to what is not there yet.
    steps: Vec<Box<dyn Step>>,
}

impl Differences {
    /// Writes them in a revision.
    pub(super) async fn record(self, db: &DatabaseTransaction, revision: Revision, tell: Tell<'_>) -> Result<()> {
        let of = self.steps.len() as u64;
        let written = |done| tell(Progress { work: Work::Writing, done, of });
        written(0);
        for (done, step) in (1..).zip(self.steps) {
            step.record(db, revision).await?;
            written(done);
        }
        Ok(())
    }
}

/// What is to be written into one table.
#[async_trait]
trait Step: Send {
    async fn record(self: Box<Self>, db: &DatabaseTransaction, revision: Revision) -> Result<()>;
}

/// The rows of a table that are to be added and superseded.
struct Rows<E: About>(Difference<E::Model>);

#[async_trait]
impl<E: About> Step for Rows<E>
where
    E::Model: IntoActiveModel<E::ActiveModel> + Send,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    async fn record(self: Box<Self>, db: &DatabaseTransaction, revision: Revision) -> Result<()> {
        self.0.record::<E>(db, revision).await
    }
}

/// New rows of a table whose rows stay for ever, or as long as what they belong to.
struct New<E: EntityTrait>(Vec<E::Model>);

#[async_trait]
impl<E: EntityTrait> Step for New<E>
where
    E::Model: IntoActiveModel<E::ActiveModel> + Send,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    async fn record(self: Box<Self>, db: &DatabaseTransaction, _: Revision) -> Result<()> {
        record::add::<E>(self.0, db).await
    }
}

/// Compares the parts of a package with the register.
pub(super) struct Reconciliation<'a, C> {
    db: &'a C,
    comparison: Comparison<'a, C>,
    /// The organizations that the package describes.
    described: HashSet<OrganizationId>,
    differences: Differences,
}

impl<'a, C: ConnectionTrait + StreamTrait> Reconciliation<'a, C> {
    /// Compares for the revision that is to record the package. `own`: the revisions of its earlier
    /// imports.
    pub(super) fn new(db: &'a C, revision: Revision, own: &'a BTreeSet<Revision>) -> Self {
        let comparison = Comparison::new(db, revision, own);
        Self { db, comparison, described: HashSet::new(), differences: Differences::default() }
    }

    /// What was found.
    pub(super) fn differences(self) -> Differences {
        self.differences
    }

    /// Compares a part, and keeps of its facts what is to be added.
    pub(super) async fn compare(&mut self, part: Part, facts: &mut Facts) -> Result<()> {
        match part {
            Part::Sources => {
                self.lasting::<entity::source::Entity, _>("sources", take(&mut facts.sources), |row| row.key.clone())
                    .await
            }
            Part::Organizations => self.organizations(facts).await,
            Part::Names => self.names(facts).await,
            Part::Sites => self.table::<entity::site::Entity>("sites", rows(&mut facts.sites), |_| true).await,
            Part::Activities => {
                self.table::<entity::activity::Entity>("activities", rows(&mut facts.activities), |_| true).await
            }
            Part::Attributes => {
                self.table::<entity::attribute::Entity>("attributes", rows(&mut facts.attributes), |_| true).await
            }
            Part::Clusters => self.clusters(facts).await,
            Part::Figures => self.figures(facts).await,
            Part::Participations => self.participations(facts).await,
        }
    }

    async fn organizations(&mut self, facts: &mut Facts) -> Result<()> {
        self.described = facts.profiles.iter().map(|profile| profile.row.organization_id).collect();
        self.new_rows::<entity::organization::Entity>("organizations", take(&mut facts.organizations));
        self.lasting::<entity::organization_profile::Entity, _>("organizations", rows(&mut facts.profiles), |row| {
            row.organization_id
        })
        .await
    }

    async fn names(&mut self, facts: &mut Facts) -> Result<()> {
        // An organization that leaves its package stays, and what it is known by with it.
        let described = take(&mut self.described);
        self.table::<entity::organization_name::Entity>("organization_names", rows(&mut facts.names), |row| {
            described.contains(&row.organization_id)
        })
        .await?;
        self.table::<entity::organization_identifier::Entity>(
            "organization_identifiers",
            rows(&mut facts.identifiers),
            |row| described.contains(&row.organization_id),
        )
        .await
    }

    async fn clusters(&mut self, facts: &mut Facts) -> Result<()> {
        self.new_rows::<entity::cluster::Entity>("clusters", take(&mut facts.clusters));
        self.lasting::<entity::cluster_profile::Entity, _>("clusters", rows(&mut facts.cluster_profiles), |row| {
            row.cluster_id
        })
        .await?;
        self.table::<entity::cluster_event::Entity>("events", rows(&mut facts.events), |_| true).await?;
        self.sectors(rows(&mut facts.sectors), rows(&mut facts.sector_classes)).await?;
        self.table::<entity::service::Entity>("services", rows(&mut facts.services), |_| true).await?;
        self.table::<entity::term::Entity>("terms", rows(&mut facts.terms), |_| true).await?;
        self.table::<entity::judgement::Entity>("judgements", rows(&mut facts.judgements), |_| true).await
    }

    async fn figures(&mut self, facts: &mut Facts) -> Result<()> {
        self.new_rows::<entity::programme::Entity>("programmes", take(&mut facts.programmes));
        let profiles = rows(&mut facts.programme_profiles);
        self.lasting::<entity::programme_profile::Entity, _>("programmes", profiles, |row| row.programme_id).await?;
        let clusters = rows(&mut facts.programme_clusters);
        self.table::<entity::programme_cluster::Entity>("programme_clusters", clusters, |_| true).await?;
        self.table::<entity::published_figure::Entity>("figures", rows(&mut facts.figures), |_| true).await
    }

    async fn participations(&mut self, facts: &mut Facts) -> Result<()> {
        self.new_rows::<entity::participation::Entity>("periods", take(&mut facts.participations));
        self.table::<entity::participation_period::Entity>("periods", rows(&mut facts.periods), |_| true).await?;
        self.new_rows::<entity::criteria::Entity>("criteria", take(&mut facts.criteria));
        self.criteria(rows(&mut facts.criteria_profiles), take(&mut facts.criterions)).await?;
        self.table::<entity::referral::Entity>("referrals", rows(&mut facts.referrals), |_| true).await
    }

    /// Compares the package's rows of a table; `may_vanish`: those that the package can take back.
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
        let difference = self.comparison.difference::<E>(wanted, E::say_the_same, may_vanish).await?;
        self.found::<E>(resource, difference);
        Ok(())
    }

    /// The same, for what an import corrects and never removes: a row is superseded only by another
    /// one for the same thing.
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

    /// Notes rows that the package's parse has found to be new.
    fn new_rows<E: EntityTrait>(&mut self, resource: &'static str, rows: Vec<E::Model>)
    where
        E::Model: IntoActiveModel<E::ActiveModel> + Send,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        self.change(resource).added += rows.len();
        self.differences.steps.push(Box::new(New::<E>(rows)));
    }

    fn found<E: About>(&mut self, resource: &'static str, difference: Difference<E::Model>)
    where
        E::Model: IntoActiveModel<E::ActiveModel> + Send,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        let change = self.change(resource);
        change.held += difference.held;
        change.added += difference.missing.len();
        change.superseded += difference.vanished.len();
        self.differences.steps.push(Box::new(Rows::<E>(difference)));
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
        let difference = self.comparison.difference::<sector::Entity>(wanted, is_same, |_| true).await?;
        let added: HashSet<_> = difference.missing.iter().map(|sector| sector.id).collect();
        self.found::<sector::Entity>("sectors", difference);
        let new = classes.into_iter().filter(|class| added.contains(&class.sector_id)).collect();
        self.new_rows::<sector_nace::Entity>("sector_nace", new);
        Ok(())
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
        let difference = self.comparison.difference::<criteria_profile::Entity>(wanted, is_same, |_| true).await?;
        let added: HashSet<_> = difference.missing.iter().map(|version| version.id).collect();
        self.found::<criteria_profile::Entity>("criteria", difference);
        let new = rules.into_iter().filter(|rule| added.contains(&rule.criteria_profile_id)).collect();
        self.new_rows::<criterion::Entity>("criteria", new);
        Ok(())
    }

    /// The ids of the rows that `wanted` is compared with.
    fn ids<E: About>(&self, wanted: &[E::Model], id: E::Column) -> sea_orm::sea_query::SelectStatement {
        let subjects: HashSet<Uuid> = wanted.iter().map(E::subject).collect();
        let which = [self.comparison.own::<E>(), self.comparison.of_others_about::<E>(subjects.into_iter())];
        // Of no condition an alternative would be any row.
        let none = Condition::any().add(E::RECORDED.eq(0));
        let which = which.into_iter().flatten().fold(none, Condition::add);
        E::find().filter(which).select_only().column(id).into_query()
    }

    /// What was counted of a resource so far.
    fn change(&mut self, resource: &'static str) -> &mut Change {
        let changes = &mut self.differences.changes;
        let found = changes.iter().position(|change| change.resource == resource);
        let position = found.unwrap_or_else(|| {
            changes.push(Change { resource, held: 0, added: 0, superseded: 0 });
            changes.len() - 1
        });
        &mut changes[position]
    }
}

fn rows<M>(located: &mut Vec<Located<M>>) -> Vec<M> {
    take(located).into_iter().map(|located| located.row).collect()
}
