"""Units' monthly material as known in a view: every act, what it has come to, and who owes it for a month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.models import MaterialRecord, TaskReport
from metrics.plan.model import Plan
from metrics.principal import Principal, Scope
from metrics.queries.view import View
from metrics.supervision.bodies import Body, bodies
from metrics.supervision.materials import (
    Material,
    MaterialAct,
    MaterialAction,
    MaterialStanding,
    materials_of,
    standing_of,
)
from metrics.task_reports import TaskState


@dataclass(frozen=True, slots=True)
class SaidOfTask:
    """What a unit said of a task in the report that its material carries. `seq` names the report."""

    task: int
    state: TaskState
    text: str
    evidence: str
    seq: int


@dataclass(frozen=True, slots=True)
class BodyMaterial:
    """One that owes material for a month, and how it stands."""

    body: Body
    material: Material | None
    standing: MaterialStanding


def material_acts(
    session: ReadSession,
    *,
    seq: int | None = None,
    units: Collection[str] = (),
    period_from: date | None = None,
    period_to: date | None = None,
) -> list[MaterialAct]:
    """Every act up to `seq` (None: all) in the ledger's order; what the one who acts may not see is left out."""
    asked = select(MaterialRecord).order_by(MaterialRecord.seq)
    if seq is not None:
        asked = asked.where(MaterialRecord.seq <= seq)
    if units:
        asked = asked.where(MaterialRecord.unit_code.in_(units))
    if period_from is not None:
        asked = asked.where(MaterialRecord.period >= period_from)
    if period_to is not None:
        asked = asked.where(MaterialRecord.period <= period_to)
    return [_told(row) for row in session.scalars(asked)]


def material_for(session: ReadSession, unit: str, period: date) -> Material | None:
    """The unit's material for the month as it stands now."""
    acts = material_acts(session, units=[unit], period_from=period, period_to=period)
    return materials_of(acts).get((unit, period))


def material_numbered(session: ReadSession, number: int, *, principal: Principal) -> Material:
    """One material as it stands now. Raises NotFound for one that the principal may not see."""
    principal.require(Scope.READ)
    first = session.get(MaterialRecord, number)
    if first is None or first.id != number or not principal.may_see_submissions_of(first.unit_code):
        raise material_unknown(number)
    found = material_for(session, first.unit_code, first.period)
    assert found is not None  # noqa: S101  the first act is a sending
    return found


def material_unknown(number: int) -> NotFound:
    """The refusal of a number that is no material, or not the reader's."""
    return NotFound("material_unknown", Message(f"没有编号为 {number} 的材料。", f"There is no material {number}."))


def materials_of_month(session: ReadSession, view: View, period: date, *, now: datetime) -> list[BodyMaterial]:
    """Everybody who owes material for the month, reporting units first, and how it stands at `now` as known in `view`.

    Owed by whoever a task names and who exists in the month, from the month in which the plan was issued.
    """
    acts = material_acts(session, seq=view.seq, period_from=period, period_to=period)
    found, plan = materials_of(acts), view.plan
    return [
        BodyMaterial(body, material, standing_of(material, period=period, rule=plan.due_rule, now=now))
        for body in owing(plan, period)
        for material in (found.get((body.code, period)),)
    ]


def owing(plan: Plan, period: date) -> list[Body]:
    """Who owes material for the month."""
    return owing_in(plan, [period])[period]


def owing_in(plan: Plan, periods: Collection[date]) -> dict[date, list[Body]]:
    """Who owes material for each of the months."""
    begun = plan.document.issued_on.replace(day=1)
    named = [body for body in bodies(plan).values() if body.tasks]
    return {period: [body for body in named if body.exists_in(period)] if period >= begun else [] for period in periods}


def said_of_tasks(session: ReadSession, numbers: Collection[int]) -> list[SaidOfTask]:
    """The task reports that a material carries, by task."""
    if not numbers:
        return []
    rows = session.scalars(select(TaskReport).where(TaskReport.seq.in_(numbers)).order_by(TaskReport.task_number))
    return [SaidOfTask(row.task_number, TaskState(row.state), row.text, row.evidence, row.seq) for row in rows]


def _told(row: MaterialRecord) -> MaterialAct:
    return MaterialAct(
        seq=row.seq,
        id=row.id,
        unit=row.unit_code,
        period=row.period,
        action=MaterialAction(row.action),
        revision=row.revision,
        summary=row.summary,
        problems=row.problems,
        next_month=row.next_month,
        reports=tuple(row.reports),
        attachments=tuple(row.attachments),
        reason=row.reason,
        detail=row.detail,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )
