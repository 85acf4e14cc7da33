//! How a failing field makes its parents null: what our resolvers count on in the library, on a schema of their own.

use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Result, Schema};
use serde_json::{Value, json};

use crate::architecture::files;

struct Query;

struct Thing;

struct Item(i32);

fn fail<T>() -> Result<T> {
    Err(Error::new("failed"))
}

fn items() -> Vec<Item> {
    vec![Item(1), Item(2), Item(3)]
}

#[Object]
impl Query {
    async fn thing(&self) -> Thing {
        Thing
    }

    async fn perhaps(&self) -> Option<Thing> {
        Some(Thing)
    }
}

#[Object]
impl Thing {
    async fn number(&self) -> i32 {
        1
    }

    async fn required(&self) -> Result<i32> {
        fail()
    }

    async fn absorbed(&self) -> Option<Result<i32>> {
        Some(fail())
    }

    async fn passed(&self) -> Result<Option<i32>> {
        fail()
    }

    async fn thing(&self) -> Thing {
        Thing
    }

    async fn perhaps(&self) -> Option<Thing> {
        Some(Thing)
    }

    async fn items(&self) -> Vec<Item> {
        items()
    }

    async fn perhaps_items(&self) -> Option<Vec<Item>> {
        Some(items())
    }

    async fn items_perhaps(&self) -> Vec<Option<Item>> {
        items().into_iter().map(Some).collect()
    }

    async fn results(&self) -> Vec<Option<Result<i32>>> {
        vec![Some(Ok(1)), Some(fail()), None]
    }
}

#[Object]
impl Item {
    async fn number(&self) -> i32 {
        self.0
    }

    async fn odd(&self) -> Result<i32> {
        if self.0 % 2 == 1 { Ok(self.0) } else { fail() }
    }
}

/// The data, and the path of every error.
async fn answer(document: &str) -> (Value, Vec<Value>) {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let response = serde_json::to_value(schema.execute(document).await).expect("JSON");
    let errors = response["errors"].as_array().cloned().unwrap_or_default();
    (response["data"].clone(), errors.into_iter().map(|error| error["path"].clone()).collect())
}

#[tokio::test]
async fn a_failing_required_field_makes_its_object_null() {
    let (data, paths) = answer("{ thing { number perhaps { number required } } }").await;
    assert_eq!(data, json!({ "thing": { "number": 1, "perhaps": null } }));
    assert_eq!(paths, [json!(["thing", "perhaps", "required"])]);
}

#[tokio::test]
async fn a_failing_required_field_makes_everything_null_up_to_the_nearest_nullable() {
    let (data, paths) = answer("{ perhaps { number thing { thing { required } } } }").await;
    assert_eq!(data, json!({ "perhaps": null }));
    assert_eq!(paths, [json!(["perhaps", "thing", "thing", "required"])]);
    let (data, paths) = answer("{ thing { thing { required } } other: perhaps { number } }").await;
    assert_eq!(data, Value::Null);
    assert_eq!(paths, [json!(["thing", "thing", "required"])]);
}

#[tokio::test]
async fn a_failing_item_of_required_items_makes_the_list_null() {
    let (data, paths) = answer("{ thing { number perhapsItems { number odd } } }").await;
    assert_eq!(data, json!({ "thing": { "number": 1, "perhapsItems": null } }));
    // The library names the item, not the field of it.
    assert_eq!(paths, [json!(["thing", "perhapsItems", 1])]);
    let (data, paths) = answer("{ thing { number perhaps { items { odd } } } }").await;
    assert_eq!(data, json!({ "thing": { "number": 1, "perhaps": null } }));
    assert_eq!(paths, [json!(["thing", "perhaps", "items", 1])]);
}

#[tokio::test]
async fn a_failing_item_of_nullable_items_makes_that_item_null() {
    let (data, paths) = answer("{ thing { itemsPerhaps { odd } } }").await;
    assert_eq!(data, json!({ "thing": { "itemsPerhaps": [{ "odd": 1 }, null, { "odd": 3 }] } }));
    assert_eq!(paths, [json!(["thing", "itemsPerhaps", 1, "odd"])]);
    let (data, paths) = answer("{ thing { results } }").await;
    assert_eq!(data, json!({ "thing": { "results": [1, null, null] } }));
    assert_eq!(paths, [json!(["thing", "results", 1])]);
}

#[tokio::test]
async fn a_nullable_field_absorbs_its_failure_when_the_result_is_inside() {
    let (data, paths) = answer("{ thing { number absorbed } }").await;
    assert_eq!(data, json!({ "thing": { "number": 1, "absorbed": null } }));
    assert_eq!(paths, [json!(["thing", "absorbed"])]);
}

/// Against the specification, and why nullable fields of ours answer `Option<Result<_>>`. Once this fails, they need
/// not.
#[tokio::test]
async fn a_nullable_field_passes_its_failure_on_when_the_result_is_outside() {
    let (data, paths) = answer("{ thing { number perhaps { number passed } } }").await;
    assert_eq!(data, json!({ "thing": { "number": 1, "perhaps": null } }));
    assert_eq!(paths, [json!(["thing", "perhaps", "passed"])]);
}

#[tokio::test]
async fn nullable_fields_of_the_schema_never_have_the_result_outside() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/graphql");
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).expect("the file is text");
        // Resolvers stand in `#[Object]` blocks: up to the brace that closes the block.
        for block in text.split("#[Object").skip(1) {
            let block = block.split("\n}").next().unwrap_or_default();
            assert!(!block.contains("-> Result<Option<"), "{}: a resolver answers Result<Option<_>>", path.display());
        }
    }
}
