//! The register as a whole: `/data/package.zip` is its data package, `/data/FILE` one file of it,
//! `/data/catalog.jsonld` its entry for catalogues.
//!
//! A package is made while it is read, piece by piece, so that it takes the memory of a piece. All
//! is of one revision, whatever is written meanwhile.

use std::{
    io::{self, Write},
    sync::Arc,
};

use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::stream;
use maud::{Markup, html};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use zip::{ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::{
    address,
    app::App,
    browser,
    cache::{self, Kept},
    catalogue,
    exchange::Exchange,
    media_type, saved,
};
use crate::{
    dataset::export::{
        self, Export, Piece, Point,
        parquet::{self, Columnar, Sink},
    },
    domain::restricted::Audience,
    graphql::{Answer, Code, Whole},
};

/// Statements that one has in the database at a time.
const STATEMENTS: u32 = 1;

/// The routes of downloads.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/data", get(list))
        .route("/data/", get(list))
        .route("/data/package.zip", get(package))
        .route("/data/catalog.jsonld", get(catalogued))
        .route("/data/{file}", get(file))
}

async fn package(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    downloaded(&app, &exchange, &headers, &query.unwrap_or_default(), None).await.unwrap_or_else(|refused| refused)
}

async fn file(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    headers: HeaderMap,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    downloaded(&app, &exchange, &headers, &query, Some(&file)).await.unwrap_or_else(|refused| refused)
}

/// The register at the point that an address asks for.
async fn point(app: &App, query: &str) -> Result<Whole, Answer> {
    let pairs = address::pairs(query).map_err(|message| Answer::refusal(Code::BadUserInput, &message, None))?;
    let image = app.ledger.fresh().await;
    Whole::read(&pairs, &image)
}

