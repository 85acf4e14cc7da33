//! Participations: memberships and partnerships, and their dated statuses.
//!
//! They and their periods are read from the ledger, and [`list`](fn@list) finds them in an order;
//! the ids, the notes and the criteria of periods, and referrals, are read from the database.

mod list;
mod turns;

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    PartialDate, Revision,
    id::{ClusterId, OrganizationId, ParticipationId},
    participation::ParticipationKind,
    participation_period::{self, Column as Row, ExitKind, ExitReason, Status},
    referral,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

pub(super) use self::list::list_of_organizations;
pub use self::list::{Listing, Order, Whose, kinds, list, list_each};
pub(super) use self::turns::{Happened, Turn, turns};
pub(super) use super::condition::leaves::admits;
pub use super::condition::leaves::{
    PRESENT, ParticipationCondition as Condition, ParticipationFilter as Filter, supposing,
};
use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{Day, day, rev},
        segment::Segment,
        values::PeriodValue,
    },
    positions::{ClusterAt, ParticipationAt, SourceAt},
    store::{
        dialect, known_ids,
        page::{self, KeyKind, List, Page, PageRequest, Term},
    },
    time::{PointInTime, known},
    visit::Visit,
};

/// The same page of lists that are known by id. Those that were not recorded by the revision are
/// left out.
pub fn pages(
    image: &Image,
    lists: Vec<Vec<Occurrence>>,
    revision: Revision,
    request: &PageRequest,
) -> Vec<Page<Participation>> {
    let read = |one: Occurrence| Some(Participation { listed: one.row, ..by_id(image, one.id, revision)? });
    known_ids::pages(lists, request, read)
}

/// A participation that was counted, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Its id.
    pub id: ParticipationId,
    /// The row of the period that was counted; `None`: nothing is recorded of the day.
    row: Option<u32>,
}

impl Occurrence {
    pub(super) fn new(visit: Visit<'_>, row: Option<usize>) -> Self {
        Self { id: visit.id(), row: row.map(|row| row as u32) }
    }
}

impl known_ids::Identified for Occurrence {
    fn uuid(self) -> Uuid {
        self.id.0
    }
}

/// A participation, if it was recorded by a revision.
pub fn by_id(image: &Image, id: ParticipationId, revision: Revision) -> Option<Participation> {
    let (cluster, position) = image.participation(id)?;
    let was_recorded = image.segment(cluster).is_recorded(position, rev(revision));
    was_recorded.then(|| Participation::from_visit(image, Visit::at(image, cluster, position)))
}

/// Every participation of an organization of which a revision knows a period, whenever it holds; in
/// the order of recording.
pub fn of_organization(image: &Image, organization: OrganizationId, revision: Revision) -> Vec<Participation> {
    let Some(position) = image.organizations().position(organization) else { return Vec::new() };
    let own = image.participations().of_organization(position).iter();
    let all = own.map(|(cluster, at)| Participation::from_visit(image, Visit::at(image, *cluster, *at)));
    let mut known: Vec<_> = all.filter(|one| !one.periods(image, revision).is_empty()).collect();
    known.sort_unstable_by_key(|one| one.id.0);
    known
}

/// Which organization takes part in which cluster, as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participation {
    /// The id that never changes.
    pub id: ParticipationId,
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// As what.
    pub kind: ParticipationKind,
    cluster: ClusterAt,
    position: ParticipationAt,
    /// The row of the period that it was listed by.
    listed: Option<u32>,
}

impl Participation {
    pub(super) fn from_visit(image: &Image, visit: Visit<'_>) -> Self {
        Self {
            id: visit.id(),
            cluster_id: visit.segment.id,
            organization_id: image.organizations().id(visit.organization()),
            kind: visit.kind(),
            cluster: visit.cluster,
            position: visit.position,
            listed: visit.row.map(|row| row as u32),
        }
    }

    /// The period by which it came into a list: the one that holds at the list's point in time. `None`: it was found
    /// otherwise, or nothing is recorded of that day.
    pub fn listed_period(self, image: &Image) -> Option<Period> {
        Some(Period::from_row(self, image.segment(self.cluster), self.listed? as usize))
    }

    /// The working group it is restricted to; `None`: it is in the whole cluster.
    pub fn scope(self, image: &Image) -> Option<&str> {
        image.segment(self.cluster).scope(self.id)
    }

    /// The period that covers a day, as known at a revision.
    pub fn period_at(self, image: &Image, at: PointInTime) -> Option<Period> {
        let segment = image.segment(self.cluster);
        let row = segment.periods.holding(self.position.number(), at.into()).next()?;
        Some(Period::from_row(self, segment, row))
    }

