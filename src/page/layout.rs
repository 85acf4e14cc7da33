//! What is around every page: the way to the others, the point in time and how to change it, and at
//! the foot how the page was made.

use maud::{DOCTYPE, Markup, html};

use super::{
    address::{encoded, written},
    locale::Locale,
    locale::Text,
    shown::Shown,
    style::ASSETS,
    texts,
    view::Page,
};
use crate::graphql::Operation;

/// The pages that every page leads to.
const WAYS: [(&str, Text); 5] = [
    ("/", texts::CLUSTERS),
    ("/compare", texts::COMPARE),
    ("/figures", texts::FIGURES),
    ("/changes", texts::CHANGES),
    ("/api", texts::ASK),
];

/// The document of a page.
pub(super) fn document(shown: &Shown<'_>, page: &Page) -> String {
    let ways = WAYS.map(|(path, text)| (shown.address.to(path, &[]), text, path == shown.address.path));
    let languages = Locale::ALL.map(|locale| (locale, shown.address.with(&[("lang", locale.code())])));
    let main = html! {
        h1 { bdi { (page.title) } }
        p class="basis" { (shown.basis.told(shown)) }
        @if page.has_date { (date_form(shown)) }
        (page.main)
    };
    framed(shown.locale(), &page.title, &ways, &languages, &main, Some(&foot(shown, page))).into_string()
}

fn framed(
    locale: Locale,
    title: &str,
    ways: &[(String, Text, bool)],
    languages: &[(Locale, String)],
    main: &Markup,
    foot: Option<&Markup>,
) -> Markup {
    let [style, script] = &*ASSETS;
    html! {
        (DOCTYPE)
        html lang=(locale.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Trihelix" }
                link rel="stylesheet" href={ "/assets/" (style.name) };
                script type="module" src={ "/assets/" (script.name) } {}
                @for (other, address) in languages.iter().filter(|(other, _)| *other != locale) {
                    link rel="alternate" hreflang=(other.code()) href=(address);
                }
            }
            body {
                a class="skip" href="#main" { (locale.say(texts::SKIP)) }
                header class="head" {
                    a class="brand" href={ "/?lang=" (locale.code()) } { "Trihelix" }
                    nav aria-label=(locale.say(texts::PAGES)) {
                        ul {
                            @for (address, text, is_here) in ways {
                                li { a href=(address) aria-current=[is_here.then_some("page")] { (locale.say(*text)) } }
                            }
                        }
                    }
                    nav class="languages" aria-label=(locale.say(texts::LANGUAGE)) {
                        ul {
                            @for (other, address) in languages {
                                li {
                                    a href=(address) hreflang=(other.code()) lang=(other.code())
                                        aria-current=[(*other == locale).then_some("true")] { (other.name()) }
                                }
                            }
                        }
                    }
                }
                main id="main" tabindex="-1" { (main) }
                @if let Some(foot) = foot { (foot) }
            }
        }
    }
}

/// The form that sets the point in time: it leads to this page with another one.
fn date_form(shown: &Shown<'_>) -> Markup {
    let kept = shown
        .address
        .pairs
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "asOf" | "knownAt" | "revision" | "after"));
    let known_at = shown.address.get("knownAt").unwrap_or_default();
    html! {
        form class="when" method="get" action=(shown.address.path) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(shown.locale().code());
            label { (shown.say(texts::TRUE_ON)) " " input type="date" name="asOf" value=(shown.basis.as_of) required; }
            details open[!known_at.is_empty()] {
                summary { (shown.say(texts::AS_KNOWN)) }
                label {
                    (shown.say(texts::KNOWN_AT)) " "
                    input type="text" name="knownAt" value=(known_at) placeholder=(shown.basis.known_at)
                        inputmode="text" autocomplete="off";
                }
            }
            button { (shown.say(texts::SHOW)) }
        }
    }
}

