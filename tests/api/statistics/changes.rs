//! Changes, against the model, against flows, and from revision to revision.

use std::{cell::Cell, collections::BTreeMap};

use chrono::Days;
use entity::{
    TextEnum,
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
};
use serde_json::{Value, json};

use super::{
    asked, global,
    model::{Model, is_active, known},
    random::on_registers,
};
use crate::support::{
    Package, TestApp,
    dice::date,
    introspection::{list, text, upper},
};

/// A field of a cluster, or of all, and where its answer stands.
fn of(model: &Model, cluster: Option<entity::id::ClusterId>, field: &str) -> (String, &'static str) {
    match cluster {
        None => (format!("{{ it: {field} }}"), "/it"),
        Some(id) => {
            (format!("{{ cluster(by: {{ slug: \"{}\" }}) {{ it: {field} }} }}", model.clusters[&id]), "/cluster/it")
        }
    }
}

/// The counts of a list of changes by kind, ends by how they came about.
fn counts(list_of: &Value) -> BTreeMap<(String, String), i64> {
    let count = |count: &Value| {
        let exit = count["exitKind"].as_str().unwrap_or_default();
        ((text(&count["kind"]).to_owned(), exit.to_owned()), count["count"].as_i64().expect("a number"))
    };
    list(&list_of["counts"]).iter().map(count).collect()
}

