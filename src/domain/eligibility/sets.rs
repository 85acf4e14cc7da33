//! The set evaluator: for which organizations a rule is met, for which not, and for which that is unknown, all at once.
//!
//! It means what the explaining evaluator (`assess`) means, in the algebra of sets. A rule is a pair of bitmaps, `met`
//! and `unknown`; for the rest it is not met. The logical operations are unions and intersections of these.
//!
//! For example, of four companies, `All[Municipality[21001], Attribute[circular]]`:
//!
//! | rule                      | met    | unknown | not met |
//! |---------------------------|--------|---------|---------|
//! | `Municipality[21001]`     | {0, 1} | {2}     | {3}     |
//! | `Attribute[circular]`     | {0, 3} | {1, 2}  | {}      |
//! | both                      | {0}    | {1, 2}  | {3}     |
//!
//! Met is what both meet. Unknown is what either leaves open and neither denies: 1 and 2, and not 3, whose municipality
//! is another one.

use entity::{
    NaceVersion,
    id::ClusterId,
    organization_profile::Sphere,
    rule::{ActivityUnder, Rule},
};
use roaring::RoaringBitmap;

use super::Verdict;
use crate::domain::{
    ledger::{bitmaps::Asserted, snapshot::Snapshot, values::Sector},
    positions::OrganizationAt,
    reference::REFERENCE,
};

/// Organizations, by position, as a rule divides them. The others are those for which it is not met.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Division {
    pub(crate) met: RoaringBitmap,
    /// Disjoint from `met`.
    pub(crate) unknown: RoaringBitmap,
}

impl Division {
    /// Divides the organizations of a snapshot by a rule of a cluster.
    pub(crate) fn by(rule: &Rule, cluster: ClusterId, among: &Snapshot<'_>) -> Self {
        Divider { cluster, among }.divide(rule)
    }

    /// The verdict of one of them.
    pub(crate) fn verdict(&self, of: OrganizationAt) -> Verdict {
        match of.number() {
            of if self.met.contains(of) => Verdict::Eligible,
            of if self.unknown.contains(of) => Verdict::Undetermined,
            _ => Verdict::NotEligible,
        }
    }

    /// The organizations of a set that have a verdict.
    pub(crate) fn among(&self, some: &RoaringBitmap, verdict: Verdict) -> RoaringBitmap {
        match verdict {
            Verdict::Eligible => some & &self.met,
            Verdict::Undetermined => some & &self.unknown,
            Verdict::NotEligible => (some - &self.met) - &self.unknown,
        }
    }
}

struct Divider<'a> {
    cluster: ClusterId,
    among: &'a Snapshot<'a>,
}

impl Divider<'_> {
    fn divide(&self, rule: &Rule) -> Division {
        match rule {
            Rule::All(rules) => {
                let mut met = self.among.known().clone();
                let mut possible = met.clone();
                for one in rules.iter().map(|rule| self.divide(rule)) {
                    possible &= &one.met | one.unknown;
                    met &= one.met;
                }
                Division { unknown: possible - &met, met }
            }
            Rule::Any(rules) => {
                let (mut met, mut unknown) = (RoaringBitmap::new(), RoaringBitmap::new());
                for one in rules.iter().map(|rule| self.divide(rule)) {
                    met |= one.met;
                    unknown |= one.unknown;
                }
                Division { unknown: unknown - &met, met }
            }
            Rule::Not(rule) => {
                let Division { met, unknown } = self.divide(rule);
                Division { met: self.among.known() - met - &unknown, unknown }
            }
            leaf => {
                let (met, unknown) = self.leaf(leaf);
                let met = met & self.among.known();
                Division { unknown: (unknown & self.among.known()) - &met, met }
            }
        }
    }

    /// The organizations for which a leaf is met, and those for which it is unknown unless it is
    /// met.
    fn leaf(&self, rule: &Rule) -> (RoaringBitmap, RoaringBitmap) {
        let known = self.among.known();
        match rule {
            Rule::All(_) | Rule::Any(_) | Rule::Not(_) => unreachable!("a rule made of rules is no leaf"),
            Rule::Sphere(spheres) => (self.among.of_spheres(spheres), RoaringBitmap::new()),
            Rule::SizeAtMost(most) => {
                let companies = self.among.of_spheres(&[Sphere::Company]);
                let met = self.among.of_sizes(|size| size <= *most) & &companies;
                (met, companies - self.among.of_sizes(|_| true))
            }
            Rule::Municipality(codes) => {
                let wanted = codes.iter().filter_map(|nis| REFERENCE.municipality_position(nis));
                let nowhere_known = known - self.among.with_sites();
                (self.among.in_municipalities(wanted), nowhere_known | self.among.somewhere())
            }
            Rule::Activity(ActivityUnder { version, under }) => {
                let classes = under.iter().filter_map(|code| REFERENCE.class(*version, code));
                let met = self.among.with_classes(classes.map(|class| REFERENCE.positions_under(class)));
                (met, self.without_activities() | self.among.with_activities(|other| other != *version))
            }
            Rule::Sector(codes) => {
                let segment = self.among.image().cluster(self.cluster);
                let sectors = segment.into_iter().flat_map(|segment| segment.sectors(self.among.at().rev));
                let sectors: Vec<&Sector> =
                    sectors.filter(|sector| codes.contains(&sector.code)).map(|sector| &**sector).collect();
                let classes = sectors.iter().flat_map(|sector| &sector.classes);
                let met = self.among.with_classes(classes.cloned());
                // Every sector asked has to say which activities of the version belong to it.
                let is_unclear = |version: NaceVersion| {
                    !codes
                        .iter()
                        .all(|code| sectors.iter().any(|sector| sector.code == *code && sector.is_mapped(version)))
                };
                (met, self.without_activities() | self.among.with_activities(is_unclear))
            }
            Rule::Attribute(code) => self.asserted(&self.among.attribute(code)),
            Rule::Assessed(code) => self.asserted(&self.among.judged(self.cluster, code)),
            Rule::Identifier(scheme) => {
                let met = RoaringBitmap::clone(&self.among.identified(*scheme));
                let unknown = known - &met;
                (met, unknown)
            }
        }
    }

    /// Unknown where nothing is said, and where it is both asserted and denied.
    fn asserted(&self, held: &Asserted) -> (RoaringBitmap, RoaringBitmap) {
        (&held.asserted - &held.denied, self.among.known() - (&held.asserted ^ &held.denied))
    }

    fn without_activities(&self) -> RoaringBitmap {
        self.among.known() - self.among.with_activities(|_| true)
    }
}
