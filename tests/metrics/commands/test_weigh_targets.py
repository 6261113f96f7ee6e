"""Weights of the core targets: set with a reason, kept for earlier views, refused when they make no sense."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from metrics.commands.weigh_targets import weigh_targets
from metrics.database import WriteSession
from metrics.errors import Forbidden, Invalid
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.metrics.queries.test_views import post

EVALUATOR = Principal(9, "han", "韩", Role.EVALUATOR)


@beginning
def codes(session: WriteSession) -> list[str]:
    post(session, "441202", items_online=600, materials_current=900)
    post(session, "441203", items_online=900, materials_current=990)
    judged = progress_by_unit(session, view_at(session))
    assert judged.on is not None
    return list(weighed_targets(view_at(session), on=judged.on))


def test_a_weight_moves_the_score_by_exactly_its_share(session: WriteSession, codes: list[str]) -> None:
    weigh_targets(session, principal=EVALUATOR, weights={codes[0]: 3}, reason="重点考核")
    for row in leaderboard(session, view_at(session)):
        if row.score is None:
            continue
        weights = {code: Fraction(3 if code == codes[0] else 1) for code in row.attainments}
        by_hand = sum(weights[code] * reached for code, reached in row.attainments.items()) / sum(weights.values())
        assert row.score == by_hand


def test_a_target_that_weighs_nothing_does_not_count(session: WriteSession, codes: list[str]) -> None:
    weigh_targets(session, principal=EVALUATOR, weights=dict.fromkeys(codes[1:], 0), reason="只看一项")
    judged = progress_by_unit(session, view_at(session), targets=codes[:1])
    for row in leaderboard(session, view_at(session)):
        if row.score is not None:
            assert list(row.attainments) == codes[:1]
            verdict = judged.of(row.unit_code, codes[0])
            assert verdict is not None
            assert verdict.value is not None
            assert row.score == min(Fraction(1), verdict.value / verdict.threshold)


def test_an_earlier_view_keeps_its_weights(session: WriteSession, codes: list[str]) -> None:
    before, seq = leaderboard(session, view_at(session)), newest_seq(session)
    weigh_targets(session, principal=EVALUATOR, weights={codes[0]: Decimal("2.5")}, reason="调整")
    assert leaderboard(session, view_at(session, as_of=seq)) == before
    assert plan_at(session).weights_by_target[codes[0]] == Decimal("2.5")
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).order_by(LedgerEntry.seq.desc()).limit(1)) or "")
    assert (leaf["kind"], leaf["actor"], leaf["reason"]) == ("weights", "han", "调整")


def test_the_same_weights_record_nothing(session: WriteSession, codes: list[str]) -> None:
    before = newest_seq(session)
    assert weigh_targets(session, principal=EVALUATOR, weights={codes[0]: 1}, reason="无变化").seq is None
    assert newest_seq(session) == before


@pytest.mark.parametrize(
    ("weight", "code"),
    [
        (-1, "weight_invalid"),
        (1001, "weight_invalid"),
        (True, "weight_invalid"),
        ("2", "weight_invalid"),
        (None, "weight_invalid"),
        (Decimal("NaN"), "weight_invalid"),
        (Decimal("0.0001"), "weight_too_fine"),
    ],
)
def test_what_is_no_weight_is_refused(session: WriteSession, codes: list[str], weight: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        weigh_targets(session, principal=EVALUATOR, weights={codes[0]: weight}, reason="调整")
    assert [problem.code for problem in refused.value.problems] == [code]


def test_refusals_name_every_place(session: WriteSession, codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        weigh_targets(session, principal=EVALUATOR, weights={"TG-99": 1, codes[0]: -1}, reason=" ")
    assert {problem.pointer for problem in refused.value.problems} == {
        "/weights/TG-99",
        f"/weights/{codes[0]}",
        "/reason",
    }


def test_weights_that_leave_no_score_are_refused(session: WriteSession, codes: list[str]) -> None:
    every = dict.fromkeys(plan_at(session).weights_by_target, 0)
    with pytest.raises(Invalid, match="weights_all_zero"):
        weigh_targets(session, principal=EVALUATOR, weights=every, reason="清零")


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.ASSESSOR, Role.ADMIN])
def test_only_an_evaluator_weighs(session: WriteSession, codes: list[str], role: Role) -> None:
    with pytest.raises(Forbidden):
        weigh_targets(session, principal=Principal(1, "x", "x", role), weights={codes[0]: 2}, reason="调整")
