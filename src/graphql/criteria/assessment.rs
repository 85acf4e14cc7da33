//! Whether an organization satisfies a version of criteria, and why.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{Context, Enum, ID, Object, Union};
use entity::{
    Revision, attribute, criteria_profile,
    id::{ClusterId, CriteriaId, OrganizationId},
    judgement, organization_identifier, organization_profile, site,
};

use crate::{
    domain::{
        self,
        eligibility::{self, Sectors, Support},
        time::PointInTime,
    },
    graphql::{
        criteria::{
            Criteria,
            rule::{self, Rule},
        },
        node::GlobalId,
        organization::facts::{Activity, Attribute, Identifier, Judgement, OrganizationRecord, Site},
        request::{
            basis::ContextExt,
            error::{Error, Result},
            language::Language,
            level::{self, Row},
            pagination::Node,
        },
    },
    words,
};

/// Whether an organization can enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "eligibility::Verdict")]
pub(crate) enum Verdict {
    /// Every required criterion is met.
    Eligible,
    /// At least one required criterion is not met, whatever is not known.
    NotEligible,
    /// It depends on what the register does not say.
    Undetermined,
}

/// Whether a rule is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "eligibility::Outcome")]
pub(crate) enum Outcome {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// The register does not say enough to tell.
    Unknown,
}

/// What is not recorded, where an outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "eligibility::Missing")]
pub(crate) enum MissingFact {
    /// No site is recorded.
    Sites,
    /// The municipality of a site is not recorded.
    Municipality,
    /// No activity is recorded.
    Activities,
    /// An activity is recorded in another version of the classification, and no correspondence is.
    ActivityVersion,
    /// Which activities of a version of the classification belong to the sector.
    SectorActivities,
    /// No source says whether the attribute holds, or one says that it is not established.
    Attribute,
    /// Sources contradict each other.
    Agreement,
    /// No identifier of the scheme is recorded.
    Identifier,
    /// The size of the company.
    SizeClass,
    /// The cluster's judgement.
    Judgement,
    /// It depends on rules whose outcome is unknown: their own findings say what is missing.
    Rules,
}

/// The facts of an organization, as rows that share their level with those of others.
struct Evidence {
    profile: Row<organization_profile::Model>,
    sites: Vec<Row<site::Model>>,
    activities: Vec<Row<domain::organization::Activity>>,
    attributes: Vec<Row<attribute::Model>>,
    identifiers: Vec<domain::organization::Identifier>,
    judgements: Vec<Row<judgement::Model>>,
}

/// What was found of an organization under a version of criteria.
#[derive(Clone)]
pub(crate) struct Assessment {
    criteria: Row<criteria_profile::Model>,
    finding: Arc<eligibility::Finding>,
    optional: Vec<Arc<eligibility::Finding>>,
    evidence: Arc<Evidence>,
}

/// Whether an organization satisfies a version of a cluster's criteria at a point in time, and why. What the register
/// does not say is not "no": three-valued logic (Kleene's strong logic of indeterminacy), every rule evaluated.
#[Object]
impl Assessment {
    /// What comes out.
    async fn verdict(&self) -> Verdict {
        eligibility::Verdict::from(self.finding.outcome).into()
    }

    /// The version that was applied, as it was known at the point in time. What it shows is known at the basis of the
    /// request: where it has been corrected since, `finding` tells the rules that were applied.
    async fn criteria(&self) -> Criteria {
        Criteria::from_row(self.criteria.clone())
    }

    /// What was found of all required criteria together, as a tree.
    async fn finding(&self) -> Finding {
        self.found(self.finding.clone())
    }

    /// The same tree as a list, each finding before those of its parts: for trees deeper than an answer may be.
    async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        ctx.list(self.finding.all(), |finding| self.found(finding))
    }

    /// The findings that decide: of single conditions, those that would, or could, change the verdict if their
    /// outcome were another.
    async fn deciding(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        ctx.list(self.finding.deciding(), |finding| self.found(finding))
    }

    /// What was found of each criterion that is not required, in the order of the criteria. Decides nothing.
    async fn optional_findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        ctx.list(self.optional.iter().collect(), |finding| self.found(finding.clone()))
    }
}

impl Assessment {
    fn found(&self, finding: Arc<eligibility::Finding>) -> Finding {
        Finding { finding, of: self.criteria.cluster_id, evidence: self.evidence.clone() }
    }
}

