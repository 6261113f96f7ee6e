"""`/releases` over HTTP: published once, read as the same bytes in whole or in part."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from itertools import product
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import User
from metrics.principal import Role
from metrics.publish import release_files
from tests.beginnings import beginning
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post
from tests.people import token

ADDRESS = "/api/v1/releases"
HEADERS = ("etag", "repr-digest", "content-length", "content-type", "content-disposition", "accept-ranges")


def publish(bureau: Caller, *, key: str = "release-1", **body: Any) -> Any:
    return bureau.client.post(
        ADDRESS, json={"notes": "三季度 Q3", **body}, headers=bureau.headers | {"Idempotency-Key": key}
    )


@beginning
def made(client: TestClient, session: WriteSession) -> dict[str, Any]:
    """Release 1, by `the.bureau`."""
    post(session)
    response = publish(caller(client, session, "the.bureau", Role.REVIEWER))
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{ADDRESS}/1"
    answer: dict[str, Any] = response.json()
    return answer


def test_a_release_is_published_listed_and_read(made: dict[str, Any], bureau: Caller) -> None:
    listed = bureau.client.get(ADDRESS, headers=bureau.headers).json()["items"]
    assert listed == [made]
    assert bureau.client.get(f"{ADDRESS}/1", headers=bureau.headers).json() == made
    for file in made["files"]:
        response = bureau.client.get(file["url"], headers=bureau.headers)
        digest = hashlib.sha256(response.content)
        assert (len(response.content), digest.hexdigest()) == (file["bytes"], file["sha256"])
        assert response.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert response.headers["content-type"] == file["media_type"]


def test_a_release_with_every_count_stays_closed_to_clerks(
    made: dict[str, Any], clerk: Caller, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was made before counts that no rate is made of were left out. What they are now is for every reader."""
    addresses = [made["archive"], *(file["url"] for file in made["files"])]
    for address in addresses:
        assert clerk.client.get(address, headers=clerk.headers).status_code == 200
    monkeypatch.setattr(release_files, "_package", lambda *_: {"synthetic": False})
    for address in addresses:
        response = clerk.client.get(address, headers=clerk.headers)
        if address.endswith(("observations.csv", ".zip")):
            assert refusal(response, 403)["code"] == "unit_forbidden"
        else:
            assert response.status_code == 200


def test_a_retry_publishes_nothing_more(made: dict[str, Any], client: TestClient, session: WriteSession) -> None:
    bureau = Caller(client, token(session, "the.bureau").secret)
    again = publish(bureau)
    assert (again.status_code, again.json()) == (200, made)
    assert again.headers["idempotent-replayed"] == "true"
    assert refusal(publish(bureau, notes="other"), 422)["code"] == "idempotency_key_reused"
    assert publish(bureau, key="release-2").json()["number"] == 2


@pytest.mark.parametrize("address", [f"{ADDRESS}/1/rates.csv", f"{ADDRESS}/1.zip"])
def test_ranges_put_together_are_the_file(made: dict[str, Any], bureau: Caller, address: str) -> None:
    whole = bureau.client.get(address, headers=bureau.headers)
    digest = base64.b64encode(hashlib.sha256(whole.content).digest()).decode()
    assert (whole.headers["accept-ranges"], whole.headers["repr-digest"]) == ("bytes", f"sha-256=:{digest}:")
    size, held = len(whole.content), {"If-Range": whole.headers["etag"]}
    pieces = b""
    for first in range(0, size, 10_000):
        last = min(first + 9_999, size - 1)
        piece = bureau.client.get(address, headers=bureau.headers | held | {"Range": f"bytes={first}-{last}"})
        assert piece.status_code == 206
        assert piece.headers["repr-digest"] == whole.headers["repr-digest"]
        assert piece.headers["content-range"] == f"bytes {first}-{last}/{size}"
        pieces += piece.content
    assert pieces == whole.content


