//! Change control: what the last release's schema offered is kept, or the CHANGELOG names what is
//! not.
//!
//! `schema.released.graphql` is the schema of the last release, as `CONTRIBUTING.md` has it copied.

use std::collections::HashMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};

/// What a client of one schema can no longer do with another: the places, such as `Cluster.slug`,
/// each with what became of it.
fn broken(released: &str, current: &str) -> Vec<(String, String)> {
    let (released, current) = (types(released), types(current));
    let mut found = Found::default();
    for (name, before) in &released {
        match current.get(name) {
            None => found.add(name, "is gone"),
            Some(after) => found.compare_types(name, &before.kind, &after.kind),
        }
    }
    found.0.sort();
    found.0
}

fn types(schema: &str) -> HashMap<String, TypeDefinition> {
    let document = parse_schema(schema).expect("a schema");
    let types = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
        _ => None,
    });
    types.collect()
}

#[derive(Default)]
struct Found(Vec<(String, String)>);

impl Found {
    fn add(&mut self, place: &str, what: &str) {
        self.0.push((place.to_owned(), what.to_owned()));
    }

    fn compare_types(&mut self, name: &str, before: &TypeKind, after: &TypeKind) {
        match (before, after) {
            (TypeKind::Scalar, TypeKind::Scalar) => {}
            (TypeKind::Object(before), TypeKind::Object(after)) => {
                self.implements(name, &before.implements, &after.implements);
                self.fields(name, &before.fields, &after.fields);
            }
            (TypeKind::Interface(before), TypeKind::Interface(after)) => {
                self.implements(name, &before.implements, &after.implements);
                self.fields(name, &before.fields, &after.fields);
            }
            (TypeKind::Union(before), TypeKind::Union(after)) => {
                for member in before.members.iter().filter(|member| !after.members.contains(member)) {
                    self.add(&format!("{name}.{}", member.node), "is no longer one of them");
                }
            }
            (TypeKind::Enum(before), TypeKind::Enum(after)) => {
                for value in &before.values {
                    let value = &value.node.value.node;
                    if !after.values.iter().any(|other| other.node.value.node == *value) {
                        self.add(&format!("{name}.{value}"), "is gone");
                    }
                }
            }
            (TypeKind::InputObject(before), TypeKind::InputObject(after)) => {
                let inputs = |fields: &[async_graphql::Positioned<InputValueDefinition>]| {
                    fields.iter().map(|field| field.node.clone()).collect::<Vec<_>>()
                };
                self.inputs(name, &inputs(&before.fields), &inputs(&after.fields));
            }
            _ => self.add(name, "is of another kind"),
        }
    }

    fn implements(
        &mut self,
        name: &str,
        before: &[async_graphql::Positioned<async_graphql::Name>],
        after: &[async_graphql::Positioned<async_graphql::Name>],
    ) {
        for interface in before.iter().filter(|before| !after.iter().any(|after| after.node == before.node)) {
            self.add(name, &format!("is no longer a {}", interface.node));
        }
    }

    fn fields(
        &mut self,
        name: &str,
        before: &[async_graphql::Positioned<async_graphql::parser::types::FieldDefinition>],
        after: &[async_graphql::Positioned<async_graphql::parser::types::FieldDefinition>],
    ) {
        for field in before.iter().map(|field| &field.node) {
            let place = format!("{name}.{}", field.name.node);
            let Some(other) = after.iter().map(|other| &other.node).find(|other| other.name.node == field.name.node)
            else {
                self.add(&place, "is gone");
                continue;
            };
            if !answers(&other.ty.node, &field.ty.node) {
                self.add(&place, &format!("was {} and is {}", field.ty.node, other.ty.node));
            }
            let inputs = |arguments: &[async_graphql::Positioned<InputValueDefinition>]| {
                arguments.iter().map(|argument| argument.node.clone()).collect::<Vec<_>>()
            };
            self.inputs(&place, &inputs(&field.arguments), &inputs(&other.arguments));
        }
    }

