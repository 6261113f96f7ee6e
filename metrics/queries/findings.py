"""What inspections found, and what each finding has come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import computed_field
from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import InspectionFinding, Rectification
from metrics.queries.view import View
from metrics.queries.wanted_rows import wanted_in_rounds
from metrics.supervision.rectification import (
    FindingActDone,
    FindingSeverity,
    FindingStanding,
    RectificationAction,
    finding_etag,
    standing_of,
)
from metrics.value_types import Moment


@dataclass(frozen=True, slots=True)
class RectificationRow:
    """One act on a finding after it was raised. `due_on`: a new due day; `attachments`: numbers of files."""

    seq: int
    finding: int
    phase: str
    unit: str
    action: RectificationAction
    text: str
    evidence: str
    attachments: tuple[int, ...]
    due_on: date | None
    actor: str
    recorded_at: Moment


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with everything that was done about it. `first_due_on`: as it was raised."""

    seq: int
    number: int
    phase: str
    unit: str
    target: str | None
    task: int | None
    severity: FindingSeverity
    text: str
    first_due_on: date
    actor: str
    recorded_at: Moment
    raised_on: date
    standing: FindingStanding
    acts: tuple[RectificationRow, ...]

    @property
    def newest_seq(self) -> int:
        return self.acts[-1].seq if self.acts else self.seq

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return finding_etag(self.number, self.newest_seq)

    def days_open(self, on: date) -> int:
        """Days from its raising to its end, or to the day `on` while there is none."""
        return ((self.standing.ended_on or on) - self.raised_on).days


def findings(
    session: ReadSession,
    view: View,
    *,
    phases: Collection[str] = (),
    units: Collection[str] = (),
    numbers: Collection[int] = (),
) -> list[FindingRow]:
    """The findings known in `view`, in the order of their numbers; empty filters mean all.

    None for those who are not signed in, and for a unit's own people those of their units alone.
    """
    if view.public:
        return []
    query = select(InspectionFinding).where(InspectionFinding.seq <= view.seq).order_by(InspectionFinding.number)
    columns = {"phase": InspectionFinding.phase_code, "unit": InspectionFinding.unit_code}
    query = wanted_in_rounds(query, view, phases=phases, units=units, **columns)
    if numbers:
        query = query.where(InspectionFinding.number.in_(numbers))
    raised = session.scalars(query).all()
    acts = _acts(session, view, raised)
    zone = ZoneInfo(view.plan.document.timezone)
    return [_finding(row, acts[row.number], zone=zone) for row in raised]


def _acts(
    session: ReadSession, view: View, raised: Sequence[InspectionFinding]
) -> Mapping[int, list[RectificationRow]]:
    found: dict[int, list[RectificationRow]] = defaultdict(list)
    phases = {row.number: row.phase_code for row in raised}
    query = select(Rectification).where(Rectification.seq <= view.seq, Rectification.number.in_(phases))
    for act in session.scalars(query.order_by(Rectification.seq)):
        found[act.number].append(
            RectificationRow(
                seq=act.seq,
                finding=act.number,
                phase=phases[act.number],
                unit=act.unit_code,
                action=RectificationAction(act.action),
                text=act.text,
                evidence=act.evidence,
                attachments=tuple(act.attachments),
                due_on=act.due_on,
                actor=act.actor,
                recorded_at=act.recorded_at,
            )
        )
    return found


def _finding(row: InspectionFinding, acts: Sequence[RectificationRow], *, zone: ZoneInfo) -> FindingRow:
    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    done = [FindingActDone(act.action, day(act.recorded_at), act.due_on) for act in acts]
    return FindingRow(
        seq=row.seq,
        number=row.number,
        phase=row.phase_code,
        unit=row.unit_code,
        target=row.target_code,
        task=row.task_number,
        severity=FindingSeverity(row.severity),
        text=row.text,
        first_due_on=row.due_on,
        actor=row.actor,
        recorded_at=row.recorded_at,
        raised_on=day(row.recorded_at),
        standing=standing_of(row.due_on, done),
        acts=tuple(acts),
    )
