"""History of what is owed each quarter or December: warned of as if it had been posted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from metrics.commands.load_plan import load_plan
from metrics.database import Sessions, use_sessions, write_session
from metrics.plan.model import Owed
from metrics.plan.store import plan_at
from tests.databases import Database
from tests.histories import Line, history_lines
from tests.metrics.history.loading import load
from tests.metrics.history.test_load_history import post_the_same, stored


def seldom_plan() -> None:
    """The plan as it is, its systems owed each quarter and its hall each December."""
    often = {"systems": Owed.QUARTER, "hall": Owed.YEAR}
    with write_session() as session:
        plan = plan_at(session)
        elements = tuple(one.model_copy(update={"owed": often.get(one.block, one.owed)}) for one in plan.elements)
        load_plan(session, plan.model_copy(update={"elements": elements}), actor="test")


def seldom_history() -> list[Line]:
    """Ten months with systems in each quarter's last month, of which a third is disconnected and more are due."""
    lines: list[Line] = []
    for month in range(3, 13):
        owed = {"systems_due": 20 + month, "systems_connected": 20 - month} if month % 3 == 0 else {}
        changes: dict[str, Any] = {"systems_due": None, "systems_connected": None} | owed
        changes |= {} if month == 12 else {"items_hall_due": None, "items_hall": None}
        lines += history_lines("441202", f"2019-{month:02}", items_new=month, **changes)
    return lines


def test_history_of_what_is_owed_seldom_is_held_against_the_last_month_that_owed_it(
    database: Database, server: Any, template: str | None, tmp_path: Path
) -> None:
    seldom_plan()
    load(tmp_path, seldom_history())
    found = stored()
    with server.database(template=template) as other, use_sessions(Sessions(other.engine)):
        seldom_plan()
        post_the_same(seldom_history())
        posted = stored()
    assert found == posted
    warned = {
        (leaf["period"], warning["element"] or warning["indicator"]): warning["message"]
        for leaf in found["leaves"]
        for warning in leaf["warnings"]
    }
    assert [period for period, what in warned if what == "systems_connected"] == ["2019-09", "2019-12"]
    assert [period for period, what in warned if what == "connection_rate"] == ["2019-06", "2019-09", "2019-12"]
    assert "上季度 14,本季度 11" in warned["2019-09", "systems_connected"]["zh"]
    assert "Last quarter: " in warned["2019-06", "connection_rate"]["en"]
