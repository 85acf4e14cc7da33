//! What every request needs: the register, the schema, and what an operator decided.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use tokio::sync::{Semaphore, watch};

use crate::{
    domain::{
        ledger::{Image, Ledger},
        store::reading::Reads,
    },
    graphql::{GraphqlRequest, Limits, Operations, Schema},
    http::{answers::Answers, exchange::Exchange, options::Options},
};

/// How many packages are made at once; each reads the register from end to end.
const DOWNLOADS_AT_ONCE: usize = 4;

/// What every request needs.
#[derive(Clone, Debug)]
pub struct App {
    pub(super) reads: Reads,
    /// Connections that no request has, for what must not wait for them.
    pub(super) own: DatabaseConnection,
    pub(super) ledger: Arc<Ledger>,
    pub(super) schema: Schema,
    pub(super) operations: Operations,
    pub(super) now: fn() -> DateTime<Utc>,
    pub(super) options: Options,
    pub(super) answers: Answers,
    /// Room for those who download the register.
    pub(super) downloads: Arc<Semaphore>,
    /// Whether the server was told to stop.
    pub(super) stopping: watch::Sender<bool>,
}

impl App {
    /// Answers from a database and its ledger, and looks after itself by connections of its own;
    /// `now` is the only clock.
    pub fn new(reads: Reads, own: DatabaseConnection, ledger: Arc<Ledger>, now: fn() -> DateTime<Utc>) -> Self {
        let (schema, operations, options) = (Schema::default(), Operations::default(), Options::default());
        let answers = Answers::new(options.cache_bytes);
        Self {
            reads,
            own,
            ledger,
            schema,
            operations,
            now,
            options,
            answers,
            downloads: Arc::new(Semaphore::new(DOWNLOADS_AT_ONCE)),
            stopping: watch::Sender::new(false),
        }
    }

    /// The application under other options.
    #[must_use]
    pub fn with_options(self, options: Options) -> Self {
        let answers = Answers::new(options.cache_bytes);
        Self { options, answers, ..self }
    }

    /// The application under other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { schema: Schema::new(limits), ..self }
    }

    /// The application with saved operations. By default there are none.
    #[must_use]
    pub fn with_operations(self, operations: Operations) -> Self {
        Self { operations, ..self }
    }

    /// A request that is answered from what the register holds now.
    pub(super) async fn question<'a>(
        &'a self,
        exchange: &'a Exchange,
        request: async_graphql::Request,
    ) -> GraphqlRequest<'a> {
        self.request_at(exchange, request, self.ledger.fresh().await)
    }

    /// A request that is answered from an image.
    pub(super) fn request_at<'a>(
        &'a self,
        exchange: &'a Exchange,
        request: async_graphql::Request,
        image: Arc<Image>,
    ) -> GraphqlRequest<'a> {
        GraphqlRequest {
            request,
            digest: None,
            reads: &self.reads,
            image,
            looked: self.ledger.looked(),
            now: (self.now)(),
            request_id: exchange.id(),
            only_queries: true,
            shows_cost: false,
        }
    }

    /// Resolves when the server is told to stop.
    pub(super) async fn stopped(&self) {
        // The sender lives as long as the application.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }
}
