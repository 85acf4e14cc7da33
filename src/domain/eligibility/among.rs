//! The organizations that satisfy a condition of a list, as a set: the same condition that lists turn into SQL.

use roaring::RoaringBitmap;

use crate::domain::{
    Result,
    ledger::index::Snapshot,
    organization::{Filter, unknown_class},
    reference::REFERENCE,
};

/// Those of a snapshot that satisfy a condition.
pub(super) fn satisfying(filter: &Filter, among: &Snapshot<'_>) -> Result<RoaringBitmap> {
    let all = |filters: &[Filter]| filters.iter().map(|filter| satisfying(filter, among)).collect::<Result<Vec<_>>>();
    let them = match filter {
        Filter::All(filters) => all(filters)?.into_iter().fold(among.known().clone(), |all, them| all & them),
        Filter::Any(filters) => all(filters)?.into_iter().fold(RoaringBitmap::new(), |any, them| any | them),
        Filter::Not(filter) => among.known() - satisfying(filter, among)?,
        Filter::Sphere(spheres) => among.of_spheres(spheres),
        Filter::SizeClass(sizes) => among.of_sizes(|size| sizes.contains(&size)),
        Filter::Municipality(codes) => {
            among.in_municipalities(codes.iter().filter_map(|nis| REFERENCE.municipality_position(nis)))
        }
        Filter::Activity(version, code) => {
            let class = REFERENCE.class(*version, code).ok_or_else(|| unknown_class(*version, code))?;
            among.with_classes([REFERENCE.positions_under(class)])
        }
        Filter::Sector(ids) => {
            let sectors = among.image().clusters().iter().flat_map(|segment| segment.sectors(among.at().rev));
            let classes = sectors.filter(|sector| ids.contains(&sector.id)).flat_map(|sector| &sector.classes);
            among.with_classes(classes.map(|(first, end)| *first..*end))
        }
        Filter::Attribute(code, value) => {
            let held = among.attribute(code);
            if *value { held.asserted.clone() } else { held.denied.clone() }
        }
        Filter::Identifier(schemes) => {
            schemes.iter().fold(RoaringBitmap::new(), |any, scheme| any | among.identified(*scheme))
        }
        Filter::Participation(kind, clusters, statuses) => among.participants(clusters, *kind, statuses),
    };
    Ok(them & among.known())
}
