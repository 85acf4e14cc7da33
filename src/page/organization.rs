//! An organization: who it is, and its memberships and partnerships over time.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::is_web,
    address::{Address, encoded},
    answered::{Period, Source},
    participants,
    plot::{Lane, Plot, Span, first_day, lanes, last_day},
    published,
    shown::{Shown, Unreadable},
    table::{Column, table},
    texts,
    view::{Page, Request, View, parameters},
};
use crate::graphql::Answer;

pub(super) static VIEW: View =
    View { path: &["o", "*"], operation: |_| "organization", parameters: asked, tables: &[], write };

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    // An enterprise number is written in digits, an id begins with its type.
    let key = if request.name.starts_with(|first: char| first.is_ascii_digit()) { "enterpriseNumber" } else { "id" };
    parameters(address, &[(key, request.name), ("language", address.locale.value())], &[], &[])
}

#[derive(Deserialize)]
struct Data {
    organization: Option<Organization>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    name: String,
    names: Vec<Name>,
    sphere: String,
    website: Option<String>,
    description: Option<String>,
    founded_on: Option<String>,
    dissolved_on: Option<String>,
    identifiers: Vec<Identifier>,
    municipality: Option<participants::Municipality>,
    activities: Vec<Activity>,
    source: Source,
    participations: Vec<Participation>,
}

