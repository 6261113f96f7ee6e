"""Late, locked, excepted: three states of a return's period, each with a message of its own. Pure.

Late is a fact about a return and stays one. A lock closes a period to every unit; an exception opens it again to one
unit for a while. An exception moves no due day: a return that needed one is late all the same, and says both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.errors import Conflict, Message
from metrics.periods import format_period


@dataclass(frozen=True, slots=True)
class PeriodLock:
    """A period is closed to returns and revisions, since `since`."""

    since: datetime
    by: str
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class UnitException:
    """One unit may send and revise its return although the period is locked. `until`: from then on no longer."""

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
        """The lock that stops a return of `unit` at the moment `at`, None if nothing does."""
        return None if self.exception_of(unit, at=at) is not None else self.lock


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told about a unit's return: `code` is late, locked or excepted."""

    code: str
    message: Message


def late_notice(*, days_late: int, received: bool, due_on: date) -> Notice:
    """`received`: the return came, late; else it has not come and the due day is over."""
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


def locked_notice(period: date, lock: PeriodLock, *, timezone: str) -> Notice:
    since = local_text(lock.since, timezone=timezone)
    return Notice(
        "locked",
        Message(
            f"已锁定:{format_period(period)} 自 {since} 起由 {lock.by} 锁定,不接受报送和更正。",
            f"Locked: {lock.by} locked {format_period(period)} at {since}; it takes no returns and no revisions.",
        ),
    )


def excepted_notice(exception: UnitException, *, timezone: str) -> Notice:
    until = end_text(exception.until, timezone=timezone)
    return Notice(
        "excepted",
        Message(
            f"例外:本单位可报送和更正至 {until}。是否逾期仍按期限判定。",
            f"Excepted: this unit may send and revise its return until {until}. Whether it is late is judged as ever.",
        ),
    )


def period_locked(period: date, lock: PeriodLock, *, ended: UnitException | None = None, timezone: str) -> Conflict:
    """The refusal of a return for a locked period. `ended`: the unit's exception, which no longer holds."""
    since = local_text(lock.since, timezone=timezone)
    zh = f"报告期 {format_period(period)} 已于 {since} 由 {lock.by} 锁定,不再接受报送和更正"
    en = f"{lock.by} locked the period {format_period(period)} at {since}; it takes no returns and no revisions"
    if ended is not None:
        until = end_text(ended.until, timezone=timezone)
        zh, en = f"{zh};本单位的例外已于 {until} 到期", f"{en}; this unit's exception ran out at {until}"
    return Conflict(
        code="period_locked",
        message=Message(f"{zh}。确需报送的,请向市局申请例外。", f"{en}. Ask the city bureau for an exception."),
    )


def local_text(moment: datetime, *, timezone: str) -> str:
    """``2019-10-20 09:00:00``, local time."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")


def end_text(until: datetime, *, timezone: str) -> str:
    """The end of a span as people say it: midnight is ``24:00`` of the day that ends then."""
    local = until.astimezone(ZoneInfo(timezone))
    if local.timetz().replace(tzinfo=None).isoformat() == "00:00:00":
        return f"{(local - timedelta(days=1)).date()} 24:00"
    return local.strftime("%Y-%m-%d %H:%M" if local.second == 0 else "%Y-%m-%d %H:%M:%S")
