//! A register that may be written to, and a small package to write into it.

use std::{fs, path::Path};

use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, QueryOrder, QuerySelect};
use trihelix::domain::store::database::{self, Missing};

/// Copies the register under another name; answers the address of the copy.
pub(crate) async fn copy(url: &str, name: &str) -> String {
    if let Some(file) = url.strip_prefix("sqlite://") {
        let copy = format!("{file}-{name}");
        fs::copy(file, &copy).expect("the file is copied");
        return format!("sqlite://{copy}");
    }
    let (server, original) = url.rsplit_once('/').expect("an address with a database");
    let elsewhere = database::open(&format!("{server}/template1"), 1, Missing::Refuse).await;
    let elsewhere = elsewhere.expect("the server is reached");
    elsewhere.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("SQL");
    let copy = format!("CREATE DATABASE {name} TEMPLATE \"{original}\"");
    elsewhere.execute_unprepared(&copy).await.expect("the database is copied");
    elsewhere.close().await.expect("the database closes");
    format!("{server}/{name}")
}

/// The slugs of two clusters.
pub(crate) async fn two_clusters(db: &DatabaseConnection) -> Vec<String> {
    let slugs = entity::cluster::Entity::find().order_by_asc(entity::cluster::Column::Slug).limit(2);
    slugs.select_only().column(entity::cluster::Column::Slug).into_tuple().all(db).await.expect("SQL")
}

/// A package of thirteen rows: two organizations and their four participations in two clusters,
/// since a year.
pub(crate) fn thirteen_rows(folder: &Path, clusters: &[String], since: usize) {
    let periods: String = clusters
        .iter()
        .flat_map(|cluster| ["zz-acme", "zz-lab"].map(|key| format!("{cluster},{key},member,effective,{since},s\n")))
        .collect();
    let tables = [
        ("sources", "id,kind,title\ns,dataset,Thirteen rows\n".to_owned()),
        ("organizations", "id,sphere,source\nzz-acme,company,s\nzz-lab,research,s\n".to_owned()),
        ("organization_names", "organization,kind,name\nzz-acme,trade,Acme\nzz-lab,trade,Lab\n".to_owned()),
        ("sites", "organization,kind,municipality,source\nzz-acme,seat,21007,s\nzz-lab,seat,21004,s\n".to_owned()),
        ("attributes", "organization,code,value,source\nzz-acme,reuse,true,s\nzz-lab,reuse,true,s\n".to_owned()),
        ("periods", format!("cluster,organization,kind,status,from,source\n{periods}")),
    ];
    fs::create_dir_all(folder).expect("the folder is made");
    let resources =
        tables.each_ref().map(|(name, _)| serde_json::json!({ "name": name, "path": format!("{name}.csv") }));
    let descriptor = serde_json::json!({ "name": "thirteen-rows", "resources": resources }).to_string();
    fs::write(folder.join("datapackage.json"), descriptor).expect("the file is written");
    for (name, text) in tables {
        fs::write(folder.join(format!("{name}.csv")), text).expect("the file is written");
    }
}
