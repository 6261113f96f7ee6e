"""`/bulletins` over HTTP: drafted, edited and issued by a reviewer, read by everybody, the same bytes for ever."""

from __future__ import annotations

import base64
import hashlib

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.callers import Caller, Response, caller, refusal
from tests.metrics.queries.test_views import post

MONTH = "/api/v1/bulletins/2019-09"


def write(who: Caller, etag: str | None = None, **body: object) -> Response:
    headers = who.headers | ({} if etag is None else {"If-Match": etag})
    return who.client.post(MONTH, json=body, headers=headers)


def test_a_bulletin_is_drafted_edited_issued_and_read(client: TestClient, session: WriteSession) -> None:
    post(session, items_online=650)
    reviewer = caller(client, session, "bureau", Role.REVIEWER)
    clerk = caller(client, session, "chen", Role.CLERK)
    drafted = write(reviewer, act="draft")
    assert drafted.status_code == 201, drafted.text
    refusal(write(clerk, act="draft"), 403)
    refusal(client.get(MONTH, headers=clerk.headers), 403)
    refusal(client.get(f"{MONTH}.pdf", headers=clerk.headers), 404)
    refusal(client.get(f"{MONTH}.html?draft=1", headers=clerk.headers), 403)
    etag = drafted.headers["ETag"]
    refusal(write(reviewer, act="edit", paragraph="opening", text="x"), 428)
    typed_over = refusal(write(reviewer, etag, act="edit", paragraph="overall.TG-05A", text="{99.99%}"), 422)
    assert typed_over["errors"][0]["code"] == "figure_typed_over"
    edited = write(reviewer, etag, act="edit", language="en", paragraph="opening", text="As follows.")
    assert edited.status_code == 201, edited.text
    refusal(write(reviewer, etag, act="issue"), 412)
    shown = client.get(f"{MONTH}.html?draft=1&lang=en", headers=reviewer.headers)
    assert "As follows." in shown.text
    assert "Draft, not issued" in shown.text
    issued = write(reviewer, edited.headers["ETag"], act="issue")
    assert issued.status_code == 201, issued.text
    digests = {file["name"]: file["sha256"] for file in issued.json()["files"]}
    for name, digest in digests.items():
        language, _, form = name.partition(".")
        answer = client.get(f"{MONTH}.{form}?lang={language}", headers=clerk.headers)
        assert hashlib.sha256(answer.content).hexdigest() == digest
        assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    again = client.get(f"{MONTH}.pdf", headers=clerk.headers | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code in (200, 304)
    (version,) = client.get(f"{MONTH}/versions", headers=clerk.headers).json()["items"]
    assert (version["version"], version["release"]) == (1, 1)
    listed = client.get("/api/v1/bulletins.csv", headers=clerk.headers).text
    assert digests["zh.pdf"] in listed
