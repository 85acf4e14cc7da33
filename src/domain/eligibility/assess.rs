//! The explaining evaluator: the outcome of every rule of a tree for one organization, and what it rests on.

use std::sync::Arc;

use entity::{
    NaceVersion,
    id::ClusterId,
    organization_profile::Sphere,
    rule::{ActivityUnder, Rule},
};

use super::{
    Outcome,
    evidence::{Evidence, Sectors},
};
use crate::domain::{positions::ClassAt, reference::REFERENCE};

/// What was found of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The whole tree that the rule stands in.
    tree: Arc<Rule>,
    /// The way to it from the root: which of the parts, at each step.
    steps: Vec<usize>,
    /// Whether it is met.
    pub outcome: Outcome,
    /// The facts that decide the outcome. A rule made of rules has none of its own.
    pub evidence: Vec<Support>,
    /// What is not recorded, when the outcome is unknown.
    pub missing: Option<Missing>,
    /// What was found of the rules that it is made of, in their order.
    pub children: Vec<Arc<Finding>>,
}

/// A fact that a finding rests on: its position among the organization's facts of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// What the organization is.
    Profile,
    /// Where it is.
    Site(usize),
    /// What it does.
    Activity(usize),
    /// What a source asserts or denies.
    Attribute(usize),
    /// How another register knows it.
    Identifier(usize),
    /// What the cluster found.
    Judgement(usize),
}

/// Why an outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No site is recorded.
    Sites,
    /// The municipality of a site is not recorded.
    Municipality,
    /// No activity is recorded.
    Activities,
    /// An activity is recorded in another version of the classification only.
    ActivityVersion,
    /// The cluster's register does not say which activities belong to the sector.
    SectorActivities,
    /// Nothing is recorded of the attribute, or that it is not established.
    Attribute,
    /// One source asserts it and another denies it.
    Agreement,
    /// No identifier of the scheme is recorded.
    Identifier,
    /// The size of the company is not recorded.
    SizeClass,
    /// The cluster's judgement is not recorded.
    Judgement,
    /// It depends on rules whose outcome is unknown.
    Rules,
}

/// An outcome with what it rests on.
struct Leaf(Outcome, Vec<Support>, Option<Missing>);

impl Finding {
    /// Evaluates a rule of a cluster for an organization.
    pub fn assess(rule: &Arc<Rule>, cluster: ClusterId, evidence: &Evidence, sectors: &Sectors) -> Arc<Self> {
        Assessor { tree: rule, cluster, evidence, sectors }.find(rule, Vec::new())
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        self.steps.iter().fold(&*self.tree, |rule, step| &rule.parts()[*step])
    }

    /// How many rules enclose the rule.
    pub fn depth(&self) -> usize {
        self.steps.len()
    }

    /// The path of the enclosing rule; `None` at the root.
    pub fn parent_path(&self) -> Option<String> {
        let (_, steps) = self.steps.split_last()?;
        Some(self.path_of(steps))
    }

    /// Where the rule stands in the tree: `all[0].not`; empty at the root.
    pub fn path(&self) -> String {
        self.path_of(&self.steps)
    }

    fn path_of(&self, steps: &[usize]) -> String {
        let mut rule = &*self.tree;
        let step = |step: &usize| {
            let name = match rule {
                Rule::All(_) => format!("all[{step}]"),
                Rule::Any(_) => format!("any[{step}]"),
                _ => "not".to_owned(),
            };
            rule = &rule.parts()[*step];
            name
        };
        steps.iter().map(step).collect::<Vec<_>>().join(".")
    }

    /// The leaves that decide the outcome: those without which it would, or could, be another.
    pub fn deciding(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let same = |child: &&Arc<Self>| child.outcome == self.outcome;
        match self.rule() {
            Rule::Not(_) => self.children.iter().flat_map(Self::deciding).collect(),
            Rule::All(_) | Rule::Any(_) => self.children.iter().filter(same).flat_map(Self::deciding).collect(),
            _ => vec![self.clone()],
        }
    }

    /// This finding and all findings under it, parents before children.
    pub fn all(self: &Arc<Self>) -> Vec<Arc<Self>> {
        std::iter::once(self.clone()).chain(self.children.iter().flat_map(Self::all)).collect()
    }
}

struct Assessor<'a> {
    tree: &'a Arc<Rule>,
    cluster: ClusterId,
    evidence: &'a Evidence,
    sectors: &'a Sectors,
}

