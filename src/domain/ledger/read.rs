//! What changed in the register between two revisions, read through the entities.

use std::{collections::HashMap, ops::Range};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    NaceVersion, PartialDate, Recorded, Revision, activity, attribute, cluster_event, cluster_profile,
    id::{ClusterId, OrganizationId, ParticipationId, SectorId},
    judgement, organization,
    organization_identifier::{self, Scheme},
    organization_profile,
    participation::ParticipationKind,
    participation_period, revision, sector, sector_nace, site,
};
use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QueryResult, QuerySelect,
};
use tokio::task::JoinSet;

use super::{
    columns::{ALWAYS, Day, Fact, OPEN, Rev, STANDS, day, rev},
    organizations::Profile,
    segment::{ClusterChanges, PeriodChange, Sector, Standing, lasting},
};
use crate::domain::{
    Result, dialect,
    positions::{ClassAt, MunicipalityAt},
    reference::REFERENCE,
    time,
};

/// What was recorded or superseded after one revision and up to another.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) revisions: Vec<(Rev, DateTime<Utc>)>,
    /// New ones.
    pub(super) organizations: Vec<OrganizationId>,
    pub(super) profiles: Vec<(OrganizationId, Fact<Profile>)>,
    pub(super) sites: Vec<(OrganizationId, Fact<MunicipalityAt>)>,
    pub(super) activities: Vec<(OrganizationId, Fact<ClassAt>)>,
    pub(super) attributes: Vec<(OrganizationId, String, Fact<Option<bool>>)>,
    pub(super) identifiers: Vec<(OrganizationId, Scheme, Fact<Option<bool>>)>,
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
}

/// Reads the changes after a revision; none when there was no write.
pub(super) async fn changes(db: &DatabaseConnection, seen: Rev) -> Result<Option<Changes>> {
    let seen = Revision::from(seen);
    let revisions = revision::Entity::find()
        .filter(revision::Column::Number.gt(seen))
        .order_by_asc(revision::Column::Number)
        .select_only()
        .columns([revision::Column::Number, revision::Column::At])
        .into_tuple::<(Revision, DateTime<Utc>)>()
        .all(db)
        .await?;
    let Some((head, _)) = revisions.last() else { return Ok(None) };
    let span = Span { seen, head: *head };
    let (all, number) = (db.clone(), |(number, at): &(Revision, DateTime<Utc>)| (rev(*number), *at));
    let mut changes = Changes { revisions: revisions.iter().map(number).collect(), ..Changes::default() };
    // Each on a connection and a thread of its own, as far as there are any.
    let mut readings = JoinSet::new();
    readings.spawn(Changes::profiles(all.clone(), span));
    readings.spawn(Changes::places(all.clone(), span));
    readings.spawn(Changes::assertions(all.clone(), span));
    readings.spawn(Changes::clusters(all.clone(), span));
    readings.spawn(Changes::periods(all, span));
    while let Some(reading) = readings.join_next().await {
        changes.add(reading.expect("readings do not panic")?);
    }
    Ok(Some(changes))
}

impl Changes {
    /// Takes what another reading found, of other tables.
    fn add(&mut self, other: Self) {
        self.organizations.extend(other.organizations);
        self.profiles.extend(other.profiles);
        self.sites.extend(other.sites);
        self.activities.extend(other.activities);
        self.attributes.extend(other.attributes);
        self.identifiers.extend(other.identifiers);
        for (id, changes) in other.clusters {
            self.clusters.entry(id).or_default().add(changes);
        }
    }

    async fn profiles(db: DatabaseConnection, span: Span) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        let new = organization::Entity::find()
            .filter(organization::Column::RecordedRev.gt(span.seen))
            .filter(organization::Column::RecordedRev.lte(span.head))
            .select_only()
            .column(organization::Column::Id);
        changes.organizations = new.into_tuple().all(db).await?;

