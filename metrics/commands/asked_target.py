"""What somebody asks a target to be: a new one, or a revision of one that is there, read and held against the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from metrics.commands.replaced_targets import held_before, replacement_problems, revisions_for
from metrics.commands.target_problems import read_target, refuse_target, target_problems
from metrics.database import ReadSession
from metrics.errors import Conflict, Message, NotFound, Problem
from metrics.forms import as_given
from metrics.models import PlanRecord
from metrics.plan.model import Plan, Target
from metrics.plan.target_changes import replaced_by

_FIXED = ("code", "revision")
_FORMAL = {"reason", "effective_from", "revision", "for_units"}


def asked_target(session: ReadSession, plan: Plan, code: str | None, body: Mapping[str, Any]) -> Target:
    """The target that `body` asks for, numbered as it would be recorded: a revision of `code`, or with None a new one.

    Raises NotFound, Conflict `target_exists`, Invalid with every problem found.
    """
    target = _new(plan, body) if code is None else _revised(session, plan, code, body)
    return target.model_copy(update={"revision": _next_version(session, target.code)})


def _new(plan: Plan, body: Mapping[str, Any]) -> Target:
    _refuse_fixed(body, ("revision",))
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
    return target


def _revised(session: ReadSession, plan: Plan, code: str, body: Mapping[str, Any]) -> Target:
    _refuse_fixed(body, _FIXED)
    if code not in plan.general_targets:
        raise NotFound(
            code="target_unknown",
            message=Message(f"没有目标“{as_given(code)}”。", f"There is no target {as_given(code)!r}."),
        )
    problems = _required(body)
    replaces, body = body.get("replaces"), {name: said for name, said in body.items() if name != "replaces"}
    before = standing_target(plan, code, body.get("for_units"), problems)
    apart = any(problem.code == "units_differ" for problem in problems)
    anew: dict[str, Any] = {"reason": "", "effective_from": None, "for_units": [], "ends_own": False}
    known = before.model_dump(mode="json") | anew
    target = read_target({**known, **body}, also=problems)
    if replaces is not None:
        problems += replacement_problems(plan, target, replaces, today=_today(session, plan))
    problems += [
        *_revision_problems(plan, before, target, body, apart=apart, replaces=replaces),
        *target_problems(plan, target, before=before if replaces is None else held_before(plan, target)),
    ]
    if problems:
        raise refuse_target(problems)
    return target


def standing_target(plan: Plan, code: str, units: object, problems: list[Problem]) -> Target:
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


def _revision_problems(
    plan: Plan, before: Target, target: Target, body: Mapping[str, Any], *, apart: bool, replaces: object
) -> list[Problem]:
    """`apart`: the units it is for have different targets, so that it is no revision of one. `replaces`: see there."""
    problems = []
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
    problems += _of_others(plan, target)
    moved = replaces is not None and target.effective_from != before.effective_from
    if not moved and target.model_dump(exclude=_FORMAL) == before.model_dump(exclude=_FORMAL):
        message = Message("没有任何改动。", "Nothing would change.")
        return [*problems, Problem("revision_empty", message, "")]
    return problems if apart else [*problems, *_overlap(plan, target, replaces)]


def _overlap(plan: Plan, target: Target, replaces: object) -> list[Problem]:
    """A revision begins after every other one for the same units that it does not replace: on no day do two hold."""
    since = target.effective_from
    if since is None:
        return []
    found = [
        (unit, one.effective_from)
        for unit in target.for_units or (None,)
        for one in revisions_for(plan, target.code, unit)
        if one.revision != replaces and replaced_by(plan, one, unit) is None
        if one.effective_from is not None and one.effective_from >= since
    ]
    if not found:
        return []
    unit, day = max(found, key=lambda one: one[1])
    same = day == since
    of_zh, of_en = "", ""
    if unit is not None:
        name = plan.unit_by_code[unit].name
        of_zh, of_en = f"“{name.zh}”的", f" of {name.en}"
    message = Message(
        f"{of_zh}上一版自 {day} 起生效,生效日期须晚于该日" + (",同一天不能有两版。" if same else "。"),
        f"The previous revision{of_en} is effective from {day}; this one has to begin after that day"
        + (": no day has two." if same else "."),
    )
    code = "effective_from_taken" if same else "effective_from_too_early"
    return [Problem(code, message, "/effective_from", given=str(since))]


def _of_others(plan: Plan, target: Target) -> Iterator[Problem]:
    """A general target keeps the indicator of the units' own: two rules of one target are compared unit by unit."""
    if target.for_units:
        return
    newest = {unit: of.get(target.code, ())[-1:] for unit, of in plan.own_targets.items()}
    apart = [
        plan.unit_by_code[unit].name
        for unit, last in newest.items()
        if any(not own.ends_own and own.indicator != target.indicator for own in last) and unit in plan.unit_by_code
    ]
    if apart:
        zh, en = "、".join(name.zh for name in apart), ", ".join(name.en for name in apart)
        message = Message(
            f"{zh}有单列目标,用的是原指标:请先取消单列,再更换指标。",
            f"By the indicator as it was, there is an own target for {en}: end that first, then change the indicator.",
        )
        yield Problem("own_indicator_differs", message, "/indicator", given=as_given(str(target.indicator)))


def _today(session: ReadSession, plan: Plan) -> date:
    """The day on which it is now where the plan's units are."""
    now: datetime = session.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(ZoneInfo(plan.document.timezone)).date()


def _next_version(session: ReadSession, code: str) -> int:
    """One more than any revision ever recorded of it, taken out since or not."""
    query = (
        select(PlanRecord.version)
        .where(PlanRecord.kind == "target", PlanRecord.code == code)
        .order_by(PlanRecord.version.desc())
        .limit(1)
    )
    return 1 + (session.scalar(query) or 0)
