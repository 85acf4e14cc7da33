//! Conditions of lists and statistics: one tree, whatever its leaves say.
//!
//! A caller's filter is read once. A [`Resolver`] checks what it names and bounds its size; [`Tree`] flattens what is
//! nested for nothing and drops what is said twice; its leaves are the conditions of one concept (`leaves`). Two back
//! ends read the result: sets of organizations (`organization_set`), and Kleene's logic for one row or for what is
//! known of many ([`Tree::outcome`]).
//!
//! For example, of memberships: `{ or: [{ status: [ENDED] }, { sphere: [PUBLIC] }], cluster: [x] }` becomes
//! `All[Any[Is(Status), Is(Of(Sphere))], Is(Cluster)]`. Of a cluster other than `x` the outcome is `NotMet` before any
//! membership is looked at, so that no row of it is visited.

pub(crate) mod leaves;
mod resolver;

pub use self::resolver::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, Resolver, unknown_class};
use super::kleene::Outcome;

/// A condition made of others. Build it with [`Tree::all`], [`Tree::any`] and `!`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Tree<L> {
    /// Every one of these; of none: always met.
    All(Vec<Tree<L>>),
    /// At least one of these; of none: never met.
    Any(Vec<Tree<L>>),
    /// The contrary.
    Not(Box<Tree<L>>),
    /// What a leaf says.
    Is(L),
}

impl<L> Default for Tree<L> {
    /// Always met.
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<L> From<L> for Tree<L> {
    fn from(leaf: L) -> Self {
        Self::Is(leaf)
    }
}

impl<L: PartialEq> Tree<L> {
    /// Every one of these, each said once.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        let parts = conditions.into_iter().flat_map(|condition| match condition {
            Self::All(parts) => parts,
            other => vec![other],
        });
        only(parts).unwrap_or_else(Self::All)
    }

    /// At least one of these, each said once.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        let parts = conditions.into_iter().flat_map(|condition| match condition {
            Self::Any(parts) => parts,
            other => vec![other],
        });
        only(parts).unwrap_or_else(Self::Any)
    }
}

/// The only one of some conditions, or each of them once.
fn only<L: PartialEq>(conditions: impl Iterator<Item = Tree<L>>) -> Result<Tree<L>, Vec<Tree<L>>> {
    let mut once: Vec<Tree<L>> = Vec::new();
    for condition in conditions {
        if !once.contains(&condition) {
            once.push(condition);
        }
    }
    if once.len() == 1 { Ok(once.remove(0)) } else { Err(once) }
}

impl<L> std::ops::Not for Tree<L> {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl<L> Tree<L> {
    /// Whether any leaf satisfies a predicate.
    pub fn has(&self, is_such: &impl Fn(&L) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.has(is_such)),
            Self::Not(part) => part.has(is_such),
            Self::Is(leaf) => is_such(leaf),
        }
    }

    /// Whether the condition is met, as far as the leaves tell.
    #[inline]
    pub fn outcome(&self, of_leaf: &impl Fn(&L) -> Outcome) -> Outcome {
        // Most conditions are one leaf, and are asked of every row: that much is worth inlining.
        match self {
            Self::Is(leaf) => of_leaf(leaf),
            made => made.outcome_of_parts(of_leaf),
        }
    }

    fn outcome_of_parts(&self, of_leaf: &impl Fn(&L) -> Outcome) -> Outcome {
        match self {
            Self::All(parts) => Outcome::all(parts.iter().map(|part| part.outcome(of_leaf))),
            Self::Any(parts) => Outcome::any(parts.iter().map(|part| part.outcome(of_leaf))),
            Self::Not(part) => !part.outcome(of_leaf),
            Self::Is(leaf) => of_leaf(leaf),
        }
    }

    /// The same tree with other leaves.
    pub fn map<M>(&self, to: &impl Fn(&L) -> M) -> Tree<M> {
        let parts = |parts: &[Self]| parts.iter().map(|part| part.map(to)).collect();
        match self {
            Self::All(all) => Tree::All(parts(all)),
            Self::Any(any) => Tree::Any(parts(any)),
            Self::Not(part) => Tree::Not(Box::new(part.map(to))),
            Self::Is(leaf) => Tree::Is(to(leaf)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Outcome::{Met, NotMet, Unknown},
        Tree,
    };

    #[test]
    fn what_is_nested_for_nothing_or_said_twice_is_dropped() {
        let is = |leaf: u8| Tree::from(leaf);
        assert_eq!(Tree::all([Tree::all([is(1), is(2)]), is(1), Tree::default()]), Tree::All(vec![is(1), is(2)]));
        assert_eq!(Tree::any([Tree::any([is(1)]), is(1)]), is(1));
        assert_eq!(!!is(1), is(1));
        assert_eq!(Tree::<u8>::any([]), Tree::Any(vec![]), "never met");
        assert_eq!(Tree::any([Tree::default(), is(1)]), Tree::Any(vec![Tree::default(), is(1)]), "always met");
    }

    #[test]
    fn the_outcome_is_known_where_the_leaves_decide() {
        let of_leaf = |leaf: &u8| [Met, NotMet, Unknown][usize::from(*leaf)];
        let (met, not_met, unknown) = (Tree::from(0), Tree::from(1), Tree::from(2));
        for (tree, outcome) in [
            (Tree::all([met.clone(), unknown.clone()]), Unknown),
            (Tree::all([not_met.clone(), unknown.clone()]), NotMet),
            (!Tree::all([not_met.clone(), unknown.clone()]), Met),
            (Tree::any([met.clone(), unknown.clone()]), Met),
            (Tree::any([not_met, !unknown]), Unknown),
            (Tree::default(), Met),
            (Tree::any([]), NotMet),
        ] {
            assert_eq!(tree.outcome(&of_leaf), outcome, "{tree:?}");
        }
    }
}
