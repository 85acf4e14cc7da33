//! The two evaluators of criteria mean the same: on random registers with corrections, random trees, at random points
//! in time, for every organization.

use std::{cell::Cell, collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;
use entity::{
    NaceVersion,
    id::{ClusterId, OrganizationId},
    organization_identifier::Scheme,
    organization_profile::{SizeClass, Sphere},
    rule::{ActivityUnder, Rule},
};
use proptest::strategy::Strategy;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use trihelix::domain::{
    eligibility::{self, Concerned, Criteria, Finding, Outcome, Sectors},
    ledger::Ledger,
    organization, participation, statistics,
    store::page::{PageRequest, Wants},
    time::PointInTime,
};

use crate::support::{
    Package, TestApp,
    dice::{Dice, Draws, date, holds, span},
};

const ORGANIZATIONS: usize = 9;
const REVISIONS: i64 = 3;
const MUNICIPALITIES: [&str; 3] = ["21001", "21004", "21007"];
const ATTRIBUTES: [&str; 3] = ["works_material", "eco_design", "never_recorded"];
const SECTORS: [&str; 4] = ["a", "b", "unmapped", "never-recorded"];

/// A register in which anything that rules ask for is recorded of some, denied of some, contradicted, or missing.
fn package(dice: &mut Dice) -> Package {
    let mut package = Package::new("random")
        .cluster("c0")
        .cluster("c1")
        .rows("sectors", "cluster,code,label_en,source", &["c0,a,A,s", "c0,b,B,s", "c0,unmapped,U,s", "c1,a,A,s"])
        .rows(
            "sector_nace",
            "cluster,sector,nace_version,nace_code",
            &["c0,a,2008,13", "c0,a,2025,13", "c0,b,2025,38.32", "c1,a,2008,C"],
        );
    for organization in 0..ORGANIZATIONS {
        let dice = &mut dice.part();
        let key = format!("o{organization}");
        let sphere = dice.pick(&["company", "company", "research", "public", "civil_society"]);
        let size = if sphere == "company" { dice.pick(&["micro", "medium", "large", ""]) } else { "" };
        package = package
            .rows("organizations", "id,sphere,size_class,source", &[format!("{key},{sphere},{size},s")])
            .rows("organization_names", "organization,kind,name", &[format!("{key},trade,Name {organization}")]);
        for _ in 0..dice.below(3) {
            let (version, code) =
                dice.pick(&[("2008", "13.10"), ("2008", "38.32"), ("2025", "38.32"), ("2025", "13.10")]);
            let (from, to) = span(dice);
            let line = format!("{key},{version},{code},main,{from},{to},s");
            package = package.rows("activities", "organization,nace_version,nace_code,rank,from,to,source", &[line]);
        }
        for _ in 0..dice.below(3) {
            let municipality = dice.pick(&["21001", "21004", "21007", ""]);
            let (from, to) = span(dice);
            let line = format!("{key},seat,{municipality},{from},{to},s");
            package = package.rows("sites", "organization,kind,municipality,from,to,source", &[line]);
        }
        for code in &ATTRIBUTES[..2] {
            for _ in 0..dice.below(3) {
                let (value, (from, to)) = (dice.pick(&["true", "false", "unknown"]), span(dice));
                let line = format!("{key},{code},{value},{from},{to},s");
                package = package.rows("attributes", "organization,code,value,from,to,source", &[line]);
            }
        }
        if dice.one_in(2) {
            let line = format!("{key},WIKIDATA,Q{}", 100 + organization);
            package = package.rows("organization_identifiers", "organization,scheme,value", &[line]);
        }
        for cluster in ["c0", "c1"] {
            if dice.one_in(2) {
                let (value, (from, to)) = (dice.pick(&["true", "false", "unknown"]), span(dice));
                let line = format!("{cluster},{key},charter,{value},{from},{to},s");
                package = package.rows("judgements", "cluster,organization,code,value,from,to,source", &[line]);
            }
            if dice.one_in(2) {
                let status = dice.pick(&["candidate", "effective", "ended"]);
                package = package.member(cluster, &key, status, &dice.day().to_string(), "");
            }
        }
    }
    package
}

fn some<T: Copy>(dice: &mut Dice, of: &[T]) -> Vec<T> {
    of.iter().copied().filter(|_| dice.one_in(2)).collect()
}

fn texts(dice: &mut Dice, of: &[&str]) -> Vec<String> {
    some(dice, of).into_iter().map(str::to_owned).collect()
}

fn rule(dice: &mut Dice, depth: u32) -> Rule {
    let kinds = if depth == 0 { 8 } else { 13 };
    match dice.below(kinds) {
        0 => Rule::Sphere(some(dice, &[Sphere::Company, Sphere::Research, Sphere::Public, Sphere::CivilSociety])),
        1 => Rule::Municipality(texts(dice, &MUNICIPALITIES)),
        2 => {
            let version = dice.pick(&[NaceVersion::V2008, NaceVersion::V2025]);
            Rule::Activity(ActivityUnder { version, under: texts(dice, &["13", "C", "38.32"]) })
        }
        3 => Rule::Sector(texts(dice, &SECTORS)),
        4 => Rule::Attribute(dice.pick(&ATTRIBUTES).to_owned()),
        5 => Rule::Identifier(dice.pick(&[Scheme::Wikidata, Scheme::Wikidata, Scheme::Lei])),
        6 => Rule::SizeAtMost(dice.pick(&[SizeClass::Micro, SizeClass::Small, SizeClass::Medium, SizeClass::Large])),
        7 => Rule::Assessed(dice.pick(&["charter", "never-recorded"]).to_owned()),
        8 => Rule::Not(Box::new(rule(dice, depth - 1))),
        kind => {
            let rules = (0..dice.below(4)).map(|_| rule(dice, depth - 1)).collect();
            if kind % 2 == 0 { Rule::All(rules) } else { Rule::Any(rules) }
        }
    }
}

async fn clusters(app: &TestApp) -> Vec<ClusterId> {
    let all = entity::cluster::Entity::find().all(&app.db).await.expect("SQL");
    all.into_iter().map(|cluster| cluster.id).collect()
}

fn point(dice: &mut Dice) -> PointInTime {
    let days: [NaiveDate; 3] = [dice.day(), date("2013-01-01"), date("2026-01-01")];
    PointInTime { as_of: dice.pick(&days), revision: i64::from(dice.below(REVISIONS as u32 + 1)) }
}

/// A register's versions, and chance for the questions to it.
#[derive(Clone, Debug)]
struct Register {
    versions: Vec<Package>,
    dice: Dice,
}

fn registers() -> impl Strategy<Value = Register> {
    let parts = REVISIONS as usize * ORGANIZATIONS + QUESTIONS;
    Draws { parts, each: 1000 }.prop_map(|mut dice| {
        let versions = (0..REVISIONS).map(|_| package(&mut dice)).collect();
        Register { versions, dice }
    })
}

/// How many points in time a register is asked at.
const QUESTIONS: usize = 30;

async fn imported(versions: &[Package]) -> TestApp {
    let app = TestApp::empty().await;
    for version in versions {
        app.import(version).await;
    }
    app
}

async fn organizations(app: &TestApp) -> Vec<OrganizationId> {
    let all = entity::organization::Entity::find().all(&app.db).await.expect("SQL");
    all.into_iter().map(|organization| organization.id).collect()
}

#[test]
fn both_evaluators_agree_on_every_organization() {
    let met = [0; 3].map(Cell::new);
    holds(100, 12, &registers(), async |Register { versions, mut dice }| {
        let app = imported(&versions).await;
        let (image, clusters, ids) = (app.ledger.image(), clusters(&app).await, organizations(&app).await);
        for _ in 0..QUESTIONS {
            dice.turn();
            let at = point(&mut dice);
            let facts = eligibility::read(&app.db, &ids, at).await.expect("SQL");
            let sectors = Sectors::read(&app.db, &clusters, at).await.expect("SQL");
            for _ in 0..20 {
                let (rule, cluster) = (rule(&mut dice, 3), dice.pick(&clusters));
                let criteria = Criteria { cluster, rule: Arc::new(rule), optional: Vec::new() };
                // Against criteria that nobody meets, those gain who are eligible.
                let nobody = Criteria { rule: Arc::new(Rule::Any(Vec::new())), ..criteria.clone() };
                let sets = eligibility::impact(&image, &nobody, &criteria, Concerned::All, at);
                let [eligible, not_eligible, undetermined] =
                    [&sets.gained, &sets.unchanged, &sets.undetermined].map(|set| BTreeSet::from_iter(set.ids(&image)));
                assert_eq!(sets.lost.count(), 0);
                assert_eq!(eligible.len() + not_eligible.len() + undetermined.len(), facts.len(), "{at:?}");
                for (id, facts) in &facts {
                    let finding = Finding::assess(&criteria.rule, cluster, facts, &sectors);
                    let (in_set, counted) = match finding.outcome {
                        Outcome::Met => (&eligible, 0),
                        Outcome::NotMet => (&not_eligible, 1),
                        Outcome::Unknown => (&undetermined, 2),
                    };
                    met[counted].set(met[counted].get() + 1);
                    assert!(in_set.contains(id), "{at:?} {:?}\n{facts:#?}\n{finding:#?}", criteria.rule);
                }
            }
        }
    });
    assert!(met.iter().all(|count| count.get() > 2_000), "every outcome is met often: {met:?}");
}

#[test]
fn prospects_those_at_risk_and_impact_are_sets_of_assessments() {
    holds(150, 6, &registers(), async |Register { versions, mut dice }| {
        let app = imported(&versions).await;
        let (image, clusters, ids) = (app.ledger.image(), clusters(&app).await, organizations(&app).await);
        for _ in 0..QUESTIONS {
            dice.turn();
            let (at, cluster) = (point(&mut dice), dice.pick(&clusters));
            let [before, after] =
                [(); 2].map(|()| Criteria { cluster, rule: Arc::new(rule(&mut dice, 2)), optional: Vec::new() });
            let facts = eligibility::read(&app.db, &ids, at).await.expect("SQL");
            let sectors = Sectors::read(&app.db, &clusters, at).await.expect("SQL");
            let verdict = |criteria: &Criteria, id: &OrganizationId| {
                Finding::assess(&criteria.rule, cluster, &facts[id], &sectors).outcome
            };
            // Who is in, as the lists say.
            let filter = participation::Filter::from(participation::Condition::Status(eligibility_statuses()));
            let listing = participation::Listing {
                kind: entity::participation::ParticipationKind::Member,
                filter: &filter,
                order: &[],
                at,
            };
            let page = participation::list(&image, listing, &everything());
            let members: Vec<_> =
                page.rows.into_iter().map(|row| row.model).filter(|row| row.cluster_id == cluster).collect();
            let is_member = |id: &OrganizationId| members.iter().any(|row| row.organization_id == *id);

            let everyone = organization::Filter::default();
            let prospects = eligibility::prospects(&image, &after, &everyone, at).ids(&image);
            let expected: BTreeSet<_> =
                facts.keys().filter(|id| verdict(&after, id) == Outcome::Met && !is_member(id)).copied().collect();
            assert_eq!(prospects, Vec::from_iter(expected), "prospects at {at:?}");

            let wants = Wants { rows: true, ..Wants::default() };
            let request = PageRequest { size: 100, from_end: false, after: None, before: None, wants };
            let at_risk = eligibility::at_risk(&image, &after, &participation::Filter::default(), &[], at, &request);
            let mut at_risk: Vec<_> = at_risk.rows.into_iter().map(|row| row.model.id).collect();
            at_risk.sort_unstable();
            let of_members = members.iter().filter(|row| verdict(&after, &row.organization_id) != Outcome::Met);
            let expected: BTreeSet<_> = of_members.map(|row| row.id).collect();
            assert_eq!(at_risk, Vec::from_iter(expected), "at risk at {at:?}");

            for concerned in [Concerned::Members, Concerned::All] {
                let impact = eligibility::impact(&image, &before, &after, concerned, at);
                let of = |wanted: fn(Outcome, Outcome) -> bool| {
                    let them = facts.keys().filter(|id| concerned == Concerned::All || is_member(id));
                    let them = them.filter(|id| wanted(verdict(&before, id), verdict(&after, id)));
                    Vec::from_iter(them.copied().collect::<BTreeSet<_>>())
                };
                use Outcome::{Met, NotMet, Unknown};
                assert_eq!(impact.gained.ids(&image), of(|before, after| before == NotMet && after == Met));
                assert_eq!(impact.lost.ids(&image), of(|before, after| before == Met && after == NotMet));
                assert_eq!(impact.unchanged.ids(&image), of(|before, after| before == after && before != Unknown));
                assert_eq!(impact.undetermined.ids(&image), of(|before, after| before == Unknown || after == Unknown));
            }
        }
    });
}

/// A filter of participations over every condition on organizations, those included that clients cannot ask for there.
fn filter(dice: &mut Dice, clusters: &[ClusterId], depth: u32) -> participation::Filter {
    use entity::participation_period::Status;
    use organization::Condition;
    use participation::Filter;
    let of = |condition: Condition| Filter::from(participation::Condition::Of(condition.into()));
    match dice.below(if depth == 0 { 6 } else { 9 }) {
        0 => of(Condition::Sphere(some(dice, &[Sphere::Company, Sphere::Research, Sphere::Public]))),
        1 => of(Condition::SizeClass(some(dice, &[SizeClass::Micro, SizeClass::Medium, SizeClass::Large]))),
        2 => of(Condition::Attribute(dice.pick(&ATTRIBUTES).to_owned(), dice.one_in(2))),
        3 => of(Condition::Identifier(some(dice, &[Scheme::Wikidata, Scheme::Lei]))),
        4 => {
            let kind = entity::participation::ParticipationKind::Member;
            // In any cluster, in some, or in one of none.
            let in_some = (!dice.one_in(4)).then(|| if dice.one_in(4) { Vec::new() } else { some(dice, clusters) });
            let statuses = some(dice, &[Status::Candidate, Status::Effective, Status::Ended]);
            let filter =
                [Some(participation::Condition::Status(statuses)), in_some.map(participation::Condition::Cluster)];
            of(Condition::Participation(kind, Box::new(Filter::all(filter.into_iter().flatten().map(Filter::from)))))
        }
        5 => {
            participation::Condition::Status(some(dice, &[Status::Candidate, Status::Effective, Status::Ended])).into()
        }
        6 => !filter(dice, clusters, depth - 1),
        kind => {
            let parts: Vec<_> = (0..dice.below(4)).map(|_| filter(dice, clusters, depth - 1)).collect();
            if kind == 7 { Filter::all(parts) } else { Filter::any(parts) }
        }
    }
}

#[test]
fn counts_and_lists_agree_on_every_condition() {
    let found = Cell::new(0);
    holds(180, 4, &registers(), async |Register { versions, mut dice }| {
        let app = imported(&versions).await;
        let image = app.ledger.image();
        let clusters = clusters(&app).await;
        for _ in 0..QUESTIONS {
            dice.turn();
            let (at, filter) = (point(&mut dice), filter(&mut dice, &clusters, 2));
            let head = statistics::headcount(&image, None, &filter, statistics::Unit::Participations, at);
            let counted = [head.candidates, head.effective, head.ended].map(|count| u64::from(count.value()));
            let kind = entity::participation::ParticipationKind::Member;
            let listing = participation::Listing { kind, filter: &filter, order: &[], at };
            let page = participation::list(&image, listing, &everything());
            assert_eq!(page.total, Some(counted.iter().sum()), "{at:?} {filter:?}");
            found.set(found.get() + page.rows.len());
        }
    });
    assert!(found.get() > 100, "some filters are satisfied");
}

/// The first hundred rows of a list, and their number.
fn everything() -> PageRequest {
    let wants = Wants { rows: true, total: true, ..Wants::default() };
    PageRequest { size: 100, from_end: false, after: None, before: None, wants }
}

#[tokio::test]
async fn a_member_that_the_register_does_not_hold_then_is_not_concerned() {
    use entity::organization_profile::{Column, Entity};
    let package = Package::new("north").cluster("north");
    let package = ["known", "lost"].iter().fold(package, |package, key| {
        package.organization(key, "company", key).member("north", key, "effective", "2018", "")
    });
    let app = TestApp::with(&package).await;
    app.import(&Package::new("south").cluster("south")).await;
    // No import takes a description away; whoever edits the tables does.
    let lost = Entity::find().filter(Column::SortName.eq("lost")).one(&app.db).await.expect("SQL").expect("a row");
    let edit = Entity::update_many().col_expr(Column::SupersededRev, Expr::val(2_i64)).filter(Column::Id.eq(lost.id));
    edit.exec(&app.db).await.expect("SQL");
    let image = Ledger::build(&app.db).await.expect("it is built").image();
    let cluster = clusters(&app).await[0];
    let [all, nobody] = [Rule::All(Vec::new()), Rule::Any(Vec::new())].map(|rule| Criteria {
        cluster,
        rule: Arc::new(rule),
        optional: Vec::new(),
    });
    for (revision, count) in [(1, 2), (2, 1)] {
        let at = PointInTime { as_of: date("2020-01-01"), revision };
        for (before, after) in [(&nobody, &all), (&all, &nobody), (&all, &all), (&nobody, &nobody)] {
            let impact = eligibility::impact(&image, before, after, Concerned::Members, at);
            let sets = [&impact.gained, &impact.lost, &impact.unchanged, &impact.undetermined];
            assert_eq!(sets.map(|set| set.count()).iter().sum::<u64>(), count, "{revision} {impact:?}");
            let pages = eligibility::Organizations::pages(sets, &image, 2, &everything());
            let shown: usize = pages.iter().map(|page| page.rows.len()).sum();
            assert_eq!(shown, 1, "who is not known at the basis is not shown");
            assert_eq!(impact.undetermined.count(), 0);
        }
    }
}

fn eligibility_statuses() -> Vec<entity::participation_period::Status> {
    use entity::participation_period::Status;
    vec![Status::Candidate, Status::Effective]
}
