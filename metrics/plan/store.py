"""The plan in the database: read at a place in the ledger, written as records of what changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from pydantic import BaseModel
from sqlalchemy import Engine, select, text

from metrics.asked_ahead import Asking, answer
from metrics.database import ReadSession
from metrics.errors import Message, NotFound, PlanMissing
from metrics.models import PlanRecord
from metrics.plan.model import Plan

# kind in `plan_records` -> field of Plan. `code` is the record's key within its kind.
KINDS = {
    "document": "document",
    "unit": "units",
    "block": "blocks",
    "element": "elements",
    "check": "checks",
    "indicator": "indicators",
    "target": "targets",
    "task": "tasks",
    "milestone": "milestones",
    "group": "groups",
    "department": "departments",
    "phase": "phases",
    "decision": "decisions",
    "weight": "weights",
    "calendar_year": "calendar",
    "unit_kind": "kinds",
}

# As text: every request asks, and a statement that is put together anew costs more than its answer.
_ENTRY = "select seq, leaf_hash from ledger_entries where seq = (select max(seq) from plan_records{0})"
PRESENT, _KNOWN_AT = Asking(text(_ENTRY.format("")), {}), text(_ENTRY.format(" where seq <= :at"))
"""What :func:`plan_at` asks of the present."""
_MOST_REMEMBERED = 16
_remembered: dict[tuple[int, bytes], Plan] = {}
_remembering = threading.Lock()
_with_plan: WeakSet[Engine] = WeakSet()
_newest: WeakKeyDictionary[Engine, Plan] = WeakKeyDictionary()


def code_of(kind: str, part: BaseModel) -> str:
    """The key under which a part of the plan is recorded."""
    if kind == "document":
        return "document"
    if kind == "task":
        return str(part.number)  # type: ignore[attr-defined]  # tasks are numbered, not coded
    return str(part.code)  # type: ignore[attr-defined]  # every other part has a code


def parts_of(plan: Plan) -> list[tuple[str, str, dict[str, Any]]]:
    """Every part of `plan` as (kind, code, content); targets once per revision, an earlier one before a later one."""
    found = []
    for kind, field in KINDS.items():
        value = getattr(plan, field)
        parts: Sequence[Any] = value if isinstance(value, tuple) else (value,)
        if kind == "target":  # a file may have them in any order
            parts = sorted(parts, key=lambda target: target.revision)
        for part in parts:
            found.append((kind, code_of(kind, part), part.model_dump(mode="json")))
    return found


def plan_at(session: ReadSession, *, seq: int | None = None) -> Plan:
    """The plan as it was known at `seq` (None: now).

    Raises PlanMissing if none is loaded at all, NotFound if none was by then. Plans are immutable, so each is
    assembled once a process.
    """
    found = answer(session, PRESENT if seq is None else Asking(_KNOWN_AT, {"at": seq}))
    entry = found[0] if found else None
    if entry is None:
        require_plan(session)
        raise NotFound(
            code="plan_not_yet",
            message=Message("该时点尚未载入方案。", "No plan was loaded by that moment."),
        )
    key = (entry.seq, entry.leaf_hash)  # the hash tells databases with the same numbers apart
    with _remembering:
        known_plan = _remembered.get(key)
    if known_plan is None:
        known_plan = _assemble(session, seq=entry.seq)
        with _remembering:
            while len(_remembered) >= _MOST_REMEMBERED:
                _remembered.pop(next(iter(_remembered)))
            _remembered[key] = known_plan
    if seq is None:
        _newest[session.get_bind().engine] = known_plan
    return known_plan


def probable_plan(database: Engine) -> Plan | None:
    """The plan that this process was told of last, which need not be the present one; None before the first.

    For whoever wants to know beforehand what is likely to be asked of the database.
    """
    return _newest.get(database)


def has_shown_plan(database: Engine) -> bool:
    """True if this process has seen a plan there."""
    return database in _with_plan


def require_plan(session: ReadSession) -> None:
    """Raise PlanMissing while no plan is loaded. A plan never goes away: a database that has one is asked once."""
    database = session.get_bind().engine
    if has_shown_plan(database):
        return
    if session.scalar(select(PlanRecord.seq).limit(1)) is None:
        raise PlanMissing()
    _with_plan.add(database)


def _assemble(session: ReadSession, *, seq: int) -> Plan:
    rows = session.execute(
        select(PlanRecord.kind, PlanRecord.code, PlanRecord.content, PlanRecord.removed)
        .where(PlanRecord.seq <= seq)
        .order_by(PlanRecord.kind, PlanRecord.code, PlanRecord.version)
    )
    versions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for kind, code, content, removed in rows:
        key = (kind, code)
        if removed:
            versions.pop(key, None)
        elif kind == "target":
            versions.setdefault(key, []).append(content)
        else:
            versions[key] = [content]
    parts: dict[str, list[dict[str, Any]]] = {field: [] for field in KINDS.values()}
    for (kind, _), contents in versions.items():
        parts[KINDS[kind]].extend(contents)
    body = {field: sorted(found, key=_display_order) for field, found in parts.items() if field != "document"}
    return Plan.model_validate_json(json.dumps(body | {"document": parts["document"][0], "seq": seq}))


def _display_order(part: dict[str, Any]) -> tuple[int, str, int]:
    place = next((part[name] for name in ("order", "number", "task", "line") if name in part), 0)
    return (place, part.get("code", ""), part.get("revision", 0))
