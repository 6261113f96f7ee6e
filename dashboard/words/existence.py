"""That a unit is not there on the day looked at: it ended before, was taken up by another, or begins later."""

from __future__ import annotations

from datetime import date

from dashboard.locale import _, date_text
from dashboard.words.figures import unit_name
from metrics.plan.model import Plan, Unit


def existence_text(plan: Plan, unit: Unit, day: date | None) -> str:
    """Until when the unit was there and what became of it, or from when it is; nothing where it exists on `day`."""
    if day is None or unit.exists_on(day):
        return ""
    if unit.valid_to is None or day < unit.valid_to:
        return _("there from {date} on", date="" if unit.valid_from is None else date_text(unit.valid_from))
    ended = date_text(unit.valid_to)
    into = plan.unit_by_code.get(unit.merged_into or "")
    if into is None:
        return _("there until {date}", date=ended)
    return _("there until {date}, then part of {unit}", date=ended, unit=unit_name(into))
