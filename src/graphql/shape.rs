//! What an answer to a document looks like, as a JSON Schema: the fields that are asked for, with
//! their types and descriptions in the schema.

use async_graphql::{
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
    registry::{MetaType, Registry},
};
use serde_json::{Map, Value, json};

/// The JSON Schema of the `data` of an operation.
pub(super) fn of(registry: &Registry, document: &ExecutableDocument, set: &SelectionSet) -> Value {
    Read { registry, document }.object(set, "Query")
}

struct Read<'a> {
    registry: &'a Registry,
    document: &'a ExecutableDocument,
}

/// The fields of an object as they are found.
#[derive(Default)]
struct Found {
    properties: Map<String, Value>,
    /// Those that every such object has.
    required: Vec<String>,
}

impl Read<'_> {
    fn object(&self, set: &SelectionSet, of: &str) -> Value {
        let mut found = Found::default();
        self.fields(set, of, true, &mut found);
        let Found { properties, required } = found;
        json!({ "type": "object", "properties": properties, "required": required })
    }

    /// The fields of a selection; `is_sure` where every object has them, whatever its type.
    fn fields(&self, set: &SelectionSet, of: &str, is_sure: bool, found: &mut Found) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let key = field.alias.as_ref().unwrap_or(&field.name).node.to_string();
                    if is_sure && field.directives.is_empty() && !found.required.contains(&key) {
                        found.required.push(key.clone());
                    }
                    let schema = self.field(field, of);
                    match found.properties.get_mut(&key) {
                        Some(known) => merge(known, schema),
                        None => {
                            found.properties.insert(key, schema);
                        }
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    let is_sure = is_sure && on.is_none_or(|on| on == of) && fragment.node.directives.is_empty();
                    self.fields(&fragment.node.selection_set.node, on.unwrap_or(of), is_sure, found);
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else { continue };
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    let is_sure = is_sure && on == of && spread.node.directives.is_empty();
                    self.fields(&fragment.node.selection_set.node, on, is_sure, found);
                }
            }
        }
    }

    fn field(&self, field: &Field, of: &str) -> Value {
        if field.name.node == "__typename" {
            return json!({ "type": "string", "description": "The name of the type." });
        }
        let known = self.registry.types.get(of).and_then(|of| of.field_by_name(&field.name.node));
        let Some(known) = known else { return json!({}) };
        let mut schema = self.value(&known.ty, &field.selection_set.node);
        if let Some(description) = &known.description {
            schema["description"] = description.split_whitespace().collect::<Vec<_>>().join(" ").into();
        }
        schema
    }

    /// Of a type as the schema writes it.
    fn value(&self, kind: &str, set: &SelectionSet) -> Value {
        if let Some(kind) = kind.strip_suffix('!') {
            return match kind.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
                Some(of) => json!({ "type": "array", "items": self.value(of, set) }),
                None => self.named(kind, set),
            };
        }
        let mut schema = self.value(&format!("{kind}!"), set);
        let kind = schema["type"].take();
        schema["type"] = json!([kind, "null"]);
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
        schema
    }

    fn named(&self, name: &str, set: &SelectionSet) -> Value {
        match (name, self.registry.types.get(name)) {
            ("Int", _) => json!({ "type": "integer" }),
            ("Float", _) => json!({ "type": "number" }),
            ("Boolean", _) => json!({ "type": "boolean" }),
            ("Date", _) => json!({ "type": "string", "format": "date" }),
            ("DateTime", _) => json!({ "type": "string", "format": "date-time" }),
            (_, Some(MetaType::Enum { enum_values, .. })) => {
                json!({ "type": "string", "enum": enum_values.keys().collect::<Vec<_>>() })
            }
            _ if !set.items.is_empty() => self.object(set, name),
            _ => json!({ "type": "string" }),
        }
    }
}

/// The same field asked for twice, with other fields of its own.
fn merge(known: &mut Value, other: Value) {
    let Some(more) = other.get("properties").and_then(Value::as_object).cloned() else { return };
    if let Some(properties) = known.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, schema) in more {
            properties.entry(name).or_insert(schema);
        }
    }
}
