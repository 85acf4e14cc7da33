//! What a document asks for, before it is validated or executed: one walk over it, each fragment
//! once.
//!
//! The cost of a field is its price, times the rows around it. For example `{ clusters(first: 10) {
//! nodes { slug memberships(first: 50) { totalCount nodes { id } } } } }` costs 1 for the list, and
//! for each of 10 clusters 1 for itself, 1 for its slug and the cost of its memberships: 1 for the
//! list, 5 for their number, 2 for each of 50. That is 1 + 10 × (1 + 1 + 1 + 5 + 50 × 2).
//!
//! A fragment costs the same wherever it is spread, except for the size of the page around it. So
//! its measure has two parts, what it costs once and what it costs for each row of the page, and a
//! document of fragments that spread each other twice, thirty levels deep, is walked in thirty-one
//! steps.

use std::collections::HashMap;

use async_graphql::{
    Variables,
    parser::types::{ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};

use crate::graphql::{
    bounds::{
        limits::Limits,
        prices::{PageSize, Prices, Repeats},
    },
    request::error::{Error, Result},
};

/// What a part of a document asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Measure {
    /// The cost, whatever the page around it.
    cost: u64,
    /// The cost for each row of the page around it.
    per_row: u64,
    /// How deep its fields are nested.
    depth: usize,
    /// How deep its selections are nested, those of fragments with them.
    nesting: usize,
    /// The fields of the selection itself.
    fields: u64,
    aliases: u64,
    directives: u64,
}

impl Measure {
    /// Takes what stands beside it.
    fn add(&mut self, other: Self) {
        self.cost = self.cost.saturating_add(other.cost);
        self.per_row = self.per_row.saturating_add(other.per_row);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
    }
}

/// The cost of an operation of a document. Refuses what is over a limit, in the other operations
/// and in fragments that nobody spreads too: the library walks them all before it executes the one.
pub(crate) fn measure(
    prices: &Prices,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<u64> {
    for (name, value) in variables.iter() {
        text_fits(&format!("${name}"), longest_text(value), limits)?;
    }
    let conditions = variables.iter().map(|(name, value)| (name.as_str(), entries(value))).collect();
    let mut walk =
        Walk { prices, document, operation, variables, conditions, limits, fragments: HashMap::new(), measuring: 0 };
    for definition in &operation.variable_definitions {
        if let Some(default) = &definition.node.default_value {
            text_fits(&format!("${}", definition.node.name.node), longest_text(&default.node), limits)?;
        }
    }
    for (name, fragment) in &document.fragments {
        let fragment = walk.fragment(name, &fragment.node)?;
        check(Measure { cost: fragment.cost.saturating_add(fragment.per_row), ..fragment }, limits)?;
    }
    let mut cost = 0;
    for (_, other) in document.operations.iter() {
        let mut measure = walk.selection(&other.node.selection_set.node, Some("Query"))?;
        measure.directives = measure.directives.saturating_add(other.node.directives.len() as u64);
        check(measure, limits)?;
        if std::ptr::eq(&other.node, operation) {
            cost = measure.cost;
        }
    }
    Ok(cost)
}

/// How deep selections may be nested, those of fragments with them: the library's own limit.
const MAX_NESTING: usize = 32;

fn check(measure: Measure, limits: &Limits) -> Result<()> {
    let Measure { cost, depth, nesting, fields, aliases, directives, .. } = measure;
    let within = |found: u64, most: u64, shown: String, advice: &str| {
        if found <= most {
            return Ok(());
        }
        Err(Error::too_complex(format!("the document {shown}; the limit is {most}: {advice}")))
    };
    let several = "ask in several requests";
    let (depth, most) = (depth as u64, limits.max_depth as u64);
    within(depth, most, format!("nests fields {depth} deep"), "nest fewer")?;
    let (nesting, most) = (nesting as u64, MAX_NESTING as u64);
    within(nesting, most, format!("nests selections {nesting} deep, with its fragments"), "nest fewer")?;
    within(fields, limits.max_root_fields, format!("has {fields} fields side by side at its root"), several)?;
    within(aliases, limits.max_aliases, format!("has {aliases} aliases"), several)?;
    within(directives, limits.max_directives, format!("has {directives} directives"), "use fewer")?;
    within(cost, limits.max_cost, format!("costs {cost}"), "ask for smaller pages, or nest fewer lists")
}

struct Walk<'a> {
    prices: &'a Prices,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// How many conditions each variable brings, where it is a filter.
    conditions: HashMap<&'a str, u64>,
    limits: &'a Limits,
    /// The measures of the fragments met so far; nothing for one that is being measured.
    fragments: HashMap<&'a str, Option<Measure>>,
    /// How many fragments are being measured, each spread in the one before.
    measuring: usize,
}

