//! The versions of a cluster's criteria side by side, what changed marked; who gains and who loses;
//! and for every member what would decide.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    answered::{List, Named, Source, Total},
    layout, published,
    shown::{Shown, Unreadable},
    table::{Column, wide_table},
    texts,
    view::{Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View = View {
    path: &["c", "*", "criteria"],
    operation: |_| "criteria",
    parameters: asked,
    tables: &["eligibility"],
    write,
};

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    parameters(address, &[("cluster", request.name), ("language", address.locale.value())], &[], &[])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    name: String,
    in_force: Option<InForce>,
    criteria_versions: Vec<Version>,
    memberships: List<Member>,
}

#[derive(Deserialize)]
struct InForce {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    id: String,
    version: i64,
    label: Option<String>,
    state: String,
    valid_from: String,
    valid_to: Option<String>,
    rationale: Option<String>,
    rule: Rule,
    optional_rules: Vec<Rule>,
    source: Source,
    impact: Option<Impact>,
}

#[derive(Deserialize)]
struct Rule {
    description: String,
    rules: Option<Vec<Rule>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Impact {
    compared_with: Compared,
    gained: List<Changed>,
    lost: List<Changed>,
    undetermined: List<Changed>,
    unchanged: Total,
}

#[derive(Deserialize)]
struct Compared {
    version: i64,
}

#[derive(Deserialize)]
struct Changed {
    organization: Named,
}

#[derive(Deserialize)]
struct Member {
    status: Option<String>,
    organization: Assessed,
}

#[derive(Deserialize)]
struct Assessed {
    #[serde(flatten)]
    named: Named,
    eligibility: Option<Assessment>,
}

#[derive(Deserialize)]
struct Assessment {
    verdict: String,
    deciding: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    explanation: String,
    missing: Option<String>,
}

impl Version {
    /// What it requires, condition by condition.
    fn conditions(&self) -> Vec<&str> {
        match &self.rule.rules {
            Some(rules) => rules.iter().map(|rule| rule.description.as_str()).collect(),
            None => vec![&self.rule.description],
        }
    }
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    let in_force = cluster.in_force.as_ref().map(|criteria| criteria.id.as_str());
    let before = std::iter::once(None).chain(cluster.criteria_versions.iter().map(Some));
    let title = shown.fill(texts::CRITERIA_OF, &[("name", &cluster.name)]);
    let main = html! {
        (ways(shown, shown.name))
        @if cluster.criteria_versions.is_empty() { p { (shown.say(texts::NO_CRITERIA)) } }
        div class="versions" {
            @for (version, before) in cluster.criteria_versions.iter().zip(before) {
                (side(shown, version, before, in_force == Some(&version.id)))
            }
        }
        @for version in &cluster.criteria_versions {
            @if let Some(impact) = &version.impact { (effect(shown, version, impact)) }
        }
        @if in_force.is_some() { (verdicts(shown, &cluster.memberships)) }
    };
    Ok(Some(Page { title, main, plots: Vec::new(), has_date: true }))
}

/// One version, with what it asks that the one before did not, and what it no longer asks.
fn side(shown: &Shown<'_>, version: &Version, before: Option<&Version>, is_in_force: bool) -> Markup {
    let now = version.conditions();
    let earlier = before.map(Version::conditions).unwrap_or_default();
    let gone = earlier.iter().filter(|condition| !now.contains(condition));
    let day = |stated: &str| shown.locale().day(stated);
    let valid = match &version.valid_to {
        Some(to) => shown.fill(texts::BETWEEN, &[("from", &day(&version.valid_from)), ("to", &day(to))]),
        None => shown.fill(texts::SINCE, &[("day", &shown.locale().on(&version.valid_from))]),
    };
    html! {
        section class="version" {
            h2 { bdi { (shown.version(version.version, version.label.as_deref())) } }
            p {
                (valid) ", " (shown.label("CriteriaState", &version.state))
                @if is_in_force { ". " strong { (shown.say(texts::IN_FORCE)) } }
            }
            h3 { (shown.say(texts::REQUIRED)) }
            ul {
                @for condition in &now {
                    @if before.is_some() && !earlier.contains(condition) {
                        li class="added" { span class="change" { (shown.say(texts::NEW)) } " " ins { (condition) } }
                    } @else {
                        li { (condition) }
                    }
                }
                @for condition in gone {
                    li class="gone" { span class="change" { (shown.say(texts::NO_LONGER)) } " " del { (condition) } }
                }
            }
            @if !version.optional_rules.is_empty() {
                h3 { (shown.say(texts::OPTIONAL)) }
                ul { @for rule in &version.optional_rules { li { (rule.description) } } }
            }
            @if let Some(rationale) = &version.rationale { p { bdi { (rationale) } } }
            p { (shown.say(texts::SOURCE)) (shown.locale().colon()) (published::source(shown, &version.source)) }
        }
    }
}

/// Who gains and who loses by a version.
fn effect(shown: &Shown<'_>, version: &Version, impact: &Impact) -> Markup {
    let integer = |number| shown.locale().integer(number);
    let (number, before) = (integer(version.version), integer(impact.compared_with.version));
    let groups =
        [(texts::GAINED, &impact.gained), (texts::LOST, &impact.lost), (texts::UNDETERMINED, &impact.undetermined)];
    html! {
        section {
            h2 { (shown.fill(texts::IMPACT, &[("n", &number), ("before", &before)])) }
            @for (text, list) in groups {
                @let count = integer(list.total_count);
                details class="rows" {
                    summary { (shown.fill(text, &[("n", &count)])) }
                    ul class="names" {
                        @for changed in &list.nodes {
                            li {
                                (shown.organization(&changed.organization))
                            }
                        }
                        @if list.total_count > list.nodes.len() as i64 {
                            li { (shown.fill(texts::AND_MORE, &[("n", &integer(list.total_count - list.nodes.len() as i64))])) }
                        }
                    }
                }
            }
            p { (shown.fill(texts::UNCHANGED, &[("n", &integer(impact.unchanged.total_count))])) }
        }
    }
}

/// Whether each member meets the criteria in force, and what would decide.
fn verdicts(shown: &Shown<'_>, members: &List<Member>) -> Markup {
    let number = shown.locale().integer(members.total_count);
    let caption = shown.fill(texts::VERDICTS, &[("n", &number)]);
    html! {
        section {
            h2 { (shown.say(texts::MEMBER_BY_MEMBER)) }
            (wide_table(shown, &caption, &[Column::Words(texts::ORGANIZATION), Column::Words(texts::STATUS), Column::Words(texts::VERDICT), Column::Words(texts::DECIDES)], &html! { @for member in &members.nodes { (verdict(shown, member)) } }))
            (layout::more(shown, &members.page_info))
        }
    }
}

fn verdict(shown: &Shown<'_>, member: &Member) -> Markup {
    let Assessed { named, eligibility } = &member.organization;
    html! {
        tr {
            th scope="row" { (shown.organization(named)) }
            td { @if let Some(status) = &member.status { (shown.label("MembershipStatus", status)) } }
            @if let Some(Assessment { verdict, deciding }) = eligibility {
                td { (shown.label("Verdict", verdict)) }
                td {
                    ul {
                        @for finding in deciding {
                            li {
                                bdi { (finding.explanation) }
                                @if let Some(missing) = &finding.missing {
                                    " (" (shown.say(texts::MISSING_FACT)) " " (shown.label("MissingFact", missing)) ")"
                                }
                            }
                        }
                    }
                }
            } @else { td {} td {} }
        }
    }
}
