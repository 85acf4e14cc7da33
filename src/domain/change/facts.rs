//! Events, versions of criteria and published figures: what the database holds of clusters, as changes.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entity::{
    PartialDate, Recorded, Revision, TextEnum, cluster_event,
    criteria_profile::{self, CriteriaState},
    id::{ClusterId, SourceId},
    published_figure,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::domain::{
    Result,
    change::listing::{Between, Kind, Listing},
    event, figure,
    statistics::Span,
    store::dialect,
    time::known,
};

/// A change of what is recorded of a cluster.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) kind: Kind,
    pub(super) on: Option<NaiveDate>,
    pub(super) revision: Revision,
    pub(super) id: Uuid,
    pub(super) before: Option<ClusterFact>,
    pub(super) after: Option<ClusterFact>,
}

/// Something that is recorded of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum ClusterFact {
    /// Something that happened.
    Event(cluster_event::Model),
    /// A version of its criteria.
    Criteria(criteria_profile::Model),
    /// A figure about it; those of programmes are no changes of a cluster.
    Figure(Box<published_figure::Model>),
}

macro_rules! of_each {
    ($self:ident, $row:ident => $what:expr) => {
        match $self {
            ClusterFact::Event($row) => $what,
            ClusterFact::Criteria($row) => $what,
            ClusterFact::Figure($row) => $what,
        }
    };
}

impl ClusterFact {
    /// Its cluster.
    pub fn cluster(&self) -> ClusterId {
        match self {
            Self::Event(row) => row.cluster_id,
            Self::Criteria(row) => row.cluster_id,
            Self::Figure(row) => row.cluster_id.expect("figures of programmes are left out"),
        }
    }

    /// Its source.
    pub fn source(&self) -> SourceId {
        of_each!(self, row => row.source_id)
    }

    fn id(&self) -> Uuid {
        of_each!(self, row => row.id.into())
    }

    fn recorded(&self) -> Revision {
        of_each!(self, row => row.recorded_rev)
    }

    fn superseded(&self) -> Option<Revision> {
        of_each!(self, row => row.superseded_rev)
    }

    fn is_known(&self, revision: Revision) -> bool {
        self.recorded() <= revision && self.superseded().is_none_or(|superseded| superseded > revision)
    }

    /// Its date, as a source states it.
    fn stated(&self) -> Option<PartialDate> {
        match self {
            Self::Event(row) => row.on,
            Self::Criteria(row) => Some(row.from_stated),
            Self::Figure(row) => row.on,
        }
    }

    /// The day that it counts from; `None`: no source states it.
    fn on(&self) -> Option<NaiveDate> {
        self.stated().map(|on| on.earliest())
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Event(_) => Kind::Event,
            Self::Criteria(_) => Kind::CriteriaInForce,
            Self::Figure(_) => Kind::FigurePublished,
        }
    }

    /// What stays the same when it is corrected.
    fn anchor(&self) -> (ClusterId, Kind, String) {
        let name = match self {
            Self::Event(row) => row.key.clone(),
            Self::Criteria(row) => row.version.to_string(),
            Self::Figure(row) => {
                let published_figure::Model { key, metric, nature, on, population, .. } = &**row;
                key.clone().unwrap_or_else(|| {
                    let whom = (population, &row.label, row.of_sphere, &row.of_size_class, &row.of_group);
                    format!("{} {} {on:?} {whom:?}", metric.text(), nature.text())
                })
            }
        };
        (self.cluster(), self.kind(), name)
    }
}

