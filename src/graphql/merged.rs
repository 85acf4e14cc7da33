//! Objects made of parts: the fields of each, as those of one type.
//!
//! The library's `MergedObject` asks the last part first, through a generic layer for each part, and every layer costs a
//! future of its own for every field. Here the parts are asked one after the other, the first one first.

/// Declares the GraphQL side of a struct of objects: a type with the fields of all of them.
macro_rules! merged {
    ($name:ident, $description:literal, $($position:tt: $part:ty),+ $(,)?) => {
        #[async_trait::async_trait]
        impl async_graphql::resolver_utils::ContainerType for $name {
            async fn resolve_field(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::ServerResult<Option<async_graphql::Value>> {
                $(
                    if let Some(value) = self.$position.resolve_field(ctx).await? {
                        return Ok(Some(value));
                    }
                )+
                Ok(None)
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
                    $(
                        if let MetaType::Object { fields, .. } = registry.create_fake_output_type::<$part>() {
                            all.extend(fields);
                        }
                    )+
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
}
pub(super) use merged;
