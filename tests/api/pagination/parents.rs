//! The lists under many parents, which are read together, are those that each parent has alone.

use serde_json::json;

use super::{BY_DATE, OF_CLUSTER, OF_ORGANIZATION, cases};
use crate::support::{Package, TestApp, introspection::list};

/// Four clusters and five organizations whose lists have different lengths, some none.
fn uneven() -> Package {
    let mut package = Package::new("uneven");
    for cluster in 0..4 {
        package = package.cluster(&format!("c{cluster}"));
        for n in 0..cluster * 2 {
            let event = format!("c{cluster},e{n},governance,20{},s", 10 + n);
            let figure = format!("c{cluster},members,actual,{n},disclosed,exactly,20{},s", 10 + n);
            package = package.rows("events", "cluster,id,kind,on,source", &[event]);
            package = package.rows("figures", "cluster,metric,nature,value,disclosure,qualifier,on,source", &[figure]);
        }
    }
    for organization in 0..5 {
        package = package.organization(&format!("o{organization}"), "company", &format!("Name {organization}"));
        for cluster in 0..4 {
            if organization < cluster + 2 && cluster > 0 && organization > 0 {
                for kind in ["member", "partner"] {
                    let period = format!("c{cluster},o{organization},{kind},,effective,20{},,,,,,s", 15 + organization);
                    package = package.period(&period);
                }
            }
        }
    }
    let version = |cluster: usize| {
        json!({ "cluster": format!("c{cluster}"), "version": 1, "state": "adopted", "from": "2015", "source": "s",
                "criteria": [{ "required": true, "rule": { "sphere": ["research"] } }] })
    };
    package.criteria((0..4).map(version).collect())
}

#[tokio::test]
async fn lists_under_many_parents_are_those_under_each() {
    let app = TestApp::with(&uneven()).await;
    let parents = app.ask("{ clusters { nodes { id } } organizations { nodes { id } } }").await;
    for case in cases().iter().filter(|case| [OF_CLUSTER, OF_ORGANIZATION].contains(&case.parent)) {
        let (of, many) =
            if case.parent == OF_CLUSTER { ("cluster", "clusters") } else { ("organization", "organizations") };
        let order = match case.orders {
            None => "",
            BY_DATE => "orderBy: [{ field: ON, direction: DESC }]",
            _ if case.name() == "prospects" => "orderBy: [{ field: NAME, direction: DESC }]",
            _ => "orderBy: [{ field: SINCE }, { field: CLUSTER, direction: DESC }]",
        };
        let selection = |page: &str| {
            format!(
                "id list: {}({} {page} {order}) {{ totalCount nodes {{ {} }} edges {{ cursor }}
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}",
                case.name(),
                case.fixed,
                case.key()
            )
        };
        let whole = app.ask(&format!("{{ {many} {{ nodes {{ {} }} }} }}", selection("first: 100"))).await;
        let longest = list(&whole[many]["nodes"])
            .iter()
            .map(|parent| list(&parent["list"]["edges"]))
            .max_by_key(|edges| edges.len())
            .expect("parents");
        assert!(longest.len() > 2, "{}: {longest:?}", case.field);
        let middle = &longest[1]["cursor"];
        for page in [
            "first: 1".to_owned(),
            "first: 2".to_owned(),
            "last: 2".to_owned(),
            "first: 100".to_owned(),
            format!("first: 1 after: {middle}"),
            format!("first: 100 after: {middle}"),
            format!("last: 1 before: {middle}"),
            format!("last: 100 after: {middle}"),
            format!("first: 2 before: {middle}"),
        ] {
            let together = app.ask(&format!("{{ {many} {{ nodes {{ {} }} }} }}", selection(&page))).await;
            let mut alone = Vec::new();
            for parent in list(&parents[many]["nodes"]) {
                let document = format!("{{ it: {of}(by: {{ id: {} }}) {{ {} }} }}", parent["id"], selection(&page));
                alone.push(app.ask(&document).await["it"].take());
            }
            assert_eq!(list(&together[many]["nodes"]), alone, "{} {page}", case.field);
        }
    }
}
