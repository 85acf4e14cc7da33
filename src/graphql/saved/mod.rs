//! Saved operations: documents with a name, which are asked by an address instead of a query.
//!
//! Each is a file with one operation: `operations/headcount.graphql` is `/q/headcount`. What it is
//! for stands in its description, and its variables are the parameters of its address. All are
//! read when the server starts, so that one which does not fit the schema is found then. A comment
//! `# Example: cluster=circlemade&asOf=2018-06-01` at its head gives an address to try.

pub(crate) mod parameter;
pub(crate) mod selection;
pub(crate) mod shape;
pub(crate) mod table;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_graphql::{
    EmptyMutation, EmptySubscription, Pos, Request, Response, Value, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationDefinition, OperationType},
    },
    registry::Registry,
};
use async_trait::async_trait;

use crate::graphql::{
    Query,
    bounds::{cost, limits::Limits, prices::Prices, tokens},
    request::{
        answer::Answer,
        error::{Error, Result},
        pagination,
    },
    saved::{
        parameter::{Given, Parameter},
        table::{ColumnPath, Table},
    },
    types,
};

/// The operations that come with the server.
const OURS: [(&str, &str); 22] = [
    ("breakdown", include_str!("../../../operations/breakdown.graphql")),
    ("changes", include_str!("../../../operations/changes.graphql")),
    ("clusters", include_str!("../../../operations/clusters.graphql")),
    ("compare", include_str!("../../../operations/compare.graphql")),
    ("criteria", include_str!("../../../operations/criteria.graphql")),
    ("ecosystem", include_str!("../../../operations/ecosystem.graphql")),
    ("eligibility", include_str!("../../../operations/eligibility.graphql")),
    ("exits", include_str!("../../../operations/exits.graphql")),
    ("figures", include_str!("../../../operations/figures.graphql")),
    ("flow", include_str!("../../../operations/flow.graphql")),
    ("headcount", include_str!("../../../operations/headcount.graphql")),
    ("learnt", include_str!("../../../operations/learnt.graphql")),
    ("member-directory", include_str!("../../../operations/member-directory.graphql")),
    ("organization", include_str!("../../../operations/organization.graphql")),
    ("overview", include_str!("../../../operations/overview.graphql")),
    ("prospects", include_str!("../../../operations/prospects.graphql")),
    ("published-figures", include_str!("../../../operations/published-figures.graphql")),
    ("register-changes", include_str!("../../../operations/register-changes.graphql")),
    ("retention", include_str!("../../../operations/retention.graphql")),
    ("series", include_str!("../../../operations/series.graphql")),
    ("source", include_str!("../../../operations/source.graphql")),
    ("written-question-784", include_str!("../../../operations/written-question-784.graphql")),
];

/// Operations by name.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    by_name: BTreeMap<String, Arc<Operation>>,
    by_hash: BTreeMap<[u8; 32], Arc<Operation>>,
}

/// A saved operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name in addresses.
    pub name: String,
    /// What it answers.
    pub description: String,
    /// The document, as its file has it.
    pub text: String,
    /// What its answers look like: the JSON Schema of their `data`.
    pub shape: serde_json::Value,
    /// What an address says that is worth trying, in pairs; none where nobody gave an example.
    pub example: Vec<(String, String)>,
    /// What its address takes, in the order of its variables; then the basis, where no variable is.
    pub parameters: Vec<Parameter>,
    document: ExecutableDocument,
    table: Option<Table>,
    /// The document without the count of its list.
    uncounted: String,
    /// The SHA-256 of the document.
    pub digest: [u8; 32],
    /// That of the one that tables are asked with.
    pub digest_of_pages: [u8; 32],
}

/// Why a file holds no operation that can be asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    file: PathBuf,
    /// The line, where it is of one.
    line: Option<usize>,
    message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, message } = self;
        match line {
            Some(line) => write!(f, "{}:{line}: {message}", file.display()),
            None => write!(f, "{}: {message}", file.display()),
        }
    }
}

impl Operations {
    /// The operations that come with the server, and those of a folder, which replace ours of the
    /// same name. Every one of the folder is within the limits; ours are under the limits by
    /// default.
    pub async fn load(folder: Option<&Path>, limits: &Limits) -> Result<Self, Fault> {
        let checker = Checker::new();
        let mut operations = BTreeMap::new();
        for (name, text) in OURS {
            let file = Path::new("operations").join(format!("{name}.graphql"));
            let operation = checker.operation(name, text, &file, &Limits::default()).await?;
            operations.insert(name.to_owned(), Arc::new(operation));
        }
        for file in folder.map(files).transpose()?.into_iter().flatten() {
            let fault = |message: String| Fault { file: file.clone(), line: None, message };
            let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
                let message = "the file's name is to be an operation's: letters, digits, `-` and `_`";
                return Err(fault(message.into()));
            }
            let text = std::fs::read_to_string(&file).map_err(|error| fault(error.to_string()))?;
            let operation = checker.operation(name, &text, &file, limits).await?;
            operations.insert(name.to_owned(), Arc::new(operation));
        }
        let by_hash = operations.values().map(|operation| (operation.digest, operation.clone())).collect();
        Ok(Self { by_name: operations, by_hash })
    }

    /// The one with the name.
    pub fn get(&self, name: &str) -> Option<&Arc<Operation>> {
        self.by_name.get(name)
    }

    /// The one whose text has the SHA-256.
    pub fn by_hash(&self, hash: &[u8; 32]) -> Option<&Arc<Operation>> {
        self.by_hash.get(hash)
    }

    /// All, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.by_name.values().map(|operation| &**operation)
    }
}

