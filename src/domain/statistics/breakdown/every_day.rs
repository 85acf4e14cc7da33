//! Counts of every day at once: for questions about the whole register that are asked again, of any
//! day.
//!
//! How many are in a group changes on the days on which somebody joins it or leaves it. Those
//! changes, in the order of their days, are all that is needed: the counts of a day are the sum of
//! the changes up to it. So that few are summed, the counts after every so many changes are kept
//! too.
//!
//! For example, one company in Anderlecht, a member from 2018 to the end of 2019, attested until
//! June 2018, by sphere and municipality:
//!
//! | day        | change                                               |
//! |------------|------------------------------------------------------|
//! | 2018-01-01 | one more confirmed in (COMPANY, 21001)               |
//! | 2018-07-01 | one less confirmed, one more presumed in the same    |
//! | 2020-01-01 | one less presumed                                    |
//!
//! On a day in 2019 that is one, presumed. Where the company moved meanwhile, it left one group and
//! joined another.
//!
//! The changes are gathered in a thread of its own when a question comes the second time; until
//! then, and where they would be too many, days are counted one by one.

use std::{
    any::Any,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    codes::Codes,
    counter::Counter,
    question::{Breakdown, Dimension, GroupOrder, Question, Unit},
    stretches::{Stretches, are_few},
    tally::Tally,
};
use crate::domain::{
    Result,
    ledger::{
        Image,
        columns::{Day, OPEN, Rev, rev},
        recent::Kept,
    },
    participation::Condition,
    population::Population,
    positions::ParticipationAt,
    statistics::Count,
};

/// How many participations are worth it.
const WORTH_IT: usize = 50_000;

/// The most changes that are kept of a question: four bytes each.
const MAX_CHANGES: usize = 6_000_000;

/// How many questions have their changes kept, and how many are remembered to have been asked.
const MOST_KEPT: usize = 2;
const MOST_ASKED: usize = 16;

/// The counts of every day, of one question.
pub struct EveryDay {
    /// How many codes each dimension has.
    sizes: Vec<u32>,
    /// The days on which something changes.
    days: Vec<Day>,
    /// Where the changes of each day begin; one more for the end.
    starts: Vec<u32>,
    changes: Vec<Change>,
    /// After how many changes there are counts again, and these counts, from none on.
    spacing: usize,
    counts: Vec<Vec<[u32; 2]>>,
}

/// One more or one less in a group: its place, two bits for what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change(u32);

impl Change {
    fn new(place: u32, is_confirmed: bool, is_more: bool) -> Self {
        Self(place << 2 | u32::from(is_confirmed) << 1 | u32::from(is_more))
    }

    #[inline]
    fn apply(self, counts: &mut [[u32; 2]]) {
        let count = &mut counts[(self.0 >> 2) as usize][((self.0 >> 1) & 1) as usize];
        *count = if self.0 & 1 == 1 { count.wrapping_add(1) } else { count.wrapping_sub(1) };
    }
}

impl EveryDay {
    /// Gathers the changes of a question, whatever its day; `None` where they depend on more than
    /// where somebody stands, or are too many.
    pub fn build(image: &Image, question: &Question) -> Option<Self> {
        if !depends_on_periods(question) {
            return None;
        }
        let counter = Counter::new(image, question).ok()?;
        let sizes = Tally::sizes(counter.coding.code_counts())?;
        let parts: Vec<usize> = counter.resolved.parts().iter().map(|part| part.len()).collect();
        let (image, sizes) = (image, sizes.as_slice());
        let gathered = thread::scope(|scope| {
            let mut first = 0;
            let threads = parts.iter().map(|count| {
                first += count;
                let (first, count) = (first - count, *count);
                scope.spawn(move || Gathering::gather(image, question, sizes, first..first + count))
            });
            let threads: Vec<_> = threads.collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("gathering does not panic");
            threads.into_iter().map(join).collect::<Option<Vec<_>>>()
        })?;
        let mut changes: Vec<(Day, Change)> = gathered.into_iter().flatten().collect();
        if changes.len() > MAX_CHANGES {
            return None;
        }
        // Each thread put its own in order: what is left is to join them.
        changes.sort();
        Some(Self::in_order(sizes.to_vec(), &changes))
    }