/// How the page was made, and how to have the same in another form.
fn foot(shown: &Shown<'_>, page: &Page) -> Markup {
    let operation = shown.operation;
    let asked: Vec<_> = shown.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let json = written(&format!("/q/{}", operation.name), asked.iter().copied());
    let own = operation.is_table().then_some(operation);
    let tables: Vec<_> =
        own.into_iter().chain(shown.tables.iter().copied()).map(|table| (&table.name, csv(shown, table))).collect();
    let variables = operation.variables(&shown.parameters).unwrap_or_default();
    let editor = format!("/graphql#query={}&variables={}", encoded(&operation.text), encoded(&variables));
    let permalink = shown.address.with(&shown.basis.pairs());
    let (origin, told) = (shown.origin, shown.basis.told(shown));
    html! {
        footer {
            h2 { (shown.say(texts::HOW_MADE)) }
            p {
                (shown.say(texts::ASKS)) " "
                a href={ "/q/#" (operation.name) } { code { (operation.name) } }
                @for (name, value) in &asked { " " code { (name) "=" bdi { (value) } } }
            }
            ul class="ways" {
                li { a href=(editor) { (shown.say(texts::OPEN_IN_EDITOR)) } }
                li { a href=(json) { "JSON" } }
                @for (name, csv) in tables { li { a href=(csv) { "CSV: " (name) } } }
                @for plot in &page.plots {
                    li { a href=(shown.address.plot(plot.name)) { "SVG: " bdi { (plot.title) } } }
                }
                li { a href=(permalink) { (shown.say(texts::PERMALINK)) } }
            }
            details {
                summary { "curl" }
                pre tabindex="0" { code { "curl '" (origin) (json) "'" } }
            }
            details {
                summary { (shown.say(texts::CITE)) }
                p id="citation" { "Trihelix, " q { bdi { (page.title) } } ". " (told) " " (origin) (permalink) }
            }
        }
    }
}

/// The address of a whole table, with what the page asks that it takes.
fn csv(shown: &Shown<'_>, operation: &Operation) -> String {
    let taken = |name: &str| operation.table_parameters().any(|parameter| parameter.name == name);
    let pairs = shown.parameters.iter().filter(|(name, _)| taken(name));
    written(&format!("/q/{}.csv", operation.name), pairs.map(|(name, value)| (name.as_str(), value.as_str())))
}

/// What is wrong with a request for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The register has not what it is about, or there is no such page.
    Missing,
    /// The address asks for what makes no sense.
    Invalid,
    /// The server could not answer.
    Failed,
}

/// A page that says what is wrong, and what to do.
pub fn fault(locale: Locale, fault: Fault, told: &str) -> String {
    let (title, advice) = match fault {
        Fault::Missing => (texts::MISSING, texts::MISSING_ADVICE),
        Fault::Invalid => (texts::INVALID, texts::INVALID_ADVICE),
        Fault::Failed => (texts::FAILED, texts::FAILED_ADVICE),
    };
    let ways = WAYS.map(|(path, text)| (format!("{path}?lang={}", locale.code()), text, false));
    let languages = Locale::ALL.map(|locale| (locale, format!("/?lang={}", locale.code())));
    let title = locale.say(title);
    let main = html! {
        h1 { (title) }
        @if !told.is_empty() { p class="told" lang="en" { (told) } }
        p { (locale.say(advice)) }
        form class="when" method="get" action="/" {
            input type="hidden" name="lang" value=(locale.code());
            label { (locale.say(texts::SEARCH_CLUSTERS)) " " input type="search" name="search" maxlength="200"; }
            button { (locale.say(texts::SEARCH)) }
        }
    };
    framed(locale, title, &ways, &languages, &main, None).into_string()
}

/// The next page of a list, where there is one.
pub(super) fn more(shown: &Shown<'_>, info: &super::answered::PageInfo) -> Markup {
    let after = info.end_cursor.as_deref().filter(|_| info.has_next_page);
    html! {
        @if after.is_some() || shown.address.get("after").is_some() {
            nav class="more" aria-label=(shown.say(texts::PAGES_OF_LIST)) {
                @if shown.address.get("after").is_some() {
                    a href=(shown.address.with(&[("after", "")])) rel="first" { (shown.say(texts::FIRST_PAGE)) }
                }
                @if let Some(after) = after {
                    a href=(shown.address.with(&[("after", after)])) rel="next" { (shown.say(texts::NEXT_PAGE)) }
                }
            }
        }
    }
}
