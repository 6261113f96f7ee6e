"""What was corrected, since when and why, and which verdicts that turned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.queries.corrected_rates import CorrectedRate, Turned, corrected_rates, turned_by
from metrics.queries.flips import flips_of_corrections
from metrics.queries.revision_records import revision_records
from metrics.queries.view import View, view_at
from metrics.results import Basis, Status
from tests.metrics.queries.test_views import BUREAU, post

SEPTEMBER = date(2019, 9, 1)


def found(
    session: WriteSession, view: View, indicators: Collection[str] = ("online_rate",)
) -> tuple[CorrectedRate, ...]:
    return corrected_rates(
        session, view, units=["441202", "441203"], indicators=indicators, first=SEPTEMBER, last=SEPTEMBER
    )


def verify(session: WriteSession) -> int:
    """Verify the submission for September and answer the sequence number."""
    standing = find_version(session, unit="441202", period=SEPTEMBER)
    assert standing is not None
    verify_submission(session, principal=BUREAU, submission_id=standing.id)
    session.flush()
    return newest_seq(session)


def test_a_correction_says_what_stood_before_since_when_why_and_which_verdict_it_turned(session: WriteSession) -> None:
    post(session, period="2019-08", items_online=660)
    post(session, items_online=699)
    post(session, "441203", items_online=850)
    before = view_at(session)
    seq = post(session, items_online=700, reason="漏计一项")
    view = view_at(session)
    assert found(session, before) == ()
    (one,) = found(session, view)
    assert (one.unit_code, one.period, one.indicator_code) == ("441202", SEPTEMBER, "online_rate")
    assert (one.before, one.after, one.seq, one.reason) == (Fraction(699, 10), Fraction(70), seq, "漏计一项")
    assert turned_by(session, view, one, targets=["TG-05A", "TG-01"]) == {"TG-05A": Turned(Status.BEHIND, Status.MET)}


def test_a_revision_that_leaves_a_rate_as_it_was_corrects_nothing_of_it(session: WriteSession) -> None:
    post(session, items_online=699)
    post(session, items_online=699, items_one_window=500)
    view = view_at(session)
    assert found(session, view) == ()
    (one,) = found(session, view, ["online_rate", "one_window_rate"])
    assert one.indicator_code == "one_window_rate"


def test_a_block_that_comes_with_a_revision_is_reported_then_and_corrected_by_what_follows(
    session: WriteSession,
) -> None:
    """Not reported is no value that gave way: nothing is marked, no verdict flipped, no month of the record revised."""
    plan = view_at(session).plan
    block = plan.element_by_code["net_county_due"].block
    without: dict[str, Any] = {one.code: None for one in plan.elements if one.block == block}
    post(session, **without)
    came = post(session, reason="补报")
    first = view_at(session)
    rate = ["net_county_rate"]
    assert (found(session, first, rate), flips_of_corrections(session, first, JudgedMonth.of(SEPTEMBER)).changes) == (
        (),
        (),
    )
    assert [(one.months, one.revised) for one in revision_records(session, first, indicators=rate)] == [(1, ())]
    post(session, net_county_ok=4)
    (one,) = found(session, view_at(session), rate)
    assert one.before == 100
    assert one.until_seq > came


def test_every_correction_of_a_month_is_told_and_one_that_turns_nothing_says_so(session: WriteSession) -> None:
    post(session, period="2019-08", items_online=630)
    for online in (640, 650, 660):
        post(session, items_online=online)
    view = view_at(session)
    first, second = found(session, view)
    assert [(one.before, one.after) for one in (first, second)] == [
        (Fraction(64), Fraction(65)),
        (Fraction(65), Fraction(66)),
    ]
    assert turned_by(session, view, second, targets=["TG-05A"]) == {}


def test_who_is_not_told_why_is_told_the_values_alone(session: WriteSession) -> None:
    post(session, items_online=699)
    post(session, items_online=700, reason="漏计一项")
    (one,) = found(session, replace(view_at(session), public=True))
    assert (one.before, one.reason) == (Fraction(699, 10), "")


def test_on_the_basis_verified_what_was_verified_gives_way_to_what_is_verified_next(session: WriteSession) -> None:
    post(session, items_online=699)
    verify(session)
    post(session, items_online=701)
    between = view_at(session, basis=Basis.VERIFIED)
    post(session, items_online=702, reason="再更正")
    seq = verify(session)
    view = view_at(session, basis=Basis.VERIFIED)
    assert found(session, between) == ()
    (one,) = found(session, view)
    assert (one.before, one.after, one.seq, one.reason) == (Fraction(699, 10), Fraction(351, 5), seq, "再更正")
    assert turned_by(session, view, one, targets=["TG-05A"]) == {"TG-05A": Turned(Status.BEHIND, Status.MET)}
