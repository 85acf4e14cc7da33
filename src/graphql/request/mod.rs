//! How questions are answered, whatever they are about: the basis and the document of a request (`basis`, `document`,
//! `prepared`), rows that are read together (`level`), pages of them (`pagination`), errors, scalars and languages; and
//! what the library lacks (`interface`, `merged`, `finished`, `input`). Nothing of a concept stands here.

pub(crate) mod answer;
pub(crate) mod basis;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod finished;
pub(crate) mod input;
pub(crate) mod interface;
pub(crate) mod language;
pub(crate) mod level;
pub(crate) mod merged;
pub(crate) mod pagination;
pub(crate) mod prepared;
pub(crate) mod scalars;
