//! The counts of every day, against those of each day that are counted one by one.

use std::cell::Cell;

use entity::{
    TextEnum,
    id::ClusterId,
    participation::ParticipationKind,
    participation_period::{ExitKind, Status},
};
use trihelix::domain::{
    participation::{Condition, Filter},
    statistics::{Dimension, EveryDay, GroupOrder, Population, Question, breakdown},
    time::PointInTime,
};

use super::{model::Model, random::on_registers};
use crate::support::dice::Dice;

const DIMENSIONS: [Dimension; 10] = [
    Dimension::Status,
    Dimension::Kind,
    Dimension::Sphere,
    Dimension::Sector,
    Dimension::NaceDivision,
    Dimension::Municipality,
    Dimension::SizeClass,
    Dimension::ExitKind,
    Dimension::ExitReason,
    Dimension::Cluster,
];

fn question(dice: &mut Dice, clusters: &[ClusterId], at: PointInTime) -> Question {
    let statuses = |dice: &mut Dice| {
        let some = Status::ALL.iter().copied().filter(|_| dice.one_in(2));
        Condition::Status(some.collect()).into()
    };
    let filter: Filter = match dice.below(5) {
        0 => Filter::default(),
        1 => statuses(dice),
        2 => !statuses(dice),
        3 => Filter::any([statuses(dice), Condition::ExitKind(vec![ExitKind::Left, ExitKind::NotRecorded]).into()]),
        _ => Filter::all([statuses(dice), Condition::Cluster(clusters[..1].to_vec()).into()]),
    };
    let kinds = match dice.below(3) {
        0 => vec![ParticipationKind::Member],
        1 => vec![ParticipationKind::Partner],
        _ => vec![ParticipationKind::Member, ParticipationKind::Partner],
    };
    let mut by = Vec::new();
    for _ in 0..=dice.below(3) {
        let dimension = dice.pick(&DIMENSIONS);
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    }
    let cluster = dice.one_in(4).then(|| dice.pick(clusters));
    Question::new(Population { cluster, kinds, filter }, by, at)
}

#[test]
fn the_counts_of_every_day_are_those_of_each() {
    let groups = Cell::new(0);
    on_registers(40, 6, async |app, mut dice| {
        let (model, image) = (Model::read(&app).await, app.ledger.image());
        let clusters: Vec<ClusterId> = model.clusters.keys().copied().collect();
        let turns = model.turns();
        for _ in 0..25 {
            dice.turn();
            let revision = model.revisions[dice.below(model.revisions.len() as u32) as usize].number;
            let at = PointInTime { as_of: dice.day(), revision };
            let question = question(&mut dice, &clusters, at);
            let every_day = EveryDay::build(&image, &question).expect("it depends on periods alone");
            for _ in 0..20 {
                // Days on which something changes, and those before and after.
                let day = turns[dice.below(turns.len() as u32) as usize];
                let day = [day.pred_opt(), Some(day), day.succ_opt(), Some(dice.day())][dice.below(4) as usize];
                let at = PointInTime { as_of: day.expect("a day"), revision };
                let question = Question { at, ..question.clone() };
                let expected = breakdown(&image, &question, &[(GroupOrder::Key, false)], 1000).expect("it is counted");
                let found = every_day.breakdown(&image, &question, &[(GroupOrder::Key, false)], 1000);
                assert_eq!(found.expect("it is answered"), expected, "{question:?}");
                groups.set(groups.get() + expected.groups.len());
            }
        }
    });
    assert!(groups.get() > 5_000, "{groups:?}");
}
