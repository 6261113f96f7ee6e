"""A unit's work plan and the money for it on their page, and the forms by which they are told."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.database import WriteSession
from metrics.models import Funding, WorkPlan
from tests.dashboard.drawn import forms, nodes, plain, said, window
from tests.people import person

PAGE = "/work-plans/441202/2020"


@pytest.mark.usefixtures("client")
def test_the_forms_do_what_they_say_and_the_material_shows_what_is_due(
    clerk: TestClient, session: WriteSession, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "尚未报送2020年工作计划" in said(window(clerk, PAGE))
    assert "没有这份工作计划" in said(window(clerk, "/work-plans/441203/2020"))
    who = person(session, "hu")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: who)
    lines = "11 | <b>接入</b> | 2020-06-30 | 张三\n- | 年底总结 | 2020-12-31"
    fields = {"unit": "441202", "year": "2020", "measures": lines}
    (done,) = outcomes_of(json.dumps({"do": "work_plan.file", "fields": fields, "nth": 1}))
    assert done.done, done
    money = {"unit": "441202", "year": "2020", "source": "city", "arranged": "12.5", "paid": "3"}
    (done,) = outcomes_of(json.dumps({"do": "funding.record", "fields": money, "nth": 2}))
    assert done.done, done
    (refused,) = outcomes_of(json.dumps({"do": "work_plan.file", "fields": fields | {"measures": "x"}, "nth": 3}))
    assert not refused.done
    wrong = money | {"arranged": "十二", "paid": "-3"}
    (refused,) = outcomes_of(json.dumps({"do": "funding.record", "fields": wrong, "nth": 4}))
    assert "安排金额" in refused.text
    assert "支付金额" in said(plain(refused.more))
    assert (session.query(WorkPlan).count(), session.query(Funding).count()) == (1, 1)
    session.commit()
    tree = window(clerk, PAGE)
    assert "<b>接入</b>" in said(tree)
    assert "12.5" in said(tree)
    assert forms(tree)["work_plan.file"]["fields"]["seen"] == "work-plan-441202-2020-1"
    for dataset in ("work_plans", "fundings"):
        found = [str(node["props"].get("href", "")) for node in nodes(tree)]
        (href,) = (address for address in found if f"/{dataset}.csv" in address)
        assert len(clerk.get(href).text.splitlines()) == {"work_plans": 3, "fundings": 2}[dataset]
        assert len(clerk.get(href.replace("2020-", "2021-")).text.splitlines()) == 1
    due = said(window(clerk, "/materials/441202/2020-06"))
    assert "<b>接入</b>" in due
    assert "年底总结" not in due
