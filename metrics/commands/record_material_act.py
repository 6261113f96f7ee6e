"""One act on a unit's material: its entry in the ledger, which says all of it, and its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from metrics.database import WriteSession
from metrics.ledger.entry import Place, append
from metrics.models import LedgerEntry, MaterialRecord
from metrics.queries.attachments import Attachment, as_recorded
from metrics.supervision.materials import Material, MaterialAction, material_etag
from metrics.value_types import Moment, Month


@dataclass(frozen=True, slots=True)
class NewMaterialAct:
    """What is to be recorded. `reports`: (task, number of the report) of each task report that is carried."""

    unit: str
    period: date
    action: MaterialAction
    actor: str
    summary: str = ""
    problems: str = ""
    next_month: str = ""
    reports: Sequence[tuple[int, int]] = ()
    attachments: Sequence[Attachment] = ()
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MaterialRecorded:
    """A unit's material after an act on it. `recorded` false: it stood so before, and nothing was recorded."""

    id: int
    unit: str
    period: Month
    action: MaterialAction
    revision: int
    reports: int
    attachments: int
    seq: int
    recorded_at: Moment
    leaf_hash: str
    recorded: bool
    etag: str


def record_material_act(
    session: WriteSession, place: Place, act: NewMaterialAct, *, standing: Material | None, synthetic: bool = False
) -> MaterialRecorded:
    """Record `act` on what stands; a sending makes the next revision, any other act is on the present one."""
    number = place.seq if standing is None else standing.id
    revision = 0 if standing is None else standing.revision
    revision += act.action is MaterialAction.SEND
    texts = {name: getattr(act, name) for name in ("summary", "problems", "next_month", "reason", "detail", "actor")}
    same = {"action": act.action.value, "revision": revision, **texts}
    entry = {
        "material": number,
        "unit": act.unit,
        "period": f"{act.period:%Y-%m}",
        "reports": [{"task": task, "report": report} for task, report in act.reports],
        "attachments": as_recorded(act.attachments),
        **same,
        **({"synthetic": True} if synthetic else {}),
    }
    append(session, kind="material", place=place, content=entry)
    row = MaterialRecord(
        seq=place.seq,
        id=number,
        unit_code=act.unit,
        period=act.period,
        reports=[report for _, report in act.reports],
        attachments=[file.seq for file in act.attachments],
        recorded_at=place.recorded_at,
        **same,
    )
    session.add(row)
    session.flush()
    return material_recorded(session, row, etag=material_etag(number, revision, place.seq), recorded=True)


def material_recorded(session: WriteSession, row: MaterialRecord, *, etag: str, recorded: bool) -> MaterialRecorded:
    """The result of an act whose row is `row`; `etag`: of the material as it stands after it."""
    entry = session.get_one(LedgerEntry, row.seq)
    return MaterialRecorded(
        id=row.id,
        unit=row.unit_code,
        period=row.period,
        action=MaterialAction(row.action),
        revision=row.revision,
        reports=len(row.reports),
        attachments=len(row.attachments),
        seq=row.seq,
        recorded_at=row.recorded_at,
        leaf_hash=entry.leaf_hash.hex(),
        recorded=recorded,
        etag=etag,
    )
