//! Reference data: municipalities and classes of activities.

crate::ddl::step! {
    both: r#"
CREATE TABLE municipality (
    nis TEXT COLLATE "C" PRIMARY KEY,
    names JSONB NOT NULL,
    postal_codes JSONB NOT NULL,
    nuts TEXT
);
CREATE TABLE nace_class (
    version TEXT COLLATE "C" NOT NULL CHECK (version IN ('2008', '2025')),
    code TEXT COLLATE "C" NOT NULL,
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    parent TEXT COLLATE "C",
    labels JSONB NOT NULL,
    search TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (version, code),
    FOREIGN KEY (version, parent) REFERENCES nace_class (version, code)
);
CREATE INDEX nace_class_parent ON nace_class (version, parent, code)
"#,
    postgres: "",
}
