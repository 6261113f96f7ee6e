"""How a pull is sent: packed to whoever asks for it, from a place on, and not at all to whoever has it."""

from __future__ import annotations

import base64
import gzip
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import append, next_place
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Pull
from metrics.publish.rendering import MEDIA_TYPES, render
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.callers import Response, caller
from tests.clock import Clock, turned
from tests.metrics.queries.test_views import post
from tests.people import bearer, person, token

OBSERVATIONS = "/api/v1/observations.csv"
GZIP = {"Accept-Encoding": "gzip"}
PINNED = ("etag", "repr-digest", "content-length", "content-encoding", "unencoded-digest", "vary")


@beginning
def submissions(session: WriteSession) -> WriteSession:
    """A submission of two units."""
    for unit in ("441202", "441203"):
        post(session, unit)
    return session


@pytest.fixture
def reader(client: TestClient, submissions: WriteSession) -> dict[str, str]:
    return caller(client, submissions, "third", Role.ASSESSOR).headers


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def as_sent(client: TestClient, address: str, headers: dict[str, str]) -> tuple[Response, bytes]:
    """The answer, and its bytes as they came."""
    with client.stream("GET", address, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_text_is_packed_for_whoever_asks(client: TestClient, reader: dict[str, str], form: str) -> None:
    address = f"/api/v1/observations.{form}"
    plain = client.get(address, headers=reader)
    answer, content = as_sent(client, address, reader | GZIP)
    assert answer.headers["vary"] == plain.headers["vary"] == "Authorization, Cookie, Accept-Encoding"
    assert (answer.headers["content-length"], answer.headers["repr-digest"]) == (str(len(content)), digest(content))
    if form in ("xlsx", "parquet"):
        assert "content-encoding" not in answer.headers
        return
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(content) == plain.content
    assert answer.headers["unencoded-digest"] == plain.headers["repr-digest"]
    assert answer.headers["etag"] != plain.headers["etag"]
    for cut in (1, 8, len(content) // 2):  # what breaks off is seen by whoever unpacks it, and by its length
        with pytest.raises(EOFError):
            gzip.decompress(content[:-cut])
    head = client.head(address, headers=reader | GZIP)
    assert {name: head.headers.get(name) for name in PINNED} == {name: answer.headers.get(name) for name in PINNED}


@pytest.mark.parametrize(
    ("asked", "packed"),
    [
        *(("", False), ("identity", False), ("br, zstd", False), ("gzip;q=0", False), ("identity, gzip;q=0.5", False)),
        *(("gzip", True), ("br;q=1.0, GZIP;q=0.8", True), ("gzip, identity;q=0.5", True)),
    ],
)
def test_what_is_asked_for_is_read_as_the_standard_says(
    client: TestClient, reader: dict[str, str], asked: str, packed: bool
) -> None:
    answer = client.get(f"{OBSERVATIONS}?limit=1", headers=reader | {"Accept-Encoding": asked})
    assert ("content-encoding" in answer.headers) is packed


def test_a_tag_is_that_of_what_would_come(client: TestClient, reader: dict[str, str]) -> None:
    plain, packed = (client.get(OBSERVATIONS, headers=reader | more) for more in ({}, GZIP))
    for known, more, status in (
        *((plain, {}, 304), (packed, GZIP, 304)),
        *((packed, {}, 200), (plain, GZIP, 200)),
    ):
        answer = client.get(OBSERVATIONS, headers=reader | more | {"If-None-Match": known.headers["etag"]})
        assert answer.status_code == status
        assert status == 200 or (answer.content, answer.headers["etag"]) == (b"", known.headers["etag"])
        assert status == 200 or "content-encoding" not in answer.headers


@pytest.mark.parametrize("more", [{}, GZIP], ids=["plain", "packed"])
def test_whoever_has_half_of_it_goes_on(client: TestClient, reader: dict[str, str], more: dict[str, str]) -> None:
    whole, content = as_sent(client, OBSERVATIONS, reader | more)
    half, tag = len(content) // 2, whole.headers["etag"]
    part, rest = as_sent(client, OBSERVATIONS, reader | more | {"Range": f"bytes={half}-", "If-Range": tag})
    assert (part.status_code, content[:half] + rest) == (206, content)
    assert part.headers["content-range"] == f"bytes {half}-{len(content) - 1}/{len(content)}"
    assert (part.headers["etag"], part.headers["repr-digest"]) == (tag, whole.headers["repr-digest"])
    beyond = client.get(OBSERVATIONS, headers=reader | more | {"Range": f"bytes={len(content)}-", "If-Range": tag})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize("condition", [{}, {"If-Range": '"another"'}, {"If-Range": "moment"}])
def test_whoever_does_not_say_half_of_what_is_sent_all(
    client: TestClient, reader: dict[str, str], condition: dict[str, str]
) -> None:
    whole = client.get(OBSERVATIONS, headers=reader)
    if condition.get("If-Range") == "moment":
        condition = {"If-Range": whole.headers["last-modified"]}
    answer = client.get(OBSERVATIONS, headers=reader | condition | {"Range": "bytes=9-"})
    assert (answer.status_code, answer.content) == (200, whole.content)


def recorded(session: WriteSession, at: datetime) -> None:
    place = next_place(session, simulated=at)
    append(session, kind="submission", place=place, content={"unit": "441202", "period": "2019-09"})
    session.commit()


def test_whoever_knows_since_when_is_told_that_nothing_came(
    client: TestClient, submissions: WriteSession, reader: dict[str, str]
) -> None:
    second = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    recorded(submissions, second)
    modified = client.get(OBSERVATIONS, headers=reader).headers["last-modified"]
    since = {"If-Modified-Since": modified}

    def status(address: str, *, by: dict[str, str] = reader, tags: dict[str, str] | None = None) -> int:
        return client.get(address, headers=by | since | (tags or {})).status_code

    assert status(OBSERVATIONS) == 304
    assert status(OBSERVATIONS, tags={"If-None-Match": '"another"'}) == 200  # a tag says more
    assert status("/api/v1/progress.csv") == 200  # changes by the day as well
    person(submissions, "clerk", role=Role.CLERK)
    assert status(OBSERVATIONS, by=bearer(token(submissions, "clerk").secret)) == 200  # whose rights may be others
    since["If-Modified-Since"] = "Thu, 01 Jan 2037 00:00:00 GMT"  # as before a restore
    assert status(OBSERVATIONS) == 200
    recorded(submissions, second + timedelta(milliseconds=700))  # in the same second
    since["If-Modified-Since"] = modified
    assert status(OBSERVATIONS) == 200


def test_what_changes_by_the_ledger_alone_is_the_same_a_year_later(submissions: WriteSession) -> None:
    view = view_at(submissions)
    for dataset in DATASETS.values():
        if dataset.by_ledger_alone:
            now = render(dataset, session=submissions, view=view, pull=Pull(), form="csv")
            with turned(Clock(datetime.now(UTC) + timedelta(days=400)), submissions.connection().engine):
                later = render(dataset, session=submissions, view=view, pull=Pull(), form="csv")
            assert later.sha256 == now.sha256
            for rendered in (now, later):
                rendered.file.close()
