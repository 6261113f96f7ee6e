"""Sanctions that stand or stood on tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import TaskSanction
from metrics.queries.view import View
from metrics.supervision.task_sanctions import Sanction, sanctions_of


@dataclass(frozen=True, slots=True)
class SanctionRow:
    """One act. `subject`, `reason` and `actor` are empty where the view does not tell them."""

    seq: int
    task: int
    unit: str
    mark: int | None
    subject: str
    reason: str
    actor: str
    recorded_at: datetime


def task_sanctions(
    session: ReadSession, view: View, *, tasks: Collection[int] = (), units: Collection[str] = ()
) -> Sequence[Sanction[SanctionRow]]:
    """Every mark known in `view`, in the order of setting, with what lifted it. Empty filters mean all."""
    query = select(TaskSanction).where(TaskSanction.seq <= view.seq).order_by(TaskSanction.seq)
    if tasks:
        query = query.where(TaskSanction.task_number.in_(tasks))
    if units:
        query = query.where(TaskSanction.unit_code.in_(units))
    return sanctions_of(_told(view, row) for row in session.scalars(query))


def _told(view: View, row: TaskSanction) -> SanctionRow:
    tells = view.tells_why(row.unit_code)
    return SanctionRow(
        seq=row.seq,
        task=row.task_number,
        unit=row.unit_code,
        mark=row.mark,
        subject=row.subject if tells else "",
        reason=row.reason if tells else "",
        actor=row.actor if tells else "",
        recorded_at=row.recorded_at,
    )
