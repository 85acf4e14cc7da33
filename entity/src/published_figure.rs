//! Figures asserted in public, never mixed with what the register counts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Labels, PartialDate, Revision,
    id::{ClusterId, PublishedFigureId, SourceId},
};

text_enum! {
    /// What a figure counts.
    Metric {
        Members = "members",
        MemberCompanies = "member_companies",
        EffectiveMembers = "effective_members",
        CandidateMembers = "candidate_members",
        Partners = "partners",
        Leavers = "leavers",
        Exclusions = "exclusions",
        JoinedParticipants = "joined_participants",
        CandidaciesWithdrawn = "candidacies_withdrawn",
        CandidatesPromoted = "candidates_promoted",
        CompanyShare = "company_share",
        ParticipationRate = "participation_rate",
        AdvisoryBoardCompanies = "advisory_board_companies",
        AdvisoryBoardPartners = "advisory_board_partners",
        AdvisoryBoardCoopted = "advisory_board_coopted",
        WorkingGroups = "working_groups",
        SupportCases = "support_cases",
        AdviceGiven = "advice_given",
        StrategicObjectives = "strategic_objectives",
        CircularBusinessModels = "circular_business_models",
        ProjectsIndustrialised = "projects_industrialised",
        ProjectsAtBreakEven = "projects_at_break_even",
        YearsToEvaluation = "years_to_evaluation",
        Other = "other",
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
    Qualifier { Exactly = "exactly", About = "about", MoreThan = "more_than", AtLeast = "at_least" }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "published_figure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PublishedFigureId,
    pub cluster_id: ClusterId,
    pub metric: Metric,
    pub nature: Nature,
    pub value: Option<f64>,
    pub disclosure: Disclosure,
    pub qualifier: Qualifier,
    pub population: Option<String>,
    pub on: Option<PartialDate>,
    #[sea_orm(column_type = "JsonBinary")]
    pub explanation: Labels,
    pub source_id: SourceId,
    pub recorded_rev: Revision,
    pub superseded_rev: Option<Revision>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
