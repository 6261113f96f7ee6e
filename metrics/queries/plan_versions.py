"""Every version of the plan that the ledger holds, and by which formulas rates are stored while it is the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import PlanRecord
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.stored_rates import formulas

NO_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """Known from the sequence number `first` to `last`, both included; the newest has no end.

    `formulas`: their number, from 1 on; `is_new`: the version before had others, or there was none.
    """

    plan: Plan
    first: int
    last: int
    formulas: int
    is_new: bool


def plan_versions(session: ReadSession) -> Iterator[PlanVersion]:
    """All of them, the first one first."""
    begins = session.scalars(select(PlanRecord.seq).distinct().order_by(PlanRecord.seq)).all()
    number, before = 0, None
    for first, following in zip(begins, [*begins[1:], NO_END + 1], strict=True):
        plan = plan_at(session, seq=first)
        is_new = before is None or formulas(before) != formulas(plan)
        number += is_new
        yield PlanVersion(plan, first, following - 1, number, is_new)
        before = plan
