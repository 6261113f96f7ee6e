"""无感评估: while it is on, an assessor sees the reported value of a cell only after recording their own for it.

A cell is a unit, a period and an indicator. Reported figures reach an assessor through rates and assessments alone,
cell by cell; whatever else shows figures is closed to the role. A rolled-up unit's cell is shown once every unit in it
was assessed too, because the last one could be found by subtraction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from metrics.database import ReadSession
from metrics.errors import Forbidden, Message
from metrics.models import Assessment, Sample, SampleFinding
from metrics.periods import last_day, parse_period
from metrics.plan.model import Indicator, Plan
from metrics.principal import Principal, Role
from metrics.queries.view import View
from metrics.sampling import Verdict, cell_of
from metrics.settings import settings

Cell = tuple[str, date, str]  # unit, period, indicator
Count = tuple[str, date | None, str]  # unit, period, element


def is_blind(principal: Principal | None) -> bool:
    """True if reported figures are kept from this reader until it has recorded its own."""
    return principal is not None and principal.role is Role.ASSESSOR and settings().blind_assessment


def blind_view(session: ReadSession, view: View, *, principal: Principal | None) -> View:
    """`view` with the cells that the reader may see, if it may not see all."""
    if principal is None or not is_blind(principal):
        return view
    own = _assessed(session, principal)
    return replace(view, revealed=frozenset(cell for cell in own if _is_whole(view.plan, cell, own)))


def measures_blind(session: ReadSession, plan: Plan, *, principal: Principal, cell: Cell) -> bool:
    """True if the assessor cannot have seen anything reported of the value of `cell`, which it is about to record.

    It can have after recording the cell by another method, or whatever else shows an element that tells its value
    (see :func:`seen_counts`); of a rolled-up unit, after doing so for every unit in it.
    """
    if not is_blind(principal):
        return False
    unit, period, indicator = cell
    if cell in _assessed(session, principal):
        return False
    elements = _telling(plan.indicator_by_code[indicator])
    seen = seen_counts(session, plan, principal=principal)
    members = [member.code for member in plan.reporting_units_under(unit) if member.exists_on(last_day(period))]
    return not all(any((member, period, element) in seen for element in elements) for member in members)


def _telling(indicator: Indicator) -> frozenset[str]:
    """The elements of the numerator that are not in the denominator as well: a base alone, which several indicators
    have, tells no value."""
    numerator = frozenset(indicator.numerator.elements)
    return numerator - frozenset(indicator.denominator.elements) or numerator


def seen_counts(session: ReadSession, plan: Plan, *, principal: Principal) -> set[Count]:
    """The reported counts that this assessor was shown, or a sum with them in it, after recording own values.

    An assessment shows numerator and denominator, so every element of its indicator; a finding in any sample shows its
    element. What was not compared, `no_evidence`, shows nothing.
    """
    shown = {
        (unit, period, element)
        for unit, period, indicator in _assessed(session, principal)
        if (known := plan.indicator_by_code.get(indicator)) is not None
        for element in known.elements
    }
    query = (
        select(SampleFinding.cell)
        .join(Sample, Sample.number == SampleFinding.number)
        .where(Sample.user_id == principal.user_id, SampleFinding.finding != Verdict.NO_EVIDENCE.value)
        .distinct()
    )
    found = [cell_of(text) for text in session.scalars(query)]
    return shown | {(cell.unit, parse_period(cell.period), cell.element) for cell in found}


def refuse_blind(principal: Principal | None) -> None:
    """Raise Forbidden for a reader from whom reported figures are kept."""
    if is_blind(principal):
        raise Forbidden(
            code="blind_assessment",
            message=Message(
                "无感评估期间,评估人员先记录自己的数值,再逐项查看填报值(rates、assessments)。",
                "While assessment is blind, an assessor sees reported figures cell by cell, in rates and assessments, "
                "after recording their own value for them; this is closed.",
            ),
        )


def _assessed(session: ReadSession, principal: Principal) -> set[Cell]:
    rows = session.execute(
        select(Assessment.unit_code, Assessment.period, Assessment.indicator_code).where(
            Assessment.user_id == principal.user_id
        )
    )
    return {(unit, period, indicator) for unit, period, indicator in rows}


def _is_whole(plan: Plan, cell: Cell, own: set[Cell]) -> bool:
    unit, period, indicator = cell
    if unit not in plan.children:
        return True
    members = plan.reporting_units_under(unit)
    return all((member.code, period, indicator) in own for member in members if member.exists_on(last_day(period)))
