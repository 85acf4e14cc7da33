//! The closed sets of published figures: what they count, in what, and how sure their source is.

use async_graphql::Enum;

/// What a published figure counts. Two figures with the same number and different metrics stay two: sources that say
/// "27 members" and "27 companies" do not say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Metric")]
pub(crate) enum FigureMetric {
    /// Members, without more precision.
    Members,
    /// Effective (full) members.
    EffectiveMembers,
    /// Candidate members.
    CandidateMembers,
    /// Those that were members when the cluster was founded.
    FoundingMembers,
    /// Partners.
    Partners,
    /// Members that joined in the period.
    JoinedMembers,
    /// Members and partners that joined in the period.
    JoinedParticipants,
    /// Members that left by their own decision.
    Leavers,
    /// Members that were excluded.
    Exclusions,
    /// Candidates that gave up in the period.
    CandidaciesWithdrawn,
    /// Candidates that became effective members in the period.
    CandidatesPromoted,
    /// Clusters of a programme.
    Clusters,
    /// Share of companies, in percent of the stated population.
    CompanyShare,
    /// Share of participants that took part in activities, in percent of the stated population.
    ParticipationRate,
    /// Something else: `label` says what.
    Other,
}

/// What the number of a figure is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::FigureUnit")]
pub(crate) enum FigureUnit {
    /// Organizations: companies, research bodies, public institutions, civil society bodies.
    Organizations,
    /// Establishments of organizations, of which one may have several.
    Establishments,
    /// Units of research bodies, such as laboratories, of which one may have several.
    ResearchUnits,
    /// Clusters.
    Clusters,
    /// Percent of the stated population.
    Percent,
}

/// Whether a figure says what was, or what was aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Nature")]
pub(crate) enum FigureNature {
    /// What was.
    Actual,
    /// What was aimed at.
    Target,
}

/// Whether a number was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Disclosure")]
pub(crate) enum Disclosure {
    /// It was.
    Disclosed,
    /// It was asked for and not given. This is not zero.
    NotDisclosed,
}

/// How a source qualifies its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::published_figure::Qualifier")]
pub(crate) enum FigureQualifier {
    /// Without qualification.
    Exactly,
    /// "About".
    About,
    /// "More than".
    MoreThan,
    /// "At least".
    AtLeast,
    /// "Less than".
    LessThan,
    /// "Nearly": a little less than.
    Nearly,
}
