"""The feed is Atom as RFC 4287 has it, its identifiers and pages stay, and strangers read what is released."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.queries import news
from tests.beginnings import beginning
from tests.callers import Caller, caller, refusal
from tests.metrics.commands.test_write_bulletin import drafted, issued
from tests.metrics.queries.test_views import post

ADDRESS = "/api/v1/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def read(client: TestClient, address: str = ADDRESS, headers: dict[str, str] | None = None) -> Element:
    answer = client.get(address, headers=headers or {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    found: Element = fromstring(answer.content)
    return found


def entries(root: Element) -> list[dict[str, Any]]:
    """Every entry: its identifier, kind, title and summary."""
    return [
        {
            "id": one.findtext(f"{ATOM}id"),
            "kind": category.get("term"),
            "title": one.findtext(f"{ATOM}title"),
            "summary": one.findtext(f"{ATOM}summary"),
        }
        for one in root.iter(f"{ATOM}entry")
        for category in one.iter(f"{ATOM}category")
    ]


def link(root: Element, relation: str) -> str | None:
    return next((one.get("href") for one in root.findall(f"{ATOM}link") if one.get("rel") == relation), None)


def valid(root: Element) -> None:
    """What RFC 4287, 4.1.1 and 4.1.2, ask of a feed and its entries."""
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") in ("zh-CN", "en")
    assert [len(root.findall(ATOM + name)) for name in ("id", "title", "updated", "author", "rights")] == [1] * 5
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert link(root, "self")
    for one in root.iter(f"{ATOM}entry"):
        named = ("id", "title", "updated", "published", "summary", "category")
        assert [len(one.findall(ATOM + name)) for name in named] == [1] * len(named)
        assert [found.get("rel") for found in one.findall(f"{ATOM}link")] == ["alternate"]
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext(f"{ATOM}id") or "")
    for moment in (*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")):
        assert _MOMENT.fullmatch(moment.text or "")
    updated = [one.findtext(f"{ATOM}updated") or "" for one in root.iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)


def publish(bureau: Caller, notes: str) -> None:
    headers = bureau.headers | {"Idempotency-Key": f"release-{hash(notes)}"}
    made = bureau.client.post("/api/v1/releases", json={"notes": notes}, headers=headers)
    assert made.status_code == 201, made.text


@beginning
def happened(client: TestClient, session: WriteSession) -> None:
    """Two releases, between them a correction that turns statuses and a bulletin; then a correction of another unit."""
    bureau = caller(client, session, "the.bureau", Role.REVIEWER)
    post(session, items_online=400)
    post(session, "441203")
    session.commit()
    publish(bureau, "一季度 <&>")
    post(session, items_online=990, reason="补报")
    issued(session, drafted(session))
    session.commit()
    publish(bureau, "二季度")
    post(session, "441203", items_online=700)


@pytest.fixture
def lived(happened: None, bureau: Caller) -> Caller:
    return bureau


def test_what_is_new_comes_newest_first_in_both_languages(lived: Caller) -> None:
    for language, words in (("zh", "已更正"), ("en", "corrected its submission")):
        root = read(lived.client, f"{ADDRESS}?lang={language}", lived.headers)
        valid(root)
        found = entries(root)
        kinds = [one["kind"] for one in found]
        assert kinds[0] == "correction"
        assert kinds[kinds.index("statuses") - 1] == "release"
        assert sorted(kinds) == sorted(
            ["release"] * 3 + ["statuses"] * kinds.count("statuses") + ["correction"] * 2 + ["bulletin"]
        )
        assert words in found[0]["title"]
        assert all("TG-" in one["summary"] and " → " in one["summary"] for one in found if one["kind"] == "statuses")
        assert found[-1]["summary"] == "一季度 <&>"


def test_identifiers_stay_and_pages_hold_everything_once(lived: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = entries(read(lived.client, ADDRESS, lived.headers))
    assert len({one["id"] for one in whole}) == len(whole)
    monkeypatch.setattr(news, "PAGE", 2)
    paged, address = [], ADDRESS
    while address:
        root = read(lived.client, address, lived.headers)
        valid(root)
        paged += entries(root)
        address = link(root, "next") or ""
    assert paged == whole


@pytest.mark.usefixtures("public_read")
def test_a_stranger_is_told_what_is_released_and_no_more(lived: Caller) -> None:
    root = read(lived.client)
    valid(root)
    found = entries(root)
    kinds = [one["kind"] for one in found]
    assert kinds[0] == "release"
    assert kinds.count("correction") == kinds.count("statuses") == kinds.count("bulletin") == 1
    assert "补报" not in str(found)


def test_nobody_reads_it_where_nothing_is_open(client: TestClient, lived: Caller) -> None:
    assert refusal(client.get(ADDRESS), 401)["status"] == 401
    assert lived.client is client


def test_texts_that_xml_cannot_hold_are_mended(session: WriteSession, bureau: Caller) -> None:
    post(session)
    session.commit()
    publish(bureau, "a\ufffeb")
    assert entries(read(bureau.client, ADDRESS, bureau.headers))[0]["summary"] == "a b"
