"""What inquiries that tasks of the plan ask for (测评) came to, by unit, round and form."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pydantic import computed_field
from sqlalchemy import select

from metrics.database import ReadSession
from metrics.models import InquiryScore
from metrics.queries.view import View
from metrics.queries.wanted_rows import wanted_of_units
from metrics.value_types import Moment, PlainFigure


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One revision of one score. `measured_on` decides in which months it counts."""

    seq: int
    task: int
    unit: str
    round: str
    form: str
    revision: int
    score: PlainFigure
    full_marks: PlainFigure
    measured_on: date
    evidence: str
    attachments: tuple[int, ...]
    note: str
    reason: str
    actor: str
    recorded_at: Moment

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return inquiry_etag(self.task, self.unit, self.round, self.form, self.revision)


def inquiry_etag(task: int, unit: str, round_: str, form: str, revision: int) -> str:
    """The entity tag of one revision."""
    return f'"inquiry-{task}-{unit}-{round_}-{form}-{revision}"'


def inquiry_scores(
    session: ReadSession,
    view: View,
    *,
    tasks: Collection[int] = (),
    units: Collection[str] = (),
    history: bool = False,
) -> list[InquiryRow]:
    """The scores known in `view` in the order of recording; with `history` every revision, else the newest.

    None for those who are not signed in, and for a unit's own people those of their units alone.
    """
    if view.public:
        return []
    query = select(InquiryScore).where(InquiryScore.seq <= view.seq).order_by(InquiryScore.seq)
    if tasks:
        query = query.where(InquiryScore.task_number.in_(tasks))
    query = wanted_of_units(query, view, units=units, unit=InquiryScore.unit_code)
    rows = session.scalars(query).all()
    newest = {_key(row): row.revision for row in rows}
    return [_told(row) for row in rows if history or newest[_key(row)] == row.revision]


def _key(row: InquiryScore) -> tuple[int, str, str, str]:
    return row.task_number, row.unit_code, row.round, row.form


def _told(row: InquiryScore) -> InquiryRow:
    return InquiryRow(
        seq=row.seq,
        task=row.task_number,
        unit=row.unit_code,
        round=row.round,
        form=row.form,
        revision=row.revision,
        score=row.score,
        full_marks=row.full_marks,
        measured_on=row.measured_on,
        evidence=row.evidence,
        attachments=tuple(row.attachments),
        note=row.note,
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )
