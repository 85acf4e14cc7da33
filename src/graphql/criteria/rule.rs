//! Rules of entry criteria: a tree that a client can walk.

use async_graphql::{Context, Object};
use entity::{
    id::ClusterId,
    rule::{self, ActivityUnder},
};

use crate::{
    domain::{
        reference::REFERENCE,
        term::{TermKind, Terms},
    },
    graphql::{
        organization::{
            filter::{Scheme, Sphere},
            kinds::SizeClass,
        },
        reference::{ActivityClass, Municipality, NaceVersion},
        request::{basis::ContextExt, error::Result, interface::interface, language::Language},
    },
    words::{self, Names},
};

/// The types of rules. Each has a description; what else it has stands with it.
macro_rules! rules {
    ($($(#[doc = $doc:tt])+ $name:ident($asked:ty) { $($fields:tt)* })+) => {$(
        pub(crate) struct $name {
            rule: rule::Rule,
            /// Whose rule it is.
            of: ClusterId,
            asked: $asked,
        }

        $(#[doc = $doc])+
        #[Object]
        impl $name {
            /// What it asks, in words that end a sentence about an organization.
            async fn description(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Default: English.", default)] language: Language,
            ) -> Result<String> {
                let terms = ctx.basis().terms().await?;
                Ok(words::described(&self.rule, &names(ctx, &terms, self.of), language.into()))
            }

            $($fields)*
        }
    )+};
}

rules! {
    /// Every one of several rules must be met. Without any rule it is met.
    AllRule(Vec<rule::Rule>) {
        /// The rules, in the order of the criteria.
        async fn rules(&self, ctx: &Context<'_>) -> Result<Vec<Rule>> {
            ctx.list(self.asked.iter().collect(), |rule| Rule::from_rule(rule, self.of))
        }
    }

    /// At least one of several rules must be met. Without any rule it is not met.
    AnyRule(Vec<rule::Rule>) {
        /// The rules, in the order of the criteria.
        async fn rules(&self, ctx: &Context<'_>) -> Result<Vec<Rule>> {
            ctx.list(self.asked.iter().collect(), |rule| Rule::from_rule(rule, self.of))
        }
    }

    /// A rule must not be met. Where that is unknown, so is this.
    NotRule(rule::Rule) {
        /// The rule.
        async fn rule(&self) -> Rule {
            Rule::from_rule(&self.asked, self.of)
        }
    }

    /// The organization belongs to one of several spheres. Never unknown.
    SphereRule(Vec<entity::organization_profile::Sphere>) {
        /// The spheres.
        async fn spheres(&self) -> Vec<Sphere> {
            self.asked.iter().map(|sphere| (*sphere).into()).collect()
        }
    }

    /// It has a site in one of some municipalities. Unknown when no site is recorded, or when none is in one of them and
    /// the municipality of one is not recorded: a postal code can belong to several.
    MunicipalityRule(Vec<String>) {
        /// The municipalities.
        async fn municipalities(&self) -> Vec<Municipality> {
            self.asked.iter().filter_map(|nis| Municipality::of_nis(nis)).collect()
        }
    }

    /// It has an activity under one of some classes of one version of the classification. Unknown when no activity is
    /// recorded, or when none is under one of them and one is recorded in another version: a code means different things in
    /// different versions, and the register holds no correspondence of them.
    ActivityRule(ActivityUnder) {
        /// The version of the classification.
        async fn version(&self) -> NaceVersion {
            self.asked.version.into()
        }

        /// The codes of the classes as they are written; everything under them counts.
        async fn codes(&self) -> Vec<String> {
            let class = |code: &String| REFERENCE.class(self.asked.version, code);
            let dotted = |code: &String| class(code).map_or(code.clone(), |class| REFERENCE.dotted(class).to_owned());
            self.asked.under.iter().map(dotted).collect()
        }

        /// The classes.
        async fn classes(&self, ctx: &Context<'_>) -> Result<Vec<ActivityClass>> {
            ctx.basis().hold(self.asked.under.len())?;
            let class = |code: &String| ActivityClass::of_recorded(self.asked.version, code);
            Ok(self.asked.under.iter().map(class).collect())
        }
    }

    /// It has an activity of one of some sectors of the cluster. Unknown when no activity is recorded, or when none is of
    /// one of them and the register does not say which activities of the version of one belong to each.
    SectorRule(Vec<String>) {
        /// The codes of the sectors.
        async fn sectors(&self) -> &[String] {
            &self.asked
        }
    }

    /// A source asserts an attribute, and none denies it. Unknown when none does either, or when they contradict each other.
    AttributeRule(String) {
        /// The code of the attribute.
        async fn attribute(&self) -> &str {
            &self.asked
        }

        /// What the attribute is called; its code where no source says so.
        async fn label(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Default: English.", default)] language: Language,
        ) -> Result<String> {
            label(ctx, TermKind::Attribute, None, &self.asked, language).await
        }
    }

    /// It has an identifier of a scheme. Unknown when none is recorded: none has to be.
    IdentifierRule(entity::organization_identifier::Scheme) {
        /// The register that gives it.
        async fn scheme(&self) -> Scheme {
            self.asked.into()
        }
    }

    /// It is a company of a given size or a smaller one. Unknown for a company whose size is not recorded.
    SizeRule(entity::organization_profile::SizeClass) {
        /// The largest size.
        async fn at_most(&self) -> SizeClass {
            self.asked.into()
        }
    }

    /// The cluster found it so: a human judgement, recorded. Unknown when none is recorded, or when it could not be
    /// established.
    AssessedRule(String) {
        /// The code of what the cluster looks at.
        async fn code(&self) -> &str {
            &self.asked
        }

        /// What it is called; its code where no source says so.
        async fn label(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Default: English.", default)] language: Language,
        ) -> Result<String> {
            label(ctx, TermKind::Judgement, Some(self.of), &self.asked, language).await
        }
    }
}

/// What the codes in the rules of a cluster are called.
pub(crate) fn names<'a>(ctx: &'a Context<'_>, terms: &'a Terms, cluster: ClusterId) -> Names<'a> {
    Names { terms, image: ctx.image(), cluster, revision: ctx.basis().revision() }
}

