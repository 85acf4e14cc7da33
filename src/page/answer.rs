//! The written question as a page: how many members, how many candidates, who left, who was
//! excluded and why. For each what was published, what the register counts, the rows and the
//! sources. Printed, it is an annex to a parliamentary answer.

use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::is_web,
    address::{Address, encoded},
    answered::{self, Count, ExitRow, Exits, Headcount, List, Named, Period},
    locale::Text,
    participants::since,
    published::{self, Figure},
    shown::{Shown, Unreadable},
    texts,
    view::{EVER, Page, Request, View, parameters},
    ways::ways,
};
use crate::graphql::Answer;

pub(super) static VIEW: View = View {
    path: &["c", "*", "answer"],
    operation: |_| "written-question-784",
    parameters: asked,
    tables: &["member-directory", "exits", "figures"],
    write,
};

fn asked(address: &Address, request: &Request<'_>) -> Vec<(String, String)> {
    let to = request.day_after();
    let fixed = [("cluster", request.name), ("language", address.locale.value())];
    parameters(address, &fixed, &[("from", EVER), ("to", &to)], &[])
}

#[derive(Deserialize)]
struct Cluster {
    slug: String,
    name: String,
    figures: List<Figure>,
    statistics: Statistics,
    members: List<Member>,
    candidates: List<Member>,
    partnerships: List<answered::Member>,
}

#[derive(Deserialize)]
struct Statistics {
    headcount: Headcount,
    exits: Exits,
}

#[derive(Deserialize)]
struct Member {
    organization: Named,
    period: Option<Period>,
}

/// A row behind a number: who it is, and what is told of it.
struct RowBehind<'a> {
    organization: &'a Named,
    told: String,
}

/// One of the questions, answered.
struct Answered<'a> {
    question: Text,
    /// What is said of it, a sentence each.
    sentences: Vec<String>,
    /// Where all the rows are, each with what they are.
    ways: Vec<(Text, String)>,
    total: i64,
    rows: Vec<RowBehind<'a>>,
    figures: Vec<&'a Figure>,
}

fn write(shown: &Shown<'_>, answer: &Answer) -> Result<Option<Page>, Unreadable> {
    let Some(cluster) = shown.read_cluster::<Cluster>(answer)? else { return Ok(None) };
    let questions = questions(shown, &cluster);
    let about = shown.fill(texts::ANSWER_ABOUT, &[("name", &cluster.name)]);
    let sources = sources(&questions);
    let main = html! {
        (ways(shown, &cluster.slug))
        p { (shown.say(texts::ANSWER_LEAD)) }
        article id="answer" {
            @for (number, answered) in questions.iter().enumerate() {
                (section(shown, number + 1, answered))
            }
            section class="sources" {
                h2 { (shown.say(texts::SOURCES)) }
                @if sources.is_empty() { p { (shown.say(texts::NO_SOURCE)) } }
                ul {
                    @for source in sources {
                        li {
                            (published::source(shown, source))
                            // Printed, the address is read.
                            @if let Some(url) = source.url.as_deref().filter(|url| is_web(url)) {
                                br;
                                a href=(url) rel="noreferrer" { (url) }
                            }
                        }
                    }
                }
            }
        }
        details class="copy" {
            summary { (shown.say(texts::COPY_TEXT)) }
            button type="button" data-copy="text" hidden { (shown.say(texts::COPY)) }
            pre id="text" tabindex="0" { (text(shown, &about, &questions)) }
        }
    };
    Ok(Some(Page { title: about, main, plots: Vec::new(), has_date: true }))
}

