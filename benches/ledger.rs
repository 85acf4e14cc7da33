//! Server time of what is answered from the ledger, and what the ledger itself costs: see BENCHMARKS.md.

mod support;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use async_graphql::{Request, Variables};
use cap::Cap;
use chrono::{Days, NaiveDate};
use criterion::{BatchSize, Criterion};
use entity::{id::PeriodId, participation_period};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use trihelix::{
    domain::{ledger::Ledger, revision::Write, store::reading::Reads},
    graphql::{Answer, GraphqlRequest, Schema},
};

use self::support::{now, today};

/// Counts what the ledger takes; the server's allocator beneath.
#[global_allocator]
static ALLOCATED: Cap<mimalloc::MiMalloc> = Cap::new(mimalloc::MiMalloc, usize::MAX);

/// Questions of dashboards about one cluster or all, with `$cluster` and `$day`.
const QUESTIONS: [(&str, &str); 15] = [
    (
        "headcount of one cluster",
        "query ($cluster: String!, $day: Date!) { cluster(by: { slug: $cluster }) { statistics {
           headcount(at: { asOf: $day }) { candidates { value } effective { value confirmed presumed complete } } } } }",
    ),
    (
        "monthly flow of one cluster, eight years",
        "query ($cluster: String!) { cluster(by: { slug: $cluster }) { statistics {
           flow(period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: MONTH) {
             opening joined ended { kind count } closing } } } }",
    ),
    (
        "breakdown by sphere and sector, all clusters",
        "query ($day: Date!) { statistics { breakdown(by: [SPHERE, SECTOR], limit: 50, at: { asOf: $day }) {
           total { value } rows { count { value } } } } }",
    ),
    (
        "breakdown by sphere and municipality, all clusters",
        "query ($day: Date!) { statistics { breakdown(by: [SPHERE, MUNICIPALITY], at: { asOf: $day }) {
           total { value } rows { count { value } } } } }",
    ),
    (
        "series of one cluster by sphere, 96 months",
        "query ($cluster: String!) { cluster(by: { slug: $cluster }) { statistics {
           series(by: [SPHERE], period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: MONTH) {
             days total { counts { value complete } } groups { keys { value } counts { value confirmed presumed complete } } } } } }",
    ),
    (
        "series of all clusters by sphere, 96 months",
        "{ statistics { series(by: [SPHERE], period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: MONTH) {
             days total { counts { value complete } } groups { keys { value } counts { value confirmed presumed complete } } } } }",
    ),
    (
        "series of all clusters by sphere, 96 months, organizations",
        "{ statistics { series(by: [SPHERE], period: { from: \"2018-01-01\", to: \"2026-01-01\" }, interval: MONTH,
           unit: ORGANIZATIONS) { days total { counts { value complete } } groups { keys { value } counts { value } } } } }",
    ),
    (
        "breakdown by verdict, all clusters",
        "query ($day: Date!) { statistics { breakdown(by: [VERDICT], at: { asOf: $day }) { rows { count { value } } } } }",
    ),
    (
        "changes of one cluster, eight years",
        "query ($cluster: String!) { cluster(by: { slug: $cluster }) {
           changes(between: { days: { from: \"2018-01-01\", to: \"2026-01-01\" } }, first: 100) { totalCount counts { kind count }
             nodes { on kind exitKind organization { name } source { title } } } } }",
    ),
    (
        "changes of all clusters, a month",
        "{ changes(between: { days: { from: \"2024-01-01\", to: \"2024-02-01\" } }, first: 100) { totalCount counts { kind count }
             nodes { on kind exitKind organization { name } cluster { slug } source { title } } } }",
    ),
    (
        "changes of all clusters, between two revisions",
        "{ changes(between: { revisions: { from: 1, to: 2 } }, first: 100) { totalCount counts { kind count }
             nodes { on kind exitKind organization { name } cluster { slug } source { title } } } }",
    ),
    (
        "prospects of one cluster",
        "query ($cluster: String!, $day: Date!) { cluster(by: { slug: $cluster }) {
           prospects(at: { asOf: $day }, first: 25) { totalCount nodes { name } } } }",
    ),
    (
        "members at risk of one cluster",
        "query ($cluster: String!, $day: Date!) { cluster(by: { slug: $cluster }) {
           atRisk(at: { asOf: $day }, first: 25) { totalCount nodes { organization { name } } } } }",
    ),
    (
        "impact of the criteria of one cluster on all organizations",
        "query ($cluster: String!, $day: Date!) { cluster(by: { slug: $cluster }) {
           criteria(at: { asOf: $day }) { impact(population: ALL, at: { asOf: $day }) { gained { totalCount } lost { totalCount }
             unchanged { totalCount } undetermined { totalCount } } } } }",
    ),
    (
        "verdicts of 25 organizations, explained",
        "query ($cluster: String!, $day: Date!) { organizations(first: 25, orderBy: [{ field: RECORDED }]) { nodes { name
           eligibility(cluster: { slug: $cluster }, at: { asOf: $day }) { verdict findings { outcome explanation } } } } }",
    ),
];

