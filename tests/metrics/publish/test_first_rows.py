"""How many rows a pull has, told without making them: as many as are made, and an estimate says that it is one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.models import Figure
from metrics.plan.store import plan_at
from metrics.publish import first_rows as counting
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.first_rows import counted, first_rows
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.dashboard.conftest import SUBMISSIONS, record

PULLS: dict[str, list[dict[str, Any]]] = {
    "rates": [
        {},
        {"units": ("441203", "441200")},
        {"indicators": ("online_rate",), "period_from": date(2019, 8, 1)},
        {"periods": (date(2018, 1, 1),)},
        {"periods": (date(2019, 9, 1), date(2019, 7, 1))},
    ],
    "progress": [
        {},
        {"units": ("441203",)},
        {"targets": ("TG-05A", "TG-01")},
        {"indicators": ("online_rate",), "units": ("441202", "441203", "441204")},
        {"on": date(2018, 1, 31)},
        {"targets": ("TG-06",)},
    ],
    "submissions": [{}, {"units": ("441202",)}, {"period_from": date(2019, 9, 1)}, {"after_seq": 3}],
}


@beginning
def submissions(session: WriteSession) -> WriteSession:
    for (unit, month), changes in SUBMISSIONS.items():
        record(session, unit, month, **changes)
    return session


@pytest.mark.parametrize(("name", "asked"), [(name, asked) for name, pulls in PULLS.items() for asked in pulls])
@pytest.mark.parametrize("most", [1, 20])
def test_the_first_rows_and_the_count_are_those_of_the_whole_pull(
    submissions: WriteSession, name: str, asked: dict[str, Any], most: int
) -> None:
    view, pull, dataset = view_at(submissions), Pull(**asked), DATASETS[name]
    whole = list(dataset.rows(submissions, view, pull))
    assert dataset.count is not None
    rows, count = first_rows(submissions, dataset, view, pull, most=most)
    assert (rows, count.number, count.exact) == (whole[:most], len(whole), True)


@pytest.mark.parametrize("chance", range(6))
def test_units_with_more_or_fewer_targets_than_the_others_are_counted_by_their_own(
    submissions: WriteSession, chance: int
) -> None:
    """Of some targets units have their own before there is one for all, in whatever order the plan's file has them."""
    draw, plan = random.Random(chance), plan_at(submissions)
    codes = draw.sample([target.code for target in plan.targets if target.measured], 4)
    targets = [target for target in plan.targets if target.code not in codes]
    for target in plan.targets:
        if target.code in codes:
            units = tuple(draw.sample(["441202", "441203", "441204"], draw.randint(1, 2)))
            own = {"for_units": units, "scope_units": (), "due_on": date(2019, 12, 31), "trajectory": ()}
            general = {"revision": 2, "reason": "later", "effective_from": draw.choice([date(2019, 8, 1), date.max])}
            targets += [target.model_copy(update=own), target.model_copy(update=general)]
    draw.shuffle(targets)
    load_plan(submissions, plan.model_copy(update={"targets": tuple(targets)}), actor="tests")
    submissions.flush()
    view, dataset = view_at(submissions), DATASETS["progress"]
    for asked in ({}, {"targets": tuple(codes[:2])}, {"units": ("441203", "441204")}, {"targets": tuple(codes)}):
        whole = list(dataset.rows(submissions, view, Pull(**asked)))
        for most in (1, 7, len(whole)):
            rows, count = first_rows(submissions, dataset, view, Pull(**asked), most=most)
            assert (rows, count.number) == (whole[:most], len(whole))


def test_what_came_later_is_not_counted_in_an_earlier_view(submissions: WriteSession) -> None:
    view = view_at(submissions)
    earlier = replace(view, seq=view.seq - 1)
    counts = [
        first_rows(submissions, DATASETS["submissions"], one, Pull(), most=1)[1].number for one in (earlier, view)
    ]
    assert counts == [4, 5]


def test_very_many_rows_are_estimated(submissions: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    query = select(Figure.seq)
    number = submissions.scalar(select(func.count()).select_from(Figure))
    assert (counted(submissions, query).number, counted(submissions, query).exact) == (number, True)
    monkeypatch.setattr(counting, "_COUNTED", 0)
    assert not counted(submissions, query).exact