fn questions<'a>(shown: &Shown<'_>, cluster: &'a Cluster) -> [Answered<'a>; 4] {
    let published = |metric: &str| latest(shown, &cluster.figures.nodes, metric);
    let path = format!("/c/{}", encoded(&cluster.slug));
    let members = format!("{path}/members");
    let left = shown.address.to(&format!("{path}/left"), &[]);
    let headcount = &cluster.statistics.headcount;
    let (effective, partners, candidates) =
        (published("EFFECTIVE_MEMBERS"), published("PARTNERS"), published("CANDIDATE_MEMBERS"));
    let (leavers, exclusions) = (published("LEAVERS"), published("EXCLUSIONS"));
    let is_excluded = |row: &&ExitRow| row.kind == "EXCLUDED";
    let gone = |row: &&ExitRow| !is_excluded(row) && row.count.value > 0;
    let exits = &cluster.statistics.exits;
    let excluded = sum(exits.rows.iter().filter(is_excluded), exits.total.complete);
    let others = sum(exits.rows.iter().filter(|row| !is_excluded(row)), exits.total.complete);
    let mut of_members =
        vec![said(shown, effective), counted(shown, texts::REGISTER_COUNTS_MEMBERS, headcount.effective)];
    of_members.extend([said(shown, partners), counted(shown, texts::REGISTER_COUNTS_PARTNERS, headcount.partners)]);
    let mut of_leavers = vec![said(shown, leavers), counted(shown, texts::REGISTER_COUNTS_LEAVERS, others)];
    of_leavers.extend(exits.rows.iter().filter(gone).map(|row| {
        let number = row.count.short(shown);
        shown.fill(texts::OF_KIND, &[("kind", shown.label("ExitKind", &row.kind)), ("n", &number)])
    }));
    let mut of_excluded = vec![said(shown, exclusions), counted(shown, texts::REGISTER_COUNTS_EXCLUDED, excluded)];
    of_excluded.extend(exits.rows.iter().filter(is_excluded).filter(|row| row.count.value > 0).map(|row| {
        let reason = row.reason.as_deref().map_or_else(
            || shown.say(texts::NO_REASON).to_owned(),
            |reason| shown.label("ExitReason", reason).to_owned(),
        );
        shown.fill(texts::OF_KIND, &[("kind", &reason), ("n", &row.count.short(shown))])
    }));
    let participants = cluster.members.nodes.iter().map(|member| row(shown, member));
    let partner_rows = cluster.partnerships.nodes.iter();
    let partner_rows = partner_rows
        .map(|partner| RowBehind { organization: &partner.organization, told: shown.say(texts::PARTNER).to_owned() });
    [
        Answered {
            question: texts::QUESTION_MEMBERS,
            sentences: of_members,
            ways: vec![
                (texts::EFFECTIVE, shown.address.to(&members, &[("status", "EFFECTIVE")])),
                (texts::PARTNERS, format!("{}#partner-list", shown.address.to(&path, &[]))),
            ],
            total: cluster.members.total_count + cluster.partnerships.total_count,
            rows: participants.chain(partner_rows).collect(),
            figures: [effective, partners].into_iter().flatten().collect(),
        },
        Answered {
            question: texts::QUESTION_CANDIDATES,
            sentences: vec![
                said(shown, candidates),
                counted(shown, texts::REGISTER_COUNTS_CANDIDATES, headcount.candidates),
            ],
            ways: vec![(texts::CANDIDATES, shown.address.to(&members, &[("status", "CANDIDATE")]))],
            total: cluster.candidates.total_count,
            rows: cluster.candidates.nodes.iter().map(|member| row(shown, member)).collect(),
            figures: candidates.into_iter().collect(),
        },
        Answered {
            question: texts::QUESTION_LEAVERS,
            sentences: of_leavers,
            ways: vec![(texts::WHO_LEFT, left.clone())],
            total: others.value,
            rows: left_rows(shown, exits.rows.iter().filter(|row| !is_excluded(row))),
            figures: leavers.into_iter().collect(),
        },
        Answered {
            question: texts::QUESTION_EXCLUSIONS,
            sentences: of_excluded,
            ways: vec![(texts::WHO_LEFT, left)],
            total: excluded.value,
            rows: left_rows(shown, exits.rows.iter().filter(is_excluded)),
            figures: exclusions.into_iter().collect(),
        },
    ]
}

/// The last figure of a metric that is of the day, or of one before.
fn latest<'a>(shown: &Shown<'_>, figures: &'a [Figure], metric: &str) -> Option<&'a Figure> {
    let of_all = |figure: &&Figure| figure.metric == metric && figure.of.is_none() && figure.nature == "ACTUAL";
    let by_then = figures.iter().filter(of_all).filter(|figure| figure.is_by(shown.day));
    by_then.max_by_key(|figure| figure.day())
}

