//! What those who look with a browser are shown besides the pages of the register: how programs
//! ask, an explorer, and the files that pages load. Nothing of them is loaded from another host.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use maud::{DOCTYPE, Markup, html};

use super::{app::App, pages};

/// GraphiQL's files, where the build found them.
const GRAPHIQL: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/graphiql.rs"));

/// The files of our own.
const OURS: &[(&str, &[u8])] = &[
    ("explorer.css", include_bytes!("../../web/explorer.css")),
    ("explorer.js", include_bytes!("../../web/explorer.js")),
    ("graphiql.js", include_bytes!("../../web/graphiql.js")),
    ("start.css", include_bytes!("../../web/start.css")),
];

/// The questions that explorers open with, in their order.
pub const QUESTIONS: [&str; 5] = [
    include_str!("../../web/questions/written-question.graphql"),
    include_str!("../../web/questions/counted.graphql"),
    include_str!("../../web/questions/members.graphql"),
    include_str!("../../web/questions/who-left.graphql"),
    include_str!("../../web/questions/eligible.graphql"),
];

/// What a page may do: use what this server has, and nothing else. Explorers write styles of their
/// own.
const ONLY_OURS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' \
     data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// No page that a link leads to is told the address of the link.
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");

/// The routes of pages.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api", get(async || page(include_str!("../../web/start.html"))))
        .route("/explorer", get(async || page(include_str!("../../web/explorer.html"))))
        .route("/assets/{name}", get(asset))
}

/// The page to ask on: GraphiQL where the build took it along, else the explorer.
pub(super) fn asking() -> Response {
    let has_graphiql = !GRAPHIQL.is_empty();
    page(if has_graphiql { include_str!("../../web/graphiql.html") } else { include_str!("../../web/explorer.html") })
}

/// A page that was written for its request.
pub(super) fn written(title: &str, main: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Trihelix" }
                link rel="stylesheet" href="/assets/start.css";
            }
            body { main { h1 { (title) } (main) } }
        }
    };
    self::page(page.into_string())
}

fn page(text: impl Into<Body>) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, ONLY_OURS), (header::REFERRER_POLICY, NO_REFERRER)];
    (headers, Html(text.into())).into_response()
}

/// The questions as a script: a list of documents.
static QUESTIONS_SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let questions = serde_json::to_string(&QUESTIONS).expect("texts are JSON");
    format!("const QUESTIONS = {questions};\n")
});

async fn asset(Path(name): Path<String>) -> Response {
    let file = GRAPHIQL.iter().chain(OURS).find(|(file, _)| *file == name).map(|(_, bytes)| *bytes);
    let bytes = match file {
        Some(bytes) => bytes,
        None if name == "questions.js" => QUESTIONS_SCRIPT.as_bytes(),
        None if let Some(response) = pages::asset(&name) => return response,
        None => return (StatusCode::NOT_FOUND, "there is no such file").into_response(),
    };
    let kind = if name.ends_with(".css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], bytes).into_response()
}
