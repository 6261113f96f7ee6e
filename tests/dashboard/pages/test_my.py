"""A clerk's desk: what was sent back, what is due, every month; and the frame of a clerk's own pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

import dashboard.pages.my
from metrics.commands.except_unit import grant_exception
from metrics.commands.keep_draft import keep_draft
from metrics.commands.lock_period import lock_period
from metrics.commands.users import add_user
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.drafts import Typed
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.submission_states import Action
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.people import NOW, PASSWORD, person
from tests.posting import CLERK, REVIEWER, post

OCTOBER = date(2019, 10, 1)


class On3November(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime(2019, 11, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_3_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard.pages.my, "datetime", On3November)


@pytest.fixture
def bureau(session: WriteSession) -> WriteSession:
    """The reviewer of tests/posting.py has an account, and so a name."""
    add_user(
        session,
        "bureau",
        display_name="王审核",
        role=Role.REVIEWER,
        units=set(),
        password=PASSWORD,
        known_units=set(),
        now=NOW,
    )
    return session


def send(session: WriteSession, period: str, *, back: str = "", unit: str = "441202") -> int:
    """Send a submission for the month; with `back` it is sent back for that reason."""
    year, month = int(period[:4]), int(period[5:])
    posted = post(
        session, period=period, unit=unit, principal=REVIEWER, simulated_at=datetime(year, month + 1, 3, tzinfo=UTC)
    )
    assert posted.id is not None
    if back:
        verify_submission(
            session,
            principal=REVIEWER,
            submission_id=posted.id,
            action=Action.SEND_BACK,
            reason=back,
            if_match=posted.etag,
            timezone="Asia/Shanghai",
        )
    return posted.id


def links(tree: Any) -> list[str]:
    return [node["props"]["href"] for node in nodes(tree) if "href" in node["props"]]


def rows(tree: Any) -> dict[str, str]:
    """Month → what its row says."""
    (body, *_others) = [node for node in nodes(tree) if node["type"] == "Tbody"]
    found = [node["props"]["children"] for node in nodes(body) if node["type"] == "Tr"]
    return {said(cells[0]): said(cells[1:]) for cells in found}


def test_the_month_that_is_due_has_the_one_main_button(clerk: TestClient, session: WriteSession) -> None:
    send(session, "2019-09")
    desk = of_class(window(clerk, "/my"), "desk")
    assert "端州区2019年10月月报：还有2天截止" in said(desk)
    assert links(of_class(desk, "button-main")) == ["/collect?unit=441202&period=2019-10"]
    assert "未报还有2天2019年11月5日（含当日）前报送" in said(of_class(desk, "desk-due"))


def test_what_was_sent_back_stands_first_with_its_reason_and_a_way_to_correct_it(
    clerk: TestClient, bureau: WriteSession
) -> None:
    send(bureau, "2019-08", back="材料数与附件不符")
    send(bureau, "2019-09")
    desk = of_class(window(clerk, "/my"), "desk")
    (card,) = of_class(desk, "desk-sent-back")
    assert "材料数与附件不符" in said(card)
    assert "王审核于" in said(card)
    assert links(card) == ["/collect?unit=441202&period=2019-08"]
    assert "1份月报被退回" in said(desk)
    assert said(desk).index("材料数与附件不符") < said(desk).index("填报")
    assert "1 submission was sent back" in said(window(clerk, "/my", "?lang=en"))


def test_every_month_says_how_it_stands(clerk: TestClient, bureau: WriteSession) -> None:
    receipt = send(bureau, "2019-07")
    send(bureau, "2019-08", back="不符")
    for locked in (date(2019, 3, 1), date(2019, 7, 1)):
        lock_period(bureau, locked, plan=plan_at(bureau), principal=REVIEWER)
    grant_exception(
        bureau,
        date(2019, 3, 1),
        plan=plan_at(bureau),
        principal=REVIEWER,
        unit="441202",
        until="2999-01-31",
        reason="故障",
    )
    keep_draft(
        bureau,
        principal=CLERK,
        unit="441202",
        period=OCTOBER,
        typed=Typed({"items_total": "1000"}),
        editor="one",
        seen=0,
        now=datetime(2019, 11, 2, 2, 32, tzinfo=UTC),
    )
    tree = window(clerk, "/my")
    found = rows(tree)
    assert list(found)[:4] == ["2019年10月", "2019年9月", "2019年8月", "2019年7月"]
    assert found["2019年10月"] == "草稿2019年11月5日还有2天草稿已存 2019年11月2日 10:32"
    assert found["2019年9月"] == "未报2019年10月5日已逾期29天"
    assert found["2019年8月"].startswith("退回2019年9月5日按期2")
    assert found["2019年7月"].startswith("已报已锁定2019年8月5日按期2")
    assert found["2019年3月"] == "未报例外至2999-01-31 24:002019年4月5日已逾期212天"
    assert f"/collect/receipt/{receipt}" in links(tree)
    english = rows(window(clerk, "/my", "?lang=en"))
    assert english["Sep 2019"] == "Not reported5 Oct 2019late by 29 days"
    assert english["Mar 2019"].startswith("Not reportedexception until 2999-01-31 24:00")
    assert english["Jul 2019"].startswith("Sentlocked")


def test_months_of_several_units_stand_unit_by_unit_with_one_main_button(
    client: TestClient, session: WriteSession
) -> None:
    person(session, "chen", units={"441202", "441203"})
    use_secret(client, signed_in(session))
    send(session, "2019-09")
    send(session, "2019-08", unit="441203")
    desk = of_class(window(client, "/my"), "desk")
    assert "有2份月报待报送" in said(desk)
    assert [
        said(part).startswith(name)
        for part, name in zip(of_class(desk, "desk-unit"), ("端州区", "鼎湖区"), strict=True)
    ]
    assert links(of_class(desk, "button-main")) == ["/collect?unit=441203&period=2019-09"]  # it has waited longest


def test_a_unit_that_owes_nothing_is_not_the_one_to_begin_with(client: TestClient, session: WriteSession) -> None:
    add_user(
        session,
        "li",
        display_name="李",
        role=Role.CLERK,
        units={"441202", "ZQ-YUEGUI"},
        password=PASSWORD,
        known_units={"441202", "ZQ-YUEGUI"},
        now=NOW,
    )
    use_secret(client, signed_in(session, "li"))
    send(session, "2019-06", unit="ZQ-YUEGUI")
    send(session, "2019-09")
    desk = of_class(window(client, "/my"), "desk")
    assert "端州区2019年10月月报：还有2天截止" in said(desk)
    assert links(of_class(desk, "button-main")) == ["/collect?unit=441202&period=2019-10"]
    assert "2019年10月未报可不报" in said(of_class(desk, "desk-unit")[1])


def test_nothing_left_to_send_is_said_with_the_next_month(clerk: TestClient, session: WriteSession) -> None:
    send(session, "2019-10")
    desk = of_class(window(clerk, "/my"), "desk")
    assert "各月月报均已报送" in said(desk)
    assert "2019年11月" in said(of_class(desk, "desk-card"))
    assert of_class(desk, "button-main") == []


def test_tasks_that_want_a_report_are_one_line_that_leads_to_them(clerk: TestClient) -> None:
    line, *_of_others = of_class(window(clerk, "/my"), "desk-tasks")
    assert "项任务待报2019年10月" in said(line)
    assert links(line) == ["/tasks?month=2019-10&unit=441202&show=reports"]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EVALUATOR])
def test_others_are_told_whose_page_it_is(client: TestClient, session: WriteSession, role: Role) -> None:
    person(session, "wang", role=role)
    use_secret(client, signed_in(session, "wang"))
    tree = window(client, "/my")
    assert of_class(tree, "desk") == []
    assert "本页是填报员的月报" in said(tree)
    assert "/my" not in links(of_class(tree, "rail"))


def test_a_clerk_s_pages_have_none_of_the_controls_of_those_who_judge(clerk: TestClient, session: WriteSession) -> None:
    receipt = send(session, "2019-09")
    judging = ("phases", "as-of-button", "projector-switch", "plan-title", "times")
    for path in ("/my", "/collect", f"/collect/receipt/{receipt}"):
        tree = window(clerk, path)
        assert [name for name in judging if of_class(tree, name)] == [], path
        assert len(of_class(tree, "person")) == 1
        assert links(of_class(tree, "rail"))[:3] == ["/my", "/my", "/collect"]  # the logo, then the first two entries
    tree = window(clerk, "/targets")
    assert [name for name in judging if not of_class(tree, name)] == []


def test_a_time_in_the_address_of_a_clerk_s_page_is_left_out_and_said(clerk: TestClient) -> None:
    tree = window(clerk, "/collect", "?month=2019-08&as_of=3&unit=441202&period=2019-09")
    (misread,) = of_class(tree, "misread")
    assert "month=2019-08, as_of=3" in said(misread)
    assert links(misread) == ["/collect?unit=441202&period=2019-09"]


@pytest.mark.parametrize(
    ("role", "asked", "first"),
    [
        (Role.CLERK, "/", "/my"),
        (Role.CLERK, "/?lang=en", "/my?lang=en"),
        (Role.CLERK, "/?month=2019-08", "/?month=2019-08"),
        (Role.CLERK, "/targets/TG-05A", "/targets/TG-05A"),
        (Role.CLERK, "//elsewhere.example/", "/my"),
        (Role.EVALUATOR, "/", "/"),
    ],
)
def test_signing_in_leads_a_clerk_to_the_desk_unless_a_page_was_asked_for(
    client: TestClient, session: WriteSession, role: Role, asked: str, first: str
) -> None:
    person(session, "wang", role=role, demonstration=True)  # without a second factor
    form = {"username": "wang", "password": PASSWORD, "next": asked}
    assert client.post("/sign-in", data=form, follow_redirects=False).headers["location"] == first
