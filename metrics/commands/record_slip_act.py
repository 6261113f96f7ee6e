"""Recording one act on a slip: its entry in the ledger, which says the whole row, and the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import computed_field

from metrics.database import WriteSession
from metrics.ledger.entry import Place, append
from metrics.models import SlipActRecord
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.attachments import Attachment, as_recorded
from metrics.queries.slips import slip_numbered
from metrics.supervision.slip_words import slip_etag, written_number
from metrics.supervision.slips import SlipAct, SlipState


@dataclass(frozen=True, slots=True)
class SlipRecorded:
    """An act as recorded, and how the slip stands after it. `acts`: how many there are on it by now."""

    slip: str
    written: str
    act: SlipAct
    unit: str
    part: int | None
    state: SlipState
    due_on: date
    acts: int
    seq: int
    recorded_at: datetime
    leaf_hash: str

    @computed_field  # type: ignore[prop-decorator]  # as pydantic says; the property stays one
    @property
    def etag(self) -> str:
        return slip_etag(self.slip, self.acts)


def record_slip_act(
    session: WriteSession,
    plan: Plan,
    row: SlipActRecord,
    *,
    principal: Principal,
    place: Place,
    synthetic: bool,
    files: Sequence[Attachment] = (),
) -> SlipRecorded:
    """Record the act; its ledger entry is of the kind `slip`. What it comes to is told as the principal sees it."""
    label = {"synthetic": True} if synthetic else {}
    leaf_hash = append(session, kind="slip", place=place, content=slip_leaf(row, files) | label)
    session.add(row)
    session.flush()
    found = slip_numbered(session, row.slip, timezone=plan.document.timezone, principal=principal)
    return SlipRecorded(
        slip=row.slip,
        written=written_number(row.slip),
        act=SlipAct(row.act),
        unit=row.unit_code,
        part=row.part,
        state=found.stands.state,
        due_on=found.stands.due_on,
        acts=found.stands.acts,
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=leaf_hash.hex(),
    )


def slip_leaf(row: SlipActRecord, files: Sequence[Attachment]) -> dict[str, Any]:
    """What the ledger holds of an act."""
    return {
        "slip": row.slip,
        "act": row.act,
        "unit": row.unit_code,
        "part": row.part,
        "to_unit": row.to_unit,
        "to_name": row.to_name,
        "title": row.title,
        "text": row.text,
        "due_on": None if row.due_on is None else row.due_on.isoformat(),
        "origin": row.origin,
        "target": row.target_code,
        "task": row.task_number,
        "period": None if row.period is None else format_period(row.period),
        "finding": row.finding,
        "evidence": row.evidence,
        "attachments": as_recorded(files),
        "actor": row.actor,
    }
