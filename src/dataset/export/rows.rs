//! What a package says, table by table: rows as the register holds them at a point, in the words of
//! the package's columns.

use std::collections::{BTreeSet, HashMap};

use entity::{
    Dated, Labels, Language, Recorded, Revision, TextEnum, activity, attribute, cluster, cluster_event,
    cluster_profile, criteria_profile, criterion,
    id::{ClusterEventId, ClusterId, OrganizationId, ParticipationId, SectorId, ServiceId, SourceId},
    judgement, organization, organization_identifier, organization_name, organization_profile, participation,
    participation_period, published_figure, referral, sector, sector_nace, service, site, source,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    prelude::Expr,
    sea_query::{Alias, ExprTrait},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::{
        criteria::{Criterion, Version},
        folder::TABLES,
    },
    Point,
};
use crate::domain::{Result, any_of};

/// How many rows are read at once.
pub(super) const PAGE: u64 = 2_000;

/// Reads the register at a point.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    point: Point,
    /// Whether all facts were brought by one package, whose keys of sources are kept.
    is_of_one: bool,
    clusters: HashMap<ClusterId, String>,
}

/// Rows of a table as texts, and the id that further ones come after.
pub(super) struct Rows {
    pub(super) lines: Vec<Vec<String>>,
    pub(super) next: Option<Uuid>,
}

impl Reading {
    /// Begins to read.
    pub(super) async fn begin(db: &impl ConnectionTrait, point: Point, is_of_one: bool) -> Result<Self> {
        let clusters = cluster::Entity::find().filter(cluster::Column::RecordedRev.lte(point.revision)).all(db).await?;
        let clusters = clusters.into_iter().map(|cluster| (cluster.id, cluster.slug)).collect();
        Ok(Self { point, is_of_one, clusters })
    }

    /// The revision that is read.
    pub(super) fn revision(&self) -> Revision {
        self.point.revision
    }

    /// A page of the rows of a table of the package.
    pub(super) async fn rows(&self, db: &impl ConnectionTrait, resource: &str, after: Option<Uuid>) -> Result<Rows> {
        match resource {
            "sources" => self.source_rows(db, after).await,
            "organizations" => self.organization_rows(db, after).await,
            "organization_names" => self.name_rows(db, after).await,
            "organization_identifiers" => self.identifier_rows(db, after).await,
            "sites" => self.site_rows(db, after).await,
            "activities" => self.activity_rows(db, after).await,
            "attributes" => self.attribute_rows(db, after).await,
            "judgements" => self.judgement_rows(db, after).await,
            "clusters" => self.cluster_rows(db, after).await,
            "events" => self.event_rows(db, after).await,
            "sectors" => self.sector_rows(db, after).await,
            "sector_nace" => self.sector_class_rows(db, after).await,
            "services" => self.service_rows(db, after).await,
            "periods" => self.period_rows(db, after).await,
            "figures" => self.figure_rows(db, after).await,
            "referrals" => self.referral_rows(db, after).await,
            _ => unreachable!("the tables of a package"),
        }
    }

