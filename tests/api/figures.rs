//! Published figures: of whom, in which unit, of a cluster or a programme, with their parts, and against the register.

use entity::revision;
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use trihelix::{
    dataset::{self, Options, published},
    domain::store::database,
    progress::silent,
    synthetic::Ecosystem,
};

use crate::support::{Package, TestApp, introspection::list, now};

const FIGURES: &str = "cluster,programme,id,part_of,metric,label_en,of_sphere,of_size_class,of_group_en,nature,value,\
                       disclosure,qualifier,unit,on,comparable_with_previous,comparison_note_en,quote,source";

/// A line of figures of `c0` or of the programme `poles`, which say what was.
struct Line {
    subject: &'static str,
    id: &'static str,
    part_of: &'static str,
    metric: &'static str,
    of: (&'static str, &'static str, &'static str),
    value: &'static str,
    qualifier: &'static str,
    unit: &'static str,
    on: &'static str,
}

const MEMBERS: Line = Line {
    subject: "c0",
    id: "",
    part_of: "",
    metric: "members",
    of: ("", "", ""),
    value: "9",
    qualifier: "exactly",
    unit: "organizations",
    on: "2020-12-31",
};

impl Line {
    fn written(&self) -> String {
        let Self { subject, id, part_of, metric, of: (sphere, size, group), value, qualifier, unit, on } = self;
        let (cluster, programme) = if *subject == "poles" { ("", "poles") } else { (*subject, "") };
        let label = if *metric == "other" { "awards" } else { "" };
        format!(
            "{cluster},{programme},{id},{part_of},{metric},{label},{sphere},{size},{group},actual,{value},disclosed,\
             {qualifier},{unit},{on},,,,s"
        )
    }
}

/// Two clusters of a programme, of which one left it: with a company of which nobody says the size, one that is small
/// and in both clusters, and a university.
fn register(figures: &[Line]) -> Package {
    let lines: Vec<_> = figures.iter().map(Line::written).collect();
    Package::new("figures")
        .cluster("c0")
        .cluster("c1")
        .rows("programmes", "slug,website,name_en,name_fr,source", &["poles,https://poles.example,Poles,Pôles,s"])
        .rows(
            "programme_clusters",
            "programme,cluster,from,to,source",
            &["poles,c0,,,s", "poles,c0,2010,,s", "poles,c1,2015,2021,s"],
        )
        .rows(
            "organizations",
            "id,sphere,size_class,source",
            &["small,company,small,s", "unsized,company,,s", "uni,research,,s"],
        )
        .rows(
            "organization_names",
            "organization,kind,name",
            &["small,trade,Small", "unsized,trade,Unsized", "uni,trade,Uni"],
        )
        .member("c0", "small", "effective", "2016", "")
        .member("c0", "uni", "effective", "2016", "")
        .member("c1", "small", "effective", "2018", "")
        .member("c1", "unsized", "effective", "2018-05-01", "")
        .rows("figures", FIGURES, &lines)
}

async fn nodes(app: &TestApp, selection: &str) -> Vec<Value> {
    let document = format!(
        "{{ figures(first: 100, orderBy: [{{ field: RECORDED, direction: ASC }}]) {{ nodes {{ {selection} }} }} }}"
    );
    list(&app.ask(&document).await["figures"]["nodes"]).to_vec()
}

#[tokio::test]
async fn a_figure_says_whom_it_counts_in_which_unit_and_in_whose_words() {
    let line = "c0,,all,,members,,,,,actual,5,disclosed,nearly,organizations,2020,false,Laboratories were counted before,\
                \"nearly 5 members\",s";
    let package = register(&[
        Line { of: ("company", "small micro", ""), qualifier: "less_than", unit: "establishments", ..MEMBERS },
        Line { of: ("", "", "hospitals"), unit: "", part_of: "all", ..MEMBERS },
        Line { subject: "poles", metric: "clusters", unit: "clusters", ..MEMBERS },
        Line { metric: "other", unit: "", ..MEMBERS },
    ]);
    let app = TestApp::with(&package.rows("figures", FIGURES, &[line])).await;
    let selection =
        "metric label of { sphere sizeClass group(language: FR) } unit qualifier quote comparableWithPrevious
        comparisonNote partOf { value } subject { __typename slug name(language: FR) ... on Programme { website } }";
    let plain = json!({ "metric": "MEMBERS", "label": null, "of": null, "unit": "ORGANIZATIONS", "qualifier": "EXACTLY",
        "quote": null, "comparableWithPrevious": null, "comparisonNote": null, "partOf": null,
        "subject": { "__typename": "Cluster", "slug": "c0", "name": "Cluster c0" } });
    let with = |changes: Value| {
        let mut expected = plain.clone();
        let changes = changes.as_object().expect("an object").clone();
        expected.as_object_mut().expect("an object").extend(changes);
        expected
    };
    let of_sizes = json!({ "sphere": "COMPANY", "sizeClass": ["MICRO", "SMALL"], "group": null });
    let of_group = json!({ "sphere": null, "sizeClass": [], "group": "hospitals" });
    let poles =
        json!({ "__typename": "Programme", "slug": "poles", "name": "Pôles", "website": "https://poles.example" });
    let expected = [
        with(json!({ "of": of_sizes, "unit": "ESTABLISHMENTS", "qualifier": "LESS_THAN" })),
        with(json!({ "of": of_group, "unit": null, "partOf": { "value": 5.0 } })),
        with(json!({ "metric": "CLUSTERS", "unit": "CLUSTERS", "subject": poles })),
        with(json!({ "metric": "OTHER", "label": "awards", "unit": null })),
        with(json!({ "qualifier": "NEARLY", "quote": "nearly 5 members", "comparableWithPrevious": false,
            "comparisonNote": "Laboratories were counted before" })),
    ];
    assert_eq!(nodes(&app, selection).await, expected);
}

#[tokio::test]
async fn what_a_figure_is_of_is_counted_by_the_same_filter() {
    let figures = [
        (MEMBERS, json!([2, "2020-12-31", null])),
        (Line { of: ("company", "", ""), ..MEMBERS }, json!([1, "2020-12-31", null])),
        (Line { of: ("research", "", ""), ..MEMBERS }, json!([1, "2020-12-31", null])),
        (Line { of: ("company", "medium large", ""), ..MEMBERS }, json!([0, "2020-12-31", null])),
        (Line { of: ("", "", "hospitals"), ..MEMBERS }, json!([null, null, "NOT_RECORDED"])),
        (Line { unit: "research_units", ..MEMBERS }, json!([null, null, "NOT_RECORDED"])),
        (Line { unit: "establishments", ..MEMBERS }, json!([null, null, "NOT_RECORDED"])),
        (Line { metric: "founding_members", on: "2016-01-01", ..MEMBERS }, json!([2, "2016-01-01", null])),
        (Line { metric: "founding_members", on: "2016", ..MEMBERS }, json!([null, null, "NO_DATE"])),
        (Line { metric: "joined_members", on: "2016", ..MEMBERS }, json!([2, "2016-12-31", null])),
        (
            Line { metric: "joined_members", on: "2016", of: ("company", "small", ""), ..MEMBERS },
            json!([1, "2016-12-31", null]),
        ),
        // Of the two clusters that belong to the programme by then, the company that is in both is one organization.
        (Line { subject: "poles", ..MEMBERS }, json!([3, "2020-12-31", null])),
        (Line { subject: "poles", unit: "", ..MEMBERS }, json!([4, "2020-12-31", null])),
        (Line { subject: "poles", of: ("company", "small", ""), ..MEMBERS }, json!([1, "2020-12-31", null])),
        (Line { subject: "poles", on: "2017", ..MEMBERS }, json!([2, "2017-12-31", null])),
        (Line { subject: "poles", on: "2022", ..MEMBERS }, json!([2, "2022-12-31", null])),
        (
            Line { subject: "poles", metric: "clusters", unit: "clusters", on: "2012", ..MEMBERS },
            json!([1, "2012-12-31", null]),
        ),
        (
            Line { subject: "poles", metric: "clusters", unit: "clusters", on: "2020", ..MEMBERS },
            json!([2, "2020-12-31", null]),
        ),
        (Line { subject: "poles", metric: "joined_members", on: "2018", ..MEMBERS }, json!([2, "2018-12-31", null])),
        (Line { subject: "poles", metric: "leavers", ..MEMBERS }, json!([0, "2020-12-31", null])),
    ];
    let (lines, expected): (Vec<_>, Vec<_>) = figures.into_iter().unzip();
    let app = TestApp::with(&register(&lines)).await;
    let told = nodes(&app, "registry { recorded difference asOf reason complete }").await;
    for ((line, expected), told) in lines.iter().zip(expected).zip(&told) {
        let told = &told["registry"];
        assert_eq!(json!([told["recorded"], told["asOf"], told["reason"]]), expected, "{}", line.written());
        let difference = told["recorded"].as_f64().map(|recorded| 9.0 - recorded);
        assert_eq!(told["difference"].as_f64(), difference, "{}", line.written());
        assert_eq!(told["complete"], false, "{}", line.written());
    }
}

#[tokio::test]
async fn a_count_of_sizes_is_complete_where_every_size_is_recorded() {
    let line = |on| Line { of: ("company", "small", ""), on, ..MEMBERS };
    let package = register(&[line("2017-12-31"), line("2019-12-31")]);
    let package = package.without("clusters").rows(
        "clusters",
        "slug,name_en,complete_from,source",
        &["c0,Cluster c0,2010-01-01,s", "c1,Cluster c1,2010-01-01,s"],
    );
    let app = TestApp::with(&package.member("c0", "unsized", "effective", "2019", "")).await;
    let told = nodes(&app, "registry { recorded complete }").await;
    let expected = [true, false].map(|complete| json!({ "registry": { "recorded": 1, "complete": complete } }));
    assert_eq!(told, expected);
}

#[tokio::test]
async fn parts_are_held_against_their_whole() {
    let part = |part_of, value| Line { part_of, value, ..MEMBERS };
    let whole = |id| Line { id, ..MEMBERS };
    let app = TestApp::with(&register(&[
        whole("equal"),
        part("equal", "4"),
        part("equal", "5"),
        whole("less"),
        part("less", "4"),
        Line { id: "more", value: "3", ..MEMBERS },
        part("more", "4"),
        whole("inexact"),
        Line { qualifier: "about", ..part("inexact", "9") },
        whole("of-another-day"),
        Line { on: "2019", ..part("of-another-day", "9") },
        Line { id: "equal", subject: "poles", ..MEMBERS },
        Line { subject: "poles", ..part("equal", "9") },
    ]))
    .await;
    let told = nodes(&app, "parts { sum outcome figures { value partOf { value subject { slug } } } }").await;
    let parts = |value: f64, subject: &str, values: &[f64]| {
        let part = |own: &f64| json!({ "value": own, "partOf": { "value": value, "subject": { "slug": subject } } });
        values.iter().map(part).collect::<Vec<_>>()
    };
    let expected = [
        (0, json!({ "sum": 9.0, "outcome": "EQUAL", "figures": parts(9.0, "c0", &[4.0, 5.0]) })),
        (1, Value::Null),
        (3, json!({ "sum": 4.0, "outcome": "LESS", "figures": parts(9.0, "c0", &[4.0]) })),
        (5, json!({ "sum": 4.0, "outcome": "MORE", "figures": parts(3.0, "c0", &[4.0]) })),
        (7, json!({ "sum": 9.0, "outcome": "UNDETERMINED", "figures": parts(9.0, "c0", &[9.0]) })),
        (9, json!({ "sum": 9.0, "outcome": "UNDETERMINED", "figures": parts(9.0, "c0", &[9.0]) })),
        (11, json!({ "sum": 9.0, "outcome": "EQUAL", "figures": parts(9.0, "poles", &[9.0]) })),
    ];
    for (at, expected) in expected {
        assert_eq!(told[at]["parts"], expected, "the figure at {at}");
    }
}

#[tokio::test]
async fn a_programme_has_its_clusters_and_figures_and_a_cluster_its_programmes() {
    let package = register(&[Line { subject: "poles", ..MEMBERS }, MEMBERS]);
    let app = TestApp::with(&package).await;
    let answer = app
        .ask(
            r#"{ programmes(search: "pole") { totalCount nodes { id slug name clusters { slug } source { title } updatedAt
                    then: clusters(at: { asOf: "2020-06-01" }) { slug } figures { totalCount nodes { value } } } }
                 none: programmes(search: "pool") { totalCount }
                 unknown: programme(by: { slug: "pools" }) { id }
                 clusters { nodes { slug programmes { slug } then: programmes(at: { asOf: "2020-06-01" }) { slug } } }
                 byProgramme: figures(filter: { programme: ["poles"] }) { nodes { subject { slug } } }
                 byUnit: figures(filter: { unit: [CLUSTERS, PERCENT] }) { totalCount }
                 changes(between: { days: { from: "2020-01-01", to: "2021-01-01" } }, kind: [FIGURE_PUBLISHED]) { totalCount } }"#,
        )
        .await;
    let programme = &answer["programmes"]["nodes"][0];
    assert_eq!((&programme["slug"], &answer["programmes"]["totalCount"]), (&json!("poles"), &json!(1)));
    assert_eq!(programme["clusters"], json!([{ "slug": "c0" }]));
    assert_eq!(programme["then"], json!([{ "slug": "c0" }, { "slug": "c1" }]));
    assert_eq!(programme["figures"], json!({ "totalCount": 1, "nodes": [{ "value": 9.0 }] }));
    assert_eq!(programme["source"]["title"], "A decision");
    assert!(programme["updatedAt"].is_string());
    assert_eq!((&answer["none"]["totalCount"], &answer["unknown"]), (&json!(0), &Value::Null));
    let of = |slug: &str, now: Value| json!({ "slug": slug, "programmes": now, "then": [{ "slug": "poles" }] });
    assert_eq!(answer["clusters"]["nodes"], json!([of("c0", json!([{ "slug": "poles" }])), of("c1", json!([]))]));
    assert_eq!(answer["byProgramme"]["nodes"], json!([{ "subject": { "slug": "poles" } }]));
    assert_eq!(answer["byUnit"]["totalCount"], 0);
    // The figure of the cluster alone: those of programmes are no changes of clusters.
    assert_eq!(answer["changes"]["totalCount"], 1);
    let id = programme["id"].as_str().expect("an id");
    let found = app.ask_with(
        "query ($id: ID!) { node(id: $id) { ... on Programme { slug } } programme(by: { id: $id }) { slug } }",
        json!({ "id": id }),
    );
    assert_eq!(found.await, json!({ "node": { "slug": "poles" }, "programme": { "slug": "poles" } }));
    let told = app.error(r#"{ figures(filter: { programme: ["pools"] }) { totalCount } }"#).await;
    assert!(told.contains("no programme has the slug `pools`; `programmes` lists them"), "{told}");
    let unheld = r#"{ figures(filter: { programme: ["programme_01h455vb4pex5vsknk084sn02q"] }) { totalCount } }"#;
    let told = app.error(unheld).await;
    assert!(told.contains("names a programme that the register does not hold"), "{told}");
}

