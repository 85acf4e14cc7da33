//! Conditions on organizations, as clients write them.

use async_graphql::{Enum, ID, InputObject};
use entity::{
    id::{ClusterId, SectorId},
    participation::ParticipationKind,
    participation_period::Status,
};

use super::{
    error::{Error, Result},
    node::GlobalId,
    organization_kinds::SizeClass,
    participation::MembershipStatus,
    reference::NaceVersion,
};
use crate::domain::{
    organization::{Filter, unknown_class},
    reference::REFERENCE,
};

/// Which helix an organization belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::organization_profile::Sphere")]
pub(crate) enum Sphere {
    /// Companies: the first helix.
    Company,
    /// Research and academic bodies: the second.
    Research,
    /// Public institutions: the third.
    Public,
    /// Federations, associations, foundations, unions: the fourth.
    CivilSociety,
}

/// A register that gives identifiers to organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::organization_identifier::Scheme")]
pub(crate) enum Scheme {
    /// Enterprise number of the Belgian Crossroads Bank for Enterprises.
    BeKbo,
    /// Establishment unit number of the same register.
    BeEst,
    /// VAT number, with its country prefix.
    Vat,
    /// Research Organization Registry.
    Ror,
    /// Legal Entity Identifier, ISO 17442.
    Lei,
    /// Wikidata item.
    Wikidata,
    /// European Cluster Collaboration Platform.
    Eccp,
}

/// A condition on organizations. All that is given must hold; those on dated facts hold at the point in time
/// of the list.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct OrganizationFilter {
    /// Every one of these conditions.
    and: Option<Vec<OrganizationFilter>>,
    /// At least one of these conditions; an empty list is never satisfied.
    or: Option<Vec<OrganizationFilter>>,
    /// Not this condition.
    not: Option<Box<OrganizationFilter>>,
    /// Belongs to one of these spheres.
    sphere: Option<Vec<Sphere>>,
    /// Is a company of one of these sizes.
    size_class: Option<Vec<SizeClass>>,
    /// Has a site in one of these municipalities: NIS codes such as `21007`.
    municipality: Option<Vec<String>>,
    /// Has an activity under a class of the classification of activities.
    activity: Option<ActivityCondition>,
    /// Has an activity of one of these sectors of clusters.
    sector: Option<Vec<ID>>,
    /// An attribute is recorded with a value.
    attribute: Option<AttributeCondition>,
    /// Has an identifier of one of these schemes.
    identifier: Option<Vec<Scheme>>,
    /// Is a member of a cluster.
    membership: Option<MembershipCondition>,
    /// Is a partner of a cluster.
    partnership: Option<PartnershipCondition>,
}

/// An activity under a class.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ActivityCondition {
    /// The version of the classification; activities recorded in another version do not count.
    version: NaceVersion,
    /// The code of a class at any level, dotted or not: `C`, `38`, `38.32`. Everything under it counts.
    under: String,
}

impl ActivityCondition {
    /// A code that the version has.
    pub(super) fn parse(self) -> Result<(entity::NaceVersion, String)> {
        let version = self.version.into();
        if REFERENCE.class(version, &self.under).is_none() {
            return Err(unknown_class(version, &self.under).into());
        }
        Ok((version, self.under))
    }
}

/// Refuses NIS codes that no municipality has.
pub(super) fn check_municipalities(codes: &[String]) -> Result<()> {
    match codes.iter().find(|nis| REFERENCE.municipality(nis).is_none()) {
        Some(unknown) => {
            Err(Error::input(format!("`{unknown}` is no NIS code of a municipality; `municipalities` lists them")))
        }
        None => Ok(()),
    }
}

/// An attribute with a value.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AttributeCondition {
    /// The attribute's code, such as `works_material`.
    code: String,
    /// Whether a source asserts it, or denies it. Default: asserts.
    #[graphql(default = true)]
    value: bool,
}

/// A membership.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MembershipCondition {
    /// In one of these clusters. Default: in any.
    cluster: Option<Vec<ID>>,
    /// With one of these statuses. Default: candidate or effective.
    status: Option<Vec<MembershipStatus>>,
}

/// A partnership.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PartnershipCondition {
    /// In one of these clusters. Default: in any.
    cluster: Option<Vec<ID>>,
    /// With one of these statuses. Default: effective.
    status: Option<Vec<MembershipStatus>>,
}

impl OrganizationFilter {
    /// Whether the answer depends on the point in time.
    pub(super) fn is_dated(&self) -> bool {
        let nested = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        nested.into_iter().any(Self::is_dated)
            || self.municipality.is_some()
            || self.activity.is_some()
            || self.sector.is_some()
            || self.attribute.is_some()
            || self.membership.is_some()
            || self.partnership.is_some()
    }

    pub(super) fn parse(self) -> Result<Filter> {
        let all = |filters: Vec<Self>| filters.into_iter().map(Self::parse).collect::<Result<Vec<_>>>();
        let mut conditions = Vec::new();
        if let Some(filters) = self.and {
            conditions.push(Filter::All(all(filters)?));
        }
        if let Some(filters) = self.or {
            conditions.push(Filter::Any(all(filters)?));
        }
        if let Some(filter) = self.not {
            conditions.push(Filter::Not(Box::new(filter.parse()?)));
        }
        if let Some(spheres) = self.sphere {
            conditions.push(Filter::Sphere(spheres.into_iter().map(Into::into).collect()));
        }
        if let Some(sizes) = self.size_class {
            conditions.push(Filter::SizeClass(sizes.into_iter().map(Into::into).collect()));
        }
        if let Some(codes) = self.municipality {
            check_municipalities(&codes)?;
            conditions.push(Filter::Municipality(codes));
        }
        if let Some(condition) = self.activity {
            let (version, code) = condition.parse()?;
            conditions.push(Filter::Activity(version, code));
        }
        if let Some(ids) = self.sector {
            conditions.push(Filter::Sector(SectorId::parse_all(&ids)?));
        }
        if let Some(AttributeCondition { code, value }) = self.attribute {
            conditions.push(Filter::Attribute(code, value));
        }
        if let Some(schemes) = self.identifier {
            conditions.push(Filter::Identifier(schemes.into_iter().map(Into::into).collect()));
        }
        if let Some(MembershipCondition { cluster, status }) = self.membership {
            let current = vec![Status::Candidate, Status::Effective];
            conditions.push(participation(ParticipationKind::Member, cluster, status, current)?);
        }
        if let Some(PartnershipCondition { cluster, status }) = self.partnership {
            conditions.push(participation(ParticipationKind::Partner, cluster, status, vec![Status::Effective])?);
        }
        Ok(Filter::All(conditions))
    }
}

fn participation(
    kind: ParticipationKind,
    clusters: Option<Vec<ID>>,
    statuses: Option<Vec<MembershipStatus>>,
    default: Vec<Status>,
) -> Result<Filter> {
    let clusters = clusters.map_or(Ok(Vec::new()), |ids| ClusterId::parse_all(&ids))?;
    let statuses = statuses.map_or(default, |statuses| statuses.into_iter().map(Into::into).collect());
    Ok(Filter::Participation(kind, clusters, statuses))
}