#[derive(Deserialize)]
struct Name {
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Identifier {
    scheme: String,
    display: String,
}

#[derive(Deserialize)]
struct Activity {
    rank: String,
    class: Class,
}

#[derive(Deserialize)]
struct Class {
    code: String,
    label: String,
}

#[derive(Deserialize)]
struct Participation {
    #[serde(rename = "__typename")]
    typename: String,
    cluster: Cluster,
    periods: Vec<Period>,
}

#[derive(Deserialize)]
struct Cluster {
    slug: String,
    name: String,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(organization) = shown.read::<Data>(answer)?.organization else { return Ok(None) };
    let plot = drawn(shown, &organization);
    let main = html! {
        (profile(shown, &organization))
        section {
            h2 { (shown.say(texts::MEMBERSHIPS)) }
            @match &plot {
                Some(plot) => (plot.figure(shown, &periods_table(shown, &organization))),
                None => p { (shown.say(texts::NO_MEMBERSHIPS)) },
            }
        }
    };
    Ok(Some(Page { title: organization.name, main, plots: plot.into_iter().collect(), has_date: true }))
}

fn profile(shown: &Shown<'_>, organization: &Organization) -> Markup {
    let day = |stated: &str| shown.locale().day(stated);
    html! {
        @if let Some(description) = &organization.description { p { bdi { (description) } } }
        dl class="profile" {
            dt { (shown.say(texts::SPHERE)) }
            dd { (shown.label("Sphere", &organization.sphere)) }
            @for name in organization.names.iter().filter(|name| name.name != organization.name) {
                dt { (shown.label("NameKind", &name.kind)) }
                dd { bdi { (name.name) } }
            }
            @for identifier in &organization.identifiers {
                dt { (shown.label("Scheme", &identifier.scheme)) }
                dd { (identifier.display) }
            }
            @if let Some(municipality) = &organization.municipality {
                dt { (shown.say(texts::MUNICIPALITY)) }
                dd { bdi { (municipality.name) } }
            }
            @if let Some(founded) = &organization.founded_on { dt { (shown.say(texts::FOUNDED)) } dd { (day(founded)) } }
            @if let Some(dissolved) = &organization.dissolved_on { dt { (shown.say(texts::DISSOLVED)) } dd { (day(dissolved)) } }
            @for activity in &organization.activities {
                dt { (shown.label("ActivityRank", &activity.rank)) }
                dd { (activity.class.code) " " bdi { (activity.class.label) } }
            }
            @if let Some(website) = organization.website.as_deref().filter(|website| is_web(website)) {
                dt { (shown.say(texts::WEBSITE)) }
                dd { a href=(website) rel="noreferrer" { (website) } }
            }
            dt { (shown.say(texts::SOURCE)) }
            dd { (published::source(shown, &organization.source)) }
        }
    }
}

impl Participation {
    fn is_membership(&self) -> bool {
        self.typename == "Membership"
    }
}

/// The lanes of time; `None` where it takes part nowhere.
fn drawn(shown: &Shown<'_>, organization: &Organization) -> Option<Plot> {
    let days = |period: &Period| {
        let stated = [&period.from, &period.first_confirmed_on, &period.last_confirmed_on, &period.to];
        stated.into_iter().flatten().filter_map(|stated| first_day(stated)).collect::<Vec<_>>()
    };
    let all: Vec<NaiveDate> = organization.participations.iter().flat_map(|of| &of.periods).flat_map(days).collect();
    let from = all.iter().min().copied().unwrap_or(shown.day).min(shown.day);
    let to = all.iter().max().copied().unwrap_or(shown.day).max(shown.day);
    let drawn: Vec<_> = organization.participations.iter().map(|of| lane(shown, of, (from, to))).collect();
    let told: Vec<_> = drawn.iter().flat_map(|lane| &lane.spans).map(|span| span.label.clone()).collect();
    let title = shown.fill(texts::MEMBERSHIPS_OF, &[("name", &organization.name)]);
    let key = [
        ("candidate", texts::CANDIDATES),
        ("confirmed", texts::EFFECTIVE_CONFIRMED),
        ("presumed", texts::PRESUMED),
        ("partner", texts::PARTNERS),
    ];
    let key = key.map(|(class, text)| (class, shown.say(text)));
    (!drawn.is_empty()).then(|| lanes("memberships", title, told.join("; "), (from, to), &drawn, &key))
}

fn lane(shown: &Shown<'_>, of: &Participation, (from, to): (NaiveDate, NaiveDate)) -> Lane {
    let day = |stated: &Option<String>| stated.as_deref().and_then(first_day);
    let is_member = of.is_membership();
    let mut spans = Vec::new();
    let lasting = of.periods.iter().filter(|period| period.status.as_deref() != Some("ENDED"));
    for period in lasting {
        let begins = day(&period.from).or(day(&period.first_confirmed_on)).unwrap_or(from);
        let ends = day(&period.to).unwrap_or(to);
        let kind = shown.say(if is_member { texts::MEMBER } else { texts::PARTNER });
        let told = format!("{}: {kind}, {}", of.cluster.name, told(shown, period));
        let solid = match (is_member, period.status.as_deref()) {
            (false, _) => "partner",
            (true, Some("CANDIDATE")) => "candidate",
            _ => "confirmed",
        };
        // What is beyond the last confirmation, or without one the stated start, is presumed, and hatched.
        let last = |stated: &Option<String>| stated.as_deref().and_then(last_day);
        let attested = last(&period.last_confirmed_on).or(last(&period.from)).unwrap_or(begins);
        let attested = attested.clamp(begins, ends.max(begins));
        if attested > begins {
            spans.push(Span { from: begins, to: attested, class: solid, label: told.clone() });
        }
        if attested < ends {
            let label = format!("{told}: {}", shown.label("Confirmation", "PRESUMED"));
            spans.push(Span { from: attested, to: ends, class: "presumed", label });
        }
    }
    let to = shown.address.to(&format!("/c/{}", encoded(&of.cluster.slug)), &[]);
    Lane { label: of.cluster.name.clone(), to, spans }
}

fn told(shown: &Shown<'_>, period: &Period) -> String {
    let status = participants::status(shown, period);
    format!("{status}, {}", participants::since(shown, period))
}

fn periods_table(shown: &Shown<'_>, organization: &Organization) -> Markup {
    table(
        shown,
        shown.say(texts::MEMBERSHIPS),
        &[
            Column::Words(texts::CLUSTER),
            Column::Words(texts::AS),
            Column::Words(texts::STATUS),
            Column::Words(texts::ATTESTED),
            Column::Words(texts::SOURCE),
        ],
        &html! { @for of in &organization.participations {
            @for period in &of.periods {
                tr {
                    th scope="row" {
                        (shown.cluster(&of.cluster.slug, &of.cluster.name))
                    }
                    td { (shown.say(if of.is_membership() { texts::MEMBER } else { texts::PARTNER })) }
                    td { (participants::status(shown, period)) }
                    td { (participants::since(shown, period)) }
                    td { @if let Some(source) = &period.source { (published::source(shown, source)) } }
                }
            }
        } },
    )
}