    fn inputs(&mut self, of: &str, before: &[InputValueDefinition], after: &[InputValueDefinition]) {
        for input in before {
            let place = format!("{of}.{}", input.name.node);
            match after.iter().find(|other| other.name.node == input.name.node) {
                None => self.add(&place, "is gone"),
                Some(other) if !answers(&input.ty.node, &other.ty.node) => {
                    self.add(&place, &format!("took {} and takes {}", input.ty.node, other.ty.node));
                }
                Some(other) if other.default_value.is_none() && input.default_value.is_some() => {
                    self.add(&place, "has no default any more");
                }
                Some(_) => {}
            }
        }
        for input in after.iter().filter(|input| !input.ty.node.nullable && input.default_value.is_none()) {
            if !before.iter().any(|other| other.name.node == input.name.node) {
                self.add(&format!("{of}.{}", input.name.node), "is asked for");
            }
        }
    }
}

/// Whether a value of one type is one of another: the same, with fewer nulls.
fn answers(given: &Type, asked: &Type) -> bool {
    let is_null_wanted = asked.nullable || !given.nullable;
    is_null_wanted
        && match (&given.base, &asked.base) {
            (BaseType::Named(given), BaseType::Named(asked)) => given == asked,
            (BaseType::List(given), BaseType::List(asked)) => answers(given, asked),
            _ => false,
        }
}

#[test]
fn what_breaks_clients_is_found_and_nothing_else() {
    let before = "type Query { a(b: Int, c: [Int!] = [1]): Int! d: [Thing!] e: E u: U t(i: I): Thing gone: Int }
        interface Node { id: ID! } type Thing implements Node { id: ID! } type Other { x: Int }
        enum E { ONE TWO } union U = Thing | Other input I { f: Int g: Int! } scalar S";
    let same = "type Query { a(b: Int, c: [Int!] = [1], more: Int): Int! d: [Thing!]! e: E u: U t(i: I): Thing gone: Int more: S }
        interface Node { id: ID! } type Thing implements Node { id: ID! y: Int } type Other { x: Int! }
        enum E { ONE TWO THREE } union U = Thing | Other | More type More { z: Int }
        input I { f: Int g: Int h: Int i: Int! = 1 } scalar S";
    assert_eq!(broken(before, before), []);
    assert_eq!(broken(before, same), [], "additions, and fewer nulls in answers, break nothing");
    let after = "type Query { a(b: Int!, c: [Int!], d: Int!): Int d: [Thing] e: E u: U t(i: I): Thing }
        interface Node { id: ID! } type Thing { id: ID! } input Other { x: Int }
        enum E { ONE } union U = Thing input I { f: String g: Int! h: Int! }";
    let found = broken(before, after);
    let places: Vec<_> = found.iter().map(|(place, what)| format!("{place} {what}")).collect();
    assert_eq!(
        places,
        [
            "E.TWO is gone",
            "I.f took Int and takes String",
            "I.h is asked for",
            "Other is of another kind",
            "Query.a was Int! and is Int",
            "Query.a.b took Int and takes Int!",
            "Query.a.c has no default any more",
            "Query.a.d is asked for",
            "Query.d was [Thing!] and is [Thing]",
            "Query.gone is gone",
            "S is gone",
            "Thing is no longer a Node",
            "U.Other is no longer one of them",
        ]
    );
}

#[test]
fn a_breaking_change_stands_in_the_changelog() {
    let released = include_str!("../../schema.released.graphql");
    let changelog = include_str!("../../CHANGELOG.md");
    let unreleased = changelog.split("\n## ").find(|section| section.starts_with("Unreleased")).unwrap_or_default();
    let broken = broken(released, include_str!("../../schema.graphql"));
    let untold: Vec<_> = broken.iter().filter(|(place, _)| !unreleased.contains(&format!("`{place}`"))).collect();
    assert!(
        untold.is_empty(),
        "these break clients of the last release; keep them, or name each in CHANGELOG.md: {untold:#?}"
    );
}
