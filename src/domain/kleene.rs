//! Three-valued logic, as Kleene defined it (strong logic of indeterminacy): what is not known makes unknown whatever
//! it could decide, and nothing else.

use std::ops::Not;

/// Whether a rule is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The statement holds.
    Met,
    /// The statement does not hold.
    NotMet,
    /// The register does not say enough to tell.
    Unknown,
}

impl Outcome {
    /// Whether all are met. Of none: met. Those after the first that is not are not asked for.
    pub fn all(outcomes: impl IntoIterator<Item = Self>) -> Self {
        !Self::any(outcomes.into_iter().map(Self::not))
    }

    /// Whether at least one is met. Of none: not met. Those after the first that is are not asked for.
    pub fn any(outcomes: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::NotMet;
        for outcome in outcomes {
            match outcome {
                Self::Met => return Self::Met,
                Self::Unknown => any = Self::Unknown,
                Self::NotMet => {}
            }
        }
        any
    }
}

impl From<bool> for Outcome {
    fn from(is_met: bool) -> Self {
        if is_met { Self::Met } else { Self::NotMet }
    }
}

impl Not for Outcome {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{self, Met, NotMet, Unknown};

    #[test]
    fn the_truth_tables() {
        for (one, other, all, any) in [
            (Met, Met, Met, Met),
            (Met, NotMet, NotMet, Met),
            (Met, Unknown, Unknown, Met),
            (NotMet, Met, NotMet, Met),
            (NotMet, NotMet, NotMet, NotMet),
            (NotMet, Unknown, NotMet, Unknown),
            (Unknown, Met, Unknown, Met),
            (Unknown, NotMet, NotMet, Unknown),
            (Unknown, Unknown, Unknown, Unknown),
        ] {
            assert_eq!(Outcome::all([one, other]), all, "{one:?} and {other:?}");
            assert_eq!(Outcome::any([one, other]), any, "{one:?} or {other:?}");
        }
        assert_eq!([!Met, !NotMet, !Unknown], [NotMet, Met, Unknown]);
        assert_eq!((Outcome::all([]), Outcome::any([])), (Met, NotMet));
        assert_eq!(Outcome::all([Met, Unknown, NotMet, Unknown]), NotMet, "a later miss decides");
    }
}