impl<'a> Walk<'a> {
    /// A type can be unknown, since the document need not fit the schema: then every field costs 1.
    fn selection(&mut self, set: &'a SelectionSet, of: Option<&'a str>) -> Result<Measure> {
        let mut sum = Measure::default();
        for selection in &set.items {
            let directives = selection.node.directives().len() as u64;
            let mut part = match &selection.node {
                Selection::Field(field) => self.field(&field.node, of)?,
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    inside(self.selection(&fragment.node.selection_set.node, on.or(of))?)
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    match self.document.fragments.get_key_value(name) {
                        Some((name, fragment)) => inside(self.fragment(name, &fragment.node)?),
                        None => Measure::default(),
                    }
                }
            };
            part.directives = part.directives.saturating_add(directives);
            sum.add(part);
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, fragment: &'a FragmentDefinition) -> Result<Measure> {
        if let Some(known) = self.fragments.get(name) {
            // Validation refuses one that spreads itself.
            return Ok(known.unwrap_or_default());
        }
        if self.measuring > MAX_NESTING {
            let message = format!("fragments are spread in each other more than {MAX_NESTING} deep; nest fewer");
            return Err(Error::too_complex(message));
        }
        self.fragments.insert(name, None);
        self.measuring += 1;
        let measure = self.selection(&fragment.selection_set.node, Some(&fragment.type_condition.node.on.node))?;
        self.measuring -= 1;
        self.fragments.insert(name, Some(measure));
        Ok(measure)
    }

    fn field(&mut self, field: &'a Field, of: Option<&'a str>) -> Result<Measure> {
        for (argument, value) in &field.arguments {
            text_fits(&argument.node, longest_literal(&value.node), self.limits)?;
        }
        let prices = self.prices;
        let priced = of.and_then(|of| prices.of_field(of, &field.name.node));
        let inner = self.selection(&field.selection_set.node, priced.map(|priced| priced.to.as_str()))?;
        let price = priced.map_or(1, |priced| priced.price).saturating_add(self.conditions(field));
        let page = priced.filter(|_| inner.per_row > 0).map_or(0, |priced| self.page_size(field, priced.page));
        let each = inner.cost.saturating_add(page.saturating_mul(inner.per_row));
        let (cost, per_row) = match priced.map_or(Repeats::Once, |priced| priced.repeats) {
            Repeats::Once => (price.saturating_add(each), 0),
            Repeats::Times(length) => (price.saturating_add(length.saturating_mul(each.max(1))), 0),
            Repeats::Given(list) => (price.saturating_add(self.length_of(field, list).saturating_mul(each.max(1))), 0),
            Repeats::Page => (0, price.saturating_add(each)),
        };
        Ok(Measure {
            cost,
            per_row,
            depth: inner.depth + 1,
            nesting: inner.nesting + 1,
            fields: 1,
            aliases: inner.aliases.saturating_add(field.alias.is_some().into()),
            directives: inner.directives,
        })
    }

