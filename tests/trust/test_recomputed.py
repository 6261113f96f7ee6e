"""Rates, verdicts and ranks are what the verifier makes of the leaves: random histories, now and at any place."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from metrics.commands.load_plan import load_plan
from metrics.commands.override_light import override_light
from metrics.commands.revise_target import revise_target
from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.commands.weigh_targets import weigh_targets
from metrics.database import WriteSession
from metrics.errors import BiaochiError
from metrics.ledger.entry import newest_seq
from metrics.periods import add_months, format_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.ranking import RankGroup
from metrics.results import Basis, Light
from metrics.submission_states import Action
from tests.metrics.commands.test_derive_rates import with_other_formula
from tests.metrics.commands.test_revise_target import CITATION
from tests.metrics.queries.test_views import BUREAU, post
from tests.metrics.test_owed_against_oracle import OFTEN, a_history, a_plan
from tests.metrics.test_standing import send
from tests.trees import in_a_nation, load
from tests.trust.recomputing import follow_from_facts, leaves_in, recomputed

HAN = Principal(4, "han", "评估", Role.EVALUATOR)
UNITS = ("441202", "441203", "441223", "ZQ-YUEGUI", "450102")
MONTHS = [add_months(date(2019, 5, 1), ahead) for ahead in range(9)]
CORE = ("TG-04A", "TG-05A", "TG-05B", "TG-06A", "TG-07A")
ACTS = 15  # between two places
HISTORIES = int(os.environ.get("HISTORIES", "1"))  # `make torture` plays more
Draw = random.Random


def submit(session: WriteSession, draw: Draw) -> None:
    """A submission or a correction; now and then a block is left out, a denominator is 0, a unit falls back."""
    online = draw.randint(400, 990)
    values: dict[str, Any] = {"items_online": online, "items_one_window": draw.randint(0, 1000)}
    values |= {"items_full_online": draw.randint(0, min(online, 400)), "materials_current": draw.randint(900, 6000)}
    if draw.random() < 0.2:
        values |= (
            {"startups": None, "startup_days": None} if draw.random() < 0.5 else {"startups": 0, "startup_days": 0}
        )
    post(session, draw.choice(UNITS), format_period(draw.choice(MONTHS)), **values)


def check(session: WriteSession, draw: Draw) -> None:
    version = find_version(session, unit=draw.choice(UNITS), period=draw.choice(MONTHS))
    if version is not None:
        action = draw.choice([Action.VERIFY, Action.VERIFY, Action.SEND_BACK, Action.REOPEN])
        verify_submission(session, principal=BUREAU, submission_id=version.id, action=action, reason="核查")


def set_by_hand(session: WriteSession, draw: Draw) -> None:
    unit, target, period = draw.choice([*UNITS, "441200"]), draw.choice(CORE), draw.choice(MONTHS)
    light = draw.choice([*Light, None])
    override_light(session, principal=HAN, unit=unit, target=target, period=period, light=light, reason="现场情况")


def revise(session: WriteSession, draw: Draw) -> None:
    """Another threshold or day, for all or for some; with a baseline or a trajectory, or back to the general."""
    since = date(2019, 5, 1) + timedelta(days=draw.randrange(240))
    body: dict[str, Any] = {"effective_from": since.isoformat(), "reason": "调整", "citations": [CITATION]}
    if draw.random() < 0.5:
        body["for_units"] = draw.sample(UNITS[:3], draw.randint(1, 2))
    due_on = since + timedelta(days=draw.randrange(40, 500))
    body |= draw.choice(
        [
            {"threshold": str(draw.randint(20, 95)), "due_on": due_on.isoformat()},
            {"threshold": f"{draw.randint(20, 95)}.5", "baseline": {"on": "2019-04-10", "value": "31.5"}},
            {"due_on": due_on.isoformat(), "trajectory": [{"on": "2019-07-15", "value": "48"}]},
            {"ends_own": True},
        ]
    )
    revise_target(session, draw.choice(CORE), principal=HAN, body=body)


def weigh(session: WriteSession, draw: Draw) -> None:
    weights = {code: Decimal(draw.randint(0, 40)) / 10 for code in draw.sample(CORE, 2)}
    weigh_targets(session, principal=HAN, weights=weights, reason="突出重点")


def change_plan(session: WriteSession, draw: Draw) -> None:
    """Another formula, or a unit that ends with a month: merged into another."""
    plan = plan_at(session)
    if draw.random() < 0.5:
        load_plan(session, with_other_formula(plan), actor="tests")
        return
    ended = plan.unit_by_code[draw.choice(UNITS[1:3])].model_copy(update={"valid_to": date(2019, 10, 31)})
    units = tuple(ended if unit.code == ended.code else unit for unit in plan.units)
    load_plan(session, plan.model_copy(update={"units": units}), actor="tests")


OFTEN_DONE: list[tuple[Callable[[WriteSession, Draw], None], int]] = [
    *((submit, 24), (check, 8), (set_by_hand, 6), (revise, 6), (weigh, 2), (change_plan, 1))
]


def act(session: WriteSession, draw: Draw) -> str:
    """One thing that somebody does; what is refused leaves nothing."""
    (done,) = draw.choices([act for act, _ in OFTEN_DONE], [often for _, often in OFTEN_DONE])
    with suppress(BiaochiError), session.begin_nested():
        done(session, draw)
        session.flush()
        return done.__name__
    return ""


@pytest.mark.parametrize("seed", range(1, 1 + HISTORIES))
def test_whatever_is_done_every_table_follows_from_the_leaves(session: WriteSession, seed: int) -> None:
    draw = Draw(seed)
    load(session, in_a_nation(plan_at(session)))
    places: list[int] = []
    done: set[str] = set()
    while len(places) < 3 or not done >= {"submit", "check", "set_by_hand", "revise"}:
        done |= {act(session, draw) for _ in range(ACTS)}
        places.append(newest_seq(session))
    leaves = leaves_in(session)
    cells = 0
    for as_of in (None, *places[:2]):
        for basis in ("submitted", "verified"):
            known = {"basis": basis} if as_of is None else {"basis": basis, "as_of": str(as_of)}
            for table, given in pulls(draw):
                cells += recomputed(session, table, leaves, **known, **given).cells
    assert cells > 20_000
    post(session, period="2019-11")
    verify_submission(session, principal=BUREAU, submission_id=_submission(session, "2019-11"))
    assert follow_from_facts(session, Basis.SUBMITTED) > 5000
    assert follow_from_facts(session, Basis.VERIFIED) > 2000


def _submission(session: WriteSession, period: str) -> int:
    version = find_version(session, unit=UNITS[0], period=date.fromisoformat(f"{period}-01"))
    assert version is not None
    return version.id


def pulls(draw: Draw) -> list[tuple[str, dict[str, Any]]]:
    month, other = (format_period(draw.choice([*MONTHS, add_months(MONTHS[-1], 1)])) for _ in range(2))
    day = f"{month}-{draw.randint(1, 28):02d}"
    return [
        ("rates", {"lang": draw.choice(["zh", "en"]), "indicator": ["online_rate", "startup_time", "one_window_rate"]}),
        ("rates", {"period_from": month, "unit": ["441200", "450000", "441223"], "bom": "1"}),
        ("progress", {}),
        ("progress", {"period": month, "lang": "en"}),
        ("progress", {"on": day, "target": list(CORE)}),
        ("progress", {"period": other, "indicator": "online_rate", "columns": "unit_code,target_code,status,light"}),
        ("leaderboard", {}),
        ("leaderboard", {"period": month, "group": draw.choice(list(RankGroup)).value}),
        ("leaderboard", {"period_from": min(month, other), "period_to": max(month, other)}),
    ]


@pytest.mark.parametrize("often", OFTEN)
def test_what_is_owed_seldom_follows_as_well(session: WriteSession, often: str) -> None:
    load_plan(session, a_plan(OFTEN[often]), actor="test")
    history = a_history(plan_at(session), Draw(often))
    for (unit, month), values in sorted(history.items(), key=lambda one: one[0][1]):
        texts = {code: str(Decimal(value.numerator) / value.denominator) for code, value in values.items()}
        send(session, unit, format_period(month), dict(texts))
    leaves, place = leaves_in(session), newest_seq(session) * 2 // 3
    assert recomputed(session, "rates", leaves).rows > 400
    assert recomputed(session, "leaderboard", leaves, period_from="2024-06").rows > 40
    known: dict[str, str]
    for known in ({}, {"as_of": str(place)}):
        for period in ("2024-12", "2025-04", "2025-08", "2026-05"):
            assert recomputed(session, "progress", leaves, period=period, **known).rows > 20
            recomputed(session, "leaderboard", leaves, period=period, **known)