    async fn source_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<source::Entity>(db, after, Condition::all()).await?;
        Ok(lines(&rows, |row: &source::Model| {
            vec![
                self.source_key(&row.key),
                row.kind.text(),
                row.title.clone(),
                text(&row.publisher),
                text(&row.reference),
                shown(row.published_on),
                text(&row.url),
                word(row.language),
            ]
        }))
    }

    async fn organization_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<organization_profile::Entity>(db, after, Condition::all()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &organization_profile::Model| {
            let mut line = vec![
                keys[&row.organization_id].clone(),
                row.sphere.text(),
                word(row.size_class),
                word(row.research_kind),
                word(row.government_level),
                word(row.civil_society_kind),
                shown(row.founded_on),
                shown(row.dissolved_on),
                text(&row.website),
            ];
            line.extend(labels(&row.description));
            line.push(sources[&row.source_id].clone());
            line
        }))
    }

    async fn name_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<organization_name::Entity>(db, after, Condition::all()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        Ok(lines(&rows, |row: &organization_name::Model| {
            vec![keys[&row.organization_id].clone(), row.kind.text(), word(row.language), row.name.clone()]
        }))
    }

    async fn identifier_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<organization_identifier::Entity>(db, after, Condition::all()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        Ok(lines(&rows, |row: &organization_identifier::Model| {
            vec![keys[&row.organization_id].clone(), row.scheme.text(), row.value.clone()]
        }))
    }

    async fn site_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<site::Entity>(db, after, self.on_the_day::<site::Entity>()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &site::Model| {
            vec![
                keys[&row.organization_id].clone(),
                row.kind.text(),
                text(&row.municipality),
                text(&row.postal_code),
                shown(row.from_stated),
                shown(row.to_stated),
                sources[&row.source_id].clone(),
            ]
        }))
    }

    async fn activity_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<activity::Entity>(db, after, self.on_the_day::<activity::Entity>()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &activity::Model| {
            vec![
                keys[&row.organization_id].clone(),
                row.nace_version.text(),
                row.nace_code.clone(),
                row.rank.text(),
                shown(row.from_stated),
                shown(row.to_stated),
                sources[&row.source_id].clone(),
            ]
        }))
    }

    async fn attribute_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<attribute::Entity>(db, after, self.on_the_day::<attribute::Entity>()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &attribute::Model| {
            vec![
                keys[&row.organization_id].clone(),
                row.code.clone(),
                established(row.value),
                shown(row.from_stated),
                shown(row.to_stated),
                sources[&row.source_id].clone(),
            ]
        }))
    }

    async fn judgement_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<judgement::Entity>(db, after, self.on_the_day::<judgement::Entity>()).await?;
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &judgement::Model| {
            vec![
                self.slug(row.cluster_id),
                keys[&row.organization_id].clone(),
                row.code.clone(),
                established(row.value),
                shown(row.from_stated),
                shown(row.to_stated),
                sources[&row.source_id].clone(),
            ]
        }))
    }

    async fn cluster_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<cluster_profile::Entity>(db, after, Condition::all()).await?;
        let hosts = self.organizations(db, rows.iter().filter_map(|row| row.host_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &cluster_profile::Model| {
            let host = row.host_id.map(|host| hosts[&host].clone()).unwrap_or_default();
            let mut line = vec![self.slug(row.cluster_id), host, text(&row.website), shown(row.complete_from)];
            line.extend(labels(&row.name));
            line.extend(labels(&row.description));
            line.push(sources[&row.source_id].clone());
            line
        }))
    }

    async fn event_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<cluster_event::Entity>(db, after, Condition::all()).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &cluster_event::Model| {
            let mut line = vec![self.slug(row.cluster_id), row.key.clone(), row.kind.text(), shown(row.on)];
            line.extend(labels(&row.text));
            line.push(sources[&row.source_id].clone());
            line
        }))
    }

    async fn sector_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<sector::Entity>(db, after, Condition::all()).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &sector::Model| {
            let mut line = vec![self.slug(row.cluster_id), row.code.clone()];
            line.extend(labels(&row.label));
            line.push(sources[&row.source_id].clone());
            line
        }))
    }

    async fn sector_class_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let sectors = self.standing::<sector::Entity>(db, after, Condition::all()).await?;
        let of_sectors = any_of(
            db.get_database_backend(),
            sector_nace::Column::SectorId.into_simple_expr(),
            sectors.iter().map(|sector| sector.id),
        );
        let classes =
            sector_nace::Entity::find().filter(of_sectors).order_by_asc(sector_nace::Column::Id).all(db).await?;
        let by_id: HashMap<SectorId, &sector::Model> = sectors.iter().map(|sector| (sector.id, sector)).collect();
        let lines = classes.iter().map(|class| {
            let sector = by_id[&class.sector_id];
            vec![self.slug(sector.cluster_id), sector.code.clone(), class.nace_version.text(), class.nace_code.clone()]
        });
        Ok(Rows { lines: lines.collect(), next: next(&sectors, |sector| sector.id.into()) })
    }

    async fn service_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<service::Entity>(db, after, Condition::all()).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        Ok(lines(&rows, |row: &service::Model| {
            let mut line = vec![self.slug(row.cluster_id), row.key.clone()];
            line.extend(labels(&row.name));
            line.extend(labels(&row.description));
            line.push(sources[&row.source_id].clone());
            line
        }))
    }

    async fn period_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.periods(db, after).await?;
        Ok(Rows { lines: self.period_lines(db, &rows).await?, next: next(&rows, |row| row.id.into()) })
    }

    /// A page of periods.
    pub(super) async fn periods(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
    ) -> Result<Vec<participation_period::Model>> {
        let on_the_day = self.on_the_day::<participation_period::Entity>();
        self.standing::<participation_period::Entity>(db, after, on_the_day).await
    }

    /// Periods as lines.
    pub(super) async fn period_lines(
        &self,
        db: &impl ConnectionTrait,
        rows: &[participation_period::Model],
    ) -> Result<Vec<Vec<String>>> {
        let keys = self.organizations(db, rows.iter().map(|row| row.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let scopes = self.participations(db, rows.iter().map(|row| row.participation_id)).await?;
        let line = |row: &participation_period::Model| {
            vec![
                self.slug(row.cluster_id),
                keys[&row.organization_id].clone(),
                row.kind.text(),
                text(&scopes[&row.participation_id].scope),
                row.status.text(),
                shown(row.from_stated),
                shown(row.to_stated),
                shown(row.first_confirmed_on),
                shown(row.last_confirmed_on),
                word(row.exit_kind),
                word(row.exit_reason),
                shown(row.exit_criteria),
                text(&row.note),
                sources[&row.source_id].clone(),
            ]
        };
        Ok(rows.iter().map(line).collect())
    }

    async fn figure_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.figures(db, after).await?;
        Ok(Rows { lines: self.figure_lines(db, &rows).await?, next: next(&rows, |row| row.id.into()) })
    }

    /// A page of published figures.
    pub(super) async fn figures(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
    ) -> Result<Vec<published_figure::Model>> {
        self.standing::<published_figure::Entity>(db, after, Condition::all()).await
    }

    /// Published figures as lines.
    pub(super) async fn figure_lines(
        &self,
        db: &impl ConnectionTrait,
        rows: &[published_figure::Model],
    ) -> Result<Vec<Vec<String>>> {
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let line = |row: &published_figure::Model| {
            let mut line = vec![
                self.slug(row.cluster_id),
                row.metric.text(),
                row.nature.text(),
                shown(row.value),
                row.disclosure.text(),
                row.qualifier.text(),
                text(&row.population),
                shown(row.on),
            ];
            line.extend(labels(&row.explanation));
            line.push(sources[&row.source_id].clone());
            line
        };
        Ok(rows.iter().map(line).collect())
    }

    async fn referral_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        let rows = self.standing::<referral::Entity>(db, after, Condition::all()).await?;
        let of = self.participations(db, rows.iter().map(|row| row.participation_id)).await?;
        let keys = self.organizations(db, of.values().map(|of| of.organization_id)).await?;
        let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
        let services = any_of(
            db.get_database_backend(),
            service::Column::Id.into_simple_expr(),
            rows.iter().map(|row| row.service_id),
        );
        let services = service::Entity::find().filter(services).all(db).await?;
        let services: HashMap<ServiceId, String> = services.into_iter().map(|row| (row.id, row.key)).collect();
        let present = self.with_periods(db, &of).await?;
        let shown = rows.iter().filter(|row| present.contains(&row.participation_id.into())).map(|row| {
            let of = &of[&row.participation_id];
            vec![
                self.slug(of.cluster_id),
                keys[&of.organization_id].clone(),
                services[&row.service_id].clone(),
                shown(row.on),
                sources[&row.source_id].clone(),
            ]
        });
        Ok(Rows { lines: shown.collect(), next: next(&rows, |row| row.id.into()) })
    }

    /// The participations that have a period in the package: a referral of another one has nothing to refer to.
    pub(super) async fn with_periods(
        &self,
        db: &impl ConnectionTrait,
        participations: &HashMap<ParticipationId, participation::Model>,
    ) -> Result<BTreeSet<Uuid>> {
        use participation_period::{Column, Entity};
        let column = Column::ParticipationId.into_simple_expr();
        let of = any_of(db.get_database_backend(), column, participations.keys().copied());
        let periods = Entity::find().filter(of).filter(self.stands::<Entity>()).filter(self.on_the_day::<Entity>());
        Ok(periods.all(db).await?.into_iter().map(|period| period.participation_id.into()).collect())
    }

    /// The versions of criteria that stand; all of them, since exits name some that are no longer in force.
    pub(super) async fn criteria(&self, db: &impl ConnectionTrait) -> Result<Vec<Version>> {
        let (mut versions, mut after) = (Vec::new(), None);
        loop {
            let rows = self.standing::<criteria_profile::Entity>(db, after, Condition::all()).await?;
            let sources = self.sources(db, rows.iter().map(|row| row.source_id)).await?;
            let backend = db.get_database_backend();
            let events = rows.iter().filter_map(|row| row.event_id);
            let events = any_of(backend, cluster_event::Column::Id.into_simple_expr(), events);
            let events = cluster_event::Entity::find().filter(events).all(db).await?;
            let events: HashMap<ClusterEventId, String> = events.into_iter().map(|row| (row.id, row.key)).collect();
            let column = criterion::Column::CriteriaProfileId.into_simple_expr();
            let criteria = any_of(backend, column, rows.iter().map(|row| row.id));
            let criteria = criterion::Entity::find().filter(criteria).order_by_asc(criterion::Column::Position);
            let mut of: HashMap<_, Vec<Criterion>> = HashMap::new();
            for criterion::Model { criteria_profile_id, required, rule, .. } in criteria.all(db).await? {
                of.entry(criteria_profile_id).or_default().push(Criterion { required, rule });
            }
            after = next(&rows, |row| row.id.into());
            versions.extend(rows.into_iter().map(|row| Version {
                cluster: self.slug(row.cluster_id),
                version: row.version,
                state: row.state,
                label: row.label,
                rationale: row.rationale,
                from: row.from_stated,
                to: row.to_stated,
                source: sources[&row.source_id].clone(),
                event: row.event_id.map(|event| events[&event].clone()),
                criteria: of.remove(&row.id).unwrap_or_default(),
            }));
            if after.is_none() {
                return Ok(versions);
            }
        }
    }

    /// A page of the rows of a table that stand at the revision, in the order of their ids.
    async fn standing<E: Recorded>(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
        besides: Condition,
    ) -> Result<Vec<E::Model>>
    where
        E::Model: Send + Sync,
    {
        let id = Expr::col(Alias::new("id"));
        let later = Condition::all().add_option(after.map(|after| id.clone().gt(after)));
        let rows = E::find().filter(self.stands::<E>()).filter(besides).filter(later);
        Ok(rows.order_by_asc(id).limit(PAGE).all(db).await?)
    }

    pub(super) fn stands<E: Recorded>(&self) -> Condition {
        let revision = self.point.revision;
        let is_superseded_later = Condition::any().add(E::SUPERSEDED.is_null()).add(E::SUPERSEDED.gt(revision));
        Condition::all().add(E::RECORDED.lte(revision)).add(is_superseded_later)
    }

    fn on_the_day<E: Dated>(&self) -> Condition {
        let Some(day) = self.point.as_of else { return Condition::all() };
        let has_begun = Condition::any().add(E::FROM.is_null()).add(E::FROM.lte(day));
        Condition::all().add(has_begun).add(Condition::any().add(E::TO.is_null()).add(E::TO.gt(day)))
    }

    pub(super) async fn organizations(
        &self,
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = OrganizationId>,
    ) -> Result<HashMap<OrganizationId, String>> {
        let ids: BTreeSet<_> = ids.collect();
        let of = any_of(db.get_database_backend(), organization::Column::Id.into_simple_expr(), ids);
        let found = organization::Entity::find().filter(of).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, row.key)).collect())
    }

    async fn sources(
        &self,
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = SourceId>,
    ) -> Result<HashMap<SourceId, String>> {
        let ids: BTreeSet<_> = ids.collect();
        let of = any_of(db.get_database_backend(), source::Column::Id.into_simple_expr(), ids);
        let found = source::Entity::find().filter(of).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, self.source_key(&row.key))).collect())
    }

    async fn participations(
        &self,
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = ParticipationId>,
    ) -> Result<HashMap<ParticipationId, participation::Model>> {
        let ids: BTreeSet<_> = ids.collect();
        let of = any_of(db.get_database_backend(), participation::Column::Id.into_simple_expr(), ids);
        let found = participation::Entity::find().filter(of).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }

    pub(super) fn slug(&self, id: ClusterId) -> String {
        self.clusters.get(&id).cloned().unwrap_or_default()
    }

    /// The key of a source in the package: its own where all came with one package, else that of its package and its
    /// own.
    fn source_key(&self, recorded: &str) -> String {
        let (package, key) = recorded.split_once('/').unwrap_or(("", recorded));
        if self.is_of_one {
            return key.to_owned();
        }
        // A dot in the name of the package stands twice, so that no two keys become one.
        let joined = format!("{}.{key}", package.replace('.', ".."));
        if joined.len() <= LONGEST_KEY {
            return joined;
        }
        let digest = Sha256::digest(joined.as_bytes());
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hash}", &joined[..LONGEST_KEY - hash.len() - 1])
    }
}