#[test]
fn changes_between_days_are_what_the_rows_say_and_close_with_flow() {
    let seen = Cell::new(0);
    on_registers(80, 8, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..16 {
            let (cluster, (from, revision), _, known_at) = asked(&mut dice, &model);
            let to = from + Days::new(u64::from(1 + dice.below(1500)));
            let known_at = known_at.to_rfc3339();
            let kind = dice.pick(&[ParticipationKind::Member, ParticipationKind::Partner]);
            let period = format!(r#"{{ from: "{from}", to: "{to}" }}"#);
            let field = format!(
                r#"changes(between: {{ days: {period} }}, participation: [{}], knownAt: "{known_at}", first: 100) {{
                   totalCount counts {{ kind exitKind count }} nodes {{ kind on exitKind participation {{ id }}
                     before {{ __typename }} after {{ __typename }} }} }}"#,
                upper(&kind)
            );
            let (document, pointer) = of(&model, cluster, &field);
            let answer = app.ask(&document).await;
            let found = answer.pointer(pointer).expect("changes");

            let mut expected = Vec::new();
            for of in model.participations.iter() {
                if of.kind != kind || cluster.is_some_and(|id| id != of.cluster_id) {
                    continue;
                }
                for day in from.iter_days().take_while(|day| *day < to) {
                    let before = model.period(of.id, (day - Days::new(1), revision));
                    let on = model.period(of.id, (day, revision));
                    let is_first = || {
                        !model.periods.iter().any(|row| {
                            row.participation_id == of.id
                                && row.valid_from < day
                                && known(row.recorded_rev, row.superseded_rev, revision)
                        })
                    };
                    let kind = match (is_active(before), is_active(on)) {
                        (None, Some(_)) if is_first() => "JOINED",
                        (None, Some(_)) => "REJOINED",
                        (Some(Status::Candidate), Some(Status::Effective)) => "PROMOTED",
                        (Some(Status::Effective), Some(Status::Candidate)) => "BECAME_CANDIDATE",
                        (Some(_), None) => "ENDED",
                        (None, None) if on.is_some_and(|row| row.valid_from == day) && is_first() => "END_RECORDED",
                        _ => continue,
                    };
                    let exit = match kind {
                        "ENDED" => Some(model.end(of.id, (day, revision)).0),
                        "END_RECORDED" => on.and_then(|row| row.exit_kind),
                        _ => None,
                    };
                    expected.push((day, global(of), kind.to_owned(), exit.as_ref().map(upper)));
                }
            }
            let told: Vec<_> = list(&found["nodes"]).iter().filter(|node| !node["participation"].is_null()).collect();
            let mut shown: Vec<_> = told
                .iter()
                .map(|node| {
                    let exit = node["exitKind"].as_str().map(str::to_owned);
                    let id = text(&node["participation"]["id"]).to_owned();
                    (date(text(&node["on"])), id, text(&node["kind"]).to_owned(), exit)
                })
                .collect();
            assert!(shown.is_sorted_by_key(|(day, ..)| *day), "{document}");
            for node in told {
                let is_start = ["JOINED", "END_RECORDED"].contains(&text(&node["kind"]));
                assert!(!is_start || node["before"].is_null(), "{node}");
                assert!(node["kind"] == "ENDED" || node["after"]["__typename"] == "Period", "{node}");
            }
            shown.sort();
            expected.sort();
            assert_eq!(shown, expected, "{document}");
            seen.set(seen.get() + shown.len());

            // The events and the criteria of the clusters are the same in every register.
            let facts = [
                ("c0", "EVENT", "2015-01-01"),
                ("c2", "EVENT", "2014-01-01"),
                ("c0", "CRITERIA_IN_FORCE", "2016-01-01"),
                ("c1", "CRITERIA_IN_FORCE", "2019-01-01"),
                ("c0", "CRITERIA_IN_FORCE", "2021-03-01"),
            ];
            let is_asked = |slug: &str| cluster.is_none_or(|id| model.clusters[&id] == slug);
            let within = |day: &str| from <= date(day) && date(day) < to;
            let facts = facts.iter().filter(|(slug, _, on)| is_asked(slug) && within(on)).count();
            assert_eq!(found["totalCount"], json!(expected.len() + facts), "{document}");

            // The counts close with the flow over the same days.
            let counts = counts(found);
            let count = |kind: &str, exit: &str| counts.get(&(kind.to_owned(), exit.to_owned())).copied().unwrap_or(0);
            let flow = format!(
                r#"statistics {{ flow(period: {period}, interval: YEAR, kind: [{}], knownAt: "{known_at}") {{ opening joined
                   promoted ended {{ kind count }} closing }} }}"#,
                upper(&kind)
            );
            let (document, pointer) = of(&model, cluster, "__typename");
            let flow = app.ask(&document.replace("it: __typename", &flow)).await;
            let buckets = list(flow.pointer(&pointer.replace("it", "statistics/flow")).expect("a flow"));
            let sum = |field: &str| buckets.iter().map(|bucket| bucket[field].as_i64().expect("a number")).sum::<i64>();
            let joined = count("JOINED", "") + count("REJOINED", "");
            assert_eq!(joined, sum("joined"), "{document}");
            assert_eq!(count("PROMOTED", ""), sum("promoted"), "{document}");
            let mut ended = 0;
            for exit in ExitKind::ALL.iter().map(upper) {
                let of_kind = |bucket: &Value| {
                    let found = list(&bucket["ended"]).iter().find(|ended| ended["kind"] == *exit);
                    found.map_or(0, |ended| ended["count"].as_i64().expect("a number"))
                };
                assert_eq!(count("ENDED", &exit), buckets.iter().map(of_kind).sum::<i64>(), "{document}: {exit}");
                ended += count("ENDED", &exit);
            }
            let (first, last) = (&buckets[0], &buckets[buckets.len() - 1]);
            let closing = first["opening"].as_i64().expect("a number") + joined - ended;
            assert_eq!(last["closing"], json!(closing), "{document}");
        }
    });
    assert!(seen.get() > 250, "{seen:?}");
}

const STATUSES: [&str; 6] = ["JOINED", "REJOINED", "PROMOTED", "BECAME_CANDIDATE", "ENDED", "END_RECORDED"];

