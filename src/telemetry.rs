//! Logs and traces: the only place that knows their formats.

use std::{io::IsTerminal, time::Duration};

use clap::{Args, ValueEnum};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response, hyper::HyperClient};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tokio::runtime::Handle;
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// What is told of the server while it runs.
#[derive(Args, Clone, Debug)]
#[group(id = "telemetry")]
pub struct Options {
    /// What to log, to standard error: off, error, warn, info, debug, trace, or by module as in info,sqlx=debug. At
    /// info there is a line for each request.
    #[arg(long, env = "TRIHELIX_LOG", default_value = "info,sea_orm_migration=warn,sqlx=warn", value_name = "FILTER",
          global = true, value_parser = log_filter)]
    pub log: String,

    /// The form of the log: text for people, json for programs, one object a line.
    #[arg(long, env = "TRIHELIX_LOG_FORMAT", value_enum, default_value_t, value_name = "FORM", global = true)]
    pub log_format: LogFormat,

    /// Where an OpenTelemetry collector takes traces by OTLP over HTTP, as in http://localhost:4318. Without it there
    /// are none.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", global = true, value_parser = collector)]
    pub otlp_endpoint: Option<String>,
}

/// A form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line of text for each event.
    #[default]
    Text,
    /// A JSON object for each event.
    Json,
}

fn log_filter(text: &str) -> Result<String, String> {
    text.parse::<EnvFilter>().map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn collector(text: &str) -> Result<String, String> {
    match text.strip_prefix("http://") {
        Some(host) if !host.is_empty() => Ok(text.trim_end_matches('/').to_owned()),
        _ => {
            Err("expected the address of a collector, as in http://localhost:4318; for TLS, ask a local collector to \
                  pass traces on"
                .into())
        }
    }
}

/// What was started; at the end, what was not sent yet is sent.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

/// Starts to log, and to trace where a collector is named. Within the runtime.
pub fn start(options: &Options) -> Telemetry {
    let traces = options.otlp_endpoint.as_deref().map(provider);
    let tracer = traces.as_ref().map(|provider| {
        // Of what libraries trace, nothing is of use to an operator.
        let ours = Targets::new().with_target("trihelix", tracing::Level::DEBUG);
        tracing_opentelemetry::layer().with_tracer(provider.tracer("trihelix")).with_filter(ours)
    });
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match options.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let log = log.with_filter(EnvFilter::new(&options.log));
    // A second start, in a test, changes nothing.
    let _ = tracing_subscriber::registry().with(tracer).with(log).try_init();
    Telemetry(traces)
}

impl Telemetry {
    /// Sends the traces that were not sent yet.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        // It waits for the collector, on whom the runtime's own threads must not wait.
        let _ = tokio::task::spawn_blocking(move || provider.shutdown()).await;
    }
}

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

fn provider(endpoint: &str) -> SdkTracerProvider {
    let client = Client { client: HyperClient::with_default_connector(PATIENCE, None), runtime: Handle::current() };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .with_timeout(PATIENCE)
        .build()
        .expect("the client and the address are given");
    let resource = Resource::builder().with_service_name("trihelix").build();
    SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()
}

/// Sends traces by the server's runtime: they are gathered on a thread that has none.
#[derive(Debug)]
struct Client {
    client: HyperClient,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}