/// The most bytes of a key.
const LONGEST_KEY: usize = 100;

fn lines<M>(rows: &[M], line: impl Fn(&M) -> Vec<String>) -> Rows
where
    M: sea_orm::ModelTrait,
    M::Entity: Recorded<Model = M>,
{
    Rows { lines: rows.iter().map(line).collect(), next: next(rows, <M::Entity as Recorded>::id) }
}

/// The id that further rows come after; none after the last page.
pub(super) fn next<M>(rows: &[M], id: impl Fn(&M) -> Uuid) -> Option<Uuid> {
    rows.last().filter(|_| rows.len() as u64 == PAGE).map(id)
}

/// The columns of a table of the package.
pub(super) fn columns_of(table: &str) -> Vec<String> {
    TABLES.iter().find(|(name, _)| *name == table).map(|(_, columns)| header(columns)).unwrap_or_default()
}

/// The columns of a table, as its header has them.
pub(super) fn header(columns: &[&str]) -> Vec<String> {
    let columns = columns.iter().flat_map(|column| match column.strip_prefix('+') {
        Some(stem) => Language::ALL.iter().map(|language| format!("{stem}_{}", language.text())).collect(),
        None => vec![column.trim_start_matches('*').to_owned()],
    });
    columns.collect()
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn word(value: Option<impl TextEnum>) -> String {
    value.map(|value| value.text()).unwrap_or_default()
}

/// What a source says of an assertion.
fn established(value: Option<bool>) -> String {
    value.map_or("unknown".to_owned(), |holds| holds.to_string())
}

/// A text in each language, in the order of the columns.
fn labels(labels: &Labels) -> impl Iterator<Item = String> {
    Language::ALL.iter().map(|language| {
        let language = language.text();
        labels.iter().find_map(|(of, text)| (of == language).then(|| text.to_owned())).unwrap_or_default()
    })
}
