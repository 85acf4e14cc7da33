//! An answer as a table: its one list as rows, and what is asked of each row as columns.
//!
//! For example `{ clusters(first: $first, after: $after) { pageInfo { … } nodes { slug host { name
//! } } } }` is a table with the columns `slug` and `host.name`, of which an answer holds a page. An
//! answer without a list is a table of one row; one with several lists side by side is none.
//!
//! A column is the path in the row, in the order of the document. Lists in a row are short, and
//! joined in one cell. The keys of a group have a column each, named by the dimension:
//! `keys.SPHERE.value`.

use async_graphql::{
    Name, Pos, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
    registry::Registry,
};
use async_graphql_value::Value as Literal;

use crate::graphql::saved::selection::{self, Asked, key, named, type_of};

/// Where an answer has its rows, and what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// The keys that lead to the rows; none where the answer itself is the one row.
    pub(crate) path: Vec<Name>,
    /// How further rows are asked for, where the list has pages.
    pub(crate) pages: Option<Pages>,
    /// Where the list is counted, which those who walk it all need not be told with each page.
    pub(crate) counted: Vec<Pos>,
    columns: Vec<Column>,
}

/// The pages of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    /// The variable of the page's size.
    pub(crate) first: Name,
    /// The variable of the cursor that a page begins after.
    pub(crate) after: Name,
    /// The keys that lead to what is told of the page.
    info: Vec<Name>,
    /// The key of whether there are more.
    has_next: Name,
    /// The key of the cursor that the next page begins after.
    end: Name,
}

#[derive(Clone, Debug)]
struct Column {
    steps: Vec<Step>,
    /// The variable or the words that tell the dimensions, where it is of the keys of a group.
    dimensions: Option<Literal>,
}

/// One step from a row towards a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A step to a field.
    Field(Name),
    /// A step to every item of a list.
    Each,
    /// A step to each key of a group: it makes as many columns as there are dimensions.
    Key,
}

/// A column of a table: its heading, and the way from a row to its cells.
#[derive(Clone, Debug)]
pub struct ColumnPath {
    /// The name of the column.
    pub header: String,
    steps: Vec<Step>,
    /// The position of the key that it is of.
    key: usize,
}

/// What a table is read of.
struct Read<'a> {
    registry: &'a Registry,
    document: &'a ExecutableDocument,
}

/// A list that was found in an operation.
struct List<'a> {
    /// The keys that lead to what holds it.
    path: Vec<Name>,
    field: &'a Field,
    /// The field around it, and what that answers.
    around: Option<&'a Field>,
    holder: &'a str,
    row: &'a str,
}

impl Table {
    /// The table of an operation; `None` where it has several lists, or one whose pages cannot be
    /// walked.
    pub(crate) fn from_operation(
        registry: &Registry,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Option<Self> {
        let read = Read { registry, document };
        let root = &operation.selection_set.node;
        let mut lists = Vec::new();
        read.lists(root, "Query", &[], None, &mut lists);
        let mut columns = Vec::new();
        match &lists[..] {
            [] => {
                read.columns(root, "Query", &[], None, &mut columns);
                Some(Self { path: Vec::new(), pages: None, counted: Vec::new(), columns })
            }
            [List { path, field, around, holder, row }] => {
                let pages = match around.filter(|_| holder.ends_with("Connection")) {
                    Some(connection) => Some(read.pages(connection, path)?),
                    None => None,
                };
                let counted = pages.as_ref().and(*around).map(counted).unwrap_or_default();
                let path = [&path[..], &[key(field)]].concat();
                read.columns(&field.selection_set.node, row, &[], *around, &mut columns);
                Some(Self { path, pages, counted, columns })
            }
            _ => None,
        }
    }

    /// The rows of an answer; `None` where what holds them is null.
    pub(crate) fn rows<'a>(&self, data: &'a Value) -> Option<&'a [Value]> {
        match at(data, &self.path)? {
            Value::List(rows) => Some(rows),
            Value::Null => None,
            row => Some(std::slice::from_ref(row)),
        }
    }

    /// The cursor that the next page begins after; `None` where there is none.
    pub(crate) fn next(&self, data: &Value) -> Option<Value> {
        let pages = self.pages.as_ref()?;
        let info = at(data, &pages.info)?;
        let has_next = at(info, std::slice::from_ref(&pages.has_next))? == &Value::Boolean(true);
        has_next.then(|| at(info, std::slice::from_ref(&pages.end)).cloned()).flatten()
    }

    /// The columns of an answer to these variables.
    pub(crate) fn columns(&self, operation: &OperationDefinition, variables: &Variables) -> Vec<ColumnPath> {
        let mut all = Vec::new();
        for Column { steps, dimensions } in &self.columns {
            let dimensions =
                dimensions.as_ref().map_or_else(|| vec![String::new()], |by| words(by, operation, variables));
            for (key, dimension) in dimensions.iter().enumerate() {
                let parts = steps.iter().filter_map(|step| match step {
                    Step::Field(name) => Some(name.as_str()),
                    Step::Key => Some(dimension.as_str()),
                    Step::Each => None,
                });
                let header = parts.collect::<Vec<_>>().join(".");
                all.push(ColumnPath { header, steps: steps.clone(), key });
            }
        }
        all
    }
}

