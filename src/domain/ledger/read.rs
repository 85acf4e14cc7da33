//! What changed in the register between two revisions, read through the entities.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Labels, NaceVersion, PartialDate, Recorded, Revision,
    activity::{self, ActivityRank},
    attribute, cluster,
    cluster_event::{self, EventKind},
    cluster_profile,
    id::{ClusterId, ClusterProfileId, OrganizationId, ParticipationId, SectorId, SiteId, SourceId},
    judgement, organization,
    organization_identifier::{self, Scheme},
    organization_name,
    organization_profile::{self, CivilSocietyKind, GovernmentLevel, ResearchKind, SizeClass, Sphere},
    participation::{self, ParticipationKind},
    participation_period::{self, ExitKind, ExitReason, Status},
    revision, sector, sector_nace,
    site::{self, SiteKind},
    source,
};
use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbBackend, DbErr, EntityName, EntityTrait, FromQueryResult, IdenStatic,
    QueryFilter, QueryOrder, QueryResult, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    chunks::{self, Cell, Cells},
    columns::{ALWAYS, Fact, OPEN, Rev, STANDS, day, rev},
    names,
    organizations::{Activity, Particulars, Profile, Site},
    segment::{ClusterChanges, ClusterProfile, PeriodChange, Sector, Standing, lasting},
    undated::{Worded, worded},
};
use crate::domain::{
    Result, dialect,
    positions::{ClassAt, MunicipalityAt, SourceAt},
    reference::REFERENCE,
    search,
};

/// What was recorded or superseded after one revision and up to another.
#[derive(Default)]
pub(super) struct Changes {
    /// The id of the database.
    pub(super) register: Option<Uuid>,
    pub(super) revisions: Vec<(Rev, DateTime<Utc>)>,
    /// New ones.
    pub(super) organizations: Vec<OrganizationId>,
    /// With the source of each, whose position is not known yet.
    pub(super) profiles: Vec<(OrganizationId, SourceId, Worded<Particulars>)>,
    pub(super) names: Vec<(OrganizationId, Worded<()>)>,
    pub(super) identifiers: Vec<(OrganizationId, Worded<Scheme>)>,
    pub(super) sites: Vec<(OrganizationId, Fact<Site>)>,
    pub(super) activities: Vec<(OrganizationId, Fact<Activity>)>,
    pub(super) attributes: Vec<(OrganizationId, String, Fact<Option<bool>>)>,
    /// New ones, and those that were superseded.
    pub(super) sources: Vec<source::Model>,
    pub(super) clusters: HashMap<ClusterId, ClusterChanges>,
}

/// The revisions that a reading is about: after the first, up to the second.
///
/// Revisions are in the order of commits, so whatever belongs to one of them is there to be read; what a later write
/// adds meanwhile is left to the next reading.
#[derive(Clone, Copy)]
struct Span {
    seen: Revision,
    head: Revision,
}

impl Span {
    /// The rows that were recorded or superseded meanwhile.
    fn changed<E: Recorded>(self) -> Condition {
        let meanwhile = |column: E::Column| Condition::all().add(column.gt(self.seen)).add(column.lte(self.head));
        match self.seen {
            0 => Condition::all().add(E::RECORDED.lte(self.head)),
            _ => Condition::any().add(meanwhile(E::RECORDED)).add(meanwhile(E::SUPERSEDED)),
        }
    }

    /// Whether whole tables of SQLite are read.
    fn is_whole_of_sqlite(self, db: &DatabaseConnection) -> bool {
        self.seen == 0 && db.get_database_backend() == DbBackend::Sqlite
    }

    /// From when a row no longer is part of the register, as far as is read.
    fn superseded(self, by: Option<Revision>) -> Rev {
        by.filter(|by| *by <= self.head).map_or(STANDS, rev)
    }

    fn fact<V>(
        self,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        recorded: Revision,
        superseded: Option<Revision>,
        value: V,
    ) -> Fact<V> {
        let superseded = self.superseded(superseded);
        Fact {
            owner: 0,
            from: from.map_or(ALWAYS, day),
            to: to.map_or(OPEN, day),
            recorded: rev(recorded),
            value,
            superseded,
        }
    }