# What is asked, and the part of the file that is answered, with 206; None: the whole, with 200.
RANGES = {
    "bytes=0-0": slice(0, 1),
    "bytes=-5": slice(-5, None),
    "bytes=5-": slice(5, None),
    "bytes=0-999999999": slice(0, None),
    "bytes=-999999999": slice(0, None),
    "bytes=5-2": None,
    "bytes=0-1,3-4": None,
    "lines=0-1": None,
    "bytes=-": None,
    "bytes=99999999999999999999-": None,
}


def test_a_range_is_answered_or_the_whole_is(made: dict[str, Any], bureau: Caller) -> None:
    address = f"{ADDRESS}/1/units.csv"
    whole = bureau.client.get(address, headers=bureau.headers).content
    answers = {asked: bureau.client.get(address, headers=bureau.headers | {"Range": asked}) for asked in RANGES}
    told = {asked: (answer.status_code, answer.content) for asked, answer in answers.items()}
    assert told == {asked: (200, whole) if part is None else (206, whole[part]) for asked, part in RANGES.items()}
    assert all(answer.headers["content-length"] == str(len(answer.content)) for answer in answers.values())


def test_a_range_outside_the_file_is_refused(made: dict[str, Any], bureau: Caller) -> None:
    places = product(("1/units.csv", "1.zip"), ("bytes=99999999-", "bytes=-0"))
    for file, asked in places:
        response = bureau.client.get(f"{ADDRESS}/{file}", headers=bureau.headers | {"Range": asked})
        assert refusal(response, 416)["code"] == "range_not_satisfiable"
        assert response.headers["content-range"].startswith("bytes */")


def test_what_is_held_already_is_not_sent_again(made: dict[str, Any], bureau: Caller) -> None:
    for address in (f"{ADDRESS}/1/rates.csv", f"{ADDRESS}/1.zip"):
        etag = bureau.client.get(address, headers=bureau.headers).headers["etag"]
        held = bureau.client.get(address, headers=bureau.headers | {"If-None-Match": f'"x", W/{etag}'})
        assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", etag)
        whole = bureau.client.get(address, headers=bureau.headers)
        head = bureau.client.head(address, headers=bureau.headers | {"Range": "bytes=0-9"})
        told = [{name: answer.headers[name] for name in HEADERS} for answer in (head, whole)]
        assert (head.status_code, head.content, told[0]) == (200, b"", told[1])
        for other in ('"another"', f"W/{etag}", "Sat, 05 Oct 2019 00:00:00 GMT"):
            stale = {"Range": "bytes=0-9", "If-Range": other}
            assert bureau.client.get(address, headers=bureau.headers | stale).content == whole.content


def test_the_archive_holds_every_file_and_never_changes(
    made: dict[str, Any], bureau: Caller, session: WriteSession
) -> None:
    first = bureau.client.get(made["archive"], headers=bureau.headers)
    assert first.headers["content-length"] == str(len(first.content))
    post(session, items_online=600)
    assert bureau.client.get(made["archive"], headers=bureau.headers).content == first.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as opened:
        assert opened.testzip() is None
        found = {name: hashlib.sha256(opened.read(name)).hexdigest() for name in opened.namelist()}
    assert found == {f"biaochi-release-1/{file['name']}": file["sha256"] for file in made["files"]}


UNREADABLE = {
    "/2": (404, "release_unknown"),
    "/2.zip": (404, "release_unknown"),
    "/1/differences.csv": (404, "release_first"),
    "/1/differences.csv?from=7": (404, "release_unknown"),
    "/2/rates.csv": (404, "release_unknown"),
    "/1/passwords.csv": (404, "release_file_unknown"),
    "/1/%00": (404, "release_file_unknown"),
    "/0": (400, "parameter_invalid"),
    "/99999999999": (400, "parameter_invalid"),
    "/x.zip": (400, "parameter_invalid"),
    "/1?colour=red": (400, "parameter_unknown"),
    "/1/rates.csv?unit=441202": (400, "parameter_unknown"),
}


