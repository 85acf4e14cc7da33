//! Conditions of lists and statistics: one tree, whatever its leaves say.
//!
//! A caller's filter is read once. A [`Resolver`] checks what it names and bounds its size; [`Tree`] flattens what is
//! nested for nothing and drops what is said twice. Two back ends read the result: sets of organizations
//! (`organization_set`), and Kleene's logic for one row or for what is known of many ([`Tree::outcome`]).
//!
//! For example, of memberships: `{ or: [{ status: [ENDED] }, { sphere: [PUBLIC] }], cluster: [x] }` becomes
//! `All[Any[Is(Status), Is(Of(Sphere))], Is(Cluster)]`. Of a cluster other than `x` the outcome is `NotMet` before any
//! membership is looked at, so that no row of it is visited.

use std::collections::HashMap;

use entity::{
    NaceVersion,
    id::{ClusterId, OrganizationId, ProgrammeId, SectorId},
};

use super::{
    Error, Result,
    eligibility::History,
    kleene::Outcome,
    ledger::Image,
    positions::{ClassAt, MunicipalityAt},
    programme::Programme,
    quoted,
    reference::REFERENCE,
    time::Days,
};

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
    /// Whether any leaf is such a one.
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

/// The most conditions that one filter holds.
pub const MAX_CONDITIONS: usize = 100;

/// How deep `and`, `or` and `not` may stand in each other.
pub const MAX_DEPTH: usize = 10;

/// The most different values that one condition takes.
pub const MAX_VALUES: usize = 1000;

/// Reads one filter: what it names has to be in the register, or in the reference data, and its size is bounded.
///
/// Whether the register holds an id does not depend on a point in time: an id that was answered for some point is
/// accepted at every other one, where it may match nothing.
#[derive(Debug)]
pub struct Resolver<'a> {
    image: &'a Image,
    histories: HashMap<ClusterId, History>,
    conditions: usize,
    depth: usize,
}

impl<'a> Resolver<'a> {
    /// Reads a filter against what a ledger's image holds.
    pub fn new(image: &'a Image) -> Self {
        Self { image, histories: HashMap::new(), conditions: 0, depth: 0 }
    }

    /// The same, with the criteria of the clusters that conditions on verdicts name.
    pub fn with_histories(self, histories: HashMap<ClusterId, History>) -> Self {
        Self { histories, ..self }
    }

    /// The criteria of a cluster.
    pub fn history(&mut self, cluster: ClusterId) -> Result<History> {
        self.count(1)?;
        Ok(self.histories.get(&cluster).cloned().unwrap_or_default())
    }

    /// The cluster with a slug.
    pub fn cluster_of_slug(&self, slug: &str) -> Result<ClusterId> {
        let found = self.image.cluster_of_slug(slug).ok_or_else(|| {
            Error::invalid("cluster", format!("no cluster has the slug {}; `clusters` lists them", quoted(slug)))
        })?;
        Ok(self.image.segment(found).id)
    }

    /// Days, of which the last is not before the first.
    pub fn days(&mut self, argument: &str, days: Days) -> Result<Days> {
        self.count(1)?;
        match (days.from, days.to) {
            (Some(from), Some(to)) if from >= to => Err(Error::invalid(
                argument.to_owned(),
                format!("`{argument}` ends on {to}, before or as it begins on {from}; `to` is the first day after it"),
            )),
            _ => Ok(days),
        }
    }

    /// Reads the filters that stand in one of `and`, `or` and `not`.
    pub fn nested<F, T, E: From<Error>>(
        &mut self,
        filters: Vec<F>,
        read: impl Fn(F, &mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message =
                format!("`and`, `or` and `not` of a filter may stand in each other {MAX_DEPTH} deep; nest fewer");
            return Err(Error::invalid("filter", message).into());
        }
        let mut trees = Vec::new();
        for filter in filters {
            let before = self.conditions;
            trees.push(read(filter, self)?);
            if self.conditions == before {
                // A filter without conditions is one too.
                self.count(1)?;
            }
        }
        self.depth -= 1;
        Ok(trees)
    }