    fn worded<V>(
        self,
        value: V,
        text: impl Into<Box<str>>,
        recorded: Revision,
        superseded: Option<Revision>,
    ) -> Worded<V> {
        worded(value, text, rev(recorded), self.superseded(superseded))
    }
}

/// What a look at the database finds.
pub(super) enum Found {
    /// No write since.
    Nothing,
    /// The writes since.
    Changes(Box<Changes>),
    /// The database does not hold the last write that was seen: it was restored, or another one took its place.
    AnotherHistory,
}

/// Looks for the writes after the last one that was seen, of the database with an id.
///
/// The last one is read again each time: its instant proves that what follows belongs to the same history.
pub(super) async fn look(
    db: &DatabaseConnection,
    seen: Option<(Revision, DateTime<Utc>)>,
    register: Option<Uuid>,
) -> Result<Found> {
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
            return Ok(Found::AnotherHistory);
        }
    }
    let revisions: Vec<_> = revisions.map(|(number, at, _)| (number, at)).collect();
    let Some((head, _)) = revisions.last() else { return Ok(Found::Nothing) };
    let span = Span { seen: seen.map_or(0, |(number, _)| number), head: *head };
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
    Ok(Found::Changes(Box::new(changes)))
}

impl Changes {
    /// Takes what another reading found, of other tables.
    fn add(&mut self, other: Self) {
        self.organizations.extend(other.organizations);
        self.profiles.extend(other.profiles);
        self.names.extend(other.names);
        self.identifiers.extend(other.identifiers);
        self.sites.extend(other.sites);
        self.activities.extend(other.activities);
        self.attributes.extend(other.attributes);
        self.sources.extend(other.sources);
        for (id, changes) in other.clusters {
            self.clusters.entry(id).or_default().add(changes);
        }
    }

