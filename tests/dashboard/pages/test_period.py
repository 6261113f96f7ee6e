"""The month's status: who has reported, and a reviewer who locks it, opens it and excepts a unit."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.authority import SYSTEM
from metrics.database import WriteSession, write_session
from metrics.history.load_history import load_history
from metrics.models import PeriodEvent, Submission
from metrics.principal import Role
from metrics.queries.period_states import period_state
from tests.beginnings import beginning
from tests.dashboard.drawn import asked_window, forms, nodes, of_class, said, signed_in, use_secret, window
from tests.histories import HEADINGS, history_csv, history_lines
from tests.people import person
from tests.posting import IN_TIME, REVIEWER, post

SEPTEMBER = "?month=2019-09"
PERIOD = date(2019, 9, 1)


@beginning
def reported(session: WriteSession) -> None:
    """One unit reported in time, one late."""
    post(session, principal=REVIEWER, unit="441202", simulated_at=IN_TIME)
    post(session, principal=REVIEWER, unit="441203")


@pytest.fixture
def reviewer(client: TestClient, session: WriteSession, reported: None) -> TestClient:
    """A browser in which a reviewer is signed in."""
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    return client


def ask(client: TestClient, tree: Any, do: str, **fields: str) -> Any:
    form = forms(tree)[do]
    return asked_window(client, {**form, "fields": {**form["fields"], **fields}}, "/periods", SEPTEMBER)


def rows(tree: Any) -> dict[str, str]:
    """Unit's name → what its row says."""
    found = {}
    for row in (node for node in nodes(of_class(tree, "period-table")) if node["type"] == "Tr"):
        head, *cells = row["props"]["children"]
        found[said(head)] = "|".join(said(cell) for cell in cells)
    return found


def test_the_status_says_who_has_reported_and_how_late(reviewer: TestClient) -> None:
    tree = window(reviewer, "/periods", SEPTEMBER)
    assert "2019年9月：已收2/11份，9个单位逾期未报" in said(tree)
    assert "报送完整率18.18 %及时率9.09 %" in said(of_class(tree, "period-strip"))
    found = rows(tree)
    assert found["端州区"].startswith("待审核|2019年10月5日 23:59|—|按期|17块中17块")
    assert "迟" in found["鼎湖区"]
    assert "逾期未报" in found["广宁县"]
    assert found["粤桂合作特别试验区(肇庆)"].startswith("选报|")


def test_loaded_history_that_does_not_say_when_it_came_is_neither_late_nor_in_time(
    reviewer: TestClient, session: WriteSession
) -> None:
    headings = (*HEADINGS, "received_at")
    lines = [*history_lines("441204", "2019-09", ""), *history_lines("441223", "2019-09", "2019-10-08")]
    load_history(partial(write_session, SYSTEM), BytesIO(history_csv(lines, headings=headings)), principal=REVIEWER)
    tree = window(reviewer, "/periods", SEPTEMBER)
    found = rows(tree)
    assert found["高要区"].startswith("待审核|—|—|历史导入|")
    assert "2019年10月8日 23:59|—|迟3天历史导入" in found["广宁县"]
    # 4 of 11 came; of the 10 of which it is known when, one in time.
    assert "报送完整率36.36 %及时率10.00 %" in said(of_class(tree, "period-strip"))
    assert "历史导入" in said(of_class(window(reviewer, "/units/441204"), "submissions"))
    loaded = session.scalar(select(Submission.id).where(Submission.unit_code == "441204"))
    review = said(window(reviewer, f"/review/{loaded}"))
    assert "历史导入" in review
    assert "首次报送" not in review
    assert "历史导入" in said(window(reviewer, f"/collect/receipt/{loaded}"))
    status = reviewer.get("/api/v1/periods/2019-09/status").json()
    told = {row["unit"]: (row["received"], row["loaded"], row["on_time"], row["days_late"]) for row in status["units"]}
    assert (told["441204"], told["441223"]) == ((True, True, None, None), (True, True, False, 3))
    assert told["441202"] == (True, False, True, 0)
    answer = reviewer.get(f"/api/v1/submissions/{loaded}").json()
    assert (answer["loaded"], answer["first_received_at"], answer["on_time"]) == (True, None, None)
    pulled = reviewer.get("/api/v1/submissions.json?unit=441204").json()[0]
    assert (pulled["loaded"], pulled["first_received_at"], pulled["days_late"]) == (True, None, None)


