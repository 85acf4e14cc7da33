//! Variables as an address gives them:
//! `?cluster=circlemade&status=EFFECTIVE,ENDED&asOf=2023-12-14`.
//!
//! A variable of a scalar or an enum is a parameter of its own name, a list one that is repeated or
//! has commas. An object has a parameter for each of its fields, so that `$at: PointInTime` is
//! given by `asOf` and `knownAt`, and `$by: OrganizationKey!` by `id` or `enterpriseNumber`.
//! Objects in objects and lists of objects have none: whoever needs them sends the document.

use async_graphql::{
    Name, Value, Variables,
    parser::types::{BaseType, Type, VariableDefinition},
    registry::{MetaType, Registry},
};

use crate::{
    domain::quoted,
    graphql::request::{
        error::{Error, Result},
        scalars::{Date, Instant},
    },
};

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// One of these words, each with its description.
    Choice(Vec<(String, String)>),
}

/// One parameter of a saved operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name in addresses.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it takes.
    pub kind: Kind,
    /// Whether it takes several values.
    pub is_list: bool,
    /// Whether there is no answer without it.
    pub is_required: bool,
    /// Whether it is one of several, of which exactly one is given.
    pub is_alternative: bool,
    /// What holds without it, as JSON; `None` where the description says.
    pub default: Option<serde_json::Value>,
    /// The variable that it is, or is a field of.
    variable: Option<String>,
    /// The field of the variable, where that is an object.
    field: Option<String>,
}

/// The most texts that are read of one parameter.
const MOST_VALUES: usize = 1000;

impl Parameter {
    /// The parameters of the point in time that every answer has.
    pub(crate) fn of_basis() -> [Self; 3] {
        let parameter = |name: &str, kind, description: &str| Self {
            name: name.to_owned(),
            description: description.to_owned(),
            kind,
            is_list: false,
            is_required: false,
            is_alternative: false,
            default: None,
            variable: None,
            field: None,
        };
        [
            parameter("asOf", Kind::Day, "The day of the answer, in Europe/Brussels. Default: today."),
            parameter(
                "knownAt",
                Kind::Instant,
                "What the register held at this instant: later corrections are left out. Default: what it holds now.",
            ),
            parameter(
                "revision",
                Kind::Integer,
                "The last revision known at `knownAt`, as the header `Trihelix-Basis` of an answer tells it; another is \
                 an error. Default: it is not checked.",
            ),
        ]
    }

    /// The parameters of a variable of an operation; none where an address cannot give its value.
    pub(crate) fn of_variable(registry: &Registry, definition: &VariableDefinition, description: &str) -> Vec<Self> {
        let Type { base, nullable } = &definition.var_type.node;
        let variable = definition.name.node.to_string();
        let default = definition.default_value.as_ref().map(|value| &value.node).filter(|value| **value != Value::Null);
        let default = default.and_then(|value| value.clone().into_json().ok());
        let is_required = !nullable && default.is_none();
        let (name, is_list) = match base {
            BaseType::Named(name) => (name, false),
            BaseType::List(of) => match &of.base {
                BaseType::Named(name) => (name, true),
                BaseType::List(_) => return Vec::new(),
            },
        };
        if let Some(kind) = Kind::from_type(registry, name) {
            let (name, description) = (variable.clone(), description.to_owned());
            return vec![Self {
                name,
                description,
                kind,
                is_list,
                is_required,
                is_alternative: false,
                default,
                variable: Some(variable),
                field: None,
            }];
        }
        let Some(MetaType::InputObject { input_fields, oneof, .. }) = registry.types.get(name.as_str()) else {
            return Vec::new();
        };
        let fields = input_fields.values().filter(|_| !is_list).filter_map(|field| {
            let (named, is_list) = match field.ty.trim_end_matches('!').strip_prefix('[') {
                Some(of) => (of.trim_end_matches([']', '!']), true),
                None => (field.ty.trim_end_matches('!'), false),
            };
            let told = one_line(field.description.as_deref().unwrap_or_default());
            // Of the point in time every operation is told the same.
            let basis = Self::of_basis().into_iter().find(|basis| name == "PointInTime" && basis.name == field.name);
            let told = basis.map_or_else(|| format!("{description} {told}"), |basis| basis.description);
            Some(Self {
                name: field.name.clone(),
                description: told.trim().to_owned(),
                kind: Kind::from_type(registry, named)?,
                is_list,
                is_required: is_required && !*oneof && field.ty.ends_with('!') && field.default_value.is_none(),
                is_alternative: *oneof,
                default: default.as_ref().and_then(|default| default.get(&field.name)).cloned(),
                variable: Some(variable.clone()),
                field: Some(field.name.clone()),
            })
        });
        fields.collect()
    }

    /// The variable that it is, or is a field of; `None` of the basis.
    pub(crate) fn variable(&self) -> Option<&str> {
        self.variable.as_deref()
    }