/// What was published, in a sentence.
fn said(shown: &Shown<'_>, figure: Option<&Figure>) -> String {
    let Some(figure) = figure else { return shown.say(texts::NOT_PUBLISHED).to_owned() };
    let on = figure.on_told(shown);
    if figure.is_disclosed() {
        let (value, counted) = (figure.value_told(shown), figure.counted(shown));
        let values = [("value", value.as_str()), ("counted", &counted), ("on", &on), ("title", &figure.source.title)];
        return shown.fill(texts::PUBLISHED, &values);
    }
    let values = [("counted", figure.counted(shown)), ("on", on), ("title", figure.source.title.clone())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let told = shown.fill(texts::NOT_DISCLOSED, &values);
    match &figure.explanation {
        Some(explanation) => format!("{told} {explanation}"),
        None => told,
    }
}

fn counted(shown: &Shown<'_>, text: Text, count: Count) -> String {
    shown.fill(text, &[("count", &count.told(shown))])
}

fn sum<'a>(rows: impl Iterator<Item = &'a ExitRow>, complete: bool) -> Count {
    let nothing = Count { complete, ..Count::default() };
    rows.fold(nothing, |sum, row| Count {
        value: sum.value + row.count.value,
        confirmed: sum.confirmed + row.count.confirmed,
        presumed: sum.presumed + row.count.presumed,
        complete,
    })
}

fn row<'a>(shown: &Shown<'_>, member: &'a Member) -> RowBehind<'a> {
    let told = member.period.as_ref().map(|period| since(shown, period)).unwrap_or_default();
    RowBehind { organization: &member.organization, told }
}

fn left_rows<'a>(shown: &Shown<'_>, rows: impl Iterator<Item = &'a ExitRow>) -> Vec<RowBehind<'a>> {
    let each = |row: &'a ExitRow| {
        let told = shown.exit(&row.kind, row.reason.as_deref());
        row.memberships.nodes.iter().map(move |left| RowBehind { organization: &left.organization, told: told.clone() })
    };
    rows.flat_map(each).collect()
}

fn section(shown: &Shown<'_>, number: usize, answered: &Answered<'_>) -> Markup {
    let total = shown.locale().integer(answered.total);
    html! {
        section {
            h2 { (number) ". " (shown.say(answered.question)) }
            @for sentence in &answered.sentences { p { bdi { (sentence) } } }
            @if answered.total > 0 {
                details class="rows" {
                    summary { (shown.fill(texts::ROWS, &[("n", &total)])) }
                    ul {
                        @for row in &answered.rows {
                            li {
                                (shown.organization(row.organization))
                                @if !row.told.is_empty() { ": " (row.told) }
                            }
                        }
                    }
                }
            } @else {
                p { (shown.say(texts::NO_ROWS)) }
            }
            ul class="ways" {
                @for (text, to) in &answered.ways {
                    li { a href=(to) { (shown.say(texts::AS_LIST)) (shown.locale().colon()) (shown.say(*text)) } }
                }
            }
            @for figure in &answered.figures {
                @if let Some(quote) = &figure.quote { blockquote { p { bdi { (quote) } } } }
            }
        }
    }
}

/// The sources of the figures, each once.
fn sources<'a>(questions: &[Answered<'a>]) -> Vec<&'a answered::Source> {
    let mut found: Vec<&answered::Source> = Vec::new();
    for figure in questions.iter().flat_map(|answered| &answered.figures) {
        if !found.iter().any(|source| source.id == figure.source.id) {
            found.push(&figure.source);
        }
    }
    found
}

/// The answer as plain text.
fn text(shown: &Shown<'_>, title: &str, questions: &[Answered<'_>]) -> String {
    let mut text = format!("{title}\n{}\n", shown.basis.told(shown));
    for (number, answered) in questions.iter().enumerate() {
        text.push_str(&format!("\n{}. {}\n", number + 1, shown.say(answered.question)));
        for sentence in &answered.sentences {
            text.push_str(sentence);
            text.push('\n');
        }
        for row in &answered.rows {
            text.push_str(&format!("- {}", row.organization.name));
            if !row.told.is_empty() {
                text.push_str(&format!(": {}", row.told));
            }
            text.push('\n');
        }
    }
    let sources = sources(questions);
    if !sources.is_empty() {
        text.push_str(&format!("\n{}\n", shown.say(texts::SOURCES)));
    }
    for source in sources {
        text.push_str(&format!("- {}", source.title));
        if let Some(url) = &source.url {
            text.push_str(&format!(" <{url}>"));
        }
        text.push('\n');
    }
    text
}
