"""Every version of the plan that the ledger holds, and by which formulas rates are stored while it is the newest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import PlanRecord
from metrics.plan.store import plan_at
from metrics.queries.said_rates import forms_of
from metrics.stored_rates import formulas

NO_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """Known from the sequence number `first` to `last`, both included; the newest has no end.

    `forms`: what rates are summed by (`forms_of`), one object for all versions of the same formulas; the plan itself,
    with all its texts, is not kept. `formulas`: their number, from 1 on; `is_new`: the version before had others, or
    there was none.
    """

    forms: Mapping[str, Any]
    first: int
    last: int
    formulas: int
    is_new: bool


def plan_versions(session: ReadSession) -> Iterator[PlanVersion]:
    """All of them, the first one first."""
    begins = session.scalars(select(PlanRecord.seq).distinct().order_by(PlanRecord.seq)).all()
    number, before, forms = 0, None, dict[str, Any]()
    for first, following in pairwise([*begins, NO_END + 1]):
        plan = plan_at(session, seq=first)
        said = formulas(plan)
        if is_new := said != before:
            number, before, forms = number + 1, said, forms_of(plan)
        yield PlanVersion(forms, first, following - 1, number, is_new)