    async fn profiles(db: DatabaseConnection, span: Span) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        if span.is_whole_of_sqlite(db) {
            let id = [OrganizationId::written("id")];
            let mut take = |mut cells: Cells<'_>| cells.next().map(|id| changes.organizations.push(id));
            chunks::each(db, "organization", &id, span.head, &mut take).await?;
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

    async fn names(db: DatabaseConnection, span: Span) -> Result<Self> {
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

    async fn places(db: DatabaseConnection, span: Span) -> Result<Self> {
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

    async fn attributes(db: DatabaseConnection, span: Span) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        each(db, span, |row: AttributeRow| {
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, row.value);
            changes.attributes.push((row.organization_id, row.code, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn clusters(db: DatabaseConnection, span: Span) -> Result<Self> {
        let mut changes = Self::default();
        changes.read_sources(&db, span).await?;
        changes.anchors(&db, span).await?;
        changes.cluster_profiles(&db, span).await?;
        changes.sectors(&db, span).await?;
        changes.judgements(&db, span).await?;
        Ok(changes)
    }

    async fn judgements(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        each(db, span, |row: JudgementRow| {
            let fact = span.fact(row.valid_from, row.valid_to, row.recorded_rev, row.superseded_rev, row.value);
            self.of(row.cluster_id).judgements.push((row.organization_id, row.code, fact));
        })
        .await
    }

    async fn read_sources(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        let mut rows = source::Entity::find().filter(span.changed::<source::Entity>()).stream(db).await?;
        while let Some(row) = rows.try_next().await? {
            // What supersedes it may be of a later look.
            let superseded_rev = row.superseded_rev.filter(|by| *by <= span.head);
            self.sources.push(source::Model { superseded_rev, ..row });
        }
        Ok(())
    }

    /// What never changes: the slugs of new clusters, and the working groups of new participations.
    async fn anchors(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        let new = |recorded: Expr| Condition::all().add(recorded.clone().gt(span.seen)).add(recorded.lte(span.head));
        let clusters = cluster::Entity::find().filter(new(cluster::Column::RecordedRev.into_expr()));
        for row in clusters.all(db).await? {
            self.of(row.id).slug = Some(row.slug.into());
        }
        let restricted = participation::Entity::find()
            .filter(new(participation::Column::RecordedRev.into_expr()))
            .filter(participation::Column::Scope.is_not_null());
        for row in restricted.all(db).await? {
            self.of(row.cluster_id).scopes.push((row.id, row.scope.unwrap_or_default().into()));
        }
        Ok(())
    }

    async fn cluster_profiles(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        each(db, span, |row: ClusterProfileRow| {
            self.of(row.cluster_id).profiles.push(ClusterProfile {
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
                self.of(row.cluster_id).foundings.push(fact);
            }
        })
        .await
    }

    async fn sectors(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
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
            sector.classes.sort_unstable_by_key(|range| (range.start, range.end));
            self.of(cluster).sectors.push(sector);
        }
        Ok(())
    }

    async fn periods(db: DatabaseConnection, span: Span) -> Result<Self> {
        let mut changes = Self::default();
        each(&db, span, |row: PeriodRow| changes.of(row.cluster_id).periods.push(row.change(span))).await?;
        Ok(changes)
    }

    fn of(&mut self, cluster: ClusterId) -> &mut ClusterChanges {
        self.clusters.entry(cluster).or_default()
    }
}

/// Columns of a table that are read together.
trait Columns: FromQueryResult + Send {
    type Entity: Recorded;
    const ALL: &'static [<Self::Entity as EntityTrait>::Column];

    /// The expressions that write its cells, of columns of these names.
    fn cells(names: &[String]) -> Vec<String>;

    /// The row that some cells are of.
    fn of_cells(cells: Cells<'_>) -> Option<Self>;
}

/// Declares a row: each field with its type and its column, in the order in which they are selected and read.
///
/// They are read by position: finding each column of a million rows by its name takes longer than reading it.
macro_rules! row {
    ($name:ident of $table:ident { $($field:ident: $type:ty = $column:ident),+ $(,)? }) => {
        struct $name {
            $($field: $type),+
        }

        impl Columns for $name {
            type Entity = $table::Entity;
            const ALL: &'static [$table::Column] = &[$($table::Column::$column),+];

            fn cells(names: &[String]) -> Vec<String> {
                let written: [fn(&str) -> String; Self::ALL.len()] = [$(<$type as Cell>::written),+];
                names.iter().zip(written).map(|(name, written)| written(name)).collect()
            }

            fn of_cells(mut cells: Cells<'_>) -> Option<Self> {
                Some(Self { $($field: cells.next()?),+ })
            }
        }

        impl FromQueryResult for $name {
            fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
                let mut index = 0..Self::ALL.len();
                let mut next = || index.next().expect("as many columns as fields");
                Ok(Self { $($field: row.try_get_by_index(next())?),+ })
            }
        }
    };
}

row!(ProfileRow of organization_profile {
    organization_id: OrganizationId = OrganizationId,
    sphere: Sphere = Sphere,
    size_class: Option<SizeClass> = SizeClass,
    research_kind: Option<ResearchKind> = ResearchKind,
    government_level: Option<GovernmentLevel> = GovernmentLevel,
    civil_society_kind: Option<CivilSocietyKind> = CivilSocietyKind,
    founded_on: Option<PartialDate> = FoundedOn,
    dissolved_on: Option<PartialDate> = DissolvedOn,
    website: Option<String> = Website,
    display_name: Labels = DisplayName,
    sort_name: String = SortName,
    source_id: SourceId = SourceId,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(NameRow of organization_name {
    organization_id: OrganizationId = OrganizationId,
    name: String = Name,
    search: String = Search,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(SiteRow of site {
    id: SiteId = Id,
    organization_id: OrganizationId = OrganizationId,
    kind: SiteKind = Kind,
    municipality: Option<String> = Municipality,
    valid_from: Option<NaiveDate> = ValidFrom,
    valid_to: Option<NaiveDate> = ValidTo,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(ActivityRow of activity {
    organization_id: OrganizationId = OrganizationId,
    nace_version: NaceVersion = NaceVersion,
    nace_code: String = NaceCode,
    rank: ActivityRank = Rank,
    from_stated: Option<PartialDate> = FromStated,
    to_stated: Option<PartialDate> = ToStated,
    valid_from: Option<NaiveDate> = ValidFrom,
    valid_to: Option<NaiveDate> = ValidTo,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(AttributeRow of attribute {
    organization_id: OrganizationId = OrganizationId,
    code: String = Code,
    value: Option<bool> = Value,
    valid_from: Option<NaiveDate> = ValidFrom,
    valid_to: Option<NaiveDate> = ValidTo,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(IdentifierRow of organization_identifier {
    organization_id: OrganizationId = OrganizationId,
    scheme: Scheme = Scheme,
    value: String = Value,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(JudgementRow of judgement {
    cluster_id: ClusterId = ClusterId,
    organization_id: OrganizationId = OrganizationId,
    code: String = Code,
    value: Option<bool> = Value,
    valid_from: Option<NaiveDate> = ValidFrom,
    valid_to: Option<NaiveDate> = ValidTo,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(ClusterProfileRow of cluster_profile {
    id: ClusterProfileId = Id,
    cluster_id: ClusterId = ClusterId,
    host_id: Option<OrganizationId> = HostId,
    website: Option<String> = Website,
    name: Labels = Name,
    sort_name: String = SortName,
    source_id: SourceId = SourceId,
    complete_from: Option<NaiveDate> = CompleteFrom,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(EventRow of cluster_event {
    cluster_id: ClusterId = ClusterId,
    kind: EventKind = Kind,
    on: Option<PartialDate> = On,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(SectorRow of sector {
    id: SectorId = Id,
    cluster_id: ClusterId = ClusterId,
    code: String = Code,
    label: Labels = Label,
    source_id: SourceId = SourceId,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

row!(PeriodRow of participation_period {
    participation_id: ParticipationId = ParticipationId,
    cluster_id: ClusterId = ClusterId,
    organization_id: OrganizationId = OrganizationId,
    kind: ParticipationKind = Kind,
    status: Status = Status,
    exit_kind: Option<ExitKind> = ExitKind,
    exit_reason: Option<ExitReason> = ExitReason,
    valid_from: NaiveDate = ValidFrom,
    valid_to: Option<NaiveDate> = ValidTo,
    from_stated: Option<PartialDate> = FromStated,
    to_stated: Option<PartialDate> = ToStated,
    first_confirmed_on: Option<PartialDate> = FirstConfirmedOn,
    last_confirmed_on: Option<PartialDate> = LastConfirmedOn,
    source_id: SourceId = SourceId,
    recorded_rev: Revision = RecordedRev,
    superseded_rev: Option<Revision> = SupersededRev,
});

impl PeriodRow {
    fn change(&self, span: Span) -> PeriodChange {
        let exit = (self.exit_kind, self.exit_reason);
        let confirmed = [self.first_confirmed_on, self.last_confirmed_on];
        let standing = Standing::new(self.status, exit, [self.from_stated, self.to_stated], confirmed);
        let fact = span.fact(Some(self.valid_from), self.valid_to, self.recorded_rev, self.superseded_rev, standing);
        PeriodChange {
            participation: self.participation_id,
            organization: self.organization_id,
            kind: self.kind,
            source: self.source_id,
            fact,
        }
    }
}

/// Reads the changed rows of a table, one after the other.
async fn each<C: Columns>(db: &DatabaseConnection, span: Span, mut take: impl FnMut(C)) -> Result<()> {
    if span.is_whole_of_sqlite(db) {
        let names: Vec<String> = C::ALL.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
        let table = C::Entity::default().table_name().to_owned();
        return chunks::each(db, &table, &C::cells(&names), span.head, |cells| C::of_cells(cells).map(&mut take)).await;
    }
    let changed = C::Entity::find().filter(span.changed::<C::Entity>());
    let query = changed.select_only().columns(C::ALL.iter().copied());
    let mut rows = query.into_model::<C>().stream(db).await?;
    while let Some(row) = rows.try_next().await? {
        take(row);
    }
    Ok(())
}
