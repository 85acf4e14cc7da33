//! A cluster at a glance: how many members over time, with published figures on it; who they are;
//! who left; and the members as a list.

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::is_web,
    address::{Address, encoded},
    answered::{Breakdown, Count, Headcount, List, Named, Source},
    counted::{self, bars_of, table_of},
    locale::Text,
    participants,
    plot::{self, Counted, Event, Plot, Published, Stock, bars, stock},
    published::{self, Figure},
    shown::{Shown, Unreadable},
    table::{Column, table},
    texts,
    view::{Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View = View {
    path: &["c", "*"],
    operation: |_| "overview",
    parameters: asked,
    tables: &["series", "member-directory", "figures"],
    write,
};

/// How many years the stock is drawn for.
const YEARS: i32 = 10;

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let (from, to) = request.years_before(YEARS);
    let fixed = [("cluster", request.name), ("language", address.locale.value())];
    parameters(address, &fixed, &[("from", &from), ("to", &to)], &[("by", "interval")])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cluster {
    slug: String,
    name: String,
    description: Option<String>,
    website: Option<String>,
    complete_from: Option<String>,
    host: Option<Named>,
    source: Source,
    programmes: Vec<Programme>,
    events: List<Happened>,
    figures: List<Figure>,
    statistics: Statistics,
    memberships: List<participants::Member>,
    partnerships: List<participants::Member>,
}

#[derive(Deserialize)]
struct Programme {
    name: String,
}

#[derive(Deserialize)]
struct Happened {
    on: Option<String>,
    kind: String,
    text: Option<String>,
    source: Source,
}

#[derive(Deserialize)]
struct Statistics {
    headcount: Headcount,
    series: Series,
    spheres: Breakdown,
    sectors: Breakdown,
    municipalities: Breakdown,
    exits: Breakdown,
}

#[derive(Deserialize)]
struct Series {
    days: Vec<String>,
    total: Total,
}

#[derive(Deserialize)]
struct Total {
    counts: Vec<Count>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    let path = format!("/c/{}", encoded(&cluster.slug));
    let members = format!("{path}/members");
    let to_members = |name: &'static str| {
        let members = members.clone();
        move |value: &str| shown.address.to(&members, &[(name, value)])
    };
    let statistics = &cluster.statistics;
    let spheres = bars_of(shown, &statistics.spheres, to_members("sphere"));
    let sectors = bars_of(shown, &statistics.sectors, to_members("sector"));
    let municipalities = bars_of(shown, &statistics.municipalities, to_members("municipality"));
    let mut exits = bars_of(shown, &statistics.exits, |kind| {
        shown.address.to(&members, &[("status", "ENDED"), ("exitKind", kind)])
    });
    // Those who ended have a way, be it one that is not recorded.
    exits.retain(|bar| bar.to.is_some());
    let plot_of = |name, title: Text, rows: &[plot::Bar]| {
        let told: Vec<_> = rows.iter().map(|bar| format!("{}: {}", bar.label, bar.written)).collect();
        bars(name, shown.say(title).to_owned(), told.join("; "), rows)
    };
    let stock = stock_of(shown, &cluster);
    let of_groups = [
        (plot_of("spheres", texts::BY_SPHERE, &spheres), spheres),
        (plot_of("sectors", texts::BY_SECTOR, &sectors), sectors),
        (plot_of("municipalities", texts::BY_MUNICIPALITY, &municipalities), municipalities),
        (plot_of("exits", texts::EXITS_BY_KIND, &exits), exits),
    ];
    let number = shown.locale().integer(cluster.memberships.total_count);
    let caption = shown.fill(texts::MEMBERS_FOUND, &[("n", &number)]);
    let partners = shown.locale().integer(cluster.partnerships.total_count);
    let partners = shown.fill(texts::PARTNERS_FOUND, &[("n", &partners)]);
    let main = html! {
        (ways(shown, &cluster.slug))
        (profile(shown, &cluster))
        (sizes(shown, &cluster, &members))
        section {
            h2 { (shown.say(texts::OVER_TIME)) }
            (stock.figure(shown, &stock_table(shown, &cluster)))
            (events(shown, &cluster.events.nodes))
        }
        section {
            h2 { (shown.say(texts::WHO_THEY_ARE)) }
            div class="plots" {
                @for (plot, rows) in &of_groups[..3] { (of_group(shown, plot, rows)) }
            }
        }
        section {
            h2 { (shown.say(texts::WHO_LEFT)) }
            @if of_groups[3].1.is_empty() { p { (shown.say(texts::NOBODY_LEFT)) } } @else {
                (of_group(shown, &of_groups[3].0, &of_groups[3].1))
            }
            p { a href=(shown.address.to(&format!("{path}/left"), &[])) { (shown.say(texts::LEFT_MORE)) } }
        }
        section id="member-list" {
            h2 { (shown.say(texts::MEMBERS)) }
            (participants::filters(shown, &members))
            (participants::table(shown, &caption, &cluster.memberships.nodes))
            @if cluster.memberships.total_count > cluster.memberships.nodes.len() as i64 {
                p { a href=(shown.address.to(&members, &[])) { (shown.fill(texts::ALL_OF_THEM, &[("n", &number)])) } }
            }
        }
        section id="partner-list" {
            h2 { (shown.say(texts::PARTNERS)) }
            @if cluster.partnerships.nodes.is_empty() { p { (shown.say(texts::NO_ROWS)) } } @else {
                (participants::table(shown, &partners, &cluster.partnerships.nodes))
                @let rest = cluster.partnerships.total_count - cluster.partnerships.nodes.len() as i64;
                @if rest > 0 { p { (shown.fill(texts::AND_MORE, &[("n", &shown.locale().integer(rest))])) } }
            }
        }
    };
    let plots = std::iter::once(stock).chain(of_groups.into_iter().map(|(plot, _)| plot)).collect();
    Ok(Some(Page { title: cluster.name, main, plots, has_date: true }))
}