    /// The value of an argument; `None` where it is not given.
    fn argument(&self, field: &'a Field, name: &str) -> Option<Given<'_>> {
        let (_, value) = field.arguments.iter().find(|(argument, _)| argument.node == name)?;
        match &value.node {
            Value::Variable(variable) => {
                let given = self.variables.get(variable);
                let default = || {
                    let mut definitions = self.operation.variable_definitions.iter();
                    definitions.find(|found| found.node.name.node == *variable)?.node.default_value.as_ref()
                };
                given.or_else(|| default().map(|value| &value.node)).map(Given::Variable)
            }
            literal => Some(Given::Literal(literal)),
        }
    }

    /// How many rows the page of a list has at most. A size that is refused later counts as the
    /// largest.
    fn page_size(&self, field: &'a Field, page: PageSize) -> u64 {
        let size = |name: &&str| {
            let size = match self.argument(field, name)? {
                Given::Variable(ConstValue::Number(number)) | Given::Literal(Value::Number(number)) => number.as_u64(),
                Given::Variable(ConstValue::Null) | Given::Literal(Value::Null) => return None,
                _ => None,
            };
            Some(size.unwrap_or(u64::MAX))
        };
        page.arguments.iter().find_map(size).unwrap_or(page.default).min(page.most)
    }

    fn length_of(&self, field: &'a Field, list: &str) -> u64 {
        match self.argument(field, list) {
            Some(Given::Variable(ConstValue::List(values))) => values.len() as u64,
            Some(Given::Literal(Value::List(values))) => values.len() as u64,
            _ => 1,
        }
    }

    /// How many conditions a filter has.
    fn conditions(&self, field: &'a Field) -> u64 {
        let filter = field.arguments.iter().find(|(argument, _)| argument.node == "filter");
        match filter.map(|(_, value)| &value.node) {
            Some(Value::Variable(name)) => self.conditions.get(name.as_str()).copied().unwrap_or(0),
            Some(literal) => literal_entries(literal),
            None => 0,
        }
    }
}

/// A value as a variable brings it, or as the document writes it.
enum Given<'a> {
    Variable(&'a ConstValue),
    Literal(&'a Value),
}

/// What stands in a selection that is no field's. Each is a step for those who walk the document
/// without a memory of fragments.
fn inside(measure: Measure) -> Measure {
    Measure { cost: measure.cost.saturating_add(1), nesting: measure.nesting + 1, ..measure }
}

fn text_fits(argument: &str, bytes: usize, limits: &Limits) -> Result<()> {
    let most = limits.max_text_bytes;
    if bytes > most {
        return Err(Error::input(
            argument.to_owned(),
            format!("a text in `{argument}` has {bytes} bytes; at most {most} are read"),
        ));
    }
    Ok(())
}

fn longest_text(value: &ConstValue) -> usize {
    match value {
        ConstValue::String(text) => text.len(),
        ConstValue::List(values) => values.iter().map(longest_text).max().unwrap_or(0),
        ConstValue::Object(fields) => {
            fields.iter().map(|(name, value)| name.len().max(longest_text(value))).max().unwrap_or(0)
        }
        _ => 0,
    }
}

fn longest_literal(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::List(values) => values.iter().map(longest_literal).max().unwrap_or(0),
        Value::Object(fields) => fields.values().map(longest_literal).max().unwrap_or(0),
        _ => 0,
    }
}

fn entries(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(values) => values.iter().map(entries).sum(),
        ConstValue::Object(fields) => fields.values().map(|value| 1 + entries(value)).sum(),
        _ => 0,
    }
}

