//! Each participation of a population as codes, one a dimension, and the groups of those that are counted.

use std::sync::{Arc, LazyLock, OnceLock};

use chrono::Datelike;
use entity::{
    TextEnum,
    participation_period::{ExitKind, Status},
};

use super::{
    applied::Applied,
    codes::{Codes, Coding, HOLDS, UNKNOWN, code, code_of_verdict},
    cut::cut,
    numbered::Numbered,
    question::{Breakdown, Dimension, Group, GroupOrder, MAX_DIMENSIONS, Question, Unit},
    sectors::Sectors,
    tally::Tally,
    verdicts::Verdicts,
};
use crate::domain::{
    Error, Result,
    kleene::Outcome,
    ledger::{
        Image,
        bitmaps::Asserted,
        columns::{Day, OPEN, Point, date},
        segment::Segment,
        snapshot::Snapshot,
    },
    participation::admits,
    population::resolved::ResolvedPopulation,
    positions::{ClassAt, ClusterAt, MunicipalityAt},
    reference::REFERENCE,
    statistics::{Count, distinct::Distinct, retention::first_effective},
    visit::Visit,
};

/// What participations are counted with: a question made ready for an image.
pub(super) struct Counter<'a> {
    pub(super) question: &'a Question,
    pub(super) resolved: ResolvedPopulation<'a>,
    /// What the codes of its dimensions mean.
    pub(super) coding: Coding<'a>,
    /// The division of each class.
    divisions: &'static [ClassAt],
    /// What organizations are asked of that is not read one by one, where a dimension needs it.
    among: Option<Snapshot<'a>>,
    /// Of whom the attribute is asserted and denied.
    attribute: Option<Arc<Asserted>>,
    /// The criteria that apply on the day.
    applied: Vec<&'a Applied>,
    /// Whether those that ended are among the counted, whatever their group.
    has_ended: bool,
    /// The first day for which the register is complete, of every cluster; `OPEN`: it never is.
    complete_from: Day,
    /// Whether it is for what has ended by then too: found out when it is asked for.
    complete_with_ended: OnceLock<bool>,
}

/// What is made anew for each cluster while its participations are met.
pub(super) struct Scratch {
    sectors: Sectors,
    verdicts: Verdicts,
    /// The codes of a participation in each dimension, so that each has room for the next one's.
    values: [Vec<u32>; MAX_DIMENSIONS],
}

impl Scratch {
    pub(super) fn new() -> Self {
        Self { sectors: Sectors::new(), verdicts: Verdicts::default(), values: Default::default() }
    }
}

/// The division of each class, by position; that of a section is itself.
static DIVISIONS: LazyLock<Vec<ClassAt>> = LazyLock::new(|| {
    let division = |position: ClassAt| {
        let class = REFERENCE.class_at(position);
        let code = class.code.get(..2).unwrap_or(&class.code);
        REFERENCE.position(class.version, code).unwrap_or(position)
    };
    REFERENCE.positions().map(division).collect()
});

impl<'a> Counter<'a> {
    pub(super) fn new(image: &'a Image, question: &'a Question) -> Result<Self> {
        let by = &question.by;
        if by.len() > MAX_DIMENSIONS {
            return Err(Error::invalid(
                "by",
                format!("`by` takes from 1 to {MAX_DIMENSIONS} dimensions, not {}", by.len()),
            ));
        }
        let repeated = |(at, one)| Some((by[..at].iter().position(|other| other == one)?, at));
        if let Some((first, second)) = by.iter().enumerate().find_map(repeated) {
            let message = format!("`by[{second}]` is the same dimension as `by[{first}]`; name each dimension once");
            return Err(Error::invalid("by", message));
        }
        let resolved = question.population.on(image, Point::from(question.at));
        let filter = &question.population.filter;
        let has_ended = ExitKind::ALL.iter().any(|kind| admits(filter, Status::Ended, Some(*kind)) != Outcome::NotMet);
        let complete_from = resolved.clusters.iter().map(|(_, segment)| segment.complete_from(resolved.at.rev));
        let complete_from = complete_from.max().unwrap_or(OPEN);
        let needs_all = by.iter().any(|by| matches!(by, Dimension::Verdict | Dimension::Attribute));
        let among = needs_all.then(|| image.snapshot(resolved.at));
        let asked = question.attribute.as_deref().filter(|_| by.contains(&Dimension::Attribute));
        let attribute = asked.and_then(|asked| Some(among.as_ref()?.attribute(asked)));
        let applied = question.criteria.iter().filter(|applied| applied.days.contains(&question.at.as_of));
        Ok(Self {
            question,
            resolved,
            coding: Coding::new(image, by),
            divisions: &DIVISIONS,
            among,
            attribute,
            applied: applied.collect(),
            has_ended,
            complete_from,
            complete_with_ended: OnceLock::new(),
        })
    }

