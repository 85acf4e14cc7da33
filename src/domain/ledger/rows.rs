//! The rows of tables that a reading takes, and the revisions that it is about.

use chrono::NaiveDate;
use entity::{
    Labels, NaceVersion, PartialDate, Recorded, Revision,
    activity::{self, ActivityRank},
    attribute,
    cluster_event::{self, EventKind},
    cluster_profile,
    id::{ClusterId, ClusterProfileId, OrganizationId, ParticipationId, SectorId, SiteId, SourceId},
    judgement,
    organization_identifier::{self, Scheme},
    organization_name,
    organization_profile::{self, CivilSocietyKind, GovernmentLevel, ResearchKind, SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{self, ExitKind, ExitReason, Status},
    sector,
    site::{self, SiteKind},
};
use futures_util::TryStreamExt;
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, DbBackend, DbErr, EntityName, EntityTrait, FromQueryResult, IdenStatic,
    QueryFilter, QueryResult, QuerySelect,
};

use super::{
    cells::{Cell, Cells},
    changes::PeriodChange,
    chunks,
    columns::{ALWAYS, Fact, OPEN, Rev, STANDS, day, rev},
    copied,
    undated::{Worded, worded},
    values::PeriodValue,
};
use crate::domain::Result;

/// The revisions that a reading is about: after the first, up to the second.
///
/// Revisions are in the order of commits, so whatever belongs to one of them is there to be read;
/// what a later write adds meanwhile is left to the next reading.
#[derive(Clone, Copy)]
pub(super) struct Revisions {
    pub(super) seen: Revision,
    pub(super) head: Revision,
}

impl Revisions {
    /// The rows that were recorded or superseded meanwhile.
    pub(super) fn changed<E: Recorded>(self) -> Condition {
        let meanwhile = |column: E::Column| Condition::all().add(column.gt(self.seen)).add(column.lte(self.head));
        match self.seen {
            0 => Condition::all().add(E::RECORDED.lte(self.head)),
            _ => Condition::any().add(meanwhile(E::RECORDED)).add(meanwhile(E::SUPERSEDED)),
        }
    }

    /// Whether whole tables are read, and so in bulk.
    pub(super) fn is_whole(self) -> bool {
        self.seen == 0
    }

    /// From when a row no longer is part of the register, as far as is read.
    pub(super) fn superseded(self, by: Option<Revision>) -> Rev {
        by.filter(|by| *by <= self.head).map_or(STANDS, rev)
    }

    pub(super) fn fact<V>(
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

    pub(super) fn worded<V>(
        self,
        value: V,
        text: impl Into<Box<str>>,
        recorded: Revision,
        superseded: Option<Revision>,
    ) -> Worded<V> {
        worded(value, text, rev(recorded), self.superseded(superseded))
    }
}

/// Columns of a table that are read together.
pub(super) trait Columns: FromQueryResult + Send {
    type Entity: Recorded;
    const ALL: &'static [<Self::Entity as EntityTrait>::Column];

    /// The expressions that write its cells in SQLite, of columns of these names.
    fn cells(names: &[String]) -> Vec<String>;

    /// The row that some cells are of.
    fn of_cells(cells: impl Cells) -> Option<Self>;
}

/// Declares a row: each field with its type and its column, in the order in which they are selected
/// and read.
///
/// They are read by position: finding each column of a million rows by its name takes longer than
/// reading it.
macro_rules! row {
    ($name:ident of $table:ident { $($field:ident: $type:ty = $column:ident),+ $(,)? }) => {
        pub(super) struct $name {
            $(pub(super) $field: $type),+
        }

        impl Columns for $name {
            type Entity = $table::Entity;
            const ALL: &'static [$table::Column] = &[$($table::Column::$column),+];

            fn cells(names: &[String]) -> Vec<String> {
                let written: [fn(&str) -> String; Self::ALL.len()] = [$(<$type as Cell>::written),+];
                names.iter().zip(written).map(|(name, written)| written(name)).collect()
            }

            fn of_cells(mut cells: impl Cells) -> Option<Self> {
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
    pub(super) fn change(&self, span: Revisions) -> PeriodChange {
        let exit = (self.exit_kind, self.exit_reason);
        let confirmed = [self.first_confirmed_on, self.last_confirmed_on];
        let standing = PeriodValue::new(self.status, exit, [self.from_stated, self.to_stated], confirmed);
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
pub(super) async fn each<C: Columns>(db: &DatabaseConnection, span: Revisions, mut take: impl FnMut(C)) -> Result<()> {
    if span.is_whole() {
        let names: Vec<String> = C::ALL.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
        let (table, head) = (C::Entity::default().table_name().to_owned(), span.head);
        return match db.get_database_backend() {
            DbBackend::Postgres => {
                copied::each(db, &table, &names, head, |cells| C::of_cells(cells).map(&mut take)).await
            }
            _ => chunks::each(db, &table, &C::cells(&names), head, |cells| C::of_cells(cells).map(&mut take)).await,
        };
    }
    let changed = C::Entity::find().filter(span.changed::<C::Entity>());
    let query = changed.select_only().columns(C::ALL.iter().copied());
    let mut rows = query.into_model::<C>().stream(db).await?;
    while let Some(row) = rows.try_next().await? {
        take(row);
    }
    Ok(())
}
