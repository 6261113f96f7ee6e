"""The button that follows, the list of what one follows and of what turned, and the line that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.testclient import TestClient

from metrics.commands.note_turns import note_turns
from metrics.database import WriteSession
from tests.dashboard.conftest import record
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, said, window

PAGE, UNIT = "/targets/TG-05A", "441204"  # which has not reported yet


def test_a_target_is_followed_and_what_turned_is_listed(evaluator: TestClient, submissions: WriteSession) -> None:
    form = forms(window(evaluator, PAGE, f"?unit={UNIT}"))["follow.add"]
    assert form["fields"] == {"unit": UNIT, "target": "TG-05A"}
    assert "提示一次" in said(asked_window(evaluator, form | {"nth": 1}, PAGE, f"?unit={UNIT}"))
    assert "follow.end" in forms(window(evaluator, PAGE, f"?unit={UNIT}"))
    assert "follow.add" in forms(window(evaluator, PAGE))  # the whole target is not followed
    unit = window(evaluator, f"/units/{UNIT}")
    assert "follow.add" in forms(unit)
    assert "我的关注" in said(of_class(unit, "follows"))  # the way to it, whether this is followed or not
    record(submissions, UNIT, "2019-09", items_online=710)
    assert note_turns(submissions, now=datetime.now(UTC)) == 1
    assert "关注的状态有1项变化" in said(of_class(window(evaluator, "/"), "reminder-turned"))
    tree = window(evaluator, "/following", "?lang=en")
    assert "1 status that I follow has changed" in said(tree)
    assert "Gaoyao District · TG-05A" in said(tree)
    (way,) = [href for node in nodes(tree) if "since=" in (href := str(node["props"].get("href", "")))]
    assert "as_of=" in way
    path, _, search = way.partition("?")
    changed = window(evaluator, path, f"?{search}")
    assert "Gaoyao District" in said(of_class(changed, "as-cards"))
    done = asked_window(evaluator, forms(tree)["follow.seen"] | {"nth": 2}, "/following")
    assert "已标为知悉" in said(done)
    assert not of_class(window(evaluator, "/"), "reminder-turned")
    end = forms(window(evaluator, "/following"))["follow.end"]
    assert "已取消关注" in said(asked_window(evaluator, end | {"nth": 3}, "/following"))
    assert "尚未关注任何内容" in said(window(evaluator, "/following"))