struct Subject {
    runtime: Runtime,
    db: DatabaseConnection,
    reads: Reads,
    ledger: Ledger,
    schema: Schema,
    clusters: Vec<String>,
}

impl Subject {
    async fn answer(&self, document: &str, variables: Value) -> Answer {
        let question = GraphqlRequest {
            digest: None,
            request: Request::new(document).variables(Variables::from_json(variables)),
            reads: &self.reads,
            image: self.ledger.image(),
            looked: None,
            now: now(),
            request_id: "bench",
            only_queries: true,
            shows_cost: false,
        };
        self.schema.execute(question).await
    }

    async fn ask(&self, document: &str, variables: Value) -> Value {
        let answer = self.answer(document, variables).await.to_json();
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer.get("errors").is_none(), "{document}: {}", answer["errors"]);
        answer["data"].clone()
    }

    /// One cluster after the other, large and small.
    fn cluster(&self, number: usize) -> &str {
        &self.clusters[number * 7 % self.clusters.len()]
    }
}

fn questions(criterion: &mut Criterion, subject: &Subject) {
    let mut group = criterion.benchmark_group("server time");
    for (name, document) in QUESTIONS {
        let mut number = 0;
        let mut at = |day: NaiveDate| {
            number += 1;
            json!({ "cluster": subject.cluster(number), "day": day })
        };
        group.bench_function(format!("{name}, today"), |bench| {
            bench.to_async(&subject.runtime).iter_batched(
                || at(today()),
                |variables| async { black_box(subject.ask(document, variables).await) },
                BatchSize::SmallInput,
            );
        });
        // Days that nobody asked about before, so that nothing is kept of them.
        let mut day = 0;
        let mut another = || {
            day = (day + 7) % 3_650;
            at(today() - Days::new(30 + day))
        };
        group.bench_function(format!("{name}, another day"), |bench| {
            bench.to_async(&subject.runtime).iter_batched(
                &mut another,
                |variables| async { black_box(subject.ask(document, variables).await) },
                BatchSize::PerIteration,
            );
        });
    }
}

