//! What changed in the register between two revisions, read through the entities.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    Revision, cluster,
    cluster_event::EventKind,
    id::{ClusterId, OrganizationId, SectorId},
    organization, participation, revision, sector_nace, source,
};
use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::domain::{
    Result,
    ledger::{
        cells::{Cell, Cells},
        changes::Changes,
        chunks::{self, Texts},
        columns::{ALWAYS, day, lasting, rev},
        copied::{self, Received},
        names,
        rows::{
            ActivityRow, AttributeRow, ClusterProfileRow, EventRow, IdentifierRow, JudgementRow, NameRow, PeriodRow,
            ProfileRow, Revisions, SectorRow, SiteRow, each,
        },
        values::{Activity, ClusterProfile, Particulars, Profile, Sector, Site},
    },
    positions::{ClassAt, MunicipalityAt, SourceAt},
    reference::REFERENCE,
    search,
    store::dialect,
};

/// What a look at the database finds.
pub(super) enum Look {
    /// No write since.
    Nothing,
    /// The writes since.
    Changes(Box<Changes>),
    /// The database does not hold the last write that was seen: it was restored, or another one
    /// took its place.
    AnotherHistory,
}

/// Looks for the writes after the last one that was seen, of the database with an id.
///
/// The last one is read again each time: its instant proves that what follows belongs to the same
/// history.
pub(super) async fn look(
    db: &DatabaseConnection,
    seen: Option<(Revision, DateTime<Utc>)>,
    register: Option<Uuid>,
) -> Result<Look> {
    let id_of_database = "(SELECT id FROM register)";
    let mut revisions = revision::Entity::find()
        .filter(revision::Column::Number.gte(seen.map_or(0, |(number, _)| number)))
        .order_by_asc(revision::Column::Number)
        .select_only()
        .columns([revision::Column::Number, revision::Column::At])
        .expr(Expr::cust(id_of_database))
        .into_tuple::<(Revision, DateTime<Utc>, Uuid)>()
        .all(db)
        .await?
        .into_iter()
        .peekable();
    let found = revisions.peek().map(|(_, _, register)| *register);
    if let Some((number, at)) = seen {
        let last = revisions.next().map(|(number, at, _)| (number, at));
        if last != Some((number, at)) || register != found {
            return Ok(Look::AnotherHistory);
        }
    }
    let revisions: Vec<_> = revisions.map(|(number, at, _)| (number, at)).collect();
    let Some((head, _)) = revisions.last() else { return Ok(Look::Nothing) };
    let span = Revisions { seen: seen.map_or(0, |(number, _)| number), head: *head };
    let (all, number) = (db.clone(), |(number, at): &(Revision, DateTime<Utc>)| (rev(*number), *at));
    let revisions = revisions.iter().map(number).collect();
    let mut changes = Changes { register: found, revisions, ..Changes::default() };
    // Each on a connection and a thread of its own, as far as there are any.
    let mut readings = JoinSet::new();
    readings.spawn(Changes::profiles(all.clone(), span));
    readings.spawn(Changes::names(all.clone(), span));
    readings.spawn(Changes::places(all.clone(), span));
    readings.spawn(Changes::attributes(all.clone(), span));
    readings.spawn(Changes::clusters(all.clone(), span));
    readings.spawn(Changes::periods(all, span));
    while let Some(reading) = readings.join_next().await {
        changes.add(reading.expect("readings do not panic")?);
    }
    Ok(Look::Changes(Box::new(changes)))
}

