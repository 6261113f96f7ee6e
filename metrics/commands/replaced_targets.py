"""A revision that takes the place of one whose day is today or has not come: corrected or withdrawn. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from metrics.errors import Message, Problem
from metrics.forms import as_given
from metrics.plan.model import Plan, Target

_FORMAL = {"code", "revision", "reason", "effective_from", "for_units", "ends_own"}


def revisions_for(plan: Plan, code: str, unit: str | None) -> tuple[Target, ...]:
    """Every revision for a unit's own, those that end it included; with None the general ones."""
    return plan.general_targets[code] if unit is None else plan.own_targets.get(unit, {}).get(code, ())


def held_before(plan: Plan, target: Target) -> Target | None:
    """What holds until the day of the revision in whose place `target` comes; None where that was the first."""
    unit = target.for_units[0] if target.for_units else None
    newest = revisions_for(plan, target.code, unit)[-1:]
    day = newest[0].effective_from if newest else None
    return None if day is None else plan.target_in_force(target.code, day - timedelta(days=1), unit=unit)


def _before_newest(known: tuple[Target, ...]) -> Target | None:
    """What holds until the day of the newest of `known`; what was replaced never does."""
    if not known or (day := known[-1].effective_from) is None:
        return None
    held = [one for one in known[:-1] if one.effective_from is None or one.effective_from < day]
    return held[-1] if held else None


def replacement_problems(plan: Plan, target: Target, replaces: object, *, today: date) -> Iterator[Problem]:
    """What keeps `target` from taking the place of the revision `replaces`.

    That is the newest one for all of the same units, its day is not before `today`, and `target` is effective no later:
    else it would be in force until then. What has been in force since an earlier day is corrected by a revision of its
    own, effective from `today` on.
    """
    newest = [revisions_for(plan, target.code, unit)[-1:] for unit in target.for_units or (None,)]
    if isinstance(replaces, bool) or any([one.revision for one in last] != [replaces] for last in newest):
        message = Message(
            "只能替换这些单位的最新一版。", "Only the newest revision for all of these units can be replaced."
        )
        yield Problem("replaces_unknown", message, "/replaces", given=as_given(str(replaces)))
    else:
        yield from _days(target, newest[0][0], today)


def _days(target: Target, replaced: Target, today: date) -> Iterator[Problem]:
    day, since = replaced.effective_from, target.effective_from
    if day is None or day < today:
        began_zh, began_en = ("自方案印发起", " from the plan on") if day is None else (f"自 {day} 起", f" since {day}")
        message = Message(
            f"这一版{began_zh}已在执行,作为记录保留,不能替换。要更正:不勾选“替换”,生效日期填今天({today}),"
            "更正后的内容自今天起执行,此前各月仍按原来的一版判定。",
            f"That revision has been in force{began_en} and stays on record. To correct it, do not replace it: enter "
            f"today ({today}) as the day it is effective from. From today on the correction holds; months before are "
            "judged as they were.",
        )
        yield Problem("replaces_in_force", message, "/replaces", given=str(replaced.revision))
    elif since is not None and since > day:
        message = Message(
            f"被替换的一版自 {day} 起生效,替换它的须不晚于该日生效。",
            f"What it replaces is effective from {day}; it has to be effective by then.",
        )
        yield Problem("replaces_late", message, "/effective_from", given=str(since))


def withdrawal(plan: Plan, code: str, unit: str | None) -> dict[str, Any] | None:
    """The body by which the newest revision for `unit` (None: for all) is withdrawn; None if it changes nothing.

    From that revision's day everything is as it was before it; those to whom it gave a target of their own have the
    general one. The reason is the sender's to add.
    """
    known = revisions_for(plan, code, unit)
    newest = known[-1] if known else None
    if newest is None or newest.effective_from is None:
        return None
    body: dict[str, Any] = {"replaces": newest.revision, "effective_from": newest.effective_from.isoformat()}
    before = _before_newest(known)
    if newest.for_units:
        of_units = {one: revisions_for(plan, code, one) for one in newest.for_units}
        alike = [one for one, of in of_units.items() if of[-1] == newest and _before_newest(of) == before]
        body["for_units"] = alike
        if before is None or before.ends_own:
            return None if newest.ends_own else body | {"ends_own": True}
    kept = _FORMAL - {"ends_own"}
    if before is None or before.model_dump(exclude=kept) == newest.model_dump(exclude=kept):
        return None
    return body | before.model_dump(mode="json", exclude=_FORMAL)
