"""Supervision slips on the pages: the list, issuing one from a red light, and one slip with the forms for each."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.pages import slip_links
from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Principal, Role
from metrics.supervision.slips import SlipAct, SlipOrigin
from tests.clock import in_days
from tests.dashboard.drawn import asked_window, nodes, said, signed_in, use_secret, why_body, window
from tests.people import person

BUREAU = Principal(2, "bureau", "局", Role.REVIEWER)
CLERK = Principal(3, "chen", "陈", Role.CLERK, units=frozenset({"441202"}))


def slip(session: WriteSession, unit: str = "441202", *, days: int = 9, **more: Any) -> str:
    due = in_days(days).isoformat()
    given = SlipGiven(unit, f"{unit} 网上可办率未达标", "请报整改措施", due, **more)
    return issue_slip(session, principal=BUREAU, given=given).slip


def act(session: WriteSession, number: str, acts: int, what: SlipAct, by: Principal, **more: Any) -> None:
    act_on_slip(session, number, principal=by, given=ActGiven(what, **more), if_match=f'"slip-{number}-{acts}"')


def links(tree: Any) -> set[str]:
    return {node["props"]["href"] for node in nodes(tree) if "href" in node["props"]}


def offered(tree: Any) -> list[str]:
    """The acts for which a page has a form."""
    found = [node["props"].get("data-fields", "") for node in nodes(tree)]
    return [text.split('"act": "')[1].split('"')[0] for text in found if '"act": "' in text]


@pytest.fixture
def reviewer(client: TestClient, session: WriteSession) -> TestClient:
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    return client


def test_the_list_has_open_slips_and_those_asked_for(reviewer: TestClient, session: WriteSession) -> None:
    first, second = slip(session), slip(session, "441203", days=0)
    act(session, first, 1, SlipAct.WITHDRAW, BUREAU, text="发错")
    shown = said(window(reviewer, "/supervise/slips"))
    assert "1份督办单在办" in shown
    assert "441203 网上可办率未达标" in shown
    assert "今天到期" in shown
    assert "441202 网上可办率未达标" not in shown
    assert "441202 网上可办率未达标" in said(window(reviewer, "/supervise/slips", "?state=withdrawn"))
    english = said(window(reviewer, "/supervise/slips", "?state=all&unit=441203&lang=en"))
    assert f"Slip 2 of {in_days(0).year}" in english
    assert f"Slip 1 of {in_days(0).year}" not in english
    assert second in str(window(reviewer, "/supervise/slips"))
    assert "441203 网上可办率未达标" in said(window(reviewer, "/supervise/slips", "?state=lost"))


@pytest.mark.parametrize("state", ["", "late", "all", "issued", "withdrawn"])
def test_the_file_has_the_slips_that_the_page_shows(reviewer: TestClient, session: WriteSession, state: str) -> None:
    withdrawn, *_others = (slip(session, unit) for unit in ("441202", "441203", "441204"))
    act(session, withdrawn, 1, SlipAct.WITHDRAW, BUREAU, text="发错")
    shown = window(reviewer, "/supervise/slips", f"?state={state}" if state else "")
    (href,) = (link for link in links(shown) if "/slips.csv" in link)
    rows = list(csv.DictReader(io.StringIO(reviewer.get(href).text.lstrip("\ufeff"), newline="")))
    assert {row["slip"] for row in rows} == set(re.findall(r"/supervise/slips/(\d{4}-\d+)", str(links(shown))))


def test_a_slip_is_issued_from_what_it_is_about(reviewer: TestClient, session: WriteSession) -> None:
    assert "督查问题 · 第1号" in said(window(reviewer, "/supervise/slips/issue", "?unit=441203&finding=1"))
    path, search = "/supervise/slips/issue", "?unit=441203&target=TG-05A&period=2019-09"
    shown = window(reviewer, path, search)
    assert "红黄灯" in said(shown)
    fields = {
        "origin": "red_light",
        "target": "TG-05A",
        "task": "",
        "period": "2019-09",
        "unit": "441203",
        "title": "可办率",
        "text": "请整改",
        "due_on": "2999-12-31",
        "key": "k1",
    }
    done = asked_window(reviewer, {"do": "slip.issue", "fields": fields}, path, search)
    assert f"督办〔{in_days(0).year}〕1号已交办" in said(done)
    assert "可办率" in said(window(reviewer, "/supervise/slips", "?unit=441203"))
    wrong = fields | {"key": "k2", "text": " "}
    assert "未予记录" in said(asked_window(reviewer, {"do": "slip.issue", "fields": wrong}, path, search))


def test_who_may_do_what_finds_its_form(clerk: TestClient, session: WriteSession) -> None:
    number = slip(session)
    path = f"/supervise/slips/{number}"
    assert offered(window(clerk, path)) == ["receive"]
    asked = {"do": "slip.answer", "fields": {"slip": number, "act": "receive", "seen": f"slip-{number}-1"}}
    after = asked_window(clerk, asked, path)
    assert "已签收，现为“办理中”" in said(after)
    assert offered(after) == ["answer", "delegate", "ask_extension"]
    later = {"do": "slip.answer", "fields": {"slip": number, "act": "close", "seen": f"slip-{number}-2"}}
    assert "没有这项操作" in said(asked_window(clerk, later, path))
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(clerk, signed_in(session, "bureau"))
    assert offered(window(clerk, path)) == ["withdraw"]
    act(session, number, 2, SlipAct.DELEGATE, CLERK, text="请核对", to_name="区政数局")
    act(session, number, 3, SlipAct.ANSWER, CLERK, text="已核对", part=1)
    act(session, number, 4, SlipAct.ANSWER, CLERK, text="已整改", evidence="https://example.org/a")
    shown = window(clerk, path, "?lang=en")
    assert offered(shown) == ["review", "return", "withdraw"]
    assert "区政数局" in said(shown)
    assert "https://example.org/a" in said(shown)
    assert offered(window(clerk, path, "?as_of=1")) == []


def test_another_units_slip_is_not_found(clerk: TestClient, session: WriteSession) -> None:
    number = slip(session, "441203")
    assert "没有督办单" in said(window(clerk, f"/supervise/slips/{number}"))
    assert "尚未交办" in said(window(clerk, "/supervise/slips"))


def test_slips_are_found_where_they_come_from_and_where_they_are_waited_for(
    reviewer: TestClient, submissions: WriteSession
) -> None:
    number = slip(submissions, days=0, origin=SlipOrigin.RED_LIGHT, target="TG-05A", period="2019-09")
    href = f"/supervise/slips/{number}"
    month = "?month=2019-09"
    assert f"{href}{month}" in links(window(reviewer, "/units/441202", month))
    assert "/supervise/slips/issue?unit=441204&period=2019-09" in links(window(reviewer, "/periods", month))
    assert "/supervise/slips/issue?task=1&unit=441202" in links(window(reviewer, "/tasks/1", "?unit=441202"))
    answer = reviewer.post(CALLBACKS, json=why_body("#why=441202/TG-05A", search=month)).json()
    why = links(answer["response"]["why"]["children"])
    assert {f"{href}{month}", "/supervise/slips/issue?unit=441202&target=TG-05A&period=2019-09"} <= why
    person(submissions, "chen")
    use_secret(reviewer, signed_in(submissions))
    desk = window(reviewer, "/my")
    assert "1份督办单待您办理" in said(desk)
    assert href in links(desk)
    assert "/supervise/slips/issue" not in str(window(reviewer, "/units/441202", month))


def test_an_overdue_slip_is_on_the_first_page(
    reviewer: TestClient, submissions: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = slip(submissions, days=0)
    assert "督办单逾期" not in said(window(reviewer, "/"))
    monkeypatch.setattr(slip_links, "day_of_view", lambda _view: in_days(3))
    shown = window(reviewer, "/")
    assert "督办单逾期" in said(shown)
    assert f"/supervise/slips/{number}" in links(shown)
