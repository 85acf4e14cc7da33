//! How the register is kept and read, whatever it holds: the database (`database`, `reading`) and where the SQL of the
//! two differs (`dialect`); pages of lists, of the database (`page`), in the order of a date (`by_date`), of the ledger
//! (`gathered`) and of ids that are known beforehand (`known_ids`); what is recorded (`record`, `facts`); and what must
//! hold of it all (`check`).

pub mod by_date;
pub mod check;
pub mod database;
pub(crate) mod dialect;
pub(crate) mod facts;
pub(crate) mod gathered;
pub mod known_ids;
pub mod page;
pub mod reading;
pub mod record;
