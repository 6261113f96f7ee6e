"""What a submission would change, and what the plan's checks say about it: sent in, or while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from metrics.checks import CheckWarning, run_checks
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.forms import incomplete_blocks
from metrics.models import Figure
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.earlier_figures import EarlierFigures, earlier_figures
from metrics.submissions import ReadSubmission, SubmissionRequest, read_submission


@dataclass(frozen=True, slots=True)
class SubmissionChanges:
    """`known`: the period's values before the submission, `changed`: what it changes of them, in the form's order.

    `before`: the values of the period before. `problems`: blocks left half empty and failed checks.
    """

    known: Mapping[str, Decimal]
    before: Mapping[str, Decimal]
    changed: Mapping[str, Decimal]
    problems: tuple[Problem, ...]
    warnings: tuple[CheckWarning, ...]

    @property
    def after(self) -> dict[str, Decimal]:
        """The period's values once the submission is recorded."""
        return {**self.known, **self.changed}


def submission_changes(session: ReadSession, plan: Plan, sent: ReadSubmission, *, excepting: bool) -> SubmissionChanges:
    """Hold `sent` against the unit's figures.

    An element that `sent` leaves out keeps its value; a cell that cannot be read has none. `excepting`: whoever sends
    it may except errors as :func:`metrics.checks.run_checks` says.
    """
    unit, period, values = sent.request.unit, sent.period, sent.parsed.values
    known: dict[str, Decimal] = {}
    earlier = EarlierFigures()
    if period is not None and sent.placed:
        earlier = earlier_figures(session, plan, units=[unit], period=period, present=True)[unit]
        known = dict(earlier.present)
    readable = {code: value for code, value in known.items() if code not in sent.parsed.posted}
    compared = earlier.compared({**readable, **values}, posted=values.keys(), known=known)
    failed, warnings = run_checks(plan, compared, acknowledged=sent.request.acknowledged, excepting=excepting)
    return SubmissionChanges(
        known=known,
        before=earlier.before,
        changed={code: value for code, value in values.items() if known.get(code) != value},
        problems=(*incomplete_blocks(plan, posted=sent.parsed.posted, known=known), *failed),
        warnings=tuple(warnings),
    )


def figures_of(session: ReadSession, unit: str, period: date) -> dict[str, Decimal]:
    """The present values of a unit's submission for `period`; empty without one."""
    rows = session.execute(
        select(Figure.element_code, Figure.value).where(Figure.unit_code == unit, Figure.period == period)
    )
    return {row.element_code: row.value for row in rows}


@dataclass(frozen=True, slots=True)
class CheckedSubmission:
    """`sent`: what could be read, `changes`: what it would change, with what the plan's checks found."""

    sent: ReadSubmission
    changes: SubmissionChanges

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything for which the submission would be refused."""
        return (*self.sent.problems, *self.changes.problems)

    @property
    def warnings(self) -> tuple[CheckWarning, ...]:
        return self.changes.warnings


def checked_submission(
    session: ReadSession, plan: Plan, request: SubmissionRequest, *, principal: Principal, now: datetime
) -> CheckedSubmission:
    """Hold `request` against the plan's checks as if it was sent at `now`, without refusing anything.

    Whether somebody may send it, and whether it names the version it revises, is not looked at. What `principal` may
    except with a reason is among the warnings, with or without one.
    """
    sent = read_submission(plan, request, now=now)
    return CheckedSubmission(sent, submission_changes(session, plan, sent, excepting=principal.may(Scope.VERIFY)))
