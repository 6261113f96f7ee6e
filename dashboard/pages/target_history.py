"""The revisions of a target, newest first, each with what it changed: threshold, date, way, scope, units, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, date_text, language
from dashboard.parts import section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, target_name, target_rule, threshold_text, unit_name
from metrics.plan.model import Plan, Target, Unit
from metrics.plan.target_changes import FieldChange, revision_before, revision_changes

Component = Any


def revisions(plan: Plan, target: Target) -> Component:
    """Every known revision of the target, newest first; nothing if there is only one that nobody gave a reason for."""
    known = plan.target_revisions[target.code]
    if len(known) == 1 and not known[0].reason:
        return None
    items = [_item(plan, revision, judges=revision.revision == target.revision) for revision in reversed(known)]
    return section(_("Revisions"), html.Ol(items, className="revisions"))


def own_history(reading: Reading, unit: Unit) -> Component:
    """Every revision that named the unit, target by target, the newest first; nothing where there is none."""
    plan, found = reading.plan, []
    for code, known in reading.plan.own_targets.get(unit.code, {}).items():
        now = None if reading.on is None else plan.target_in_force(code, reading.on, unit=unit.code)
        judging = None if now is None else now.revision
        way = dcc.Link(f"{code} {target_name(known[-1])}", href=reading.address.to(f"/targets/{code}", unit=unit.code))
        items = [_item(plan, one, judges=one.revision == judging) for one in reversed(known)]
        found.append(html.Div([html.P(way), html.Ol(items, className="revisions")]))
    return section(_("Targets of its own"), *found) if found else None


def _item(plan: Plan, revision: Target, *, judges: bool) -> Component:
    indicator = plan.indicator_by_code.get(str(revision.indicator))
    rule = target_rule(revision, indicator) if indicator else target_name(revision)
    since = _("from the beginning") if revision.effective_from is None else date_text(revision.effective_from)
    words = [rule, _("in force since {date}", date=since)]
    words += [_("judged by")] * judges
    words += whose(plan, revision)
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


def whose(plan: Plan, revision: Target) -> list[str]:
    """Whose own target a revision is, or whose it ends; nothing for the general one."""
    if not revision.for_units:
        return []
    units = _(", ").join(unit_name(plan.unit_by_code[code]) for code in revision.for_units)
    if revision.ends_own:
        return [_("{units} go back to the general target", units=units)]
    return [_("own target of {units}", units=units)]


def change_text(plan: Plan, change: FieldChange) -> str:
    """Threshold: 70 → 65; of what it is cited by the new clause alone, since the old one stands with its revision."""
    if change.field == "citations":
        return _field(change.field) + _(": ") + _value(plan, change.field, change.after)
    before, after = (_value(plan, change.field, value) for value in (change.before, change.after))
    return _field(change.field) + _(": ") + f"{before} → {after}"


def _field(name: str) -> str:
    return {
        "name": _("Name"),
        "indicator": _("Indicator"),
        "comparator": _("Comparison"),
        "threshold": _("Threshold"),
        "unit_of_measure": _("Unit of measure"),
        "due_on": _("Due date"),
        "recurring": _("Recurring"),
        "verification_window": _("Verification window"),
        "baseline": _("Baseline"),
        "trajectory": _("Agreed trajectory"),
        "scope": _("Scope"),
        "scope_units": _("Units in its scope"),
        "exclusions": _("Exclusions"),
        "qualifier": _("Qualifier"),
        "tasks": _("Tasks"),
        "citations": _("Citation"),
    }[name]


def _value(plan: Plan, name: str, value: Any) -> str:
    """The value of one field as a reader is told it; — where there is none."""
    spoken = language()
    if value is None or value == ():
        return _every_unit(name)
    if name == "threshold":
        return threshold_text(None, Fraction(value))
    if name == "comparator":
        return {">=": "≥", "<=": "≤", "==": "="}[value]
    if name == "due_on":
        return date_text(value)
    if name == "verification_window":
        return f"{date_text(value.start)} – {date_text(value.end)}"
    if name == "baseline":
        return _point(value)
    if name == "trajectory":
        return _(", ").join(_point(point) for point in value)
    if name == "scope_units":
        return _(", ").join(unit_name(plan.unit_by_code[code]) for code in value if code in plan.unit_by_code)
    if name == "exclusions":
        return _(", ").join(one.name.in_language(spoken) for one in value)
    if name == "citations":
        return _("; ").join(f"{one.where} “{one.quote}”" for one in value)
    if name == "tasks":
        return _(", ").join(str(number) for number in value)
    return str(value if isinstance(value, str) else value.in_language(spoken))


def _every_unit(name: str) -> str:
    if name == "trajectory":
        return _("the straight line")
    return _("every unit") if name == "scope_units" else NOTHING


def _point(point: Any) -> str:
    return date_text(point.on) + _(": ") + format(point.value, "f")
