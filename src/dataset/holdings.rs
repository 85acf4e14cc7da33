//! What the register holds now, as far as an import must know it: what the package names, and what it brought before.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    About, Recorded, Revision, cluster, cluster_event, cluster_profile, criteria, criteria_profile,
    id::{ClusterId, CriteriaId, OrganizationId, ParticipationId, ProgrammeId},
    organization, organization_identifier, organization_profile,
    participation::{self, ParticipationKind},
    participation_period, programme, programme_profile, revision, sector, service, source,
    term::{self, TermKind},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::package::folder::Package;
use crate::domain::{Result, any_of, any_of_texts};

/// What makes a participation the same.
pub(super) type ParticipationKey = (ClusterId, OrganizationId, ParticipationKind, Option<String>);

/// The register as the import finds it.
pub(super) struct Holdings {
    /// The revisions of earlier imports of the package.
    pub(super) own: BTreeSet<Revision>,
    /// The organizations that the package names, by key; below, other things that it names, each by
    /// key or slug.
    pub(super) organizations: HashMap<String, OrganizationId>,
    pub(super) clusters: HashMap<String, ClusterId>,
    pub(super) programmes: HashMap<String, ProgrammeId>,
    pub(super) participations: HashMap<ParticipationKey, ParticipationId>,
    pub(super) profiles: HashMap<OrganizationId, organization_profile::Model>,
    pub(super) cluster_profiles: HashMap<ClusterId, cluster_profile::Model>,
    pub(super) programme_profiles: HashMap<ProgrammeId, programme_profile::Model>,
    pub(super) identifiers_of_others: Vec<organization_identifier::Model>,
    pub(super) periods_of_others: Vec<participation_period::Model>,
    /// The versions of criteria that exits of other packages name.
    pub(super) exits_of_others: HashSet<(ClusterId, i32)>,
    pub(super) criteria: HashMap<(ClusterId, i32), CriteriaId>,
    pub(super) criteria_profiles: Vec<criteria_profile::Model>,
    /// The package's own.
    pub(super) sources: HashMap<String, source::Model>,
    pub(super) events: HashMap<(ClusterId, String), cluster_event::Model>,
    pub(super) sectors: HashMap<(ClusterId, String), sector::Model>,
    pub(super) services: HashMap<(ClusterId, String), service::Model>,
    pub(super) terms: HashMap<(TermKind, Option<ClusterId>, String), term::Model>,
}

