//! `trihelix import`: a data package into the register, or what it would change.

use sea_orm::DatabaseConnection;

use super::{
    edge::{Failure, NOTHING_NEW, now, print},
    progress::Bar,
};
use crate::{
    dataset::{self, Change, Folder, Options, Outcome, Plan},
    domain::present::Present,
};

pub(super) async fn import(db: &DatabaseConnection, package: &Folder, options: Options) -> Result<(), Failure> {
    let outcome = {
        let bar = Bar::new();
        dataset::import(db, package, now(), options, &|progress| bar.show(progress)).await?
    };
    print(&match outcome {
        Outcome::Unchanged => NOTHING_NEW.to_owned(),
        Outcome::Planned(plan) => planned(&plan),
        Outcome::Written { revision, added, superseded } => {
            format!("revision {}: {added} rows added, {superseded} superseded", revision.number)
        }
    })
}

/// What an import would change, as a table of the resources and one of the clusters concerned.
fn planned(plan: &Plan) -> String {
    let mut lines = vec![format!("{:<26}{:>9}{:>9}{:>12}", "resource", "held", "added", "superseded")];
    for Change { resource, held, added, superseded } in &plan.changes {
        if added + superseded > 0 {
            lines.push(format!("{resource:<26}{held:>9}{added:>9}{superseded:>12}"));
        }
    }
    if lines.len() == 1 {
        return NOTHING_NEW.to_owned();
    }
    if !plan.clusters.is_empty() {
        lines.push(format!("{:<26}{:>18}{:>18}{:>18}", "cluster, today", "candidates", "effective", "partners"));
    }
    for (slug, before, after) in &plan.clusters {
        let change = |count: fn(&Present) -> u64| format!("{} -> {}", count(before), count(after));
        let [candidates, effective, partners] = [
            change(|present| present.candidates),
            change(|present| present.effective),
            change(|present| present.partners),
        ];
        lines.push(format!("{slug:<26}{candidates:>18}{effective:>18}{partners:>18}"));
    }
    lines.extend(plan.removals.iter().map(|removal| format!("needs --allow-removals: {removal}")));
    lines.push("nothing was written".into());
    lines.join("\n")
}