    fn in_order(sizes: Vec<u32>, changes: &[(Day, Change)]) -> Self {
        let (mut days, mut starts) = (Vec::new(), Vec::new());
        for (position, (day, _)) in changes.iter().enumerate() {
            if days.last() != Some(day) {
                days.push(*day);
                starts.push(position as u32);
            }
        }
        starts.push(changes.len() as u32);
        // The place after the last is for everyone.
        let places = sizes.iter().product::<u32>() as usize + 1;
        // The counts take no more than the changes do.
        let spacing = (2 * places).max(1 << 14);
        let mut running = vec![[0; 2]; places];
        let mut counts = Vec::new();
        for some in changes.chunks(spacing) {
            counts.push(running.clone());
            some.iter().for_each(|(_, change)| change.apply(&mut running));
        }
        counts.push(running);
        let changes = changes.iter().map(|(_, change)| *change).collect();
        Self { sizes, days, starts, changes, spacing, counts }
    }

    /// How many are in each group on a day, and all together.
    pub(super) fn on(&self, day: Day) -> (Tally, Count) {
        let end = self.starts[self.days.partition_point(|other| *other <= day)] as usize;
        let kept = end / self.spacing;
        let mut counts = self.counts[kept].clone();
        self.changes[kept * self.spacing..end].iter().for_each(|change| change.apply(&mut counts));
        let count = |[presumed, confirmed]: [u32; 2]| Count { confirmed, presumed, complete: false };
        let total = count(counts.pop().expect("a place for everyone"));
        (Tally::Dense { sizes: self.sizes.clone(), counts: counts.into_iter().map(count).collect() }, total)
    }

    /// Answers the question that it was made for, of any day.
    pub fn breakdown(
        &self,
        image: &Image,
        question: &Question,
        order: &[(GroupOrder, bool)],
        limit: usize,
    ) -> Result<Breakdown> {
        let counter = Counter::new(image, question)?;
        Ok(counter.answer(self.on(counter.resolved.at.day), order, limit))
    }

    fn bytes(&self) -> usize {
        let counts: usize = self.counts.iter().map(|counts| size_of_val(&**counts)).sum();
        size_of_val(&*self.days) + size_of_val(&*self.starts) + size_of_val(&*self.changes) + counts
    }
}

/// Whether who is counted depends on periods alone, and by what on facts with days.
fn depends_on_periods(question: &Question) -> bool {
    let is_of_organization = |condition: &Condition| matches!(condition, Condition::Of(_));
    are_few(question)
        && question.unit == Unit::Participations
        && !question.population.filter.has(&is_of_organization)
        && !question.by.contains(&Dimension::JoinYear)
}

/// The changes of some clusters.
struct Gathering<'a> {
    sizes: &'a [u32],
    changes: Vec<(Day, Change)>,
    /// The participation whose stretches come; the groups of its last stretch, in order; and where
    /// that stretch ends.
    of: Option<ParticipationAt>,
    stood: Vec<Change>,
    until: Day,
}

