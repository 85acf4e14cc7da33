//! `trihelix check`: whether the register is sound.

use sea_orm::DatabaseConnection;

use crate::{
    cli::edge::{Failure, print},
    domain::store::{check, database},
};

/// Says that it is, or what is wrong.
pub(super) async fn check(db: &DatabaseConnection) -> Result<(), Failure> {
    current(db).await?;
    let faults = check::faults(db).await?;
    if faults.is_empty() { print("the register is sound") } else { Err(Failure::Unsound(faults.join("\n"))) }
}

/// Refuses a database that has not the schema of this release.
pub(super) async fn current(db: &DatabaseConnection) -> Result<(), Failure> {
    match database::schema(db).await? {
        database::Schema::Current => Ok(()),
        database::Schema::Later(step) => Err(Failure::Unsound(database::later(&step))),
        database::Schema::Earlier => {
            let message = "the database has not the schema of this release; run `trihelix migrate`";
            Err(Failure::Unsound(message.into()))
        }
    }
}
