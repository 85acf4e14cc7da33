//! What changed: between two days, what became true; between two revisions, what the register learnt.
//!
//! Of participations both come from the ledger: what happened to them as known at one revision (`participation::turns`),
//! and how that differs from what was known at an earlier one (`learnt`). Events, versions of criteria and published
//! figures are rows of the database (`facts`).
//!
//! For example, a membership that is recorded as a member's since 2018, and of which the next revision says that it ended
//! in 2021 and was confirmed until 2020: between 2018 and 2020 it joined, in 2021 it ended; between the two revisions
//! the register learnt that it ended.

mod facts;
mod learnt;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::{
    Revision,
    id::{ClusterId, OrganizationId, SourceId},
    participation_period::{ExitKind, ExitReason, Status},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use self::facts::Fact;
pub use self::facts::Row;
use super::{
    Error, Result,
    gathered::{Directions, Keys, Term, page_of},
    ledger::{
        Image,
        columns::{Day, Point, Rev, date, day, rev},
    },
    page::{KeyKind, Page, PageRequest},
    participation::{Happened, Participation, Period, Turn, turns},
    population::{Population, resolved::ResolvedPopulation},
    statistics::{Span, refuse_status},
    visit::Visit,
};

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
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
    /// A source attests a status on a later day than was known.
    Confirmed,
    /// What was known is known otherwise, or no longer.
    Corrected,
    /// Something happened to a cluster.
    Event,
    /// A version of criteria came into force.
    CriteriaInForce,
    /// A figure was asserted in public.
    FigurePublished,
}

/// Between what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Between {
    /// What became true on some days, as known at a revision.
    Days(Span, Revision),
    /// What was learnt after a revision, up to another one.
    Revisions(Revision, Revision),
}

/// Whose changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Those of all together.
    All,
    /// Those of each cluster, and of its members and partners.
    Clusters(Vec<ClusterId>),
    /// Those of each organization's participations.
    Organizations(Vec<OrganizationId>),
}

/// What a list of changes asks, apart from whose and of the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Whose participations.
    pub population: Population,
    /// Of these kinds; none given: of all.
    pub kinds: Option<Vec<Kind>>,
    /// Between what.
    pub between: Between,
    /// The day on which conditions on organizations are taken, where revisions are asked.
    pub today: NaiveDate,
}

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What kind it is.
    pub kind: Kind,
    /// The day on which it became true; none: no source states it.
    pub on: Option<NaiveDate>,
    /// The revision that recorded it, or that took away what was known.
    pub revision: Revision,
    /// What changed.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A status.
    Status {
        /// Whose.
        participation: Participation,
        /// The period before; none: nothing is recorded, or was.
        before: Option<Period>,
        /// The period from then on; none: nothing is recorded, or no longer.
        after: Option<Period>,
        /// How it ended, of an end.
        exit: Option<(ExitKind, Option<ExitReason>)>,
    },
    /// Something that is recorded of a cluster: as it was known, and as it is.
    Fact(Option<Row>, Option<Row>),
}

/// How many changes there are of each kind, ends by how they came about.
pub type Counts = BTreeMap<(Kind, Option<ExitKind>), u32>;

/// What the cursors carry: the revision, where revisions are asked; the day; whose; which of the same day.
pub const KEYS: [KeyKind; 4] = [KeyKind::Number, KeyKind::Day, KeyKind::Id, KeyKind::Number];

/// A change as it is met: what a list is ordered by, and what its page is made of.
#[derive(Clone, Copy)]
struct Entry<'a> {
    kind: Kind,
    on: Option<Day>,
    revision: Rev,
    exit: Option<(ExitKind, Option<ExitReason>)>,
    of: Subject<'a>,
    /// Which of those of its participation.
    nth: u32,
}