/// What a code is called; itself where no source says so.
pub(crate) async fn label(
    ctx: &Context<'_>,
    kind: TermKind,
    cluster: Option<ClusterId>,
    code: &str,
    language: Language,
) -> Result<String> {
    let terms = ctx.basis().terms().await?;
    Ok(terms.label(kind, cluster, code, language.into()).unwrap_or(code).to_owned())
}

/// Something that criteria ask of an organization.
#[expect(clippy::enum_variant_names, reason = "they are named after the types of the schema")]
pub(crate) enum Rule {
    AllRule(AllRule),
    AnyRule(AnyRule),
    NotRule(NotRule),
    SphereRule(SphereRule),
    MunicipalityRule(MunicipalityRule),
    ActivityRule(ActivityRule),
    SectorRule(SectorRule),
    AttributeRule(AttributeRule),
    IdentifierRule(IdentifierRule),
    SizeRule(SizeRule),
    AssessedRule(AssessedRule),
}

impl Rule {
    const FIELDS: Option<&[&str]> = Some(&["description"]);

    pub(crate) fn from_rule(rule: &rule::Rule, of: ClusterId) -> Self {
        let rule = rule.clone();
        macro_rules! of {
            ($name:ident, $asked:expr) => {{
                let asked = $asked;
                Self::$name($name { rule, of, asked })
            }};
        }
        match &rule {
            rule::Rule::All(rules) => of!(AllRule, rules.clone()),
            rule::Rule::Any(rules) => of!(AnyRule, rules.clone()),
            rule::Rule::Not(part) => of!(NotRule, (**part).clone()),
            rule::Rule::Sphere(spheres) => of!(SphereRule, spheres.clone()),
            rule::Rule::Municipality(codes) => of!(MunicipalityRule, codes.clone()),
            rule::Rule::Activity(activity) => of!(ActivityRule, activity.clone()),
            rule::Rule::Sector(codes) => of!(SectorRule, codes.clone()),
            rule::Rule::Attribute(code) => of!(AttributeRule, code.clone()),
            rule::Rule::Identifier(scheme) => of!(IdentifierRule, *scheme),
            rule::Rule::SizeAtMost(size) => of!(SizeRule, *size),
            rule::Rule::Assessed(code) => of!(AssessedRule, code.clone()),
        }
    }
}

interface!(
    Rule,
    "Something that criteria ask of an organization: a tree of conditions over what is recorded of it. Each is met, not met, or unknown.",
    fields: SphereRule,
    AllRule,
    AnyRule,
    NotRule,
    SphereRule,
    MunicipalityRule,
    ActivityRule,
    SectorRule,
    AttributeRule,
    IdentifierRule,
    SizeRule,
    AssessedRule,
);
