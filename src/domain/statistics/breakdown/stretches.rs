//! The days through which a participation stands in the same groups.
//!
//! For example, a company in Anderlecht, a member from 2018 to the end of 2019, attested until June 2018, which moved
//! to Ixelles in 2019. By municipality it has three stretches:
//!
//! | days                     | group      | confirmed |
//! |--------------------------|------------|-----------|
//! | 2018-01-01 to 2018-07-01 | Anderlecht | yes       |
//! | 2018-07-01 to 2019-01-01 | Anderlecht | no        |
//! | 2019-01-01 to 2020-01-01 | Ixelles    | no        |

use std::ops::Range;

use super::{
    codes::Codes,
    counter::{Counter, Scratch},
    question::{Dimension, Question},
};
use crate::domain::{
    ledger::{
        Image,
        columns::{Day, FactColumns, Point},
    },
    organization,
    participation::Condition,
    positions::ParticipationAt,
    visit::Visit,
};

/// The stretches of participations, one after the other.
pub(super) struct Stretches<'a> {
    pub(super) counter: Counter<'a>,
    /// Whether the sites of organizations decide who is counted, or where; and whether their activities do.
    reads_sites: bool,
    reads_activities: bool,
    scratch: Scratch,
    turns: Vec<Day>,
    groups: Vec<Codes>,
}

/// Whether the groups of a participation change on no other days than those on which its own periods, or the sites or
/// activities of its organization, begin and end.
pub(super) fn are_few(question: &Question) -> bool {
    let varies = |condition: &Condition| match condition {
        Condition::Of(filter) => filter.has(&organization::Condition::varies_by_day),
        _ => false,
    };
    let needs_all = |by: &Dimension| matches!(by, Dimension::Verdict | Dimension::Attribute);
    !question.population.filter.has(&varies) && !question.by.iter().any(needs_all)
}

impl<'a> Stretches<'a> {
    /// Of a question whose stretches are few.
    pub(super) fn new(image: &'a Image, question: &'a Question) -> crate::domain::Result<Self> {
        let mut counter = Counter::new(image, question)?;
        // What was gathered holds on one day.
        counter.resolved.gathered = None;
        let is_filtered_by = |is_such: &dyn Fn(&organization::Condition) -> bool| {
            let is_of = |condition: &Condition| matches!(condition, Condition::Of(filter) if filter.has(&is_such));
            question.population.filter.has(&is_of)
        };
        use organization::Condition::{Activity, Municipality, Sector};
        let by = |dimension| question.by.contains(&dimension);
        Ok(Self {
            reads_sites: by(Dimension::Municipality) || is_filtered_by(&|of| matches!(of, Municipality(_))),
            reads_activities: by(Dimension::NaceDivision)
                || by(Dimension::Sector)
                || is_filtered_by(&|of| matches!(of, Activity(_) | Sector(_))),
            counter,
            scratch: Scratch::new(),
            turns: Vec::new(),
            groups: Vec::new(),
        })
    }

    /// Calls back for each stretch of some of the clusters' participations: whose, on which days, whether it is
    /// confirmed, and in which groups. Those that are not wanted are passed over.
    ///
    /// The clusters are those from one position on, so many of those that are counted.
    pub(super) fn each(
        &mut self,
        clusters: Range<usize>,
        wants: impl Fn(&Range<Day>) -> bool,
        mut take: impl FnMut(Visit<'a>, Range<Day>, bool, &[Codes]),
    ) {
        for at in clusters {
            let (cluster, segment) = self.counter.resolved.clusters[at];
            for position in 0..segment.ids.len() {
                let visit = Visit { segment, cluster, position: ParticipationAt::at(position), row: None };
                if self.counter.resolved.is_of_kinds(visit) {
                    self.of_participation(visit, &wants, &mut take);
                }
            }
        }
    }

    fn of_participation(
        &mut self,
        visit: Visit<'a>,
        wants: &impl Fn(&Range<Day>) -> bool,
        take: &mut impl FnMut(Visit<'a>, Range<Day>, bool, &[Codes]),
    ) {
        let rev = self.counter.resolved.at.rev;
        let periods = &visit.segment.periods;
        for row in visit.segment.periods_of(visit.position, rev) {
            let visit = Visit { row: Some(row), ..visit };
            let days = periods.from(row)..periods.to(row);
            if !wants(&days) {
                continue;
            }
            self.turns.clear();
            self.turns.extend([days.start, days.end]);
            self.turns.extend(periods.presumed_from(row).filter(|day| days.contains(day)));
            self.add_turns_of_organization(visit, &days);
            self.turns.sort_unstable();
            self.turns.dedup();
            for at in 1..self.turns.len() {
                let days = self.turns[at - 1]..self.turns[at];
                if !wants(&days) {
                    continue;
                }
                self.counter.resolved.at = Point { day: days.start, rev };
                if !self.counter.resolved.satisfies(visit) {
                    continue;
                }
                self.groups.clear();
                let groups = &mut self.groups;
                self.counter.groups(visit, row, &mut self.scratch, |codes, _| groups.push(codes));
                take(visit, days.clone(), periods.is_confirmed(row, days.start), &self.groups);
            }
        }
    }

    /// The days within some on which what is known of a participation's organization can change.
    fn add_turns_of_organization(&mut self, visit: Visit<'a>, within: &Range<Day>) {
        fn add<V: Copy + Ord>(facts: &FactColumns<V>, owner: u32, rev: u32, within: &Range<Day>, turns: &mut Vec<Day>) {
            for row in facts.of_owner(owner).filter(|row| facts.is_known(*row, rev)) {
                turns.extend([facts.from(row), facts.to(row)].into_iter().filter(|day| within.contains(day)));
            }
        }
        let resolved = &self.counter.resolved;
        let (organizations, rev) = (resolved.image.organizations(), resolved.at.rev);
        if self.reads_sites {
            let (sites, owner) = organizations.sites(visit.organization());
            add(sites, owner, rev, within, &mut self.turns);
        }
        if self.reads_activities {
            let (activities, owner) = organizations.activities(visit.organization());
            add(activities, owner, rev, within, &mut self.turns);
        }
    }
}