#[derive(Clone, Copy)]
enum Subject<'a> {
    /// A participation, with the rows of the periods before and after.
    Status(Visit<'a>, Option<usize>, Option<usize>),
    Fact(&'a Fact),
}

impl Question {
    /// Whether changes of a kind are asked for.
    fn wants(&self, kind: Kind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// The point at which organizations are looked at.
    fn point(&self) -> Result<Point> {
        match self.between {
            Between::Days(span, revision) => Ok(span.check()?.last(revision)),
            Between::Revisions(from, to) if from < to => Ok(Point { day: day(self.today), rev: rev(to) }),
            Between::Revisions(from, to) => Err(Error::invalid(
                "between",
                format!("`from` is revision {from} and `to` is {to}; `to` has to be a later one"),
            )),
        }
    }
}

/// A page of changes, and how many there are of each kind on all pages.
pub type Listed = (Page<Change>, Counts);

/// The same page of the changes of each, by id; of all together by the nil id. Those of days come day by day, those of
/// revisions by revision and then by day.
pub async fn list_each(
    db: &impl ConnectionTrait,
    image: &Image,
    question: &Question,
    of: Of,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Listed>> {
    refuse_status(&question.population.filter)?;
    let point = question.point()?;
    let facts = match &of {
        Of::Organizations(_) => Vec::new(),
        Of::All => facts::read(db, None, question).await?,
        Of::Clusters(ids) => facts::read(db, Some(ids), question).await?,
    };
    Ok(match of {
        Of::All => {
            let resolved = question.population.on(image, point);
            HashMap::from([(Uuid::nil(), question.page(image, &resolved, resolved.participations(), &facts, request))])
        }
        Of::Clusters(ids) => {
            let page = |id: ClusterId| {
                let population = Population { cluster: Some(id), ..question.population.clone() };
                let resolved = population.on(image, point);
                let facts = facts.iter().filter(|fact| fact.cluster() == id);
                (id.0, question.page(image, &resolved, resolved.participations(), facts, request))
            };
            ids.into_iter().map(page).collect()
        }
        Of::Organizations(ids) => {
            let resolved = question.population.in_clusters(image, point, []);
            let page = |id: OrganizationId| {
                let position = image.organizations().position(id);
                let of = position.map(|position| image.participations().of_organization(position));
                let visit = of.into_iter().flatten().map(|(cluster, at)| Visit::at(image, *cluster, *at));
                let visit = visit.filter(|visit| resolved.is_of_kinds(*visit));
                (id.0, question.page(image, &resolved, visit, &[], request))
            };
            ids.into_iter().map(page).collect()
        }
    })
}

impl Question {
    fn page<'a>(
        &self,
        image: &Image,
        resolved: &ResolvedPopulation<'a>,
        visit: impl Iterator<Item = Visit<'a>>,
        facts: impl IntoIterator<Item = &'a Fact>,
        request: &PageRequest,
    ) -> Listed {
        let of_participations = visit.filter(|visit| resolved.satisfies(*visit)).flat_map(|visit| self.entries(visit));
        let of_facts = facts.into_iter().map(Entry::of_fact);
        let wanted = of_participations.chain(of_facts).filter(|entry| self.wants(entry.kind));
        let by_revision = matches!(self.between, Between::Revisions(..));
        let mut counts = Counts::new();
        let rows = wanted.map(|entry| {
            *counts.entry((entry.kind, entry.exit.map(|(kind, _)| kind))).or_default() += 1;
            (entry, entry.keys(by_revision))
        });
        let order = Directions::from([((), false); KEYS.len()].as_slice());
        let page = page_of(rows, &order, request);
        (page.map(|entry| entry.change(image)), counts)
    }
}

impl Question {
    /// The changes of a participation, in order.
    fn entries<'a>(&self, visit: Visit<'a>) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = match self.between {
            Between::Days(span, revision) => {
                let days = day(span.from)..day(span.to);
                let turns = turns(visit, rev(revision)).into_iter().filter(|turn| days.contains(&turn.day));
                turns.map(|turn| Entry::of_turn(visit, &turn)).collect()
            }
            Between::Revisions(from, to) => learnt::learnt(visit, rev(from), rev(to)),
        };
        (0..).zip(&mut entries).for_each(|(nth, entry)| entry.nth = nth);
        entries
    }
}

impl Turn {
    fn kind(&self) -> Kind {
        match self.happened {
            Happened::Joined { is_again: false, .. } => Kind::Joined,
            Happened::Joined { is_again: true, .. } => Kind::Rejoined,
            Happened::Moved(Status::Effective) => Kind::Promoted,
            Happened::Moved(_) => Kind::BecameCandidate,
            Happened::Ended(..) => Kind::Ended,
            Happened::EndedUnseen(..) => Kind::EndRecorded,
        }
    }

    fn exit(&self) -> Option<(ExitKind, Option<ExitReason>)> {
        match self.happened {
            Happened::Ended(_, kind, reason) | Happened::EndedUnseen(kind, reason) => Some((kind, reason)),
            Happened::Joined { .. } | Happened::Moved(_) => None,
        }
    }
}

impl<'a> Entry<'a> {
    fn of_fact(fact: &'a Fact) -> Self {
        let (on, revision) = (fact.on.map(day), rev(fact.revision));
        Self { kind: fact.kind, on, revision, exit: None, of: Subject::Fact(fact), nth: 0 }
    }

    fn of_turn(visit: Visit<'a>, turn: &Turn) -> Self {
        let row = turn.after.or(turn.before).expect("something is recorded");
        Self {
            kind: turn.kind(),
            on: Some(turn.day),
            revision: visit.segment.periods.recorded(row),
            exit: turn.exit(),
            of: Subject::Status(visit, turn.before, turn.after),
            nth: 0,
        }
    }

    /// The rows of the periods before and after.
    fn rows(&self) -> impl Iterator<Item = usize> + use<> {
        let (before, after) = match self.of {
            Subject::Status(_, before, after) => (before, after),
            Subject::Fact(_) => (None, None),
        };
        before.into_iter().chain(after)
    }

    /// What it is ordered by. Undated ones come last; those of one participation and day as they were met.
    fn keys(&self, by_revision: bool) -> Keys<'a> {
        let revision = if by_revision { i64::from(self.revision) } else { 0 };
        let id: Uuid = match self.of {
            Subject::Status(visit, ..) => visit.id().0,
            Subject::Fact(fact) => fact.id,
        };
        let on = self.on.map_or(NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day"), date);
        [Term::Number(revision), Term::Day(on), Term::Id(id), Term::Number(i64::from(self.nth))].into_iter().collect()
    }

    fn change(&self, image: &Image) -> Change {
        let what = match self.of {
            Subject::Status(visit, before, after) => {
                let participation = Participation::of(image, visit);
                let period = |row: usize| Period::of(participation, visit.segment, row);
                let (before, after) = (before.map(period), after.map(period));
                What::Status { participation, before, after, exit: self.exit }
            }
            Subject::Fact(fact) => What::Fact(fact.before.clone(), fact.after.clone()),
        };
        Change { kind: self.kind, on: self.on.map(date), revision: self.revision.into(), what }
    }
}

impl Change {
    /// The cluster that it is about.
    pub fn cluster(&self) -> ClusterId {
        match &self.what {
            What::Status { participation, .. } => participation.cluster_id,
            What::Fact(before, after) => after.as_ref().or(before.as_ref()).expect("one of both").cluster(),
        }
    }

    /// Where a fact of a cluster comes from; none: it is of a status, whose period says so.
    pub fn source(&self) -> Option<SourceId> {
        match &self.what {
            What::Status { .. } => None,
            What::Fact(before, after) => after.as_ref().or(before.as_ref()).map(Row::source),
        }
    }
}
