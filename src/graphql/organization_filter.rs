//! Conditions on organizations, as clients write them.

use async_graphql::{Context, Enum, ID, InputObject};
use entity::{participation::ParticipationKind, participation_period::Status};

use super::{
    basis::ContextExt,
    error::Result,
    filter::{self, Nested, OnOrganization, listed},
    organization_kinds::SizeClass,
    participation::MembershipStatus,
    reference::NaceVersion,
};
use crate::domain::{
    condition::Resolver,
    organization::{Condition, Filter},
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
    pub(super) version: NaceVersion,
    /// The code of a class at any level, dotted or not: `C`, `38`, `38.32`. Everything under it counts.
    pub(super) under: String,
}

/// An attribute with a value.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AttributeCondition {
    /// The attribute's code, such as `works_material`.
    code: String,
    /// Whether a source asserts it, or denies it. Default: asserts.
    #[graphql(default = true)]
    holds: bool,
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
    pub(super) fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        self.read(&mut Resolver::new(ctx.image()))
    }

    fn read(self, resolver: &mut Resolver<'_>) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            sphere,
            size_class,
            municipality,
            activity,
            sector,
            attribute,
            identifier,
            membership,
            partnership,
        } = self;
        let mut own = OnOrganization { sphere, size_class, municipality, activity, sector }.read(resolver)?;
        if let Some(AttributeCondition { code, holds }) = attribute {
            resolver.count(1)?;
            own.push(Condition::Attribute(code, holds));
        }
        own.extend(listed("identifier", identifier, resolver)?.map(Condition::Identifier));
        if let Some(MembershipCondition { cluster, status }) = membership {
            let current = vec![Status::Candidate, Status::Effective];
            own.push(participation(ParticipationKind::Member, cluster, status, current, resolver)?);
        }
        if let Some(PartnershipCondition { cluster, status }) = partnership {
            own.push(participation(ParticipationKind::Partner, cluster, status, vec![Status::Effective], resolver)?);
        }
        Nested { and, or, not }.and_own(own, resolver, Self::read)
    }
}

fn participation(
    kind: ParticipationKind,
    clusters: Option<Vec<ID>>,
    statuses: Option<Vec<MembershipStatus>>,
    default: Vec<Status>,
    resolver: &mut Resolver<'_>,
) -> Result<Condition> {
    let clusters = filter::clusters(clusters, resolver)?;
    let statuses = listed("status", statuses, resolver)?.unwrap_or(default);
    Ok(Condition::Participation(kind, clusters, statuses))
}