impl Changes {
    async fn profiles(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        if span.is_whole() {
            let ids = &mut changes.organizations;
            match db.get_database_backend() {
                DbBackend::Postgres => {
                    let mut take = |mut cells: Received<'_>| cells.next().map(|id| ids.push(id));
                    copied::each(db, "organization", &["id".to_owned()], span.head, &mut take).await?;
                }
                _ => {
                    let mut take = |mut cells: Texts<'_>| cells.next().map(|id| ids.push(id));
                    chunks::each(db, "organization", &[OrganizationId::written("id")], span.head, &mut take).await?;
                }
            }
        } else {
            let new = organization::Entity::find()
                .filter(organization::Column::RecordedRev.gt(span.seen))
                .filter(organization::Column::RecordedRev.lte(span.head))
                .select_only()
                .column(organization::Column::Id);
            changes.organizations = new.into_tuple().all(db).await?;
        }
        each(db, span, |row: ProfileRow| {
            let particulars = Particulars {
                profile: Profile { sphere: row.sphere, size_class: row.size_class },
                research_kind: row.research_kind,
                government_level: row.government_level,
                civil_society_kind: row.civil_society_kind,
                has_website: row.website.is_some(),
                founded_on: row.founded_on.into(),
                dissolved_on: row.dissolved_on.into(),
                source: SourceAt::at(0),
            };
            let text = names::written(&row.sort_name, &row.display_name);
            let fact = span.worded(particulars, text, row.recorded_rev, row.superseded_rev);
            changes.profiles.push((row.organization_id, row.source_id, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn names(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        each(db, span, |row: NameRow| {
            let text = search::line(&row.search, &row.name);
            changes.names.push((row.organization_id, span.worded((), text, row.recorded_rev, row.superseded_rev)));
        })
        .await?;
        each(db, span, |row: IdentifierRow| {
            let fact = span.worded(row.scheme, row.value, row.recorded_rev, row.superseded_rev);
            changes.identifiers.push((row.organization_id, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn places(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        each(db, span, |row: SiteRow| {
            let municipality = row.municipality.and_then(|nis| REFERENCE.municipality_position(&nis));
            let municipality = municipality.unwrap_or(MunicipalityAt::NOWHERE);
            let site = Site { municipality, kind: row.kind, id: row.id };
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, site);
            changes.sites.push((row.organization_id, fact));
        })
        .await?;
        each(db, span, |row: ActivityRow| {
            let Some(class) = REFERENCE.position(row.nace_version, &row.nace_code) else { return };
            let activity = Activity::new(class, row.rank, [row.from_stated, row.to_stated]);
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, activity);
            changes.activities.push((row.organization_id, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn attributes(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        each(db, span, |row: AttributeRow| {
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, row.value);
            changes.attributes.push((row.organization_id, row.code, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn clusters(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let mut changes = Self::default();
        changes.read_sources(&db, span).await?;
        changes.anchors(&db, span).await?;
        changes.cluster_profiles(&db, span).await?;
        changes.sectors(&db, span).await?;
        changes.judgements(&db, span).await?;
        Ok(changes)
    }

    async fn judgements(&mut self, db: &DatabaseConnection, span: Revisions) -> Result<()> {
        each(db, span, |row: JudgementRow| {
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, row.value);
            self.cluster_mut(row.cluster_id).judgements.push((row.organization_id, row.code, fact));
        })
        .await
    }

    async fn read_sources(&mut self, db: &DatabaseConnection, span: Revisions) -> Result<()> {
        let mut rows = source::Entity::find().filter(span.changed::<source::Entity>()).stream(db).await?;
        while let Some(row) = rows.try_next().await? {
            // What supersedes it may be of a later look.
            let superseded_rev = row.superseded_rev.filter(|by| *by <= span.head);
            self.sources.push(source::Model { superseded_rev, ..row });
        }
        Ok(())
    }

    /// What never changes: the slugs of new clusters, and the working groups of new participations.
    async fn anchors(&mut self, db: &DatabaseConnection, span: Revisions) -> Result<()> {
        let new = |recorded: Expr| Condition::all().add(recorded.clone().gt(span.seen)).add(recorded.lte(span.head));
        let clusters = cluster::Entity::find().filter(new(cluster::Column::RecordedRev.into_expr()));
        for row in clusters.all(db).await? {
            self.cluster_mut(row.id).slug = Some(row.slug.into());
        }
        let restricted = participation::Entity::find()
            .filter(new(participation::Column::RecordedRev.into_expr()))
            .filter(participation::Column::Scope.is_not_null());
        for row in restricted.all(db).await? {
            self.cluster_mut(row.cluster_id).scopes.push((row.id, row.scope.unwrap_or_default().into()));
        }
        Ok(())
    }

    async fn cluster_profiles(&mut self, db: &DatabaseConnection, span: Revisions) -> Result<()> {
        each(db, span, |row: ClusterProfileRow| {
            self.cluster_mut(row.cluster_id).profiles.push(ClusterProfile {
                id: row.id,
                recorded: rev(row.recorded_rev),
                superseded: span.superseded(row.superseded_rev),
                name: row.name,
                sort_name: row.sort_name,
                host: row.host_id,
                has_website: row.website.is_some(),
                complete_from: row.complete_from,
                source: row.source_id,
            });
        })
        .await?;
        each(db, span, |row: EventRow| {
            if row.kind == EventKind::Founding {
                // Of a founding without a date nothing is known to be after it.
                let earliest = row.on.map_or(ALWAYS, |on| day(on.earliest()));
                let fact = lasting(earliest, rev(row.recorded_rev), span.superseded(row.superseded_rev));
                self.cluster_mut(row.cluster_id).foundings.push(fact);
            }
        })
        .await
    }

    async fn sectors(&mut self, db: &DatabaseConnection, span: Revisions) -> Result<()> {
        let mut changed: Vec<(ClusterId, Sector)> = Vec::new();
        each(db, span, |row: SectorRow| {
            let (recorded, superseded) = (rev(row.recorded_rev), span.superseded(row.superseded_rev));
            let sector = Sector {
                id: row.id,
                code: row.code,
                label: row.label,
                source: row.source_id,
                recorded,
                superseded,
                named: Vec::new(),
                classes: Vec::new(),
            };
            changed.push((row.cluster_id, sector));
        })
        .await?;
        let mut named: HashMap<SectorId, Vec<ClassAt>> = HashMap::new();
        let ids = changed.iter().map(|(_, sector)| sector.id);
        let mut classes = sector_nace::Entity::find();
        if span.seen > 0 {
            let of_sector = sector_nace::Column::SectorId.into_expr();
            classes = classes.filter(dialect::any_of(db.get_database_backend(), of_sector, ids));
        }
        for row in classes.all(db).await? {
            let class = REFERENCE.position(row.nace_version, &row.nace_code);
            named.entry(row.sector_id).or_default().extend(class);
        }
        for (cluster, mut sector) in changed {
            sector.named = named.remove(&sector.id).unwrap_or_default();
            sector.named.sort_unstable();
            let under = |class: &ClassAt| REFERENCE.positions_under(REFERENCE.class_at(*class));
            sector.classes = sector.named.iter().map(under).collect();
            sector.classes.sort_unstable_by_key(|range| (range.start, range.end));
            self.cluster_mut(cluster).sectors.push(sector);
        }
        Ok(())
    }

    async fn periods(db: DatabaseConnection, span: Revisions) -> Result<Self> {
        let mut changes = Self::default();
        each(&db, span, |row: PeriodRow| changes.cluster_mut(row.cluster_id).periods.push(row.change(span))).await?;
        Ok(changes)
    }
}