#[test]
fn what_is_learnt_adds_up_from_revision_to_revision() {
    let (learnt, corrected) = (Cell::new(0), Cell::new(0));
    on_registers(81, 8, async |app, _| {
        let model = Model::read(&app).await;
        let last = model.revisions.len() as i64;
        // All that is known at a revision, counted by kind.
        let all = async |revision: i64| -> i64 {
            if revision == 0 {
                return 0;
            }
            let known_at = model.revisions[revision as usize - 1].at.to_rfc3339();
            let document = format!(
                r#"{{ changes(between: {{ days: {{ from: "1900-01-01", to: "2900-01-01" }} }}, kind: [{}],
                     knownAt: "{known_at}") {{ totalCount }} }}"#,
                STATUSES.join(", ")
            );
            app.ask(&document).await["changes"]["totalCount"].as_i64().expect("a number")
        };
        for from in 0..last {
            for to in from + 1..=last {
                let mut after = Value::Null;
                let (mut new, mut gone) = (0, 0);
                loop {
                    let document = format!(
                        "{{ changes(between: {{ revisions: {{ from: {from}, to: {to} }} }}, first: 100, after: {after}) {{
                           pageInfo {{ hasNextPage endCursor }} nodes {{ kind revision participation {{ id }}
                             before {{ __typename }} after {{ __typename }} source {{ title }} }} }} }}"
                    );
                    let answer = app.ask(&document).await;
                    for node in list(&answer["changes"]["nodes"]) {
                        let revision = node["revision"].as_i64().expect("a number");
                        assert!(from < revision && revision <= to, "{document}: {node}");
                        let is_correction = ["CORRECTED", "CONFIRMED"].contains(&text(&node["kind"]));
                        assert!(from > 0 || !is_correction, "nothing was known: {node}");
                        if node["participation"].is_null() {
                            continue;
                        }
                        corrected.set(corrected.get() + usize::from(is_correction));
                        new += i64::from(!is_correction);
                        gone += i64::from(is_correction && node["after"].is_null());
                    }
                    let info = &answer["changes"]["pageInfo"];
                    if info["hasNextPage"] == false {
                        break;
                    }
                    after = info["endCursor"].clone();
                }
                assert_eq!(all(to).await, all(from).await + new - gone, "{from} to {to}");
                learnt.set(learnt.get() + new);
            }
        }
    });
    assert!(learnt.get() > 500 && corrected.get() > 50, "{learnt:?} {corrected:?}");
}

/// The changes of an answer as lines.
fn lines(changes: &Value) -> Vec<String> {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fact = |fact: &Value| match text(&fact["__typename"]) {
        "Period" => format!("{}/{}", shown(&fact["status"]), shown(&fact["lastConfirmedOn"])),
        "PublishedFigure" => format!("figure {}", fact["value"]),
        "ClusterEvent" => format!("event {}", shown(&fact["text"])),
        "Criteria" => format!("criteria {}", shown(&fact["label"])),
        other => panic!("{other}"),
    };
    let side = |side: &Value| if side.is_null() { "-".to_owned() } else { fact(side) };
    let line = |node: &Value| {
        let (before, after) = (side(&node["before"]), side(&node["after"]));
        let exit = node["exitKind"].as_str().map_or(String::new(), |exit| format!(" {exit}"));
        let who = node["organization"]["name"].as_str().unwrap_or("-");
        format!("{} {} {who}{exit}: {before} > {after}", shown(&node["kind"]), shown(&node["on"]))
    };
    list(&changes["nodes"]).iter().map(line).collect()
}

