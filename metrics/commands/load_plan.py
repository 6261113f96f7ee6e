"""Taking a plan folder's content into the database: only what changed, as new versions, in one ledger entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from metrics.database import ReadSession, WriteSession
from metrics.errors import Conflict, Message, Problem
from metrics.ledger.entry import append, next_place
from metrics.models import PlanRecord
from metrics.plan.model import Plan
from metrics.plan.store import parts_of


@dataclass(frozen=True, slots=True)
class PlanChange:
    """`action` is added, changed or removed; `fields` names what changed, as (field, before, after)."""

    action: str
    kind: str
    code: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What loading a plan changes, or changed. `seq` is the ledger entry that did it, None if nothing was written."""

    changes: tuple[PlanChange, ...]
    unchanged: int
    seq: int | None = None


def plan_changes(session: ReadSession, plan: Plan) -> PlanChanges:
    """Compare `plan` with the newest versions in the database; writes nothing.

    Targets are compared with what a plan folder said last, so that an evaluator's revision is not undone by loading
    the same folder again.
    """
    known = _newest_from_plan(session)
    changes, unchanged = [], 0
    wanted = {(kind, code): content for kind, code, content in parts_of(plan)}
    for (kind, code), content in wanted.items():
        before = known.get((kind, code))
        if before is None or before.removed:
            changes.append(PlanChange("added", kind, code))
            continue
        fields = _differences(before.content, content)
        if fields:
            changes.append(PlanChange("changed", kind, code, fields))
        else:
            unchanged += 1
    gone = [key for key, record in known.items() if key not in wanted and not record.removed]
    changes += [PlanChange("removed", kind, code) for kind, code in gone]
    return PlanChanges(changes=tuple(changes), unchanged=unchanged)


def load_plan(session: WriteSession, plan: Plan, *, actor: str) -> PlanChanges:
    """Record what `plan` changes. Loading the same plan again writes nothing.

    Raises Conflict if a target changed in the plan folder and was revised by an evaluator since it was loaded.
    """
    place = next_place(session)
    found = plan_changes(session, plan)
    if not found.changes:
        return found
    newest = _newest(session)
    _refuse_revised(found, newest)
    records = _records(found, newest, plan=plan, seq=place.seq)
    append(
        session,
        kind="plan",
        place=place,
        content={
            "actor": actor,
            "records": [
                {"kind": r.kind, "code": r.code, "version": r.version, "removed": r.removed, "content": r.content}
                for r in records
            ],
        },
    )
    session.add_all(records)
    session.flush()
    return PlanChanges(changes=found.changes, unchanged=found.unchanged, seq=place.seq)


def _records(
    found: PlanChanges, newest: dict[tuple[str, str], PlanRecord], *, plan: Plan, seq: int
) -> list[PlanRecord]:
    """The new versions that record what was found; a removed part keeps its last content."""
    wanted = {(kind, code): content for kind, code, content in parts_of(plan)}
    records = []
    for change in found.changes:
        before = newest.get((change.kind, change.code))
        version = 1 if before is None else before.version + 1
        content = wanted.get((change.kind, change.code)) or (before.content if before else {})
        if change.kind == "target":
            content = content | {"revision": version}
        removed = change.action == "removed"
        records.append(
            PlanRecord(
                kind=change.kind,
                code=change.code,
                version=version,
                seq=seq,
                origin="plan",
                content=content,
                removed=removed,
            )
        )
    return records


def _refuse_revised(found: PlanChanges, newest: dict[tuple[str, str], PlanRecord]) -> None:
    revised = [
        change
        for change in found.changes
        if (record := newest.get((change.kind, change.code))) is not None and record.origin != "plan"
    ]
    if revised:
        codes = ", ".join(change.code for change in revised)
        raise Conflict(
            code="target_revised",
            message=Message(
                f"目标 {codes} 已由评估人员修订,方案文件又作改动;请先在方案文件中写入该修订,或继续用修订接口。",
                f"Targets {codes} were revised by an evaluator and changed in the plan folder as well; "
                "revise them through the API instead, or leave them as they were in the folder.",
            ),
            problems=[
                Problem("target_revised", Message(f"目标 {c.code}", f"target {c.code}"), pointer=f"targets[{c.code}]")
                for c in revised
            ],
        )


def _newest(session: ReadSession) -> dict[tuple[str, str], PlanRecord]:
    rows = session.scalars(select(PlanRecord).order_by(PlanRecord.kind, PlanRecord.code, PlanRecord.version))
    return {(record.kind, record.code): record for record in rows}


def _newest_from_plan(session: ReadSession) -> dict[tuple[str, str], PlanRecord]:
    rows = session.scalars(
        select(PlanRecord)
        .where(PlanRecord.origin == "plan")
        .order_by(PlanRecord.kind, PlanRecord.code, PlanRecord.version)
    )
    return {(record.kind, record.code): record for record in rows}


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    names = [name for name in after if name != "revision"]
    return tuple((name, before.get(name), after[name]) for name in names if before.get(name) != after[name])