impl Holdings {
    /// Reads it. What was recorded by `actor` is the package's own.
    pub(super) async fn load(db: &impl ConnectionTrait, package: &Package, actor: &str) -> Result<Self> {
        let register = Register::read(db, actor).await?;
        let keys = package.named("organization", &[("organizations", "id"), ("clusters", "host")]);
        let organizations = register.named::<organization::Entity>(organization::Column::Key, keys).await?;
        let organizations: HashMap<_, _> = organizations.into_iter().map(|row| (row.key, row.id)).collect();
        let slugs = package.named("cluster", &[("clusters", "slug")]);
        let slugs = slugs.into_iter().chain(package.clusters_of_criteria()).collect();
        let clusters = register.named::<cluster::Entity>(cluster::Column::Slug, slugs).await?;
        let clusters: HashMap<_, _> = clusters.into_iter().map(|row| (row.slug, row.id)).collect();
        let slugs = package.named("programme", &[("programmes", "slug")]);
        let programmes = register.named::<programme::Entity>(programme::Column::Slug, slugs).await?;
        let programmes: HashMap<_, _> = programmes.into_iter().map(|row| (row.slug, row.id)).collect();
        let (of_organizations, of_clusters): (Vec<_>, Vec<_>) =
            (organizations.values().map(|id| id.0).collect(), clusters.values().map(|id| id.0).collect());

        let taking_part = package.column("periods", "organization").chain(package.column("referrals", "organization"));
        let taking_part: BTreeSet<Uuid> = taking_part.filter_map(|key| Some(organizations.get(key)?.0)).collect();
        // By the organization alone: SQLite would look up each of them in each of the clusters.
        let of_these = register.any_of(participation::Column::OrganizationId, taking_part);
        let mut participations = participation::Entity::find().filter(of_these).all(db).await?;
        let in_these: HashSet<Uuid> = of_clusters.iter().copied().collect();
        participations.retain(|row| in_these.contains(&row.cluster_id.0));
        let of_participations = participations.iter().map(|row| row.id.0).collect();
        let periods_of_others = register.of_others::<participation_period::Entity>(of_participations).await?;
        let key = |row: participation::Model| ((row.cluster_id, row.organization_id, row.kind, row.scope), row.id);

        let profiles = register.of_others::<organization_profile::Entity>(of_organizations).await?;
        let cluster_profiles = register.of_others::<cluster_profile::Entity>(of_clusters.clone()).await?;
        let of_programmes = programmes.values().map(|id| id.0).collect();
        let programme_profiles = register.of_others::<programme_profile::Entity>(of_programmes).await?;
        let (events, sectors, services) = (
            register.about::<cluster_event::Entity>(&of_clusters).await?,
            register.about::<sector::Entity>(&of_clusters).await?,
            register.about::<service::Entity>(&of_clusters).await?,
        );
        let terms = register.own::<term::Entity>().await?;
        let mut criteria_profiles = register.about::<criteria_profile::Entity>(&of_clusters).await?;
        let elsewhere = register.own::<criteria_profile::Entity>().await?;
        criteria_profiles.extend(elsewhere.into_iter().filter(|row| !of_clusters.contains(&row.cluster_id.0)));
        let with_criteria: BTreeSet<Uuid> = criteria_profiles.iter().map(|row| row.cluster_id.0).collect();
        let versions = criteria::Entity::find().filter(register.any_of(criteria::Column::ClusterId, of_clusters));
        let versions = versions.all(db).await?;
        Ok(Self {
            participations: participations.into_iter().map(key).collect(),
            profiles: profiles.into_iter().map(|row| (row.organization_id, row)).collect(),
            cluster_profiles: cluster_profiles.into_iter().map(|row| (row.cluster_id, row)).collect(),
            programme_profiles: programme_profiles.into_iter().map(|row| (row.programme_id, row)).collect(),
            identifiers_of_others: register.identifiers_of_others(package).await?,
            periods_of_others,
            exits_of_others: register.exits_of_others(with_criteria).await?,
            criteria: versions.into_iter().map(|row| ((row.cluster_id, row.version), row.id)).collect(),
            criteria_profiles,
            sources: register.own::<source::Entity>().await?.into_iter().map(|row| (row.key.clone(), row)).collect(),
            events: keyed(events, |row| (row.cluster_id, row.key.clone())),
            sectors: keyed(sectors, |row| (row.cluster_id, row.code.clone())),
            services: keyed(services, |row| (row.cluster_id, row.key.clone())),
            terms: terms.into_iter().map(|row| ((row.kind, row.cluster_id, row.code.clone()), row)).collect(),
            own: register.own,
            organizations,
            clusters,
            programmes,
        })
    }

    /// Whether a row came with an earlier import of the same package: then this import decides whether it stays.
    pub(super) fn is_own(&self, recorded: Revision) -> bool {
        self.own.contains(&recorded)
    }
}

fn keyed<M>(rows: Vec<M>, key: impl Fn(&M) -> (ClusterId, String)) -> HashMap<(ClusterId, String), M> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// The register, and which of its revisions are the package's own.
struct Register<'a, C> {
    db: &'a C,
    own: BTreeSet<Revision>,
    has_others: bool,
}

