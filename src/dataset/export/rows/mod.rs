//! What a package says, table by table: rows as the register holds them at a point, in the words of
//! the package's columns. The files here are those that read the same tables on the way in
//! (`parse`).

mod clusters;
mod figures;
mod organizations;
mod participations;
mod programmes;

use std::collections::{BTreeSet, HashMap};

use entity::{
    Dated, Labels, Language, Recorded, Revision, TextEnum, cluster,
    id::{ClusterId, OrganizationId, ParticipationId, ProgrammeId, SourceId},
    organization, participation, programme, source,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    prelude::Expr,
    sea_query::{Alias, ExprTrait},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::point::Point;
use crate::{
    dataset::package::folder::TABLES,
    domain::{Result, any_of, restricted::Audience},
};

/// How many rows are read at once.
pub(super) const PAGE: u64 = 2_000;

/// Reads the register at a point.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    point: Point,
    audience: Audience,
    /// Whether all facts were brought by one package, whose keys of sources are kept.
    is_of_one: bool,
    clusters: HashMap<ClusterId, String>,
    programmes: HashMap<ProgrammeId, String>,
}

/// Rows of a table as texts, and the id that further ones come after.
pub(super) struct Rows {
    pub(super) lines: Vec<Vec<String>>,
    pub(super) next: Option<Uuid>,
}

/// The keys of what a page of rows names.
struct Keys {
    organizations: HashMap<OrganizationId, String>,
    sources: HashMap<SourceId, String>,
}

impl Keys {
    fn organization(&self, id: OrganizationId) -> String {
        self.organizations[&id].clone()
    }

    fn source(&self, id: SourceId) -> String {
        self.sources[&id].clone()
    }
}

impl Reading {
    /// Begins to read.
    pub(super) async fn begin(
        db: &impl ConnectionTrait,
        point: Point,
        audience: Audience,
        is_of_one: bool,
    ) -> Result<Self> {
        let clusters = cluster::Entity::find().filter(cluster::Column::RecordedRev.lte(point.revision)).all(db).await?;
        let clusters = clusters.into_iter().map(|cluster| (cluster.id, cluster.slug)).collect();
        let programmes = programme::Entity::find().filter(programme::Column::RecordedRev.lte(point.revision));
        let programmes =
            programmes.all(db).await?.into_iter().map(|programme| (programme.id, programme.slug)).collect();
        Ok(Self { point, audience, is_of_one, clusters, programmes })
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
            "terms" => self.term_rows(db, after).await,
            "periods" => self.period_rows(db, after).await,
            "programmes" => self.programme_rows(db, after).await,
            "programme_clusters" => self.programme_cluster_rows(db, after).await,
            "figures" => self.figure_rows(db, after).await,
            "referrals" => self.referral_rows(db, after).await,
            _ => unreachable!("the tables of a package"),
        }
    }

    async fn source_rows(&self, db: &impl ConnectionTrait, after: Option<Uuid>) -> Result<Rows> {
        self.table::<source::Entity>(
            db,
            after,
            Condition::all(),
            |_| (None, None),
            |row, _| {
                vec![
                    self.own_key(&row.key),
                    row.kind.text(),
                    row.title.clone(),
                    text(&row.publisher),
                    text(&row.reference),
                    shown(row.published_on),
                    text(&row.url),
                    word(row.language),
                ]
            },
        )
        .await
    }

    /// A page of the rows of a table as lines, with the keys of the organizations and the sources
    /// that they name.
    async fn table<E: Recorded>(
        &self,
        db: &impl ConnectionTrait,
        after: Option<Uuid>,
        besides: Condition,
        named: impl Fn(&E::Model) -> (Option<OrganizationId>, Option<SourceId>),
        line: impl Fn(&E::Model, &Keys) -> Vec<String>,
    ) -> Result<Rows>
    where
        E::Model: Send + Sync,
    {
        let rows = self.standing::<E>(db, after, besides).await?;
        let keys = Keys {
            organizations: self.organizations(db, rows.iter().filter_map(|row| named(row).0)).await?,
            sources: self.sources(db, rows.iter().filter_map(|row| named(row).1)).await?,
        };
        Ok(Rows { lines: rows.iter().map(|row| line(row, &keys)).collect(), next: next(&rows, E::id) })
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
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let these = any_of(db.get_database_backend(), organization::Column::Id.into_simple_expr(), ids);
        let found = organization::Entity::find().filter(these).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, row.key)).collect())
    }

    async fn sources(
        &self,
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = SourceId>,
    ) -> Result<HashMap<SourceId, String>> {
        let ids: BTreeSet<_> = ids.collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let these = any_of(db.get_database_backend(), source::Column::Id.into_simple_expr(), ids);
        let found = source::Entity::find().filter(these).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, self.own_key(&row.key))).collect())
    }

    async fn participations(
        &self,
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = ParticipationId>,
    ) -> Result<HashMap<ParticipationId, participation::Model>> {
        let ids: BTreeSet<_> = ids.collect();
        let these = any_of(db.get_database_backend(), participation::Column::Id.into_simple_expr(), ids);
        let found = participation::Entity::find().filter(these).all(db).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }

    pub(super) fn slug(&self, id: ClusterId) -> String {
        self.clusters.get(&id).cloned().unwrap_or_default()
    }

    fn programme(&self, id: ProgrammeId) -> String {
        self.programmes.get(&id).cloned().unwrap_or_default()
    }

    /// The key of a source or a figure in the package: its own where all came with one package, else
    /// that of its package and its own.
    fn own_key(&self, recorded: &str) -> String {
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

/// The id that further rows come after; `None` after the last page.
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
