//! What clients see: a file for each concept, which tells the whole story of its types.

mod answer;
mod assessment;
mod basis;
mod breakdown;
mod cluster;
mod cluster_query;
mod criteria;
mod error;
mod event;
mod figure;
mod filter;
mod flow;
mod impact;
mod interface;
mod language;
mod level;
mod merged;
mod nesting;
mod node;
mod organization;
mod organization_facts;
mod organization_filter;
mod organization_kinds;
mod pagination;
mod participation;
mod period;
mod reference;
mod referral;
mod register;
mod rule;
mod scalars;
mod sector;
mod source;
mod statistics;
mod words;

use std::sync::Arc;

use async_graphql::{
    EmptyMutation, EmptySubscription, Name, Request, Response, SDLExportOptions, parser::types::OperationType,
};

pub use self::{
    answer::{Answer, Question},
    error::Code,
};
use self::{
    basis::{Asked, Basis},
    error::Error,
    merged::merged,
};

#[derive(Default)]
struct Query(
    organization::OrganizationQuery,
    cluster_query::ClusterQuery,
    participation::ParticipationQuery,
    criteria::CriteriaQuery,
    event::EventQuery,
    figure::FigureQuery,
    source::SourceQuery,
    reference::ReferenceQuery,
    register::RegisterQuery,
    statistics::StatisticsQuery,
    node::NodeQuery,
);

// The organization comes first: the shared fields of the interfaces must be complete before `node` needs them.
merged!(
    Query,
    "Everything the register can be asked.",
    0: organization::OrganizationQuery,
    1: cluster_query::ClusterQuery,
    2: participation::ParticipationQuery,
    3: criteria::CriteriaQuery,
    4: event::EventQuery,
    5: figure::FigureQuery,
    6: source::SourceQuery,
    7: reference::ReferenceQuery,
    8: register::RegisterQuery,
    9: statistics::StatisticsQuery,
    10: node::NodeQuery,
);

/// How deep a document may nest its fields.
const MAX_DEPTH: usize = 16;

/// The schema. It needs no database to be built or printed.
#[derive(Clone)]
pub struct Schema(async_graphql::Schema<Query, EmptyMutation, EmptySubscription>);

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Schema")
    }
}

impl Default for Schema {
    fn default() -> Self {
        let schema = async_graphql::Schema::build(Query::default(), EmptyMutation, EmptySubscription)
            .register_output_type::<participation::Participation>()
            .limit_depth(MAX_DEPTH)
            .finish();
        Self(schema)
    }
}

impl Schema {
    /// The schema in its own language, as `schema.graphql` holds it.
    pub fn sdl(&self) -> String {
        self.0.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments())
    }

    /// Answers a request. Every answer to a document carries its basis, and every error a code.
    pub async fn execute(&self, question: Question<'_>) -> Answer {
        let request_id = question.request_id;
        let mut response = self.answered(question).await.unwrap_or_else(error::refused);
        error::finish(&mut response, request_id);
        Answer::new(response)
    }

    async fn answered(&self, question: Question<'_>) -> error::Result<Response> {
        let Question { mut request, db, image, now, request_id: _, only_queries } = question;
        nesting::check(&request.query)?;
        text_is_storable(&request)?;
        let basis = Arc::new(Basis::fix(db, image, now, &Asked::parse(&request.extensions)?)?);
        if only_queries && changes_something(&mut request) {
            let message = "GET asks and changes nothing; send other operations than queries with POST";
            return Err(Error::new(Code::MethodNotAllowed, message));
        }
        let mut response = self.0.execute(request.data(basis.clone())).await;
        response.extensions.insert("basis".into(), basis.shown());
        Ok(response)
    }
}

/// Whether the operation to be executed is no query. Of a document that is none, the parser will say so.
fn changes_something(request: &mut Request) -> bool {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let is_asked = |operation: Option<&Name>| name.is_none() || operation.map(Name::as_str) == name.as_deref();
    let mut operations = document.operations.iter();
    operations.any(|(name, operation)| is_asked(name) && operation.node.ty != OperationType::Query)
}

/// No text holds the character NUL: PostgreSQL has no such texts, so nothing in the register can match one.
fn text_is_storable(request: &Request) -> error::Result<()> {
    let variables = serde_json::to_string(&request.variables).unwrap_or_default();
    let has_nul = |text: &str| text.contains('\0') || text.contains("\\u0000");
    if has_nul(&request.query) || has_nul(&variables) {
        return Err(Error::input("the character NUL (U+0000) stands in no text; leave it out"));
    }
    Ok(())
}