/// Who it is.
fn profile(shown: &Shown<'_>, cluster: &Cluster) -> Markup {
    let complete = match &cluster.complete_from {
        Some(from) => shown.fill(texts::COMPLETE_FROM, &[("day", &shown.locale().on(from))]),
        None => shown.say(texts::NOT_COMPLETE).to_owned(),
    };
    html! {
        @if let Some(description) = &cluster.description { p { bdi { (description) } } }
        dl class="profile" {
            @if let Some(host) = &cluster.host {
                dt { (shown.say(texts::HOST)) }
                dd { (shown.organization(host)) }
            }
            @if !cluster.programmes.is_empty() {
                dt { (shown.say(texts::PROGRAMMES)) }
                dd { @for programme in &cluster.programmes { bdi { (programme.name) } " " } }
            }
            @if let Some(website) = cluster.website.as_deref().filter(|website| is_web(website)) {
                dt { (shown.say(texts::WEBSITE)) }
                dd { a href=(website) rel="noreferrer" { (website) } }
            }
            dt { (shown.say(texts::COMPLETENESS)) }
            dd { (complete) }
            dt { (shown.say(texts::SOURCE)) }
            dd { (published::source(shown, &cluster.source)) }
        }
    }
}

/// The numbers at the date.
fn sizes(shown: &Shown<'_>, cluster: &Cluster, members: &str) -> Markup {
    let Headcount { effective, candidates, partners } = cluster.statistics.headcount;
    let to = |status| shown.address.to(members, &[("status", status)]);
    let sizes = [
        (texts::EFFECTIVE, effective, to("EFFECTIVE")),
        (texts::CANDIDATES, candidates, to("CANDIDATE")),
        (texts::PARTNERS, partners, format!("{}#partner-list", shown.address.with(&[]))),
    ];
    html! {
        dl class="sizes" {
            @for (text, count, to) in sizes {
                div {
                    dt { (shown.say(text)) }
                    dd { (counted::number(shown, count, &to)) }
                    dd class="told" { (count.told(shown)) }
                }
            }
        }
    }
}

fn of_group(shown: &Shown<'_>, plot: &Plot, rows: &[plot::Bar]) -> Markup {
    plot.figure(shown, &table_of(shown, &plot.title, rows))
}

/// The figures that are drawn on the stock: those of all members, whose days are told.
fn drawn(cluster: &Cluster) -> impl Iterator<Item = (&Figure, NaiveDate, f64)> {
    let of_members = |figure: &&Figure| figure.of.is_none() && figure.metric != "PARTNERS";
    let drawn = cluster.figures.nodes.iter().filter(of_members).filter(|figure| figure.is_disclosed());
    drawn.filter_map(|figure| Some((figure, figure.day()?, figure.value?)))
}

