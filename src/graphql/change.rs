//! Changes: what became true between two days, and what the register learnt between two revisions.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, InputObject, Object, OneofObject, SimpleObject, Union};
use entity::{
    id::ClusterId,
    participation_period::{ExitKind as Exit, ExitReason as Reason},
};
use uuid::Uuid;

use crate::{
    domain::{
        self,
        change::{self, Between, Counts, Listing, What, Whose},
        participation::Filter,
        statistics::{Population, Span},
        store::page::Page,
    },
    graphql::{
        cluster::{self, Cluster, event::ClusterEvent},
        criteria::Criteria,
        figure::PublishedFigure,
        organization::{self, Organization},
        participation::{
            Participation, Period,
            filter::ParticipationFilter,
            period::{ExitKind, ExitReason},
        },
        register,
        request::{
            basis::ContextExt,
            error::{Error, Result, nullable},
            level::{self, Row},
            pagination::{self, Arguments, Connection, Edge, EdgeOf, Node, Ordered, PageInfo},
            scalars::{Date, Instant},
        },
        source::{self, Source},
        statistics::{DateRange, Kind, kinds as listed_kinds},
    },
};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "change::Kind")]
pub(crate) enum ChangeKind {
    /// Became candidate or effective for the first time.
    Joined,
    /// Became candidate or effective, and something is recorded of an earlier time.
    Rejoined,
    /// A candidate became effective.
    Promoted,
    /// An effective one became candidate.
    BecameCandidate,
    /// Was candidate or effective, and no longer is.
    Ended,
    /// An end of which no status before is recorded.
    EndRecorded,
    /// Between revisions: a source attests the status on a later day than was known.
    Confirmed,
    /// Between revisions: what was known is known otherwise, or no longer.
    Corrected,
    /// Something happened to a cluster.
    Event,
    /// An adopted version of criteria came into force.
    CriteriaInForce,
    /// A figure was asserted in public, for that date.
    FigurePublished,
}

/// A span of revisions.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct RevisionRange {
    /// The revision whose knowledge is compared with; 0: nothing is known.
    from: i64,
    /// The revision up to which it is learnt; after `from`.
    to: i64,
}

/// Between what changes are asked for.
#[derive(Clone, Copy, Debug, OneofObject)]
pub(crate) enum ChangesBetween {
    /// What became true on these days.
    Days(DateRange),
    /// What the register learnt by these revisions.
    Revisions(RevisionRange),
}

/// What a list of changes asks.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) between: ChangesBetween,
    pub(crate) kind: Option<Vec<ChangeKind>>,
    pub(crate) participation: Option<Vec<Kind>>,
    pub(crate) filter: Option<ParticipationFilter>,
    pub(crate) known_at: Option<Instant>,
}

impl Asked {
    async fn listing(self, ctx: &Context<'_>) -> Result<Listing> {
        let Self { between, kind, participation, filter, known_at } = self;
        let basis = ctx.basis();
        let between = match between {
            ChangesBetween::Days(range) => Between::Days(Span::from(range), ctx.basis().last_known(known_at)),
            ChangesBetween::Revisions(_) if known_at.is_some() => {
                let message = "`knownAt` goes with `days`; between revisions `to` says what is known";
                return Err(Error::input("knownAt", message));
            }
            ChangesBetween::Revisions(RevisionRange { from, to }) => {
                let last = basis.revision();
                if from < 0 || to > last {
                    let message =
                        format!("the revisions of the register are 1 to {last}; `from` is {from}, `to` is {to}");
                    return Err(Error::input("between", message));
                }
                Between::Revisions(from, to)
            }
        };
        let both = || vec![Kind::Member, Kind::Partner];
        let kinds = listed_kinds(participation.unwrap_or_else(both));
        let filter = match filter {
            Some(filter) => filter.parse(ctx).await?,
            None => Filter::default(),
        };
        let wanted = kind.map(|kinds| kinds.into_iter().map(Into::into).collect());
        let population = Population { cluster: None, kinds, filter };
        Ok(Listing { population, kinds: wanted, between, today: basis.at(None).as_of })
    }

