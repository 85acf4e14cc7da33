//! Participations: memberships and partnerships, and their dated statuses.

use std::collections::HashMap;

use entity::{
    Revision, cluster,
    id::{ClusterId, OrganizationId, ParticipationId},
    organization_profile,
    participation::{Column, Entity, Model, ParticipationKind},
    participation_period::{self, Column as Period, ExitKind, Status},
    referral,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{ExprTrait, IntoCondition},
};
use uuid::Uuid;

use super::{
    Result,
    condition::Tree,
    dialect, enumerated,
    kleene::Outcome,
    organization,
    page::{self, KeyKind, List, Page, PageRequest, Term},
    time::{PointInTime, covering, known},
};

/// Which participations, by the status they have at the point in time of the list.
pub type Filter = Tree<Condition>;

/// One condition on participations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Has one of these statuses.
    Status(Vec<Status>),
    /// Ended in one of these ways.
    ExitKind(Vec<ExitKind>),
    /// In one of these clusters.
    Cluster(Vec<ClusterId>),
    /// Of one of these organizations.
    Organization(Vec<OrganizationId>),
    /// Of an organization that satisfies this.
    Of(organization::Filter),
}

impl Condition {
    /// Whether it is on the status, so that none is to be supposed.
    pub fn is_on_status(&self) -> bool {
        matches!(self, Self::Status(_) | Self::ExitKind(_))
    }

    fn sql(&self, backend: DbBackend, at: PointInTime) -> sea_orm::Condition {
        match self {
            Self::Status(statuses) => Period::Status.is_in(statuses.iter().copied()).into_condition(),
            // A period that is no end has no exit kind: it is not of these kinds, rather than neither.
            Self::ExitKind(kinds) => sea_orm::Condition::all()
                .add(Period::ExitKind.is_not_null())
                .add(Period::ExitKind.is_in(kinds.iter().copied())),
            Self::Cluster(ids) => {
                dialect::any_of(backend, Period::ClusterId.into_expr(), ids.iter().copied()).into_condition()
            }
            Self::Organization(ids) => {
                dialect::any_of(backend, Period::OrganizationId.into_expr(), ids.iter().copied()).into_condition()
            }
            Self::Of(filter) => {
                Period::OrganizationId.in_subquery(organization::among(filter, backend, at)).into_condition()
            }
        }
    }
}

/// The same filter, whose conditions on the organization are one where all of them must be met: one look at the
/// organizations instead of one for each.
fn gathered(filter: &Filter) -> Filter {
    match filter {
        Filter::All(parts) => {
            let (mut of_organizations, mut others) = (Vec::new(), Vec::new());
            for part in parts {
                match part {
                    Filter::Is(Condition::Of(filter)) => of_organizations.push(filter.clone()),
                    other => others.push(gathered(other)),
                }
            }
            if !of_organizations.is_empty() {
                others.push(Condition::Of(organization::Filter::all(of_organizations)).into());
            }
            Filter::all(others)
        }
        Filter::Any(parts) => Filter::Any(parts.iter().map(gathered).collect()),
        Filter::Not(part) => !gathered(part),
        Filter::Is(_) => filter.clone(),
    }
}

/// Whether a filter says anything of the status.
pub fn is_on_status(filter: &Filter) -> bool {
    filter.has(&Condition::is_on_status)
}

/// Whether participations with a status, and an exit kind where it is an end, satisfy a filter, as far as these tell.
pub fn admits(filter: &Filter, status: Status, exit_kind: Option<ExitKind>) -> Outcome {
    filter.outcome(&|condition| match condition {
        Condition::Status(statuses) => statuses.contains(&status).into(),
        Condition::ExitKind(kinds) => exit_kind.is_some_and(|kind| kinds.contains(&kind)).into(),
        Condition::Cluster(_) | Condition::Organization(_) | Condition::Of(_) => Outcome::Unknown,
    })
}

/// An order of participations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By the first day that the status at the point in time counts from.
    Since,
    /// By the search form of the organization's name.
    OrganizationName,
    /// By the cluster's slug.
    Cluster,
    /// By when they were first recorded.
    Recorded,
}

/// The terms of an order, and what its cursors carry.
pub fn terms(order: &[(Order, bool)]) -> (Vec<Term>, Vec<KeyKind>) {
    let mut columns: Vec<_> = order
        .iter()
        .map(|(field, descending)| match field {
            Order::Since => (Period::ValidFrom.into_expr(), KeyKind::Day, *descending),
            Order::OrganizationName => (organization_profile::Column::SortName.into_expr(), KeyKind::Text, *descending),
            Order::Cluster => (cluster::Column::Slug.into_expr(), KeyKind::Text, *descending),
            Order::Recorded => (Column::Id.into_expr(), KeyKind::Id, *descending),
        })
        .collect();
    let descending = order.last().is_some_and(|(_, descending)| *descending);
    columns.push((Column::Id.into_expr(), KeyKind::Id, descending));
    columns.into_iter().map(|(column, kind, descending)| (Term::new(column, kind, descending), kind)).unzip()
}