impl Assessor<'_> {
    fn find(&self, rule: &Rule, steps: Vec<usize>) -> Arc<Finding> {
        let parts = rule.parts().iter().enumerate();
        let children: Vec<_> = parts.map(|(step, part)| self.find(part, [&*steps, &[step]].concat())).collect();
        let outcomes = children.iter().map(|child| child.outcome);
        let of_rules =
            |outcome: Outcome| Leaf(outcome, Vec::new(), (outcome == Outcome::Unknown).then_some(Missing::Rules));
        let Leaf(outcome, evidence, missing) = match rule {
            Rule::All(_) => of_rules(Outcome::all(outcomes)),
            Rule::Any(_) => of_rules(Outcome::any(outcomes)),
            Rule::Not(_) => of_rules(!Outcome::any(outcomes)),
            leaf => self.leaf(leaf),
        };
        Arc::new(Finding { tree: self.tree.clone(), steps, outcome, evidence, missing, children })
    }

    fn leaf(&self, rule: &Rule) -> Leaf {
        let profile = &self.evidence.profile;
        match rule {
            Rule::All(_) | Rule::Any(_) | Rule::Not(_) => unreachable!("a rule made of rules is no leaf"),
            Rule::Sphere(spheres) => {
                Leaf(Outcome::from(spheres.contains(&profile.sphere)), vec![Support::Profile], None)
            }
            Rule::SizeAtMost(most) => {
                let outcome = match (profile.sphere, profile.size_class) {
                    (Sphere::Company, Some(size)) => Outcome::from(size <= *most),
                    (Sphere::Company, None) => Outcome::Unknown,
                    _ => Outcome::NotMet,
                };
                Leaf(outcome, vec![Support::Profile], (outcome == Outcome::Unknown).then_some(Missing::SizeClass))
            }
            Rule::Municipality(codes) => {
                let outcomes = self.evidence.sites.iter().map(|site| match &site.municipality {
                    Some(nis) => Outcome::from(codes.contains(nis)),
                    None => Outcome::Unknown,
                });
                any_of(outcomes, Support::Site, Missing::Sites, Missing::Municipality)
            }
            Rule::Activity(ActivityUnder { version, under }) => {
                let classes: Vec<_> = under.iter().filter_map(|code| REFERENCE.class(*version, code)).collect();
                let ranges: Vec<_> = classes.into_iter().map(|class| REFERENCE.positions_under(class)).collect();
                let is_under = |class: ClassAt| ranges.iter().any(|range| range.contains(&class));
                let outcomes = self.classes().map(|(of, class)| {
                    if of == *version { Outcome::from(class.is_some_and(is_under)) } else { Outcome::Unknown }
                });
                any_of(outcomes, Support::Activity, Missing::Activities, Missing::ActivityVersion)
            }
            Rule::Sector(codes) => {
                let outcomes = self.classes().map(|(version, class)| {
                    Outcome::any(codes.iter().map(|code| match self.sectors.classes(self.cluster, code, version) {
                        Some(classes) => Outcome::from(class.is_some_and(|class| classes.contains(&class))),
                        None => Outcome::Unknown,
                    }))
                });
                any_of(outcomes, Support::Activity, Missing::Activities, Missing::SectorActivities)
            }
            Rule::Attribute(code) => {
                let held = self.evidence.attributes.iter().enumerate().filter(|(_, held)| held.code == *code);
                asserted(held.map(|(position, held)| (Support::Attribute(position), held.value)), Missing::Attribute)
            }
            Rule::Assessed(code) => {
                let of_cluster =
                    |held: &entity::judgement::Model| held.cluster_id == self.cluster && held.code == *code;
                let held = self.evidence.judgements.iter().enumerate().filter(|(_, held)| of_cluster(held));
                asserted(held.map(|(position, held)| (Support::Judgement(position), held.value)), Missing::Judgement)
            }
            Rule::Identifier(scheme) => {
                let held = self.evidence.identifiers.iter().enumerate().filter(|(_, held)| held.scheme == *scheme);
                let evidence: Vec<_> = held.map(|(position, _)| Support::Identifier(position)).collect();
                // None is required, so that one that is not recorded may well exist.
                if evidence.is_empty() {
                    Leaf(Outcome::Unknown, evidence, Some(Missing::Identifier))
                } else {
                    Leaf(Outcome::Met, evidence, None)
                }
            }
        }
    }

    /// The classes of the activities, each in its version.
    fn classes(&self) -> impl Iterator<Item = (NaceVersion, Option<ClassAt>)> {
        let class = |activity: &entity::activity::Model| {
            (activity.nace_version, REFERENCE.position(activity.nace_version, &activity.nace_code))
        };
        self.evidence.activities.iter().map(class)
    }
}

/// Whether one of several facts does; none recorded is unknown, since the register need not hold them all.
fn any_of(
    outcomes: impl Iterator<Item = Outcome>,
    support: fn(usize) -> Support,
    none: Missing,
    unclear: Missing,
) -> Leaf {
    let outcomes: Vec<_> = outcomes.collect();
    if outcomes.is_empty() {
        return Leaf(Outcome::Unknown, Vec::new(), Some(none));
    }
    let outcome = Outcome::any(outcomes.iter().copied());
    let decides = outcomes.iter().enumerate().filter(|(_, one)| **one == outcome);
    let evidence = decides.map(|(position, _)| support(position)).collect();
    Leaf(outcome, evidence, (outcome == Outcome::Unknown).then_some(unclear))
}

/// What sources say of one assertion.
fn asserted(held: impl Iterator<Item = (Support, Option<bool>)>, none: Missing) -> Leaf {
    let (evidence, values): (Vec<_>, Vec<_>) = held.unzip();
    let (asserts, denies) = (values.contains(&Some(true)), values.contains(&Some(false)));
    match (asserts, denies) {
        (true, false) => Leaf(Outcome::Met, evidence, None),
        (false, true) => Leaf(Outcome::NotMet, evidence, None),
        (true, true) => Leaf(Outcome::Unknown, evidence, Some(Missing::Agreement)),
        (false, false) => Leaf(Outcome::Unknown, evidence, Some(none)),
    }
}
