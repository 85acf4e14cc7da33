//! A package, written into a folder.

use std::{fs::File, io::Write, path::Path};

use sea_orm::ConnectionTrait;

use super::{
    package::{Export, Piece},
    parquet::{self, Columnar},
};
use crate::domain;

/// Why a package was not written into a folder.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// The register could not be read.
    #[error(transparent)]
    Register(#[from] domain::Error),
    /// The folder could not be written.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
}

impl Export {
    /// Writes the package into a folder, which is made when it is missing; beside it, where it is
    /// wanted, the tables that can be had as Parquet.
    pub async fn save(mut self, db: &impl ConnectionTrait, folder: &Path, parquet: bool) -> Result<(), NotSaved> {
        std::fs::create_dir_all(folder)?;
        for (name, _) in parquet::FILES.iter().filter(|_| parquet) {
            let mut file = File::create_new(folder.join(name))?;
            let mut table = Columnar::begin(self.clone(), name).expect("one of the files");
            while let Some(bytes) = table.next(db).await? {
                file.write_all(&bytes)?;
            }
        }
        let mut file = None;
        while let Some(pieces) = self.next(db).await? {
            for piece in pieces {
                match (piece, &mut file) {
                    (Piece::File(name), _) => file = Some(File::create_new(folder.join(name))?),
                    (Piece::Text(text), Some(file)) => file.write_all(text.as_bytes())?,
                    (Piece::Text(_), None) => unreachable!("a text belongs to a file"),
                }
            }
        }
        Ok(())
    }
}
