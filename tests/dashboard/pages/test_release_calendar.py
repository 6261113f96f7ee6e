"""The release calendar on `/releases`: an evaluator's forms, what everybody sees of it, and what a release keeps."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.announcements import Announced
from metrics.commands.announce_publication import AnnouncementGiven, announce
from metrics.database import WriteSession
from metrics.principal import Principal, Role
from tests.clock import PLACE
from tests.dashboard.drawn import forms, plain, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person

FIRST, SECOND = "2999-06-01", "2999-06-05"


def told(client: TestClient, search: str = "") -> str:
    return json.dumps(plain(window(client, "/releases", search)), ensure_ascii=False)


def done(do: str, **fields: str) -> bool:
    return outcomes_of(json.dumps({"do": do, "fields": fields, "nth": 1}))[0].done


def test_an_evaluator_announces_moves_and_withdraws_and_everybody_reads_why(
    evaluator: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "尚未预告发布日期" in told(evaluator)
    han = person(session, "han.calendar", role=Role.EVALUATOR)
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: han)
    assert not done("calendar.announce", what="release", title="", due_on=FIRST)
    assert done("calendar.announce", what="release", title="三季度数据", due_on=FIRST)
    number = _fields(evaluator, "calendar.move")["number"]
    assert done("calendar.move", number=number, due_on=SECOND, reason="三县补报未齐")
    for search, words in (("", ("推迟4天", "三县补报未齐", "待发布")), ("?lang=en", ("Put off by 4 days", "Ahead"))):
        shown = told(evaluator, search)
        assert all(word in shown for word in words), search
    assert done("calendar.withdraw", number=number, reason="并入年报")
    assert "已取消" in told(evaluator)
    assert not _fields(evaluator, "calendar.move")
    assert not done("calendar.move", number="x", due_on=FIRST, reason="无")


def test_a_day_that_passed_is_said_with_sign_and_word_and_a_reviewer_chooses_what_a_release_keeps(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(session)
    before = datetime.now(PLACE) - timedelta(days=9)
    given = AnnouncementGiven(Announced.RELEASE, (before + timedelta(days=6)).date().isoformat(), title="三季度数据")
    made = announce(session, principal=_evaluator(), given=given, simulated_at=before)
    bureau = person(session, "bureau.calendar", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau.calendar"))
    shown = told(client)
    assert "1个预告日期已过而未发布" in shown
    assert "sign-overdue" in json.dumps(window(client, "/releases"))
    assert "对应的预告" in shown
    assert not _fields(client, "calendar.move")
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: bureau)
    fields = {"notes": "三季度", "basis": "submitted", "key": "k" * 20, "announced": str(made.announcement)}
    assert done("release.publish", **fields)
    shown = told(client)
    assert "逾期未发布" not in shown
    assert "对应的预告" not in shown
    assert "迟3天" in shown


def _evaluator() -> Principal:
    return Principal(3, "han", "韩", Role.EVALUATOR)


def _fields(client: TestClient, do: str) -> dict[str, str]:
    """What goes with the page's form that asks for `do`; nothing without one."""
    form = forms(window(client, "/releases")).get(do)
    return {} if form is None else dict(form["fields"])
