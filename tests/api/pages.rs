//! The pages that people read, as a browser asks for them.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;
use trihelix::{
    graphql::{Limits, Operations},
    http,
};

use crate::support::{Package, TestApp};

/// Every page of circlemade's register, and of those published with it.
const PAGES: [&str; 15] = [
    "/",
    "/?search=made",
    "/c/circlemade",
    "/c/circlemade/answer?asOf=2023-12-14",
    "/c/circlemade/members?asOf=2018-06-01",
    "/c/circlemade/members?search=perma&sphere=COMPANY",
    "/c/circlemade/flow",
    "/c/circlemade/flow?by=QUARTER&from=2018-01-01&to=2020-01-01",
    "/c/circlemade/left",
    "/c/circlemade/criteria",
    "/compare?c=circlemade,biowin",
    "/figures",
    "/changes?from=2018-01-01&to=2024-01-01",
    "/changes?c=circlemade&from=2018-01-01&to=2024-01-01",
    "/changes?fromRevision=0&toRevision=5",
];

/// The plots, as images.
const PLOTS: [&str; 6] = [
    "/c/circlemade/members.svg",
    "/c/circlemade/spheres.svg",
    "/c/circlemade/municipalities.svg",
    "/c/circlemade/flow/flow.svg",
    "/c/circlemade/left/left.svg",
    "/compare/compare.svg?c=circlemade,biowin",
];

async fn page(app: &TestApp, address: &str) -> (StatusCode, HeaderMap, String) {
    app.get_with(address, &[("accept", "text/html"), ("host", "register.example")]).await
}

/// An address with one more parameter.
fn with(address: &str, parameter: &str) -> String {
    format!("{address}{}{parameter}", if address.contains('?') { '&' } else { '?' })
}

/// The values of an attribute, with the entities of HTML read.
fn attributes<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = String> + 'a {
    let values = text.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>().into_iter();
    values.filter_map(|rest| rest.split('"').next()).map(unescaped)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The text of a page without its tags.
fn plain(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        text.push(' ');
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in which what differs from run to run is numbered: ids, instants, and names of files.
fn stable(text: &str) -> String {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut stable = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_01") {
        let kind_from = rest[..at].rfind(|letter: char| !letter.is_ascii_lowercase()).map_or(0, |at| at + 1);
        let tail = &rest[at + 1..];
        let end = tail.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tail.len());
        if end == 26 {
            let next = format!("{}_{}", &rest[kind_from..at], known.len() + 1);
            let name = known.entry(rest[kind_from..at + 1 + end].to_owned()).or_insert(next);
            stable.push_str(&rest[..kind_from]);
            stable.push_str(name);
        } else {
            stable.push_str(&rest[..at + 1 + end]);
        }
        rest = &rest[at + 1 + end..];
    }
    stable.push_str(rest);
    let stable = replaced(&stable, "knownAt=", |letter| letter.is_ascii_alphanumeric() || "-.:%".contains(letter));
    let stable = replaced(&stable, "placeholder=\"", |letter| letter != '"');
    replaced(&stable, "/assets/page-", |letter| letter.is_ascii_hexdigit())
}

/// A text in which what follows a word is left out.
fn replaced(text: &str, word: &str, is_of_it: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(word);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}{word}…{}", part.trim_start_matches(&is_of_it)))
}

/// A page with a line for each element that begins a part, so that differences can be read.
fn lines(page: &str) -> String {
    let begins = ["<head", "<link", "<script", "<body", "<header", "<nav", "<main", "<h1", "<h2", "<h3", "<p", "<form"];
    let more =
        ["<section", "<figure", "<svg", "<text", "<rect", "<a ", "<table", "<tr", "<li", "<dt", "<details", "<footer"];
    let mut text = page.to_owned();
    for tag in begins.into_iter().chain(more) {
        text = text.replace(tag, &format!("\n{tag}"));
    }
    text
}

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let app = TestApp::published().await;
    for address in PAGES {
        for language in ["en", "fr", "nl"] {
            let address = with(address, &format!("lang={language}"));
            let (status, headers, text) = page(&app, &address).await;
            assert_eq!(status, StatusCode::OK, "{address}: {text}");
            assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert!(text.starts_with(&format!("<!DOCTYPE html><html lang=\"{language}\">")), "{address}");
            assert_eq!(text.matches("<h1").count(), 1, "{address}");
            assert_eq!(text.matches("<main").count(), 1, "{address}");
            for forbidden in [" style=", " onclick=", "javascript:", "<style"] {
                assert!(!text.contains(forbidden), "{address} has {forbidden}");
            }
            let ids: Vec<_> = attributes(&text, "id").collect();
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{address}: an id stands twice");
            for of in ["aria-labelledby", "aria-describedby"] {
                let named = attributes(&text, of).collect::<Vec<_>>();
                assert!(named.iter().all(|name| ids.contains(name)), "{address}: {named:?}");
            }
            // Numbers of headings do not jump.
            let levels: Vec<_> =
                text.match_indices("<h").filter_map(|(at, _)| text[at + 2..].chars().next()?.to_digit(10)).collect();
            assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{address}: {levels:?}");
            assert_eq!(text.matches("<table").count(), text.matches("<caption").count(), "{address}");
        }
    }
}

