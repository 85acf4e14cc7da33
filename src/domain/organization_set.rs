//! The organizations that satisfy a filter of a list, as a set: the same filter that lists turn into SQL.

use roaring::RoaringBitmap;

use super::{
    ledger::index::Snapshot,
    organization::{Condition, Filter},
    reference::REFERENCE,
};

/// Those of a snapshot that satisfy a filter.
pub(super) fn satisfying(filter: &Filter, among: &Snapshot<'_>) -> RoaringBitmap {
    filter.fold(
        &|condition| of_condition(condition, among) & among.known(),
        &|parts: Vec<RoaringBitmap>| parts.into_iter().fold(among.known().clone(), |all, them| all & them),
        &|parts: Vec<RoaringBitmap>| parts.into_iter().fold(RoaringBitmap::new(), |any, them| any | them),
        &|them| among.known() - them,
    )
}

fn of_condition(condition: &Condition, among: &Snapshot<'_>) -> RoaringBitmap {
    match condition {
        Condition::Sphere(spheres) => among.of_spheres(spheres),
        Condition::SizeClass(sizes) => among.of_sizes(|size| sizes.contains(&size)),
        Condition::Municipality(places) => among.in_municipalities(places.iter().copied()),
        Condition::Activity(class) => among.with_classes([REFERENCE.positions_under(REFERENCE.class_at(*class))]),
        Condition::Sector(ids) => among.with_classes(among.image().classes_of_sectors(ids, among.at().rev)),
        Condition::Attribute(code, value) => {
            let held = among.attribute(code);
            if *value { held.asserted.clone() } else { held.denied.clone() }
        }
        Condition::Identifier(schemes) => {
            schemes.iter().fold(RoaringBitmap::new(), |any, scheme| any | among.identified(*scheme))
        }
        Condition::Participation(kind, clusters, statuses) => among.participants(clusters.as_deref(), *kind, statuses),
    }
}