#[tokio::test]
async fn faults_of_figures_say_what_to_change() {
    let of = |line: Line| line.written();
    let line = |subject, metric: &str, label: &str, note: &str| {
        format!("{subject},,,{metric},{label},,,,actual,9,disclosed,exactly,,2020,,{note},,s")
    };
    for (line, column, fragment) in [
        (line(",", "members", "", ""), "cluster", "is empty; expected a cluster, or a programme"),
        (line("c0,poles", "members", "", ""), "programme", "is filled beside a cluster"),
        (line(",pools", "members", "", ""), "programme", "expected the slug of a row of the resource programmes"),
        (line("c0,", "members", "awards", ""), "metric", "members has a label; expected other"),
        (line("c0,", "other", "", ""), "label_en", "expected what `other` counts"),
        (
            line("c0,", "members", "", "why"),
            "comparable_with_previous",
            "expected true or false, which the note explains",
        ),
        (of(Line { metric: "clusters", unit: "", ..MEMBERS }), "metric", "clusters are counted of a programme"),
        (of(Line { subject: "poles", metric: "clusters", ..MEMBERS }), "unit", "expected clusters for clusters"),
        (of(Line { metric: "company_share", ..MEMBERS }), "unit", "expected percent for company_share"),
        (of(Line { of: ("", "small", ""), ..MEMBERS }), "of_sphere", "only companies have a size class"),
        (of(Line { of: ("company", "small/large", ""), ..MEMBERS }), "of_size_class", "words with spaces between"),
        (
            of(Line { subject: "poles", metric: "clusters", of: ("company", "", ""), unit: "", ..MEMBERS }),
            "of_sphere",
            "clusters does not count organizations",
        ),
        (
            of(Line { part_of: "all", ..MEMBERS }),
            "part_of",
            "expected the id of a figure of the same cluster or programme",
        ),
        (of(Line { id: "all", part_of: "all", ..MEMBERS }), "part_of", "is a part of this figure itself"),
    ] {
        let package = register(&[]).without("figures").rows("figures", FIGURES, &[line.as_str()]);
        let told = TestApp::empty().await.try_import(&package).await.expect_err("it is faulty").to_string();
        let place = format!("figures.csv:2: {column}: ");
        assert!(told.contains(&place) && told.contains(fragment), "{line}: {told}");
    }
    let twice = [Line { id: "all", ..MEMBERS }, Line { id: "all", ..MEMBERS }];
    let told = TestApp::empty().await.try_import(&register(&twice)).await.expect_err("it is faulty").to_string();
    assert!(told.contains("figures.csv:3: id: the same as on line 2"), "{told}");
}

