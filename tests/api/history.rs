//! Random histories: what is answered on both axes of time is what a plain model of the rules says, and a basis sent
//! back gives the same bytes.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, header},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use trihelix::dataset::Outcome;

use crate::support::{Package, TestApp, now};

/// A date as a source states it: a year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stated {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Stated {
    fn first(self) -> NaiveDate {
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        NaiveDate::from_ymd_opt(self.year, month, day).expect("a day of the calendar")
    }

    fn last(self) -> NaiveDate {
        let months = match (self.month, self.day) {
            (_, Some(_)) => return self.first(),
            (Some(_), None) => 1,
            (None, None) => 12,
        };
        self.first() + Months::new(months) - Days::new(1)
    }

    fn text(self) -> String {
        let month = self.month.map_or(String::new(), |month| format!("-{month:02}"));
        format!("{}{month}{}", self.year, self.day.map_or(String::new(), |day| format!("-{day:02}")))
    }
}

fn text(date: Option<Stated>) -> String {
    date.map_or(String::new(), Stated::text)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Candidate,
    Effective,
    Ended,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Effective => "effective",
            Self::Ended => "ended",
        }
    }
}

/// A line of the table of periods, apart from whose it is.
#[derive(Clone, Copy, Debug)]
struct Period {
    status: Status,
    from: Option<Stated>,
    to: Option<Stated>,
    /// Filled at least where `from` is not.
    first_confirmed: Option<Stated>,
}

impl Period {
    /// The same without a confirmation of a day that it does not have.
    fn consistent(self) -> Self {
        let is_within = |on: &Stated| {
            self.from.is_none_or(|from| on.last() >= from.first()) && self.to.is_none_or(|to| on.first() < to.last())
        };
        let first_confirmed = self.first_confirmed.filter(|on| self.from.is_none() || is_within(on));
        Self { first_confirmed, ..self }
    }

    /// The date that it counts from.
    fn start(self) -> Stated {
        self.from.or(self.first_confirmed).expect("one of them is stated")
    }
}

/// The places in a cluster: whose, whether as a partner, in which working group.
const SLOTS: [(usize, bool, Option<&str>); 8] = [
    (0, false, None),
    (1, false, None),
    (2, false, None),
    (3, false, None),
    (0, true, None),
    (1, true, Some("Wood")),
    (1, true, Some("Textile")),
    (4, true, Some("Wood")),
];

/// The periods of each place.
type Register = [Vec<Period>; SLOTS.len()];

/// The days on which each period of a place counts, the first and the first no longer: a start from its earliest day,
/// an end to its latest, and where one ends and the next begins in the same partial date, they meet on its first day.
fn counted(periods: &[Period]) -> Vec<(NaiveDate, Option<NaiveDate>)> {
    let next = periods.iter().skip(1).map(|next| Some(next.start())).chain([None]);
    let end = |end: Stated, next: Option<Stated>| if next == Some(end) { end.first() } else { end.last() };
    periods.iter().zip(next).map(|(period, next)| (period.start().first(), period.to.map(|to| end(to, next)))).collect()
}

/// Of random periods, those that can stand after each other without sharing a day.
fn settled(mut candidates: Vec<Period>, is_partner: bool) -> Vec<Period> {
    candidates.retain(|period| !(is_partner && period.status == Status::Candidate));
    candidates.sort_by_key(|period| period.start().first());
    let mut kept: Vec<Period> = Vec::new();
    for period in candidates {
        let is_empty = period.to.is_some_and(|to| to.last() <= period.start().first());
        let follows = kept.last().is_none_or(|last| match last.to {
            Some(to) if to == period.start() => last.start().first() < to.first(),
            to => to.is_some_and(|to| to.last() <= period.start().first()),
        });
        if !is_empty && follows {
            kept.push(period);
        }
    }
    kept
}

fn stated() -> impl Strategy<Value = Stated> {
    let day = (2015..2026_i32, 1..=12_u32, 1..=31_u32).prop_map(|(year, month, day)| {
        let day = (1..=day).rev().find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some());
        Stated { year, month: Some(month), day }
    });
    prop_oneof![
        (2015..2026_i32).prop_map(|year| Stated { year, month: None, day: None }),
        (2015..2026_i32, 1..=12_u32).prop_map(|(year, month)| Stated { year, month: Some(month), day: None }),
        day,
    ]
}