#[tokio::test]
async fn every_link_of_a_page_leads_somewhere() {
    let app = TestApp::published().await;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut left: VecDeque<String> = PAGES.iter().map(|address| with(address, "lang=fr")).collect();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(address) = left.pop_front() {
        let (path, place) =
            address.split_once('#').map_or((address.as_str(), None), |(path, place)| (path, Some(place)));
        // Of many pages of a kind some are enough.
        let kind: String = path.split('?').next().unwrap_or_default().split('/').take(2).collect::<Vec<_>>().join("/");
        let count = met.entry(kind.clone()).or_default();
        *count += 1;
        if *count > 60 {
            continue;
        }
        let (status, _, text) = page(&app, path).await;
        assert_eq!(status, StatusCode::OK, "{address}: {}", plain(&text));
        let is_of_another_kind = ["/graphql", "/q", "/data", "/api", "/assets"].contains(&kind.as_str());
        if is_of_another_kind || path.contains(".svg") {
            continue;
        }
        if let Some(place) = place {
            assert!(attributes(&text, "id").any(|id| id == place), "{address} names a place that is not there");
        }
        for link in attributes(&text, "href") {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let link = if link.starts_with('#') { format!("{path}{link}") } else { link };
            assert!(link.starts_with('/') && !link.starts_with("//"), "{address} leads to {link}");
            if seen.insert(link.clone()) {
                left.push_back(link);
            }
        }
    }
    assert!(met.len() >= 10 && met["/o"] > 10 && met["/c"] > 50, "{met:?}");
}

#[tokio::test]
async fn the_answer_says_what_was_published_and_what_is_not_disclosed() {
    let app = TestApp::circlemade().await;
    for (language, expected) in [
        (
            "en",
            [
                "Published (14 December 2023): 35 effective members",
                "Not disclosed (14 December 2023): exclusions",
                "at least 8;",
            ],
        ),
        (
            "fr",
            [
                "Publié (14 décembre 2023) : 35 membres effectifs",
                "Non communiqué (14 décembre 2023) : exclusions",
                "au moins 8 ;",
            ],
        ),
        (
            "nl",
            [
                "Gepubliceerd (14 december 2023): 35 effectieve leden",
                "Niet meegedeeld (14 december 2023): uitsluitingen",
                "minstens 8;",
            ],
        ),
    ] {
        let (_, _, text) = page(&app, &format!("/c/circlemade/answer?asOf=2023-12-14&lang={language}")).await;
        let text = plain(&text);
        for expected in expected {
            // In the page, and in the text to copy.
            assert_eq!(text.matches(expected).count(), 2, "{language}: {expected}: {text}");
        }
        assert!(text.contains("PermaFungi"), "the rows are there: {text}");
    }
    // Before a figure was published, it is not there.
    let (_, _, text) = page(&app, "/c/circlemade/answer?asOf=2018-05-25&lang=en").await;
    assert!(!plain(&text).contains("35 effective") && plain(&text).contains("27 partners"));
}

#[tokio::test]
async fn the_first_page_leads_to_no_other_host() {
    let app = TestApp::published().await;
    let (_, _, text) = page(&app, "/?lang=fr").await;
    assert!(attributes(&text, "href").chain(attributes(&text, "src")).all(|address| !address.contains("://")));
}

#[tokio::test]
async fn a_page_is_light() {
    let app = TestApp::published().await;
    for address in PAGES {
        let request = Request::get(with(address, "lang=fr")).header(header::ACCEPT_ENCODING, "gzip");
        let (_, body) = app.send(request.body(Body::empty()).expect("a request")).await;
        assert!(body.len() < 60_000, "{address} weighs {} bytes", body.len());
    }
}

