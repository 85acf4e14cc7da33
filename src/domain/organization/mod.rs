//! Organizations: what is shown of them, from the ledger.
//!
//! [`list`](fn@list) finds them in an order; [`recorded`] reads from the database what the ledger
//! does not hold.

mod list;
pub mod recorded;

use entity::{
    Language, PartialDate, Revision, activity,
    activity::ActivityRank,
    id::{OrganizationId, SourceId},
    organization_identifier::Scheme,
    organization_profile::{CivilSocietyKind, GovernmentLevel, ResearchKind, SizeClass, Sphere},
};

pub use self::list::{Order, kinds, list, pages_of_ids};
pub(super) use self::list::{pages_in_order, pages_of_sets};
pub use super::condition::leaves::{OrganizationCondition as Condition, OrganizationFilter as Filter};
use super::{
    ledger::{
        Image,
        columns::{Rev, rev},
        names,
        values::Particulars,
    },
    positions::{ClassAt, MunicipalityAt, OrganizationAt, SourceAt},
    reference::REFERENCE,
    time::PointInTime,
};

/// An organization as it is known at a revision: where its record is in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The id that never changes.
    pub id: OrganizationId,
    /// Which helix it belongs to.
    pub sphere: Sphere,
    at: OrganizationAt,
    /// The revision it is known at.
    rev: Rev,
}

impl Organization {
    fn known(image: &Image, at: OrganizationAt, rev: Rev) -> Option<Self> {
        let profile = image.organizations().profile(at, rev)?;
        Some(Self { id: image.organizations().id(at), sphere: profile.sphere, at, rev })
    }

    fn particulars(self, image: &Image) -> Particulars {
        let (profiles, row) = image.organizations().profile_row(self.at, self.rev).expect("it was recorded");
        profiles.value(row)
    }

    /// The name it is known by, by the rule for missing languages.
    pub fn name(self, image: &Image, language: Language) -> &str {
        let (profiles, row) = image.organizations().profile_row(self.at, self.rev).expect("it was recorded");
        let text = profiles.text(row);
        names::name(text, language).unwrap_or_else(|| names::sort_name(text))
    }

    /// The size of a company.
    pub fn size_class(self, image: &Image) -> Option<SizeClass> {
        self.particulars(image).profile.size_class
    }

    /// What kind of research body.
    pub fn research_kind(self, image: &Image) -> Option<ResearchKind> {
        self.particulars(image).research_kind
    }

    /// The level of government of a public institution.
    pub fn government_level(self, image: &Image) -> Option<GovernmentLevel> {
        self.particulars(image).government_level
    }

    /// What kind of civil society body.
    pub fn civil_society_kind(self, image: &Image) -> Option<CivilSocietyKind> {
        self.particulars(image).civil_society_kind
    }

    /// Whether a web site is recorded.
    pub fn has_website(self, image: &Image) -> bool {
        self.particulars(image).has_website
    }

    /// When it was founded, as a source states it.
    pub fn founded_on(self, image: &Image) -> Option<PartialDate> {
        self.particulars(image).founded_on.date()
    }

    /// When it was dissolved or merged, as a source states it.
    pub fn dissolved_on(self, image: &Image) -> Option<PartialDate> {
        self.particulars(image).dissolved_on.date()
    }

    /// The document that attests what it is.
    pub fn source(self, image: &Image) -> SourceAt {
        self.particulars(image).source
    }

    /// How other registers know it, by scheme and value.
    pub fn identifiers(self, image: &Image) -> Vec<Identifier> {
        let (held, owner) = image.organizations().identifiers(self.at);
        let known = held.known(owner, self.rev);
        let mut known: Vec<_> =
            known.map(|row| Identifier { scheme: held.value(row), value: held.text(row).to_owned() }).collect();
        known.sort_by(|one, other| {
            let key = |identifier: &Identifier| sea_orm::ActiveEnum::to_value(&identifier.scheme);
            (key(one), &one.value).cmp(&(key(other), &other.value))
        });
        known
    }

    /// The municipality of its seat at a point, or where that is not recorded of its first recorded
    /// establishment.
    pub fn municipality(self, image: &Image, at: PointInTime) -> Option<MunicipalityAt> {
        let (sites, owner) = image.organizations().sites(self.at);
        let held = sites.holding(owner, at.into()).map(|row| sites.value(row));
        let placed = held.filter(|site| site.municipality != MunicipalityAt::NOWHERE);
        placed.min_by_key(|site| (site.kind, site.id)).map(|site| site.municipality)
    }

    /// What it does at a point: main activities first, then by version and code.
    pub fn activities(self, image: &Image, at: PointInTime) -> Vec<Activity> {
        let (held, owner) = image.organizations().activities(self.at);
        let activity = |row| {
            let (activity, [from, to]) = (held.value(row), [held.from(row), held.to(row)]);
            Activity {
                organization: self.id,
                at,
                class: activity.class,
                rank: activity.rank,
                from: activity.stated_from(from),
                to: activity.stated_to(to),
                recorded: held.recorded(row),
                source: None,
            }
        };
        let mut activities: Vec<_> = held.holding(owner, at.into()).map(activity).collect();
        activities.sort_by_key(|activity| (activity.rank, activity.class));
        activities
    }
}

/// A number or code under which another register knows an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// The register that gave it.
    pub scheme: Scheme,
    /// Its value.
    pub value: String,
}

/// What an organization does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Whose.
    pub organization: OrganizationId,
    /// The point in time at which it was read.
    pub at: PointInTime,
    /// The class, in the reference data.
    pub class: ClassAt,
    /// Its weight.
    pub rank: ActivityRank,
    /// Since when, as the source states it.
    pub from: Option<PartialDate>,
    /// The first day no longer, as the source states it.
    pub to: Option<PartialDate>,
    recorded: Rev,
    /// The document that attests it, of an activity that was read from the database.
    pub source: Option<SourceId>,
}

impl Activity {
    /// As the database has it.
    pub fn of_row(row: &activity::Model, at: PointInTime) -> Self {
        let class = REFERENCE.position(row.nace_version, &row.nace_code);
        Self {
            organization: row.organization_id,
            at,
            class: class.expect("activities are recorded in classes of the reference data"),
            rank: row.rank,
            from: row.from_stated,
            to: row.to_stated,
            recorded: rev(row.recorded_rev),
            source: Some(row.source_id),
        }
    }

    /// Whether both are the same but for the source, which not both may have.
    fn is_said_by(&self, other: &Self) -> bool {
        Self { source: other.source, at: other.at, ..*self } == *other
    }
}

/// The organizations with these ids that were recorded by a revision.
pub fn by_ids(
    image: &Image,
    ids: impl IntoIterator<Item = OrganizationId>,
    revision: Revision,
) -> impl Iterator<Item = Organization> {
    let positions = ids.into_iter().filter_map(|id| image.organizations().position(id));
    positions.filter_map(move |at| Organization::known(image, at, rev(revision)))
}

/// The organization that another register knows by an identifier. Enterprise numbers may be
/// punctuated.
pub fn by_identifier(image: &Image, scheme: Scheme, value: &str, revision: Revision) -> Option<Organization> {
    let found = image.organizations().identified(scheme, value, rev(revision)).next()?;
    Organization::known(image, found, rev(revision))
}
