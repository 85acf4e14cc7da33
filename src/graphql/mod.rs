//! What clients see: a folder or a file for each concept, which tells the whole story of its types: fields, filters, orders,
//! root fields. How questions are answered, whatever they are about, is in `request`; what is refused before that in
//! `bounds`; documents that the server knows by name in `saved`.

mod bounds;
mod change;
mod cluster;
mod criteria;
mod figure;
mod filter;
mod node;
mod organization;
mod participation;
mod programme;
mod reference;
mod register;
mod request;
mod saved;
mod source;
mod sourced_fact;
mod statistics;
mod vocabulary;

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use async_graphql::{
    EmptyMutation, EmptySubscription, OutputType, SDLExportOptions, SchemaBuilder, ValidationMode, registry::Registry,
};

pub use self::{
    bounds::limits::Limits,
    request::answer::{Answer, GraphqlRequest, Summary},
    request::basis::Whole,
    request::error::Code,
    request::language::Language,
    request::prepared::{Identity, Prepared},
    saved::parameter::{Kind, Parameter},
    saved::table::{Cell, ColumnPath},
    saved::{Fault, Operation, Operations},
    vocabulary::label_of,
};
use self::{bounds::prices::Prices, request::document::Documents, request::merged::merged};

#[derive(Default)]
struct Query(
    organization::query::OrganizationQuery,
    cluster::query::ClusterQuery,
    participation::ParticipationQuery,
    criteria::CriteriaQuery,
    cluster::event::EventQuery,
    figure::query::FigureQuery,
    source::SourceQuery,
    sourced_fact::SourcedFactQuery,
    reference::ReferenceQuery,
    register::RegisterQuery,
    statistics::StatisticsQuery,
    change::ChangeQuery,
    vocabulary::VocabularyQuery,
    programme::ProgrammeQuery,
    node::NodeQuery,
);

// The organization comes first: the shared fields of the interfaces must be complete before `node` needs them.
merged!(
    Query,
    "Everything the register can be asked. Fields that can fail can be null: then `errors` says why, and the others are \
     answered all the same.",
    0: organization::query::OrganizationQuery,
    1: cluster::query::ClusterQuery,
    2: participation::ParticipationQuery,
    3: criteria::CriteriaQuery,
    4: cluster::event::EventQuery,
    5: figure::query::FigureQuery,
    6: source::SourceQuery,
    7: sourced_fact::SourcedFactQuery,
    8: reference::ReferenceQuery,
    9: register::RegisterQuery,
    10: statistics::StatisticsQuery,
    11: change::ChangeQuery,
    12: vocabulary::VocabularyQuery,
    13: programme::ProgrammeQuery,
    14: node::NodeQuery,
);

/// The schema, with the limits of what it is asked. It needs no database to be built or printed.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    schema: async_graphql::Schema<Query, EmptyMutation, EmptySubscription>,
    /// The same for documents that are known to be valid.
    trusting: async_graphql::Schema<Query, EmptyMutation, EmptySubscription>,
    types: Registry,
    prices: Prices,
    /// The names of arguments that have defaults.
    with_defaults: HashSet<String>,
    limits: Limits,
    documents: Documents,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Schema")
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

fn schema() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    let builder = async_graphql::Schema::build(Query::default(), EmptyMutation, EmptySubscription);
    builder.register_output_type::<participation::Participation>()
}

/// The types of the schema.
fn types() -> Registry {
    let mut registry = Registry::default();
    <Query as OutputType>::create_type_info(&mut registry);
    registry
}

impl Schema {
    /// The schema under other limits than those by default.
    pub fn new(limits: Limits) -> Self {
        let (schema, trusting) = (schema().finish(), schema().validation_mode(ValidationMode::Fast).finish());
        let types = types();
        let (prices, with_defaults) = (Prices::from_registry(&types), bounds::omitted::with_defaults(&types));
        Self(Arc::new(Inner { schema, trusting, types, prices, with_defaults, limits, documents: Documents::new() }))
    }

    /// The schema in its own language, as `schema.graphql` holds it.
    pub fn sdl(&self) -> String {
        self.0.schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments())
    }

    /// The text of a document that was answered before, by its SHA-256.
    pub fn known(&self, digest: &[u8; 32]) -> Option<String> {
        self.0.documents.text(digest)
    }

    /// How often a document was known from before, how often not, and what those that are kept take
    /// in bytes.
    pub fn documents(&self) -> (u64, u64, u64) {
        self.0.documents.counts()
    }
}

/// What tells a text from others: its SHA-256.
pub fn digest(text: &str) -> [u8; 32] {
    request::document::digest(text)
}

/// What tells this release of the schema from others.
fn edition() -> &'static [u8; 32] {
    static EDITION: LazyLock<[u8; 32]> = LazyLock::new(|| {
        let sdl = schema().finish().sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments());
        digest(&format!("{} {sdl}", env!("CARGO_PKG_VERSION")))
    });
    &EDITION
}
