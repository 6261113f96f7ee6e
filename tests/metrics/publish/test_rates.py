"""The dataset of rates, written from whole columns, is what each rate says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from metrics.database import WriteSession
from metrics.periods import format_period
from metrics.publish.columns import exact
from metrics.publish.dataset import Pull, Wording
from metrics.publish.rates import RATES
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import view_at
from metrics.results import Basis, Rate
from metrics.rounding import shown
from tests.metrics.publish.pulling import as_far_as_told
from tests.metrics.queries.test_views import post


def told(rate: Rate, words: Wording) -> tuple[object, ...]:
    """The row of one rate."""
    name, measure = words.indicators[rate.indicator_code]
    return (
        rate.unit_code,
        words.units[rate.unit_code],
        format_period(rate.period),
        rate.indicator_code,
        name,
        exact(rate.numerator),
        exact(rate.denominator),
        None if rate.value is None else shown(rate.value, lines=words.lines[rate.indicator_code]),
        measure,
        rate.state.value,
        rate.units_reported,
        rate.units_carried,
        rate.units_expected,
    )


def test_a_row_says_what_the_rate_says(session: WriteSession) -> None:
    for month in ("2018-12", "2019-01", "2019-05", "2019-08", "2019-09"):
        post(session, "441202", month, items_online=655, startup_days="41.5")
    post(session, "441203", "2019-03", startups=0, startup_days=0)
    for basis, pull in (
        (Basis.SUBMITTED, Pull()),
        (Basis.VERIFIED, Pull()),
        (Basis.SUBMITTED, Pull(periods=(date(2019, 1, 1), date(2019, 8, 1)), language="en")),
        (Basis.SUBMITTED, Pull(units=("441203", "441200"), indicators=("startup_time", "online_rate"))),
    ):
        view = view_at(session, basis=basis)
        words = Wording(session, view, language=pull.language)
        wanted = Wanted(units=pull.units or None, indicators=pull.indicators or None, sent=True)
        slow = [told(rate, words) for rate in rates_by_unit(session, view, wanted=wanted) if pull.wants(rate.period)]
        assert as_far_as_told(RATES.rows(session, view, pull), slow) == slow
        assert slow


def test_nothing_was_sent_and_nothing_is_told(session: WriteSession) -> None:
    view = view_at(session)
    assert list(RATES.rows(session, view, Pull())) == []


def test_only_the_cells_that_are_revealed_are_told(session: WriteSession) -> None:
    post(session, "441202", "2019-09")
    cell = ("441202", date(2019, 9, 1), "online_rate")
    view = replace(view_at(session), revealed=frozenset({cell}))
    assert [(row[0], row[2], row[3]) for row in RATES.rows(session, view, Pull())] == [
        ("441202", "2019-09", "online_rate")
    ]