#[tokio::test]
async fn the_register_tells_what_it_learnt() {
    let package = |periods: &[&str], value: &str, event: &str, label: &str| {
        let criteria = json!([{ "cluster": "c", "version": 1, "state": "adopted", "from": "2018", "source": "s",
            "label": { "en": label }, "criteria": [{ "required": true, "rule": { "sphere": ["company"] } }] }]);
        let package = Package::new("p")
            .cluster("c")
            .organization("a", "company", "A")
            .organization("b", "company", "B")
            .organization("d", "company", "D")
            .rows("events", "cluster,id,kind,on,text_en,source", &[format!("c,f,founding,2018,{event},s")])
            .rows(
                "figures",
                "cluster,metric,nature,value,disclosure,qualifier,on,source",
                &[
                    format!("c,members,actual,{value},disclosed,exactly,2020,s"),
                    "c,partners,actual,1,disclosed,exactly,,s".into(),
                ],
            )
            .criteria(criteria);
        periods.iter().fold(package, |package, line| package.period(line))
    };
    let app = TestApp::empty().await;
    app.import(&package(
        &[
            "c,a,member,,effective,2018,,,2019,,,s",
            "c,b,member,,effective,2019,,,,,,s",
            "c,d,member,,candidate,2020-05-01,,,,,,s",
        ],
        "27",
        "Begun",
        "First",
    ))
    .await;
    app.import(&package(
        &[
            "c,a,member,,effective,2018,,,2021-06,,,s",
            "c,b,member,,effective,2019,2022-03-01,,,,,s",
            "c,b,member,,ended,2022-03-01,,,,left,,s",
            "c,d,member,,candidate,2020-06-01,,,,,,s",
        ],
        "28",
        "Founded",
        "Corrected",
    ))
    .await;
    app.import(&package(
        &[
            "c,a,member,,effective,2018,,,2021-06,,,s",
            "c,b,member,,effective,2019,2022-03-01,,,,,s",
            "c,b,member,,ended,2022-03-01,,,,excluded,inactivity,s",
        ],
        "28",
        "Founded",
        "Corrected",
    ))
    .await;
    let fields = "totalCount counts { kind exitKind count } nodes { kind on exitKind revision organization { name }
        before { ...fact } after { ...fact } source { title } }";
    let fact = "fragment fact on ChangedFact { __typename ... on Period { status lastConfirmedOn }
        ... on PublishedFigure { value } ... on ClusterEvent { text } ... on Criteria { label } }";
    let ask = async |between: &str| {
        let document =
            format!("{{ cluster(by: {{ slug: \"c\" }}) {{ changes(between: {between}) {{ {fields} }} }} }} {fact}");
        app.ask(&document).await["cluster"]["changes"].clone()
    };
    assert_eq!(
        lines(&ask("{ revisions: { from: 1, to: 2 } }").await),
        [
            "CORRECTED 2018-01-01 -: event Begun > event Founded",
            "CORRECTED 2018-01-01 -: criteria Corrected > criteria Corrected",
            "CORRECTED 2020-01-01 -: figure 27.0 > figure 28.0",
            "CORRECTED 2020-06-01 D: CANDIDATE/null > CANDIDATE/null",
            "CONFIRMED 2021-06-30 A: EFFECTIVE/2019 > EFFECTIVE/2021-06",
            "ENDED 2022-03-01 B LEFT: EFFECTIVE/null > ENDED/null",
        ]
        .map(str::to_owned),
    );
    assert_eq!(
        lines(&ask("{ revisions: { from: 2, to: 3 } }").await),
        ["CORRECTED 2020-06-01 D: CANDIDATE/null > -", "CORRECTED 2022-03-01 B EXCLUDED: ENDED/null > ENDED/null"]
    );
    let all = ask("{ revisions: { from: 0, to: 3 } }").await;
    assert_eq!(all["totalCount"], 7, "{:#?}", lines(&all));
    assert_eq!(
        lines(&ask(r#"{ days: { from: "2018-01-01", to: "2021-01-01" } }"#).await),
        [
            "JOINED 2018-01-01 A: - > EFFECTIVE/2021-06",
            "EVENT 2018-01-01 -: - > event Founded",
            "CRITERIA_IN_FORCE 2018-01-01 -: - > criteria Corrected",
            "JOINED 2019-01-01 B: - > EFFECTIVE/null",
            "FIGURE_PUBLISHED 2020-01-01 -: - > figure 28.0"
        ]
    );
    let of_organizations = format!(
        "{{ organizations(orderBy: {{ field: NAME }}) {{ nodes {{ changes(between: {{ revisions: {{ from: 1, to: 3 }} }}) {{
           {fields} }} }} }} }} {fact}"
    );
    let answer = app.ask(&of_organizations).await;
    let found: Vec<_> = list(&answer["organizations"]["nodes"]).iter().map(|node| lines(&node["changes"])).collect();
    assert_eq!(
        found,
        [
            vec!["CONFIRMED 2021-06-30 A: EFFECTIVE/2019 > EFFECTIVE/2021-06"],
            vec!["ENDED 2022-03-01 B EXCLUDED: EFFECTIVE/null > ENDED/null"],
            vec!["CORRECTED 2020-05-01 D: CANDIDATE/null > -"]
        ]
    );
    for (between, expected) in [
        ("{ revisions: { from: 2, to: 2 } }", "`to` has to be a later one"),
        ("{ revisions: { from: 0, to: 9 } }", "the revisions of the register are 1 to 3"),
        ("{ revisions: { from: -1, to: 2 } }", "the revisions of the register are 1 to 3"),
        (r#"{ days: { from: "2020-01-01", to: "2020-01-01" } }"#, "`to` is the first day after it"),
        (
            r#"{ days: { from: "2020-01-01", to: "2021-01-01" } }, filter: { status: [ENDED] }"#,
            "leave `status`, `exitKind`",
        ),
        (r#"{ revisions: { from: 1, to: 2 } }, knownAt: "2026-01-01T00:00:00Z""#, "`knownAt` goes with `days`"),
        ("{}", "exactly one"),
    ] {
        for document in [
            format!("{{ changes(between: {between}) {{ totalCount }} }}"),
            format!("{{ cluster(by: {{ slug: \"c\" }}) {{ changes(between: {between}) {{ totalCount }} }} }}"),
        ] {
            let error = app.error(&document).await;
            assert!(error.contains(expected), "{document}: {error}");
        }
    }
}

#[tokio::test]
async fn what_was_confirmed_is_told_beside_what_was_corrected() {
    let package = |begins: &str, confirmed: &str| {
        Package::new("p")
            .cluster("c")
            .organization("a", "company", "A")
            .period(&format!("c,a,member,,candidate,{begins},2019-01-01,,,,,s"))
            .period(&format!("c,a,member,,effective,2019-01-01,,,{confirmed},,,s"))
    };
    let app = TestApp::empty().await;
    app.import(&package("2018-01-01", "2020")).await;
    app.import(&package("2018-06-01", "2021")).await;
    let answer = app
        .ask(
            "{ changes(between: { revisions: { from: 1, to: 2 } }) { nodes { kind on organization { name }
               before { __typename ... on Period { status lastConfirmedOn } }
               after { __typename ... on Period { status lastConfirmedOn } } } } }",
        )
        .await;
    assert_eq!(
        lines(&answer["changes"]),
        [
            "CORRECTED 2018-06-01 A: CANDIDATE/null > CANDIDATE/null",
            "CONFIRMED 2021-12-31 A: EFFECTIVE/2020 > EFFECTIVE/2021"
        ]
    );
}

#[tokio::test]
async fn a_figure_whose_source_is_worded_otherwise_is_corrected_and_not_published_again() {
    let package = |title: &str| {
        Package::new("p")
            .without("sources")
            .rows("sources", "id,kind,title", &[format!("s,report,{title}")])
            .cluster("c")
            .rows(
                "figures",
                "cluster,metric,nature,value,disclosure,qualifier,on,source",
                &["c,members,actual,27,disclosed,exactly,2020,s", "c,members,actual,28,disclosed,exactly,2020,s"],
            )
    };
    let app = TestApp::empty().await;
    app.import(&package("A report")).await;
    app.import(&package("The report")).await;
    let answer = app
        .ask(
            "{ changes(between: { revisions: { from: 1, to: 2 } }) { nodes { kind on organization { name }
               before { __typename ... on PublishedFigure { value } } after { __typename ... on PublishedFigure { value } } } } }",
        )
        .await;
    let mut found = lines(&answer["changes"]);
    found.sort();
    assert_eq!(
        found,
        ["CORRECTED 2020-01-01 -: figure 27.0 > figure 27.0", "CORRECTED 2020-01-01 -: figure 28.0 > figure 28.0"]
    );
}