def test_late_locked_and_excepted_are_three_states(reviewer: TestClient, session: WriteSession) -> None:
    tree = ask(reviewer, window(reviewer, "/periods", SEPTEMBER), "period.lock", reason="数据已定稿")
    assert "2019年9月已锁定" in said(of_class(tree, "outcome-done"))
    assert "由 陈 锁定" in said(of_class(tree, "period-strip"))
    assert "逾期未报" in rows(tree)["广宁县"]
    assert "已锁定" in rows(tree)["广宁县"]
    tree = ask(reviewer, tree, "period.except", unit="441223", until="2999-12-31", reason="系统故障")
    row = rows(tree)["广宁县"]
    assert "例外至2999-12-31 24:00" in row
    assert "逾期未报" in row
    assert "已锁定" not in row
    assert "已锁定" in rows(tree)["怀集县"]
    queue = said(of_class(window(reviewer, "/review", SEPTEMBER), "queue"))
    assert "例外至2999-12-31 24:00" in queue
    tree = ask(reviewer, tree, "period.end", reason="已补报")
    assert "已锁定" in rows(tree)["广宁县"]
    tree = ask(reviewer, tree, "period.unlock", reason="补报")
    assert "已锁定" not in said(of_class(tree, "period-table"))
    history = said(of_class(tree, "history"))
    assert (
        history.index("重新打开") < history.index("例外结束") < history.index("系统故障") < history.index("数据已定稿")
    )
    assert period_state(session, PERIOD).lock is None


def test_the_unit_page_keeps_the_exception_and_the_lateness(reviewer: TestClient) -> None:
    tree = window(reviewer, "/periods", SEPTEMBER)
    ask(reviewer, tree, "period.except", unit="441203", until="2999-12-31", reason="系统故障")
    unit = said(of_class(window(reviewer, "/units/441203"), "submissions"))
    assert "至2999-12-31 24:00：系统故障" in unit
    assert "迟" in unit
    assert "未登记" in said(of_class(window(reviewer, "/units/441203"), "people"))


@pytest.mark.parametrize(
    ("do", "fields", "words"),
    [
        ("period.except", {"unit": "441223", "until": "2019-10-31", "reason": "x"}, "截止时间已过"),
        ("period.except", {"unit": "441223", "until": "明天", "reason": "x"}, "截止须写作"),
        ("period.except", {"unit": "999", "until": "2999-12-31", "reason": "x"}, "没有填报单位"),
        ("period.except", {"unit": "441223", "until": "2999-12-31", "reason": " "}, "请说明原因"),
        ("period.unlock", {"period": "2019-09", "reason": "x"}, "没有锁定"),
        ("period.lock", {"period": "2019-13"}, "报告期须写作"),
        ("period.lock", {"period": "2999-01"}, "尚未结束"),
        ("period.end", {"period": "2019-09", "unit": "441223", "reason": "x"}, "没有生效的例外"),
    ],
)
def test_what_a_month_does_not_allow_is_refused_in_words(
    reviewer: TestClient, session: WriteSession, do: str, fields: dict[str, str], words: str
) -> None:
    asked = {"do": do, "fields": {"period": "2019-09", **fields}}
    assert words in said(of_class(asked_window(reviewer, asked, "/periods", SEPTEMBER), "outcome-refused"))
    assert session.scalar(select(func.count()).select_from(PeriodEvent)) == 0