    /// The page of changes under every row of a level.
    pub(crate) async fn each<T: Send + Sync + 'static>(
        self,
        ctx: &Context<'_>,
        row: &Row<T>,
        whose: fn(&[T]) -> (Whose, Vec<Uuid>),
        arguments: Arguments,
    ) -> Result<ChangeConnection> {
        let ordered = ordered();
        let request = arguments.request::<Change>(ctx, &ordered)?;
        let listing = self.listing(ctx).await?;
        let (db, image) = (ctx.db(), ctx.image());
        let found = row.together(("changes", listing.clone(), request.clone()), |level| async move {
            let (whose, parents) = whose(level.rows());
            let _turn = ctx.turn().await;
            let found = change::list_each(db, image, &listing, whose, &request).await?;
            Ok(listed(found, parents))
        });
        let (page, counts) = found.await?;
        Ok(ChangeConnection(Connection::new(page, ordered), counts))
    }

    async fn all(self, ctx: &Context<'_>, arguments: Arguments) -> Result<ChangeConnection> {
        let ordered = ordered();
        let request = arguments.request::<Change>(ctx, &ordered)?;
        let listing = self.listing(ctx).await?;
        let _turn = ctx.turn().await;
        let found = change::list_each(ctx.db(), ctx.image(), &listing, Whose::All, &request).await?;
        let (page, counts) = listed(found, vec![Uuid::nil()]).pop().expect("one list, one page");
        Ok(ChangeConnection(Connection::new(page, ordered), counts))
    }
}

fn ordered() -> Ordered {
    Ordered::new("changes", "ON", change::KEYS)
}

/// A page of changes whose rows share a level with those of other pages, and the counts of its list.
type Listed = (Arc<Page<Row<change::Change>>>, Arc<Counts>);

fn listed(found: HashMap<Uuid, change::Listed>, parents: Vec<Uuid>) -> Vec<Listed> {
    let mut pages = HashMap::new();
    let mut counts = HashMap::new();
    for (id, (page, of_kinds)) in found {
        pages.insert(id, page);
        counts.insert(id, Arc::new(of_kinds));
    }
    let counts: Vec<_> = parents.iter().map(|id| counts.get(id).cloned().unwrap_or_default()).collect();
    level::children(pages, parents).into_iter().zip(counts).collect()
}

pub(crate) struct ChangeConnection(Connection<Change>, Arc<Counts>);

/// A page of a list of changes, with the way to the pages around it, and with the counts of the whole list.
#[Object]
impl ChangeConnection {
    /// The rows of the page with their cursors, in the order of the list.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<Edge<Change>>> {
        ctx.list(self.0.rows_with_cursors(), |(cursor, row)| Edge::new(cursor, row))
    }

    /// The rows of the page, in the order of the list.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<Change>> {
        ctx.list(self.0.rows(), Change::from_row)
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        self.0.info()
    }

    /// The number of rows of the whole list, whatever the page. Counted only when it is selected.
    async fn total_count(&self) -> i32 {
        self.0.total()
    }

    /// How many there are on all pages, by kind; ends by how they came about. Kinds without any are left out. Between days
    /// those of memberships close with `Statistics.flow`: it joins those that joined and rejoined, promotes those that were
    /// promoted, and ends those that ended.
    async fn counts(&self, ctx: &Context<'_>) -> Result<Vec<ChangeCount>> {
        let count = |((kind, exit), count): (&(change::Kind, Option<Exit>), &u32)| ChangeCount {
            kind: (*kind).into(),
            exit_kind: exit.map(Into::into),
            count: *count as i32,
        };
        ctx.list(self.1.iter().map(count).collect(), |count| count)
    }
}

/// A number of changes of a kind.
#[derive(SimpleObject)]
pub(crate) struct ChangeCount {
    /// The kind.
    kind: ChangeKind,
    /// How they ended; null for changes that are no ends.
    exit_kind: Option<ExitKind>,
    /// How many.
    count: i32,
}

/// What changed: a period of a membership or partnership, or what is recorded of a cluster.
#[derive(Union)]
pub(crate) enum ChangedFact {
    /// A status during a span of days.
    Period(Period),
    /// Something that happened to a cluster.
    Event(ClusterEvent),
    /// A version of criteria.
    Criteria(Criteria),
    /// A figure asserted in public.
    Figure(PublishedFigure),
}

#[derive(Clone)]
pub(crate) struct Change(Row<change::Change>);

