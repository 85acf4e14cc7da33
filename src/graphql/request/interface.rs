//! Interfaces that share the fields of an object.
//!
//! The library's derive asks for every field of an interface, its arguments and descriptions once more. Here
//! an interface says which object it takes them from, so that each stands in one place.

/// Declares the GraphQL side of an enum of objects: an interface with the fields of the object type `$fields`.
///
/// No interface implements another one, although the objects of all of them are nodes: the library would print so in the schema's
/// language and not tell it in introspection, and the two are held to agree.
///
/// `$fields` must be complete, in the registry, when the interface is first met: see [`crate::graphql::Query`] for the order.
macro_rules! interface {
    ($name:ident, $description:literal, fields: $fields:ty, $($variant:ident),+ $(,)?) => {
        impl async_graphql::resolver_utils::ContainerType for $name {
            // As `async_trait` writes it: the future is that of the object.
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
                match self {
                    $(Self::$variant(object) => object.resolve_field(ctx),)+
                }
            }

            fn collect_all_fields<'a>(
                &'a self,
                ctx: &async_graphql::ContextSelectionSet<'a>,
                fields: &mut async_graphql::resolver_utils::Fields<'a>,
            ) -> async_graphql::ServerResult<()> {
                match self {
                    $(Self::$variant(object) => object.collect_all_fields(ctx, fields),)+
                }
            }
        }

        #[async_trait::async_trait]
        impl async_graphql::OutputType for $name {
            fn type_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn introspection_type_name(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$variant(object) => async_graphql::OutputType::introspection_type_name(object),)+
                }
            }

            fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                use async_graphql::registry::{MetaType, MetaTypeId};
                registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
                    let fields = match registry.create_fake_output_type::<$fields>() {
                        MetaType::Object { fields, .. } => fields
                            .into_iter()
                            .filter(|(field, _)| Self::FIELDS.is_none_or(|fields| fields.contains(&field.as_str())))
                            .collect(),
                        _ => unreachable!("the fields of an interface are those of an object"),
                    };
                    let mut possible_types = async_graphql::indexmap::IndexSet::new();
                    $(
                        <$variant as async_graphql::OutputType>::create_type_info(registry);
                        let possible = <$variant as async_graphql::OutputType>::type_name();
                        registry.add_implements(&possible, stringify!($name));
                        possible_types.insert(possible.into_owned());
                    )+
                    MetaType::Interface {
                        name: stringify!($name).to_owned(),
                        description: Some($description.to_owned()),
                        fields,
                        possible_types,
                        extends: false,
                        keys: None,
                        visible: None,
                        inaccessible: false,
                        tags: Vec::new(),
                        rust_typename: Some(std::any::type_name::<Self>()),
                        directive_invocations: Vec::new(),
                        requires_scopes: Vec::new(),
                    }
                })
            }

            // As the object itself, so that no field is asked through the interface.
            async fn resolve(
                &self,
                ctx: &async_graphql::ContextSelectionSet<'_>,
                field: &async_graphql::Positioned<async_graphql::parser::types::Field>,
            ) -> async_graphql::ServerResult<async_graphql::Value> {
                match self {
                    $(Self::$variant(object) => async_graphql::OutputType::resolve(object, ctx, field).await,)+
                }
            }
        }

        impl async_graphql::InterfaceType for $name {}
    };
}
pub(crate) use interface;
