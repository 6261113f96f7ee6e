"""`/phases/{phase}/findings` and `/rectifications` over HTTP: rights, replays, versions, and the datasets."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry
from metrics.principal import Role
from tests.callers import Caller, Response, caller, refusal
from tests.metrics.commands.test_rectify_finding import LATER

ROUND = "/api/v1/phases/PH2"
GOOD = {"unit": "441202", "target": "TG-19B", "severity": "major", "text": "=窗口只受理部分事项", "due_on": LATER}


def send(who: Caller, path: str, body: dict[str, Any], **headers: str) -> Response:
    given = who.headers | {name.replace("_", "-"): value for name, value in headers.items()}
    return who.client.post(ROUND + path, json=body, headers=given)


def rows(who: Caller, dataset: str) -> list[dict[str, str]]:
    answer = who.client.get(f"/api/v1/{dataset}.csv", headers=who.headers)
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_a_finding_is_raised_answered_and_closed(client: TestClient, session: WriteSession) -> None:
    bureau = caller(client, session, "bureau", Role.REVIEWER)
    own = caller(client, session, "chen", Role.CLERK, {"441202"})
    other = caller(client, session, "zhao", Role.CLERK, {"441203"})
    made = send(bureau, "/findings", GOOD, Idempotency_Key="a")
    assert made.status_code == 201, made.text
    assert send(bureau, "/findings", GOOD, Idempotency_Key="a").status_code == 200
    leaf = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert {"kind": "inspection_finding", "finding": 1, "phase": "PH2", **GOOD}.items() <= leaf.items()
    answer = {"finding": 1, "text": "已扩至全部事项", "evidence": "https://example.org/a"}
    refused = send(other, "/rectifications", answer, Idempotency_Key="b")
    assert refused.status_code in (403, 404)
    sent = send(own, "/rectifications", answer, Idempotency_Key="b")
    assert (sent.status_code, sent.json()["state"]) == (201, "answered")
    assert refusal(send(bureau, "/findings/1/close", {}), 428)["code"] == "version_missing"
    stale = send(bureau, "/findings/1/close", {}, If_Match=made.headers["etag"])
    assert refusal(stale, 412)["code"] == "version_stale"
    closed = send(bureau, "/findings/1/close", {}, If_Match=sent.headers["etag"])
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    late = send(own, "/rectifications", answer, Idempotency_Key="c")
    assert refusal(late, 409)["code"] == "finding_state_forbids"
    (listed,) = client.get(f"{ROUND}/findings", headers=own.headers).json()
    assert (listed["standing"]["state"], listed["etag"]) == ("closed", closed.headers["etag"])
    assert len(client.get(f"{ROUND}/rectifications", headers=own.headers).json()) == 2
    assert client.get(f"{ROUND}/findings", headers=other.headers).json() == []
    (row,) = rows(own, "findings")
    assert (row["state"], row["text"], row["severity"]) == ("closed", "'=窗口只受理部分事项", "major")
    assert [act["action"] for act in rows(own, "rectifications")] == ["answer", "close"]
    assert rows(other, "findings") == rows(other, "rectifications") == []
