"""How fast a unit moves, how fast it would have to, and where that leads or why nothing is projected."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dashboard.locale import _, date_text, ngettext
from dashboard.words.figures import measure_of_change, signed
from metrics.plan.model import Indicator
from metrics.projection import FEWEST_POINTS, Unprojected, points_of, why_unprojected
from metrics.results import Progress, Rate


def pace_text(monthly: Fraction, indicator: Indicator) -> str:
    """+1.20 pp a month."""
    return _("{pace} {unit} a month", pace=signed(monthly), unit=measure_of_change(indicator))


def few_points(course: Sequence[Rate]) -> str:
    """Not enough points, and how many there are."""
    return ngettext(
        "not enough points: {n} month of the {needed} needed",
        "not enough points: {n} months of the {needed} needed",
        len(points_of(course)),
        needed=FEWEST_POINTS,
    )


def months_there(course: Sequence[Rate]) -> str:
    """2 of 3 months: how many values there are of those that a pace needs."""
    return _("{n} of {needed} months", n=len(points_of(course)), needed=FEWEST_POINTS)


def reached_text(progress: Progress, course: Sequence[Rate]) -> str:
    """When the present pace reaches the target; where it does not or is not computed, why."""
    reason = why_unprojected(progress)
    if reason is not None:
        return {
            Unprojected.NO_VALUE: _("no value for this month"),
            Unprojected.NO_DUE_DATE: _("no due date to project to"),
            Unprojected.PAST_DUE: _("the due date has come; nothing is projected beyond it"),
            Unprojected.FEW_POINTS: few_points(course),
        }[reason]
    reached = None if progress.projection is None else progress.projection.on
    return _("never at this pace") if reached is None else date_text(reached)