/// Documents that are refused, each as large as it may be.
fn refusals(criterion: &mut Criterion, subject: &Subject) {
    let bomb = |levels: usize, spreads: usize| {
        let fragment = |level: usize| {
            let next = format!("...f{} ", level + 1).repeat(spreads);
            format!("fragment f{level} on Query {{ {next} }} ")
        };
        let fragments: String = (0..levels).map(fragment).collect();
        format!("{{ ...f0 }} {fragments} fragment f{levels} on Query {{ register {{ revision }} }}")
    };
    let fields = |fields: usize| (0..fields).map(|number| format!("wrong{number} ")).collect::<String>();
    let mut group = criterion.benchmark_group("refusals");
    for (name, document) in [
        ("a fragment bomb of 30 levels", bomb(30, 2)),
        ("a fragment bomb of 7,000 tokens", bomb(28, 122)),
        ("a megabyte of brackets", "[".repeat(1024 * 1024)),
        ("a megabyte of fields", fields(100_000)),
        ("7,300 fields that are none", format!("{{ register {{ {} }} }}", fields(7_300))),
    ] {
        group.bench_function(name, |bench| {
            bench.to_async(&subject.runtime).iter(|| async {
                let answer = subject.answer(&document, json!({})).await;
                assert!(answer.refusal.is_some(), "{name}");
            });
        });
    }
}

/// Supersedes a period by one that says the same, as a correction does.
async fn write(db: &DatabaseConnection) {
    use participation_period::{Column, Entity};
    let write = Write::begin(db, now(), "benchmark", "a period is recorded again").await.expect("a write");
    let standing = Entity::find().filter(Column::SupersededRev.is_null()).order_by_desc(Column::Id).limit(1);
    let period = standing.one(write.transaction()).await.expect("SQL").expect("a period");
    let mut former = period.clone().into_active_model();
    former.superseded_rev = Set(Some(write.revision()));
    former.update(write.transaction()).await.expect("it is superseded");
    let next = participation_period::Model { id: PeriodId::fresh(), recorded_rev: write.revision(), ..period };
    Entity::insert(next.into_active_model()).exec_without_returning(write.transaction()).await.expect("it is recorded");
    write.commit().await.expect("it is committed");
}

fn ledger(criterion: &mut Criterion, subject: &Subject) {
    let mut group = criterion.benchmark_group("ledger");
    group.sample_size(10).bench_function("build from the database", |bench| {
        bench.to_async(&subject.runtime).iter(|| async { Ledger::build(&subject.db).await.expect("it is built") });
    });
    group.sample_size(30).bench_function("catch up after one write", |bench| {
        bench.to_async(&subject.runtime).iter_custom(|times| async move {
            let mut spent = Duration::ZERO;
            for _ in 0..times {
                write(&subject.db).await;
                let start = Instant::now();
                assert!(subject.ledger.catch_up(&subject.db).await.expect("it follows"));
                spent += start.elapsed();
            }
            spent
        });
    });
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    let db = runtime.block_on(support::open(&url));
    let before = ALLOCATED.allocated();
    let start = Instant::now();
    let ledger = runtime.block_on(Ledger::build(&db)).expect("it is built");
    let (elapsed, bytes) = (start.elapsed(), ALLOCATED.allocated() - before);
    let periods = ledger.image().periods();
    let clusters = runtime.block_on(async {
        let slugs = entity::cluster::Entity::find().select_only().column(entity::cluster::Column::Slug);
        slugs.into_tuple::<String>().all(&db).await.expect("SQL")
    });
    let organizations = runtime.block_on(entity::organization::Entity::find().count(&db)).expect("SQL");
    eprintln!(
        "{}: {} clusters, {organizations} organizations, {periods} periods; ledger built in {elapsed:.2?}, {:.1} MB, {:.1} bytes a period",
        url.split(':').next().unwrap_or_default(),
        clusters.len(),
        bytes as f64 / 1e6,
        bytes as f64 / periods as f64
    );
    let mut criterion = Criterion::default().configure_from_args();
    let subject = Subject { runtime, reads: Reads::new(db.clone()), db, ledger, schema: Schema::default(), clusters };
    questions(&mut criterion, &subject);
    refusals(&mut criterion, &subject);
    self::ledger(&mut criterion, &subject);
    criterion.final_summary();
    let Subject { runtime, db, reads, .. } = subject;
    // It keeps connections ready, for which closing would wait.
    drop(reads);
    runtime.block_on(db.close()).expect("the database closes");
}