/// Whose participations are listed.
#[derive(Clone, Debug)]
pub enum Of {
    /// Everyone's.
    Everyone,
    /// Each cluster's.
    Clusters(Vec<ClusterId>),
    /// Each organization's.
    Organizations(Vec<OrganizationId>),
}

/// What a list of participations asks, apart from the page.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Memberships or partnerships.
    pub kind: ParticipationKind,
    /// Which of them.
    pub filter: &'a Filter,
    /// In which order.
    pub order: &'a [(Order, bool)],
    /// When.
    pub at: PointInTime,
}

impl Question<'_> {
    fn list(&self, backend: DbBackend, of: Of) -> List {
        let mut participations = Entity::find()
            .filter(Period::Kind.eq(self.kind))
            .filter(covering(self.at))
            .filter(gathered(self.filter).sql(&|condition| condition.sql(backend, self.at)));
        let select = QueryTrait::query(&mut participations);
        select.inner_join(participation_period::Entity, Period::ParticipationId.into_expr().eq(Column::Id.into_expr()));
        if self.order.iter().any(|(field, _)| *field == Order::OrganizationName) {
            use organization_profile::{Column, Entity};
            select.inner_join(Entity, Column::OrganizationId.into_expr().eq(Period::OrganizationId.into_expr()));
            select.cond_where(known::<Entity>(self.at.revision));
        }
        if self.order.iter().any(|(field, _)| *field == Order::Cluster) {
            select.inner_join(cluster::Entity, cluster::Column::Id.into_expr().eq(Period::ClusterId.into_expr()));
        }
        let list = List::of(participations, terms(self.order).0);
        match of {
            Of::Everyone => list,
            Of::Clusters(ids) => list.each(Period::ClusterId, ids),
            Of::Organizations(ids) => list.each(Period::OrganizationId, ids),
        }
    }
}

/// The participations that have a status at the point in time and satisfy a condition.
pub async fn list(db: &impl ConnectionTrait, question: Question<'_>, request: &PageRequest) -> Result<Page<Model>> {
    page::read(db, question.list(db.get_database_backend(), Of::Everyone), request).await
}

/// The same page of the list of each cluster or organization.
pub async fn list_each(
    db: &impl ConnectionTrait,
    question: Question<'_>,
    of: Of,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    page::read_each(db, question.list(db.get_database_backend(), of), request).await
}

/// The same page of lists that are known by id. Those that were not recorded by the revision are left out.
pub async fn pages(
    db: &impl ConnectionTrait,
    lists: Vec<Vec<ParticipationId>>,
    revision: Revision,
    request: &PageRequest,
) -> Result<Vec<Page<Model>>> {
    enumerated::pages(lists, request, async |ids| {
        let found = by_ids(db, &ids, revision).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    })
    .await
}

/// The participations with these ids that were recorded by a revision.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[ParticipationId], revision: Revision) -> Result<Vec<Model>> {
    let wanted = dialect::any_of(db.get_database_backend(), Column::Id.into_expr(), ids.iter().copied());
    Ok(Entity::find().filter(wanted).filter(Column::RecordedRev.lte(revision)).all(db).await?)
}

/// The period of each participation that covers the day, of those that have one.
pub async fn periods_at(
    db: &impl ConnectionTrait,
    ids: &[ParticipationId],
    at: PointInTime,
) -> Result<HashMap<ParticipationId, participation_period::Model>> {
    let of_these = dialect::any_of(db.get_database_backend(), Period::ParticipationId.into_expr(), ids.iter().copied());
    let periods = participation_period::Entity::find().filter(of_these).filter(covering(at)).all(db).await?;
    Ok(periods.into_iter().map(|period| (period.participation_id, period)).collect())
}

/// All periods of each participation as known at a revision, from the first to the last.
pub async fn periods(
    db: &impl ConnectionTrait,
    ids: &[ParticipationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<participation_period::Model>>> {
    let select = participation_period::Entity::find().filter(known::<participation_period::Entity>(revision));
    let order = vec![Term::new(Period::ValidFrom.into_expr(), KeyKind::Day, false)];
    page::read_whole(db, List::of(select, order).each(Period::ParticipationId, ids.iter().copied())).await
}

/// The referrals of each participation as known at a revision, in the order of recording.
pub async fn referrals(
    db: &impl ConnectionTrait,
    ids: &[ParticipationId],
    revision: Revision,
) -> Result<HashMap<Uuid, Vec<referral::Model>>> {
    let select = referral::Entity::find().filter(known::<referral::Entity>(revision));
    let order = vec![Term::new(referral::Column::Id.into_expr(), KeyKind::Id, false)];
    page::read_whole(db, List::of(select, order).each(referral::Column::ParticipationId, ids.iter().copied())).await
}
