//! Published figures against the register, on the same definition and date.

use entity::{
    organization_profile::Sphere,
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
    published_figure::{Disclosure, Metric, Model, Nature},
};

use super::{Interval, Population, Span, Unit, exits, flow, headcount};
use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{ALWAYS, date, day, rev},
        segment::Segment,
    },
    organization,
    participation::{Condition, Filter},
    time::PointInTime,
};

/// What the register says about what a figure asserts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The number on the same definition; none where the register has none.
    pub recorded: Option<u32>,
    /// The published number less the recorded one.
    pub difference: Option<f64>,
    /// Whether the register was complete for what is compared; else the recorded number is a lower bound.
    pub complete: bool,
    /// The day at whose end it is counted, or the last one of the period.
    pub as_of: Option<chrono::NaiveDate>,
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
    /// It is stated for no date.
    NoDate,
    /// It counts what happened in a period, and is stated for a day.
    NoPeriod,
    /// The register does not record what it counts.
    NotRecorded,
}

/// Compares a figure: at its own date, or at another day; as known at the revision.
pub fn compare(
    image: &Image,
    figure: &Model,
    at: Option<chrono::NaiveDate>,
    revision: entity::Revision,
) -> Result<Comparison> {
    let none =
        |reason| Comparison { recorded: None, difference: None, complete: false, as_of: None, reason: Some(reason) };
    let Some(measure) = Measure::of(figure.metric) else { return Ok(none(Incomparable::NotRecorded)) };
    if figure.nature == Nature::Target {
        return Ok(none(Incomparable::Target));
    }
    let Some(last) = at.or(figure.on.map(|on| on.latest())) else { return Ok(none(Incomparable::NoDate)) };
    // A year or a month is a period; a day is one for nothing but what has been counted since the founding.
    let period = figure.on.filter(|on| at.is_none() && on.earliest() != on.latest()).map(|on| on.earliest());
    let cluster = Some(figure.cluster_id);
    let population =
        |kinds: &[ParticipationKind]| Population { cluster, kinds: kinds.to_vec(), filter: Filter::default() };
    let through = |from| Span { from, to: last.succ_opt().unwrap_or(last) };
    let both = [ParticipationKind::Member, ParticipationKind::Partner];
    let (recorded, complete) = match measure {
        Measure::Present(kind, status, sphere) => {
            let of = |sphere| Condition::Of(organization::Condition::Sphere(vec![sphere]).into());
            let filter = Filter::all(sphere.map(|sphere| of(sphere).into()));
            let head = headcount(image, cluster, &filter, Unit::Participations, PointInTime { as_of: last, revision });
            let count = match (kind, status) {
                (ParticipationKind::Partner, _) => head.partners,
                (_, Status::Candidate) => head.candidates,
                _ => head.effective,
            };
            (count.value(), count.complete)
        }
        Measure::Exits(kind, needs_period) => {
            let from = match (period, needs_period) {
                (Some(from), _) => from,
                (None, true) => return Ok(Comparison { as_of: Some(last), ..none(Incomparable::NoPeriod) }),
                (None, false) => first_day(image, figure, last),
            };
            let (rows, total) = exits(image, &population(&both[..1]), through(from), revision)?;
            let of_kind = rows.iter().filter(|row| row.kind == kind).map(|row| row.count.value()).sum();
            let since_founding = || {
                let segment = image.cluster(figure.cluster_id);
                segment.is_some_and(|segment| segment.is_complete(day(last), true, rev(revision)))
            };
            (of_kind, if period.is_none() { since_founding() } else { total.complete })
        }
        Measure::Joined | Measure::Promoted => {
            let Some(from) = period else {
                return Ok(Comparison { as_of: Some(last), ..none(Incomparable::NoPeriod) });
            };
            let kinds = if measure == Measure::Joined { &both[..] } else { &both[..1] };
            let buckets = flow(image, &population(kinds), through(from), Interval::Year, revision)?;
            let count = |bucket: &super::Bucket| {
                if measure == Measure::Joined {
                    bucket.joined.total() - bucket.joined_unstated
                } else {
                    bucket.promoted
                }
            };
            (buckets.iter().map(count).sum(), buckets.iter().all(|bucket| bucket.complete))
        }
    };
    let difference =
        figure.value.filter(|_| figure.disclosure == Disclosure::Disclosed).map(|value| value - f64::from(recorded));
    let reason = difference.is_none().then_some(Incomparable::NotDisclosed);
    Ok(Comparison { recorded: Some(recorded), difference, complete, as_of: Some(last), reason })
}

/// What the register counts for a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Those of a kind with a status on the day, of a sphere if one is named.
    Present(ParticipationKind, Status, Option<Sphere>),
    /// Exits of a kind; whether a period has to be stated, or they are counted since the founding.
    Exits(ExitKind, bool),
    /// Members and partners that came in the period, as a source states.
    Joined,
    /// Candidates that became effective in the period.
    Promoted,
}

impl Measure {
    fn of(metric: Metric) -> Option<Self> {
        use ParticipationKind::{Member, Partner};
        Some(match metric {
            Metric::Members | Metric::EffectiveMembers => Self::Present(Member, Status::Effective, None),
            Metric::MemberCompanies => Self::Present(Member, Status::Effective, Some(Sphere::Company)),
            Metric::CandidateMembers => Self::Present(Member, Status::Candidate, None),
            Metric::Partners => Self::Present(Partner, Status::Effective, None),
            Metric::Leavers => Self::Exits(ExitKind::Left, false),
            Metric::Exclusions => Self::Exits(ExitKind::Excluded, false),
            Metric::CandidaciesWithdrawn => Self::Exits(ExitKind::CandidacyWithdrawn, true),
            Metric::JoinedParticipants => Self::Joined,
            Metric::CandidatesPromoted => Self::Promoted,
            _ => return None,
        })
    }
}

/// The first day of what is recorded of a cluster, for what is counted since the founding.
fn first_day(image: &Image, figure: &Model, last: chrono::NaiveDate) -> chrono::NaiveDate {
    let first = image.cluster(figure.cluster_id).and_then(Segment::first_day);
    first.filter(|first| *first != ALWAYS).map_or(last, |first| date(first).min(last))
}