    /// The groups that were counted, in an order.
    pub(super) fn answer(&self, counted: (Tally, Count), order: &[(GroupOrder, bool)], limit: usize) -> Breakdown {
        let (found, total) = counted;
        let on_day = self.resolved.at.day;
        let total = Count { complete: self.complete_from(None) <= on_day, ..total };
        let mut groups = found.groups();
        if let [one] = self.question.by[..]
            && one.may_be_unknown()
        {
            let unknown = [UNKNOWN, 0, 0, 0];
            if !groups.iter().any(|(codes, _)| *codes == unknown) {
                groups.push((unknown, Count::default()));
            }
        }
        groups.sort_unstable_by(|(one, first), (other, second)| {
            let by = |(field, descending): &(GroupOrder, bool)| {
                let ordering = match field {
                    GroupOrder::Key => one.cmp(other),
                    GroupOrder::Count => first.value().cmp(&second.value()),
                };
                if *descending { ordering.reverse() } else { ordering }
            };
            let ordering = order.iter().map(by).find(|ordering| ordering.is_ne());
            ordering.unwrap_or_else(|| one.cmp(other))
        });
        let group_count = groups.len();
        let with_complete =
            |(codes, count)| (codes, Count { complete: self.complete_from(Some(codes)) <= on_day, ..count });
        let sum = |rest: Vec<(Codes, Count)>| {
            let counts = rest.into_iter().map(with_complete).map(|(_, count)| count);
            counts.reduce(Count::and).expect("a rest has groups")
        };
        let groups = cut(&self.coding, groups, limit, sum).into_iter().map(|(keys, codes, count)| {
            let count = codes.map_or(count, |codes| with_complete((codes, count)).1);
            Group { keys, count }
        });
        Breakdown { groups: groups.collect(), group_count, total }
    }

    /// How many are in each group, and all together.
    pub(super) fn count(&self) -> (Tally, Count) {
        match self.question.unit {
            Unit::Participations => self.count_participations(),
            Unit::Organizations => self.count_organizations(),
        }
    }

    fn count_organizations(&self) -> (Tally, Count) {
        let (mut groups, mut of_groups, mut everyone) = (Numbered::default(), Distinct::default(), Distinct::default());
        self.each(&self.resolved.clusters, |visit, codes, is_first| {
            let is_confirmed = self.is_confirmed(visit);
            of_groups.add(groups.number(codes), visit.organization(), is_confirmed);
            if is_first {
                everyone.add(0, visit.organization(), is_confirmed);
            }
        });
        let counts = of_groups.counts(groups.codes.len());
        (Tally::Sparse(groups.codes.into_iter().zip(counts).collect()), everyone.counts(1)[0])
    }

    fn is_confirmed(&self, visit: Visit<'_>) -> bool {
        visit.row.is_some_and(|row| visit.segment.periods.is_confirmed(row, self.resolved.at.day))
    }

    fn count_participations(&self) -> (Tally, Count) {
        let parts = self.resolved.parts();
        let [only] = parts[..] else {
            return std::thread::scope(|scope| {
                let threads: Vec<_> = parts.iter().map(|part| scope.spawn(|| self.count_in(part))).collect();
                let counted = threads.into_iter().map(|thread| thread.join().expect("counting does not panic"));
                let both =
                    |(one, first): (Tally, Count), (other, second): (Tally, Count)| (one.and(other), first.and(second));
                counted.reduce(both).expect("there are parts")
            });
        };
        self.count_in(only)
    }

    fn count_in(&self, clusters: &[(ClusterAt, &Segment)]) -> (Tally, Count) {
        let (mut tally, mut total) = (Tally::new(self.coding.code_counts()), Count::default());
        self.each(clusters, |visit, codes, is_first| {
            let is_confirmed = self.is_confirmed(visit);
            if is_first {
                total.add(is_confirmed);
            }
            tally.count(codes).add(is_confirmed);
        });
        (tally, total)
    }

