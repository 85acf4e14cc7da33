//! Positions in the lists of the ledger and of the reference data: each list has a type of its own, so that a cluster
//! is never taken for an organization, and no number for either.

use std::ops::Range;

macro_rules! positions {
    ($($(#[$meta:meta])* $name:ident($number:ty)),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($number);

        impl From<$number> for $name {
            #[inline]
            fn from(number: $number) -> Self {
                Self(number)
            }
        }

        impl $name {
            /// The one at an index of the list. Lists are shorter than what the position holds.
            #[inline]
            pub(crate) fn at(index: usize) -> Self {
                Self(<$number>::try_from(index).expect("lists are shorter than their positions reach"))
            }

            /// The index in the list.
            #[inline]
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

macro_rules! numbered {
    ($($name:ident),+) => {$(
        impl $name {
            /// The number, for bitmaps and codes.
            #[inline]
            pub(crate) fn number(self) -> u32 {
                u32::from(self.0)
            }
        }
    )+};
}

numbered!(ClusterAt, OrganizationAt, ParticipationAt, MunicipalityAt, ClassAt);

positions! {
    /// A cluster in the ledger's image, by id.
    ClusterAt(u32),
    /// An organization in the ledger's image, in the order of recording.
    OrganizationAt(u32),
    /// A participation in the segment of its cluster, by id.
    ParticipationAt(u32),
    /// A source in the ledger's image, in the order of recording.
    SourceAt(u32),
    /// A municipality in the reference data, by NIS code.
    MunicipalityAt(u16),
    /// A class of activities in the reference data, by version and code.
    ClassAt(u16),
}

impl MunicipalityAt {
    /// The municipality of a site that none is recorded of.
    pub(crate) const NOWHERE: Self = Self(u16::MAX);
}

impl ClassAt {
    /// The classes of a range.
    pub(crate) fn all(range: Range<Self>) -> impl DoubleEndedIterator<Item = Self> {
        (range.start.0..range.end.0).map(Self)
    }
}