impl ColumnPath {
    /// The cell of a row: the texts that stand in it, several where a list does.
    pub fn cell(&self, row: &Value) -> Cell {
        let (mut cell, mut found) = (Cell { texts: Vec::new(), is_text: false }, vec![row]);
        for step in &self.steps {
            let next = found.into_iter().flat_map(|value| match (step, value) {
                (Step::Field(name), Value::Object(fields)) => fields.get(name).into_iter().collect(),
                (Step::Each, Value::List(items)) => items.iter().collect(),
                (Step::Key, Value::List(items)) => items.get(self.key).into_iter().collect(),
                _ => Vec::new(),
            });
            found = next.collect();
        }
        for value in found {
            match value {
                Value::Null | Value::Object(_) | Value::List(_) | Value::Binary(_) => {}
                Value::String(text) => {
                    cell.is_text = true;
                    cell.texts.push(text.clone());
                }
                Value::Enum(word) => cell.texts.push(word.to_string()),
                Value::Number(number) => cell.texts.push(number.to_string()),
                Value::Boolean(holds) => cell.texts.push(holds.to_string()),
            }
        }
        cell
    }
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The values, in the order of their list; none where nothing is known.
    pub texts: Vec<String>,
    /// Whether somebody wrote them, unlike numbers and words of the schema.
    pub is_text: bool,
}

impl Read<'_> {
    /// The outermost lists of objects.
    fn lists<'a>(
        &'a self,
        set: &'a SelectionSet,
        of: &'a str,
        path: &[Name],
        around: Option<&'a Field>,
        found: &mut Vec<List<'a>>,
    ) {
        for Asked { field, of, .. } in selection::fields(self.document, set, of) {
            let Some(to) = type_of(self.registry, of, &field.name.node) else { continue };
            let inner = &field.selection_set.node;
            if !to.starts_with('[') {
                let path = [path, &[key(field)]].concat();
                self.lists(inner, named(to), &path, Some(field), found);
            } else if !inner.items.is_empty() {
                found.push(List { path: path.to_vec(), field, around, holder: of, row: named(to) });
            }
        }
    }

    /// How the pages of a connection are walked: by variables, and by what it tells of a page.
    fn pages(&self, connection: &Field, path: &[Name]) -> Option<Pages> {
        let variable =
            |argument: &str| match &connection.arguments.iter().find(|(name, _)| name.node == argument)?.1.node {
                Literal::Variable(name) => Some(name.clone()),
                _ => None,
            };
        let selected = |of: &'_ Field, name: &str| {
            let fields = selection::fields(self.document, &of.selection_set.node, "");
            fields.into_iter().map(|asked| asked.field.clone()).find(|field| field.name.node == name)
        };
        let info = selected(connection, "pageInfo")?;
        let (has_next, end) = (key(&selected(&info, "hasNextPage")?), key(&selected(&info, "endCursor")?));
        let info = [path, &[key(&info)]].concat();
        Some(Pages { first: variable("first")?, after: variable("after")?, info, has_next, end })
    }

    fn columns(&self, set: &SelectionSet, of: &str, steps: &[Step], around: Option<&Field>, found: &mut Vec<Column>) {
        for Asked { field, of, .. } in selection::fields(self.document, set, of) {
            let Some(to) = type_of(self.registry, of, &field.name.node) else { continue };
            // The name of the column says it.
            if of == KEY_OF_GROUP && field.name.node == "dimension" {
                continue;
            }
            let mut steps = [steps, &[Step::Field(key(field))]].concat();
            if named(to) == KEY_OF_GROUP {
                steps.push(Step::Key);
            } else if to.starts_with('[') {
                steps.push(Step::Each);
            }
            if !field.selection_set.node.items.is_empty() {
                self.columns(&field.selection_set.node, named(to), &steps, around, found);
            } else if !found.iter().any(|column| column.steps == steps) {
                let dimensions = steps.contains(&Step::Key).then(|| dimensions(around)).flatten();
                found.push(Column { steps, dimensions });
            }
        }
    }
}

/// The field that counts the rows of a connection.
pub(crate) const COUNT: &str = "totalCount";

/// Where a connection is counted, and nothing else is asked of the count.
fn counted(connection: &Field) -> Vec<Pos> {
    let items = connection.selection_set.node.items.iter();
    let count = items.filter_map(|selection| match &selection.node {
        Selection::Field(field) if field.node.name.node == COUNT => Some(field),
        _ => None,
    });
    count
        .filter(|field| field.node.alias.is_none() && field.node.directives.is_empty())
        .map(|field| field.pos)
        .collect()
}

/// The type of the keys of a group.
const KEY_OF_GROUP: &str = "BreakdownKey";

/// The dimensions of the groups that a field answers.
fn dimensions(field: Option<&Field>) -> Option<Literal> {
    let (_, by) = field?.arguments.iter().find(|(name, _)| name.node == "by")?;
    Some(by.node.clone())
}

/// The words of a list, written in a document or given by a variable.
fn words(list: &Literal, operation: &OperationDefinition, variables: &Variables) -> Vec<String> {
    let default = |name: &Name| {
        let mut definitions = operation.variable_definitions.iter();
        definitions.find(|found| found.node.name.node == *name)?.node.default_value.clone().map(|value| value.node)
    };
    let value = list.clone().into_const_with(|name| variables.get(&name).cloned().or_else(|| default(&name)).ok_or(()));
    let items = match value {
        Ok(Value::List(items)) => items,
        Ok(item) => vec![item],
        Err(()) => Vec::new(),
    };
    let word = |item: &Value| match item {
        Value::Enum(word) => word.to_string(),
        Value::String(word) => word.clone(),
        other => other.to_string(),
    };
    items.iter().map(word).collect()
}

fn at<'a>(value: &'a Value, path: &[Name]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(fields) => fields.get(name),
        _ => None,
    })
}
