//! Published figures against the register, on the same definition and date.

use chrono::NaiveDate;
use entity::{
    Revision, TextEnum,
    id::ClusterId,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
    published_figure::{Disclosure, FigureUnit, Metric, Model, Nature},
};

use super::{
    Population,
    breakdown::Unit,
    calendar::{CalendarUnit, Span},
    count::Count,
    exits::exits,
    flow::flow,
    headcount::headcount,
};
use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{ALWAYS, date, day, rev},
        segment::Segment,
    },
    organization,
    participation::{Condition, Filter},
    programme::Belonging,
    time::PointInTime,
};

/// What the register says about what a figure asserts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The number on the same definition; `None` where the register has none.
    pub recorded: Option<u32>,
    /// The published number less the recorded one.
    pub difference: Option<f64>,
    /// Whether the register was complete for what is compared; else the recorded number is a lower bound.
    pub complete: bool,
    /// The day at whose end it is counted, or the last one of the period.
    pub as_of: Option<NaiveDate>,
    /// Why there is no difference.
    pub reason: Option<Incomparable>,
}

/// Why a figure cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// The number was not given.
    NotDisclosed,
    /// It says what was aimed at.
    Target,
    /// It is stated for no date; founding members, for no day.
    NoDate,
    /// It counts what happened in a period, and is stated for a day.
    NoPeriod,
    /// The register does not record what it counts.
    NotRecorded,
}

/// Compares a figure: at its own date, or at another day; as known at the revision. `programme`: which clusters belong
/// to the programme that it is about, and when.
pub fn compare(
    image: &Image,
    figure: &Model,
    programme: &[Belonging],
    at: Option<NaiveDate>,
    revision: Revision,
) -> Result<Comparison> {
    let none =
        |reason| Comparison { recorded: None, difference: None, complete: false, as_of: None, reason: Some(reason) };
    let Some(measure) = Measure::from_figure(figure, programme) else { return Ok(none(Incomparable::NotRecorded)) };
    if figure.nature == Nature::Target {
        return Ok(none(Incomparable::Target));
    }
    // A year or a month is a period; a day is one for nothing but what has been counted since the founding.
    let period = figure.on.filter(|on| at.is_none() && on.earliest() != on.latest()).map(|on| on.earliest());
    let on = at.or(figure.on.map(|on| on.latest())).filter(|_| measure != Measure::Founding || period.is_none());
    let Some(last) = on else { return Ok(none(Incomparable::NoDate)) };
    let clusters = figure.cluster_id.map_or_else(|| belonging(programme, last), |id| vec![id]);
    let counting = Counting { image, figure, clusters, last, revision };
    let Some(counted) = counting.count(measure, period)? else {
        return Ok(Comparison { as_of: Some(last), ..none(Incomparable::NoPeriod) });
    };
    let recorded = counted.value();
    let difference =
        figure.value.filter(|_| figure.disclosure == Disclosure::Disclosed).map(|value| value - f64::from(recorded));
    let reason = difference.is_none().then_some(Incomparable::NotDisclosed);
    // No source says that all clusters of a programme are recorded.
    let complete = counted.complete && figure.cluster_id.is_some();
    Ok(Comparison { recorded: Some(recorded), difference, complete, as_of: Some(last), reason })
}

/// The clusters that belong to a programme on a day, each once.
fn belonging(programme: &[Belonging], day: NaiveDate) -> Vec<ClusterId> {
    let holds =
        |row: &&Belonging| row.valid_from.is_none_or(|from| from <= day) && row.valid_to.is_none_or(|to| day < to);
    let mut clusters: Vec<_> = programme.iter().filter(holds).map(|row| row.cluster_id).collect();
    clusters.sort_unstable();
    clusters.dedup();
    clusters
}

/// What the register counts for a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Those of a kind with a status on the day.
    Present(ParticipationKind, Status),
    /// Effective members on the day of the founding.
    Founding,
    /// Exits of members, of a kind.
    Exits(ExitKind, IsOver),
    /// Those that came in the period, as a source states.
    Joined(&'static [ParticipationKind]),
    /// Candidates that became effective in the period.
    Promoted,
    /// The clusters of a programme.
    Clusters,
}

/// Over what exits are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IsOver {
    /// The period that the figure is stated for.
    Period,
    /// The same, or where it is stated for a day all that is recorded until then.
    Lifetime,
}

const MEMBERS: &[ParticipationKind] = &[ParticipationKind::Member];
const BOTH: &[ParticipationKind] = &[ParticipationKind::Member, ParticipationKind::Partner];

impl Measure {
    fn from_figure(figure: &Model, programme: &[Belonging]) -> Option<Self> {
        use ParticipationKind::{Member, Partner};
        let is_recorded = figure.of_group.is_empty()
            && (figure.cluster_id.is_some() || !programme.is_empty())
            && !matches!(figure.unit, Some(FigureUnit::Establishments | FigureUnit::ResearchUnits));
        if !is_recorded {
            return None;
        }
        Some(match figure.metric {
            Metric::Members | Metric::EffectiveMembers => Self::Present(Member, Status::Effective),
            Metric::CandidateMembers => Self::Present(Member, Status::Candidate),
            Metric::FoundingMembers => Self::Founding,
            Metric::Partners => Self::Present(Partner, Status::Effective),
            Metric::JoinedMembers => Self::Joined(MEMBERS),
            Metric::JoinedParticipants => Self::Joined(BOTH),
            Metric::Leavers => Self::Exits(ExitKind::Left, IsOver::Lifetime),
            Metric::Exclusions => Self::Exits(ExitKind::Excluded, IsOver::Lifetime),
            Metric::CandidaciesWithdrawn => Self::Exits(ExitKind::CandidacyWithdrawn, IsOver::Period),
            Metric::CandidatesPromoted => Self::Promoted,
            Metric::Clusters => Self::Clusters,
            Metric::CompanyShare | Metric::ParticipationRate | Metric::Other => return None,
        })
    }
}

