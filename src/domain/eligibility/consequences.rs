//! Whom criteria concern: who could enter, who is at risk, and what another version would change.

use entity::{Revision, id::OrganizationId, participation::ParticipationKind};
use roaring::RoaringBitmap;

use crate::domain::{
    eligibility::{Criteria, Verdict, sets::Division},
    ledger::{Image, columns::Point},
    organization,
    organization_set::satisfying,
    participation::{self, PRESENT},
    positions::OrganizationAt,
    store::page::{Page, PageRequest},
    time::PointInTime,
};

/// Some organizations of an image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Organizations(RoaringBitmap);

impl Organizations {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Their ids, ascending.
    pub fn ids(&self, image: &Image) -> Vec<OrganizationId> {
        let among = |of: &OrganizationAt| self.0.contains(of.number());
        let organizations = image.organizations();
        organizations.by_id(None, false).filter(among).map(|of| organizations.id(of)).collect()
    }

    /// The same page of several sets of organizations, by id, each organization as it is known at a
    /// revision.
    pub fn pages<'a>(
        of: impl IntoIterator<Item = &'a Self>,
        image: &Image,
        revision: Revision,
        request: &PageRequest,
    ) -> Vec<Page<organization::Organization>> {
        organization::pages_of_sets(image, of.into_iter().map(|organizations| &organizations.0), revision, request)
    }
}

impl Organizations {
    /// The same page of several sets of organizations, in an order as known at a point in time,
    /// each organization as it is known at a later revision.
    pub fn pages_in_order<'a>(
        of: impl IntoIterator<Item = &'a Self>,
        image: &Image,
        order: &[(organization::Order, bool)],
        at: PointInTime,
        revision: Revision,
        request: &PageRequest,
    ) -> Vec<Page<organization::Organization>> {
        let sets = of.into_iter().map(|organizations| &organizations.0);
        organization::pages_in_order(image, sets, order, at, revision, request)
    }
}

/// The organizations that satisfy a condition, are eligible, and are neither candidate nor effective members.
pub fn prospects(image: &Image, criteria: &Criteria, filter: &organization::Filter, at: PointInTime) -> Organizations {
    let among = image.snapshot(Point::from(at));
    let eligible = Division::by(&criteria.rule, criteria.cluster, &among).met;
    let members = among.participants(Some(&[criteria.cluster]), ParticipationKind::Member, &PRESENT);
    Organizations((eligible - members) & satisfying(filter, &among))
}

/// The memberships that satisfy a condition and whose organization is not eligible, or not known to be.
pub fn at_risk(
    image: &Image,
    criteria: &Criteria,
    filter: &participation::Filter,
    order: &[(participation::Order, bool)],
    at: PointInTime,
    request: &PageRequest,
) -> Page<participation::Participation> {
    let among = image.snapshot(Point::from(at));
    let eligible = Division::by(&criteria.rule, criteria.cluster, &among).met;
    let present = participation::Condition::Status(PRESENT.to_vec());
    let filter = participation::Filter::all([present.into(), filter.clone()]);
    let listing = participation::Listing { kind: ParticipationKind::Member, filter: &filter, order, at };
    let is_at_risk = |of: OrganizationAt| !eligible.contains(of.number());
    participation::list_of_organizations(image, listing, criteria.cluster, is_at_risk, request)
}

/// The organizations for which two versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Concerned {
    /// Candidate and effective members.
    Members,
    /// Every organization of the register.
    All,
}

/// The organizations by what changes for them if one version of criteria applies in the place of
/// another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impact {
    /// Not eligible before, eligible after.
    pub gained: Organizations,
    /// Eligible before, not eligible after.
    pub lost: Organizations,
    /// Eligible before and after, or neither.
    pub unchanged: Organizations,
    /// Those for whom one of the two verdicts cannot be determined.
    pub undetermined: Organizations,
}

/// Compares two versions on the same facts. Nothing is written.
pub fn impact(image: &Image, before: &Criteria, after: &Criteria, concerned: Concerned, at: PointInTime) -> Impact {
    let among = image.snapshot(Point::from(at));
    let divide = |criteria: &Criteria| Division::by(&criteria.rule, criteria.cluster, &among);
    let cluster = after.cluster;
    let (before, after) = (divide(before), divide(after));
    let them = match concerned {
        Concerned::Members => among.participants(Some(&[cluster]), ParticipationKind::Member, &PRESENT) & among.known(),
        Concerned::All => among.known().clone(),
    };
    let both = |first: Verdict, second: Verdict| after.among(&before.among(&them, first), second);
    let gained = both(Verdict::NotEligible, Verdict::Eligible);
    let lost = both(Verdict::Eligible, Verdict::NotEligible);
    let unchanged = both(Verdict::Eligible, Verdict::Eligible) | both(Verdict::NotEligible, Verdict::NotEligible);
    let undetermined = before.among(&them, Verdict::Undetermined) | after.among(&them, Verdict::Undetermined);
    let [gained, lost, unchanged, undetermined] = [gained, lost, unchanged, undetermined].map(Organizations);
    Impact { gained, lost, unchanged, undetermined }
}