    /// Calls back for each participation in some clusters and each of its groups; says which call
    /// is the first about it.
    pub(super) fn each(&self, clusters: &[(ClusterAt, &'a Segment)], mut take: impl FnMut(Visit<'_>, Codes, bool)) {
        let mut scratch = Scratch::new();
        for (visit, row) in self.resolved.present_in(clusters) {
            self.groups(visit, row, &mut scratch, |codes, is_first| take(visit, codes, is_first));
        }
    }

    /// Calls back for each group of a participation at the point; says which is the first.
    #[inline]
    pub(super) fn groups(
        &self,
        visit: Visit<'_>,
        row: usize,
        scratch: &mut Scratch,
        mut take: impl FnMut(Codes, bool),
    ) {
        let by = &self.question.by;
        let mut values: [Vec<u32>; MAX_DIMENSIONS] = std::mem::take(&mut scratch.values);
        for (dimension, values) in by.iter().zip(&mut values) {
            values.clear();
            self.values(*dimension, visit, row, scratch, values);
            if values.is_empty() {
                values.push(UNKNOWN);
            }
        }
        let mut is_first = true;
        combine(&values[..by.len()], |codes| take(codes, std::mem::take(&mut is_first)));
        scratch.values = values;
    }

    /// The codes of a participation in a dimension, each once; none when nothing is known.
    fn values(&self, dimension: Dimension, visit: Visit<'_>, row: usize, scratch: &mut Scratch, into: &mut Vec<u32>) {
        let resolved = &self.resolved;
        let standing = visit.segment.periods.value(row);
        match dimension {
            Dimension::Status => into.push(code(standing.status())),
            Dimension::Kind => into.push(code(visit.kind())),
            Dimension::Sphere => into.extend(resolved.sphere(visit).map(code)),
            Dimension::SizeClass => into.extend(resolved.size_class(visit).map(code)),
            Dimension::ExitKind => into.extend(standing.exit_kind().map(code)),
            Dimension::ExitReason => into.extend(standing.exit_reason().map(code)),
            Dimension::Verdict => {
                let among = self.among.as_ref();
                let verdict = among.and_then(|among| scratch.verdicts.verdict(visit, &self.applied, among));
                into.extend(verdict.map(code_of_verdict));
            }
            Dimension::Attribute => {
                let organization = visit.organization().number();
                let said = self.attribute.iter().flat_map(|said| [&said.asserted, &said.denied]);
                into.extend(said.zip(HOLDS).filter(|(said, _)| said.contains(organization)).map(|(_, code)| code));
            }
            Dimension::Cluster => into.push(visit.cluster.number()),
            Dimension::JoinYear => {
                let year = first_effective(visit, resolved.at).map(|(first, _)| date(first).year());
                into.extend(year.map(i32::unsigned_abs));
            }
            Dimension::Municipality => into.extend(resolved.municipalities(visit).map(MunicipalityAt::number)),
            Dimension::NaceDivision => {
                into.extend(resolved.classes(visit).map(|class| self.divisions[class.index()].number()));
            }
            Dimension::Sector => {
                scratch.sectors.turn_to(visit, self.coding.first_sector(visit.cluster), resolved.at.rev);
                scratch.sectors.of_classes(resolved.classes(visit), into);
            }
        }
        if into.len() > 1 {
            into.sort_unstable();
            into.dedup();
        }
    }

    /// The first day for which the register is complete for everyone that is counted, or for a group: for its cluster
    /// alone, where it has one; since the foundings, where some have ended. `OPEN`: for no day.
    pub(super) fn complete_from(&self, group: Option<Codes>) -> Day {
        let code_in = |dimension| {
            let position = self.question.by.iter().position(|by| *by == dimension)?;
            group.map(|codes| codes[position])
        };
        let has_ended = code_in(Dimension::Status).map_or(self.has_ended, |status| status == code(Status::Ended));
        let (from, with_ended) = match code_in(Dimension::Cluster) {
            Some(cluster) => {
                let (cluster, rev) = (&self.resolved.image.clusters()[cluster as usize], self.resolved.at.rev);
                (cluster.complete_from(rev), !has_ended || cluster.is_complete(OPEN - 1, true, rev))
            }
            None => (self.complete_from, !has_ended || self.is_complete_with_ended()),
        };
        if with_ended { from } else { OPEN }
    }

    fn is_complete_with_ended(&self) -> bool {
        *self.complete_with_ended.get_or_init(|| self.resolved.is_complete(OPEN - 1, true))
    }
}

/// Calls back for every combination of some values, as an odometer counts: the last place turns first.
///
/// For example, of `[1]` and `[5, 7]`: `[1, 5]`, then `[1, 7]`. Every place has a value at least.
#[inline]
fn combine(values: &[Vec<u32>], mut take: impl FnMut(Codes)) {
    let mut chosen = [0; MAX_DIMENSIONS];
    loop {
        let mut codes = [0; MAX_DIMENSIONS];
        for (at, values) in values.iter().enumerate() {
            codes[at] = values[chosen[at]];
        }
        take(codes);
        let Some(turning) = (0..values.len()).rev().find(|at| chosen[*at] + 1 < values[*at].len()) else { return };
        chosen[turning] += 1;
        chosen[turning + 1..].fill(0);
    }
}