#[tokio::test]
async fn plots_are_images_with_their_own_style() {
    let app = TestApp::published().await;
    for address in PLOTS {
        let (status, headers, text) = page(&app, address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert_eq!(headers[header::CONTENT_TYPE], "image/svg+xml; charset=utf-8");
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(text.starts_with("<svg ") && text.ends_with("</svg>") && text.contains("<style>"), "{address}");
        assert!(text.contains("<title") && text.contains("<desc"), "{address}");
    }
    let (status, _, _) = page(&app, "/c/circlemade/nothing.svg").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_there_and_what_makes_no_sense_are_pages() {
    let app = TestApp::circlemade().await;
    for (address, expected, told) in [
        ("/c/none", StatusCode::NOT_FOUND, "There is nothing here"),
        ("/c/none/answer", StatusCode::NOT_FOUND, "There is nothing here"),
        ("/c/circlemade/nothing", StatusCode::NOT_FOUND, "There is nothing here"),
        ("/o/organization_01h0000000e008000000000000", StatusCode::NOT_FOUND, "There is nothing here"),
        ("/nowhere", StatusCode::NOT_FOUND, "There is nothing here"),
        ("/c/circlemade?asOf=yesterday", StatusCode::BAD_REQUEST, "the parameter `asOf`"),
        ("/c/circlemade?cluster=biowin", StatusCode::BAD_REQUEST, "the parameter `cluster` is given more than once"),
        ("/c/circlemade?colour=red", StatusCode::BAD_REQUEST, "there is no parameter `colour`"),
        ("/c/circlemade/flow?from=2020-01-01&to=2019-01-01", StatusCode::BAD_REQUEST, "the period ends on"),
        ("/compare?c=none", StatusCode::BAD_REQUEST, "none"),
        ("/o/nobody", StatusCode::BAD_REQUEST, "nobody"),
        ("/c/%ff", StatusCode::NOT_FOUND, "There is nothing here"),
    ] {
        let (status, headers, text) = page(&app, &with(address, "lang=en")).await;
        assert_eq!(status, expected, "{address}: {}", plain(&text));
        assert!(plain(&text).contains(told), "{address}: {}", plain(&text));
        assert!(text.contains("<main") && text.contains("<h1"), "{address}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{address}");
    }
    // Programs are told in a line.
    let (status, _, text) = app.get("/nowhere").await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::NOT_FOUND, "there is nothing under this address; `/` leads to all\n")
    );
}

#[tokio::test]
async fn what_takes_too_long_is_a_page_too() {
    let app = TestApp::circlemade().await;
    let hurried = http::Options { request_seconds: Duration::ZERO, ..http::Options::default() };
    let request = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let answer = app.router(hurried).oneshot(request("/c/circlemade/criteria?lang=nl")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    let text = plain(&String::from_utf8_lossy(&body));
    assert!(text.contains("De pagina kon niet gemaakt worden") && text.contains("took longer than 0 s"), "{text}");
}

#[tokio::test]
async fn an_operation_in_the_place_of_ours_has_to_answer_what_the_page_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = "\"Another.\" query Source($id: ID!, $language: Language) { node(id: $id) { id }
                    clusters { nodes { name(language: $language) } } }";
    std::fs::write(folder.path().join("source.graphql"), document).expect("a file");
    let app = TestApp::circlemade().await;
    let operations = Operations::load(Some(folder.path()), &Limits::default()).await.expect("it can be asked");
    let id = app.ask("{ sources(first: 1) { nodes { id } } }").await["sources"]["nodes"][0]["id"].take();
    let router = app.router_with(operations);
    let request = Request::get(format!("/s/{}?lang=en", id.as_str().expect("an id"))).body(Body::empty());
    let answer = router.oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_language_is_the_addresss_or_the_clients() {
    let app = TestApp::circlemade().await;
    let language = async |address: &str, accepted: &str| {
        let (_, headers, text) = app.get_with(address, &[("accept-language", accepted)]).await;
        let varies: Vec<_> = headers.get_all(header::VARY).iter().map(|value| value.to_str().unwrap()).collect();
        assert!(varies.join(", ").contains("accept-language"), "{varies:?}");
        text.split("lang=\"").nth(1).and_then(|rest| rest.split('"').next()).map(ToOwned::to_owned)
    };
    assert_eq!(language("/", "nl-BE,nl;q=0.9,en;q=0.8").await.as_deref(), Some("nl"));
    assert_eq!(language("/?lang=fr", "nl").await.as_deref(), Some("fr"));
    assert_eq!(language("/?lang=de", "de").await.as_deref(), Some("en"));
}