    /// The last revision up to one that recorded or superseded a period of it.
    pub fn updated(self, image: &Image, revision: Revision) -> Revision {
        let periods = &image.segment(self.cluster).periods;
        let revisions = periods
            .of_owner(self.position.number())
            .flat_map(|row| [Some(periods.recorded(row)), periods.superseded(row)].into_iter().flatten());
        revisions.filter(|by| *by <= rev(revision)).max().unwrap_or_default().into()
    }

    /// All periods as known at a revision, from the first to the last.
    pub fn periods(self, image: &Image, revision: Revision) -> Vec<Period> {
        let segment = image.segment(self.cluster);
        segment.periods_of(self.position, rev(revision)).map(|row| Period::from_row(self, segment, row)).collect()
    }
}

/// A status during a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Of which participation.
    pub participation: ParticipationId,
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The revision that recorded it.
    pub recorded: Revision,
    from: Day,
    to: Day,
    /// The last day that a source attests the status; `None`: every day.
    attested_until: Option<Day>,
    standing: PeriodValue,
}

impl Period {
    pub(super) fn from_row(participation: Participation, segment: &Segment, row: usize) -> Self {
        let periods = &segment.periods;
        Self {
            participation: participation.id,
            cluster_id: participation.cluster_id,
            recorded: periods.recorded(row).into(),
            from: periods.from(row),
            to: periods.to(row),
            attested_until: periods.presumed_from(row).map(|first| first - 1),
            standing: periods.value(row),
        }
    }

    /// The period that a row of the database records, if the image holds it.
    pub fn of_row(image: &Image, row: &participation_period::Model) -> Option<Self> {
        let segment = image.cluster(row.cluster_id)?;
        let position = segment.position(row.participation_id)?;
        let participation =
            Participation::from_visit(image, Visit::at(image, image.cluster_at(row.cluster_id)?, position));
        let mut periods =
            segment.periods.of_owner(position.number()).map(|at| Self::from_row(participation, segment, at));
        periods.find(|period| period.is_recorded_by(row))
    }

    /// Whether a row of the database records it. Periods of a participation share no day, so that a
    /// revision records one with a first day at most.
    pub fn is_recorded_by(&self, row: &participation_period::Model) -> bool {
        (row.participation_id, row.recorded_rev, day(row.valid_from)) == (self.participation, self.recorded, self.from)
    }

    /// The status.
    pub fn status(&self) -> Status {
        self.standing.status()
    }

    /// How an end came about.
    pub fn exit_kind(&self) -> Option<ExitKind> {
        self.standing.exit_kind()
    }

    /// Why.
    pub fn exit_reason(&self) -> Option<ExitReason> {
        self.standing.exit_reason()
    }

    /// The first day, as the source states it; `None`: it counts from the first confirmation.
    pub fn stated_from(&self) -> Option<PartialDate> {
        self.standing.stated_from(self.from)
    }

    /// The first day no longer, as the source states it.
    pub fn stated_to(&self) -> Option<PartialDate> {
        self.standing.stated_to(self.to)
    }

    /// The first day that a source attests the status.
    pub fn first_confirmed_on(&self) -> Option<PartialDate> {
        self.standing.first_confirmed_on.date()
    }

    /// The last one.
    pub fn last_confirmed_on(&self) -> Option<PartialDate> {
        self.standing.last_confirmed_on.date()
    }

    /// Whether a source attests the status on a day that the period covers.
    pub fn is_confirmed(&self, as_of: NaiveDate) -> bool {
        self.attested_until.is_none_or(|last| day(as_of) <= last)
    }

    /// The document that attests it.
    pub fn source(&self) -> SourceAt {
        self.standing.source
    }
}

/// The rows of the database that record some periods, in their order.
pub async fn rows_of_periods(
    db: &impl ConnectionTrait,
    periods: &[Period],
) -> Result<Vec<Option<participation_period::Model>>> {
    let ids = periods.iter().map(|period| period.participation);
    let of_these = dialect::any_of(db.get_database_backend(), Row::ParticipationId.into_expr(), ids);
    let mut rows: HashMap<ParticipationId, Vec<participation_period::Model>> = HashMap::new();
    for row in participation_period::Entity::find().filter(of_these).all(db).await? {
        rows.entry(row.participation_id).or_default().push(row);
    }
    let row = |period: &Period| rows.get(&period.participation)?.iter().find(|row| period.is_recorded_by(row)).cloned();
    Ok(periods.iter().map(row).collect())
}

/// The referrals of each participation as known at a revision, in the order of recording.
pub async fn referrals(
    db: &impl ConnectionTrait,
    ids: &[ParticipationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<referral::Model>>> {
    let select = referral::Entity::find().filter(known::<referral::Entity>(revision));
    let order = vec![Term::new(referral::Column::Id.into_expr(), KeyKind::Id, false)];
    page::read_whole(db, List::new(select, order).each(referral::Column::ParticipationId, ids.iter().copied())).await
}