        use organization_profile::Column as Profiles;
        let columns = [
            Profiles::OrganizationId,
            Profiles::Sphere,
            Profiles::SizeClass,
            Profiles::RecordedRev,
            Profiles::SupersededRev,
        ];
        each::<organization_profile::Entity, _>(db, span, columns, |(id, sphere, size_class, recorded, superseded)| {
            let fact = span.fact(None, None, recorded, superseded, Profile { sphere, size_class });
            changes.profiles.push((id, fact));
        })
        .await?;
        Ok(changes)
    }

    async fn places(db: DatabaseConnection, span: Span) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        use site::Column as Sites;
        let columns = [
            Sites::OrganizationId,
            Sites::Municipality,
            Sites::ValidFrom,
            Sites::ValidTo,
            Sites::RecordedRev,
            Sites::SupersededRev,
        ];
        type Site = (OrganizationId, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Revision, Option<Revision>);
        each::<site::Entity, Site>(db, span, columns, |(id, municipality, from, to, recorded, superseded)| {
            let municipality =
                municipality.and_then(|nis| REFERENCE.municipality_position(&nis)).unwrap_or(MunicipalityAt::NOWHERE);
            changes.sites.push((id, span.fact(from, to, recorded, superseded, municipality)));
        })
        .await?;

        use activity::Column as Activities;
        let columns = [
            Activities::OrganizationId,
            Activities::NaceVersion,
            Activities::NaceCode,
            Activities::ValidFrom,
            Activities::ValidTo,
            Activities::RecordedRev,
            Activities::SupersededRev,
        ];
        type Activity =
            (OrganizationId, NaceVersion, String, Option<NaiveDate>, Option<NaiveDate>, Revision, Option<Revision>);
        each::<activity::Entity, Activity>(db, span, columns, |(id, version, code, from, to, recorded, superseded)| {
            let class = REFERENCE.position(version, &code);
            changes.activities.extend(class.map(|class| (id, span.fact(from, to, recorded, superseded, class))));
        })
        .await?;
        Ok(changes)
    }

    async fn assertions(db: DatabaseConnection, span: Span) -> Result<Self> {
        let (db, mut changes) = (&db, Self::default());
        use attribute::Column as Attributes;
        let columns = [
            Attributes::OrganizationId,
            Attributes::Code,
            Attributes::Value,
            Attributes::ValidFrom,
            Attributes::ValidTo,
            Attributes::RecordedRev,
            Attributes::SupersededRev,
        ];
        type Asserted =
            (OrganizationId, String, Option<bool>, Option<NaiveDate>, Option<NaiveDate>, Revision, Option<Revision>);
        each::<attribute::Entity, Asserted>(db, span, columns, |(id, code, value, from, to, recorded, superseded)| {
            changes.attributes.push((id, code, span.fact(from, to, recorded, superseded, value)));
        })
        .await?;

        use organization_identifier::Column as Identifiers;
        let columns =
            [Identifiers::OrganizationId, Identifiers::Scheme, Identifiers::RecordedRev, Identifiers::SupersededRev];
        each::<organization_identifier::Entity, _>(db, span, columns, |(id, scheme, recorded, superseded)| {
            changes.identifiers.push((id, scheme, span.fact(None, None, recorded, superseded, Some(true))));
        })
        .await?;
        Ok(changes)
    }

    async fn clusters(db: DatabaseConnection, span: Span) -> Result<Self> {
        let mut changes = Self::default();
        changes.cluster_profiles(&db, span).await?;
        changes.sectors(&db, span).await?;
        changes.judgements(&db, span).await?;
        Ok(changes)
    }

    async fn judgements(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        use judgement::Column;
        let columns = [
            Column::ClusterId,
            Column::OrganizationId,
            Column::Code,
            Column::Value,
            Column::ValidFrom,
            Column::ValidTo,
            Column::RecordedRev,
            Column::SupersededRev,
        ];
        type Judged = (
            ClusterId,
            OrganizationId,
            String,
            Option<bool>,
            Option<NaiveDate>,
            Option<NaiveDate>,
            Revision,
            Option<Revision>,
        );
        each::<judgement::Entity, Judged>(
            db,
            span,
            columns,
            |(cluster, id, code, value, from, to, recorded, superseded)| {
                let fact = span.fact(from, to, recorded, superseded, value);
                self.clusters.entry(cluster).or_default().judgements.push((id, code, fact));
            },
        )
        .await
    }

    async fn cluster_profiles(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        use cluster_profile::Column as Profiles;
        let columns = [Profiles::ClusterId, Profiles::CompleteFrom, Profiles::RecordedRev, Profiles::SupersededRev];
        each::<cluster_profile::Entity, (_, Option<NaiveDate>, _, _)>(
            db,
            span,
            columns,
            |(id, from, recorded, superseded)| {
                let fact = lasting(from.map_or(OPEN, day), rev(recorded), span.superseded(superseded));
                self.clusters.entry(id).or_default().complete_from.push(fact);
            },
        )
        .await?;

        use cluster_event::{Column as Events, EventKind};
        let columns = [Events::ClusterId, Events::Kind, Events::On, Events::RecordedRev, Events::SupersededRev];
        each::<cluster_event::Entity, (_, EventKind, Option<PartialDate>, _, _)>(
            db,
            span,
            columns,
            |(id, kind, on, recorded, superseded)| {
                if kind == EventKind::Founding {
                    // Of a founding without a date nothing is known to be after it.
                    let earliest = on.map_or(ALWAYS, |on| day(on.earliest()));
                    let fact = lasting(earliest, rev(recorded), span.superseded(superseded));
                    self.clusters.entry(id).or_default().foundings.push(fact);
                }
            },
        )
        .await
    }

    async fn sectors(&mut self, db: &DatabaseConnection, span: Span) -> Result<()> {
        use sector::Column as Sectors;
        let columns = [Sectors::Id, Sectors::ClusterId, Sectors::Code, Sectors::RecordedRev, Sectors::SupersededRev];
        let mut changed: Vec<(ClusterId, Sector)> = Vec::new();
        each::<sector::Entity, (SectorId, _, _, _, _)>(
            db,
            span,
            columns,
            |(id, cluster, code, recorded, superseded)| {
                let (recorded, superseded) = (rev(recorded), span.superseded(superseded));
                changed.push((cluster, Sector { id, code, recorded, superseded, classes: Vec::new() }));
            },
        )
        .await?;
        let mut classes: HashMap<SectorId, Vec<Range<ClassAt>>> = HashMap::new();
        let ids = changed.iter().map(|(_, sector)| sector.id);
        let wanted = dialect::any_of(db.get_database_backend(), sector_nace::Column::SectorId.into_expr(), ids);
        for row in sector_nace::Entity::find().filter(wanted).all(db).await? {
            let class = REFERENCE.class(row.nace_version, &row.nace_code);
            let range = class.map(|class| REFERENCE.positions_under(class));
            classes.entry(row.sector_id).or_default().extend(range);
        }
        for (cluster, mut sector) in changed {
            sector.classes = classes.remove(&sector.id).unwrap_or_default();
            sector.classes.sort_unstable_by_key(|range| (range.start, range.end));
            self.clusters.entry(cluster).or_default().sectors.push(sector);
        }
        Ok(())
    }

    async fn periods(db: DatabaseConnection, span: Span) -> Result<Self> {
        use participation_period::Column;
        let mut changes = Self::default();
        let columns = [
            Column::ParticipationId,
            Column::ClusterId,
            Column::OrganizationId,
            Column::Kind,
            Column::Status,
            Column::ExitKind,
            Column::ExitReason,
            Column::ValidFrom,
            Column::ValidTo,
            Column::FromStated,
            Column::ToStated,
            Column::FirstConfirmedOn,
            Column::LastConfirmedOn,
            Column::RecordedRev,
            Column::SupersededRev,
        ];
        let query = participation_period::Entity::find().filter(span.changed::<participation_period::Entity>());
        let mut rows = query.select_only().columns(columns).into_model::<Period>().stream(&db).await?;
        while let Some(period) = rows.try_next().await? {
            changes.clusters.entry(period.cluster_id).or_default().periods.push(period.change(span));
        }
        Ok(changes)
    }
}

