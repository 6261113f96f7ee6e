"""`/announcements`: the release calendar, entered by evaluators alone and told to everybody, in each form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_feed import entries, read
from tests.api.routes.test_task_checks import rows
from tests.callers import Caller, Response, caller, refusal
from tests.clock import in_days
from tests.metrics.queries.test_views import post

PATH = "/api/v1/announcements"
FIRST, SECOND = "2999-06-01", "2999-06-05"
QUARTER = {"what": "release", "title": "2019年三季度数据", "period": "2019-09", "due_on": FIRST}


@pytest.fixture
def han(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "han", Role.EVALUATOR)


def send(who: Caller, path: str = "", **body: Any) -> Response:
    return who.client.post(PATH + path, json=body, headers=who.headers)


def events(client: TestClient, who: Caller | None = None, lang: str = "zh") -> dict[str, Any]:
    answer = client.get(f"{PATH}.ics?lang={lang}", headers={} if who is None else who.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["summary"]): event for event in found}


def test_a_day_is_announced_moved_and_kept_and_each_is_told_everywhere(
    client: TestClient, session: WriteSession, bureau: Caller, han: Caller
) -> None:
    post(session)
    session.commit()
    made = send(han, **QUARTER)
    assert made.status_code == 201, made.text
    named = made.json()["announcement"]
    (ahead,) = events(client, han).values()
    assert send(han, f"/{named}/move", due_on=SECOND, reason="三县补报未齐;待核").status_code == 201
    (item,) = client.get(PATH, headers=han.headers).json()["items"]
    assert (item["first_due_on"], item["due_on"], item["state"], item["days_late"]) == (FIRST, SECOND, "ahead", None)
    assert [act["slip_days"] for act in item["acts"]] == [None, 4]
    ((summary, moved),) = events(client, han, "en").items()
    assert summary == "2019年三季度数据 · ahead"
    assert (moved["uid"], moved["sequence"]) == (ahead["uid"], 1)
    assert moved["dtstart"].dt.isoformat() == SECOND
    assert "put off by 4 days" in moved["description"]
    assert "三县补报未齐;待核" in moved["description"]
    told = [one for one in entries(read(client, headers=han.headers)) if one["kind"] == "announcement"]
    assert [one["title"] for one in told] == [
        f"2019年三季度数据:由 {FIRST} 推迟 4 天至 {SECOND}",
        f"2019年三季度数据:预告于 {FIRST} 发布",
    ]
    key = bureau.headers | {"Idempotency-Key": "kept"}
    body = {"notes": "三季度", "announced": named}
    released = client.post("/api/v1/releases", json=body, headers=key)
    assert (released.status_code, released.json()["announced"]) == (201, named)
    early = (in_days(0) - date.fromisoformat(SECOND)).days
    first, newest = rows(han, "announcements")
    assert (first["newest"], first["due_before"], newest["newest"], newest["slip_days"]) == ("false", "", "true", "4")
    assert (newest["state"], newest["published_as"], newest["days_late"]) == ("published", "1", str(early))
    assert [row["state"] for row in rows(han, "announcements", as_of=str(named))] == ["ahead"]
    assert rows(han, "announcements", state="passed") == []
    assert refusal(send(han, f"/{named}/withdraw", reason="无"), 409)["code"] == "announcement_over"


def test_who_may_not_is_refused_and_what_is_odd_is_named(clerk: Caller, bureau: Caller, han: Caller) -> None:
    for who in (clerk, bureau):
        assert refusal(send(who, **QUARTER), 403)["code"] == "role_forbidden"
    assert refusal(send(han, **QUARTER | {"due_on": "2019-10-12"}), 422)["code"] == "day_passed"
    assert refusal(send(han, **QUARTER | {"what": "book"}), 422)
    assert refusal(send(han, "/999999/move", due_on=FIRST, reason="无"), 404)["code"] == "announcement_unknown"


@pytest.mark.usefixtures("public_read")
def test_strangers_are_told_of_the_next_release_before_there_is_any(client: TestClient, han: Caller) -> None:
    assert send(han, **QUARTER).status_code == 201
    (item,) = client.get(PATH).json()["items"]
    assert (item["state"], "actor" in str(item)) == ("ahead", False)
    assert list(events(client)) == ["2019年三季度数据 · 待发布"]
