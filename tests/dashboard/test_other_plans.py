"""Every page with other plans than the city's: a town's waterworks, and a company of three levels without tasks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from metrics.commands.load_plan import load_plan
from metrics.commands.post_submission import post_submission
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.submissions import SubmissionRequest
from tests.dashboard.drawn import said, window
from tests.metrics.queries.test_views import BUREAU
from tests.plan_folders import LAKESIDE, plan_in

TEAHOUSES = LAKESIDE.parent / "teahouses"
WATER = {
    "households": 1000,
    "smart_meters": 400,
    "water_supplied": "90.50",
    "water_billed": "80.25",
    "leaks_reported": 9,
    "leaks_repaired": 8,
}
TEA = {"orders": 900, "minutes": "5850.5", "inspections": 30, "passed": 29, "seats": 48}
PAGES = (
    *("/", "/targets", "/units", "/tasks", "/leaderboard", "/releases", "/data", "/assess", "/periods", "/supervise"),
    *("/freshness", "/flat", "/review"),
)


def send(session: WriteSession, unit: str, month: str, values: dict[str, object]) -> None:
    request = SubmissionRequest(unit=unit, period=month, values=values, note="", reason="", acknowledged={})
    post_submission(session, plan=plan_at(session), principal=BUREAU, request=request, if_match=None)
    session.flush()


@pytest.mark.parametrize(
    ("folder", "units", "values", "months", "city"),
    [
        (LAKESIDE, ("OLD-TOWN", "NORTH-SHORE"), WATER, ("2024-01", "2024-02"), "湖滨市"),
        (TEAHOUSES, ("LOTUS", "HARBOUR"), TEA, ("2024-02", "2024-03"), "山水集团"),
    ],
    ids=["waterworks", "teahouses"],
)
def test_every_page_shows_the_plan_that_is_loaded(
    evaluator: TestClient,
    session: WriteSession,
    folder: Path,
    units: tuple[str, ...],
    values: dict[str, object],
    months: tuple[str, ...],
    city: str,
) -> None:
    plan = plan_in(folder)
    load_plan(session, plan, actor="test")
    for month in months:
        for unit in units:
            send(session, unit, month, values)
    for language in ("zh", "en"):
        own = [f"/units/{units[0]}", f"/targets/{plan.targets[0].code}", *(f"/tasks/{t.number}" for t in plan.tasks)]
        for path in (*PAGES, *own):
            text = said(window(evaluator, path, f"?lang={language}&month={months[-1]}"))
            assert not re.search(r"肇庆|Zhaoqing|端州|4412\d\d", text), path
    assert city in said(window(evaluator, "/units"))


def test_units_are_called_as_the_plan_calls_them(evaluator: TestClient, session: WriteSession) -> None:
    load_plan(session, plan_in(TEAHOUSES), actor="test")
    send(session, "LOTUS", "2024-02", dict(TEA))
    send(session, "STATION", "2024-02", dict(TEA))
    assert plan_at(session).kind_names == plan_in(TEAHOUSES).kind_names
    units = said(window(evaluator, "/units", "?under=NORTH&lang=en"))
    assert "Teahouse" in units
    assert "County" not in units
    board = said(window(evaluator, "/leaderboard", "?lang=en"))
    assert "Only: Teahouse" in board
    assert "Only: Pop-up stall" in board
    assert "The city" not in said(window(evaluator, "/targets", "?lang=en"))