/// What was found of one rule.
pub(crate) struct Finding {
    finding: Arc<eligibility::Finding>,
    /// The cluster whose criteria are applied.
    of: ClusterId,
    evidence: Arc<Evidence>,
}

/// What was found of a rule.
#[Object]
impl Finding {
    /// Where the rule stands among the criteria, such as `all[0].not`; empty for the whole.
    async fn path(&self) -> String {
        self.finding.path()
    }

    /// How many rules it stands in: 0 for the whole.
    async fn depth(&self) -> i32 {
        self.finding.depth() as i32
    }

    /// The `path` of the finding that it is a part of; null for the whole.
    async fn parent(&self) -> Option<String> {
        self.finding.parent_path()
    }

    /// The rule.
    async fn rule(&self) -> Rule {
        Rule::from_rule(self.finding.rule(), self.of)
    }

    /// Whether it is met.
    async fn outcome(&self) -> Outcome {
        self.finding.outcome.into()
    }

    /// The outcome, the rule and what is missing, in words.
    async fn explanation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Default: English.", default)] language: Language,
    ) -> Result<String> {
        let terms = ctx.basis().terms().await?;
        Ok(words::explained(&self.finding, &rule::names(ctx, &terms, self.of), language.into()))
    }

    /// The recorded facts that it rests on; none where nothing is recorded, and for a rule made of rules, whose own
    /// findings have them.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<RecordedFact>> {
        let evidence = &self.evidence;
        let fact = |support: &Support| match *support {
            Support::Profile => RecordedFact::OrganizationRecord(OrganizationRecord(evidence.profile.clone())),
            Support::Site(at) => RecordedFact::Site(Site(evidence.sites[at].clone())),
            Support::Activity(at) => RecordedFact::Activity(Activity(evidence.activities[at].clone())),
            Support::Attribute(at) => RecordedFact::Attribute(Attribute(evidence.attributes[at].clone())),
            Support::Identifier(at) => RecordedFact::Identifier(Identifier {
                identifier: evidence.identifiers[at].clone(),
                source: evidence.profile.source_id,
            }),
            Support::Judgement(at) => RecordedFact::Judgement(Judgement(evidence.judgements[at].clone())),
        };
        ctx.list(self.finding.evidence.iter().collect(), fact)
    }

    /// What is not recorded; null when the outcome is known.
    async fn missing(&self) -> Option<MissingFact> {
        self.finding.missing.map(Into::into)
    }

    /// What was found of the rules that it is made of, in their order; none for a single condition.
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        let child = |child: &Arc<eligibility::Finding>| Self {
            finding: child.clone(),
            of: self.of,
            evidence: self.evidence.clone(),
        };
        ctx.list(self.finding.children.iter().collect(), child)
    }
}

/// A recorded fact that a finding rests on.
#[derive(Union)]
pub(crate) enum RecordedFact {
    OrganizationRecord(OrganizationRecord),
    Site(Site),
    Activity(Activity),
    Attribute(Attribute),
    Identifier(Identifier),
    Judgement(Judgement),
}

/// The version of criteria that is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Version {
    /// The one in force.
    InForce,
    /// This one.
    Named(CriteriaId),
}

/// A version of criteria as it is applied, and as it is shown.
#[derive(Clone)]
pub(crate) struct Applied {
    /// As it was known at the point in time.
    pub(crate) known: Arc<criteria_profile::Model>,
    /// As the request knows it.
    pub(crate) shown: Row<criteria_profile::Model>,
}

impl Applied {
    /// Versions as they were known at some revision.
    pub(crate) async fn from_versions(
        ctx: &Context<'_>,
        known: Vec<criteria_profile::Model>,
        revision: Revision,
    ) -> Result<Vec<Self>> {
        let shown = Criteria::shown(ctx, known.clone(), revision).await?;
        let known = known.into_iter().map(Arc::new);
        Ok(known.zip(shown).map(|(known, shown)| Self { known, shown }).collect())
    }
}

impl Version {
    pub(crate) fn parse(id: Option<ID>) -> Result<Self> {
        id.map_or(Ok(Self::InForce), |id| CriteriaId::parse("criteria", &id).map(Self::Named))
    }

