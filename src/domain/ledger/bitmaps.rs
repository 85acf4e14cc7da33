//! Sets of organizations, by position.

use roaring::RoaringBitmap;

use crate::domain::positions::OrganizationAt;

/// Organizations that something is asserted of, and those that it is denied of. Some can be in
/// both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asserted {
    pub(crate) asserted: RoaringBitmap,
    pub(crate) denied: RoaringBitmap,
}

impl Asserted {
    pub(super) fn build(count: usize, held: impl Iterator<Item = (OrganizationAt, Option<bool>)>) -> Self {
        let (mut asserted, mut denied) = (Bits::new(count), Bits::new(count));
        for (position, value) in held {
            match value {
                Some(true) => asserted.set(position),
                Some(false) => denied.set(position),
                None => {}
            }
        }
        Self { asserted: asserted.compressed(), denied: denied.compressed() }
    }
}

/// One bit per organization. It takes positions in any order, repeated or not, before they become a
/// bitmap; and it answers faster than a bitmap whether a position is set.
pub(crate) struct Bits(Vec<u8>);

impl Bits {
    /// The organizations of a bitmap, out of `count`.
    pub(crate) fn from_bitmap(some: &RoaringBitmap, count: usize) -> Self {
        let mut bits = Self::new(count);
        some.iter().for_each(|of| bits.set(of.into()));
        bits
    }

    pub(crate) fn contains(&self, position: OrganizationAt) -> bool {
        self.0[position.index() / 8] & 1 << (position.index() % 8) != 0
    }

    pub(crate) fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(8)])
    }

    pub(crate) fn set(&mut self, position: OrganizationAt) {
        self.0[position.index() / 8] |= 1 << (position.index() % 8);
    }

    pub(crate) fn compressed(&self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_hold_who_is_in_a_bitmap() {
        for some in [vec![], vec![0], vec![7, 8, 9, 63, 64], (0..100).collect(), vec![99]] {
            let bitmap: RoaringBitmap = some.iter().copied().collect();
            let bits = Bits::from_bitmap(&bitmap, 100);
            for of in 0..100 {
                assert_eq!(bits.contains(of.into()), bitmap.contains(of), "{of} of {some:?}");
            }
            assert_eq!(bits.compressed(), bitmap);
        }
    }
}
