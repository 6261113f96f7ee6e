"""The monthly form: who gets it, what it shows, what it says of entries, and what sending it does."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.commands.except_unit import grant_exception
from metrics.commands.load_plan import load_plan
from metrics.commands.lock_period import lock_period
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import Draft, Submission
from metrics.plan.model import Owed
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.submission_states import Action
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.dashboard.forms import act, entries, form_body
from tests.people import person
from tests.posting import REVIEWER, figure, post


def submissions(session: WriteSession) -> int:
    return session.scalar(select(func.count()).select_from(Submission)) or 0


def cells(tree: Any) -> dict[str, str]:
    """Element code → the text in its cell."""
    inputs = [node["props"] for node in nodes(tree) if str(node["props"].get("id", "")).startswith("cell-")]
    return {props["id"].removeprefix("cell-"): props["value"] for props in inputs}


def test_a_block_that_is_not_owed_this_month_is_not_asked_for(clerk: TestClient, session: WriteSession) -> None:
    plan = plan_at(session)
    rare = {"owed": Owed.QUARTER}
    elements = tuple(e.model_copy(update=rare) if e.block == "systems" else e for e in plan.elements)
    load_plan(session, plan.model_copy(update={"elements": elements}), actor="test")
    record(session, "441202", "2019-06", systems_connected=8)
    august, september = (window(clerk, "/collect", f"?period=2019-{month}") for month in ("08", "09"))
    assert cells(september).keys() - cells(august).keys() == {"systems_due", "systems_connected"}
    row = next(n for n in of_class(september, "cell-row") if n["props"]["data-code"] == "systems_connected")
    assert said(of_class(row, "form-before")) == "8"  # the quarter before
    assert "本月不报\uff1a系统对接\uff08按季报送\uff09。" in said(august)
    assert "本月不报" not in said(september)
    headings = {
        block["props"]["data-block"]: said(node)
        for block in of_class(september, "block")
        for node in of_class(block, "form-before")
        if node["type"] == "Th"
    }
    assert headings.pop("systems") == "2019年6月"
    assert set(headings.values()) == {"上月"}


def test_a_month_that_owes_nothing_is_not_opened_and_what_it_leaves_out_is_not_counted(
    clerk: TestClient, session: WriteSession
) -> None:
    plan = plan_at(session)
    elements = tuple(
        e.model_copy(update={"owed": Owed.YEAR if e.block == "systems" else Owed.QUARTER}) for e in plan.elements
    )
    load_plan(session, plan.model_copy(update={"elements": elements}), actor="test")
    record(session, "441202", "2019-06")
    opened = next(node for node in nodes(window(clerk, "/collect")) if node["props"].get("id") == "collect-period")
    assert opened["props"]["value"] == "2019-09"
    left_out = {"systems_due": None, "systems_connected": None}
    said_of, _shown = act(clerk, "typed", entries(period="2019-09", cells=left_out))
    assert said_of["progress"].startswith("已填43/43")
    said_of, _shown = act(clerk, "typed", entries(period="2019-09"))
    assert said_of["progress"].startswith("已填45/45")


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_who_does_not_report_is_told_who_does(client: TestClient, session: WriteSession, role: Role) -> None:
    person(session, "wang", role=role)
    use_secret(client, signed_in(session, "wang"))
    tree = window(client, "/collect", "?unit=441202&period=2019-09")
    assert "由各填报单位的填报员填写" in said(tree)
    assert cells(tree) == {}
    assert not [node for node in nodes(tree) if node["props"].get("href") == "/collect"]
    answer = client.post(CALLBACKS, json=form_body("sent", json.dumps(entries())))  # which its page would not send
    assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")
    assert submissions(session) == 0


def test_the_form_has_every_element_with_last_month_beside_it(clerk: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-08", items_online=660)
    tree = window(clerk, "/collect", "?period=2019-09")
    shown = cells(tree)
    assert len(shown) == 45
    assert set(shown.values()) == {""}
    row = next(n for n in of_class(tree, "cell-row") if n["props"]["data-code"] == "items_online")
    assert said(of_class(row, "form-before")) == "660"


def test_without_an_address_the_month_after_the_newest_submission_is_opened(
    clerk: TestClient, session: WriteSession
) -> None:
    record(session, "441202", "2019-08")
    assert "2019年9月月报" in said(window(clerk, "/collect"))


def test_a_clerk_cannot_open_another_unit_s_form(clerk: TestClient) -> None:
    tree = window(clerk, "/collect", "?unit=441203&period=2019-09&lang=en")
    assert cells(tree) == {}
    assert "own units only" in said(tree)


def test_entries_are_checked_by_the_same_checks_and_said_at_the_cell(clerk: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-08")
    found, panel = act(clerk, "typed", entries(cells={"items_online": 1200, "items_full_online": "85%"}))
    assert [line["severity"] for line in found["cells"]["items_online"]] == ["error", "error", "warning"]
    assert "百分比" in found["cells"]["items_full_online"][0]["text"]
    assert found["differences"]["items_online"] == "+350"
    assert found["sums"]["categories_sum"] == {"value": "1,000", "state": "holds"}
    assert "须改正" in said(panel)
    assert found["draft"].startswith("草稿已存")
    english, panel = act(clerk, "typed", entries(cells={"items_online": 1200}), language="en")
    assert "cannot exceed" in said(panel)
    assert "to correct" in english["progress"]


def test_a_half_filled_block_marks_its_blank_cells_and_is_no_mistake_yet(clerk: TestClient) -> None:
    found, panel = act(clerk, "typed", entries(values={"systems_due": "12"}))
    assert found["missing"] == ["systems_connected"]
    assert found["cells"] == {}
    assert said(panel) == ""
    assert found["blocks"] == {"systems": "已填1/2"}


def test_what_was_typed_is_there_again(clerk: TestClient, session: WriteSession) -> None:
    act(clerk, "typed", entries(values={"systems_due": "１2,", "items_total": "abc"}, note="附注"))
    tree = window(clerk, "/collect", "?period=2019-09")
    shown = cells(tree)
    assert (shown["systems_due"], shown["items_total"], shown["items_online"]) == ("１2,", "abc", "")
    assert "附注" in said(tree)
    assert act(clerk, "discarded", entries())[0] == {"discarded": True}
    assert set(cells(window(clerk, "/collect", "?period=2019-09")).values()) == {""}


def test_another_window_s_draft_is_shown_and_not_overwritten(clerk: TestClient, session: WriteSession) -> None:
    act(clerk, "typed", entries(cells={"items_instant": 350}))
    found, shown = act(clerk, "typed", entries(cells={"items_instant": 360}, editor="two"))
    assert "另一页面" in found["conflict"]
    table = said(of_class(shown, "difference"))
    assert "350360" in table
    assert session.scalar(select(Draft.typed))["values"]["items_instant"] == "350"  # type: ignore[index]
    found, shown = act(
        clerk, "typed", entries(cells={"items_instant": 360}, editor="two", seen=found["conflict_version"])
    )
    assert "conflict" not in found
    assert session.scalar(select(Draft.typed))["values"]["items_instant"] == "360"  # type: ignore[index]


def test_a_submission_is_sent_once_however_often_the_attempt_comes(clerk: TestClient, session: WriteSession) -> None:
    act(clerk, "typed", entries())
    answers = {act(clerk, "sent", entries())[0]["receipt"] for _attempt in range(3)}
    assert len(answers) == 1
    assert submissions(session) == 1
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    tree = window(clerk, answers.pop())
    assert "端州区2019年9月" in said(tree)
    assert "1,000" in said(tree)


def test_an_attempt_that_comes_again_leaves_no_draft_of_what_it_sent(clerk: TestClient, session: WriteSession) -> None:
    first = act(clerk, "sent", entries())[0]["receipt"]
    act(clerk, "typed", entries())  # the answer was lost: the page saved what it still held
    assert act(clerk, "sent", entries())[0]["receipt"] == first
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    act(clerk, "typed", entries(cells={"items_instant": 351}))  # typed since: nobody's to throw away
    assert act(clerk, "sent", entries())[0]["receipt"] == first
    assert session.scalar(select(func.count()).select_from(Draft)) == 1


def test_a_refused_submission_is_said_and_nothing_is_stored(clerk: TestClient, session: WriteSession) -> None:
    found, _shown = act(clerk, "sent", entries(cells={"items_online": 1200}))
    assert found["check"] is True
    assert submissions(session) == 0


def test_a_revision_needs_a_reason_and_records_what_changed(clerk: TestClient, session: WriteSession) -> None:
    first = post(session)
    changed = entries(cells={"items_instant": 360}, etag=first.etag)
    assert "更正" in act(clerk, "sent", changed)[0]["refused"]
    assert "receipt" in act(clerk, "sent", changed | {"reason": "漏计", "key": "attempt-2"})[0]
    assert figure(session, "items_instant")[1] == 2
    assert figure(session, "items_total")[1] == 1


def test_a_cleared_cell_is_a_blank_not_an_old_value(clerk: TestClient, session: WriteSession) -> None:
    first = post(session)
    found, _panel = act(clerk, "typed", entries(cells={"items_instant": None}, etag=first.etag))
    assert [line["severity"] for line in found["cells"]["items_instant"]] == ["error"]


@pytest.mark.parametrize("etag", ["", '"s1-r1-1"'])
def test_who_was_overtaken_sees_the_difference_and_may_send_again(
    clerk: TestClient, session: WriteSession, etag: str
) -> None:
    newest = post(session, changes={"items_instant": 340})
    mine = entries(cells={"items_instant": 360}, etag=etag, reason="漏计")
    found, shown = act(clerk, "sent", mine)
    assert found["etag"] == newest.etag
    assert "340360" in said(shown)
    assert "receipt" in act(clerk, "sent", mine | {"etag": found["etag"], "key": "attempt-2"})[0]
    assert figure(session, "items_instant")[0] == 360


def test_a_clerk_cannot_act_for_another_unit(clerk: TestClient, session: WriteSession) -> None:
    record(session, "441203", "2019-09", items_online=777)
    for name in ("typed", "sent", "discarded"):
        found, shown = act(clerk, name, entries(unit="441203"), language="en")
        assert "own units only" in found["refused"]
        assert shown is None
        assert "777" not in str(found)
    assert submissions(session) == 1
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_the_bureau_reports_for_a_unit_without_a_draft(client: TestClient, session: WriteSession) -> None:
    person(session, "wang", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "wang"))
    assert len(cells(window(client, "/collect", "?unit=441203&period=2019-09"))) == 45
    found, _panel = act(client, "typed", entries(unit="441203"))
    assert "draft" not in found
    assert "receipt" in act(client, "sent", entries(unit="441203"))[0]


def test_the_reviewer_s_reason_stands_above_a_sent_back_form(clerk: TestClient, session: WriteSession) -> None:
    first = post(session)
    assert first.id is not None
    checked = verify_submission(
        session,
        principal=REVIEWER,
        submission_id=first.id,
        action=Action.VERIFY,
        reason="",
        if_match=first.etag,
        timezone="Asia/Shanghai",
    )
    text = said(of_class(window(clerk, "/collect", "?period=2019-09"), "notice"))
    assert "审核即告作废" in text
    verify_submission(
        session,
        principal=REVIEWER,
        submission_id=first.id,
        action=Action.SEND_BACK,
        reason="材料数与上报文件不符",
        if_match=checked.etag,
        timezone="Asia/Shanghai",
    )
    assert "材料数与上报文件不符" in said(of_class(window(clerk, "/collect"), "notice-sent-back"))


def test_a_locked_month_can_only_be_read_and_an_exception_opens_it(clerk: TestClient, session: WriteSession) -> None:
    plan = plan_at(session)
    lock_period(session, date(2019, 9, 1), plan=plan, principal=REVIEWER, reason="通报已发")
    tree = window(clerk, "/collect", "?period=2019-09")
    inputs = [node["props"] for node in nodes(tree) if str(node["props"].get("id", "")).startswith("cell-")]
    assert {props["disabled"] for props in inputs} == {True}
    assert "已锁定" in said(of_class(tree, "notice-locked"))
    assert [node for node in nodes(tree) if node["props"].get("id") == "collect-send"] == []
    assert "锁定" in act(clerk, "sent", entries())[0]["refused"]
    assert submissions(session) == 0
    grant_exception(
        session,
        date(2019, 9, 1),
        unit="441202",
        until="2999-01-01",
        reason="系统故障",
        plan=plan,
        principal=REVIEWER,
    )
    tree = window(clerk, "/collect", "?period=2019-09")
    assert "例外" in said(of_class(tree, "notice-excepted"))
    assert "receipt" in act(clerk, "sent", entries())[0]
