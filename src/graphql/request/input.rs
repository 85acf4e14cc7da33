//! Whether a value is what an input type takes, as
//! <https://spec.graphql.org/September2025/#sec-Coercing-Variable-Values> has it.

use async_graphql::{
    Value,
    registry::{MetaType, Registry},
};

/// Whether a value is one of a type, which is written as in the schema. Texts of dates and numbers
/// are left to those who read them.
pub(crate) fn fits(types: &Registry, kind: &str, value: &Value) -> bool {
    if let Some(kind) = kind.strip_suffix('!') {
        return *value != Value::Null && fits(types, kind, value);
    }
    if *value == Value::Null {
        return true;
    }
    if let Some(of) = kind.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
        return match value {
            Value::List(items) => items.iter().all(|item| fits(types, of, item)),
            item => fits(types, of, item),
        };
    }
    match (types.types.get(kind), value) {
        (Some(MetaType::Scalar { is_valid, .. }), value) => is_valid.as_ref().is_none_or(|is_valid| is_valid(value)),
        (Some(MetaType::Enum { enum_values, .. }), Value::String(word)) => enum_values.contains_key(word.as_str()),
        (Some(MetaType::Enum { enum_values, .. }), Value::Enum(word)) => enum_values.contains_key(word.as_str()),
        (Some(MetaType::InputObject { input_fields, oneof, .. }), Value::Object(given)) => {
            let are_known = given.keys().all(|name| input_fields.contains_key(name.as_str()));
            let fit = input_fields.values().all(|field| match given.get(field.name.as_str()) {
                Some(value) => fits(types, &field.ty, value),
                None => !field.ty.ends_with('!') || field.default_value.is_some(),
            });
            let is_one = !oneof || (given.len() == 1 && given.values().all(|value| *value != Value::Null));
            are_known && fit && is_one
        }
        _ => false,
    }
}