/// The changes of what is recorded of some clusters, or of all.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    clusters: Option<&[ClusterId]>,
    listing: &Listing,
) -> Result<Vec<Fact>> {
    let mut rows = Vec::new();
    let of_clusters = |cluster: Expr| {
        let ids = clusters.map(|ids| ids.iter().copied());
        ids.map(|ids| dialect::any_of(db.get_database_backend(), cluster, ids))
    };
    let wants = |kind| listing.wants(kind) || listing.wants(Kind::Corrected);
    if wants(Kind::Event) {
        let days = Days::Stated(event::on());
        let those = of_clusters(cluster_event::Column::ClusterId.into_expr());
        let found = rows_of::<cluster_event::Entity>(db, those, days, listing).await?;
        rows.extend(found.into_iter().map(ClusterFact::Event));
    }
    if wants(Kind::CriteriaInForce) {
        let days = Days::Counted(criteria_profile::Column::ValidFrom.into_expr());
        let those = of_clusters(criteria_profile::Column::ClusterId.into_expr());
        let found = rows_of::<criteria_profile::Entity>(db, those, days, listing).await?;
        rows.extend(found.into_iter().filter(|row| row.state == CriteriaState::Adopted).map(ClusterFact::Criteria));
    }
    if wants(Kind::FigurePublished) {
        let days = Days::Stated(figure::on());
        let those = of_clusters(published_figure::Column::ClusterId.into_expr());
        let found = rows_of::<published_figure::Entity>(db, those, days, listing).await?;
        let of_clusters = found.into_iter().filter(|row| row.cluster_id.is_some());
        rows.extend(of_clusters.map(|row| ClusterFact::Figure(Box::new(row))));
    }
    Ok(match listing.between {
        Between::Days(span, _) => {
            let within = |row: &ClusterFact| row.on().is_some_and(|on| span.from <= on && on < span.to);
            rows.into_iter().filter(within).map(|row| Fact::new(None, Some(row))).collect()
        }
        Between::Revisions(from, to) => learnt(rows, from, to),
    })
}

/// The column that says when a row counts from.
enum Days {
    /// A date as it is stated, as a text: a year is before its days.
    Stated(Expr),
    /// A day.
    Counted(Expr),
}

impl Days {
    /// A condition that every row meets that counts from one of some days. Some other rows meet it
    /// too.
    fn within(self, span: Span) -> Condition {
        let (Self::Stated(on) | Self::Counted(on)) = &self;
        let (from, to): (Value, Value) = match self {
            Self::Stated(_) => (format!("{:04}", span.from.year()).into(), span.to.to_string().into()),
            Self::Counted(_) => (span.from.into(), span.to.into()),
        };
        Condition::all().add(on.clone().gte(Expr::val(from))).add(on.clone().lt(Expr::val(to)))
    }
}

/// The rows of a table that are known and may count from the days, or that became known or no longer are.
async fn rows_of<E: Recorded>(
    db: &impl ConnectionTrait,
    whose: Option<Expr>,
    days: Days,
    listing: &Listing,
) -> Result<Vec<E::Model>> {
    let condition = match listing.between {
        Between::Days(span, revision) => Condition::all().add(known::<E>(revision)).add(days.within(span)),
        Between::Revisions(from, to) => {
            let within = |column: E::Column| Condition::all().add(column.gt(from)).add(column.lte(to));
            Condition::any().add(within(E::RECORDED)).add(within(E::SUPERSEDED))
        }
    };
    let condition = whose.map_or(condition.clone(), |whose| Condition::all().add(whose).add(condition));
    Ok(E::find().filter(condition).all(db).await?)
}

/// The rows that are known at one of two revisions and not at the other, in pairs that say the same
/// thing differently.
fn learnt(mut rows: Vec<ClusterFact>, from: Revision, to: Revision) -> Vec<Fact> {
    // Of several figures that only their sources tell apart, the first recorded is set against the first.
    rows.sort_by_key(ClusterFact::id);
    let mut by_anchor: BTreeMap<_, (Vec<ClusterFact>, Vec<ClusterFact>)> = BTreeMap::new();
    for row in rows {
        match (row.is_known(from), row.is_known(to)) {
            (true, false) => by_anchor.entry(row.anchor()).or_default().0.push(row),
            (false, true) => by_anchor.entry(row.anchor()).or_default().1.push(row),
            _ => {}
        }
    }
    let pairs = by_anchor.into_values().flat_map(|(gone, new)| {
        let (mut gone, mut new) = (gone.into_iter(), new.into_iter());
        std::iter::from_fn(move || match (gone.next(), new.next()) {
            (None, None) => None,
            pair => Some(pair),
        })
    });
    pairs.map(|(before, after)| Fact::new(before, after)).collect()
}

impl Fact {
    pub(super) fn cluster(&self) -> ClusterId {
        self.after.as_ref().or(self.before.as_ref()).expect("one of both").cluster()
    }

    fn new(before: Option<ClusterFact>, after: Option<ClusterFact>) -> Self {
        let shown = after.as_ref().or(before.as_ref()).expect("one of both");
        let kind = if before.is_some() { Kind::Corrected } else { shown.kind() };
        let gone = if after.is_none() { shown.superseded() } else { None };
        let (on, revision, id) = (shown.on(), gone.unwrap_or(shown.recorded()), shown.id());
        Self { kind, on, revision, id, before, after }
    }
}
