//! What a document may ask for at most.

use clap::Args;

/// The limits of a document, each with its default.
///
/// They are checked in the order in which they protect: the text before it is parsed, the document
/// before it is validated, its rows while it is answered.
#[derive(Args, Clone, Debug)]
pub struct Limits {
    /// Tokens of a document: names, numbers, texts, and signs other than commas.
    #[arg(long, env = "TRIHELIX_MAX_TOKENS", default_value_t = 7_500, value_name = "N", global = true)]
    pub max_tokens: usize,

    /// How deep brackets of all kinds may stand in each other.
    #[arg(long, env = "TRIHELIX_MAX_NESTING", default_value_t = 64, value_name = "N", global = true,
          value_parser = nesting)]
    pub max_nesting: usize,

    /// Values of one list that is written in a document.
    #[arg(long, env = "TRIHELIX_MAX_LIST_VALUES", default_value_t = 1000, value_name = "N", global = true)]
    pub max_list_values: usize,

    /// Bytes of one text in an argument.
    #[arg(long, env = "TRIHELIX_MAX_TEXT_BYTES", default_value_t = 4096, value_name = "BYTES", global = true)]
    pub max_text_bytes: usize,

    /// How deep a document may nest its fields.
    #[arg(long, env = "TRIHELIX_MAX_DEPTH", default_value_t = 16, value_name = "N", global = true,
          value_parser = depth)]
    pub max_depth: usize,

    /// Aliases, counted wherever a fragment is spread.
    #[arg(long, env = "TRIHELIX_MAX_ALIASES", default_value_t = 500, value_name = "N", global = true)]
    pub max_aliases: u64,

    /// Fields of the operation itself.
    #[arg(long, env = "TRIHELIX_MAX_ROOT_FIELDS", default_value_t = 200, value_name = "N", global = true)]
    pub max_root_fields: u64,

    /// Directives, counted wherever a fragment is spread.
    #[arg(long, env = "TRIHELIX_MAX_DIRECTIVES", default_value_t = 200, value_name = "N", global = true)]
    pub max_directives: u64,

    /// What a document may cost: about one for each field of each row that its pages may hold, and
    /// more for what is counted over many rows.
    #[arg(long, env = "TRIHELIX_MAX_COST", default_value_t = 500_000, value_name = "N", global = true)]
    pub max_cost: u64,

    /// Rows of lists that one answer may hold.
    #[arg(long, env = "TRIHELIX_MAX_ROWS", default_value_t = 20_000, value_name = "N", global = true)]
    pub max_rows: usize,

    /// Statements that one request may have in the database at the same time.
    #[arg(long, env = "TRIHELIX_MAX_STATEMENTS_AT_ONCE", default_value_t = 4, value_name = "N", global = true,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_statements_at_once: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_tokens: 7_500,
            max_nesting: 64,
            max_list_values: 1000,
            max_text_bytes: 4096,
            max_depth: 16,
            max_aliases: 500,
            max_root_fields: 200,
            max_directives: 200,
            max_cost: 500_000,
            max_rows: 20_000,
            max_statements_at_once: 4,
        }
    }
}

/// The parser's stack grows with the nesting, and is made for so much.
fn nesting(text: &str) -> Result<usize, String> {
    within(text, 256)
}

/// As the stack of what answers grows with the depth.
fn depth(text: &str) -> Result<usize, String> {
    within(text, 32)
}

fn within(text: &str, most: usize) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| format!("expected a number from 1 to {most}"))
}
