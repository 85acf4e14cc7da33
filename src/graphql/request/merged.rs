//! Objects made of parts: the fields of each, as those of one type.
//!
//! The library's `MergedObject` asks one part after the other for every field, through a generic layer for each part, and
//! every layer costs a future of its own. Here the part that has a field is found by its name, and asked alone.

use std::{collections::HashMap, sync::OnceLock};

use async_graphql::{Context, ServerResult, Value};
use futures_util::future::BoxFuture;

/// What a field of a container answers; `None` where it has no such field.
pub(crate) type Answered<'a> = BoxFuture<'a, ServerResult<Option<Value>>>;

/// The part that has each field, by position; known once the type is part of a schema.
pub(crate) struct Parts(OnceLock<HashMap<String, usize>>);

impl Parts {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn learn(&self, part_of: HashMap<String, usize>) {
        self.0.get_or_init(|| part_of);
    }

    /// The part that has the field in question.
    pub(crate) fn with(&self, ctx: &Context<'_>) -> Option<usize> {
        self.0.get()?.get(ctx.item.node.name.node.as_str()).copied()
    }
}

/// Declares the GraphQL side of a struct of objects: a type with the fields of all of them.
macro_rules! merged {
    ($name:ident, $description:literal, $($position:tt: $part:ty),+ $(,)?) => {
        const _: () = {
            static PARTS: $crate::graphql::request::merged::Parts = $crate::graphql::request::merged::Parts::new();

            impl async_graphql::resolver_utils::ContainerType for $name {
                // As `async_trait` writes it: the future is that of the part.
                fn resolve_field<'me, 'ctx, 'of, 'all>(
                    &'me self,
                    ctx: &'ctx async_graphql::Context<'of>,
                ) -> $crate::graphql::request::merged::Answered<'all>
                where
                    'me: 'all,
                    'ctx: 'all,
                    'of: 'all,
                    Self: 'all,
                {
                    match PARTS.with(ctx) {
                        $(Some($position) => self.$position.resolve_field(ctx),)+
                        _ => Box::pin(std::future::ready(Ok(None))),
                    }
                }
            }

            #[async_trait::async_trait]
            impl async_graphql::OutputType for $name {
                fn type_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                    use async_graphql::registry::{MetaType, MetaTypeId};
                    registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
                        let mut all = async_graphql::indexmap::IndexMap::new();
                        let mut part_of = std::collections::HashMap::new();
                        $(
                            if let MetaType::Object { fields, .. } = registry.create_fake_output_type::<$part>() {
                                part_of.extend(fields.keys().map(|field| (field.clone(), $position)));
                                all.extend(fields);
                            }
                        )+
                        PARTS.learn(part_of);
                        MetaType::Object {
                            name: stringify!($name).to_owned(),
                            description: Some($description.to_owned()),
                            fields: all,
                            cache_control: Default::default(),
                            extends: false,
                            shareable: false,
                            resolvable: true,
                            inaccessible: false,
                            interface_object: false,
                            tags: Vec::new(),
                            keys: None,
                            visible: None,
                            is_subscription: false,
                            rust_typename: Some(std::any::type_name::<Self>()),
                            directive_invocations: Vec::new(),
                            requires_scopes: Vec::new(),
                        }
                    })
                }

                async fn resolve(
                    &self,
                    ctx: &async_graphql::ContextSelectionSet<'_>,
                    _field: &async_graphql::Positioned<async_graphql::parser::types::Field>,
                ) -> async_graphql::ServerResult<async_graphql::Value> {
                    async_graphql::resolver_utils::resolve_container(ctx, self).await
                }
            }

            impl async_graphql::ObjectType for $name {}
        };
    };
}
pub(crate) use merged;