fn stock_of(shown: &Shown<'_>, cluster: &Cluster) -> Plot {
    let Series { days, total } = &cluster.statistics.series;
    let days: Vec<NaiveDate> = days.iter().filter_map(|day| day.parse().ok()).collect();
    let counted = days.iter().zip(&total.counts).map(|(day, count)| Counted {
        day: *day,
        confirmed: count.confirmed,
        presumed: count.presumed,
        is_complete: count.complete,
    });
    let counted: Vec<_> = counted.collect();
    let from = shown.parameter("from").parse().ok().or_else(|| days.first().copied()).unwrap_or(shown.day);
    let to = shown.parameter("to").parse().ok().or_else(|| days.last().copied()).unwrap_or(shown.day);
    let published = drawn(cluster).map(|(figure, day, value)| Published {
        day,
        value,
        mark: figure.mark(),
        is_target: figure.nature == "TARGET",
        label: figure.told(shown),
        to: shown.address.to(&format!("/s/{}", figure.source.id), &[]),
    });
    let published: Vec<_> = published.collect();
    let events = cluster.events.nodes.iter().filter_map(|event| {
        let on = event.on.as_deref()?;
        let label = format!("{}, {}", shown.label("EventKind", &event.kind), shown.locale().day(on));
        let told = event.text.clone().unwrap_or_else(|| label.clone());
        Some(Event { day: plot::first_day(on)?, label, told })
    });
    let events: Vec<_> = events.collect();
    // A target lies ahead: the axis reaches it.
    let to = published.iter().filter(|point| point.is_target).map(|point| point.day).fold(to, NaiveDate::max);
    let last = total.counts.last().copied().unwrap_or_default();
    let values = [
        ("name", cluster.name.clone()),
        ("count", last.told(shown)),
        ("published", shown.locale().integer(published.len() as i64)),
        ("events", shown.locale().integer(events.len() as i64)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let description = shown.fill(texts::STOCK_DESCRIPTION, &values);
    let title = shown.fill(texts::STOCK, &[("name", &cluster.name)]);
    let (complete, incomplete) = (shown.say(texts::COMPLETE), shown.say(texts::LOWER_BOUND));
    let key = [
        ("confirmed", texts::CONFIRMED),
        ("presumed", texts::PRESUMED),
        ("published", texts::FIGURES),
        ("target", texts::TARGETS),
    ];
    let key = key.map(|(class, text)| (class, shown.say(text))).to_vec();
    let drawn = Stock { from, to, counted, published, events, complete, incomplete, key };
    stock("members", title, description, &drawn, |value| shown.locale().number(value))
}

fn stock_table(shown: &Shown<'_>, cluster: &Cluster) -> Markup {
    let Series { days, total } = &cluster.statistics.series;
    let path = format!("/c/{}/members", encoded(&cluster.slug));
    html! {
        (table(shown, shown.say(texts::STOCK_COUNTED), &[Column::Words(texts::DAY), Column::Numbers(texts::NUMBER), Column::Numbers(texts::CONFIRMED), Column::Numbers(texts::PRESUMED)], &html! { @for (day, count) in days.iter().zip(&total.counts) {
                    tr {
                        th scope="row" { (shown.locale().day(day)) }
                        td class="n" { a href=(shown.address.to(&path, &[("asOf", day)])) { (count.short(shown)) } }
                        td class="n" { (shown.locale().integer(count.confirmed)) }
                        td class="n" { (shown.locale().integer(count.presumed)) }
                    }
                } }))
        (table(shown, shown.say(texts::STOCK_PUBLISHED), &[Column::Words(texts::DAY), Column::Words(texts::FIGURE), Column::Words(texts::SOURCE)], &html! { @for (figure, _, _) in drawn(cluster) {
                    tr {
                        th scope="row" { (figure.on_told(shown)) }
                        td { bdi { (figure.told(shown)) } }
                        td { (published::source(shown, &figure.source)) }
                    }
                } }))
    }
}

fn events(shown: &Shown<'_>, events: &[Happened]) -> Markup {
    html! {
        @if !events.is_empty() {
            h3 { (shown.say(texts::EVENTS)) }
            ul class="events" {
                @for event in events {
                    li {
                        strong {
                            @if let Some(on) = &event.on { (shown.locale().day(on)) ", " }
                            (shown.label("EventKind", &event.kind))
                        }
                        @if let Some(text) = &event.text { ": " bdi { (text) } }
                        " (" (published::source(shown, &event.source)) ")"
                    }
                }
            }
        }
    }
}
