//! Searching the names of organizations.

use std::sync::Arc;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::{columns::Rev, image::Image, organizations::Part};
use crate::domain::search::Needle;

impl Image {
    /// The organizations one of whose names contains what is searched, as known at a revision.
    pub(in crate::domain) fn named(&self, needle: &Needle, rev: Rev) -> Arc<RoaringBitmap> {
        self.recent().search(needle, rev, || {
            let finder = Finder::new(needle.first_word());
            let mut them = RoaringBitmap::new();
            for (first, part) in self.organizations().parts() {
                named_in(part, &finder, needle, rev, |owner| {
                    them.insert(first + owner);
                });
            }
            them
        })
    }
}

/// Takes the organizations of a part, ascending; one can come twice.
fn named_in(part: &Part, finder: &Finder<'_>, needle: &Needle, rev: Rev, mut take: impl FnMut(u32)) {
    let (names, mut start) = (&part.names, 0);
    let block = names.block().as_bytes();
    while let Some(found) = finder.find(&block[start..]) {
        let (owner, row, end) = names.row_at(start + found);
        if names.is_known(row, rev) && needle.is_in(names.text(row)) {
            take(owner);
        }
        start = end;
    }
}
