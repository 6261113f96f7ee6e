"""What a revision changed in a target, field by field, as a reader is told it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from dashboard.locale import _, date_text, language
from dashboard.words.figures import NOTHING, threshold_text, unit_name
from metrics.plan.model import Plan, Target
from metrics.plan.target_changes import FieldChange


def in_force_text(target: Target, on: date | None) -> str:
    """Since when a revision is in force, or from when it will be, seen from the day judged (None: no day is)."""
    if target.effective_from is None:
        return _("in force from the beginning")
    day = date_text(target.effective_from)
    if on is not None and on < target.effective_from:
        return _("not in force until {date}", date=day)
    return _("in force from {date}", date=day)


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
