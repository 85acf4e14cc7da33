//! The register as a data package: the way back from `import`.
//!
//! What is written is what the register held at one revision; where a day is given, of the facts
//! that hold on dates those that hold on it. The files are made piece by piece, so that a register
//! of any size takes little memory, and no connection is held between two pieces: rows never
//! change, so that pages read one after the other are of the same revision.
//!
//! **Invariant:** importing the package of a whole revision into an empty register gives a register
//! that answers the same. What does not travel: ids, the instants and numbers of revisions, what
//! was known before, and which package brought a fact.

mod package;
pub mod parquet;
mod point;
mod rows;
mod save;

pub use self::{
    package::{Export, Piece, files},
    point::{Point, Published, citation},
    save::NotSaved,
};
use super::package::folder::DESCRIPTOR;

/// Whether a package has a file of this name, or one is made beside it.
pub fn is_file(name: &str) -> bool {
    let is_columnar = parquet::FILES.iter().any(|(file, _)| *file == name);
    [DESCRIPTOR, package::CITATION].contains(&name) || is_columnar || files().any(|(_, file)| file == name)
}
