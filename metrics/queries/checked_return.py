"""What the checks say of a return while it is typed: the same reading and the same checks as for one sent in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.checks import CheckWarning
from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.plan.model import Plan
from metrics.principal import Action, Principal
from metrics.queries.return_changes import ReturnChanges, return_changes
from metrics.returns import ReadReturn, Return, read_return


@dataclass(frozen=True, slots=True)
class CheckedReturn:
    """`sent`: what could be read, `changes`: what it would change, with what the plan's checks found."""

    sent: ReadReturn
    changes: ReturnChanges

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything for which the return would be refused."""
        return (*self.sent.problems, *self.changes.problems)

    @property
    def warnings(self) -> tuple[CheckWarning, ...]:
        return self.changes.warnings


def checked_return(
    session: ReadSession, plan: Plan, request: Return, *, principal: Principal, now: datetime
) -> CheckedReturn:
    """Hold `request` against the plan's checks as if it was sent at `now`, without refusing anything.

    Whether somebody may send it, and whether it names the version it revises, is not looked at. What `principal` may
    except with a reason is among the warnings, with or without one.
    """
    sent = read_return(plan, request, now=now)
    return CheckedReturn(sent, return_changes(session, plan, sent, excepting=principal.may(Action.VERIFY)))