#[tokio::test]
async fn what_sources_state_of_real_clusters_is_there_after_a_first_start() {
    let app = TestApp::published().await;
    let answer = app
        .ask(
            r#"{ clusters { totalCount } programmes { totalCount } figures { totalCount } organizations { totalCount }
                 poles: programme(by: { slug: "walloon-competitiveness-poles" }) { clusters { slug }
                    figures(first: 100) { nodes { value on parts { sum outcome } of { sphere group(language: FR) } } } }
                 biowin: cluster(by: { slug: "biowin" }) { website host { name } memberships { totalCount }
                    figures(first: 100, filter: { metric: [MEMBERS] }) { nodes { value unit on comparableWithPrevious
                        comparisonNote(language: NL) parts { sum outcome figures { value unit } } registry { recorded complete } } } }
                 nearly: figures(first: 100, filter: { cluster: ["tweed"] }) { nodes { value qualifier on quote
                    source { kind reference publisher url } } } }"#,
        )
        .await;
    let count = |list: &str| answer[list]["totalCount"].clone();
    // circlemade's own 30 besides the 145 of others.
    assert_eq!([count("clusters"), count("programmes"), count("figures")], [json!(27), json!(6), json!(175)]);
    // Of the others no organization is named.
    assert_eq!(count("organizations"), 24);
    let figure = |of: &str, value: f64, unit: &str| {
        let found = list(&answer[of]["figures"]["nodes"]).iter().find(|figure| {
            figure["value"] == value && (unit.is_empty() || figure["unit"] == unit || figure["unit"].is_null())
        });
        found.unwrap_or_else(|| panic!("{of} {value}: {answer:#}")).clone()
    };
    assert_eq!(answer["poles"]["clusters"], json!([]));
    let all = figure("poles", 1230.0, "");
    assert_eq!((&all["on"], &all["parts"]), (&json!("2023-12-31"), &json!({ "sum": 1230.0, "outcome": "EQUAL" })));
    assert_eq!(figure("poles", 201.0, "")["of"], json!({ "sphere": null, "group": "autres" }));
    let biowin = &answer["biowin"];
    assert_eq!(
        (&biowin["website"], &biowin["host"], &biowin["memberships"]["totalCount"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
    let with_units = figure("biowin", 540.0, "");
    assert_eq!((&with_units["on"], &with_units["unit"]), (&Value::Null, &Value::Null));
    let parts = json!({ "sum": 540.0, "outcome": "EQUAL", "figures": [
        { "value": 140.0, "unit": "ORGANIZATIONS" }, { "value": 400.0, "unit": "RESEARCH_UNITS" }] });
    assert_eq!(with_units["parts"], parts);
    let without = figure("biowin", 242.0, "ORGANIZATIONS");
    assert_eq!(without["comparableWithPrevious"], false);
    assert!(without["comparisonNote"].as_str().is_some_and(|note| note.contains("onderzoekseenheden")));
    assert_eq!(without["registry"], json!({ "recorded": 0, "complete": false }));
    let written = list(&answer["nearly"]["nodes"]).iter().find(|figure| figure["value"] == 110.0).expect("it");
    assert_eq!(written["source"]["kind"], "PARLIAMENTARY_QUESTION");
    assert_eq!(
        (&written["source"]["reference"], &written["source"]["publisher"]),
        (&json!("176"), &json!("Parlement de Wallonie"))
    );
    let nearly = list(&answer["nearly"]["nodes"]).iter().find(|figure| figure["qualifier"] == "NEARLY").expect("it");
    assert_eq!((&nearly["value"], &nearly["on"]), (&json!(60.0), &Value::Null));
    assert!(nearly["quote"].as_str().is_some_and(|quote| quote.contains("près de 60")));
}

/// The revisions that write, by whom.
async fn writers(app: &TestApp) -> Vec<String> {
    let actors = revision::Entity::find().order_by_asc(revision::Column::Number);
    actors.select_only().column(revision::Column::Actor).into_tuple().all(&app.db).await.expect("revisions")
}

#[tokio::test]
async fn a_start_loads_what_is_missing_and_leaves_registers_of_others_alone() {
    let names = published::ALL.map(|(name, _)| name);
    let app = TestApp::circlemade().await;
    assert_eq!(published::load(&app.db, now).await.expect("they load"), names[1..]);
    assert_eq!(published::load(&app.db, now).await.expect("they load"), [""; 0]);
    assert_eq!(writers(&app).await, names.map(|name| format!("package {name}")));
    let app = TestApp::with(&Package::new("own").cluster("c0")).await;
    assert_eq!(published::load(&app.db, now).await.expect("nothing is loaded"), [""; 0]);
    assert_eq!(writers(&app).await, ["package own"]);
}

#[tokio::test]
async fn clusters_are_compared_by_their_figures_in_a_table() {
    let app = TestApp::published().await;
    let (status, _, body) = app.get("/q/compare.csv?clusters=greenwin,biowin&metric=MEMBERS&language=FR").await;
    assert_eq!(status, 200, "{body}");
    let mut reader = csv::Reader::from_reader(body.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<_> = reader.records().map(|row| row.expect("as many cells as the header")).collect();
    let cell = |row: &csv::StringRecord, name: &str| {
        let position = header.iter().position(|header| header == name).unwrap_or_else(|| panic!("{name}: {header:?}"));
        row[position].to_owned()
    };
    assert_eq!(rows.len(), 21, "{body}");
    let of = |slug: &str, value: &str| {
        rows.iter().find(|row| cell(row, "subject.slug") == slug && cell(row, "value").trim_end_matches(".0") == value)
    };
    let nearly = of("greenwin", "200").expect("the figure");
    assert_eq!((cell(nearly, "qualifier"), cell(nearly, "unit")), ("NEARLY".to_owned(), "ORGANIZATIONS".to_owned()));
    let changed = of("biowin", "242").expect("the figure");
    assert_eq!(cell(changed, "comparableWithPrevious"), "false");
    assert!(cell(changed, "comparisonNote").contains("unités de recherche"), "{body}");
    let small = of("biowin", "187").expect("the figure");
    assert_eq!((cell(small, "of.sphere"), cell(small, "on")), ("COMPANY".to_owned(), String::new()));
    let (status, _, body) = app.get("/q/compare.csv?clusters=greenwin,pools").await;
    assert!(status == 400 && body.contains("no cluster has the slug `pools`"), "{status} {body}");
    let answer = app.get("/q/compare?clusters=greenwin,pools").await;
    assert!(answer.2.contains("no cluster has the slug `pools`"), "{}", answer.2);
}

#[tokio::test]
async fn invented_programmes_have_the_clusters_that_their_reports_say() {
    let ecosystem = Ecosystem::new(20, 200, Some(400), 7).expect("sizes");
    let app = TestApp::prepared(async |db| {
        database::migrate(db).await.expect("the database migrates");
        dataset::import(db, &ecosystem.package(1, &silent), now(), Options::default(), &silent)
            .await
            .expect("no fault");
    })
    .await;
    let answer = app
        .ask(
            "{ programmes(first: 100) { nodes { slug clusters(at: { asOf: \"2025-12-31\" }) { slug }
               figures(filter: { metric: [CLUSTERS] }) { nodes { value registry { recorded difference } } }
               members: figures(filter: { metric: [MEMBERS] }) { nodes { value registry { recorded } } } } } }",
        )
        .await;
    let programmes = list(&answer["programmes"]["nodes"]);
    assert!(programmes.len() > 5, "{answer}");
    let (mut clusters, mut published, mut recorded) = (0, 0.0, 0.0);
    for programme in programmes {
        let [figure] = list(&programme["figures"]["nodes"]) else { panic!("{programme}") };
        assert_eq!(
            figure["registry"],
            json!({ "recorded": figure["value"].as_f64().map(|value| value as i64), "difference": 0.0 })
        );
        assert_eq!(list(&programme["clusters"]).len() as f64, figure["value"]);
        clusters += list(&programme["clusters"]).len();
        let [members] = list(&programme["members"]["nodes"]) else { panic!("{programme}") };
        published += members["value"].as_f64().expect("a number");
        recorded += members["registry"]["recorded"].as_f64().expect("a number");
    }
    assert_eq!(clusters, 20);
    // Organizations are counted once; starts that no source states count from the first confirmation.
    assert!(0.0 < recorded && recorded <= published, "{recorded} of {published}");
}
