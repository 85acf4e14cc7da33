//! Organizations counted once, against the rows of the tables.

use std::collections::{BTreeMap, BTreeSet};

use entity::{id::OrganizationId, participation::ParticipationKind, participation_period::Status};
use serde_json::{Value, json};

use super::{COUNT, DIMENSIONS, ask, asked, besides, count, key, model::Model, random::on_registers, with_status};
use crate::support::introspection::{list, text};

/// Organizations, and those of them of which something is confirmed.
type Once = (BTreeSet<OrganizationId>, BTreeSet<OrganizationId>);

#[test]
fn an_organization_counts_once_in_each_row_and_once_in_all() {
    on_registers(50, 5, async |app, mut dice| {
        let model = Model::read(&app).await;
        let mut in_several = 0;
        for round in 0..26 {
            let (cluster, at, written, _) = asked(&mut dice, &model);
            let mut by = vec![DIMENSIONS[round % DIMENSIONS.len()]];
            let other = dice.pick(&DIMENSIONS);
            by.extend((other != by[0]).then_some(other));
            let selection = format!(
                "breakdown(by: [{}], {} unit: ORGANIZATIONS, at: {written}, kind: [MEMBER, PARTNER],
                   filter: {{ status: [CANDIDATE, EFFECTIVE, ENDED] }}) {{ multivalued total {COUNT}
                   rows {{ keys {{ dimension value cluster {{ slug }} sector {{ code cluster {{ slug }} }} }} count {COUNT}
                     organizations(first: 100) {{ totalCount nodes {{ id }} }} }} }}",
                by.join(", "),
                besides(&by)
            );
            let answer = &ask(&app, &model, cluster, &selection).await["breakdown"];
            let mut total = Once::default();
            let mut expected: BTreeMap<Vec<Option<String>>, Once> = BTreeMap::new();
            for of in model.participations.iter().filter(|of| cluster.is_none_or(|id| id == of.cluster_id)) {
                let Some(period) = model.period(of.id, at) else { continue };
                let add = |once: &mut Once| {
                    once.0.insert(of.organization_id);
                    if Model::is_confirmed(period, at.0) {
                        once.1.insert(of.organization_id);
                    }
                };
                add(&mut total);
                for key in model.keys(&by, of, at) {
                    let group = expected.entry(key).or_default();
                    in_several += usize::from(group.0.contains(&of.organization_id));
                    add(group);
                }
            }
            let numbers = |once: &Once, found: &Value| {
                count(once.0.len(), once.1.len(), found["complete"].as_bool().expect("it says so"))
            };
            assert_eq!(answer["total"], numbers(&total, &answer["total"]), "{selection}");
            for row in list(&answer["rows"]) {
                let keys: Vec<_> = list(&row["keys"]).iter().map(key).collect();
                let group = expected.remove(&keys).unwrap_or_default();
                assert_eq!(row["count"], numbers(&group, &row["count"]), "{selection}: {keys:?}");
                let behind = &row["organizations"];
                assert_eq!(behind["totalCount"], group.0.len(), "{selection}: {keys:?}");
                let ids: BTreeSet<_> = list(&behind["nodes"]).iter().map(|node| text(&node["id"])).collect();
                assert_eq!(ids.len(), group.0.len());
            }
            assert!(expected.is_empty(), "{selection}: {expected:?}");
        }
        assert!(in_several > 20, "organizations with several participations: {in_several}");
    });
}

#[test]
fn a_headcount_counts_an_organization_once_for_each_number() {
    on_registers(51, 5, async |app, mut dice| {
        let model = Model::read(&app).await;
        for _ in 0..12 {
            let (cluster, at, written, _) = asked(&mut dice, &model);
            let selection = format!(
                "headcount(at: {written}, unit: ORGANIZATIONS) {{ candidates {{ value }} effective {{ value }}
                   ended {{ value }} partners {{ value }} }}"
            );
            let once = |kind, status| {
                let of = with_status(&model, cluster, at, kind, status);
                json!({ "value": of.iter().map(|of| of.organization_id).collect::<BTreeSet<_>>().len() })
            };
            let expected = json!({
                "candidates": once(ParticipationKind::Member, Status::Candidate),
                "effective": once(ParticipationKind::Member, Status::Effective),
                "ended": once(ParticipationKind::Member, Status::Ended),
                "partners": once(ParticipationKind::Partner, Status::Effective),
            });
            assert_eq!(ask(&app, &model, cluster, &selection).await["headcount"], expected, "{selection}");
        }
    });
}
