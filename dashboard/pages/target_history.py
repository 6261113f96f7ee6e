"""The revisions of a target, newest first, each with what it changed: threshold, date, way, scope, units, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.locale import _
from dashboard.parts import section
from dashboard.window.reading import Reading
from dashboard.words.figures import target_name, target_rule, unit_name
from dashboard.words.target_changes import change_text, in_force_text
from metrics.plan.model import Plan, Target, Unit
from metrics.plan.target_changes import replacements, revision_before, revision_changes

Component = Any


def revisions(plan: Plan, code: str, *, on: date | None) -> Component:
    """Every known revision of the target, newest first, and which of them judges whom on the day `on`.

    Nothing if there is only one that nobody gave a reason for.
    """
    known = plan.target_revisions[code]
    if len(known) == 1 and not known[0].reason:
        return None
    judging = {} if on is None else _judging(plan, code, on)
    items = [_item(plan, revision, on=on, judges=judging.get(revision.revision, "")) for revision in reversed(known)]
    return section(_("Revisions"), html.Ol(items, className="revisions"))


def _judging(plan: Plan, code: str, on: date) -> dict[int, str]:
    """By the number of each revision that judges the day, whom it judges, in words."""
    general, own = plan.target_in_force(code, on), dict[int, list[str]]()
    for unit, targets in plan.own_targets.items():
        now = plan.target_in_force(code, on, unit=unit) if code in targets else general
        if now is not None and now != general:
            own.setdefault(now.revision, []).append(unit_name(plan.unit_by_code[unit]))
    found = {number: _("judges {units}", units=_(", ").join(names)) for number, names in own.items()}
    if general is not None:
        apart = _(", ").join(name for names in own.values() for name in names)
        all_others = _("the one judged by, but for {units}", units=apart)
        found[general.revision] = all_others if apart else _("the one judged by")
    return found


def own_history(reading: Reading, unit: Unit) -> Component:
    """Every revision that named the unit, target by target, the newest first; nothing where there is none."""
    plan, found = reading.plan, []
    for code, known in reading.plan.own_targets.get(unit.code, {}).items():
        now = None if reading.on is None else plan.target_in_force(code, reading.on, unit=unit.code)
        judging = None if now is None else now.revision
        way = dcc.Link(f"{code} {target_name(known[-1])}", href=reading.address.to(f"/targets/{code}", unit=unit.code))
        here = _("the one judged by")
        items = [
            _item(plan, one, on=reading.on, judges=here if one.revision == judging else "") for one in reversed(known)
        ]
        found.append(html.Div([html.P(way), html.Ol(items, className="revisions")]))
    return section(_("Targets of its own"), *found) if found else None


def _item(plan: Plan, revision: Target, *, on: date | None, judges: str) -> Component:
    indicator = plan.indicator_by_code.get(str(revision.indicator))
    rule = target_rule(revision, indicator) if indicator else target_name(revision)
    words = [rule, *_in_force(plan, revision, on=on), *filter(None, [judges]), *whose(plan, revision)]
    changes = [html.Li(change_text(plan, change)) for change in revision_changes(plan, revision)]
    before = revision_before(plan, revision)
    against = (
        None
        if before is None or not changes
        else html.P(_("Changed against revision {number}:", number=before.revision), className="note")
    )
    return html.Li(
        [
            html.B(_("Revision {number}", number=revision.revision)),
            html.Span(" · ".join(words)),
            *([against, html.Ul(changes, className="revision-changes")] if changes else []),
            html.Span(revision.reason or "", className="note", lang="zh-CN"),
        ]
    )


def _in_force(plan: Plan, revision: Target, *, on: date | None) -> list[str]:
    """Since when it is in force, and for whom it never is because another one took its place."""
    later = replacements(plan, revision)
    numbers = {unit: one.revision for unit, one in later.items()}
    if len(later) == len(revision.for_units or (None,)):
        told = _(", ").join(str(number) for number in sorted(set(numbers.values())))
        return [_("never in force: revision {number} took its place", number=told)]
    apart = [
        _(
            "never in force for {unit}: revision {number} took its place",
            unit=unit_name(plan.unit_by_code[unit or ""]),
            number=number,
        )
        for unit, number in numbers.items()
    ]
    return [in_force_text(revision, on), *apart]


def whose(plan: Plan, revision: Target) -> list[str]:
    """Whose own target a revision is, or whose it ends; nothing for the general one."""
    if not revision.for_units:
        return []
    units = _(", ").join(unit_name(plan.unit_by_code[code]) for code in revision.for_units)
    if revision.ends_own:
        return [_("back to the general target: {units}", units=units)]
    return [_("own target of {units}", units=units)]