@pytest.mark.parametrize("role", [Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_everybody_signed_in_sees_the_status_and_only_reviewers_manage_it(
    reviewer: TestClient, session: WriteSession, role: Role
) -> None:
    person(session, "other", role=role)
    use_secret(reviewer, signed_in(session, "other"))
    tree = window(reviewer, "/periods", SEPTEMBER)
    assert "广宁县" in rows(tree)
    assert forms(tree) == {}
    for do in ("period.lock", "period.unlock", "period.except", "period.end"):
        asked = {"do": do, "fields": {"period": "2019-09", "unit": "441223", "until": "2999-12-31", "reason": "x"}}
        after = asked_window(reviewer, asked, "/periods", SEPTEMBER)
        assert "无权执行此操作" in said(of_class(after, "outcome-refused"))
    assert session.scalar(select(func.count()).select_from(PeriodEvent)) == 0


def test_the_past_status_is_looked_at_and_not_managed(reviewer: TestClient) -> None:
    ask(reviewer, window(reviewer, "/periods", SEPTEMBER), "period.lock")
    tree = window(reviewer, "/periods", f"{SEPTEMBER}&as_of=2019-10-06")
    assert forms(tree) == {}
    assert "开放" in said(of_class(tree, "period-strip"))


PEOPLE = {"duty": "leader", "name": "李明", "title": "副区长", "effective_from": "2019-03-01", "phone": "0758-2220000"}


def record(client: TestClient, unit: str = "441202", **fields: str) -> Any:
    path = f"/units/{unit}"
    asked = {"do": "person.record", "fields": {"unit": unit, **PEOPLE, **fields}}
    return asked_window(client, asked, path, SEPTEMBER)


def test_people_are_recorded_with_their_dates_and_shown_in_the_status(reviewer: TestClient) -> None:
    tree = record(reviewer)
    assert "端州区分管领导：李明，自2019年3月1日起" in said(of_class(tree, "outcome-done"))
    assert "分管领导李明副区长2019年3月1日0758-2220000" in said(of_class(tree, "people"))
    record(reviewer, name="王芳", effective_from="2020-01-01", reason="分工调整")
    people = said(of_class(window(reviewer, "/units/441202", SEPTEMBER), "people"))
    assert "王芳" in people
    assert "李明" not in people
    page = said(window(reviewer, "/units/441202", SEPTEMBER))
    assert page.index("分工调整") < page.index("李明")
    assert "王芳" in rows(window(reviewer, "/periods", SEPTEMBER))["端州区"]
    vacant = record(reviewer, name=" ", title="", phone="", effective_from="2021-01-01")
    assert "分管领导：无" in said(of_class(vacant, "outcome-done"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"duty": "mayor"}, "职责只能是"),
        ({"effective_from": "昨天"}, "生效日期须写作"),
        ({"phone": "<script>"}, "电话只含"),
        ({"name": ""}, "空缺时不填"),
        ({"unit": "999"}, "没有填报单位"),
    ],
)
def test_odd_people_are_refused_in_words(reviewer: TestClient, fields: dict[str, str], words: str) -> None:
    asked = {"do": "person.record", "fields": {"unit": "441202", **PEOPLE, **fields}}
    assert words in said(of_class(asked_window(reviewer, asked, "/units/441202"), "outcome-refused"))
    assert "未登记" in said(of_class(window(reviewer, "/units/441202"), "people"))


def test_contacts_are_shown_to_the_bureau_and_the_unit_only(reviewer: TestClient, session: WriteSession) -> None:
    record(reviewer)
    for role, units, shown in (
        (Role.CLERK, {"441203"}, False),
        (Role.CLERK, {"441202"}, True),
        (Role.ASSESSOR, None, False),
    ):
        name = f"{role.value}.{shown}"
        person(session, name, role=role, units=units)
        use_secret(reviewer, signed_in(session, name))
        for path in ("/units/441202", "/periods"):
            assert ("0758-2220000" in said(window(reviewer, path, SEPTEMBER))) is shown
        after = record(reviewer, name="别人")
        assert "无权执行此操作" in said(of_class(after, "outcome-refused"))


def test_the_overview_leads_to_the_submissions_that_wait(reviewer: TestClient) -> None:
    links = [node["props"].get("href", "") for node in nodes(of_class(window(reviewer, "/", SEPTEMBER), "attention"))]
    assert "/review?month=2019-09&state=submitted" in links
    assert "/periods?month=2019-09" in links