def test_what_cannot_be_read_is_refused(made: dict[str, Any], bureau: Caller) -> None:
    answers = {path: bureau.client.get(ADDRESS + path, headers=bureau.headers) for path in UNREADABLE}
    refused = {
        path: (answer.status_code, refusal(answer, answer.status_code)["code"]) for path, answer in answers.items()
    }
    assert refused == UNREADABLE


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "body_invalid"),
        ({"notes": ""}, 422, "notes_missing"),
        ({"notes": "x" * 4001}, 422, "body_invalid"),
        ({"notes": 3}, 422, "body_invalid"),
        ({"notes": "x", "basis": "guessed"}, 422, "body_invalid"),
        ({"notes": "x", "number": 7}, 422, "body_invalid"),
        ({"notes": "\x00"}, 400, "body_character"),
        ([], 400, "body_not_an_object"),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused(
    bureau: Caller, session: WriteSession, body: Any, status: int, code: str
) -> None:
    post(session)
    response = bureau.client.post(ADDRESS, json=body, headers=bureau.headers | {"Idempotency-Key": "k"})
    assert refusal(response, status)["code"] == code
    assert bureau.client.get(ADDRESS, headers=bureau.headers).json() == {"items": []}


def test_a_key_is_needed_and_something_to_release(bureau: Caller) -> None:
    response = bureau.client.post(ADDRESS, json={"notes": "x"}, headers=bureau.headers)
    assert refusal(response, 400)["code"] == "idempotency_key_missing"
    assert refusal(publish(bureau), 409)["code"] == "nothing_to_release"


def test_others_read_and_do_not_publish(client: TestClient, session: WriteSession, made: dict[str, Any]) -> None:
    for role in (Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN):
        somebody = caller(client, session, f"a-{role.value}", role)
        assert refusal(publish(somebody), 403)["code"] == "role_forbidden"
        assert client.get(ADDRESS, headers=somebody.headers).json()["items"] == [made]
    assert client.get(f"{ADDRESS}/1/rates.csv", headers=somebody.headers).status_code == 200
    assert refusal(client.get(ADDRESS), 401)["code"] == "credentials_missing"
    assert refusal(client.get(f"{ADDRESS}/1/rates.csv"), 401)["code"] == "credentials_missing"


def test_a_dry_run_answers_the_same_and_stores_nothing(bureau: Caller, session: WriteSession) -> None:
    post(session)
    address = f"{ADDRESS}?dry_run=true"
    looked = bureau.client.post(address, json={"notes": "三季度 Q3"}, headers=bureau.headers)
    assert looked.status_code == 200, looked.text
    assert bureau.client.get(ADDRESS, headers=bureau.headers).json() == {"items": []}
    made = publish(bureau).json()
    assert looked.json().keys() == made.keys()
    for name in ("number", "seq", "stands_on", "basis", "notes", "actor", "archive"):
        assert looked.json()[name] == made[name]
    tables = [[file for file in answer["files"] if file["rows"]] for answer in (looked.json(), made)]
    assert tables[0] == tables[1]
    assert refusal(bureau.client.post(address, json={"notes": ""}, headers=bureau.headers), 422)


def test_a_release_of_the_demonstration_says_so_for_ever(bureau: Caller, session: WriteSession) -> None:
    post(session)
    session.execute(update(User).values(demonstration=True))
    publish(bureau, key="demonstration")
    session.execute(update(User).values(demonstration=False))
    publish(bureau, key="real")

    def said(path: str) -> tuple[str | None, bool]:
        headers = bureau.client.get(f"{ADDRESS}/{path}", headers=bureau.headers).headers
        return headers.get("x-biaochi-synthetic"), "synthetic" in headers["content-disposition"]

    synthetic = ("1.zip", "1/rates.csv", "1/units.en.csv", "2/differences.csv")
    assert {path: said(path) for path in synthetic} == dict.fromkeys(synthetic, ("true", True))
    real = ("2.zip", "2/rates.csv", "1/verify.py", "1/entry.jsonl")
    assert {path: said(path) for path in real} == dict.fromkeys(real, (None, False))