impl Gathering<'_> {
    /// Gathers those of some clusters, in order; `None` where they are too many.
    fn gather(image: &Image, question: &Question, sizes: &[u32], clusters: Range<usize>) -> Option<Vec<(Day, Change)>> {
        let mut stretches = Stretches::new(image, question).ok()?;
        let (of, stood, until) = (None, Vec::new(), Day::MIN);
        let mut gathering = Gathering { sizes, changes: Vec::new(), of, stood, until };
        for cluster in clusters {
            stretches.each(
                cluster..cluster + 1,
                |_| true,
                |met, days, is_confirmed, groups| {
                    gathering.stretch(met.position, days, is_confirmed, groups);
                },
            );
            gathering.leave();
            if gathering.changes.len() > MAX_CHANGES {
                return None;
            }
        }
        gathering.changes.sort_unstable();
        Some(gathering.changes)
    }

    fn stretch(&mut self, of: ParticipationAt, days: Range<Day>, is_confirmed: bool, groups: &[Codes]) {
        let everyone = self.sizes.iter().product::<u32>();
        let places = groups.iter().map(|codes| Tally::place(self.sizes, *codes)).chain([everyone]);
        let mut stands: Vec<_> = places.map(|place| Change::new(place, is_confirmed, true)).collect();
        stands.sort_unstable();
        if self.of == Some(of) && self.until == days.start {
            let stood = std::mem::take(&mut self.stood);
            self.turn(days.start, &stood, &stands);
        } else {
            self.leave();
            self.turn(days.start, &[], &stands);
        }
        (self.of, self.stood, self.until) = (Some(of), stands, days.end);
    }

    /// Ends the last stretch of the last participation.
    fn leave(&mut self) {
        let stood = std::mem::take(&mut self.stood);
        self.turn(self.until, &stood, &[]);
        self.of = None;
    }

    /// What changes on a day for one who stood in some groups and stands in others; both are in
    /// order.
    fn turn(&mut self, day: Day, stood: &[Change], stands: &[Change]) {
        // Nobody leaves at the end of time.
        if day == OPEN {
            return;
        }
        let left = stood.iter().filter(|change| stands.binary_search(change).is_err());
        self.changes.extend(left.map(|change| (day, Change(change.0 & !1))));
        let joined = stands.iter().filter(|change| stood.binary_search(change).is_err());
        self.changes.extend(joined.map(|change| (day, *change)));
    }
}

/// The questions that are asked of an image again and again.
#[derive(Default)]
pub(super) struct Asked {
    questions: Mutex<Vec<(Key, State)>>,
    /// Whether the changes of one are being gathered: of others they are later.
    is_gathering: AtomicBool,
}

/// A question without its day.
type Key = (Population, Vec<Dimension>, Rev);

enum State {
    /// The question was asked once.
    Once,
    /// Its changes are being gathered, or are too many.
    Counted,
    Ready(Arc<EveryDay>),
}

impl Kept for Asked {
    fn bytes(&self) -> usize {
        let bytes = |(_, state): &(Key, State)| if let State::Ready(every_day) = state { every_day.bytes() } else { 0 };
        self.questions().iter().map(bytes).sum()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Asked {
    fn questions(&self) -> MutexGuard<'_, Vec<(Key, State)>> {
        self.questions.lock().expect("no panic while the lock is held")
    }

    /// The counts of every day, where the question has been asked before and they are ready. Has
    /// them gathered when it comes the second time.
    pub(super) fn get(image: &Arc<Image>, question: &Question, counter: &Counter<'_>) -> Option<Arc<EveryDay>> {
        let participations: usize = counter.resolved.clusters.iter().map(|(_, segment)| segment.ids.len()).sum();
        if participations < WORTH_IT || !depends_on_periods(question) {
            return None;
        }
        let key = (question.population.clone(), question.by.clone(), rev(question.at.revision));
        let this = image.kept::<Self>();
        let mut asked = this.questions();
        let found = asked.iter().position(|(other, _)| *other == key);
        // The latest comes first.
        let (key, state) = found.map_or((key, State::Once), |found| asked.remove(found));
        let (state, answer) = match state {
            State::Ready(every_day) => (State::Ready(every_day.clone()), Some(every_day)),
            State::Once if found.is_some() && !this.is_gathering.swap(true, Ordering::AcqRel) => {
                let (image, question) = (image.clone(), question.clone());
                thread::spawn(move || Self::gather(&image, &question));
                (State::Counted, None)
            }
            state => (state, None),
        };
        asked.insert(0, (key, state));
        asked.truncate(MOST_ASKED);
        answer
    }

    fn gather(image: &Image, question: &Question) {
        let this = image.kept::<Self>();
        let every_day = EveryDay::build(image, question);
        this.is_gathering.store(false, Ordering::Release);
        let Some(every_day) = every_day else { return };
        let key = (question.population.clone(), question.by.clone(), rev(question.at.revision));
        let mut asked = this.questions();
        asked.retain(|(other, _)| *other != key);
        asked.insert(0, (key, State::Ready(Arc::new(every_day))));
        let mut kept = 0;
        asked.retain(|(_, state)| {
            let is_ready = matches!(state, State::Ready(_));
            kept += usize::from(is_ready);
            !is_ready || kept <= MOST_KEPT
        });
    }
}
