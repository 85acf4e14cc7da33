//! Which synthetic ecosystem: its sizes and its seed.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

/// The day up to which a synthetic ecosystem is recorded.
pub(super) const HORIZON: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a day");

/// The sizes and the seed of a synthetic ecosystem. The same make the same, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecosystem {
    pub(super) clusters: u32,
    pub(super) organizations: u32,
    pub(super) memberships: u32,
    pub(super) seed: u64,
}

/// Why there is no ecosystem of these sizes: there would be too few or too many of something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} {what}; expected {} to {}", expected.start(), expected.end())]
pub struct Impossible {
    count: u32,
    what: &'static str,
    expected: RangeInclusive<u32>,
}

impl Ecosystem {
    /// How many editions of its package there are.
    pub const EDITIONS: u32 = 2;

    /// An ecosystem of these sizes. By default, there are five memberships for every three organizations, or as many
    /// as there can be.
    pub fn new(clusters: u32, organizations: u32, memberships: Option<u32>, seed: u64) -> Result<Self, Impossible> {
        let check = |count: u32, what, expected: RangeInclusive<u32>| {
            if expected.contains(&count) { Ok(count) } else { Err(Impossible { count, what, expected }) }
        };
        // Together they have to be fewer than there are names.
        check(clusters, "clusters", 1..=90_000)?;
        check(organizations, "organizations", 1..=1_900_000)?;
        let possible = clusters.saturating_mul(organizations).min(20_000_000);
        let memberships = memberships.unwrap_or(possible.min(organizations * 5 / 3));
        check(memberships, "memberships", 0..=possible)?;
        Ok(Self { clusters, organizations, memberships, seed })
    }

    /// The name of its package, which says how it is made.
    pub fn name(&self) -> String {
        format!("synthetic-{}-{}-{}-{}", self.clusters, self.organizations, self.memberships, self.seed)
    }

    /// How many memberships each cluster has: few have many, many have few.
    pub(super) fn sizes(&self) -> Vec<u32> {
        let (clusters, wanted) = (u64::from(self.clusters), u64::from(self.memberships));
        let weight = |rank: u64| 1_000_000_000_000 / (rank + 2 + clusters / 100);
        let total: u64 = (0..clusters).map(weight).sum();
        let share = |rank| (u128::from(wanted) * u128::from(weight(rank)) / u128::from(total)) as u32;
        let mut sizes: Vec<u32> = (0..clusters).map(|rank| share(rank).min(self.organizations)).collect();
        let mut left = self.memberships - sizes.iter().sum::<u32>();
        // What rounding and clusters that everybody belongs to leave over, one to each of the others.
        while left > 0 {
            for size in sizes.iter_mut().filter(|size| **size < self.organizations).take(left as usize) {
                *size += 1;
                left -= 1;
            }
        }
        sizes
    }
}
