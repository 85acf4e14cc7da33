//! The register's entry for catalogues of open data, in the European profile DCAT-AP 3
//! (<https://semiceu.github.io/DCAT-AP/releases/3.0.0/>), as JSON-LD.

use serde_json::{Value, json};

use super::app::App;
use crate::graphql::Whole;

/// The catalogue with its one dataset, whose addresses are relative to its own.
pub(super) fn entry(app: &App, whole: &Whole, citation: &str) -> Value {
    let authority = |list: &str, code: &str| json!({ "@id": format!("http://publications.europa.eu/resource/authority/{list}/{code}") });
    let publisher = json!({
        "@type": "foaf:Agent",
        "foaf:name": app.options.published.publisher.as_deref().unwrap_or("not stated by those who run this server"),
    });
    let languages: Vec<_> = ["ENG", "FRA", "NLD", "DEU"].map(|code| authority("language", code)).into();
    let day = |day: chrono::NaiveDate| json!({ "@type": "xsd:date", "@value": day.to_string() });
    let until = whole.as_of.or_else(|| whole.known_at.map(|at| at.date_naive()));
    let mut covered = json!({ "@type": "dct:PeriodOfTime" });
    if let Some(first) = app.ledger.image().first_day() {
        covered["dcat:startDate"] = day(whole.as_of.unwrap_or(first));
    }
    if let Some(until) = until {
        covered["dcat:endDate"] = day(until);
    }
    let rights = json!({
        "@type": "dct:RightsStatement",
        "rdfs:label": "Facts are as published by their sources: name the publisher of each.",
    });
    let distribution = |id: &str, title: &str, media: &str, format: &str| {
        let mut distribution = json!({
            "@id": format!("#{id}"),
            "@type": "dcat:Distribution",
            "dct:title": title,
            "dcat:accessURL": { "@id": "/data/" },
            "dcat:downloadURL": { "@id": format!("/data/{id}?{}", whole.in_address()) },
            "dcat:mediaType": { "@id": format!("http://www.iana.org/assignments/media-types/{media}") },
            "dct:format": authority("file-type", format),
            "dct:rights": rights,
        });
        if let Some(licence) = &app.options.published.licence {
            distribution["dct:license"] = json!({ "@id": licence });
        }
        distribution
    };
    let mut distributions =
        vec![distribution("package.zip", "The register as a data package", "application/zip", "ZIP")];
    for (name, file) in crate::dataset::export::files().filter(|(_, file)| file.ends_with(".csv")) {
        distributions.push(distribution(&file, &format!("The resource {name} of the data package"), "text/csv", "CSV"));
    }
    for (file, what) in crate::dataset::export::parquet::FILES {
        let title = format!("By columns: {what}");
        distributions.push(distribution(file, &title, "application/vnd.apache.parquet", "PARQUET"));
    }
    let service = json!({
        "@id": "#api",
        "@type": "dcat:DataService",
        "dct:title": "GraphQL, and saved operations by their addresses",
        "dct:publisher": publisher,
        "dcat:endpointURL": { "@id": "/graphql" },
        "dcat:endpointDescription": [{ "@id": "/schema.graphql" }, { "@id": "/openapi.json" }],
        "dcat:servesDataset": { "@id": "#register" },
    });
    let modified = whole.known_at.map(|instant| {
        json!({ "@type": "xsd:dateTime", "@value": instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true) })
    });
    let mut dataset = json!({
        "@id": "#register",
        "@type": "dcat:Dataset",
        "dct:identifier": format!("trihelix-revision-{}", whole.revision),
        "dct:title": { "@language": "en", "@value": "A register of clusters and of those who take part in them" },
        "dct:description": {
            "@language": "en",
            "@value": "Business clusters and the companies, research bodies, public institutions and civil society \
                organizations that they join: memberships and partnerships, entry criteria, published figures and events, \
                with dates and the source of every fact.",
        },
        "dct:publisher": publisher,
        "dct:language": languages,
        "dct:spatial": authority("country", "BEL"),
        "dct:temporal": covered,
        "dct:accrualPeriodicity": authority("frequency", "IRREG"),
        "dcat:theme": authority("data-theme", "ECON"),
        "dcat:keyword": ["clusters", "members", "partners", "triple helix", "entry criteria"],
        "dcat:version": whole.revision.to_string(),
        "dct:bibliographicCitation": citation,
        "dct:rights": rights,
        "dcat:distribution": distributions,
    });
    if let Some(modified) = modified {
        dataset["dct:modified"] = modified;
    }
    if let Some(licence) = &app.options.published.licence {
        dataset["dct:license"] = json!({ "@id": licence });
    }
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "/data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": { "@language": "en", "@value": "What this server publishes" },
        "dct:description": { "@language": "en", "@value": "The register of this server, and the ways to ask it." },
        "dct:publisher": publisher,
        "dct:conformsTo": { "@id": "http://data.europa.eu/r5r/" },
        "dcat:dataset": [dataset],
        "dcat:service": [service],
    })
}
