"""`facts.json` of a release: what its tables follow from beside `observations.csv`, so that anyone can recompute them.

It names nobody and gives no reason, as the other files of a release: of the plan the fields that figures depend on, of
submissions those without a figure in `observations.csv`, of lights set by hand the light.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, select

from metrics.database import ReadSession
from metrics.methods import PRESENT
from metrics.periods import format_period
from metrics.plan.model import Plan
from metrics.plan.store import parts_of
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.judged_month import judged_month
from metrics.queries.known_figures import known_figures, known_submissions
from metrics.queries.overrides import overrides_in_force
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.results import Basis
from metrics.settings import settings
from metrics.submission_states import State

FACTS_FILE = "facts.json"
_FIELDS = {
    "document": ("root_unit", "carry_months"),
    "unit": ("code", "name", "kind", "parent", "order", "valid_from", "valid_to", "figures_required", "blocks"),
    "element": ("code", "block", "nature", "owed", "decimals", "order"),
    "indicator": (
        *(
            "code",
            "name",
            "numerator",
            "denominator",
            "scale",
            "unit_of_measure",
            "share",
            "direction",
            "core",
            "order",
        ),
    ),
    "target": (
        *("code", "name", "indicator", "comparator", "threshold", "due_on", "verification_window", "baseline"),
        *("trajectory", "scope_units", "order", "revision", "effective_from", "for_units", "ends_own"),
    ),
    "weight": ("code", "weight"),
}


def release_facts(session: ReadSession, view: View) -> dict[str, Any]:
    """The facts of a release that sees `view`, of which something is known on its basis."""
    sent, judged = known_periods(session, of_all_sent(view)), judged_month(session, view)
    assert sent is not None  # noqa: S101  there is a figure to release
    assert judged is not None  # noqa: S101  the same
    by_hand = overrides_in_force(session, view, period=judged.period)
    return {
        "stands_on": view.seq,
        "basis": view.basis.value,
        "method": PRESENT.number,
        "settings": settings().of_verdicts,
        "synthetic": is_demonstration_loaded(session),
        "sent": [format_period(period) for period in sent],
        "submissions_without_figures": list(_without_figures(session, view)),
        "set_by_hand": [
            {"period": format_period(judged.period), "unit": unit, "target": target, "light": one.light.value}
            for (unit, target), one in sorted(by_hand.items())
        ],
        "plan": list(_plan(view.plan)),
    }


def _plan(plan: Plan) -> Iterator[dict[str, Any]]:
    for kind, _, content in parts_of(plan):
        if kind in _FIELDS:
            yield {"kind": kind, "content": {name: content[name] for name in _FIELDS[kind]}}


def _without_figures(session: ReadSession, view: View) -> Iterator[list[str]]:
    """Unit, period and state of the submissions that count and of which no published figure is known."""
    known, figures = known_submissions(view).c, known_figures(view).c
    published = exists().where(
        figures.unit_code == known.unit_code,
        figures.period == known.period,
        figures.element_code.in_(view.plan.published_elements),
    )
    query = select(known.unit_code, known.period, known.state).where(~published)
    if view.basis is Basis.VERIFIED:
        query = query.where(known.state == State.VERIFIED)
    for unit, period, state in session.execute(query.order_by(known.unit_code, known.period)):
        yield [unit, format_period(period), str(state)]
