"""New targets, and revisions of targets: effective-dated, with a reason; earlier revisions stay as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from metrics.commands.target_problems import read_target, refuse_target, target_problems
from metrics.database import WriteSession
from metrics.errors import Conflict, Message, NotFound, Problem
from metrics.forms import as_given
from metrics.ledger.entry import Place, append, next_place
from metrics.models import PlanRecord
from metrics.plan.model import Plan, Target
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope

_FIXED = ("code", "revision")


@dataclass(frozen=True, slots=True)
class RecordedTarget:
    """A revision of a target and its place in the ledger."""

    target: Target
    seq: int
    recorded_at: datetime
    leaf_hash: str


def create_target(
    session: WriteSession, *, principal: Principal, body: Mapping[str, Any], simulated_at: datetime | None = None
) -> RecordedTarget:
    """Record a target that was not there before. `body` has the fields of :class:`Target`, without `revision`.

    `effective_from`, `reason` and a citation are required; `order` comes after the last target unless given.
    Raises Invalid with every problem found, Conflict `target_exists`.
    """
    principal.require(Scope.REVISE_TARGET)
    _refuse_fixed(body, ("revision",))
    place = next_place(session, simulated=simulated_at)
    plan = plan_at(session)
    order = max((target.order for target in plan.targets), default=0) + 1
    problems = _required(body)
    target = read_target({"order": order, **body}, also=problems)
    problems += target_problems(plan, target)
    if problems:
        raise refuse_target(problems)
    if target.code in plan.general_targets:
        raise Conflict(
            code="target_exists",
            message=Message(
                f"目标“{target.code}”已存在,请用修订接口。", f"The target {target.code!r} exists already; revise it."
            ),
        )
    return _record(session, target, place=place, principal=principal, synthetic=simulated_at is not None)


def revise_target(
    session: WriteSession,
    code: str,
    *,
    principal: Principal,
    body: Mapping[str, Any],
    simulated_at: datetime | None = None,
) -> RecordedTarget:
    """Record a revision of the target `code`: `body` has the fields that change, `effective_from` and `reason`.

    With `for_units` these units get a target of their own (domain rule 6), which changes from the one they have; with
    `ends_own` besides, they go back to the general one. Every other unit keeps the target it had. A changed comparator
    or threshold and a target of a unit's own need their citations. Raises NotFound, Invalid with every problem found.
    """
    principal.require(Scope.REVISE_TARGET)
    _refuse_fixed(body, _FIXED)
    place = next_place(session, simulated=simulated_at)
    plan = plan_at(session)
    if code not in plan.general_targets:
        raise NotFound(
            code="target_unknown",
            message=Message(f"没有目标“{as_given(code)}”。", f"There is no target {as_given(code)!r}."),
        )
    problems = _required(body)
    before = _standing(plan, code, body.get("for_units"), problems)
    anew: dict[str, Any] = {"reason": "", "effective_from": None, "for_units": [], "ends_own": False}
    known = before.model_dump(mode="json") | anew
    target = read_target({**known, **body}, also=problems)
    problems += [*_revision_problems(before, target, body), *target_problems(plan, target)]
    if problems:
        raise refuse_target(problems)
    return _record(session, target, place=place, principal=principal, synthetic=simulated_at is not None)


def _standing(plan: Plan, code: str, units: object, problems: list[Problem]) -> Target:
    """The newest revision of the target for `units`, the general one where nobody is named.

    Units that do not share one are a problem: what would change is not the same for each.
    """
    general = plan.general_targets[code][-1]
    if not isinstance(units, list):
        return general
    standing: dict[int, Target] = {}
    for unit in units:
        own = plan.own_targets.get(str(unit), {}).get(code, (general,))[-1]
        newest = general if own.ends_own else own
        standing[newest.revision] = newest
    if len(standing) > 1:
        message = Message(
            "这些单位现行的目标不同,请分别修订。",
            "These units are not judged by one and the same target; revise it for each apart.",
        )
        problems.append(Problem("units_differ", message, "/for_units"))
        return general
    return next(iter(standing.values()), general)


def _refuse_fixed(body: Mapping[str, Any], fields: tuple[str, ...]) -> None:
    problems = [
        Problem("field_fixed", Message("此项由系统给定。", "This field is not the sender's to set."), f"/{field}")
        for field in fields
        if field in body
    ]
    if problems:
        raise refuse_target(problems)


def _required(body: Mapping[str, Any]) -> list[Problem]:
    """`effective_from` and a reason that says something; their form is the model's business."""
    problems = []
    if body.get("effective_from") is None:
        message = Message("须写明生效日期。", "The date from which it is effective is missing.")
        problems.append(Problem("effective_from_missing", message, "/effective_from"))
    reason = body.get("reason")
    if reason is None or (isinstance(reason, str) and not reason.strip()):
        message = Message("须说明修订理由。", "A reason is needed.")
        problems.append(Problem("reason_missing", message, "/reason"))
    return problems


def _revision_problems(before: Target, target: Target, body: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if before.effective_from and target.effective_from and target.effective_from < before.effective_from:
        message = Message(
            f"生效日期不能早于上一版的 {before.effective_from}。",
            f"It cannot be effective before the previous revision is, {before.effective_from}.",
        )
        problems.append(
            Problem("effective_from_too_early", message, "/effective_from", given=str(target.effective_from))
        )
    judged_anew = (before.comparator, before.threshold) != (target.comparator, target.threshold)
    if (judged_anew or (target.for_units and not target.ends_own)) and not body.get("citations"):
        message = Message(
            "修改目标值、为单位单列目标,都须注明依据(条款原文)。",
            "A changed threshold and a target for single units need their citation.",
        )
        problems.append(Problem("citation_missing", message, "/citations"))
    if target.ends_own and target.for_units and not before.for_units:
        message = Message("这些单位没有单列目标。", "These units have no target of their own.")
        problems.append(Problem("own_missing", message, "/ends_own"))
    formal = {"reason", "effective_from", "revision", "for_units"}
    if target.model_dump(exclude=formal) == before.model_dump(exclude=formal):
        message = Message("没有任何改动。", "Nothing would change.")
        problems.append(Problem("revision_empty", message, ""))
    return problems


def _record(
    session: WriteSession, target: Target, *, place: Place, principal: Principal, synthetic: bool
) -> RecordedTarget:
    version = 1 + (
        session.scalar(
            select(PlanRecord.version)
            .where(PlanRecord.kind == "target", PlanRecord.code == target.code)
            .order_by(PlanRecord.version.desc())
            .limit(1)
        )
        or 0
    )
    recorded = target.model_copy(update={"revision": version})
    content = recorded.model_dump(mode="json")
    said: dict[str, Any] = {"actor": principal.username, "version": version, "target": content}
    if synthetic:
        said["synthetic"] = True
    leaf_hash = append(session, kind="target", place=place, content=said)
    session.add(
        PlanRecord(
            kind="target",
            code=target.code,
            version=version,
            seq=place.seq,
            origin="revision",
            content=content,
            removed=False,
        )
    )
    session.flush()
    return RecordedTarget(recorded, seq=place.seq, recorded_at=place.recorded_at, leaf_hash=leaf_hash.hex())
