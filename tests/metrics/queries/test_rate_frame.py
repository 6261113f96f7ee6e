"""Rates in whole columns equal what is found by looking at every unit and month in turn, at every place."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy import select, text

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import Observation
from metrics.periods import Span, period_numbered
from metrics.queries.own_rates import whole_columns
from metrics.queries.rate_frame import rate_frame
from metrics.queries.view import View, view_at
from metrics.results import Basis
from metrics.verdicts.rate_table import RATE_COLUMNS
from tests.metrics.queries.test_views import disturb, post
from tests.oracle import Submissions, city, own

MONTHS = [date(2019, month, 1) for month in range(5, 13)]
Found = dict[tuple[str, str, date], tuple[Fraction | None, Fraction | None, int, int, int]]


def framed(session: WriteSession, view: View) -> Found:
    """The frame's rows: (unit, indicator, period) → numerator, denominator, units reported, carried, expected."""
    plan = view.plan
    frame = rate_frame(session, view, span=Span(MONTHS[0], MONTHS[-1]))
    assert {name: frame[name].dtype for name in frame} == {name: np.dtype(kind) for name, kind in RATE_COLUMNS.items()}
    assert frame[["unit", "indicator", "month"]].equals(
        frame[["unit", "indicator", "month"]].sort_values(["unit", "indicator", "month"])
    )
    found: Found = {}
    for unit, at, month, numerator, denominator, _, *counts in frame.to_numpy().tolist():
        indicator = plan.indicators[at]
        step = 10 ** plan.indicator_decimals[indicator.code]
        key = (plan.units[unit].code, indicator.code, period_numbered(month))
        reported, carried, expected = counts
        found[key] = (Fraction(numerator, step), Fraction(denominator, step), reported, carried, expected)
    return found


def looked_up(submissions: Submissions, view: View) -> Found:
    """The same, slowly."""
    plan = view.plan
    found: Found = {}
    answer: tuple[Fraction | None, Fraction | None, int, int, int]
    for unit in plan.units:
        for indicator in plan.indicators:
            for period in MONTHS:
                if unit.code == plan.root.code:
                    answer = city(submissions, plan, indicator, period)
                else:
                    amounts = own(submissions, indicator, unit.code, period) or (None, None)
                    answer = (*amounts, 1, 0, 1)
                if answer[1] is not None:
                    found[unit.code, indicator.code, period] = answer
    return found


def known(session: WriteSession, view: View) -> Submissions:
    """Every value known in the view, from observations and events one by one."""
    values: dict[tuple[str, date], dict[str, Fraction]] = {}
    for one in session.scalars(select(Observation).where(Observation.seq <= view.seq).order_by(Observation.seq)):
        values.setdefault((one.unit_code, one.period), {})[one.element_code] = Fraction(one.value)
    if view.basis is Basis.SUBMITTED:
        return values
    newest = text(
        "select distinct on (s.id) s.unit_code, s.period, v.action from submission_events v"
        " join submissions s on s.id = v.submission_id where v.seq <= :seq order by s.id, v.seq desc"
    )
    verified = {
        (unit, period) for unit, period, action in session.execute(newest, {"seq": view.seq}) if action == "verify"
    }
    return {key: found for key, found in values.items() if key in verified}


@pytest.mark.parametrize("basis", list(Basis))
def test_the_frame_equals_looking_everything_up(session: WriteSession, basis: Basis) -> None:
    chance = random.Random(f"frame {basis}")
    places = []
    for _ in range(14):
        disturb(session, chance)
        places.append(newest_seq(session))
    post(session, "441204", startups=None, startup_days=None, items_online=800)
    for seq in [*places[4::3], None]:
        view = view_at(session, as_of=seq, basis=basis)
        assert framed(session, view) == looked_up(known(session, view), view)


def test_few_indicators_and_units_are_cut_out_of_the_same_frame(session: WriteSession) -> None:
    chance = random.Random("cut out")
    for _ in range(10):
        disturb(session, chance)
    view, span = view_at(session), Span(date(2019, 8, 1), date(2019, 9, 1))
    whole = rate_frame(session, view, span=Span(MONTHS[0], MONTHS[-1]))
    codes = {"online_rate", "startup_time"}
    units = {"441200", "441203"}
    cut = rate_frame(session, view, units=units, indicators=codes, span=span)
    wanted = whole["unit"].isin([place for place, unit in enumerate(view.plan.units) if unit.code in units])
    wanted &= whole["indicator"].isin([place for place, one in enumerate(view.plan.indicators) if one.code in codes])
    wanted &= whole["month"].isin(span.months)
    assert len(cut)
    assert cut.equals(whole[wanted].reset_index(drop=True))


def test_nothing_known_is_an_empty_frame(session: WriteSession) -> None:
    frame = rate_frame(session, view_at(session), span=Span(MONTHS[0], MONTHS[-1]))
    assert len(frame) == 0
    assert list(frame) == list(RATE_COLUMNS)
    assert len(rate_frame(session, view_at(session), units=(), span=Span(MONTHS[0], MONTHS[-1]))) == 0


def test_columns_that_are_no_whole_numbers_are_refused(session: WriteSession) -> None:
    with pytest.raises(ValueError, match="not whole numbers"):
        whole_columns(session, "select array['a']", {})
    with pytest.raises(ValueError, match="not whole numbers"):
        whole_columns(session, "select array[1, null]", {})
    [numbers] = whole_columns(session, "select array[[%(one)s::bigint, -2], [3, 4]]", {"one": 2**62})
    assert numbers.tolist() == [[2**62, -2], [3, 4]]
