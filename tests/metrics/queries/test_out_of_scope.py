"""A unit that a target does not apply to is nobody's peer on it, and nobody is held against it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from dashboard.locale import speaking
from dashboard.pages.target_paces import required_text
from dashboard.words.figures import NOTHING
from metrics.commands import asked_target
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.periods import JudgedMonth
from metrics.publish.comparison import COMPARISON
from metrics.publish.dataset import Pull
from metrics.queries.comparison import best_counts, compared_targets
from metrics.queries.peer_standings import peer_standings
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

CODE, DUANZHOU, DINGHU, GAOYAO = "TG-05A", "441202", "441203", "441204"
MONTH = JudgedMonth.of(date(2019, 9, 1))


def test_a_unit_out_of_scope_is_no_peer_and_is_not_compared(session: WriteSession) -> None:
    for unit, online in ((DUANZHOU, 650), (DINGHU, 710), (GAOYAO, 990)):
        post(session, unit, "2019-09", items_online=online)
    body = revision(scope_units=[DUANZHOU, DINGHU], effective_from="2019-08-01")
    revise_target(session, CODE, principal=EVALUATOR, body=body)
    view, units = view_at(session), (DUANZHOU, DINGHU, GAOYAO)
    among = [one.code for one in view.plan.reporting_units]
    standings = {
        one.verdict.unit_code: one
        for one in peer_standings(session, view, month=MONTH, among=among, units=units, targets=[CODE])
    }
    for standing in standings.values():
        assert standing.peers is not None
        assert standing.peers.values == {DUANZHOU: 65, DINGHU: 71}
        assert standing.together == 68
    assert {unit: one.peers.ranks.get(unit) for unit, one in standings.items() if one.peers} == {
        DUANZHOU: 2,
        DINGHU: 1,
        GAOYAO: None,
    }
    judged = progress_by_unit(session, view, month=MONTH, units=units, targets=[CODE])
    out = judged.of(GAOYAO, CODE)
    assert out is not None
    with speaking("en"):
        assert required_text(out, "≥ 70 %", view.plan) == NOTHING
    for order, differences in (
        ((DUANZHOU, DINGHU, GAOYAO), [None, Fraction(6), None]),
        ((GAOYAO, DUANZHOU, DINGHU), [None, None, None]),
    ):
        (compared,) = compared_targets(judged, order)
        assert [compared.difference(place) for place in range(3)] == differences
        assert best_counts(view.plan, [compared])[0] == {order.index(DINGHU): 1}
        pull = Pull(units=order, targets=(CODE,), on=MONTH.on)
        place = [column.name for column in COMPARISON.columns].index("difference")
        written = [row[place] for row in COMPARISON.rows(session, view, pull)]
        assert written == [None if one is None else f"{one}.00" for one in differences]


def test_whom_the_target_judges_by_another_indicator_is_no_peer(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Duanzhou keeps its own target on the online rate when everybody else's is of another rate, as it once could."""
    monkeypatch.setattr(asked_target, "_of_others", lambda _plan, _target: iter(()))
    for unit, online in ((DUANZHOU, 650), (DINGHU, 710), (GAOYAO, 990)):
        post(session, unit, "2019-09", items_online=online)
    own = revision(for_units=[DUANZHOU], due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION])
    for body in (own, revision(indicator="zero_trip_rate", effective_from="2019-08-02")):
        revise_target(session, CODE, principal=EVALUATOR, body=body)
    view = view_at(session)
    standings = peer_standings(session, view, month=MONTH, among=(DUANZHOU, DINGHU, GAOYAO), targets=[CODE])
    peers = {one.verdict.unit_code: one.peers for one in standings}
    assert {unit: sorted(one.values) for unit, one in peers.items() if one} == {
        DUANZHOU: [DUANZHOU],
        DINGHU: [DINGHU, GAOYAO],
        GAOYAO: [DINGHU, GAOYAO],
    }
