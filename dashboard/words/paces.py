"""How fast a unit moves, how fast it would have to, and where that leads or why nothing is projected."""

from __future__ import annotations

from fractions import Fraction

from dashboard.locale import _, date_text, ngettext
from dashboard.words.figures import measure_of_change, signed
from metrics.plan.model import Indicator, Plan
from metrics.projection import FEWEST_POINTS, Unprojected, why_unprojected
from metrics.results import Progress


def pace_text(monthly: Fraction, indicator: Indicator) -> str:
    """+1.20 pp a month."""
    return _("{pace} {unit} a month", pace=signed(monthly), unit=measure_of_change(indicator))


def too_slow_text(plan: Plan, progress: Progress) -> str:
    """That what is on track needs more a month than it makes, with both; nothing where it does not."""
    if not progress.needs_more_than_it_makes or progress.required_pace is None or progress.present_pace is None:
        return ""
    indicator = plan.indicator_by_code[progress.indicator_code]
    return _(
        "On or above the line, but it needs {needed} {unit} a month and makes {made}.",
        needed=signed(progress.required_pace),
        made=signed(progress.present_pace),
        unit=measure_of_change(indicator),
    )


def few_points(plan: Plan, progress: Progress) -> str:
    """Not enough points, and how many there are: months, or the quarters or years in which the figure is owed."""
    n, needed = progress.points, FEWEST_POINTS
    return {
        1: ngettext(
            "not enough points: {n} month of the {needed} needed",
            "not enough points: {n} months of the {needed} needed",
            n,
            needed=needed,
        ),
        3: ngettext(
            "not enough points: {n} quarter of the {needed} needed",
            "not enough points: {n} quarters of the {needed} needed",
            n,
            needed=needed,
        ),
        12: ngettext(
            "not enough points: {n} year of the {needed} needed",
            "not enough points: {n} years of the {needed} needed",
            n,
            needed=needed,
        ),
    }[plan.months_apart[progress.indicator_code]]


def points_text(plan: Plan, progress: Progress) -> str:
    """5 months, quarters or years: the points that a present pace rests on, three or more."""
    n = progress.points
    return {
        1: _("{n} months' values", n=n),
        3: _("{n} quarters' values", n=n),
        12: _("{n} years' values", n=n),
    }[plan.months_apart[progress.indicator_code]]


def points_there(plan: Plan, progress: Progress) -> str:
    """2 of 3 months, quarters or years: how many values there are of those that a pace needs."""
    n, needed = progress.points, FEWEST_POINTS
    return {
        1: _("{n} of {needed} months", n=n, needed=needed),
        3: _("{n} of {needed} quarters", n=n, needed=needed),
        12: _("{n} of {needed} years", n=n, needed=needed),
    }[plan.months_apart[progress.indicator_code]]


def reached_text(plan: Plan, progress: Progress) -> str:
    """When the present pace reaches the target; where it does not or is not computed, why."""
    reason = why_unprojected(progress)
    if reason is not None:
        return {
            Unprojected.NO_VALUE: _("no value for this month"),
            Unprojected.NO_DUE_DATE: _("no due date to project to"),
            Unprojected.PAST_DUE: _("the due date has been reached; nothing is projected beyond it"),
            Unprojected.FEW_POINTS: few_points(plan, progress),
        }[reason]
    reached = None if progress.projection is None else progress.projection.on
    return _("never at this pace") if reached is None else date_text(reached)
