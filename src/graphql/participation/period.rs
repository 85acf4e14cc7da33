//! Periods: dated statuses of memberships and partnerships.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entity::participation_period;

use crate::{
    domain::{self, criteria, restricted::Audience},
    graphql::{
        criteria::Criteria,
        node::GlobalId,
        participation::MembershipStatus,
        register,
        request::{
            basis::{ContextExt, PointInTimeInput},
            error::{Error, Result},
            level::{self, Row},
            pagination::{Edge, Node},
            scalars::{Instant, StatedDate},
        },
        source::{self, Source},
    },
};

/// Why a membership or partnership ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::participation_period::ExitKind")]
pub(crate) enum ExitKind {
    /// By the organization's own decision.
    Left,
    /// By the cluster's decision; `reason` says why.
    Excluded,
    /// The entry criteria changed, or are no longer met. Neither left nor excluded.
    NoLongerEligible,
    /// A candidate gave up.
    CandidacyWithdrawn,
    /// A candidate was not admitted.
    CandidacyRejected,
    /// The organization was dissolved or merged.
    Ceased,
    /// It is known to have ended, and not how.
    NotRecorded,
}

/// The coded reason of an exclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::participation_period::ExitReason")]
pub(crate) enum ExitReason {
    /// The membership charter was breached.
    CharterBreach,
    /// Fees were not paid.
    NonPayment,
    /// The member took no part.
    Inactivity,
    /// A legal ground, such as a conviction.
    Legal,
    /// Another reason.
    Other,
}

pub(crate) struct Exit(ExitKind, Row<domain::participation::Period>);

/// How a membership or partnership ended.
#[Object]
impl Exit {
    /// Why.
    async fn kind(&self) -> ExitKind {
        self.0
    }

    /// The reason of an exclusion; null when it is not recorded, and for other kinds of exit.
    async fn reason(&self) -> Option<ExitReason> {
        self.1.exit_reason().map(Into::into)
    }

    /// The version of the entry criteria that one that is no longer eligible failed; null when it is not recorded, and for
    /// other kinds of exit.
    async fn criteria(&self, ctx: &Context<'_>) -> Option<Result<Criteria>> {
        let (db, revision) = (ctx.db(), ctx.basis().revision());
        let level_rows = &self.1;
        let found = level_rows.together("exit criteria", |_| async move {
            let rows = rows(ctx, level_rows).await?;
            let failed = criteria::failed(db, &rows, revision).await?;
            let known = level::level(failed.iter().flatten().cloned().collect());
            let mut known = known.into_iter();
            Ok(failed.iter().map(|version| version.as_ref().and_then(|_| known.next())).collect::<Vec<_>>())
        });
        found.await.map(|found| found.map(Criteria::from_row)).transpose()
    }
}

/// Whether a status is attested on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum Confirmation {
    /// A source attests it for that day or a later one.
    Confirmed,
    /// The day is after the last one that a source attests; nothing says that the status ended.
    Presumed,
}

#[derive(Clone)]
pub(crate) struct Period(Row<domain::participation::Period>);

impl Node for Period {
    type Model = domain::participation::Period;
    type Edge = Edge<Self>;

    fn from_row(row: Row<domain::participation::Period>) -> Self {
        Self(row)
    }
}

/// What the database records of every period of the level, in its order.
async fn rows(ctx: &Context<'_>, of: &Row<domain::participation::Period>) -> Result<Rows> {
    let db = ctx.db();
    let rows = of.together("rows", |level| async move {
        let found: Rows = domain::participation::rows_of_periods(db, level.rows()).await?.into();
        Ok(vec![found; level.rows().len()])
    });
    rows.await
}

type Rows = Arc<[Option<participation_period::Model>]>;

/// Something of what the database records of a period.
async fn recorded<T>(
    ctx: &Context<'_>,
    of: &Row<domain::participation::Period>,
    what: impl FnOnce(&participation_period::Model) -> T,
) -> Result<T> {
    let rows = rows(ctx, of).await?;
    rows[of.position()].as_ref().map(what).ok_or_else(Error::replaced)
}

/// A status during a span of days: from the first, to the first day no longer.
#[Object]
impl Period {
    /// Opaque, prefixed by its type. A corrected period has another id.
    async fn id(&self, ctx: &Context<'_>) -> Result<ID> {
        recorded(ctx, &self.0, |row| row.id.global()).await
    }

    /// The status during the period.
    async fn status(&self) -> MembershipStatus {
        self.0.status().into()
    }

    /// The first day, as precisely as the source states it; null when no source does: the period then counts
    /// from `firstConfirmedOn`.
    async fn from(&self) -> Option<StatedDate> {
        self.0.stated_from().map(StatedDate)
    }

    /// The first day no longer, as precisely as the source states it; null: it still lasts, as far as is known.
    async fn to(&self) -> Option<StatedDate> {
        self.0.stated_to().map(StatedDate)
    }

    /// The first day that a source attests the status; null when none is recorded besides `from`.
    async fn first_confirmed_on(&self) -> Option<StatedDate> {
        self.0.first_confirmed_on().map(StatedDate)
    }

    /// The last day that a source attests the status; null when none is recorded besides `from`.
    async fn last_confirmed_on(&self) -> Option<StatedDate> {
        self.0.last_confirmed_on().map(StatedDate)
    }

    /// Whether the status is attested on a day, or presumed to continue since it last was.
    ///
    /// Every day of a period whose end is stated is confirmed, and every day from an end on. Of any other
    /// period, the days up to the latest day of its last confirmation are confirmed. Where it has no
    /// confirmation at all, the days up to the latest day of its stated start are.
    async fn confirmation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When. Default: today.")] at: Option<PointInTimeInput>,
    ) -> Confirmation {
        let at = ctx.basis().at(at);
        if self.0.is_confirmed(at.as_of) { Confirmation::Confirmed } else { Confirmation::Presumed }
    }

    /// How it ended; null unless the status is `ENDED`.
    async fn exit(&self) -> Option<Exit> {
        self.0.exit_kind().map(|kind| Exit(kind.into(), self.0.clone()))
    }

    /// What the register adds; null when nothing, and for exclusions, whose notes are not public.
    async fn note(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        if !Audience::Public.reads_notes_on(self.0.exit_kind()) {
            return None;
        }
        recorded(ctx, &self.0, |row| Audience::Public.note(row).map(str::to_owned)).await.transpose()
    }

    /// The document that attests it.
    async fn source(&self, ctx: &Context<'_>) -> Source {
        source::at(ctx, self.0.source())
    }

    /// When it was recorded.
    async fn recorded_at(&self, ctx: &Context<'_>) -> Result<Instant> {
        register::recorded_at(ctx, self.0.recorded)
    }
}
