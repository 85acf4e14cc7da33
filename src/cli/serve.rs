//! `trihelix serve`: the server, from the database to the port.

use std::{net::SocketAddr, sync::Arc};

use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;

use crate::{
    cli::edge::{Failure, now, print},
    config::Config,
    dataset,
    domain::{
        self,
        ledger::{Ledger, POLL},
        store::{
            database::{self, Missing},
            reading::Reads,
        },
    },
    graphql::Operations,
    http,
};

/// Takes the port: one that is taken is told before anything is loaded.
pub(super) async fn listen(on: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(on).await.map_err(|error| Failure::Listen(on, error))
}

/// Connections of the server itself: as many as the ledger reads with at once, and one for readiness.
const OWN_CONNECTIONS: u32 = 6;

/// Answers until it is told to stop.
pub(super) async fn serve(
    db: &DatabaseConnection,
    listener: TcpListener,
    operations: Operations,
    config: &Config,
) -> Result<(), Failure> {
    database::migrate(db).await?;
    if !config.empty {
        for package in dataset::published::load(db, now).await? {
            tracing::info!("loaded the published package {package}");
        }
    }
    // Whatever requests do, the server follows the database and says whether it is ready.
    let own =
        database::open(config.database_url().map_err(Failure::Setting)?, OWN_CONNECTIONS, Missing::Refuse).await?;
    let ledger = Arc::new(Ledger::build(&own).await?);
    let app = http::App::new(Reads::new(db.clone()), own.clone(), ledger.clone(), now)
        .with_options(config.http.clone())
        .with_operations(operations)
        .with_limits(config.limits.clone());
    let address = listener.local_addr().map_err(Failure::Server)?;
    // Whoever has read the greeting may stop the server in good order.
    let told = http::told_to_stop().map_err(Failure::Server)?;
    print(&format!(
        "Trihelix listens on http://{address}\n  GraphQL    http://{address}/graphql, in a browser with an editor\n  \
         schema     http://{address}/schema.graphql\n  metrics    http://{address}/metrics\n  \
         readiness  http://{address}/health/ready"
    ))?;
    tokio::select! {
        () = http::serve(listener, app, told) => {}
        () = ledger.follow(&own, POLL) => {}
    }
    Ok(own.close().await.map_err(domain::Error::from)?)
}
