//! What each field costs: its price, and how often what it answers is there.
//!
//! Most fields cost 1, and what they answer is there once. What is counted over many rows is dear;
//! lists without pages are as long as such a list usually is, the schema's own included.

use std::collections::HashMap;

use async_graphql::registry::{MetaType, Registry};
use foldhash::fast::RandomState;

use crate::graphql::{
    request::pagination,
    statistics::{breakdown, series},
};

/// The prices of all fields.
#[derive(Debug)]
pub(crate) struct Prices(HashMap<String, HashMap<String, Priced, RandomState>, RandomState>);

/// A field with its price.
#[derive(Debug)]
pub(crate) struct Priced {
    pub(crate) price: u64,
    /// The type it answers.
    pub(crate) to: String,
    pub(crate) repeats: Repeats,
    /// How large the page is that it answers, where it answers one.
    pub(crate) page: PageSize,
}

/// How the size of a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageSize {
    /// One of these arguments gives the size.
    pub(crate) arguments: &'static [&'static str],
    /// Without any.
    pub(crate) default: u64,
    pub(crate) most: u64,
}

/// The pages of connections.
const PAGE: PageSize = PageSize {
    arguments: &["first", "last"],
    default: pagination::DEFAULT_SIZE.unsigned_abs() as u64,
    most: pagination::MAX_SIZE.unsigned_abs() as u64,
};

/// The rows of breakdowns.
const GROUPS: PageSize = PageSize {
    arguments: &["limit"],
    default: breakdown::DEFAULT_LIMIT.unsigned_abs() as u64,
    most: breakdown::MAX_LIMIT.unsigned_abs() as u64,
};

/// The groups of series.
const LINES: PageSize = PageSize { default: series::DEFAULT_LIMIT.unsigned_abs() as u64, ..GROUPS };

/// How often what a field answers is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// The field's answer is there once.
    Once,
    /// So often, for what is known of it beforehand.
    Times(u64),
    /// As often as the page has rows that it is a field of.
    Page,
    /// As often as the list that is its argument has values.
    Given(&'static str),
}

/// How long a list without pages is taken to be: few have more.
const LIST: u64 = 4;

/// Lists whose usual length is another.
const LENGTHS: [(&str, &str, u64); 22] = [
    ("Query", "municipalities", 19),
    ("Statistics", "flow", 50),
    ("Vocabulary", "sets", 35),
    ("Vocabulary", "terms", 20),
    ("Series", "days", 50),
    ("Series", "rows", 250),
    ("SeriesTotal", "counts", 50),
    ("SeriesGroup", "counts", 50),
    ("Statistics", "retention", 10),
    ("Cohort", "retained", 10),
    // The schema as it tells of itself.
    ("__Schema", "types", 180),
    ("__Schema", "directives", 6),
    ("__Type", "fields", 12),
    ("__Type", "inputFields", 3),
    ("__Type", "interfaces", 2),
    ("__Type", "possibleTypes", 2),
    ("__Type", "enumValues", 2),
    ("__Field", "args", 2),
    ("__Directive", "args", 2),
    ("__Directive", "locations", 3),
    ("Membership", "referrals", 2),
    ("Cluster", "services", 4),
];

/// What is counted over many rows, or decided for many organizations.
const DEAR: [(&str, u64); 16] = [
    ("headcount", 10),
    ("breakdown", 100),
    ("series", 200),
    ("flow", 100),
    ("changes", 100),
    ("exits", 20),
    ("composition", 20),
    ("retention", 100),
    ("registry", 10),
    ("eligibility", 20),
    ("impact", 200),
    ("prospects", 100),
    ("atRisk", 100),
    ("findings", 20),
    ("deciding", 20),
    ("totalCount", 5),
];

impl Prices {
    /// The field of a type; `None` where the type has no such field.
    pub(crate) fn of_field(&self, of: &str, field: &str) -> Option<&Priced> {
        self.0.get(of)?.get(field)
    }

    /// The prices of the fields of a schema.
    pub(crate) fn from_registry(registry: &Registry) -> Self {
        let mut types: HashMap<_, HashMap<_, _, _>, _> = registry
            .types
            .values()
            .filter_map(|found| match found {
                MetaType::Object { name, fields, .. } | MetaType::Interface { name, fields, .. } => {
                    Some((name.clone(), fields))
                }
                _ => None,
            })
            .map(|(of, fields)| {
                let priced = fields.values().map(|field| (field.name.clone(), priced(&of, &field.name, &field.ty)));
                (of.clone(), priced.collect::<HashMap<_, _, RandomState>>())
            })
            .collect();
        for (of, field, to) in INTROSPECTION {
            types.entry((*of).to_owned()).or_default().insert((*field).to_owned(), priced(of, field, to));
        }
        Self(types)
    }
}

/// The fields that a schema tells of itself by, and that lead to others.
const INTROSPECTION: &[(&str, &str, &str)] = &[
    ("Query", "__schema", "__Schema"),
    ("Query", "__type", "__Type"),
    ("__Schema", "types", "[__Type]"),
    ("__Schema", "queryType", "__Type"),
    ("__Schema", "mutationType", "__Type"),
    ("__Schema", "subscriptionType", "__Type"),
    ("__Schema", "directives", "[__Directive]"),
    ("__Type", "fields", "[__Field]"),
    ("__Type", "inputFields", "[__InputValue]"),
    ("__Type", "interfaces", "[__Type]"),
    ("__Type", "possibleTypes", "[__Type]"),
    ("__Type", "enumValues", "[__EnumValue]"),
    ("__Type", "ofType", "__Type"),
    ("__Field", "args", "[__InputValue]"),
    ("__Field", "type", "__Type"),
    ("__InputValue", "type", "__Type"),
    ("__Directive", "args", "[__InputValue]"),
    ("__Directive", "locations", "[__DirectiveLocation]"),
];

fn priced(of: &str, field: &str, to: &str) -> Priced {
    let is_row_of_connection = of.ends_with("Connection") && matches!(field, "nodes" | "edges");
    let is_row_of_page = is_row_of_connection || [("Breakdown", "rows"), ("Series", "groups")].contains(&(of, field));
    let length = LENGTHS.iter().find(|(list, name, _)| *list == of && *name == field).map(|(_, _, length)| *length);
    let repeats = match (of, field) {
        _ if is_row_of_page => Repeats::Page,
        ("Query", "nodes") => Repeats::Given("ids"),
        _ if to.starts_with('[') => Repeats::Times(length.unwrap_or(LIST)),
        _ => Repeats::Once,
    };
    let price = DEAR.iter().find(|(dear, _)| *dear == field).map_or(1, |(_, price)| *price);
    let to = to.trim_matches(['[', ']', '!']).to_owned();
    let page = match to.as_str() {
        "Breakdown" => GROUPS,
        "Series" => LINES,
        _ => PAGE,
    };
    Priced { price, to, repeats, page }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::types;

    #[test]
    fn every_field_with_a_price_or_a_length_of_its_own_is_in_the_schema() {
        let Prices(types) = Prices::from_registry(&types());
        for (field, _) in DEAR {
            assert!(types.values().any(|fields| fields.contains_key(field)), "{field}");
        }
        for (of, field, _) in LENGTHS.iter().filter(|(of, ..)| !of.starts_with("__")) {
            assert!(types.get(*of).is_some_and(|fields| fields.contains_key(*field)), "{of}.{field}");
        }
    }
}
