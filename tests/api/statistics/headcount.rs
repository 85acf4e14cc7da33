//! Headcounts and compositions, against the rows of the tables.

use chrono::NaiveDate;
use entity::{id::ClusterId, participation::ParticipationKind, participation_period::Status};
use serde_json::{Value, json};

use super::{
    COUNT, ask, asked, count,
    model::{Model, Point},
    random::on_registers,
    with_status,
};
use crate::support::introspection::{list, text};

fn headcount(model: &Model, cluster: Option<ClusterId>, at: Point) -> Value {
    use ParticipationKind::{Member, Partner};
    let counted = |kind, status, ever: bool| {
        let rows = with_status(model, cluster, at, kind, status);
        let confirmed = rows.iter().filter(|of| Model::is_confirmed(model.period(of.id, at).expect("counted"), at.0));
        count(rows.len(), confirmed.count(), model.is_complete(cluster, at.0, at.1, ever))
    };
    json!({
        "candidates": counted(Member, Status::Candidate, false),
        "effective": counted(Member, Status::Effective, false),
        "ended": counted(Member, Status::Ended, true),
        "partners": counted(Partner, Status::Effective, false),
    })
}

#[test]
fn headcounts_of_many_days_are_what_the_rows_say() {
    on_registers(20, 6, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..3 {
            let (cluster, ..) = asked(&mut dice, &model);
            // Of few revisions, so that each is asked about again.
            let points: Vec<_> = (0..16).map(|_| asked(&mut dice, &model)).collect();
            let headcounts = points.iter().enumerate().map(|(number, (_, _, written, _))| {
                format!(
                    "h{number}: headcount(at: {written}) {{ candidates {COUNT} effective {COUNT} ended {COUNT}
                     partners {COUNT} }}"
                )
            });
            let answer = ask(&app, &model, cluster, &headcounts.collect::<String>()).await;
            for (number, (_, at, written, _)) in points.iter().enumerate() {
                assert_eq!(answer[format!("h{number}")], headcount(&model, cluster, *at), "{written}");
            }
        }
    });
}

/// Asked for many days in one document, as each day by itself.
#[test]
fn headcounts_of_many_days_are_those_of_each_whatever_the_filter() {
    on_registers(21, 6, async |app, mut dice| {
        let model = Model::read(&app).await;
        for filter in [
            r#"joined: { from: "2019-01-01" }"#,
            r#"not: { joined: { to: "2019-01-01" } }"#,
            r#"ended: { from: "2016-01-01" }"#,
            "confirmation: PRESUMED",
            "exitReason: [INACTIVITY, CHARTER_BREACH]",
            r#"municipality: ["21001"]"#,
        ] {
            let days: Vec<_> = (0..8).map(|_| asked(&mut dice, &model).1.0).collect();
            let headcount = |day: &NaiveDate| {
                format!(
                    "headcount(at: {{ asOf: \"{day}\" }}) {{ candidates {COUNT} effective {COUNT} ended {COUNT}
                       partners {COUNT} }}"
                )
            };
            for slug in ["c0", "c1"] {
                let of = |fields: &str| {
                    format!(
                        "{{ cluster(by: {{ slug: \"{slug}\" }}) {{ statistics(filter: {{ {filter} }}) {{ {fields} }} }} }}"
                    )
                };
                let many = days.iter().enumerate().map(|(at, day)| format!("h{at}: {} ", headcount(day)));
                let together = app.ask(&of(&many.collect::<String>())).await;
                for (at, day) in days.iter().enumerate() {
                    let alone = app.ask(&of(&headcount(day))).await;
                    assert_eq!(
                        together["cluster"]["statistics"][format!("h{at}")],
                        alone["cluster"]["statistics"]["headcount"],
                        "{slug} {filter} {day}"
                    );
                }
            }
        }
    });
}

#[test]
fn headcounts_and_compositions_are_what_the_rows_say() {
    on_registers(20, 6, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..12 {
            let (cluster, at, written, _) = asked(&mut dice, &model);
            let selection = format!(
                "headcount(at: {written}) {{ candidates {COUNT} effective {COUNT} ended {COUNT} partners {COUNT} }}
                 composition(at: {written}) {{ base complete shares {{ sphere count share }} conditions {{ code met value threshold }} }}"
            );
            let answer = ask(&app, &model, cluster, &selection).await;
            let effective = with_status(&model, cluster, at, ParticipationKind::Member, Status::Effective);
            assert_eq!(answer["headcount"], headcount(&model, cluster, at), "{written}");
            let composition = &answer["composition"];
            let base = effective.len();
            assert_eq!(composition["base"], base);
            let mut kinds = 0;
            for share in list(&composition["shares"]) {
                let sphere = text(&share["sphere"]);
                let of_sphere = effective.iter().filter(|of| model.values("SPHERE", of, at) == [sphere]).count();
                kinds += u64::from(of_sphere > 0);
                assert_eq!(share["count"], of_sphere, "{sphere}");
                let expected = if base == 0 { Value::Null } else { json!(of_sphere as f64 / base as f64) };
                assert_eq!(share["share"], expected);
            }
            let complete = model.is_complete(cluster, at.0, at.1, false);
            for (condition, (value, threshold)) in
                list(&composition["conditions"]).iter().zip([(base as u64, 15), (kinds, 2)])
            {
                let met = if value >= threshold {
                    json!(true)
                } else if complete {
                    json!(false)
                } else {
                    Value::Null
                };
                assert_eq!((&condition["value"], &condition["met"]), (&json!(value), &met), "{condition}");
            }
        }
    });
}
