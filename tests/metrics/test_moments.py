"""A day, local time and an offset mean the same instant in a page, in the API, in a command and offline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dashboard.window.address import address_of
from metrics.database import WriteSession
from metrics.ledger.verifying.question import moment_of
from metrics.moments import as_of_text, read_as_of, read_moment
from metrics.principal import Role
from metrics.queries.reader_view import view_for
from metrics.queries.view import View
from tests.callers import Caller, caller, refusal
from tests.moments import MOMENTS, NO_MOMENTS

AsOf = Callable[[str], "datetime | int | None"]
PERIODS = "/api/v1/periods/2019-09"
NEVER_ASKED = "the time zone is asked for local times only"


@pytest.fixture
def bureau(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "bureau", Role.REVIEWER)


@pytest.fixture(params=["status", "pull", "page", "offline"])
def as_of(request: pytest.FixtureRequest, bureau: Caller, monkeypatch: pytest.MonkeyPatch) -> AsOf:
    """What one of those that read `as_of` makes of a text; None if it refuses it.

    That a moment has not come is refused elsewhere (tests/metrics/queries/test_views.py); here it is read all the same.
    """
    monkeypatch.setattr("metrics.queries.view._CLOCKS_DIFFER", timedelta(days=400_000))

    def status(text: str) -> datetime | None:
        answer = bureau.client.get(f"{PERIODS}/status", params={"as_of": text}, headers=bureau.headers)
        if answer.status_code == 400:
            return None
        return datetime.fromisoformat(answer.json()["judged_at"])

    def pull(text: str) -> datetime | int | None:
        asked: list[datetime | int | None] = []

        def view_seen(*given: Any, **named: Any) -> View:
            asked.append(named["as_of"])
            return view_for(*given, **named)

        monkeypatch.setattr("api.routes.datasets.view_for", view_seen)
        answer = bureau.client.get("/api/v1/units.csv", params={"as_of": text}, headers=bureau.headers)
        assert answer.status_code == (200 if asked else 400)
        return asked[0] if asked else None

    def page(text: str) -> datetime | int | None:
        return address_of("/", f"?as_of={text}").as_of

    def offline(text: str) -> datetime | None:
        plan = {"kind": "plan", "records": [{"kind": "document", "content": {"timezone": "Asia/Shanghai"}}]}
        try:
            return moment_of(text, [plan])
        except ValueError:
            return None

    found: AsOf = {"status": status, "pull": pull, "page": page, "offline": offline}[request.param]
    return found


@pytest.mark.parametrize("text", MOMENTS)
def test_a_text_is_the_same_instant_wherever_it_says_up_to_when_things_are_known(as_of: AsOf, text: str) -> None:
    assert as_of(text) == MOMENTS[text]


@pytest.mark.parametrize("text", [text for text in NO_MOMENTS if text and "9999" not in text and text[0] != "0"])
def test_what_is_no_moment_is_none_anywhere(as_of: AsOf, text: str) -> None:
    assert as_of(text) is None


@pytest.mark.parametrize("text", MOMENTS)
def test_an_exception_ends_at_that_instant_or_as_the_day_is_over(bureau: Caller, text: str) -> None:
    body = {"unit": "441202", "until": text, "reason": "政务外网故障"}
    answer = bureau.client.post(f"{PERIODS}/exceptions", json=body, headers=bureau.headers)
    assert answer.status_code == 201, answer.text
    after = datetime.resolution if len(text) == len("2998-10-05") else 0 * datetime.resolution
    assert datetime.fromisoformat(answer.json()["until"]) == MOMENTS[text] + after


@pytest.mark.parametrize("text", [*NO_MOMENTS, "2998-W40-6"])
def test_a_refusal_says_how_a_moment_is_written(bureau: Caller, text: str) -> None:
    body = {"unit": "441202", "until": text, "reason": "政务外网故障"}
    refused = refusal(bureau.client.post(f"{PERIODS}/exceptions", json=body, headers=bureau.headers), 422)
    pulled = bureau.client.get("/api/v1/units.csv", params={"as_of": text}, headers=bureau.headers)
    assert refused["code"] == "until_odd"
    for said in (refused, refusal(pulled, 400)):
        assert "当地时间 2019-10-05T18:00" in said["message"]["zh"]
        assert "2019-10-05T18:00 in local time" in said["message"]["en"]
    assert read_moment(text, timezone=lambda: "Asia/Shanghai") is None


@pytest.mark.parametrize(("text", "number"), [("17", 17), (" 17 ", 17), (str(2**53), 2**53), (str(2**53 + 1), None)])
def test_a_number_is_a_place_in_the_ledger(text: str, number: int | None) -> None:
    assert read_as_of(text, timezone=lambda: NEVER_ASKED) == number


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  bounds are naive by hypothesis' rule
def test_a_moment_survives_its_writing(moment: datetime) -> None:
    assert read_as_of(as_of_text(moment), timezone=lambda: NEVER_ASKED) == moment


@given(st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    read_as_of(text, timezone=lambda: "Asia/Shanghai")
