"""`/releases` and `/releases/{n}`, pages as a release has them, and what strangers are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from dashboard import frame
from dashboard.routes import ROUTES
from dashboard.window.address import address_of
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from metrics.settings import settings
from tests.dashboard.conftest import record
from tests.dashboard.drawn import forms, nodes, said, signed_in, use_secret, why_body, window
from tests.dashboard.read_back import rows_of
from tests.metrics.commands.test_create_release import published
from tests.metrics.queries.test_views import post
from tests.people import person


@pytest.fixture
def public_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Anyone may read what is released."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_PUBLIC_READ", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


def text(client: TestClient, path: str, search: str = "") -> str:
    return json.dumps(window(client, path, search), ensure_ascii=False)


def test_releases_are_listed_with_notes_digest_and_archive(evaluator: TestClient, session: WriteSession) -> None:
    for search, words in (("", "尚未发布任何数据"), ("?lang=en", "Nothing has been released yet")):
        assert words in text(evaluator, "/releases", search)
    post(session)
    published(session, notes="一季度")
    made = published(session, notes="=HYPERLINK()")
    for search, words in (("", "第2号发布"), ("?lang=en", "Release 2")):
        shown = text(evaluator, "/releases", search)
        assert words in shown
        assert "=HYPERLINK()" in shown
        assert made.file("datapackage.json").sha256.hex()[:12] in shown
        assert "/api/v1/releases/2.zip" in shown


def test_a_release_shows_what_changed_since_the_one_before(evaluator: TestClient, session: WriteSession) -> None:
    """Its columns are named for what they hold."""
    post(session, items_online=694)
    published(session)
    post(session, items_online=701)
    published(session)
    for search, named in (("", ("指标或目标", "变化")), ("?lang=en", ("Indicator or target",))):
        shown = text(evaluator, "/releases/2", search)
        for part in ("69.40", "70.10", "+0.70", "/api/v1/releases/2/differences.csv?from=1&bom=1", "sign-met", *named):
            assert part in shown
        assert "较上月" not in shown
        assert "differences.csv" not in text(evaluator, "/releases/1", search)


def test_what_is_compared_can_be_chosen(evaluator: TestClient, session: WriteSession) -> None:
    for count in (600, 650, 700):
        post(session, items_online=count)
        published(session)
    assert "60.00" in text(evaluator, "/releases/3", "?since=1")
    for odd in ("?since=99", "?since=x", "?since=3", "?since=²", "?since=" + "9" * 5000):
        shown = text(evaluator, "/releases/3", odd)
        assert "differences.csv?from=2&" in shown


def test_there_is_no_such_release(evaluator: TestClient) -> None:
    assert "没有第7号发布" in text(evaluator, "/releases/7")
    assert evaluator.get("/releases/x").status_code == 404
    assert evaluator.get("/releases/0").status_code == 404


def test_a_reviewer_sees_what_the_next_release_would_change(client: TestClient, session: WriteSession) -> None:
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    assert "尚无可发布的数据" in text(client, "/releases", "?compare=submitted")
    post(session, items_online=694)
    assert "这将是第一次发布" in text(client, "/releases", "?compare=submitted")
    published(session)
    post(session, items_online=701)
    offered = text(client, "/releases")
    assert "70.10" not in offered
    assert "/releases?compare=submitted" in offered
    assert "/releases?compare=verified" in offered
    assert "70.10" in text(client, "/releases", "?compare=submitted")
    assert "尚无已审核的数据可发布" in text(client, "/releases", "?compare=verified")


def test_pages_show_a_release_as_it_was(evaluator: TestClient, session: WriteSession) -> None:
    """A release knows nothing of a later correction; outside it, its value is only what stood before the correction."""
    record(session, "441202", "2019-09", items_online=850)
    published(session)
    post(session, items_online=610)
    for path in ("/units/441202", "/targets/TG-05A", "/leaderboard", "/"):
        released = text(evaluator, path, "?release=1")
        assert "61.00" not in released
        assert "更正前" not in released
    assert "85.00" in text(evaluator, "/units/441202", "?release=1")
    rows = [row["props"]["children"] for row in rows_of(window(evaluator, "/units/441202"), "corrections")]
    corrected = [[said(cell) for cell in cells[3:5]] for cells in rows]
    assert [pair for pair in corrected if "85.00" in pair] == [["85.00", "61.00"]]
    shown = text(evaluator, "/units/441202")
    told = shown.count("更正前 85.00") + shown.count("85.00 → 61.00")
    assert shown.count("85.00") == told + 1, "elsewhere than in what was corrected"
    assert "没有第9号数据发布" in text(evaluator, "/", "?release=9")


def test_an_address_keeps_its_release() -> None:
    address = address_of("/units", "?release=3&as_of=7&month=2019-09")
    assert (address.release, address.as_of) == (3, None)
    assert address.href() == "/units?month=2019-09&release=3"
    assert "release=3" in address.csv("rates")
    assert address.at(month=None, as_of=7) == "/units?as_of=7"
    assert address.in_month(None) == "/units?release=3"
    assert address_of("/", "?as_of=7").released(2) == "/?release=2"
    for odd in ("0", "x", "-1", "²", "9" * 20):
        misread = address_of("/", f"?release={odd}")
        assert (misread.release, misread.misread) == (None, (("release", odd),))


@pytest.mark.usefixtures("public_read")
class TestStrangers:
    def test_before_the_first_release(self, client: TestClient, session: WriteSession) -> None:
        post(session)
        for path in ("/", "/units/441202", "/targets/TG-05A", "/leaderboard", "/releases"):
            assert "尚未发布任何数据" in text(client, path)
            assert "/sign-in" in text(client, path)

    def test_after_it_they_see_it_and_nothing_later(self, client: TestClient, session: WriteSession) -> None:
        post(session, items_online=850)
        made = published(session)
        post(session, items_online=610)
        shown = text(client, "/units/441202")
        assert "85.00" in shown
        assert "61.00" not in shown
        assert "尚未发布" in text(client, "/", f"?as_of={made.seq + 1}")
        assert "chen" not in shown

    def test_what_became_of_submissions_is_not_theirs(self, client: TestClient, session: WriteSession) -> None:
        post(session)
        post(session, items_online=850)
        published(session)
        shown = text(client, "/units/441202")
        assert "scroll texts submissions" not in shown

    def test_pages_that_are_not_open_ask_to_sign_in(
        self, client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post(session)
        published(session)
        closed = tuple(replace(route, public=False) for route in ROUTES)
        monkeypatch.setattr(frame, "ROUTES", closed)
        assert "登录后方可查看此页" in text(client, "/leaderboard")


def test_nothing_is_decided_on_a_page_that_shows_a_release(evaluator: TestClient, session: WriteSession) -> None:
    post(session)
    published(session)
    post(session, items_online=694)
    released = window(evaluator, "/leaderboard", "?release=1")
    assert forms(released) == {}
    assert not any("data-post" in node["props"] or "data-follows" in node["props"] for node in nodes(released))
    body = why_body("#why=441202/TG-05A", search="?release=1")
    explained = evaluator.post(CALLBACKS, json=body).json()["response"]["why"]["children"]
    assert not any("data-post" in node["props"] for node in nodes(explained))
    assert "审核只针对现在的月报" in text(evaluator, "/review", "?release=1")
