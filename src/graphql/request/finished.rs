//! Objects that are written in one go, where what is asked of them is known.
//!
//! The library makes a future for each field of each object. That is what a field needs that may
//! have to wait; of a number it is most of the work. So where all fields that are asked of a count,
//! a key or a bucket are plain values, the object is written without any.
//!
//! For example, of `{ keys { value } count { value confirmed } }` the rows of a breakdown are
//! written so: three values each, by one [`Plan`] for all rows. With a list of memberships among
//! them the library resolves the rows, as it does where a field has arguments. Fields that are to
//! be skipped are gone before.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::{
    ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, FragmentDefinition, Selection, SelectionSet},
    registry::Registry,
};

use crate::graphql::request::basis::Basis;

/// What is asked of an object: its fields by their keys in the answer.
#[derive(Debug, Default)]
pub(crate) struct Plan<'a>(IndexMap<&'a Name, Planned<'a>>);

#[derive(Debug)]
struct Planned<'a> {
    field: &'a str,
    /// What is asked of the object that the field answers.
    inner: Plan<'a>,
}

/// An object of which some fields are plain values, or objects of such.
pub(crate) trait Plain {
    /// The name of its type.
    const NAME: &str;

    /// Whether a field is plain, of which so much is asked. What is left out is resolved.
    fn is_plain(field: &str, inner: &Plan<'_>) -> bool;

    /// The value of a plain field; null of another.
    fn value(&self, field: &str, inner: &Plan<'_>) -> Value;

    /// How many rows the lists have that it is asked for.
    fn rows(&self, _: &Plan<'_>) -> usize {
        0
    }

    /// The object with what is asked of it, all of which is plain.
    fn written(&self, plan: &Plan<'_>) -> Value {
        let value = |asked: &Planned<'_>| match asked.field {
            "__typename" => Self::NAME.into(),
            field => self.value(field, &asked.inner),
        };
        Value::Object(plan.0.iter().map(|(key, asked)| ((*key).clone(), value(asked))).collect())
    }
}

impl<'a> Plan<'a> {
    fn from_selection(ctx: &ContextSelectionSet<'a>) -> Option<Self> {
        let mut plan = Self::default();
        plan.add(&ctx.item.node, &ctx.query_env.fragments).then_some(plan)
    }

    /// Adds a selection; false where it has arguments, or directives that are still to be applied.
    fn add(&mut self, set: &'a SelectionSet, fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>) -> bool {
        set.items.iter().all(|selection| match &selection.node {
            selection if !selection.directives().is_empty() => false,
            Selection::Field(field) => {
                let Field { name, arguments, selection_set, .. } = &field.node;
                let key = &field.node.response_key().node;
                let asked = self.0.entry(key).or_insert_with(|| Planned { field: &name.node, inner: Self::default() });
                arguments.is_empty() && asked.inner.add(&selection_set.node, fragments)
            }
            Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node, fragments),
            Selection::FragmentSpread(spread) => {
                let fragment = fragments.get(&spread.node.fragment_name.node);
                fragment.is_some_and(|fragment| self.add(&fragment.node.selection_set.node, fragments))
            }
        })
    }

    /// Whether all that is asked is plain, of an object of this type.
    pub(crate) fn is_plain_for<T: Plain>(&self) -> bool {
        self.0.values().all(|asked| asked.field == "__typename" || T::is_plain(asked.field, &asked.inner))
    }

    /// How often a field is asked for, each time under another key.
    pub(crate) fn times(&self, field: &str) -> usize {
        self.0.values().filter(|asked| asked.field == field).count()
    }
}

/// An object that is written in one go where that is possible.
pub(crate) struct Finished<T>(pub(crate) T);

/// A list of such objects.
pub(crate) struct FinishedList<T>(pub(crate) Vec<T>);

/// Declares the GraphQL side of a wrapper: the type is that of what it wraps.
macro_rules! wrapped {
    ($wrapper:ident of $inner:ty, $rows:expr, $write:expr) => {
        #[async_trait::async_trait]
        impl<T: Plain + OutputType> OutputType for $wrapper<T>
        where
            $inner: OutputType,
        {
            fn type_name() -> Cow<'static, str> {
                <$inner>::type_name()
            }

            fn qualified_type_name() -> String {
                <$inner>::qualified_type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <$inner>::create_type_info(registry)
            }

            async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
                let rows: fn(&$inner, &Plan<'_>) -> usize = $rows;
                let write: fn(&$inner, &Plan<'_>) -> Value = $write;
                let plan = Plan::from_selection(ctx).filter(|plan| plan.is_plain_for::<T>());
                // Where these are too many, the library is told so at the list that has them.
                match plan.filter(|plan| ctx.data_unchecked::<Arc<Basis>>().hold(rows(&self.0, plan)).is_ok()) {
                    Some(plan) => Ok(write(&self.0, &plan)),
                    None => self.0.resolve(ctx, field).await,
                }
            }
        }
    };
}

wrapped!(Finished of T, |one, plan| one.rows(plan), |one, plan| one.written(plan));
wrapped!(
    FinishedList of Vec<T>,
    |all, plan| all.iter().map(|one| one.rows(plan)).sum(),
    |all, plan| Value::List(all.iter().map(|one| one.written(plan)).collect())
);
