//! What clients see: a file for each concept, which tells the whole story of its types.

mod answer;
mod assessment;
mod basis;
mod breakdown;
mod cluster;
mod cluster_query;
mod cost;
mod criteria;
mod document;
mod error;
mod event;
mod figure;
mod filter;
mod flow;
mod impact;
mod interface;
mod language;
mod level;
mod limits;
mod merged;
mod node;
mod organization;
mod organization_facts;
mod organization_filter;
mod organization_kinds;
mod pagination;
mod parameter;
mod participation;
mod period;
mod prices;
mod reference;
mod referral;
mod register;
mod rule;
mod saved;
mod scalars;
mod sector;
mod source;
mod statistics;
mod table;
mod tokens;
mod words;

use std::sync::Arc;

use async_graphql::{
    EmptyMutation, EmptySubscription, OutputType, Response, SDLExportOptions, SchemaBuilder, registry::Registry, value,
};

pub use self::{
    answer::{Answer, Question, Summary},
    error::Code,
    limits::Limits,
    parameter::{Kind, Parameter},
    saved::{Fault, Operation, Operations},
    table::{Cell, Cells},
};
use self::{
    basis::{AnsweredFrom, Asked, Basis},
    document::Admitted,
    merged::merged,
    prices::Prices,
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
    "Everything the register can be asked. Fields that can fail can be null: then `errors` says why, and the others are \
     answered all the same.",
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

/// The schema, with the limits of what it is asked. It needs no database to be built or printed.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    schema: async_graphql::Schema<Query, EmptyMutation, EmptySubscription>,
    prices: Prices,
    limits: Limits,
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
        Self(Arc::new(Inner { schema: schema().finish(), prices: Prices::of(&types()), limits }))
    }

    /// The schema in its own language, as `schema.graphql` holds it.
    pub fn sdl(&self) -> String {
        self.0.schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments())
    }

    /// Answers a request. Every answer to a document carries its basis, and every error a code.
    pub async fn execute(&self, question: Question<'_>) -> Answer {
        let request_id = question.request_id;
        let mut summary = Summary::of(&question.request);
        let mut response = self.answered(question, &mut summary).await.unwrap_or_else(error::refused);
        error::finish(&mut response, request_id);
        Answer::new(response).with_summary(summary)
    }

    async fn answered(&self, question: Question<'_>, summary: &mut Summary) -> error::Result<Response> {
        let Question { mut request, reads, image, looked, now, request_id: _, only_queries, shows_cost } = question;
        let Inner { schema, prices, limits } = &*self.0;
        let Admitted { cost, operation } = document::admit(&mut request, only_queries, prices, limits)?;
        (summary.cost, summary.operation) = (cost, operation);
        summary.show();
        let asked = Asked::parse(&request.extensions)?;
        let from = AnsweredFrom { reader: reads.reader(limits.max_statements_at_once), image, now, looked };
        let basis = Arc::new(Basis::fix(from, &asked, limits)?);
        let mut response = schema.execute(request.data(basis.clone())).await;
        (summary.statements, summary.rows) = basis.sent();
        response.extensions.insert("basis".into(), basis.shown());
        if shows_cost {
            response.extensions.insert("cost".into(), value!({ "requested": cost, "limit": limits.max_cost }));
        }
        Ok(response)
    }
}
