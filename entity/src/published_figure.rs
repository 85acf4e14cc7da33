//! Figures asserted in public, never mixed with what the register counts.

use std::collections::BTreeSet;

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Labels, PartialDate, Revision,
    id::{ClusterId, ProgrammeId, PublishedFigureId, SourceId},
    organization_profile::{SizeClass, Sphere},
};

text_enum! {
    /// What a figure counts.
    Metric {
        Members = "members",
        EffectiveMembers = "effective_members",
        CandidateMembers = "candidate_members",
        FoundingMembers = "founding_members",
        Partners = "partners",
        JoinedMembers = "joined_members",
        JoinedParticipants = "joined_participants",
        Leavers = "leavers",
        Exclusions = "exclusions",
        CandidaciesWithdrawn = "candidacies_withdrawn",
        CandidatesPromoted = "candidates_promoted",
        Clusters = "clusters",
        CompanyShare = "company_share",
        ParticipationRate = "participation_rate",
        Other = "other",
    }
}

text_enum! {
    /// What the number of a figure is a number of.
    FigureUnit {
        Organizations = "organizations",
        Establishments = "establishments",
        ResearchUnits = "research_units",
        Clusters = "clusters",
        Percent = "percent",
    }
}

text_enum! {
    /// Whether a figure says what was, or what was aimed at.
    Nature { Actual = "actual", Target = "target" }
}

text_enum! {
    /// Whether the number was given.
    Disclosure { Disclosed = "disclosed", NotDisclosed = "not_disclosed" }
}

text_enum! {
    /// How a source qualifies its number.
    Qualifier {
        Exactly = "exactly",
        About = "about",
        MoreThan = "more_than",
        AtLeast = "at_least",
        LessThan = "less_than",
        Nearly = "nearly",
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "published_figure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PublishedFigureId,
    /// The cluster or the programme that it is about: one of both.
    pub cluster_id: Option<ClusterId>,
    pub programme_id: Option<ProgrammeId>,
    /// What its parts name it by, among the figures of the same cluster or programme.
    pub key: Option<String>,
    /// The key of the figure that it is a part of.
    pub part_of: Option<String>,
    pub metric: Metric,
    /// What a figure of `Other` counts.
    #[sea_orm(column_type = "JsonBinary")]
    pub label: Labels,
    pub of_sphere: Option<Sphere>,
    #[sea_orm(column_type = "JsonBinary")]
    pub of_size_class: SizeClasses,
    /// Which of those that the metric counts, where neither a sphere nor a size says it.
    #[sea_orm(column_type = "JsonBinary")]
    pub of_group: Labels,
    pub nature: Nature,
    pub value: Option<f64>,
    pub disclosure: Disclosure,
    pub qualifier: Qualifier,
    pub unit: Option<FigureUnit>,
    pub population: Option<String>,
    pub on: Option<PartialDate>,
    pub comparable_with_previous: Option<bool>,
    /// Why it is not, or why it is.
    #[sea_orm(column_type = "JsonBinary")]
    pub comparison_note: Labels,
    pub quote: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub explanation: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

/// Sizes of companies, from small to large; none: of any size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct SizeClasses(Vec<SizeClass>);

impl FromIterator<SizeClass> for SizeClasses {
    fn from_iter<I: IntoIterator<Item = SizeClass>>(sizes: I) -> Self {
        Self(sizes.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
    }
}

impl SizeClasses {
    /// Each once, from small to large.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SizeClass> + '_ {
        self.0.iter().copied()
    }

    /// Whether any size is meant.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }
}

impl Model {
    /// The cluster or the programme that it is about.
    pub fn subject(&self) -> Uuid {
        let programme = self.programme_id.map(Uuid::from);
        self.cluster_id.map(Uuid::from).or(programme).expect("a figure is about a cluster or a programme")
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