fn period() -> impl Strategy<Value = Period> {
    let status = prop_oneof![Just(Status::Candidate), Just(Status::Effective), Just(Status::Ended)];
    (status, stated(), option::weighted(0.7, stated()), option::weighted(0.3, stated()), any::<bool>()).prop_map(
        |(status, start, to, first_confirmed, is_known)| {
            if is_known || first_confirmed.is_some() {
                Period { status, from: Some(start), to, first_confirmed }.consistent()
            } else {
                Period { status, from: None, to, first_confirmed: Some(start) }
            }
        },
    )
}

/// A chain of periods that meet: each ends in the partial date in which the next begins.
fn chain() -> impl Strategy<Value = Vec<Period>> {
    (vec(stated(), 2..5), vec(period(), 4)).prop_map(|(mut dates, periods)| {
        dates.sort_by_key(|date| date.first());
        let ends = dates.iter().skip(1).copied().map(Some).chain([None]);
        let meeting = dates.iter().zip(ends).zip(periods);
        meeting.map(|((start, to), period)| Period { from: Some(*start), to, ..period }.consistent()).collect()
    })
}

fn place() -> impl Strategy<Value = Vec<Period>> {
    prop_oneof![vec(period(), 0..5), chain()]
}

/// One version after the other; in each, some places say what they said before.
fn versions() -> impl Strategy<Value = Vec<Register>> {
    let version = vec(option::weighted(0.5, place()), SLOTS.len());
    vec(version, 1..=5).prop_map(|versions| {
        let mut register = Register::default();
        let mut result = Vec::new();
        for version in versions {
            for ((place, change), (_, is_partner, _)) in register.iter_mut().zip(version).zip(SLOTS) {
                if let Some(periods) = change {
                    *place = settled(periods, is_partner);
                }
            }
            result.push(register.clone());
        }
        result
    })
}

fn package(case: usize, register: &Register) -> Package {
    let mut package = Package::new(&format!("case-{case}")).cluster(&format!("case-{case}"));
    for organization in 0..5 {
        let (key, name) = (format!("case-{case}-{organization}"), format!("Organization {organization}"));
        package = package.organization(&key, "company", &name);
    }
    for ((organization, is_partner, scope), periods) in SLOTS.iter().zip(register) {
        let kind = if *is_partner { "partner" } else { "member" };
        for period in periods {
            let (status, from, to) = (period.status.word(), text(period.from), text(period.to));
            let first_confirmed = text(period.first_confirmed);
            let exit = if period.status == Status::Ended { "not_recorded" } else { "" };
            package = package.period(&format!(
                "case-{case},case-{case}-{organization},{kind},{},{status},{from},{to},{first_confirmed},,{exit},,s",
                scope.unwrap_or_default()
            ));
        }
    }
    package
}

/// What the model says of a day: of each place that a period covers, who, where, the status, and the dates as stated.
fn expected(register: &Register, day: NaiveDate, is_partner: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for ((organization, as_partner, scope), periods) in SLOTS.iter().zip(register) {
        if *as_partner != is_partner {
            continue;
        }
        for (period, (from, to)) in periods.iter().zip(counted(periods)) {
            if from <= day && to.is_none_or(|to| day < to) {
                let [from, to] = [period.from, period.to].map(|date| date.map_or("-".into(), Stated::text));
                let (scope, status) = (scope.unwrap_or("-"), period.status.word().to_uppercase());
                found.insert(format!("Organization {organization} {scope} {status} {from} {to}"));
            }
        }
    }
    found
}

/// The same as the API tells it, after a look at the count and at the status asked in another way.
fn told(list: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let nodes = list["nodes"].as_array().expect("nodes");
    let told: BTreeSet<_> = nodes
        .iter()
        .map(|node| {
            let period = &node["period"];
            assert_eq!(node["status"], period["status"]);
            let parts =
                [&node["organization"]["name"], &node["scope"], &period["status"], &period["from"], &period["to"]];
            parts.map(text).join(" ")
        })
        .collect();
    assert_eq!((list["totalCount"].as_u64(), told.len()), (Some(nodes.len() as u64), nodes.len()));
    told
}