#[tokio::test]
async fn pages_are_kept_and_told_apart() {
    let app = TestApp::circlemade().await;
    let address = "/c/circlemade/answer?asOf=2023-12-14&lang=fr";
    let (_, headers, first) = page(&app, address).await;
    let tag = headers[header::ETAG].to_str().expect("text").to_owned();
    let basis = headers["trihelix-basis"].to_str().expect("text").to_owned();
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=5");
    let (status, _, body) = app.get_with(address, &[("if-none-match", &tag), ("host", "register.example")]).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let (_, _, again) = page(&app, address).await;
    assert_eq!(first, again);
    // The same answer in another language, on another page, and under another name of the server.
    for other in ["/c/circlemade/answer?asOf=2023-12-14&lang=nl", "/c/circlemade/answer?asOf=2023-12-13&lang=fr"] {
        let (_, headers, text) = page(&app, other).await;
        assert_ne!(headers[header::ETAG].to_str().expect("text"), tag, "{other}");
        assert_ne!(text, first, "{other}");
    }
    let (_, _, elsewhere) = app.get_with(address, &[("host", "other.example")]).await;
    assert!(elsewhere.contains("http://other.example/q/") && !elsewhere.contains("register.example"));
    let (_, _, odd) = app.get_with(address, &[("host", "a<b")]).await;
    assert!(!odd.contains("a<b") && !odd.contains("a&lt;b"));
    // With its whole basis in the address, nothing will ever change it.
    let (_, headers, _) = page(&app, &format!("/c/circlemade/answer?{basis}&lang=fr")).await;
    let is_fixed = headers[header::CACHE_CONTROL].to_str().expect("text").contains("immutable");
    assert!(first.contains("revision="), "the permalink has its revision");
    assert!(is_fixed || headers[header::CACHE_CONTROL] == "public, max-age=5");
}

#[tokio::test]
async fn the_foot_of_a_page_shows_what_it_asks() {
    let app = TestApp::published().await;
    for address in PAGES {
        let (_, _, text) = page(&app, &with(address, "lang=en")).await;
        let links: Vec<_> = attributes(&text, "href").collect();
        let json = links
            .iter()
            .find(|link| link.starts_with("/q/") && link.len() > 3 && !link.contains('#') && !link.contains(".csv"));
        let json = json.unwrap_or_else(|| panic!("{address} shows no operation"));
        let (status, headers, body) = app.get(json).await;
        assert_eq!(status, StatusCode::OK, "{address}: {json}: {body}");
        assert!(headers[header::CONTENT_TYPE].to_str().is_ok_and(|kind| kind.starts_with("application/json")));
        let tables: Vec<_> = links.iter().filter(|link| link.contains(".csv")).collect();
        assert!(!tables.is_empty(), "{address} has no table");
        for csv in tables {
            let (status, _, body) = app.get(csv).await;
            assert_eq!(status, StatusCode::OK, "{address}: {csv}: {body}");
        }
        let editor = links.iter().find(|link| link.starts_with("/graphql#query=")).expect("a way to the editor");
        let (query, variables) = editor["/graphql#query=".len()..].split_once("&variables=").expect("variables");
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned();
        let variables = serde_json::from_str(&decoded(variables)).expect("JSON");
        let answer = app.ask_with(&decoded(query), variables).await;
        assert!(answer.as_object().is_some(), "{address}: {answer}");
        assert!(plain(&text).contains(&format!("curl 'http://register.example{json}'")), "{address}");
        assert!(plain(&text).contains("(revision"), "{address}");
    }
}

#[tokio::test]
async fn every_number_of_a_flow_has_as_many_rows() {
    let package = Package::new("flow")
        .cluster("c")
        .organization("o", "company", "One")
        .organization("p", "company", "Two")
        .member("c", "o", "effective", "2019-01-01", "2020-05-01")
        .member("c", "o", "ended", "2020-05-01", "")
        .period("c,p,partner,,effective,2019-03-01,2020-06-01,,,,,s")
        .period("c,p,partner,,ended,2020-06-01,,,,excluded,inactivity,s");
    let app = TestApp::with(&package).await;
    for (kind, name, other) in [("MEMBER", "One", "Two"), ("PARTNER", "Two", "One")] {
        let address = format!("/c/c/flow?from=2018-01-01&to=2021-01-01&kind={kind}&lang=en");
        let (_, _, text) = page(&app, &address).await;
        let rows: Vec<_> = attributes(&text, "href")
            .filter(|link| link.contains("kind=JOINED") || link.ends_with("#LEFT") || link.ends_with("#EXCLUDED"))
            .collect();
        assert!(rows.len() >= 3, "{rows:?}");
        let mut told = 0;
        for link in rows {
            let (status, _, text) = page(&app, link.split('#').next().expect("an address")).await;
            let place = link.split_once('#').map(|(_, place)| place);
            assert!(place.is_none_or(|place| attributes(&text, "id").any(|id| id == place)), "{link}");
            let text = plain(&text);
            assert_eq!(status, StatusCode::OK, "{link}");
            assert!(!text.contains(other), "{link}: {text}");
            told += usize::from(text.contains(name));
        }
        assert!(told >= 4, "{kind}: each segment and each cell of one leads to it: {told}");
    }
}

