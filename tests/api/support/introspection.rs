//! The schema as it tells of itself.

use entity::TextEnum;
use serde_json::Value;

use super::TestApp;

const DOCUMENT: &str = "{ __schema { queryType { name } types { kind name description isOneOf
    possibleTypes { name } interfaces { name }
    inputFields { name description defaultValue type { ...reference } }
    enumValues(includeDeprecated: true) { name description }
    fields(includeDeprecated: true) { name description type { ...reference } args { name description defaultValue type { ...reference } } } } } }
    fragment reference on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema, without those that describe schemas.
pub(crate) struct Introspection(Vec<Value>);

impl Introspection {
    /// Asks a server.
    pub(crate) async fn of(app: &TestApp) -> Self {
        let answer = app.ask(DOCUMENT).await;
        let types = list(&answer["__schema"]["types"]);
        Self(types.iter().filter(|found| !text(&found["name"]).starts_with("__")).cloned().collect())
    }

    /// All types.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    /// The types of a kind, such as `OBJECT`.
    pub(crate) fn kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |found| found["kind"] == kind)
    }

    /// The type with a name.
    pub(crate) fn named(&self, name: &str) -> &Value {
        self.0.iter().find(|found| found["name"] == name).unwrap_or_else(|| panic!("no type {name}"))
    }

    /// The field of a type, if it has it.
    pub(crate) fn field(&self, of: &str, name: &str) -> Option<&Value> {
        list(&self.named(of)["fields"]).iter().find(|field| field["name"] == name)
    }

    /// The types that an object or interface stands for: itself, or what implements it.
    pub(crate) fn possible<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        match list(&self.named(name)["possibleTypes"]) {
            [] => vec![name],
            types => types.iter().map(|found| text(&found["name"])).collect(),
        }
    }
}

/// The elements of a list; none where there is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text; empty where there is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A reference to a type as the schema's language writes it.
pub(crate) fn written(reference: &Value) -> String {
    match reference["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&reference["ofType"])),
        Some("LIST") => format!("[{}]", written(&reference["ofType"])),
        _ => text(&reference["name"]).to_owned(),
    }
}

/// The type that a reference leads to, and whether through a list.
pub(crate) fn named(reference: &Value) -> (&str, bool) {
    match reference["kind"].as_str() {
        Some("NON_NULL") => named(&reference["ofType"]),
        Some("LIST") => (named(&reference["ofType"]).0, true),
        _ => (text(&reference["name"]), false),
    }
}

/// A value as the schema writes it.
pub(crate) fn upper(value: &impl TextEnum) -> String {
    value.text().to_uppercase()
}