const LISTS: &str = r#"query($slug: String!, $at: PointInTime) { cluster(by: { slug: $slug }) {
    members: memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at, first: 100) { ...members }
    partners: partnerships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at, first: 100) { ...partners }
    currentMembers: memberships(at: $at, first: 100) { ...members }
    currentPartners: partnerships(at: $at, first: 100) { ...partners }
} }
fragment members on MembershipConnection {
    totalCount nodes { organization { name } scope status(at: $at) period(at: $at) { status from to } }
}
fragment partners on PartnershipConnection {
    totalCount nodes { organization { name } scope status(at: $at) period(at: $at) { status from to } }
}"#;

/// Everything about a cluster that varies with time, in one document: asked at a point in time, and beside it without
/// one.
const MIXED: &str = r#"query($slug: String!, $at: PointInTime, $knownAt: DateTime) { cluster(by: { slug: $slug }) {
    completeFrom
    now: memberships { totalCount nodes { id status period { id confirmation } organization { name } } }
    statistics {
        headcount { effective { ...count } ended { ...count } partners { ...count } }
        then: headcount(at: $at) { effective { ...count } ended { ...count } partners { ...count } }
        flow(period: { from: "2016-01-01", to: "2020-01-01" }, interval: YEAR, knownAt: $knownAt) { opening joined promoted ended { kind count } closing complete }
    }
    ...rich
} organizations(at: $at, first: 3, orderBy: { field: RECORDED, direction: DESC }) { totalCount nodes { id name } } }
fragment count on Count { value confirmed presumed complete }"#;

/// Everything about a cluster that takes a point in time.
const RICH: &str =
    r#"query($slug: String!, $at: PointInTime, $knownAt: DateTime) { cluster(by: { slug: $slug }) { ...rich } }"#;

const FIELDS: &str = r#"fragment rich on Cluster {
    id name source { title } criteria(at: $at) { version label } criteriaVersions(knownAt: $knownAt) { version }
    memberships(filter: { status: [CANDIDATE, EFFECTIVE, ENDED] }, at: $at, orderBy: { field: SINCE, direction: DESC }, first: 2) {
        totalCount pageInfo { hasNextPage startCursor endCursor }
        edges { cursor node {
            id status(at: $at)
            period(at: $at) { id from to confirmation(at: $at) exit { kind reason } recordedAt source { id title } }
            periods(knownAt: $knownAt) { id status from to firstConfirmedOn recordedAt note }
            organization { id name memberships(at: $at) { totalCount nodes { cluster { slug } status(at: $at) } }
                partnerships(at: $at) { totalCount nodes { id scope } } municipality(at: $at) { nis } }
        } }
    }
    partnerships(at: $at, orderBy: { field: ORGANIZATION_NAME }) { totalCount nodes { id scope periods(knownAt: $knownAt) { id } } }
}"#;

/// The text of `data`, and the basis.
async fn raw(app: &TestApp, request: Value) -> (String, Value) {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
        extensions: Value,
    }
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(request.to_string()))
        .expect("a request");
    let (_, body) = app.send(request).await;
    let answer: Answer<'_> = serde_json::from_slice(&body).expect("an answer");
    assert!(!String::from_utf8_lossy(&body).contains("\"errors\""), "{}", String::from_utf8_lossy(&body));
    (answer.data.get().to_owned(), answer.extensions["basis"].clone())
}

/// A question of a history: a day, given by its number, or as one near a date of the history; a version; how long after
/// it was known.
#[derive(Clone, Copy, Debug)]
struct Question {
    day: usize,
    near: i64,
    is_random: bool,
    version: usize,
    later: i64,
}

fn question() -> impl Strategy<Value = Question> {
    (0..10_000_usize, -1..=1_i64, any::<bool>(), 0..5_usize, 0..59_000_i64)
        .prop_map(|(day, near, is_random, version, later)| Question { day, near, is_random, version, later })
}

impl Question {
    fn day(self, history: &[Register]) -> NaiveDate {
        let counted = history.iter().flatten().flat_map(|periods| counted(periods));
        let bounds: Vec<_> = counted.flat_map(|(from, to)| [Some(from), to]).flatten().collect();
        if self.is_random || bounds.is_empty() {
            let first = NaiveDate::from_ymd_opt(2014, 6, 1).expect("a day");
            return first + Days::new(self.day as u64 % 5000);
        }
        bounds[self.day % bounds.len()] + TimeDelta::days(self.near)
    }
}

