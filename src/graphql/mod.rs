//! What clients see: a file for each concept, which tells the whole story of its types.

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

use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, SDLExportOptions};
use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use self::{
    basis::{Asked, Basis},
    merged::merged,
};
use crate::domain::ledger::Image;

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

    /// Answers a request at an instant, from a ledger's image and the rows of the same revision. Every answer carries its basis, and every error a code.
    pub async fn execute(
        &self,
        db: &DatabaseConnection,
        image: Arc<Image>,
        request: Request,
        now: DateTime<Utc>,
        request_id: &str,
    ) -> Response {
        let is_answerable = nesting::check(&request.query).and_then(|()| text_is_storable(&request));
        let asked = is_answerable.and_then(|()| Asked::parse(&request.extensions));
        let basis = match asked.and_then(|asked| Basis::fix(db, image, now, &asked)) {
            Ok(basis) => Arc::new(basis),
            Err(error) => {
                let error = async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default());
                let mut response = Response::from_errors(vec![error]);
                error::finish(&mut response, request_id);
                return response;
            }
        };
        let mut response = self.0.execute(request.data(basis.clone())).await;
        response.extensions.insert("basis".into(), basis.shown());
        error::finish(&mut response, request_id);
        response
    }
}

/// No text holds the character NUL: PostgreSQL has no such texts, so nothing in the register can match one.
fn text_is_storable(request: &Request) -> error::Result<()> {
    let variables = serde_json::to_string(&request.variables).unwrap_or_default();
    let has_nul = |text: &str| text.contains('\0') || text.contains("\\u0000");
    if has_nul(&request.query) || has_nul(&variables) {
        return Err(error::Error::input("the character NUL (U+0000) stands in no text; leave it out"));
    }
    Ok(())
}