    /// Counts so many conditions.
    pub fn count(&mut self, conditions: usize) -> Result<()> {
        self.conditions += conditions;
        if self.conditions <= MAX_CONDITIONS {
            return Ok(());
        }
        let message =
            format!("a filter takes at most {MAX_CONDITIONS} conditions; list values in one condition instead");
        Err(Error::invalid("filter", message))
    }

    /// The values of one condition, each once, ascending.
    pub fn values<T: Ord>(&mut self, argument: &str, mut values: Vec<T>) -> Result<Vec<T>> {
        self.count(1)?;
        values.sort_unstable();
        values.dedup();
        if values.len() > MAX_VALUES {
            let count = values.len();
            return Err(Error::invalid(
                argument.to_owned(),
                format!("`{argument}` takes at most {MAX_VALUES} different values, not {count}"),
            ));
        }
        Ok(values)
    }

    /// Municipalities by their NIS codes: their positions in the reference data.
    pub fn municipalities(&mut self, codes: Vec<String>) -> Result<Vec<MunicipalityAt>> {
        let codes = self.values("municipality", codes)?;
        let position = |nis: &String| REFERENCE.municipality_position(nis).ok_or_else(|| unknown_municipality(nis));
        codes.iter().map(position).collect()
    }

    /// A class of activities by its code in a version of the classification: its position in the reference data.
    pub fn activity(&mut self, version: NaceVersion, code: &str) -> Result<ClassAt> {
        self.count(1)?;
        let class = REFERENCE.class(version, code).ok_or_else(|| unknown_class("activity", version, code))?;
        Ok(REFERENCE.position(version, &class.code).expect("a class has a position"))
    }

    /// Clusters.
    pub fn clusters(&mut self, ids: Vec<ClusterId>) -> Result<Vec<ClusterId>> {
        let ids = self.values("cluster", ids)?;
        match ids.iter().all(|id| self.image.cluster(*id).is_some()) {
            true => Ok(ids),
            false => Err(unknown("cluster", "a cluster", "clusters")),
        }
    }

    /// Programmes, of those that the register holds: they are no part of the image.
    pub fn programmes(&mut self, ids: Vec<ProgrammeId>, held: &[Programme]) -> Result<Vec<ProgrammeId>> {
        let ids = self.values("programme", ids)?;
        match ids.iter().all(|id| held.iter().any(|programme| programme.id == *id)) {
            true => Ok(ids),
            false => Err(unknown("programme", "a programme", "programmes")),
        }
    }

    /// Organizations.
    pub fn organizations(&mut self, argument: &str, ids: Vec<OrganizationId>) -> Result<Vec<OrganizationId>> {
        let ids = self.values(argument, ids)?;
        match ids.iter().all(|id| self.image.organizations().position(*id).is_some()) {
            true => Ok(ids),
            false => Err(unknown(argument, "an organization", "organizations")),
        }
    }

    /// Sectors of clusters.
    pub fn sectors(&mut self, ids: Vec<SectorId>) -> Result<Vec<SectorId>> {
        let ids = self.values("sector", ids)?;
        let held = self.image.clusters().iter().flat_map(|segment| segment.all_sectors());
        match held.filter(|sector| ids.binary_search(&sector.id).is_ok()).count() == ids.len() {
            true => Ok(ids),
            false => Err(unknown("sector", "a sector", "Cluster.sectors")),
        }
    }
}

fn unknown(argument: &str, what: &str, list: &str) -> Error {
    Error::invalid(
        argument.to_owned(),
        format!("the filter names {what} that the register does not hold; `{list}` lists them"),
    )
}

fn unknown_municipality(nis: &str) -> Error {
    Error::invalid(
        "municipality",
        format!("{} is no NIS code of a municipality; `municipalities` lists them", quoted(nis)),
    )
}

/// There is no such class of activities.
pub fn unknown_class(argument: &'static str, version: NaceVersion, code: &str) -> Error {
    let version = sea_orm::ActiveEnum::to_value(&version);
    Error::invalid(argument, format!("{} is no code of NACE-BEL {version}; `activityClasses` lists them", quoted(code)))
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
