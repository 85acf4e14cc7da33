//! The database gets an id of its own, so that a process that follows it notices when another one is put in its place.

crate::ddl::step! {
    both: r#"
CREATE TABLE register (
    id UUID PRIMARY KEY
)
"#,
    postgres: "INSERT INTO register VALUES (gen_random_uuid())",
    sqlite: "INSERT INTO register VALUES (randomblob(16))",
}