impl<'a, C: ConnectionTrait> Register<'a, C> {
    async fn read(db: &'a C, actor: &str) -> Result<Self> {
        let own = revision::Entity::find().filter(revision::Column::Actor.eq(actor));
        let own: Vec<Revision> = own.select_only().column(revision::Column::Number).into_tuple().all(db).await?;
        let others = revision::Entity::find().filter(revision::Column::Actor.ne(actor));
        let has_others = others.one(db).await?.is_some();
        Ok(Self { db, own: own.into_iter().collect(), has_others })
    }

    fn any_of(&self, column: impl ColumnTrait, ids: impl IntoIterator<Item = Uuid>) -> Expr {
        any_of(self.db.get_database_backend(), column.into_expr(), ids)
    }

    fn any_of_texts(&self, column: impl ColumnTrait, texts: impl IntoIterator<Item = String>) -> Expr {
        any_of_texts(self.db.get_database_backend(), column.into_expr(), texts)
    }

    /// The anchors with some keys.
    async fn named<E: EntityTrait>(&self, key: E::Column, keys: BTreeSet<String>) -> Result<Vec<E::Model>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(E::find().filter(self.any_of_texts(key, keys)).all(self.db).await?)
    }

    /// What stands about some subjects.
    async fn about<E: About>(&self, subjects: &[Uuid]) -> Result<Vec<E::Model>> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let about = self.any_of(E::SUBJECT, subjects.iter().copied());
        Ok(E::find().filter(about).filter(E::SUPERSEDED.is_null()).all(self.db).await?)
    }

    /// What others recorded of it.
    async fn of_others<E: About>(&self, subjects: Vec<Uuid>) -> Result<Vec<E::Model>> {
        if subjects.is_empty() || !self.has_others {
            return Ok(Vec::new());
        }
        let about = self.any_of(E::SUBJECT, subjects);
        Ok(E::find().filter(about).filter(self.standing_of_others::<E>()).all(self.db).await?)
    }

    /// What stands of the package's own.
    async fn own<E: Recorded>(&self) -> Result<Vec<E::Model>> {
        if self.own.is_empty() {
            return Ok(Vec::new());
        }
        let own = E::RECORDED.is_in(self.own.iter().copied());
        Ok(E::find().filter(own).filter(E::SUPERSEDED.is_null()).all(self.db).await?)
    }

    fn standing_of_others<E: Recorded>(&self) -> Condition {
        Condition::all().add(E::SUPERSEDED.is_null()).add(E::RECORDED.is_not_in(self.own.iter().copied()))
    }

    /// The identifiers of others that the package states too.
    async fn identifiers_of_others(&self, package: &Package) -> Result<Vec<organization_identifier::Model>> {
        use organization_identifier::{Column, Entity, Scheme};
        if !self.has_others {
            return Ok(Vec::new());
        }
        let stated = package.identifiers();
        let mut found = Vec::new();
        // By the scheme first: so the index finds them.
        for scheme in <Scheme as entity::TextEnum>::ALL.iter().copied() {
            let values: BTreeSet<_> =
                stated.iter().filter(|(of, _)| *of == scheme).map(|(_, value)| value.clone()).collect();
            if !values.is_empty() {
                let query =
                    Entity::find().filter(Column::Scheme.eq(scheme)).filter(self.any_of_texts(Column::Value, values));
                found.extend(query.filter(self.standing_of_others::<Entity>()).all(self.db).await?);
            }
        }
        Ok(found)
    }

    /// The versions of criteria of some clusters that exits of others name.
    async fn exits_of_others(&self, clusters: BTreeSet<Uuid>) -> Result<HashSet<(ClusterId, i32)>> {
        use participation_period::{Column, Entity};
        if clusters.is_empty() || !self.has_others {
            return Ok(HashSet::new());
        }
        let exits = Entity::find()
            .filter(self.any_of(Column::ClusterId, clusters))
            .filter(Column::ExitCriteria.is_not_null())
            .filter(self.standing_of_others::<Entity>());
        let exits = exits.select_only().columns([Column::ClusterId, Column::ExitCriteria]).distinct();
        Ok(exits.into_tuple().all(self.db).await?.into_iter().collect())
    }
}