/// The package, or a file of it.
async fn downloaded(
    app: &Arc<App>,
    exchange: &Exchange,
    headers: &HeaderMap,
    query: &str,
    file: Option<&str>,
) -> Result<Response, Response> {
    let refused = |answer: Answer| saved::refused(exchange, &answer);
    let refuse = |code, message: &str| refused(Answer::refusal(code, message, None));
    if file.is_some_and(|file| !export::is_file(file)) {
        return Err(refuse(Code::NotFound, "the package has no such file; `/data/` lists them"));
    }
    let whole = point(app, query).await.map_err(refused)?;
    let kept = Kept::new(whole.identity, file.unwrap_or("zip"), whole.in_address());
    if kept.is_held(headers) {
        return Ok(kept.unchanged(saved::COMPRESSED));
    }
    let Ok(place) = app.downloads.clone().try_acquire_owned() else {
        return Err(refuse(Code::Overloaded, "others are downloading; try again in a few seconds"));
    };
    let point = point_of(&whole);
    let db = app.reads.reader(STATEMENTS);
    let export = Export::begin(&db, point, Audience::Public, app.options.published.clone()).await;
    let mut export = export.map_err(|error| refused(Answer::failure(error, exchange.id())))?;
    if let Some(file) = file {
        export = export.of_file(file);
    }
    let packed = match file {
        Some(file) if let Some(table) = Columnar::begin(export.clone(), file) => Packed::Parquet(Box::new(table)),
        None => {
            let sink = Sink::default();
            Packed::Zip(Some(Box::new(ZipWriter::new_stream(sink.clone()))), sink)
        }
        Some(_) => Packed::Plain,
    };
    let mut response = streamed(Download { app: app.clone(), export, packed, _place: place });
    let kind = match file.and_then(|file| file.rsplit_once('.')) {
        None if file.is_none() => "application/zip",
        Some((_, "csv")) => "text/csv; charset=utf-8; header=present",
        Some((_, "json")) => "application/json",
        Some((_, "parquet")) => "application/vnd.apache.parquet",
        _ => "text/plain; charset=utf-8",
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if file.is_none() {
        let name = format!("attachment; filename=\"trihelix-{}.zip\"", whole.revision);
        let name = HeaderValue::from_str(&name).expect("letters and digits");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(kept.tell(response))
}

/// A download on its way.
struct Download {
    app: Arc<App>,
    export: Export,
    packed: Packed,
    _place: OwnedSemaphorePermit,
}

/// How the files are put together.
enum Packed {
    /// There is one.
    Plain,
    /// It is a table by columns.
    Parquet(Box<Columnar>),
    /// An archive, which writes into a sink; `None` when it is whole.
    Zip(Option<Box<ZipWriter<StreamWriter<Sink>>>>, Sink),
}

fn streamed(download: Download) -> Response {
    let parts = stream::try_unfold(download, async |mut download: Download| {
        loop {
            match download.next().await {
                Ok(Some(bytes)) if bytes.is_empty() => {}
                Ok(Some(bytes)) => return Ok(Some((bytes, download))),
                Ok(None) => return Ok(None),
                Err(error) => {
                    tracing::warn!(cause = %error, "a download broke off");
                    return Err(error);
                }
            }
        }
    });
    Body::from_stream(parts).into_response()
}

impl Download {
    /// The next bytes, which may be none yet; nothing at the end.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let seconds = self.app.options.request_seconds;
        let db = self.app.reads.reader(STATEMENTS);
        if let Packed::Parquet(table) = &mut self.packed {
            let bytes = tokio::time::timeout(seconds, table.next(&db)).await.map_err(io::Error::other)?;
            return Ok(bytes.map_err(io::Error::other)?.map(Bytes::from));
        }
        let pieces = tokio::time::timeout(seconds, self.export.next(&db));
        let pieces = pieces.await.map_err(io::Error::other)?.map_err(io::Error::other)?;
        match &mut self.packed {
            Packed::Parquet(_) => Ok(None),
            Packed::Plain => Ok(pieces.map(|pieces| {
                let texts = pieces.into_iter().filter_map(|piece| match piece {
                    Piece::Text(text) => Some(text),
                    Piece::File(_) => None,
                });
                texts.collect::<String>().into()
            })),
            Packed::Zip(writer, sink) => {
                let Some(archive) = writer else { return Ok(None) };
                match pieces {
                    Some(pieces) => {
                        for piece in pieces {
                            match piece {
                                Piece::File(name) => archive.start_file(name, SimpleFileOptions::default())?,
                                Piece::Text(text) => archive.write_all(text.as_bytes())?,
                            }
                        }
                    }
                    None => {
                        if let Some(archive) = writer.take() {
                            archive.finish()?;
                        }
                    }
                }
                Ok(Some(sink.take().into()))
            }
        }
    }
}

async fn catalogued(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let whole = match point(&app, &query.unwrap_or_default()).await {
        Ok(whole) => whole,
        Err(answer) => return saved::refused(&exchange, &answer),
    };
    let kept = Kept::new(whole.identity, "jsonld", whole.in_address());
    if kept.is_held(&headers) {
        return kept.unchanged(saved::COMPRESSED);
    }
    let entry = catalogue::entry(&app, &whole, &citation(&app, &whole));
    let mut response = Json(entry).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/ld+json"));
    kept.tell(response)
}

/// The point at which a package is of the register.
fn point_of(whole: &Whole) -> Point {
    Point { revision: whole.revision, known_at: whole.known_at, as_of: whole.as_of }
}

/// How the register is cited.
fn citation(app: &App, whole: &Whole) -> String {
    export::citation(&app.options.published, &point_of(whole))
}

/// What can be downloaded: a page for those who look at pages, else JSON.
async fn list(
    State(app): State<Arc<App>>,
    Extension(exchange): Extension<Arc<Exchange>>,
    headers: HeaderMap,
) -> Response {
    let whole = match point(&app, "").await {
        Ok(whole) => whole,
        Err(answer) => return saved::refused(&exchange, &answer),
    };
    let (citation, basis) = (citation(&app, &whole), whole.in_address());
    let mut response = if media_type::prefers_pages(&headers) {
        browser::written("Downloads", &page(&citation, &basis))
    } else {
        let files = export::files().map(|(name, file)| json!({ "name": name, "address": format!("/data/{file}") }));
        Json(json!({
            "package": "/data/package.zip",
            "descriptor": "/data/datapackage.json",
            "files": files.collect::<Vec<_>>(),
            "parquet": parquet::FILES.map(|(file, _)| format!("/data/{file}")),
            "catalogue": "/data/catalog.jsonld",
            "parameters": ["asOf", "knownAt", "revision"],
            "basis": basis,
            "citation": citation,
        }))
        .into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    cache::unkept(response)
}

fn page(citation: &str, basis: &str) -> Markup {
    html! {
        p {
            a href="/data/package.zip" { "package.zip" }
            ": the register as a data package, all facts that stand, each with its source. "
            code { "?asOf=2023-12-14" } " leaves out what does not hold on that day; "
            code { "?knownAt=2026-11-21T14:00:00Z" } " takes what was known then."
        }
        p {
            "The same again, whatever is written: "
            a href={ "/data/package.zip?" (basis) } { code { "/data/package.zip?" (basis) } }
        }
        h2 { "File by file" }
        ul {
            li { a href="/data/datapackage.json" { "datapackage.json" } ": what the files hold" }
            @for (file, what) in parquet::FILES { li { a href={ "/data/" (file) } { (file) } ": " (what) } }
            @for (_, file) in export::files() { li { a href={ "/data/" (file) } { (file) } } }
        }
        h2 { "To cite" }
        p { (citation) }
        p {
            a href="/data/CITATION" { "CITATION" } ", and "
            a href="/data/catalog.jsonld" { "catalog.jsonld" }
            ", the entry for catalogues (DCAT-AP). Facts are as published by their sources: name the publisher of each."
        }
    }
}