impl Node for Change {
    type Model = change::Change;
    type Edge = Edge<Self>;

    fn from_row(row: Row<change::Change>) -> Self {
        Self(row)
    }
}

impl Change {
    fn exit(&self) -> Option<(Exit, Option<Reason>)> {
        if let What::Status { exit, .. } = &self.0.what { *exit } else { None }
    }

    /// The participation, on one level with those of the other changes.
    async fn of_status(&self) -> Result<Option<Row<domain::participation::Participation>>> {
        let found = self.0.together("participation", |level| {
            let participation = |change: &change::Change| match change.what {
                What::Status { participation, .. } => Some(participation),
                What::Fact(..) => None,
            };
            let all: Vec<_> = level.rows().iter().map(participation).collect();
            let mut rows = level::level(all.iter().flatten().copied().collect()).into_iter();
            std::future::ready(Ok(all.iter().map(|of| of.and_then(|_| rows.next())).collect::<Vec<_>>()))
        });
        found.await
    }

    /// One of the two facts, each on one level with those of the other changes.
    async fn fact(&self, ctx: &Context<'_>, side: Side) -> Result<Option<ChangedFact>> {
        let found = self.0.together(side, |level| async move {
            let facts: Vec<_> = level.rows().iter().map(|change| side.fact(&change.what)).collect();
            let (mut periods, mut events, mut criteria, mut figures) = (vec![], vec![], vec![], vec![]);
            for fact in facts.iter().flatten() {
                match fact {
                    Fact::Period(period) => periods.push(**period),
                    Fact::Row(change::ClusterFact::Event(row)) => events.push(row.clone()),
                    Fact::Row(change::ClusterFact::Criteria(row)) => criteria.push(row.clone()),
                    Fact::Row(change::ClusterFact::Figure(row)) => figures.push((**row).clone()),
                }
            }
            let (mut periods, mut events) = (level::level(periods).into_iter(), level::level(events).into_iter());
            let mut figures = level::level(figures).into_iter();
            // What a version shows is what the request knows, whichever row of it changed.
            let mut criteria = Criteria::known(ctx, criteria).await?.into_iter();
            let shown = |fact: &Option<Fact<'_>>| match fact.as_ref()? {
                Fact::Period(_) => periods.next().map(Shown::Period),
                Fact::Row(change::ClusterFact::Event(_)) => events.next().map(Shown::Event),
                Fact::Row(change::ClusterFact::Criteria(_)) => criteria.next().map(Shown::Criteria),
                Fact::Row(change::ClusterFact::Figure(_)) => figures.next().map(Shown::Figure),
            };
            Ok(facts.iter().map(shown).collect::<Vec<_>>())
        });
        Ok(found.await?.map(|shown| match shown {
            Shown::Period(row) => ChangedFact::Period(Period::from_row(row)),
            Shown::Event(row) => ChangedFact::Event(ClusterEvent::from_row(row)),
            Shown::Criteria(row) => ChangedFact::Criteria(Criteria::from_row(row)),
            Shown::Figure(row) => ChangedFact::Figure(PublishedFigure::from_row(row)),
        }))
    }
}

/// Before or after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Before,
    After,
}

enum Fact<'a> {
    Period(&'a domain::participation::Period),
    Row(&'a change::ClusterFact),
}

#[derive(Clone)]
enum Shown {
    Period(Row<domain::participation::Period>),
    Event(Row<domain::event::Model>),
    Criteria(Row<entity::criteria_profile::Model>),
    Figure(Row<domain::figure::Model>),
}

impl Side {
    fn fact(self, what: &What) -> Option<Fact<'_>> {
        match (what, self) {
            (What::Status { before, .. }, Self::Before) => before.as_ref().map(Fact::Period),
            (What::Status { after, .. }, Self::After) => after.as_ref().map(Fact::Period),
            (What::Fact(before, _), Self::Before) => before.as_ref().map(Fact::Row),
            (What::Fact(_, after), Self::After) => after.as_ref().map(Fact::Row),
        }
    }
}

/// Something that changed, with what it was before and the document that says so.
#[Object]
impl Change {
    /// What kind of change it is.
    async fn kind(&self) -> ChangeKind {
        self.0.kind.into()
    }

