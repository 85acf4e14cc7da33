//! Members and partners as lists show them, with the form that filters a list.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    answered::{Named, Period},
    published,
    shown::Shown,
    table::{Column, wide_table},
    texts,
};

/// A member as lists show it.
#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) organization: Organization,
    pub(super) period: Option<Period>,
}

/// An organization as lists show it.
#[derive(Deserialize)]
pub(super) struct Organization {
    #[serde(flatten)]
    pub(super) named: Named,
    pub(super) sphere: String,
    pub(super) municipality: Option<Municipality>,
}

#[derive(Deserialize)]
pub(super) struct Municipality {
    pub(super) name: String,
}

/// The form that searches and filters the list.
pub(super) fn filters(shown: &Shown<'_>, path: &str) -> Markup {
    let value = |name: &str| shown.address.get(name).unwrap_or_default();
    let choice = |name: &str, label, set: &str, values: &[&str], any: &str| {
        html! {
            label {
                (shown.say(label)) " "
                select name=(name) {
                    option value="" selected[value(name).is_empty()] { (any) }
                    @for each in values {
                        option value=(each) selected[value(name) == *each] { (shown.label(set, each)) }
                    }
                }
            }
        }
    };
    html! {
        form class="filters" method="get" action=(path) role="search" {
            @for (name, value) in shown.address.when() { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="lang" value=(shown.locale().code());
            label {
                (shown.say(texts::NAME_HAS)) " "
                input type="search" name="search" value=(value("search")) maxlength="200";
            }
            (choice("status", texts::STATUS, "MembershipStatus", &["CANDIDATE", "EFFECTIVE", "ENDED"], shown.say(texts::PRESENT)))
            (choice("sphere", texts::SPHERE, "Sphere", &["COMPANY", "RESEARCH", "PUBLIC", "CIVIL_SOCIETY"], shown.say(texts::ALL)))
            (choice("sizeClass", texts::SIZE, "SizeClass", &["MICRO", "SMALL", "MEDIUM", "LARGE"], shown.say(texts::ALL)))
            button { (shown.say(texts::SEARCH)) }
        }
    }
}

/// The list.
pub(super) fn table(shown: &Shown<'_>, caption: &str, members: &[Member]) -> Markup {
    wide_table(
        shown,
        caption,
        &[
            Column::Words(texts::ORGANIZATION),
            Column::Words(texts::SPHERE),
            Column::Words(texts::MUNICIPALITY),
            Column::Words(texts::STATUS),
            Column::Words(texts::ATTESTED),
            Column::Words(texts::SOURCE),
        ],
        &html! { @for Member { organization, period } in members {
            tr {
                th scope="row" {
                    (shown.organization(&organization.named))
                }
                td { (shown.label("Sphere", &organization.sphere)) }
                td { @if let Some(municipality) = &organization.municipality { bdi { (municipality.name) } } }
                @if let Some(period) = period {
                    td { (status(shown, period)) }
                    td { (since(shown, period)) }
                    td { @if let Some(source) = &period.source { (published::source(shown, source)) } }
                } @else { td {} td {} td {} }
            }
        } },
    )
}

/// The status of a period, with how it ended.
pub(super) fn status(shown: &Shown<'_>, period: &Period) -> String {
    let status = period.status.as_deref().map(|status| shown.label("MembershipStatus", status));
    let lasting = period.confirmation.as_deref().filter(|_| period.exit.is_none());
    let confirmation = lasting.map(|confirmation| shown.label("Confirmation", confirmation).to_owned());
    let exit = period.exit.as_ref().map(|exit| shown.exit(&exit.kind, exit.reason.as_deref()));
    status.map(ToOwned::to_owned).into_iter().chain(exit).chain(confirmation).collect::<Vec<_>>().join(", ")
}

/// Since when a period holds, and when it was last confirmed, as the source states it.
pub(super) fn since(shown: &Shown<'_>, period: &Period) -> String {
    let day = |stated: &Option<String>| stated.as_deref().map(|stated| shown.locale().on(stated));
    let mut told = Vec::new();
    if let Some(from) = day(&period.from) {
        told.push(shown.fill(texts::SINCE, &[("day", &from)]));
    }
    match (day(&period.first_confirmed_on), day(&period.last_confirmed_on)) {
        (Some(first), Some(last)) if first != last => {
            told.push(shown.fill(texts::CONFIRMED_BETWEEN, &[("first", &first), ("last", &last)]));
        }
        (_, Some(day)) | (Some(day), None) => told.push(shown.fill(texts::CONFIRMED_ON, &[("day", &day)])),
        (None, None) => {}
    }
    if let Some(to) = day(&period.to) {
        told.push(shown.fill(texts::UNTIL, &[("day", &to)]));
    }
    if told.is_empty() { shown.say(texts::SINCE_UNKNOWN).to_owned() } else { told.join(", ") }
}