#[tokio::test]
async fn names_change_nothing_but_themselves() {
    let names = [
        "<script>alert(1)</script>".to_owned(),
        "\"><img src=x onerror=alert(1)>".to_owned(),
        "\u{202e}reversed & 'quoted'".to_owned(),
        "Long ".repeat(40),
    ];
    let mut package = Package::new("names").cluster("c");
    for (at, name) in names.iter().enumerate() {
        let (key, name) = (format!("o{at}"), format!("\"{}\"", name.trim().replace('"', "\"\"")));
        package = package.organization(&key, "company", &name).member("c", &key, "effective", "2019-01-01", "");
    }
    let app = TestApp::with(&package).await;
    for address in ["/c/c", "/c/c/members", "/c/c/answer", "/changes?from=2018-01-01&to=2020-01-01"] {
        let (status, _, text) = page(&app, &with(address, "lang=en")).await;
        assert_eq!(status, StatusCode::OK, "{address}: {}", plain(&text));
        assert_eq!(text.matches("<script").count(), 1, "{address}: our own alone");
        assert!(!text.contains("<img") && text.contains("&lt;script&gt;"), "{address}");
        assert!(text.contains("<bdi>\u{202e}reversed &amp; 'quoted'</bdi>"), "{address}");
    }
}

#[tokio::test]
async fn pages_and_plots_are_as_they_were() {
    let app = TestApp::published().await;
    if app.db.get_database_backend() != sea_orm::DbBackend::Sqlite {
        // Both databases answer the same, which other tests see to.
        return;
    }
    let members = Package::new("drawn")
        .cluster("c")
        .organization("o", "company", "Often There")
        .organization("p", "research", "Left Early")
        .organization("q", "public", "Put Out")
        .period("c,o,member,,candidate,2019-03-01,2020-01-01,,,,,s")
        .period("c,o,member,,effective,2020-01-01,,,2021-06-30,,,s")
        .period("c,o,partner,,effective,2018,2019,,,,,s")
        .member("c", "p", "effective", "2019-02-01", "2020-05-01")
        .member("c", "p", "ended", "2020-05-01", "")
        .member("c", "q", "effective", "2019-02-01", "2021-05-01")
        .period("c,q,member,,ended,2021-05-01,,,,excluded,charter_breach,s");
    let drawn = TestApp::with(&members).await;
    let organizations = drawn.ask("{ organizations(search: \"often\") { nodes { id } } }").await;
    let often = organizations["organizations"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    let lanes = format!("/o/{often}/memberships.svg?asOf=2023-01-01&lang=en");
    for (name, app, address) in [
        ("flow-of-all-kinds.svg", &drawn, "/c/c/flow/flow.svg?from=2018-01-01&to=2023-01-01&lang=fr"),
        ("memberships.svg", &drawn, &lanes),
        ("cluster", &app, "/c/circlemade?asOf=2023-12-14&lang=en"),
        ("answer", &app, "/c/circlemade/answer?asOf=2023-12-14&lang=fr"),
        ("criteria", &app, "/c/circlemade/criteria?asOf=2023-12-14&lang=nl"),
        ("members.svg", &app, "/c/circlemade/members.svg?asOf=2023-12-14&lang=nl"),
        ("flow.svg", &app, "/c/circlemade/flow/flow.svg?from=2018-01-01&to=2024-01-01&lang=en"),
        ("left.svg", &app, "/c/circlemade/left/left.svg?asOf=2023-12-14&lang=fr"),
        ("compare.svg", &app, "/compare/compare.svg?c=biowin,skywin&lang=en"),
    ] {
        let (_, _, text) = page(app, address).await;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("pages");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, lines(&stable(&text))));
    }
}
