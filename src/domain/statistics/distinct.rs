//! Organizations counted once, however many participations they have.
//!
//! An organization is confirmed in a group where any of its participations there is.

use super::Count;
use crate::domain::positions::OrganizationAt;

/// Which organizations are in which group: the group in the upper bits, then the organization, then whether it is
/// presumed. So that in order, a confirmed one comes before the same one presumed.
#[derive(Default)]
pub(super) struct Distinct(Vec<u64>);

impl Distinct {
    pub(super) fn add(&mut self, group: usize, of: OrganizationAt, is_confirmed: bool) {
        self.0.push((group as u64) << 33 | u64::from(of.number()) << 1 | u64::from(!is_confirmed));
    }

    /// How many there are in each of so many groups.
    pub(super) fn counts(mut self, groups: usize) -> Vec<Count> {
        self.0.sort_unstable();
        self.0.dedup_by_key(|mark| *mark >> 1);
        let mut counts = vec![Count::default(); groups];
        self.0.iter().for_each(|mark| counts[(mark >> 33) as usize].add(mark & 1 == 0));
        counts
    }
}