fn literal_entries(value: &Value) -> u64 {
    match value {
        Value::List(values) => values.iter().map(literal_entries).sum(),
        Value::Object(fields) => fields.values().map(|value| 1 + literal_entries(value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::graphql::types;

    fn cost_with(document: &str, variables: serde_json::Value) -> Result<u64> {
        let document = parse_query(document).expect("a document");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let variables = Variables::from_json(variables);
        measure(&Prices::from_registry(&types()), &document, &operation.node, &variables, &Limits::default())
    }

    fn cost(document: &str) -> u64 {
        cost_with(document, json!({})).expect("within the limits")
    }

    #[test]
    fn rows_cost_what_is_asked_of_each() {
        let asked = "{ clusters(first: 10) { nodes { slug memberships(first: 50) { totalCount nodes { id } } } } }";
        assert_eq!(cost(asked), 1 + 10 * (1 + 1 + 1 + 5 + 50 * 2));
        assert_eq!(cost("{ clusters { nodes { slug } } }"), 1 + 25 * 2, "a page has 25 rows by default");
        assert_eq!(cost("{ clusters(last: 7) { edges { node { slug } } } }"), 1 + 7 * 3);
        assert_eq!(cost("{ clusters { pageInfo { endCursor } } }"), 3, "a page that is not asked for");
        let groups = |limit| {
            cost(&format!("{{ statistics {{ breakdown(by: [SPHERE]{limit}) {{ rows {{ count {{ value }} }} }} }} }}"))
        };
        assert_eq!(groups(", limit: 7"), 1 + 100 + 7 * 3);
        assert_eq!(groups(""), 1 + 100 + 100 * 3, "a breakdown has 100 rows by default");
        assert_eq!(cost(r#"{ nodes(ids: ["a", "b", "c"]) { id } }"#), 1 + 3);
    }

    #[test]
    fn a_variable_costs_what_a_literal_costs() {
        let document = "query($first: Int = 10) { clusters(first: $first) { nodes { slug } } }";
        for (variables, size) in [(json!({}), 10), (json!({ "first": 3 }), 3), (json!({ "first": null }), 25)] {
            assert_eq!(cost_with(document, variables).expect("within"), 1 + size * 2);
        }
        let filtered = "query($f: ParticipationFilter) { memberships(filter: $f) { totalCount } }";
        let free = cost_with(filtered, json!({})).expect("within");
        assert_eq!(free, cost("{ memberships { totalCount } }"), "a filter that is not set costs nothing");
        let set = json!({ "f": { "or": [{ "status": ["ENDED"] }, { "sphere": ["PUBLIC"] }] } });
        let literal = "{ memberships(filter: { or: [{ status: [ENDED] }, { sphere: [PUBLIC] }] }) { totalCount } }";
        assert_eq!(cost_with(filtered, set).expect("within"), cost(literal));
        assert_eq!(cost(literal), free + 3);
    }

    #[test]
    fn a_fragment_costs_what_stands_in_it_wherever_it_is_spread() {
        let spread = "{ clusters(first: 9) { ...page } organizations(first: 4) { nodes { ...named } } }
            fragment page on ClusterConnection { nodes { slug } }
            fragment named on Organization { name municipality { name } }";
        // One more for each spread, once or for each row.
        assert_eq!(cost(spread), (1 + 1 + 9 * 2) + (1 + 4 * (1 + 1 + 1 + 2)));
        let inline = "{ organizations(first: 4) { nodes { name ... on Company { name } } } }";
        assert_eq!(cost(inline), 1 + 4 * (1 + 1 + 1 + 1), "through an interface");
    }

    #[test]
    fn what_is_over_a_limit_is_told_with_the_limit() {
        let aliases = |count: usize| (0..count).map(|at| format!("a{at}: slug ")).collect::<String>();
        let roots = "__typename ".repeat(201);
        let pages = "memberships(first: 100) { nodes { cluster { memberships(first: 100) { nodes { id } } } } }";
        for (document, told) in [
            (format!("{{ cluster {{ {} }} }}", aliases(501)), "has 501 aliases; the limit is 500"),
            (format!("{{ {roots} }}"), "has 201 fields side by side at its root; the limit is 200"),
            (format!("{{ a {} }}", "@skip(if: true) ".repeat(201)), "has 201 directives; the limit is 200"),
            (format!("{{ {}a{} }}", "a { ".repeat(16), "}".repeat(16)), "nests fields 17 deep; the limit is 16"),
            (format!("{{ clusters(first: 100) {{ nodes {{ {pages} }} }} }}"), "the limit is 500000"),
        ] {
            let error = async_graphql::Error::from(cost_with(&document, json!({})).expect_err("over a limit"));
            assert!(error.message.contains(told), "{}", error.message);
        }
    }

    #[test]
    fn fragments_that_multiply_are_measured_once_each() {
        let fragments: String =
            (0..30).map(|at| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }} ", at + 1)).collect();
        let bomb = format!("{{ ...f0 }} {fragments} fragment f30 on Query {{ __typename }}");
        assert!(cost_with(&bomb, json!({})).is_err());
        let cycle = format!("{{ ...f0 }} {fragments} fragment f30 on Query {{ ...f0 }}");
        assert!(cost_with(&cycle, json!({})).is_err());
    }
}
