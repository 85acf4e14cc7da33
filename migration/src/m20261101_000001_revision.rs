//! The axis of record time, and the documents facts come from.

crate::ddl::step! {
    both: r#"
CREATE TABLE revision (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    at TIMESTAMPTZ NOT NULL UNIQUE,
    actor TEXT NOT NULL,
    summary TEXT NOT NULL
);
CREATE TABLE source (
    id UUID PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('parliamentary_question', 'press_article', 'web_page', 'register_extract', 'decision', 'report', 'dataset')),
    title TEXT NOT NULL CHECK (title <> ''),
    publisher TEXT,
    reference TEXT,
    published_on TEXT COLLATE "C",
    url TEXT,
    language TEXT CHECK (language IN ('en', 'fr', 'nl', 'de')),
    recorded_rev BIGINT NOT NULL REFERENCES revision (number),
    superseded_rev BIGINT REFERENCES revision (number),
    CHECK (superseded_rev > recorded_rev)
);
CREATE UNIQUE INDEX source_key ON source (key) WHERE superseded_rev IS NULL
"#,
    postgres: "",
}
