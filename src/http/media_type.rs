//! Media types: what a client says it sends, and what it asks to be answered in.

use axum::http::{HeaderMap, header};

/// A form of answers to GraphQL requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphqlResponse,
    /// `application/json`: an answer to a well-formed request is 200, whatever it says, since older
    /// clients expect it.
    Json,
}

impl MediaType {
    /// The form as the header `Content-Type` names it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    fn essence(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    /// The form that a request prefers; `None` where it accepts none. Without the header it is
    /// `application/json`, as for a client that names no type (`*/*`).
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = accepted_ranges(headers).peekable();
        if ranges.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges: Vec<_> = ranges.collect();
        let rank = |form: Self| {
            let ranks = ranges.iter().filter_map(|range| range.rank(form.essence()));
            // The most specific range decides on the quality.
            ranks.max_by_key(|(specificity, _)| *specificity).filter(|(_, quality)| *quality > 0)
        };
        match (rank(Self::GraphqlResponse), rank(Self::Json)) {
            (None, None) => None,
            (Some(_), None) => Some(Self::GraphqlResponse),
            (None, Some(_)) => Some(Self::Json),
            (Some((named, first)), Some((_, second))) => {
                let is_preferred = first > second || (first == second && named == Specificity::Named);
                Some(if is_preferred { Self::GraphqlResponse } else { Self::Json })
            }
        }
    }
}

/// Whether a request comes from somebody who looks at pages.
pub(super) fn prefers_pages(headers: &HeaderMap) -> bool {
    accepted_ranges(headers).any(|range| range.kind == "text" && range.subtype == "html" && range.quality > 0)
}

/// Whether a body is said to be JSON, in UTF-8 as all JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(|parameter| charset(parameter).is_none_or(|set| set.eq_ignore_ascii_case("utf-8")))
}

fn charset(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
}

/// A range of media types that a client accepts, with its quality in thousandths.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Specificity {
    Any,
    Kind,
    Named,
}

impl Range<'_> {
    fn rank(&self, essence: &str) -> Option<(Specificity, u16)> {
        let (kind, subtype) = essence.split_once('/')?;
        let specificity = match (self.kind, self.subtype) {
            ("*", "*") => Specificity::Any,
            (range, "*") if range.eq_ignore_ascii_case(kind) => Specificity::Kind,
            (range, named) if range.eq_ignore_ascii_case(kind) && named.eq_ignore_ascii_case(subtype) => {
                Specificity::Named
            }
            _ => return None,
        };
        Some((specificity, self.quality))
    }
}

fn accepted_ranges(headers: &HeaderMap) -> impl Iterator<Item = Range<'_>> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        for parameter in parts {
            match parameter.split_once('=') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                    quality =
                        value.trim().parse::<f32>().map_or(0, |quality| (quality.clamp(0.0, 1.0) * 1000.0) as u16);
                }
                // Answers are in UTF-8, whatever else a client would take.
                _ if charset(parameter).is_some_and(|set| !set.eq_ignore_ascii_case("utf-8")) => quality = 0,
                _ => {}
            }
        }
        Some(Range { kind, subtype, quality })
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_form_of_an_answer_is_the_one_preferred() {
        use MediaType::{GraphqlResponse, Json};
        assert_eq!(MediaType::accepted(&HeaderMap::new()), Some(Json));
        for (accept, expected) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("Application/GraphQL-Response+JSON; charset=utf-8", Some(GraphqlResponse)),
            ("application/graphql-response+json, application/json", Some(GraphqlResponse)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlResponse)),
            ("application/graphql-response+json;q=0.5, application/json", Some(Json)),
            ("application/graphql-response+json;q=0, */*", Some(Json)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("application/json; q=0.2, application/graphql-response+json; q=0.1", Some(Json)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Json)),
            ("application/json; charset=iso-8859-1", None),
            ("text/html", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(MediaType::accepted(&headers(header::ACCEPT, accept)), expected, "{accept}");
        }
    }

    #[test]
    fn a_body_of_json_is_in_utf_8() {
        for (value, expected) in [
            ("application/json", true),
            ("APPLICATION/JSON; charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"; v=1", true),
            ("application/json; charset=iso-8859-1", false),
            ("application/graphql", false),
            ("application/jsonp", false),
            ("multipart/form-data; boundary=json", false),
            ("", false),
        ] {
            assert_eq!(is_json(&headers(header::CONTENT_TYPE, value)), expected, "{value}");
        }
    }
}
