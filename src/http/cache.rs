//! What was answered before: kept by the server for who asks next, and by clients, who ask whether
//! it still holds.
//!
//! An answer without errors follows from the document, its variables, the revision and the day
//! ([`Identity`]). So a write makes other identities, and nothing has to be thrown away for what is
//! answered to be right; what is no longer asked for gives way.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{app::App, exchange::Exchange};
use crate::graphql::{Answer, GraphqlRequest, Identity};

/// The header that tells the basis of an answer, as an address can ask for it.
pub(super) const BASIS: &str = "trihelix-basis";

/// How an answer is written, and what its headers say.
pub(super) trait Written {
    /// What tells this way of writing from others.
    fn name(&self) -> &'static str;
    /// An answer with its status and type.
    fn response(&self, answer: &Answer) -> Response;
    /// By which headers of a request the answer varies.
    fn varies_by(&self) -> &'static str;
    /// What tells the text from others of this way of writing: by default nothing but what the
    /// answer follows from.
    fn told_apart(&self, identity: [u8; 32]) -> [u8; 32] {
        identity
    }
    /// The text of an answer without errors, at a basis; or what is answered instead, and not kept.
    fn text(&self, answer: &Answer, _basis: &str) -> Result<Bytes, Box<Response>> {
        Ok(answer.to_json().into())
    }
    /// The text of an answer without errors, with its status and type.
    fn response_of_text(&self, text: Bytes) -> Response;
}

/// Answers a question: with nothing where the client has the answer, from what was answered before,
/// or by executing it.
pub(super) async fn answer(
    app: &App,
    exchange: &Exchange,
    method: &Method,
    headers: &HeaderMap,
    question: GraphqlRequest<'_>,
    written: &impl Written,
) -> Response {
    let tell = |summary| {
        let _ = exchange.summary.set(summary);
    };
    let prepared = match app.schema.prepare(question) {
        Ok(prepared) => prepared,
        Err(refused) => {
            refused.summary.clone().map(tell);
            return unkept(written.response(&refused));
        }
    };
    let is_safe = matches!(*method, Method::GET | Method::HEAD);
    let identity = prepared
        .identity
        .map(|Identity { digest, is_fixed }| Identity { digest: written.told_apart(digest), is_fixed });
    let kept = identity.map(|identity| Kept::new(identity, written.name(), prepared.basis()));
    if let Some(kept) = kept.as_ref().filter(|kept| is_safe && kept.is_held(headers)) {
        tell(prepared.summary("not_modified"));
        return kept.unchanged(written.varies_by());
    }
    let key = identity.map(|identity| (identity.digest, written.name()));
    if let (Some(key), Some(kept)) = (&key, &kept)
        && let Some(text) = app.answers.get(key)
    {
        tell(prepared.summary("ok"));
        let response = written.response_of_text(text);
        return if is_safe { kept.tell(response) } else { kept.tell_basis(response) };
    }
    let basis = kept.as_ref().map_or_else(|| prepared.basis(), |kept| kept.basis.clone());
    let answer = app.schema.answer(prepared).await;
    answer.summary.clone().map(tell);
    let text = if answer.has_errors() { Err(written.response(&answer).into()) } else { written.text(&answer, &basis) };
    let text = match text {
        Ok(text) => text,
        Err(response) => {
            let mut response = unkept(*response);
            set_basis(&mut response, &basis);
            return response;
        }
    };
    if let Some(key) = key {
        app.answers.keep(key, &text);
    }
    let response = written.response_of_text(text);
    match kept {
        Some(kept) if is_safe => kept.tell(response),
        _ => {
            let mut response = if is_safe { unkept(response) } else { response };
            set_basis(&mut response, &basis);
            response
        }
    }
}

/// What a client is told of an answer that it may keep.
pub(super) struct Kept {
    tag: HeaderValue,
    control: HeaderValue,
    basis: String,
}

/// How long an answer may be shown without asking again, where later ones can differ.
const LATEST: &str = "public, max-age=5";

/// For an answer that no later one can differ from: a year.
const FIXED: &str = "public, max-age=31536000, immutable";

impl Kept {
    /// The headers of an answer with an identity, in a form.
    pub(super) fn new(identity: Identity, form: &str, basis: String) -> Self {
        // Compressed or not, it says the same: so the tag is a weak one.
        let tag = format!("W/\"{}-{form}\"", URL_SAFE_NO_PAD.encode(&identity.digest[..18]));
        let tag = HeaderValue::from_str(&tag).expect("letters and digits");
        let control = HeaderValue::from_static(if identity.is_fixed { FIXED } else { LATEST });
        Self { tag, control, basis }
    }

    /// Whether the client says that it has the answer.
    pub(super) fn is_held(&self, headers: &HeaderMap) -> bool {
        // Weak or not, a tag is compared by what stands in its quotes.
        let own = self.tag.to_str().expect("letters and digits").trim_start_matches("W/");
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag.trim_start_matches("W/") == own)
    }

    /// An answer with all that is told of it.
    pub(super) fn tell(&self, response: Response) -> Response {
        let mut response = self.tell_basis(response);
        response.headers_mut().insert(header::ETAG, self.tag.clone());
        response.headers_mut().insert(header::CACHE_CONTROL, self.control.clone());
        response
    }

    /// The answer to a client that has it.
    pub(super) fn unchanged(&self, varies_by: &'static str) -> Response {
        let mut response = self.tell(StatusCode::NOT_MODIFIED.into_response());
        response.headers_mut().insert(header::VARY, HeaderValue::from_static(varies_by));
        response
    }

    fn tell_basis(&self, mut response: Response) -> Response {
        set_basis(&mut response, &self.basis);
        response
    }
}

fn set_basis(response: &mut Response, basis: &str) {
    response.headers_mut().insert(BASIS, HeaderValue::from_str(basis).expect("dates and numbers"));
}

/// An answer that nobody keeps.
pub(super) fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
