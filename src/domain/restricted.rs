//! What the register holds and does not show to everyone: the notes on exclusions.
//!
//! **Invariant:** a note is read by [`Audience::note`] wherever it leaves the register, so that no way
//! out shows what another one hides.

use entity::participation_period::{ExitKind, Model};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everyone who can reach the server.
    Public,
    /// Who keeps the register, and can read its database anyhow.
    Keeper,
}

impl Audience {
    /// Whether notes on periods that end like this are shown. `None` as the exit: the period is no end.
    pub fn reads_notes_on(self, exit: Option<ExitKind>) -> bool {
        self == Self::Keeper || exit != Some(ExitKind::Excluded)
    }

    /// The note on a period; `None` where there is none to show.
    pub fn note(self, period: &Model) -> Option<&str> {
        period.note.as_deref().filter(|_| self.reads_notes_on(period.exit_kind))
    }
}