    /// Its value out of the texts that an address has for it.
    fn read(&self, texts: &[String]) -> Result<Value> {
        if !self.is_list {
            let [text] = texts else {
                return Err(self.error("is given more than once; it takes one value".into()));
            };
            return self.value(text);
        }
        let parts = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
        let values = parts.take(MOST_VALUES + 1).map(|text| self.value(text)).collect::<Result<Vec<_>>>()?;
        if values.len() > MOST_VALUES {
            return Err(self.error(format!("has more than {MOST_VALUES} values; give fewer")));
        }
        Ok(Value::List(values))
    }

    fn value(&self, text: &str) -> Result<Value> {
        let value = match &self.kind {
            Kind::Text => Some(Value::from(text)),
            Kind::Integer => text.parse::<i32>().ok().map(Value::from),
            Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
            Kind::Day => Date::parse(text).map(|_| Value::from(text)),
            Kind::Instant => Instant::parse(text).map(|_| Value::from(text)),
            Kind::Choice(words) => words.iter().any(|(word, _)| word == text).then(|| Value::Enum(Name::new(text))),
        };
        value.ok_or_else(|| self.error(format!("is {}; it takes {}", quoted(text), self.kind.words())))
    }

    fn error(&self, told: String) -> Error {
        Error::input(self.name.clone(), format!("the parameter `{}` {told}", self.name))
    }
}

impl Kind {
    /// The kind of a type; `None` for an object.
    fn from_type(registry: &Registry, name: &str) -> Option<Self> {
        Some(match (name, registry.types.get(name)) {
            ("Int", _) => Self::Integer,
            ("Boolean", _) => Self::Boolean,
            ("Date", _) => Self::Day,
            ("DateTime", _) => Self::Instant,
            (_, Some(MetaType::Enum { enum_values, .. })) => Self::Choice(
                enum_values
                    .values()
                    .map(|value| (value.name.clone(), one_line(value.description.as_deref().unwrap_or_default())))
                    .collect(),
            ),
            (_, Some(MetaType::InputObject { .. })) => return None,
            _ => Self::Text,
        })
    }

    /// What it takes, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::Integer => "a whole number".into(),
            Self::Boolean => "`true` or `false`".into(),
            Self::Day => "a calendar day, as in 2023-12-14".into(),
            Self::Instant => "an instant, as in 2023-12-14T10:00:00Z".into(),
            Self::Choice(words) => {
                let words: Vec<_> = words.iter().map(|(word, _)| word.as_str()).collect();
                format!("one of {}", words.join(", "))
            }
        }
    }
}

/// A text whose lines follow each other.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an address gives: the variables of the operation, and the basis that its answer is to have.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) variables: Variables,
    pub(crate) basis: Option<Value>,
}

/// Reads what an address gives to the parameters of an operation. An empty text is as none.
pub(crate) fn read(parameters: &[Parameter], pairs: &[(String, String)]) -> Result<Given> {
    let mut given = Given::default();
    if let Some((unknown, _)) = pairs.iter().find(|(name, _)| !parameters.iter().any(|known| known.name == *name)) {
        let known: Vec<_> = parameters.iter().map(|parameter| format!("`{}`", parameter.name)).collect();
        let message = format!("there is no parameter {}; there are {}", quoted(unknown), known.join(", "));
        return Err(Error::input(unknown.clone(), message));
    }
    let mut basis = async_graphql::indexmap::IndexMap::new();
    for parameter in parameters {
        let texts = pairs.iter().filter(|(name, text)| *name == parameter.name && !text.is_empty());
        let texts: Vec<_> = texts.map(|(_, text)| text.clone()).collect();
        if texts.is_empty() {
            if parameter.is_required {
                let takes = parameter.kind.words();
                return Err(parameter.error(format!("is missing; it takes {takes}: {}", parameter.description)));
            }
            continue;
        }
        let value = parameter.read(&texts)?;
        if matches!(parameter.name.as_str(), "asOf" | "knownAt" | "revision") {
            basis.insert(Name::new(&parameter.name), value.clone());
        }
        match (&parameter.variable, &parameter.field) {
            (Some(variable), None) => {
                given.variables.insert(Name::new(variable), value);
            }
            (Some(variable), Some(field)) => {
                let object =
                    given.variables.entry(Name::new(variable)).or_insert_with(|| Value::Object(Default::default()));
                if let Value::Object(fields) = object {
                    fields.insert(Name::new(field), value);
                }
            }
            (None, _) => {}
        }
    }
    alternatives_are_one(parameters, &given.variables)?;
    given.basis = (!basis.is_empty()).then_some(Value::Object(basis));
    Ok(given)
}

/// Of parameters that stand for each other exactly one is given.
fn alternatives_are_one(parameters: &[Parameter], variables: &Variables) -> Result<()> {
    for parameter in parameters.iter().filter(|parameter| parameter.is_alternative) {
        let alternatives = parameters.iter().filter(|other| other.variable == parameter.variable);
        let names: Vec<_> = alternatives.map(|other| format!("`{}`", other.name)).collect();
        let given = parameter.variable.as_deref().and_then(|variable| match variables.get(variable)? {
            Value::Object(fields) => Some(fields.len()),
            _ => None,
        });
        if given.unwrap_or_default() != 1 {
            return Err(Error::input(parameter.name.clone(), format!("give exactly one of {}", names.join(", "))));
        }
    }
    Ok(())
}
