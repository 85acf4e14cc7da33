//! Conditions on organizations, as clients write them.

use async_graphql::{Context, Enum, ID, InputObject};
use entity::participation::ParticipationKind;

use crate::{
    domain::{
        condition::Resolver,
        organization::{Condition, Filter},
    },
    graphql::{
        filter::{self, DayCondition, Judging, Nested, OnOrganization, VerdictCondition},
        organization::kinds::SizeClass,
        participation::filter::ParticipationFilter,
        reference::NaceVersion,
        request::error::Result,
    },
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
    /// One of its names contains every word of this text, whatever the accents, the case and the punctuation. At most 200
    /// characters.
    search: Option<String>,
    /// Was founded on one of these days: where a source states a month or a year, on its first.
    founded: Option<DayCondition>,
    /// Was dissolved or merged on one of these days: where a source states a month or a year, on its last.
    dissolved: Option<DayCondition>,
    /// Has a verdict under the criteria of a cluster.
    verdict: Option<VerdictCondition>,
    /// Has a membership that satisfies this at the point in time. Without a condition on its status or its exit: a candidate or
    /// effective one.
    membership: Option<ParticipationFilter>,
    /// Has a partnership that satisfies this at the point in time. Without a condition on its status or its exit: an
    /// effective one.
    partnership: Option<ParticipationFilter>,
}

/// An activity under a class.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ActivityCondition {
    /// The version of the classification; activities recorded in another version do not count.
    pub(crate) version: NaceVersion,
    /// The code of a class at any level, dotted or not: `C`, `38`, `38.32`. Everything under it counts.
    pub(crate) under: String,
}

/// An attribute with a value.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AttributeCondition {
    /// The attribute's code, such as `works_material`.
    pub(crate) code: String,
    /// Whether a source asserts it, or denies it. Default: asserts.
    #[graphql(default = true)]
    pub(crate) holds: bool,
}

impl Judging for OrganizationFilter {
    fn judged_by<'a>(&'a self, keys: &mut Vec<&'a ID>) {
        let Self { and, or, not, verdict, membership, partnership, .. } = self;
        let many = and.iter().chain(or).flatten();
        many.chain(not.as_deref()).for_each(|filter| filter.judged_by(keys));
        verdict.judged_by(keys);
        membership.iter().chain(partnership).for_each(|filter| filter.judged_by(keys));
    }
}

impl OrganizationFilter {
    pub(crate) async fn parse(self, ctx: &Context<'_>) -> Result<Filter> {
        let mut resolver = filter::resolver(ctx, &self).await?;
        self.read(&mut resolver)
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
            search,
            founded,
            dissolved,
            verdict,
            membership,
            partnership,
        } = self;
        let on = OnOrganization {
            sphere,
            size_class,
            municipality,
            activity,
            sector,
            attribute,
            identifier,
            search,
            founded,
            dissolved,
            verdict,
        };
        let mut own = on.read(resolver)?;
        for (kind, filter) in [(ParticipationKind::Member, membership), (ParticipationKind::Partner, partnership)] {
            if let Some(filter) = filter {
                let read = resolver.nested(vec![filter], |filter, resolver| filter.read_current(resolver))?;
                own.extend(read.into_iter().map(|filter| Condition::Participation(kind, Box::new(filter))));
            }
        }
        Nested { and, or, not }.and_own(own, resolver, Self::read)
    }
}
