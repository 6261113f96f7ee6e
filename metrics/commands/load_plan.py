"""Taking a plan folder's content into the database: only what changed, as new versions, in one ledger entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, exists, func, select

from metrics.commands.derive_rates import RatesAhead
from metrics.database import ReadSession, WriteSession
from metrics.errors import Conflict, Message, Problem
from metrics.ledger.entry import append, next_place
from metrics.locks import Lock, hold
from metrics.models import Base, PlanRecord
from metrics.models.base import APPEND_ONLY
from metrics.plan.model import Plan
from metrics.plan.store import parts_of, plan_at
from metrics.stored_rates import formulas

_OF_UNITS = ("unit_code", "to_unit")  # columns by which something is of a unit
Key = tuple[str, str, tuple[str, ...]]  # kind, code, and the units that a target is for (none: everybody)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """`action` is added, changed or removed; `fields` names what changed, as (field, before, after).

    `for_units`: of a target of their own, the units that have it.
    """

    action: str
    kind: str
    code: str
    fields: tuple[tuple[str, Any, Any], ...] = ()
    for_units: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.code, self.for_units


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
    wanted = _parts(plan)
    for key, content in wanted.items():
        kind, code, units = key
        before = known.get(key)
        if before is None or _is_gone(before):
            changes.append(PlanChange("added", kind, code, for_units=units))
            continue
        fields = _differences(before.content, content)
        if fields:
            changes.append(PlanChange("changed", kind, code, fields, units))
        else:
            unchanged += 1
    gone = [key for key, record in known.items() if key not in wanted and not _is_gone(record)]
    # What units had of their own goes with the target itself.
    gone = [(kind, code, units) for kind, code, units in gone if not units or (kind, code, ()) in wanted]
    changes += [PlanChange("removed", kind, code, for_units=units) for kind, code, units in gone]
    return PlanChanges(changes=tuple(changes), unchanged=unchanged)


def load_plan(session: WriteSession, plan: Plan, *, actor: str) -> PlanChanges:
    """Record what `plan` changes. Loading the same plan again writes nothing.

    Where a formula changed, the rates of every submission are stored anew. Raises Conflict if a target changed in the
    plan folder and was revised by an evaluator since it was loaded, if an element has fewer decimals than before, and
    if a unit is gone of which anything is recorded.
    """
    # One plan at a time: its rates are numbered after those of the plan before (decision 202).
    hold(session, Lock.PLAN)
    known = _newest_version(session)  # before the changes are looked for: each statement sees what is committed by then
    found = _changes_to_record(session, plan)
    if not found.changes:
        return found
    ahead = _rates_ahead(session, plan)
    place = next_place(session)
    if _newest_version(session) != known:  # an evaluator revised a target meanwhile
        found = _changes_to_record(session, plan)
    records = _records(found, _newest(session), plan=plan, seq=place.seq)
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
    if ahead is not None:
        ahead.take_over(place.seq)
    return PlanChanges(changes=found.changes, unchanged=found.unchanged, seq=place.seq)


def _newest_version(session: ReadSession) -> int | None:
    return session.scalar(select(func.max(PlanRecord.seq)))


def _changes_to_record(session: ReadSession, plan: Plan) -> PlanChanges:
    """What `plan` changes; raises Conflict where that may not be."""
    found = plan_changes(session, plan)
    if found.changes:
        _refuse_revised(found, _newest(session))
        _refuse_coarser(session, plan)
        _refuse_recorded(session, [change.code for change in found.changes if _takes_out_a_unit(change)])
    return found


def _rates_ahead(session: WriteSession, plan: Plan) -> RatesAhead | None:
    """The rates of every submission by the formulas of `plan`, written before the ledger is held.

    Of a nation's submissions that takes minutes, for which nobody could send anything. None where the formulas stay as
    they are.
    """
    if _newest_version(session) is not None and formulas(plan_at(session)) == formulas(plan):
        return None
    ahead = RatesAhead(session, plan)
    ahead.work_out()
    return ahead


def _refuse_coarser(session: ReadSession, plan: Plan) -> None:
    """What was posted with more decimals would not be whole in the steps of the new plan.

    Also where the element was taken out meanwhile: what was posted of it stays, and counts again once it is back.
    """
    finer: dict[str, int] = {}
    for code, content in session.execute(
        select(PlanRecord.code, PlanRecord.content).where(PlanRecord.kind == "element")
    ):
        finer[code] = max(finer.get(code, 0), content["decimals"])
    coarser = [element for element in plan.elements if element.decimals < finer.get(element.code, 0)]
    if coarser:
        codes = ", ".join(element.code for element in coarser)
        raise Conflict(
            code="decimals_fewer",
            message=Message(
                f"填报项 {codes} 的小数位数不能减少:已报数据可能带有更多小数。",
                f"The elements {codes} cannot have fewer decimals than before: figures with more may be stored.",
            ),
        )


def _takes_out_a_unit(change: PlanChange) -> bool:
    return (change.action, change.kind) == ("removed", "unit")


def _refuse_recorded(session: ReadSession, units: Sequence[str]) -> None:
    """What was recorded of a unit stays, and needs its name: one that is no more is given its last day."""
    if not units:
        return
    columns = [one for name in APPEND_ONLY for one in Base.metadata.tables[name].columns if one.name in _OF_UNITS]
    asked = func.unnest(bindparam("units", units, type_=ARRAY(Text))).column_valued("asked")
    own = select(func.jsonb_array_elements_text(PlanRecord.content["for_units"])).where(PlanRecord.kind == "target")
    recorded = set(units).intersection(session.scalars(own))
    for column in columns:
        recorded.update(session.scalars(select(asked).where(exists().where(column == asked))))
    if recorded:
        codes = ", ".join(code for code in units if code in recorded)
        message = Message(
            f"单位 {codes} 已有记录,不能从方案中删去:请保留,写明停用日(valid_to);"
            "并入其他单位的另写并入的单位(merged_into)。",
            f"Something is recorded of the units {codes}, so they cannot be taken out of the plan: leave them in, with "
            "their last day (valid_to) and, where another took them up, that one (merged_into).",
        )
        raise Conflict("unit_recorded", message)


def _records(found: PlanChanges, newest: dict[Key, PlanRecord], *, plan: Plan, seq: int) -> list[PlanRecord]:
    """The new versions that record what was found; a removed part keeps its last content."""
    wanted, versions = _parts(plan), _versions(newest)
    records = []
    for change in found.changes:
        part = change.kind, change.code
        version = versions[part] = versions.get(part, 0) + 1
        before = newest.get(change.key)
        content = wanted.get(change.key) or (before.content if before else {})
        removed = change.action == "removed"
        if change.kind == "target":
            content = content | {"revision": version}
        if removed and change.for_units:
            content, removed = content | {"ends_own": True}, False
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


def _parts(plan: Plan) -> dict[Key, dict[str, Any]]:
    """Every part of `plan` by its key; of several revisions of a target for the same units the last."""
    return {_key(kind, code, content): content for kind, code, content in parts_of(plan)}


def _key(kind: str, code: str, content: dict[str, Any]) -> Key:
    return kind, code, tuple(content.get("for_units", ())) if kind == "target" else ()


def _is_gone(record: PlanRecord) -> bool:
    return record.removed or (record.kind == "target" and bool(record.content.get("ends_own")))


def _versions(newest: dict[Key, PlanRecord]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for (kind, code, _), record in newest.items():
        found[kind, code] = max(found.get((kind, code), 0), record.version)
    return found


def _refuse_revised(found: PlanChanges, newest: dict[Key, PlanRecord]) -> None:
    revised = [
        change for change in found.changes if (record := newest.get(change.key)) is not None and record.origin != "plan"
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


def _newest(session: ReadSession) -> dict[Key, PlanRecord]:
    """The newest version of every part; a target that was taken out takes with it what units had of their own."""
    rows = session.scalars(select(PlanRecord).order_by(PlanRecord.kind, PlanRecord.code, PlanRecord.version))
    return _by_key(rows)


def _newest_from_plan(session: ReadSession) -> dict[Key, PlanRecord]:
    rows = session.scalars(
        select(PlanRecord)
        .where(PlanRecord.origin == "plan")
        .order_by(PlanRecord.kind, PlanRecord.code, PlanRecord.version)
    )
    return _by_key(rows)


def _by_key(records: Iterable[PlanRecord]) -> dict[Key, PlanRecord]:
    found: dict[Key, PlanRecord] = {}
    for record in records:
        if record.removed:
            for key in [key for key in found if key[:2] == (record.kind, record.code)]:
                del found[key]
        found[_key(record.kind, record.code, record.content)] = record
    return found


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """What differs. A field that was not there yet when the earlier version was recorded counts as left empty."""
    names = [name for name in after if name != "revision"]
    return tuple(
        (name, before.get(name), after[name])
        for name in names
        if (before[name] != after[name] if name in before else after[name] not in (None, [], False))
    )
