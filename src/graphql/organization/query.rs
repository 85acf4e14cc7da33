//! Finding organizations: by a key, by a filter, in an order.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject};
use entity::{id::OrganizationId, organization_identifier};

use crate::{
    domain::{
        enterprise_number, identifier,
        organization::{self, Order},
        quoted,
    },
    graphql::{
        filter::searched,
        node::GlobalId,
        organization::{
            Organization,
            filter::{OrganizationFilter, Scheme},
        },
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result, nullable},
            level::{self, Row},
            pagination::{self, Arguments, Connection, Node, OrderTerm, Ordered, order_term},
        },
    },
};

/// How to name one organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, OneofObject)]
pub(crate) enum OrganizationKey {
    /// By its id.
    Id(ID),
    /// By its enterprise number (BE_KBO): ten digits; dots, spaces and a `BE` prefix are accepted.
    EnterpriseNumber(String),
    /// By an identifier of any scheme.
    Identifier(IdentifierKey),
}

/// An identifier of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct IdentifierKey {
    /// The register that gave it.
    scheme: Scheme,
    /// Its value, exactly; the numbers of enterprises and of establishment units may be punctuated.
    value: String,
}

/// What organizations can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrganizationOrderField {
    /// How well a name was found by `search`, the best first: those whose words begin with what is searched, then those in the
    /// middle of whose words it stands. Those that are found equally well, by name. Without `search`, by name.
    Relevance,
    /// The name shown, without regard to accents and case.
    Name,
    /// When they were first recorded.
    Recorded,
}

order_term!(OrganizationOrder of OrganizationOrderField, "An order of organizations.");

/// Finding organizations.
#[derive(Default)]
pub(crate) struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// One organization; null when the register holds none of that key.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exactly one of its keys.")] by: OrganizationKey,
    ) -> Option<Result<Organization>> {
        let found = find(ctx, by).map(|found| found.map(|row| Organization::from_row(Row::alone(row))));
        found.transpose()
    }

    /// The organizations of the register. Ties by id, in the direction of the last order.
    #[expect(clippy::too_many_arguments, reason = "an argument of the schema each")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organizations. Default: all.")] filter: Option<OrganizationFilter>,
        #[graphql(
            desc = "Only those one of whose names contains every word of this text, whatever the accents, the case and the punctuation. At most 200 characters."
        )]
        search: Option<String>,
        #[graphql(
            desc = "When: which organizations there are, by which names they are found and ordered, and whether they satisfy the filter. What each of them shows is known at the basis of the request. Default: today, as known now."
        )]
        at: Option<PointInTimeInput>,
        #[graphql(desc = "In which order.", default_with = "OrganizationOrder::by(OrganizationOrderField::Name)")]
        order_by: Vec<OrganizationOrder>,
        #[graphql(
            desc = "How many rows from the start, or after `after`: 1 to 100. Not with `last`.",
            default_with = "pagination::DEFAULT_SIZE"
        )]
        first: i32,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many rows from the end, or before `before`: 1 to 100. Not with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Option<Result<Connection<Organization>>> {
        nullable(async {
            let (order, words) = OrganizationOrder::read(order_by, OrganizationOrderField::Name);
            let ordered = Ordered::new("organizations", words, organization::kinds(&order));
            let request = Arguments { first, after, last, before }.request::<Organization>(ctx, &ordered)?;
            let filter = filter.unwrap_or_default().parse(ctx).await?;
            let (at, revision) = (ctx.basis().at(at), ctx.basis().revision());
            let search = searched(search)?;
            let _turn = ctx.turn().await;
            let page = organization::list(ctx.image(), &filter, search.as_deref(), &order, at, revision, &request);
            Ok(Connection::new(level::page(page), ordered))
        })
        .await
    }
}

impl From<OrganizationOrderField> for Order {
    fn from(field: OrganizationOrderField) -> Self {
        match field {
            OrganizationOrderField::Relevance => Self::Relevance,
            OrganizationOrderField::Name => Self::Name,
            OrganizationOrderField::Recorded => Self::Recorded,
        }
    }
}

/// The organization of a key, if the register holds it.
pub(crate) fn find(ctx: &Context<'_>, by: OrganizationKey) -> Result<Option<organization::Organization>> {
    use organization_identifier::Scheme;
    let (image, revision) = (ctx.image(), ctx.basis().revision());
    let (scheme, value) = match by {
        OrganizationKey::Id(id) => {
            return Ok(organization::by_ids(image, [OrganizationId::parse("id", &id)?], revision).next());
        }
        OrganizationKey::EnterpriseNumber(number) => (Scheme::BeKbo, number),
        OrganizationKey::Identifier(key) => (key.scheme.into(), key.value),
    };
    let value = match scheme {
        Scheme::BeKbo => enterprise_number::parse(&value).ok_or_else(|| {
            Error::input(
                "enterpriseNumber",
                format!("{} is no enterprise number: ten digits, the last two are check digits", quoted(&value)),
            )
        })?,
        _ => identifier::parse(scheme, &value).unwrap_or(value),
    };
    Ok(organization::by_identifier(image, scheme, &value, revision))
}
