//! The form of the file of criteria: versions with their rules, as JSON.

use entity::{Labels, PartialDate, criteria_profile::CriteriaState, rule::Rule};
use serde::{Deserialize, Serialize};

/// A version as the file states it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub(crate) cluster: String,
    pub(crate) version: i32,
    pub(crate) state: CriteriaState,
    #[serde(default)]
    pub(crate) label: Labels,
    #[serde(default)]
    pub(crate) rationale: Labels,
    pub(crate) from: PartialDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<PartialDate>,
    pub(crate) source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<String>,
    pub(crate) criteria: Vec<Criterion>,
}

/// One of a version's criteria.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Criterion {
    #[serde(default = "yes")]
    pub(crate) required: bool,
    pub(crate) rule: Rule,
}

fn yes() -> bool {
    true
}
