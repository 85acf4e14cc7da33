//! What a criterion asks, as a typed tree.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use crate::{
    NaceVersion,
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
};

/// An entry rule of a cluster: a tree of conditions over the facts recorded of an organization.
///
/// Stored as JSON with the leaf's name as its only key, such as `{"any": [{"sphere": ["company"]},
/// {"attribute": "works_material"}]}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Every rule of the list.
    All(Vec<Rule>),
    /// At least one rule of the list.
    Any(Vec<Rule>),
    /// The contrary of the rule.
    Not(Box<Rule>),
    /// The organization belongs to one of these spheres.
    Sphere(Vec<Sphere>),
    /// It has a site in one of these municipalities (NIS codes).
    Municipality(Vec<String>),
    /// It has an activity under one of these NACE-BEL codes.
    Activity(ActivityUnder),
    /// It has an activity of one of these sectors of the cluster (codes).
    Sector(Vec<String>),
    /// The attribute is recorded as true.
    Attribute(String),
    /// It has an identifier of this scheme.
    Identifier(Scheme),
    /// It is a company of this size class or a smaller one.
    SizeAtMost(SizeClass),
    /// The cluster found it so: its judgement under this code is recorded as true.
    Assessed(String),
}

impl Rule {
    /// The rules that it is made of, in their order; of a leaf none.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All(rules) | Self::Any(rules) => rules,
            Self::Not(rule) => std::slice::from_ref(&**rule),
            _ => &[],
        }
    }
}

/// Activity codes of one version of the classification; a code means different things in different versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityUnder {
    /// The version the codes belong to.
    pub version: NaceVersion,
    /// Codes at any level; everything under them counts.
    pub under: Vec<String>,
}
