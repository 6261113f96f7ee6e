"""What a person follows, and what turned of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as read_dataclass
from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.models import Follow, FollowedTurn
from metrics.plan.model import Indicator, Plan
from metrics.principal import Principal
from metrics.queries.status_turns import StatusTurn, TurnCause
from metrics.results import Progress, Status
from metrics.rounding import exact_decimal, lines_of, shown
from metrics.value_types import Moment, Month, as_json_object, of_json_object

MOST_TURNS = 100  # that are listed


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that a person follows; empty codes mean every unit, or every target."""

    id: int
    unit: str
    target: str
    followed_at: Moment


@read_dataclass(frozen=True, config=ConfigDict(extra="ignore"))
class ToldTurn:
    """What a person is told of a status that turned; figures are texts, as pages write them, the threshold exact.

    `indicator`: whose value it is, by which it was judged then; None in what was noted before this was.
    """

    before: Status
    after: Status
    period_before: Month | None
    period: Month | None
    evaluated_on: date
    value: str | None
    comparator: str
    threshold: str
    due_on: date | None
    cause: TurnCause
    entry: int | None
    indicator: str | None = None

    @classmethod
    def of(cls, plan: Plan, turn: StatusTurn) -> ToldTurn:
        now = turn.after
        return cls(
            before=turn.before.status,
            after=now.status,
            period_before=turn.before.period,
            period=now.period,
            evaluated_on=now.evaluated_on,
            value=_value(plan, now),
            comparator=now.comparator,
            threshold=exact_decimal(now.threshold),
            due_on=now.due_on,
            cause=turn.cause,
            entry=turn.entry,
            indicator=now.indicator_code,
        )

    @property
    def as_said(self) -> dict[str, Any]:
        """As the table holds it."""
        return as_json_object(self)


def _value(plan: Plan, one: Progress) -> str | None:
    value: Fraction | None = one.value
    return None if value is None else shown(value, lines=lines_of(plan, plan.indicator_by_code[one.indicator_code]))


@dataclass(frozen=True, slots=True)
class TurnNoticed:
    """A status that turned of what a person follows. `seen`: the person has said so."""

    id: int
    unit: str
    target: str
    seq: int
    told: ToldTurn
    noticed_at: Moment
    seen: bool

    def judged_by(self, plan: Plan) -> Indicator | None:
        """The indicator that its value and its threshold are in; None where `plan` does not have it."""
        newest = plan.general_targets.get(self.target, ())[-1:]
        code = self.told.indicator or next((str(one.indicator) for one in newest), "")
        return plan.indicator_by_code.get(code)


def followed_by(session: ReadSession, principal: Principal) -> tuple[Followed, ...]:
    """What the person follows, oldest first."""
    rows = session.scalars(select(Follow).where(Follow.user_id == principal.user_id).order_by(Follow.id))
    return tuple(Followed(row.id, row.unit_code, row.target_code, row.followed_at) for row in rows)


def turns_noticed(session: ReadSession, principal: Principal) -> tuple[TurnNoticed, ...]:
    """What turned of what the person follows or followed, the newest first, at most MOST_TURNS."""
    rows = session.scalars(
        select(FollowedTurn)
        .where(FollowedTurn.user_id == principal.user_id)
        .order_by(FollowedTurn.id.desc())
        .limit(MOST_TURNS)
    )
    return tuple(noticed(row) for row in rows)


def noticed(row: FollowedTurn) -> TurnNoticed:
    told = of_json_object(ToldTurn, row.told)
    return TurnNoticed(row.id, row.unit_code, row.target_code, row.seq, told, row.noticed_at, row.seen_at is not None)


def unseen_turns(session: ReadSession, principal: Principal) -> int:
    """How many turns the person has not said to have seen."""
    query = select(func.count()).where(FollowedTurn.user_id == principal.user_id, FollowedTurn.seen_at.is_(None))
    return session.scalar(query) or 0