/// Takes one history into the register, version by version, and asks.
async fn holds(app: &TestApp, case: usize, history: &[Register], questions: &[Question]) {
    let slug = format!("case-{case}");
    let rich = |at: &Value, known_at: &Value| {
        let variables = json!({ "slug": slug, "at": at, "knownAt": known_at });
        json!({ "query": format!("{RICH} {FIELDS}"), "variables": variables })
    };
    let mixed = |at: &Value, known_at: &Value| {
        let variables = json!({ "slug": slug, "at": at, "knownAt": known_at });
        json!({ "query": format!("{MIXED} {FIELDS}"), "variables": variables })
    };
    let with_basis = |mut request: Value, basis: &Value| {
        request["extensions"] = json!({ "basis": basis });
        request
    };
    let mut known: Vec<DateTime<Utc>> = Vec::new();
    let mut recorded: Vec<(Value, String, Value)> = Vec::new();
    let mut recorded_rich: Vec<(NaiveDate, String, Value)> = Vec::new();
    for (version, register) in history.iter().enumerate() {
        match app.import(&package(case, register)).await {
            Outcome::Written { revision, .. } => known.push(revision.at),
            _ => known.push(*known.last().expect("the first version is written")),
        }
        let question = questions[version % questions.len()];
        let day = question.day(history);
        let (data, basis) = raw(app, rich(&json!({ "asOf": day }), &Value::Null)).await;
        assert_eq!(basis["asOf"], json!(now().date_naive()));
        recorded_rich.push((day, data, basis.clone()));
        // An earlier instant beside what is known now; and where no field is asked at now, the basis is still the request's.
        let earlier = known[question.version % known.len()].to_rfc3339();
        for (at, known_at) in [
            (json!({ "asOf": day, "knownAt": earlier }), json!(earlier)),
            (json!({ "asOf": day }), json!(earlier)),
            (json!({ "knownAt": earlier }), Value::Null),
        ] {
            for request in [mixed(&at, &known_at), rich(&at, &known_at)] {
                let (data, own) = raw(app, request.clone()).await;
                assert_eq!(own, basis, "the basis of every request is its own");
                recorded.push((request, data, basis.clone()));
            }
        }
    }
    for question in questions {
        let version = question.version % history.len();
        let (register, day) = (&history[version], question.day(history));
        // Until the next version is known, this one is; and the last for ever.
        let instant = known[version] + TimeDelta::milliseconds(question.later);
        let instant = known
            .iter()
            .find(|next| **next > known[version])
            .map_or(instant, |next| instant.min(*next - TimeDelta::milliseconds(1)));
        let at = json!({ "asOf": day, "knownAt": instant.to_rfc3339() });
        let cluster = app.ask_with(LISTS, json!({ "slug": slug, "at": at })).await["cluster"].clone();
        for (list, current, is_partner) in [("members", "currentMembers", false), ("partners", "currentPartners", true)]
        {
            let all = expected(register, day, is_partner);
            assert_eq!(told(&cluster[list]), all, "{list} on {day} as known in version {version}");
            let not_ended = all.into_iter().filter(|row| !row.contains(" ENDED ")).collect();
            assert_eq!(told(&cluster[current]), not_ended, "{current} on {day} as known in version {version}");
        }
        // Without an instant, the last version is known.
        let cluster = app.ask_with(LISTS, json!({ "slug": slug, "at": { "asOf": day } })).await["cluster"].clone();
        let last = history.last().expect("a version");
        assert_eq!(told(&cluster["members"]), expected(last, day, false), "members on {day} as known now");
        assert_eq!(told(&cluster["partners"]), expected(last, day, true), "partners on {day} as known now");
    }
    let before = json!({ "knownAt": (known[0] - TimeDelta::milliseconds(1)).to_rfc3339() });
    let (unknown, _) = raw(app, with_basis(rich(&Value::Null, &Value::Null), &before)).await;
    assert_eq!(unknown, r#"{"cluster":null}"#);
    for (request, data, basis) in recorded {
        assert_eq!(raw(app, with_basis(request, &basis)).await, (data, basis), "the basis sent back");
    }
    for (day, data, basis) in recorded_rich {
        let same = with_basis(rich(&json!({ "asOf": day }), &Value::Null), &basis);
        assert_eq!(raw(app, same).await, (data.clone(), basis.clone()), "the basis sent back");
        let mut of_day = basis.clone();
        of_day["asOf"] = json!(day);
        let alone = with_basis(rich(&Value::Null, &Value::Null), &of_day);
        assert_eq!(raw(app, alone).await, (data.clone(), of_day), "the point in time as the basis");
        let at = json!({ "asOf": day, "knownAt": basis["knownAt"] });
        assert_eq!(raw(app, rich(&at, &basis["knownAt"])).await.0, data, "the point in time as the argument");
    }
}

#[test]
fn every_history_is_answered_as_the_rules_say_on_both_axes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let app = runtime.block_on(TestApp::empty());
    let config = Config { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let case = std::cell::Cell::new(0);
    let histories = (versions(), vec(question(), 6));
    let outcome = runner.run(&histories, |(history, questions)| {
        case.set(case.get() + 1);
        runtime.block_on(holds(&app, case.get(), &history, &questions));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let faults = runtime.block_on(trihelix::domain::store::check::faults(&app.db)).expect("the register is checked");
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_histories_are_worth_asking() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut meeting, mut unknown, mut partial, mut periods) = (0, 0, 0, 0);
    for _ in 0..24 {
        let histories = versions().prop_flat_map(Just);
        let tree = proptest::strategy::Strategy::new_tree(&histories, &mut runner).expect("a history");
        for place in proptest::strategy::ValueTree::current(&tree).iter().flatten() {
            periods += place.len();
            meeting += place.windows(2).filter(|pair| pair[0].to == Some(pair[1].start())).count();
            unknown += place.iter().filter(|period| period.from.is_none()).count();
            partial += place.iter().filter(|period| period.to.is_some_and(|to| to.day.is_none())).count();
            for pair in counted(place).windows(2) {
                assert!(pair[0].1.is_some_and(|end| end <= pair[1].0 && pair[0].0 < end), "{place:?}");
            }
            assert!(place.iter().all(|period| (2015..2026).contains(&period.start().first().year())));
        }
    }
    assert!(
        periods > 500 && [meeting, unknown, partial].iter().all(|count| count * 20 > periods),
        "{periods} {meeting} {unknown} {partial}"
    );
}

#[tokio::test]
async fn a_basis_gives_the_same_bytes_whatever_was_renamed_corrected_or_removed_since() {
    let app = TestApp::circlemade().await;
    const DOCUMENT: &str = r#"query($at: PointInTime) {
        register { revision basis { asOf knownAt } }
        organizations(first: 100, orderBy: { field: NAME }) { totalCount nodes { id name names { name } website
            municipality(at: $at) { nis } source { title } memberships(at: $at) { totalCount nodes { cluster { slug } } } } }
        clusters { nodes { slug name completeFrom host { name } services { name } sectors { code label }
            criteria(at: $at) { version label event { text } } figures(first: 100) { nodes { metric value source { title } } }
            events { nodes { kind on text } } memberships(at: $at, first: 3) { totalCount edges { cursor node { id } } } } }
        memberships(at: $at, first: 100) { totalCount nodes { id periods { id from recordedAt } } }
    }"#;
    let organization = |name: &str, number: &str| {
        Package::new("north")
            .cluster("north")
            .organization("acme", "company", name)
            .rows("organization_identifiers", "organization,scheme,value", &[format!("acme,BE_KBO,{number}")])
            .rows("sites", "organization,kind,municipality,source", &["acme,seat,21007,s"])
    };
    app.import(&organization("Acme", "0000000196").member("north", "acme", "effective", "2018", "")).await;
    let (data, basis) = raw(&app, json!({ "query": DOCUMENT })).await;
    assert!(data.contains("\"Acme\""));
    for package in [
        organization("Acme Circular", "0000009797").member("north", "acme", "effective", "2019-05", ""),
        organization("Acme", "0000000196").rows("services", "cluster,id,name_en,source", &["north,advice,Advice,s"]),
        Package::new("south").cluster("south").organization("lab", "research", "Aaa Lab"),
    ] {
        app.import(&package).await;
        let (changed, _) = raw(&app, json!({ "query": DOCUMENT })).await;
        assert_ne!(changed, data);
        let again = json!({ "query": DOCUMENT, "extensions": { "basis": basis } });
        assert_eq!(raw(&app, again).await, (data.clone(), basis.clone()));
    }
}
