//! What an answer to a document looks like, as a JSON Schema: the fields that are asked for, with
//! their types and descriptions in the schema.

use async_graphql::{
    parser::types::{ExecutableDocument, Field, SelectionSet},
    registry::{MetaType, Registry},
};
use serde_json::{Map, Value, json};

use crate::graphql::saved::selection::{self, Asked, key, type_of};

/// The JSON Schema of the `data` of an operation.
pub(crate) fn json_schema(registry: &Registry, document: &ExecutableDocument, set: &SelectionSet) -> Value {
    Read { registry, document }.object(set, "Query")
}

struct Read<'a> {
    registry: &'a Registry,
    document: &'a ExecutableDocument,
}

impl Read<'_> {
    fn object(&self, set: &SelectionSet, of: &str) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for Asked { field, of, is_sure } in selection::fields(self.document, set, of) {
            let (key, schema) = (key(field).to_string(), self.field(field, of));
            if is_sure && !required.contains(&key) {
                required.push(key.clone());
            }
            match properties.get_mut(&key) {
                Some(known) => merge(known, schema),
                None => {
                    properties.insert(key, schema);
                }
            }
        }
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn field(&self, field: &Field, of: &str) -> Value {
        let Some(to) = type_of(self.registry, of, &field.name.node) else { return json!({}) };
        let mut schema = self.value(to, &field.selection_set.node);
        let known = self.registry.types.get(of).and_then(|of| of.field_by_name(&field.name.node));
        if let Some(description) = known.and_then(|known| known.description.as_ref()) {
            schema["description"] = description.split_whitespace().collect::<Vec<_>>().join(" ").into();
        }
        schema
    }

    /// The shape of a type, as the schema writes the type.
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
