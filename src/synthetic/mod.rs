//! A synthetic ecosystem: organizations and clusters that do not exist, as a data package.
//!
//! Every thing draws from a sequence of its own (`chance`), so that it is the same whatever is drawn for others. The
//! package has two editions, each whole: the second draws the same as the first and corrects some of it, so that a
//! register that takes both has a history.

mod chance;
mod clusters;
mod criteria;
mod ecosystem;
mod edition;
mod fields;
mod figures;
mod judgements;
mod names;
mod organizations;
mod outline;
mod participations;
mod plan;
mod programmes;
mod spell;
mod terms;

use std::{collections::BTreeMap, io, path::Path};

use entity::revision;
use sea_orm::{ConnectionTrait, EntityTrait};

pub use self::ecosystem::{Ecosystem, Impossible};
use self::{edition::Edition, outline::Outline, programmes::Programmes};
use crate::{
    dataset::{Folder, actor},
    domain,
    progress::{Progress, Tell, Work},
};

/// Why an ecosystem is not written into a register.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Synthetic data is not mixed with other data.
    #[error(
        "the register holds what the {0} brought; a synthetic ecosystem is written into a database of its own, so that \
         it is never mixed with other data: name another one with --database-url"
    )]
    Taken(String),
    /// The register could not be read.
    #[error(transparent)]
    Register(#[from] domain::Error),
}

impl Ecosystem {
    /// An edition of its package: 1, or 2 with corrections.
    pub fn package(&self, edition: u32, tell: Tell<'_>) -> Folder {
        Folder::Generated(self.files(edition, tell))
    }

    /// Writes an edition of its package into a folder, which is made when it is missing.
    pub fn save(&self, edition: u32, folder: &Path, tell: Tell<'_>) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        self.files(edition, tell).iter().try_for_each(|(file, text)| std::fs::write(folder.join(file), text))
    }

    /// The first edition that a register lacks, when it holds nothing but editions of this package.
    pub async fn next_edition(&self, db: &impl ConnectionTrait) -> Result<u32, Refused> {
        let revisions = revision::Entity::find().all(db).await.map_err(domain::Error::from)?;
        let own = actor(&self.name());
        match revisions.iter().find(|revision| revision.actor != own) {
            Some(other) => Err(Refused::Taken(other.actor.clone())),
            None => Ok(revisions.len() as u32 + 1),
        }
    }

    fn files(&self, edition: u32, tell: Tell<'_>) -> BTreeMap<String, String> {
        let of = u64::from(self.organizations) + u64::from(self.memberships);
        let mut done = 0;
        let mut made = |things: u32| {
            done += u64::from(things);
            tell(Progress { work: Work::Generating, done, of });
        };
        made(0);
        let mut edition = Edition::new(self, edition);
        edition.sources();
        terms::of_attributes(&mut edition);
        for position in 0..self.organizations {
            let outline = Outline::draw(self.seed, position);
            organizations::write(&mut edition, position, &outline);
            edition.know(position, outline);
            made(1);
        }
        let mut programmes = Programmes::default();
        for (position, size) in (0..).zip(self.sizes()) {
            let plan = clusters::write(&mut edition, position);
            let histories = participations::write(&mut edition, position, &plan, size);
            figures::write(&mut edition, position, &plan, &histories);
            programmes.take(&plan, &histories);
            made(size);
        }
        programmes.write(&mut edition);
        edition.finish()
    }
}
