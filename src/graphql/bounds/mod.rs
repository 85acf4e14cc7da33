//! What is refused before it is executed: a text by its tokens (`tokens`), a document by what it asks for (`cost`, at the
//! prices of `prices`), under the limits that an operator sets (`limits`).

pub(crate) mod cost;
pub(crate) mod limits;
pub(crate) mod omitted;
pub(crate) mod prices;
pub(crate) mod tokens;