/// The columns of a period that statistics rest on.
struct Period {
    participation_id: ParticipationId,
    cluster_id: ClusterId,
    organization_id: OrganizationId,
    kind: ParticipationKind,
    status: participation_period::Status,
    exit_kind: Option<participation_period::ExitKind>,
    exit_reason: Option<participation_period::ExitReason>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    from_stated: Option<PartialDate>,
    to_stated: Option<PartialDate>,
    first_confirmed_on: Option<PartialDate>,
    last_confirmed_on: Option<PartialDate>,
    recorded_rev: Revision,
    superseded_rev: Option<Revision>,
}

impl FromQueryResult for Period {
    /// By position: finding each column of a million rows by its name takes longer than reading it.
    fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            participation_id: row.try_get_by_index(0)?,
            cluster_id: row.try_get_by_index(1)?,
            organization_id: row.try_get_by_index(2)?,
            kind: row.try_get_by_index(3)?,
            status: row.try_get_by_index(4)?,
            exit_kind: row.try_get_by_index(5)?,
            exit_reason: row.try_get_by_index(6)?,
            valid_from: row.try_get_by_index(7)?,
            valid_to: row.try_get_by_index(8)?,
            from_stated: row.try_get_by_index(9)?,
            to_stated: row.try_get_by_index(10)?,
            first_confirmed_on: row.try_get_by_index(11)?,
            last_confirmed_on: row.try_get_by_index(12)?,
            recorded_rev: row.try_get_by_index(13)?,
            superseded_rev: row.try_get_by_index(14)?,
        })
    }
}

impl Period {
    fn change(&self, span: Span) -> PeriodChange {
        let stated = [self.last_confirmed_on, self.first_confirmed_on, self.from_stated];
        let attested: Day = time::attested_until(self.status, self.to_stated, stated).map_or(OPEN, day);
        let standing =
            Standing::new(self.status, self.exit_kind, self.exit_reason, self.from_stated.is_some(), attested);
        let fact = span.fact(Some(self.valid_from), self.valid_to, self.recorded_rev, self.superseded_rev, standing);
        PeriodChange { participation: self.participation_id, organization: self.organization_id, kind: self.kind, fact }
    }
}

/// Reads columns of the changed rows of a table, one row after the other.
async fn each<E: Recorded, T: sea_orm::TryGetableMany + Send + Sync>(
    db: &DatabaseConnection,
    span: Span,
    columns: impl IntoIterator<Item = E::Column>,
    mut take: impl FnMut(T),
) -> Result<()> {
    let query = E::find().filter(span.changed::<E>()).select_only().columns(columns);
    let mut rows = query.into_tuple::<T>().stream(db).await?;
    while let Some(row) = rows.try_next().await? {
        take(row);
    }
    Ok(())
}
