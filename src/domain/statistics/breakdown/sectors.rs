//! Which sectors of a cluster the activities of an organization belong to, by code.

use std::ops::Range;

use crate::domain::{
    ledger::columns::Rev,
    positions::{ClassAt, ClusterAt},
    reference::REFERENCE,
    visit::Visit,
};

/// The known sectors of the cluster that is being counted, and those that each class belongs to.
pub(super) struct Sectors {
    cluster: Option<ClusterAt>,
    /// The code of each.
    codes: Vec<u32>,
    /// A bit for each of the first sectors, by class.
    of_class: Vec<u64>,
    /// Ranges of classes, each with the position of its sector.
    ranges: Vec<(Range<ClassAt>, usize)>,
}

/// How many sectors have a bit.
const BITS: usize = u64::BITS as usize;

impl Sectors {
    pub(super) fn new() -> Self {
        let of_class = vec![0; REFERENCE.class_count()];
        Self { cluster: None, codes: Vec::new(), of_class, ranges: Vec::new() }
    }

    /// Makes ready for a participation's cluster; they come cluster by cluster.
    pub(super) fn turn_to(&mut self, visit: Visit<'_>, first: u32, rev: Rev) {
        if self.cluster == Some(visit.cluster) {
            return;
        }
        self.cluster = Some(visit.cluster);
        for (range, _) in self.ranges.drain(..) {
            self.of_class[range.start.index()..range.end.index()].fill(0);
        }
        self.codes.clear();
        for (code, sector) in (first..).zip(visit.segment.all_sectors()).filter(|(_, sector)| sector.is_known(rev)) {
            let position = self.codes.len();
            self.codes.push(code);
            for range in &sector.classes {
                if position < BITS {
                    let classes = &mut self.of_class[range.start.index()..range.end.index()];
                    classes.iter_mut().for_each(|sectors| *sectors |= 1 << position);
                }
                self.ranges.push((range.clone(), position));
            }
        }
    }

    /// Adds the codes of the sectors that some classes belong to; one can come twice.
    pub(super) fn of_classes(&self, classes: impl Iterator<Item = ClassAt>, into: &mut Vec<u32>) {
        let mut bits = 0;
        for class in classes {
            bits |= self.of_class[class.index()];
            if self.codes.len() > BITS {
                let more = self.ranges.iter().filter(|(_, position)| *position >= BITS);
                let more = more.filter(|(range, _)| range.contains(&class));
                into.extend(more.map(|(_, position)| self.codes[*position]));
            }
        }
        while bits != 0 {
            into.push(self.codes[bits.trailing_zeros() as usize]);
            bits &= bits - 1;
        }
    }
}
