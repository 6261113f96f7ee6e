"""What corrections of units made of the city's figure: what it was just before, whose they were, once a month."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from metrics.database import WriteSession
from metrics.queries.rolled_up_corrections import rolled_up_corrections
from metrics.queries.view import view_at
from tests.metrics.queries.test_corrected_rates import SEPTEMBER, found
from tests.metrics.queries.test_views import post

CITY = "441200"


def test_a_figure_that_a_correction_changed_is_told_as_it_was_just_before(session: WriteSession) -> None:
    """(699 + 850) ÷ 2,000 before, (701 + 850) ÷ 2,000 after; what came later is in neither."""
    post(session, items_online=699)
    post(session, "441203", items_online=850)
    seq = post(session, items_online=701, reason="漏计两项")
    post(session, "441204", items_online=990)
    view = view_at(session)
    (one,) = rolled_up_corrections(session, view, found(session, view), unit=CITY)
    assert (one.unit_code, one.of_unit, one.period, one.seq, one.reason) == (CITY, "441202", SEPTEMBER, seq, "漏计两项")
    assert (one.before, one.after) == (Fraction(1549, 20), Fraction(1551, 20))


def test_of_several_corrections_of_a_month_the_newest_is_told(session: WriteSession) -> None:
    post(session, items_online=600)
    post(session, "441203", items_online=850)
    post(session, items_online=650)
    seq = post(session, "441203", items_online=800)
    view = view_at(session)
    (one,) = rolled_up_corrections(session, view, found(session, view), unit=CITY)
    assert (one.seq, one.of_unit, one.before, one.after) == (seq, "441203", Fraction(75), Fraction(145, 2))


def test_a_figure_that_was_the_same_before_and_after_was_not_changed(session: WriteSession) -> None:
    post(session, items_online=600)
    post(session, items_online=650)
    view = view_at(session)
    (one,) = found(session, view)
    same = replace(one, until_seq=one.seq + 1)  # as if the other counts of the sum had moved with it
    assert rolled_up_corrections(session, view, [same], unit=CITY) == ()
    assert rolled_up_corrections(session, view, [], unit=CITY) == ()
