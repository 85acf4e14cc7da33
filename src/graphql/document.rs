//! From a text to a document that may be answered.

use async_graphql::{
    Name, Request, Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationDefinition, OperationType},
    },
};

use super::{
    cost,
    error::{Code, Error, Result},
    limits::Limits,
    prices::Prices,
    tokens,
};
use crate::domain::quoted;

/// What is known of a document that may be answered.
#[derive(Default)]
pub(super) struct Admitted {
    pub(super) cost: u64,
    /// The name of the operation that is asked for.
    pub(super) operation: Option<String>,
}

/// Parses the document of a request. Refuses what is over a limit, lacks a variable, or does more
/// than GET may. What is no GraphQL is left to the library's parser, which says where.
pub(super) fn admit(request: &mut Request, only_queries: bool, prices: &Prices, limits: &Limits) -> Result<Admitted> {
    let text = tokens::read(&request.query, limits)?.into_owned();
    request.query = text;
    text_is_storable(request)?;
    let Ok(document) = parse_query(&request.query) else { return Ok(Admitted::default()) };
    let (name, operation) = asked(&document, request.operation_name.as_deref())?;
    if only_queries && operation.ty != OperationType::Query {
        let message = "GET asks and changes nothing; send other operations than queries with POST";
        return Err(Error::new(Code::MethodNotAllowed, message));
    }
    let cost = cost::measure(prices, &document, operation, &request.variables, limits)?;
    variables_are_given(operation, &request.variables)?;
    let admitted = Admitted { cost, operation: name.map(ToString::to_string) };
    request.set_parsed_query(document);
    Ok(admitted)
}

/// The operation with the name; without a name the only one.
fn asked<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<&'a Name>, &'a OperationDefinition)> {
    let mut operations = document.operations.iter();
    let found = match name {
        Some(name) => operations.find(|(operation, _)| operation.is_some_and(|operation| operation == name)),
        None if operations.len() == 1 => operations.next(),
        None => None,
    };
    let (name, operation) = found.ok_or_else(|| {
        let message = match name {
            Some(name) => {
                format!("the document has no operation {}; `operationName` names one of its own", quoted(name))
            }
            None => "the document has not one operation; name the one to execute in `operationName`".into(),
        };
        Error::new(Code::ValidationFailed, message)
    })?;
    Ok((name, &operation.node))
}

/// Every variable that must have a value has one.
fn variables_are_given(operation: &OperationDefinition, variables: &Variables) -> Result<()> {
    for definition in &operation.variable_definitions {
        let (name, kind) = (&definition.node.name.node, &definition.node.var_type.node);
        let is_needed = !kind.nullable && definition.node.default_value.is_none();
        match variables.get(name) {
            None if is_needed => {
                return Err(Error::input(
                    format!("${name}"),
                    format!("the variable `${name}` of the type `{kind}` has no value; give one"),
                ));
            }
            Some(async_graphql::Value::Null) if !kind.nullable => {
                return Err(Error::input(
                    format!("${name}"),
                    format!("the variable `${name}` of the type `{kind}` is null; give a value"),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// No text holds the character NUL: PostgreSQL has no such texts, so nothing in the register can
/// match one.
fn text_is_storable(request: &Request) -> Result<()> {
    let variables = serde_json::to_string(&request.variables).unwrap_or_default();
    let has_nul = |text: &str| text.contains('\0') || text.contains("\\u0000");
    if has_nul(&request.query) || has_nul(&variables) {
        return Err(Error::new(Code::BadUserInput, "the character NUL (U+0000) stands in no text; leave it out"));
    }
    Ok(())
}