    /// The day from which it counts: of a date that is stated as a month or a year, the first. What was confirmed: the last
    /// day attested. Null when no source states it, which happens between revisions only.
    async fn on(&self) -> Option<Date> {
        self.0.on.map(Date)
    }

    /// The revision that recorded it, or that took away what was known.
    async fn revision(&self) -> i64 {
        self.0.revision
    }

    /// When it was recorded.
    async fn recorded_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        register::recorded_at(ctx, self.0.revision)
    }

    /// The cluster that it is about.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Cluster> {
        cluster::of_row(ctx, &self.0, change::Change::cluster).await
    }

    /// The membership or partnership whose status changed; null for what is recorded of a cluster.
    async fn participation(&self) -> Option<Result<Participation>> {
        let found = self.of_status().await.transpose()?;
        Some(found.map(Participation::from_row))
    }

    /// The organization whose status changed; null for what is recorded of a cluster.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Organization>> {
        match self.of_status().await.transpose()? {
            Ok(row) => Some(organization::of_row(ctx, &row, |participation| participation.organization_id).await),
            Err(error) => Some(Err(error)),
        }
    }

    /// How it ended; null for what is no end.
    async fn exit_kind(&self) -> Option<ExitKind> {
        self.exit().map(|(kind, _)| kind.into())
    }

    /// Why it ended; null where no reason is recorded.
    async fn exit_reason(&self) -> Option<ExitReason> {
        self.exit().and_then(|(_, reason)| reason).map(Into::into)
    }

    /// What it was before: the period that ended with the change, or between revisions what was known. Null when there was
    /// nothing, or nothing is recorded of it.
    async fn before(&self, ctx: &Context<'_>) -> Option<Result<ChangedFact>> {
        self.fact(ctx, Side::Before).await.transpose()
    }

    /// What it is from then on: the period that begins with the change, or what is recorded. Null when nothing is recorded
    /// from then on, or no longer.
    async fn after(&self, ctx: &Context<'_>) -> Option<Result<ChangedFact>> {
        self.fact(ctx, Side::After).await.transpose()
    }

    /// The document that says so: of what it is, or where that is not recorded, of what it was.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        match &self.0.what {
            What::Status { before, after, .. } => {
                let period = after.as_ref().or(before.as_ref()).ok_or_else(Error::replaced)?;
                Ok(source::at(ctx, period.source()))
            }
            What::Fact(..) => source::by_id(ctx, self.0.source().ok_or_else(Error::replaced)?),
        }
    }
}

/// The changes of clusters, in the order of a level.
pub(crate) fn of_clusters(rows: &[domain::cluster::Cluster]) -> (Whose, Vec<Uuid>) {
    let ids: Vec<ClusterId> = rows.iter().map(|row| row.id).collect();
    let parents = ids.iter().map(|id| id.0).collect();
    (Whose::Clusters(ids), parents)
}

/// The changes of organizations, in the order of a level.
pub(crate) fn of_organizations(rows: &[domain::organization::Organization]) -> (Whose, Vec<Uuid>) {
    (Whose::Organizations(rows.iter().map(|row| row.id).collect()), rows.iter().map(|row| row.id.0).collect())
}

/// Changes of all clusters.
#[derive(Default)]
pub(crate) struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What changed in all clusters. Between days: what became true, day by day. Between revisions: what the register learnt,
    /// corrections included, revision by revision and then day by day. Ties by id.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Between two days, or between two revisions.")] between: ChangesBetween,
        #[graphql(desc = "Only changes of these kinds. Default: of all.")] kind: Option<Vec<ChangeKind>>,
        #[graphql(desc = "Whose statuses are told. Default: those of memberships and of partnerships.")]
        participation: Option<Vec<Kind>>,
        #[graphql(
            desc = "Only statuses of those that satisfy it; no condition on the status. Conditions on organizations are taken on \
                    the last of the days, or today."
        )]
        filter: Option<ParticipationFilter>,
        #[graphql(desc = "Between days, what the register held at this instant. Default: what it holds now.")]
        known_at: Option<Instant>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<ChangeConnection>> {
        let asked = Asked { between, kind, participation, filter, known_at };
        nullable(asked.all(ctx, Arguments { first, after, last, before })).await
    }
}
