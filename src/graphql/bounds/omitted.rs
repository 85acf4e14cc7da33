//! Arguments whose variable has no value: they count as not written, so that their defaults hold, as
//! <https://spec.graphql.org/September2025/#sec-Coercing-Field-Arguments> has it.
//!
//! The library reads null in their place. Where the argument has a default in the schema that is another answer, so that
//! it is taken out of the document.

use std::collections::HashSet;

use async_graphql::{
    Name, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
    registry::{MetaType, Registry},
};
use async_graphql_value::Value;

/// The names of arguments that have a default in some field of a schema.
pub(crate) fn with_defaults(types: &Registry) -> HashSet<String> {
    let fields = types.types.values().filter_map(|found| match found {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => Some(fields.values()),
        _ => None,
    });
    let arguments = fields.flatten().flat_map(|field| field.args.values());
    arguments.filter(|argument| argument.default_value.is_some()).map(|argument| argument.name.clone()).collect()
}

/// Takes such arguments out of a document, and the variables that nothing else reads; says whether there were any.
pub(crate) fn take_out(
    document: &mut ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    with_defaults: &HashSet<String>,
) -> bool {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    let missing = definitions.filter(|one| one.default_value.is_none() && !variables.contains_key(&one.name.node));
    let missing: HashSet<Name> = missing.map(|one| one.name.node.clone()).collect();
    if missing.is_empty() {
        return false;
    }
    let is_omitted = |name: &Name, value: &Value| {
        with_defaults.contains(name.as_str())
            && matches!(value, Value::Variable(variable) if missing.contains(variable))
    };
    let mut were_any = false;
    each_field(document, &mut |field| {
        let count = field.arguments.len();
        field.arguments.retain(|(name, value)| !is_omitted(&name.node, &value.node));
        were_any |= field.arguments.len() < count;
    });
    if were_any {
        let mut read = HashSet::new();
        each_field(document, &mut |field| {
            let directives = field.directives.iter().flat_map(|directive| &directive.node.arguments);
            field.arguments.iter().chain(directives).for_each(|(_, value)| variables_in(&value.node, &mut read));
        });
        for operation in operations(document) {
            operation.variable_definitions.retain(|definition| {
                let name = &definition.node.name.node;
                !missing.contains(name) || read.contains(name)
            });
        }
    }
    were_any
}

fn operations(document: &mut ExecutableDocument) -> impl Iterator<Item = &mut OperationDefinition> {
    use async_graphql::parser::types::DocumentOperations::{Multiple, Single};
    let (one, many) = match &mut document.operations {
        Single(operation) => (Some(&mut operation.node), None),
        Multiple(operations) => (None, Some(operations.values_mut().map(|operation| &mut operation.node))),
    };
    one.into_iter().chain(many.into_iter().flatten())
}

fn each_field(document: &mut ExecutableDocument, visit: &mut impl FnMut(&mut Field)) {
    operations(document).for_each(|operation| each_in(&mut operation.selection_set.node, visit));
    document.fragments.values_mut().for_each(|fragment| each_in(&mut fragment.node.selection_set.node, visit));
}

fn each_in(set: &mut SelectionSet, visit: &mut impl FnMut(&mut Field)) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                visit(&mut field.node);
                each_in(&mut field.node.selection_set.node, visit);
            }
            Selection::InlineFragment(fragment) => each_in(&mut fragment.node.selection_set.node, visit),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn variables_in(value: &Value, found: &mut HashSet<Name>) {
    match value {
        Value::Variable(name) => {
            found.insert(name.clone());
        }
        Value::List(items) => items.iter().for_each(|item| variables_in(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| variables_in(field, found)),
        _ => {}
    }
}
