"""`/phases` over HTTP: the rule that binds is read, decided with a reason, and stands in ledger and datasets."""

from __future__ import annotations

import csv
import io
import json

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry
from metrics.principal import Role
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post

RULE = "/api/v1/phases/rule"


def rows(who: Caller, dataset: str, **parameters: str) -> list[dict[str, str]]:
    answer = who.client.get(f"/api/v1/{dataset}.csv", params=parameters, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_a_decided_rule_is_an_entry_and_moves_the_datasets(client: TestClient, session: WriteSession) -> None:
    for month, materials in (("2019-09", 450), ("2019-11", 390)):
        post(session, "441202", month, materials_baseline=1000, materials_current=materials)
    who = caller(client, session, "han", Role.EVALUATOR)
    asked = {"phase": "PH2", "unit": "441202", "period": "2019-11"}
    assert client.get(RULE, headers=who.headers).json()["binding"] == "due_date"
    (before,) = rows(who, "gates", **asked, target="TG-04A")
    assert (before["verdict"], before["timing"], before["window_end"]) == ("in_window", "in_window", "2019-12-31")
    assert (before["line"], before["second_line"]) == ("74", "32")
    assert "减少60%以上" in before["quote"]
    assert "减少60%以上" in before["second_quote"]
    body = {"binding": "window_end", "reason": "以工作目标为准"}
    made = client.post(RULE, json=body, headers=who.headers)
    assert made.status_code == 201, made.text
    leaf = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert {"kind": "gate_rule", "actor": "han", **body}.items() <= leaf.items()
    (phase,) = rows(who, "phases", **asked)
    assert (phase["binding"], phase["gates"], phase["in_window"], phase["late"]) == ("window_end", "3", "0", "0")
    (then,) = rows(who, "phases", **asked, as_of=str(made.json()["seq"] - 1))
    assert (then["binding"], then["in_window"]) == ("due_date", "1")
    assert int(phase["on_time"]) == int(then["on_time"]) + 1
    assert refusal(client.post(RULE, json=body, headers=who.headers), 409)["code"] == "gate_rule_unchanged"
    again = client.post(RULE, json={"binding": "due_date"}, headers=who.headers)
    assert refusal(again, 422)["errors"][0]["pointer"] == "/reason"
