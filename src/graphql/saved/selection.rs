//! What a document asks of an object, with what its fragments ask of it.

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
    registry::Registry,
};

/// A field that is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) field: &'a Field,
    /// The type that it is a field of.
    pub(crate) of: &'a str,
    /// Whether every object has it, whatever its type and the directives.
    pub(crate) is_sure: bool,
}

/// The fields of a selection on a type, in the order of the document. Of a document that was found
/// valid: in others fragments can spread themselves.
pub(crate) fn fields<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, of: &'a str) -> Vec<Asked<'a>> {
    let mut found = Vec::new();
    for selection in &set.items {
        let has_directives = !selection.node.directives().is_empty();
        let (set, on) = match &selection.node {
            Selection::Field(field) => {
                found.push(Asked { field: &field.node, of, is_sure: !has_directives });
                continue;
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                (&fragment.node.selection_set.node, on.unwrap_or(of))
            }
            Selection::FragmentSpread(spread) => match document.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => {
                    (&fragment.node.selection_set.node, fragment.node.type_condition.node.on.node.as_str())
                }
                None => continue,
            },
        };
        let is_for_all = on == of && !has_directives;
        let inner = fields(document, set, on).into_iter();
        found.extend(inner.map(|asked| Asked { is_sure: asked.is_sure && is_for_all, ..asked }));
    }
    found
}

/// The key of a field in an answer.
pub(crate) fn key(field: &Field) -> Name {
    field.alias.as_ref().unwrap_or(&field.name).node.clone()
}

/// The type that a field answers, as the schema writes it; `None` where there is no such field.
pub(crate) fn type_of<'a>(registry: &'a Registry, of: &str, field: &str) -> Option<&'a str> {
    if field == "__typename" {
        return Some("String!");
    }
    Some(&registry.types.get(of)?.field_by_name(field)?.ty)
}

/// The name in a type as the schema writes it.
pub(crate) fn named(kind: &str) -> &str {
    kind.trim_matches(['[', ']', '!'])
}
