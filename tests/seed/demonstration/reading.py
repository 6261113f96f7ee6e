"""The history as tests read it; rates are worked out here, not by the program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from metrics.plan.model import LinearForm, Plan
from seed.demonstration.history import DemonstrationSubmission

Final = dict[tuple[str, date], DemonstrationSubmission]  # the newest revision of each submission


def summed(form: LinearForm, values: dict[str, Decimal]) -> int:
    return int(sum(term.times * values[term.element] for term in form.terms)) + form.constant


def rate(plan: Plan, sent: DemonstrationSubmission, indicator: str) -> Fraction:
    """The indicator of one submission, worked out here and not by the program."""
    found = plan.indicator_by_code[indicator]
    values = dict(sent.values)
    return found.scale * Fraction(summed(found.numerator, values), summed(found.denominator, values))


def month(written: str) -> date:
    return date.fromisoformat(f"{written}-01")
