//! The form of a data package: its files (`folder`), their lines (`table`, `quotes`), its criteria (`criteria`), and
//! the faults of any of these with their places (`fault`).
//!
//! What reads packages, what writes them and what makes them up know this form, and not each other.

pub(crate) mod criteria;
pub(crate) mod fault;
pub(crate) mod folder;
mod quotes;
pub(crate) mod table;