    /// The version of each of some clusters, where there is one by then. One that is named has to be a version of one of
    /// these, whenever it was recorded.
    pub(crate) async fn of_each(
        self,
        ctx: &Context<'_>,
        clusters: &[ClusterId],
        at: PointInTime,
    ) -> Result<HashMap<ClusterId, Applied>> {
        let known = match self {
            Self::InForce => domain::criteria::in_force(ctx.db(), clusters, at).await?.into_values().collect(),
            Self::Named(id) => {
                let versions = domain::criteria::by_ids(ctx.db(), &[id]).await?;
                let Some(version) = versions.iter().find(|version| clusters.contains(&version.cluster())) else {
                    let id = id.global();
                    let message = format!("`{}` is no version of the criteria of the cluster; ", id.as_str());
                    return Err(Error::input("criteria", message + "`criteriaVersions` lists them"));
                };
                version.known(at.revision).cloned().into_iter().collect()
            }
        };
        let applied = Applied::from_versions(ctx, known, at.revision).await?;
        Ok(applied.into_iter().map(|version| (version.known.cluster_id, version)).collect())
    }
}

/// Assesses an organization under a version for each of these, in order; `None` where there is no version, or where the
/// organization was not in the register by then. The number of statements does not depend on how many they are.
pub(crate) async fn assess(
    ctx: &Context<'_>,
    these: Vec<Option<(OrganizationId, Applied)>>,
    at: PointInTime,
) -> Result<Vec<Option<Assessment>>> {
    let db = ctx.db();
    let mut seen = HashSet::new();
    let versions: Vec<_> = these.iter().flatten().filter(|(_, version)| seen.insert(version.known.id)).collect();
    if versions.is_empty() {
        return Ok(vec![None; these.len()]);
    }
    let versions: Vec<_> = versions.into_iter().map(|(_, version)| (*version.known).clone()).collect();
    let asked = eligibility::criteria(db, &versions).await?;
    let mut clusters: Vec<_> = versions.iter().map(|version| version.cluster_id).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let sectors = Sectors::read(db, &clusters, at).await?;
    let mut ids: Vec<_> = these.iter().flatten().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let facts = eligibility::read(db, &ids, at).await?;
    let evidence = evidence(&facts, at);
    let assess = |(id, version): (OrganizationId, Applied)| {
        let (facts, criteria) = (facts.get(&id)?, &asked[&version.known.id]);
        let find = |rule| eligibility::Finding::assess(rule, criteria.cluster, facts, &sectors);
        let (finding, optional) = (find(&criteria.rule), criteria.optional.iter().map(find).collect());
        Some(Assessment { criteria: version.shown, finding, optional, evidence: evidence[&id].clone() })
    };
    Ok(these.into_iter().map(|these| these.and_then(assess)).collect())
}

/// The facts of all organizations as rows: those of one kind on one level, so that what they cite is read together.
fn evidence(
    facts: &HashMap<OrganizationId, eligibility::Evidence>,
    at: PointInTime,
) -> HashMap<OrganizationId, Arc<Evidence>> {
    macro_rules! rows {
        ($kind:ident) => {
            level::level(facts.values().flat_map(|facts| facts.$kind.clone()).collect()).into_iter()
        };
    }
    let mut profiles = level::level(facts.values().map(|facts| facts.profile.clone()).collect()).into_iter();
    let (mut sites, mut attributes, mut judgements) = (rows!(sites), rows!(attributes), rows!(judgements));
    let activities = facts.values().flat_map(|facts| &facts.activities);
    let activities = activities.map(|row| domain::organization::Activity::of_row(row, at)).collect();
    let mut activities = level::level(activities).into_iter();
    let identifier = |row: &organization_identifier::Model| domain::organization::Identifier {
        scheme: row.scheme,
        value: row.value.clone(),
    };
    let evidence = |(id, facts): (&OrganizationId, &eligibility::Evidence)| {
        let evidence = Evidence {
            profile: profiles.next().expect("a profile each"),
            sites: sites.by_ref().take(facts.sites.len()).collect(),
            activities: activities.by_ref().take(facts.activities.len()).collect(),
            attributes: attributes.by_ref().take(facts.attributes.len()).collect(),
            identifiers: facts.identifiers.iter().map(identifier).collect(),
            judgements: judgements.by_ref().take(facts.judgements.len()).collect(),
        };
        (*id, Arc::new(evidence))
    };
    facts.iter().map(evidence).collect()
}