/// The files of a folder that hold operations, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault = |error: std::io::Error| Fault { file: folder.to_owned(), line: None, message: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(fault)?;
    let mut files = entries.map(|entry| Ok(entry.map_err(fault)?.path())).collect::<Result<Vec<_>, Fault>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "graphql"));
    files.sort();
    Ok(files)
}

impl Operation {
    /// The request that an address makes.
    pub fn request(&self, pairs: &[(String, String)]) -> Result<Request, Answer> {
        Ok(asked(&self.text, parameter::read(&self.parameters, pairs).map_err(Answer::refused)?))
    }

    /// The variables that an address gives, as JSON.
    pub fn variables(&self, pairs: &[(String, String)]) -> Option<String> {
        let given = parameter::read(&self.parameters, pairs).ok()?;
        serde_json::to_string(&given.variables).ok()
    }

    /// The columns of an answer to a request; `None` where the operation answers no table.
    pub fn columns(&self, request: &Request) -> Option<Vec<ColumnPath>> {
        Some(self.table.as_ref()?.columns(self.definition(), &request.variables))
    }

    /// Whether the operation answers a table.
    pub fn is_table(&self) -> bool {
        self.table.is_some()
    }

    /// The parameters of an address that asks for a whole table: those of pages are its reader's.
    pub fn table_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let pages = self.table.as_ref().and_then(|table| table.pages.as_ref());
        let is_of_pages = move |parameter: &Parameter| {
            pages.is_some_and(|pages| {
                let variable = parameter.variable();
                variable == Some(pages.first.as_str()) || variable == Some(pages.after.as_str())
            })
        };
        self.parameters.iter().filter(move |parameter| !is_of_pages(parameter))
    }

    /// The request for a whole table, page by page: of a page that begins after a cursor, or of the
    /// first one. Nothing but the rows is asked for.
    pub fn page(&self, pairs: &[(String, String)], after: Option<Value>) -> Result<Request, Answer> {
        let parameters: Vec<_> = self.table_parameters().cloned().collect();
        let mut given = parameter::read(&parameters, pairs).map_err(Answer::refused)?;
        if let Some(pages) = self.table.as_ref().and_then(|table| table.pages.as_ref()) {
            given.variables.insert(pages.first.clone(), pagination::MAX_SIZE.into());
            if let Some(cursor) = after {
                given.variables.insert(pages.after.clone(), cursor);
            }
        }
        Ok(asked(&self.uncounted, given))
    }

    /// The rows of an answer, and the cursor that further ones begin after; `None` where what
    /// holds the rows is null.
    pub fn rows<'a>(&self, answer: &'a Answer) -> Option<(&'a [Value], Option<Value>)> {
        let table = self.table.as_ref()?;
        Some((table.rows(answer.data())?, table.next(answer.data())))
    }

    fn definition(&self) -> &OperationDefinition {
        let (_, operation) = self.document.operations.iter().next().expect("it has one operation");
        &operation.node
    }
}

/// The request of a document with what an address gives.
fn asked(document: &str, given: Given) -> Request {
    let mut request = Request::new(document).variables(given.variables);
    if let Some(basis) = given.basis {
        request.extensions.insert("basis".into(), basis);
    }
    request
}

/// What operations are checked by: the schema, without a register behind it.
struct Checker {
    schema: async_graphql::Schema<Query, EmptyMutation, EmptySubscription>,
    registry: Registry,
    prices: Prices,
}

impl Checker {
    fn new() -> Self {
        let registry = types();
        let prices = Prices::from_registry(&registry);
        Self { schema: crate::graphql::schema().extension(Unexecuted).finish(), registry, prices }
    }

