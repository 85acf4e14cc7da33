//! How far a work is, drawn on a terminal; in a pipe nothing is.

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::{Progress, Work};

/// A bar on the terminal, which goes with the value.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:<12} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn show(&self, progress: Progress) {
        let Progress { work, done, of } = progress;
        if done == 0 {
            self.0.set_message(match work {
                Work::Generating => "generating",
                Work::Checking => "checking",
                Work::Writing => "writing",
            });
            self.0.set_length(of);
        }
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