/// Who is counted for a figure, until which day.
struct Counting<'a> {
    image: &'a Image,
    figure: &'a Model,
    clusters: Vec<ClusterId>,
    last: NaiveDate,
    revision: Revision,
}

impl Counting<'_> {
    /// What a measure counts, over the period from a day where there is one; `None`: it needs a period.
    fn count(&self, measure: Measure, from: Option<NaiveDate>) -> Result<Option<Count>> {
        Ok(Some(match (measure, from) {
            (Measure::Clusters, _) => Count { confirmed: self.clusters.len() as u32, ..Count::default() },
            (Measure::Present(kind, status), _) => self.present(kind, status),
            (Measure::Founding, _) => self.present(ParticipationKind::Member, Status::Effective),
            (Measure::Exits(kind, IsOver::Lifetime), from) => self.exits_until_now(kind, from)?,
            (Measure::Exits(kind, IsOver::Period), Some(from)) => self.exits(kind, from)?,
            (Measure::Joined(kinds), Some(from)) => self.joined(kinds, from)?,
            (Measure::Promoted, Some(from)) => self.promoted(from)?,
            (Measure::Exits(..) | Measure::Joined(_) | Measure::Promoted, None) => return Ok(None),
        }))
    }

    /// Those of the clusters, and what else is asked of their organizations.
    fn filter(&self, conditions: impl IntoIterator<Item = organization::Condition>) -> Filter {
        let conditions = conditions.into_iter().map(|condition| Condition::Of(condition.into()).into());
        Filter::all(std::iter::once(Condition::Cluster(self.clusters.clone()).into()).chain(conditions))
    }

    /// Those that the figure is of.
    fn of_figure(&self) -> Filter {
        let sphere = self.figure.of_sphere.map(|sphere| organization::Condition::Sphere(vec![sphere]));
        let sizes: Vec<SizeClass> = self.figure.of_size_class.iter().collect();
        let sizes = (!sizes.is_empty()).then_some(organization::Condition::SizeClass(sizes));
        self.filter(sphere.into_iter().chain(sizes))
    }

    /// The cluster where there is one: it is met at once.
    fn population(&self, kinds: &[ParticipationKind]) -> Population {
        Population { cluster: self.figure.cluster_id, kinds: kinds.to_vec(), filter: self.of_figure() }
    }

    fn since(&self, from: NaiveDate) -> Span {
        Span { from, to: self.last.succ_opt().unwrap_or(self.last) }
    }

    fn present(&self, kind: ParticipationKind, status: Status) -> Count {
        let unit = match self.figure.unit {
            Some(FigureUnit::Organizations) => Unit::Organizations,
            _ => Unit::Participations,
        };
        let at = PointInTime { as_of: self.last, revision: self.revision };
        let count = |filter| {
            let head = headcount(self.image, self.figure.cluster_id, &filter, unit, at);
            match (kind, status) {
                (ParticipationKind::Partner, _) => head.partners,
                (_, Status::Candidate) => head.candidates,
                _ => head.effective,
            }
        };
        let mut counted = count(self.of_figure());
        if !self.figure.of_size_class.is_any() {
            // A company whose size is not recorded may be one of these.
            let sized = organization::Condition::SizeClass(SizeClass::ALL.to_vec());
            let companies = organization::Condition::Sphere(vec![Sphere::Company]);
            let [sized, companies] = [sized, companies].map(|of| count(self.filter([of])).value());
            counted.complete &= sized == companies;
        }
        counted
    }

    fn exits(&self, kind: ExitKind, from: NaiveDate) -> Result<Count> {
        let (rows, total) = exits(self.image, &self.population(MEMBERS), self.since(from), self.revision)?;
        let confirmed = rows.iter().filter(|row| row.kind == kind).map(|row| row.count.value()).sum();
        Ok(Count { confirmed, presumed: 0, complete: total.complete })
    }

    /// Exits in a period, or where there is none since the first day that is recorded of a cluster.
    fn exits_until_now(&self, kind: ExitKind, from: Option<NaiveDate>) -> Result<Count> {
        if let Some(from) = from {
            return self.exits(kind, from);
        }
        let segments = || self.clusters.iter().filter_map(|id| self.image.cluster(*id));
        let first = segments().filter_map(Segment::first_day).filter(|first| *first != ALWAYS).min();
        let count = self.exits(kind, first.map_or(self.last, |first| date(first).min(self.last)))?;
        let mut segments = segments();
        let complete = segments.all(|segment| segment.is_complete(day(self.last), true, rev(self.revision)));
        Ok(Count { complete, ..count })
    }

    fn joined(&self, kinds: &[ParticipationKind], from: NaiveDate) -> Result<Count> {
        self.over(kinds, from, |bucket| bucket.joined.total() - bucket.joined_unstated)
    }

    fn promoted(&self, from: NaiveDate) -> Result<Count> {
        self.over(MEMBERS, from, |bucket| bucket.promoted)
    }

    fn over(&self, kinds: &[ParticipationKind], from: NaiveDate, of: fn(&super::Bucket) -> u32) -> Result<Count> {
        let span = self.since(from);
        let buckets = flow(self.image, &self.population(kinds), span, CalendarUnit::Year, self.revision)?;
        let confirmed = buckets.iter().map(of).sum();
        Ok(Count { confirmed, presumed: 0, complete: buckets.iter().all(|bucket| bucket.complete) })
    }
}