    async fn operation(&self, name: &str, text: &str, file: &Path, limits: &Limits) -> Result<Operation, Fault> {
        let fault = |line, message: String| Fault { file: file.to_owned(), line, message };
        let of_error = |error: Error| fault(None, async_graphql::Error::from(error).message);
        let (description, of_variables) = tokens::descriptions(text, limits).map_err(of_error)?;
        let plain = tokens::read(text, limits).map_err(of_error)?;
        let document = parse_query(&plain).map_err(|error| {
            let line = error.positions().next().map(|place| place.line);
            let told = error.to_string();
            // The parser draws the place over several lines, and says at the end what it expected.
            let told = told.lines().last().unwrap_or_default().trim_start_matches([' ', '=']).to_owned();
            fault(line, told)
        })?;
        let mut operations = document.operations.iter();
        let (Some((_, operation)), None) = (operations.next(), operations.next()) else {
            return Err(fault(None, "a file holds one operation".into()));
        };
        let line = Some(operation.pos.line);
        if operation.node.ty != OperationType::Query {
            return Err(fault(line, "a saved operation is a query".into()));
        }
        let Some(description) = description else {
            return Err(fault(line, "the operation has no description; say before it what it answers".into()));
        };
        let answer = self.schema.execute(Request::new(&*plain)).await;
        if let Some(error) = answer.errors.first() {
            let line = error.locations.first().map(|place| place.line).or(line);
            return Err(fault(line, error.message.clone()));
        }
        let table = Table::from_operation(&self.registry, &document, &operation.node);
        let mut variables = Variables::default();
        if let Some(pages) = table.as_ref().and_then(|table| table.pages.as_ref()) {
            variables.insert(pages.first.clone(), pagination::MAX_SIZE.into());
        }
        cost::measure(&self.prices, &document, &operation.node, &variables, limits)
            .map_err(|error| fault(line, async_graphql::Error::from(error).message))?;
        let parameters = self.parameters(&operation.node, &of_variables, fault)?;
        let example = example(text);
        let is_given = !example.is_empty();
        is_given
            .then(|| parameter::read(&parameters, &example))
            .transpose()
            .map_err(|error| fault(None, format!("the example: {}", async_graphql::Error::from(error).message)))?;
        let shape = shape::json_schema(&self.registry, &document, &operation.node.selection_set.node);
        let counted = table.as_ref().map_or(&[][..], |table| &table.counted[..]);
        let (name, text, uncounted) = (name.to_owned(), text.to_owned(), without_counts(&plain, counted));
        let (digest, digest_of_pages) = (crate::graphql::digest(&text), crate::graphql::digest(&uncounted));
        Ok(Operation {
            name,
            description,
            text,
            example,
            parameters,
            document,
            table,
            shape,
            uncounted,
            digest,
            digest_of_pages,
        })
    }
}

impl Checker {
    /// What the address of an operation takes: its variables, and the basis.
    fn parameters(
        &self,
        operation: &OperationDefinition,
        descriptions: &HashMap<String, String>,
        fault: impl Fn(Option<usize>, String) -> Fault,
    ) -> Result<Vec<Parameter>, Fault> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for definition in &operation.variable_definitions {
            let variable = definition.node.name.node.as_str();
            let told = descriptions.get(variable).map(String::as_str).unwrap_or_default();
            let line = Some(definition.pos.line);
            let own = Parameter::of_variable(&self.registry, &definition.node, told);
            let can_be_left_out = definition.node.var_type.node.nullable || definition.node.default_value.is_some();
            if own.is_empty() && !can_be_left_out {
                let message = format!("no address can say `${variable}`; give it a default, or let it be null");
                return Err(fault(line, message));
            }
            for parameter in own {
                let name = &parameter.name;
                if parameters.iter().any(|other| other.name == *name) || RESERVED.contains(&name.as_str()) {
                    let message =
                        format!("`${variable}` brings a parameter `{name}`, which is taken; name it otherwise");
                    return Err(fault(line, message));
                }
                parameters.push(parameter);
            }
        }
        let missing =
            Parameter::of_basis().into_iter().filter(|basis| !parameters.iter().any(|own| own.name == basis.name));
        let missing: Vec<_> = missing.collect();
        parameters.extend(missing);
        Ok(parameters)
    }
}

/// What the example of a file says: pairs as in an address, as they are.
fn example(text: &str) -> Vec<(String, String)> {
    let line = text.lines().find_map(|line| line.strip_prefix("# Example:"));
    let pairs = line.into_iter().flat_map(|line| line.trim().split('&')).filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A document with spaces in the place of some counts.
fn without_counts(document: &str, counts: &[Pos]) -> String {
    let lines = document.split_inclusive('\n').enumerate().map(|(at, line)| {
        let mut line = line.to_owned();
        for place in counts.iter().filter(|place| place.line == at + 1) {
            let start = line.char_indices().nth(place.column - 1).map_or(line.len(), |(start, _)| start);
            if line[start..].starts_with(table::COUNT) {
                line.replace_range(start..start + table::COUNT.len(), &" ".repeat(table::COUNT.len()));
            }
        }
        line
    });
    lines.collect()
}

/// The parameters that say in which form a table is written.
pub(crate) const RESERVED: [&str; 2] = ["bom", "separator"];

/// Stops before anything is executed: what is left is whether the document is valid.
struct Unexecuted;

impl ExtensionFactory for Unexecuted {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for Unexecuted {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}
