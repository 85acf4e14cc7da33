//! Each participation of a population as codes, one a dimension, and the groups of those that are
//! counted.

use std::{
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use chrono::Datelike;
use entity::{
    TextEnum,
    organization_profile::{SizeClass, Sphere},
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
};

use super::{Breakdown, Dimension, Group, GroupOrder, MAX_DIMENSIONS, Question, Value, sectors::Sectors, tally::Tally};
use crate::domain::{
    Error, Result,
    kleene::Outcome,
    ledger::{
        Image,
        columns::{Day, Point, date},
        segment::Segment,
    },
    participation::admits,
    population::{Counted, Met},
    positions::{ClassAt, ClusterAt, MunicipalityAt},
    reference::REFERENCE,
    statistics::{Count, flow::first_effective},
};

/// The codes of a group: a number for each dimension.
pub(super) type Codes = [u32; MAX_DIMENSIONS];

/// The code of what is not known. The greatest, so that it comes last.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// What participations are counted with: a question made ready for an image.
pub(super) struct Counter<'a> {
    question: &'a Question,
    pub(super) counted: Counted<'a>,
    /// The code of each cluster's first sector; sectors are numbered across clusters.
    sectors: Vec<u32>,
    /// How many sectors there are.
    sector_count: u32,
    /// The division of each class.
    divisions: &'static [ClassAt],
    /// Whether those that ended are among the counted, whatever their group.
    has_ended: bool,
    /// Whether the register is complete for the day, of every cluster.
    complete_on_day: bool,
    /// Whether it is for what has ended by then too: found out when it is asked for.
    complete_with_ended: OnceLock<bool>,
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
        if !(1..=MAX_DIMENSIONS).contains(&by.len()) {
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
        let counted = question.population.on(image, Point::from(question.at));
        let mut next = 0;
        let sectors = image.clusters().iter().map(|segment| {
            next += segment.all_sectors().len() as u32;
            next - segment.all_sectors().len() as u32
        });
        let sectors = sectors.collect();
        let sector_count = next;
        let filter = &question.population.filter;
        let has_ended = ExitKind::ALL.iter().any(|kind| admits(filter, Status::Ended, Some(*kind)) != Outcome::NotMet);
        let complete_on_day = counted.is_complete(counted.at.day, false);
        let complete_with_ended = OnceLock::new();
        Ok(Self {
            question,
            counted,
            sectors,
            sector_count,
            divisions: &DIVISIONS,
            has_ended,
            complete_on_day,
            complete_with_ended,
        })
    }

    /// The groups that were counted, in an order.
    pub(super) fn answer(
        &self,
        counted: (Tally, Count),
        order: GroupOrder,
        descending: bool,
        limit: usize,
    ) -> Breakdown {
        let (found, total) = counted;
        let total = Count { complete: self.is_complete(self.has_ended), ..total };
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
            let by_key = one.cmp(other);
            let ordering = match order {
                GroupOrder::Key => by_key,
                GroupOrder::Count => first.value().cmp(&second.value()),
            };
            let ordering = if descending { ordering.reverse() } else { ordering };
            ordering.then(by_key)
        });
        let group_count = groups.len();
        let mut left = limit;
        let dimensions = self.question.by.len();
        groups.retain(|(codes, _)| {
            let is_within = left > 0;
            let is_unknown = codes[..dimensions].contains(&UNKNOWN);
            left -= usize::from(is_within && !is_unknown);
            is_unknown || is_within
        });
        let groups = groups.into_iter().map(|(codes, count)| {
            let keys = self.keys(codes);
            let complete = self.is_group_complete(&keys, codes);
            Group { keys, count: Count { complete, ..count } }
        });
        Breakdown { groups: groups.collect(), group_count, total }
    }

    /// How many codes a dimension has; none: it is not known beforehand.
    fn code_count(&self, dimension: Dimension) -> Option<u32> {
        Some(match dimension {
            Dimension::Status => Status::ALL.len() as u32,
            Dimension::Kind => ParticipationKind::ALL.len() as u32,
            Dimension::Sphere => Sphere::ALL.len() as u32,
            Dimension::SizeClass => SizeClass::ALL.len() as u32,
            Dimension::ExitKind => ExitKind::ALL.len() as u32,
            Dimension::Cluster => self.sectors.len() as u32,
            Dimension::Municipality => REFERENCE.municipality_count() as u32,
            Dimension::NaceDivision => REFERENCE.class_count() as u32,
            Dimension::Sector => self.sector_count,
            Dimension::JoinYear => return None,
        })
    }

    pub(super) fn code_counts(&self) -> impl Iterator<Item = Option<u32>> {
        self.question.by.iter().map(|dimension| self.code_count(*dimension))
    }

    /// The days within some on which the values of a participation's organization can change.
    pub(super) fn turns(&self, met: Met<'_>, within: Range<Day>, into: &mut Vec<Day>) {
        let organizations = self.counted.image.organizations();
        let mut take = |day: Day| into.extend(within.contains(&day).then_some(day));
        for dimension in &self.question.by {
            match dimension {
                Dimension::Municipality => {
                    let (sites, owner) = organizations.sites(met.organization());
                    for row in sites.of_owner(owner).filter(|row| sites.is_known(*row, self.counted.at.rev)) {
                        take(sites.from(row));
                        take(sites.to(row));
                    }
                }
                Dimension::NaceDivision | Dimension::Sector => {
                    let (activities, owner) = organizations.activities(met.organization());
                    for row in activities.of_owner(owner).filter(|row| activities.is_known(*row, self.counted.at.rev)) {
                        take(activities.from(row));
                        take(activities.to(row));
                    }
                }
                _ => {}
            }
        }
    }

    /// How many are in each group, and all together.
    pub(super) fn count(&self) -> (Tally, Count) {
        let parts = self.counted.parts();
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
        let (mut tally, mut total) = (Tally::of(self.code_counts()), Count::default());
        self.each(clusters, |met, codes, is_first| {
            let is_confirmed = met.row.is_some_and(|row| met.segment.periods.is_confirmed(row, self.counted.at.day));
            if is_first {
                total.add(is_confirmed);
            }
            tally.count(codes).add(is_confirmed);
        });
        (tally, total)
    }

    /// Calls back for each participation in some clusters and each of its groups; says which call
    /// is the first about it.
    pub(super) fn each(&self, clusters: &[(ClusterAt, &'a Segment)], mut take: impl FnMut(Met<'_>, Codes, bool)) {
        let mut sectors = Sectors::new();
        for (met, row) in self.counted.present_in(clusters) {
            self.groups(met, row, &mut sectors, |codes, is_first| take(met, codes, is_first));
        }
    }

    /// Calls back for each group of a participation at the point; says which is the first.
    #[inline]
    pub(super) fn groups(&self, met: Met<'_>, row: usize, sectors: &mut Sectors, mut take: impl FnMut(Codes, bool)) {
        let by = &self.question.by;
        let mut values: [Vec<u32>; MAX_DIMENSIONS] = std::mem::take(&mut sectors.values);
        for (dimension, values) in by.iter().zip(&mut values) {
            values.clear();
            self.values(*dimension, met, row, sectors, values);
            if values.is_empty() {
                values.push(UNKNOWN);
            }
        }
        let mut is_first = true;
        let mut chosen = [0; MAX_DIMENSIONS];
        // Every combination of the values, as an odometer counts.
        'combinations: loop {
            let mut codes = [0; MAX_DIMENSIONS];
            for at in 0..by.len() {
                codes[at] = values[at][chosen[at]];
            }
            take(codes, is_first);
            is_first = false;
            for at in (0..by.len()).rev() {
                chosen[at] += 1;
                if chosen[at] < values[at].len() {
                    continue 'combinations;
                }
                chosen[at] = 0;
            }
            break;
        }
        sectors.values = values;
    }

    /// The codes of a participation in a dimension, each once; none when nothing is known.
    fn values(&self, dimension: Dimension, met: Met<'_>, row: usize, sectors: &mut Sectors, into: &mut Vec<u32>) {
        let counted = &self.counted;
        let standing = met.segment.periods.value(row);
        match dimension {
            Dimension::Status => into.push(code(standing.status())),
            Dimension::Kind => into.push(code(met.kind())),
            Dimension::Sphere => into.extend(counted.sphere(met).map(code)),
            Dimension::SizeClass => into.extend(counted.size_class(met).map(code)),
            Dimension::ExitKind => into.extend(standing.exit_kind().map(code)),
            Dimension::Cluster => into.push(met.cluster.number()),
            Dimension::JoinYear => {
                let year = first_effective(met, counted.at).map(|(first, _)| date(first).year());
                into.extend(year.map(i32::unsigned_abs));
            }
            Dimension::Municipality => into.extend(counted.municipalities(met).map(MunicipalityAt::number)),
            Dimension::NaceDivision => {
                into.extend(counted.classes(met).map(|class| self.divisions[class.index()].number()));
            }
            Dimension::Sector => {
                sectors.turn_to(met, self.sectors[met.cluster.index()], counted.at.rev);
                sectors.of_classes(counted.classes(met), into);
            }
        }
        if into.len() > 1 {
            into.sort_unstable();
            into.dedup();
        }
    }

    fn keys(&self, codes: Codes) -> Vec<Option<Value>> {
        let key = |(dimension, code): (&Dimension, u32)| (code != UNKNOWN).then(|| self.value(*dimension, code));
        self.question.by.iter().zip(codes).map(key).collect()
    }

    fn value(&self, dimension: Dimension, code: u32) -> Value {
        let clusters = self.counted.image.clusters();
        match dimension {
            Dimension::Status => Value::Status(coded(code)),
            Dimension::Kind => Value::Kind(coded(code)),
            Dimension::Sphere => Value::Sphere(coded(code)),
            Dimension::SizeClass => Value::SizeClass(coded(code)),
            Dimension::ExitKind => Value::ExitKind(coded(code)),
            Dimension::Cluster => Value::Cluster(clusters[code as usize].id),
            Dimension::JoinYear => Value::JoinYear(code as i32),
            Dimension::Municipality => Value::Municipality(MunicipalityAt::at(code as usize)),
            Dimension::NaceDivision => Value::NaceDivision(ClassAt::at(code as usize)),
            Dimension::Sector => {
                let cluster = self.sectors.partition_point(|first| *first <= code) - 1;
                Value::Sector(clusters[cluster].all_sectors()[(code - self.sectors[cluster]) as usize].id)
            }
        }
    }

    /// The codes of a group by its keys.
    pub(super) fn codes(&self, keys: &[Option<Value>]) -> Codes {
        let clusters = self.counted.image.clusters();
        let mut codes = [0; MAX_DIMENSIONS];
        for (into, key) in codes.iter_mut().zip(keys) {
            *into = match key {
                None => UNKNOWN,
                Some(Value::Status(status)) => code(*status),
                Some(Value::Kind(kind)) => code(*kind),
                Some(Value::Sphere(sphere)) => code(*sphere),
                Some(Value::SizeClass(size)) => code(*size),
                Some(Value::ExitKind(kind)) => code(*kind),
                Some(Value::JoinYear(year)) => year.unsigned_abs(),
                Some(Value::Municipality(municipality)) => municipality.number(),
                Some(Value::NaceDivision(class)) => class.number(),
                Some(Value::Cluster(id)) => clusters.partition_point(|segment| segment.id < *id) as u32,
                Some(Value::Sector(id)) => {
                    let all = self.sectors.iter().zip(clusters);
                    let found = all.filter_map(|(first, segment)| {
                        let position = segment.all_sectors().iter().position(|sector| sector.id == *id)?;
                        Some(first + position as u32)
                    });
                    found.into_iter().next().unwrap_or(UNKNOWN)
                }
            };
        }
        codes
    }

    /// Whether the register is complete for everyone that is counted; since the foundings, where
    /// some have ended.
    fn is_complete(&self, has_ended: bool) -> bool {
        if has_ended {
            *self.complete_with_ended.get_or_init(|| self.counted.is_complete(self.counted.at.day, true))
        } else {
            self.complete_on_day
        }
    }

    /// The same for a group: for its cluster alone, where it has one.
    fn is_group_complete(&self, keys: &[Option<Value>], codes: Codes) -> bool {
        let by = |dimension| self.question.by.iter().position(|one| *one == dimension);
        let has_ended = match by(Dimension::Status).map(|at| keys[at]) {
            Some(status) => status == Some(Value::Status(Status::Ended)),
            None => self.has_ended,
        };
        let Some(position) = by(Dimension::Cluster) else { return self.is_complete(has_ended) };
        let (at, cluster) = (self.counted.at, &self.counted.image.clusters()[codes[position] as usize]);
        cluster.is_complete(at.day, has_ended, at.rev)
    }
}

fn code<T: TextEnum>(value: T) -> u32 {
    value.index() as u32
}

fn coded<T: TextEnum>(code: u32) -> T {
    T::ALL[code as usize]
}
