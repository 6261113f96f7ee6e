"""Monthly material on its pages: who owes it, what it says, and the forms by which it is written, seen and signed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.database import WriteSession
from metrics.models import MaterialRecord
from tests.dashboard.drawn import nodes, said, window
from tests.metrics.queries.test_views import BUREAU
from tests.people import person

PAGE = "/materials/441202/2019-09"
GIVEN = MaterialGiven("441202", "2019-09", problems="<b>人手不足</b>", next_month="第二批", summary="平稳")


def asked_by(tree: Any) -> dict[str, dict[str, str]]:
    """What every form on the page asks for, with the fields that go along."""
    asked = [node["props"] for node in nodes(tree) if node["props"].get("data-asks")]
    return {props["data-asks"]: json.loads(props["data-fields"]) for props in asked}


def links(tree: Any) -> list[str]:
    return [node["props"]["href"] for node in nodes(tree) if node["props"].get("href", "").startswith("/materials/")]


def test_the_list_says_who_has_sent_it_and_who_owes_it(evaluator: TestClient, submissions: WriteSession) -> None:
    send_material(submissions, principal=BUREAU, given=GIVEN)
    tree = window(evaluator, "/materials", "?month=2019-09")
    words = said(tree)
    assert asked_by(window(evaluator, PAGE)) == {}
    assert "2019年9月:应报材料".replace(":", "\uff1a") in words
    assert "市政务服务数据管理局" in words
    assert any(href.startswith(PAGE) for href in links(tree))


def test_a_clerk_finds_the_own_unit_alone(clerk: TestClient, submissions: WriteSession) -> None:
    tree = window(clerk, "/materials", "?month=2019-09")
    assert {href.split("/")[2] for href in links(tree)} == {"441202"}
    assert "没有这份材料" in said(window(clerk, "/materials/441203/2019-09"))
    assert asked_by(window(clerk, PAGE))["material.send"] == {"unit": "441202", "period": "2019-09", "seen": ""}


def test_what_was_sent_is_shown_as_text_with_what_follows(clerk: TestClient, submissions: WriteSession) -> None:
    sent = send_material(submissions, principal=BUREAU, given=GIVEN)
    submissions.commit()
    tree = window(clerk, PAGE)
    assert "<b>人手不足</b>" in said(tree)
    asked = asked_by(tree)
    assert asked["material.send"]["seen"] == sent.etag.strip('"')
    assert asked["material.seen"] == {"number": str(sent.id), "seen": sent.etag.strip('"')}
    assert "material.sign_off" not in asked
    assert asked_by(window(clerk, PAGE, "?as_of=1")) == {}


@pytest.mark.usefixtures("client")
def test_the_forms_do_what_they_say(
    session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = person(session, "hu")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: clerk)
    fields = {"unit": "441202", "period": "2019-09", "summary": "平稳", "problems": "无", "next_month": "第二批"}
    (done,) = outcomes_of(json.dumps({"do": "material.send", "fields": fields, "nth": 1}))
    assert done.done, done
    row = session.query(MaterialRecord).one()
    seen = {"number": str(row.id), "head": "王强", "seen_on": "2019-10-04", "seen": f"material-{row.id}-1-{row.seq}"}
    (done,) = outcomes_of(json.dumps({"do": "material.seen", "fields": seen, "nth": 2}))
    assert done.done, done
    (refused,) = outcomes_of(json.dumps({"do": "material.sign_off", "fields": {"number": str(row.id)}, "nth": 3}))
    assert not refused.done
    assert [one.action for one in session.query(MaterialRecord).order_by(MaterialRecord.seq)] == ["send", "see"]


def test_the_list_begins_with_what_is_collected_and_not_long_after_the_figures(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    """Figures are judged as of September 2019; what follows them is October's material, however late it is by now."""
    assert "2019年10月:应报材料".replace(":", "\uff1a") in said(window(evaluator, "/materials"))
