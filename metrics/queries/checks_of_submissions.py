"""What the plan's checks say of submissions as they stand, and what the clerks said to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from metrics.checks import CheckWarning, run_checks, unexcepted
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.plan.model import Plan
from metrics.queries.earlier_figures import earlier_figures
from metrics.queries.submissions import SubmissionEventRow


@dataclass(frozen=True, slots=True)
class StandingWarning:
    """A warning of a submission as it stands. `by` and `at`: who acknowledged it and when, None if nobody did."""

    warning: CheckWarning
    by: str | None = None
    at: datetime | None = None

    @property
    def acknowledged(self) -> bool:
        return self.by is not None


@dataclass(frozen=True, slots=True)
class SubmissionChecks:
    """`failed`: checks that would refuse the submission today, after the plan or last month's figures changed."""

    failed: tuple[Problem, ...]
    warnings: tuple[StandingWarning, ...]

    @property
    def unacknowledged(self) -> int:
        return sum(1 for warning in self.warnings if not warning.acknowledged)


def checks_of_submissions(
    session: ReadSession, plan: Plan, *, period: date, events: Mapping[str, Sequence[SubmissionEventRow]]
) -> dict[str, SubmissionChecks]:
    """The checks over the whole submissions for `period` of the units in `events` (unit → the submission's events).

    Every figure of a submission is looked at, whichever revision set it, beside last month's as they stand. A warning
    counts as acknowledged only if a clerk gave a reason for it with these very numbers.
    """
    if not events:
        return {}
    earlier = earlier_figures(session, plan, units=events, period=period, present=True)
    found = {}
    for unit, happened in events.items():
        values = earlier[unit].present
        compared = earlier[unit].compared(values, posted=values)
        failed, warnings = run_checks(plan, compared, acknowledged={}, excepting=True)
        answered = [_answered(warning, happened) for warning in warnings]
        open_errors = unexcepted([standing.warning for standing in answered])
        kept = tuple(one for one in answered if one.acknowledged or not one.warning.excepted)
        found[unit] = SubmissionChecks((*failed, *open_errors), kept)
    return found


def _answered(warning: CheckWarning, events: Sequence[SubmissionEventRow]) -> StandingWarning:
    """`warning` with the newest reason that was given for it."""
    for event in reversed(events):
        for told in event.detail.get("warnings", ()):
            if _same(told, warning) and told["acknowledged"]:
                reasoned = replace(warning, acknowledged=str(told["acknowledged"]))
                return StandingWarning(reasoned, event.actor, event.recorded_at)
    return StandingWarning(warning)


def _same(told: Mapping[str, Any], warning: CheckWarning) -> bool:
    return (told["code"], told["element"], told["indicator"], told["given"]) == (
        warning.code,
        warning.element,
        warning.indicator,
        warning.given,
    )
