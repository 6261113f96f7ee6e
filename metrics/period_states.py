"""Which units owe a submission for a period; late, locked, excepted: states of its period, each with a message. Pure.

Late is a fact about a submission and stays one. A lock closes a period to every unit; an exception opens it again to
one unit for a while. An exception moves no due day: a submission that needed one is late all the same, and says both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.errors import Conflict, Message
from metrics.moments import local_text
from metrics.periods import format_period, last_day
from metrics.plan.model import Plan


@dataclass(frozen=True, slots=True)
class ExpectedSubmission:
    """What one unit owes for one period. Not `required`: it may report and owes nothing, so `blocks` is empty.

    A unit of whose blocks none is owed in the month owes nothing for it.
    """

    unit: str
    required: bool
    blocks: tuple[str, ...]


def expected_submissions(plan: Plan, period: date) -> tuple[ExpectedSubmission, ...]:
    """One row per reporting unit that exists on the period's last day, in display order; blocks in the form's order."""
    whole = tuple(block.code for block in plan.blocks_owed(period))
    found, on = [], last_day(period)
    for unit in plan.reporting_units:
        if unit.exists_on(on):
            blocks = tuple(code for code in whole if code in unit.blocks) if unit.blocks else whole
            required = unit.figures_required and bool(blocks)
            found.append(ExpectedSubmission(unit.code, required=required, blocks=blocks if required else ()))
    return tuple(found)


class PeriodAction(StrEnum):
    """What happens to a period; the action of its events."""

    LOCK = "lock"
    UNLOCK = "unlock"
    EXCEPT = "except"
    END_EXCEPTION = "end_exception"


@dataclass(frozen=True, slots=True)
class PeriodLock:
    """The lock of a period: it is closed to submissions and revisions, since `since`."""

    since: datetime
    by: str
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class UnitException:
    """One unit may send and revise its submission although the period is locked. `until`: from then on no longer."""

    unit: str
    until: datetime
    by: str
    reason: str
    granted_at: datetime
    seq: int

    def holds_at(self, moment: datetime) -> bool:
        return moment < self.until


@dataclass(frozen=True, slots=True)
class PeriodState:
    """How one period stands: its lock, if any, and each unit's exception that has not been ended, run out or not."""

    lock: PeriodLock | None
    exceptions: dict[str, UnitException]

    def exception_of(self, unit: str, *, at: datetime) -> UnitException | None:
        """The exception of `unit` that holds at the moment `at`."""
        found = self.exceptions.get(unit)
        return found if found is not None and found.holds_at(at) else None

    def lock_for(self, unit: str, *, at: datetime) -> PeriodLock | None:
        """The lock that stops a submission of `unit` at the moment `at`, None if nothing does."""
        return None if self.exception_of(unit, at=at) is not None else self.lock


@dataclass(frozen=True, slots=True)
class Notice:
    """Late, locked, excepted or loaded, in words: one thing to be told about a unit's submission."""

    code: Literal["late", "locked", "excepted", "loaded"]
    message: Message


def late_notice(*, days_late: int, received: bool, due_on: date) -> Notice:
    """`received`: the submission came, late; else it has not come and the due day is over."""
    ending = "" if days_late == 1 else "s"
    if received:
        message = Message(
            f"逾期:应于 {due_on} 前报送(含当日),迟报 {days_late} 天。",
            f"Late: it was due by {due_on} and came {days_late} day{ending} after that.",
        )
    else:
        message = Message(
            f"逾期未报:应于 {due_on} 前报送(含当日),已过 {days_late} 天。",
            f"Late: it was due by {due_on}, {days_late} day{ending} ago, and has not come.",
        )
    return Notice("late", message)


def loaded_notice(*, said_when: bool) -> Notice:
    """`said_when`: the history says when the submission had come."""
    if said_when:
        message = Message(
            "历史导入:首次报送时间以导入时注明的为准。", "Loaded as history, which says when it had first come."
        )
    else:
        message = Message(
            "历史导入:未注明首次报送时间,不判定是否逾期,不计入及时率。",
            "Loaded as history, which does not say when it had first come: neither late nor in time, and left out of "
            "the share that came in time.",
        )
    return Notice("loaded", message)


def locked_notice(period: date, lock: PeriodLock, *, timezone: str) -> Notice:
    since = local_text(lock.since, timezone=timezone)
    return Notice(
        "locked",
        Message(
            f"已锁定:{format_period(period)} 自 {since} 起由 {lock.by} 锁定,不接受报送和更正。",
            f"Locked: {lock.by} locked {format_period(period)} at {since}; it takes no submissions and no revisions.",
        ),
    )


def excepted_notice(exception: UnitException, *, timezone: str) -> Notice:
    until = end_text(exception.until, timezone=timezone)
    return Notice(
        "excepted",
        Message(
            f"例外:本单位可报送和更正至 {until}。是否逾期仍按期限判定。",
            f"Excepted: this unit may send and revise its submission until {until}. "
            "Whether it is late is judged as ever.",
        ),
    )


def period_locked(period: date, lock: PeriodLock, *, ended: UnitException | None = None, timezone: str) -> Conflict:
    """The refusal of a submission for a locked period. `ended`: the unit's exception, which no longer holds."""
    since = local_text(lock.since, timezone=timezone)
    zh = f"报告期 {format_period(period)} 已于 {since} 由 {lock.by} 锁定,不再接受报送和更正"
    en = f"{lock.by} locked the period {format_period(period)} at {since}; it takes no submissions and no revisions"
    if ended is not None:
        until = end_text(ended.until, timezone=timezone)
        zh, en = f"{zh};本单位的例外已于 {until} 到期", f"{en}; this unit's exception ran out at {until}"
    return Conflict(
        code="period_locked",
        message=Message(f"{zh}。确需报送的,请向市局申请例外。", f"{en}. Ask the city bureau for an exception."),
    )


def end_text(until: datetime, *, timezone: str) -> str:
    """The end of a span as people say it: midnight is ``24:00`` of the day that ends then."""
    local = until.astimezone(ZoneInfo(timezone))
    if local.timetz().replace(tzinfo=None).isoformat() == "00:00:00":
        return f"{(local - timedelta(days=1)).date()} 24:00"
    return local.strftime("%Y-%m-%d %H:%M" if local.second == 0 else "%Y-%m-%d %H:%M:%S")
