"""`/scores` and inquiries over HTTP: sheets, weights tried and set, scores recorded and corrected; each by its own."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.checking.walk import check_ledger
from metrics.models import LedgerEntry
from metrics.principal import Role
from tests.attached import a_pdf
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post

V1 = "/api/v1"
OWN, OTHER = "441202", "441203"
EVEN = {"attainment": 1, "timeliness": 1, "slips": 1, "inquiry": 1}
RULE = {"valid_from": "2019-09", "weights": {**EVEN, "timeliness": 0}, "reason": "年度考核方案已明确"}
RULE |= {"steps": {"attainment": [{"at_least": 1, "points": 100}, {"at_least": 0.5, "points": 40.5}]}}
SCORE = {"unit": OWN, "round": "2019", "form": "questionnaire", "score": 86.5, "full_marks": 100}
SCORE |= {"measured_on": "2019-08-20", "evidence": "https://example.org/report"}


@pytest.fixture
def people(client: TestClient, session: WriteSession) -> dict[str, Caller]:
    """Two units' figures of September 2019, a reviewer, an evaluator, and the clerks of both."""
    for unit, online in ((OWN, 699), (OTHER, 940)):
        post(session, unit, items_online=online)
    who: dict[str, tuple[Role, set[str] | None]] = {
        "reviewer": (Role.REVIEWER, None),
        "evaluator": (Role.EVALUATOR, None),
    }
    who |= {"own": (Role.CLERK, {OWN}), "other": (Role.CLERK, {OTHER})}
    return {name: caller(client, session, f"the.{name}", role, units) for name, (role, units) in who.items()}


def send(who: Caller, path: str, body: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return who.client.post(V1 + path, json=body, headers=who.headers | named)


def read(who: Caller, path: str) -> Any:
    answer = who.client.get(V1 + path, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(who: Caller, dataset: str, query: str = "") -> list[dict[str, str]]:
    text = who.client.get(f"{V1}/{dataset}.csv?{query}", headers=who.headers).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_weights_are_tried_then_set_and_what_was_known_stays(people: dict[str, Caller], session: WriteSession) -> None:
    reviewer = people["reviewer"]
    shipped = read(reviewer, "/scores/weights?period=2019-09")
    assert shipped["versions"] == []
    assert shipped["in_force"] | {"weights": None} == {
        "valid_from": None, "weights": None, "steps": {}, "citation": "", "reason": "", "actor": "", "seq": None,
        "recorded_at": None,
    }  # fmt: skip
    assert set(shipped["in_force"]["weights"].values()) == {"1"}
    before = read(reviewer, "/scores/2019-09")
    tried = send(reviewer, "/scores/weights?dry_run=true&period=2019-09", RULE)
    assert tried.status_code == 200, tried.text
    assert read(reviewer, "/scores/2019-09") == before
    made = send(reviewer, "/scores/weights", RULE)
    assert made.status_code == 201, made.text
    after = read(reviewer, "/scores/2019-09")
    moves = {move["unit"]: (move["score_before"], move["score_after"]) for move in tried.json()["moves"]}
    was = {sheet["unit"]: sheet["score"] for sheet in before["sheets"]}
    assert moves == {sheet["unit"]: (was[sheet["unit"]], sheet["score"]) for sheet in after["sheets"]}
    assert was[OWN] != moves[OWN][1]
    assert read(reviewer, f"/scores/2019-09?as_of={made.json()['seq'] - 1}") == before
    assert read(reviewer, "/scores/2019-08")["rule"]["seq"] is None
    (version,) = read(people["own"], "/scores/weights")["versions"]
    assert version["steps"]["attainment"] == [
        {"at_least": "0.5", "points": "40.5"}, {"at_least": "1", "points": "100"}
    ]  # fmt: skip
    assert refusal(send(reviewer, "/scores/weights", RULE), 409)["code"] == "score_rule_unchanged"
    leaf = json.loads(session.scalars(select(LedgerEntry.leaf).order_by(LedgerEntry.seq.desc()).limit(1)).one())
    assert {"kind": "score_rule", "valid_from": "2019-09", "reason": RULE["reason"]}.items() <= leaf.items()
    assert [row["part"] for row in rows(reviewer, "score_rules")] == list(EVEN)
    assert list(check_ledger(session)) == []


def test_a_rule_that_cannot_be_is_refused(people: dict[str, Caller]) -> None:
    zero = refusal(send(people["reviewer"], "/scores/weights", RULE | {"weights": dict.fromkeys(EVEN, 0)}), 422)
    assert (zero["code"], zero["errors"][0]["pointer"]) == ("weights_all_zero", "/weights")
    negative = RULE | {"weights": {**EVEN, "slips": -0.5}, "reason": ""}
    refused = refusal(send(people["reviewer"], "/scores/weights?dry_run=true", negative), 422)
    assert [error["code"] for error in refused["errors"]] == ["weight_invalid", "reason_missing"]
    for name in ("evaluator", "own"):
        assert refusal(send(people[name], "/scores/weights", RULE), 403)["code"] == "role_forbidden"
    assert refusal(people["own"].client.get(V1 + "/scores/2019-13", headers=people["own"].headers), 400)


def test_sheets_are_the_datasets_and_a_clerk_sees_their_own(people: dict[str, Caller]) -> None:
    reviewer = people["reviewer"]
    send(reviewer, "/tasks/39/inquiries", SCORE)
    sheets = read(reviewer, "/scores/2019-09")["sheets"]
    pulled = rows(reviewer, "scores", "period=2019-09")
    assert [(s["unit"], s["rank"], s["score"]) for s in sheets] == [
        (row["unit_code"], int(row["rank"]) if row["rank"] else None, row["score"] or None) for row in pulled
    ]
    for sheet, row in zip(sheets, pulled, strict=True):
        for part in sheet["parts"]:
            said = (row[f"{part['part']}_points"] or None, row[f"{part['part']}_weight"])
            assert (part["points"], part["weight"]) == said
    for name, unit in (("own", OWN), ("other", OTHER)):
        (sheet,) = read(people[name], "/scores/2019-09")["sheets"]
        whole = next(one for one in sheets if one["unit"] == unit)
        assert sheet == whole | {"rank": None}
        assert [row["unit_code"] for row in rows(people[name], "scores", "period=2019-09")] == [unit]
    assert rows(people["other"], "inquiries") == []
    assert [row["form_name"] for row in rows(people["own"], "inquiries", "lang=en")] == ["Questionnaire"]


def test_a_score_of_an_inquiry_is_recorded_and_corrected_as_it_was_seen(
    people: dict[str, Caller], session: WriteSession
) -> None:
    reviewer = people["reviewer"]
    kept = reviewer.client.post(
        f"{V1}/attachments",
        data={"unit": OWN},
        files={"file": ("报告.pdf", a_pdf())},
        headers=reviewer.headers,
    )
    file = kept.json()["seq"]
    first = send(reviewer, "/tasks/39/inquiries", SCORE | {"evidence": "", "attachments": [file]})
    assert first.status_code == 201, first.text
    assert refusal(send(reviewer, "/tasks/39/inquiries", SCORE), 428)["code"] == "version_missing"
    etag = first.headers["etag"]
    again = SCORE | {"score": "80"}
    assert refusal(send(reviewer, "/tasks/39/inquiries", again, If_Match=etag), 422)["code"] == "reason_missing"
    second = send(reviewer, "/tasks/39/inquiries", again | {"reason": "计分有误"}, If_Match=etag)
    assert (second.status_code, second.json()["revision"], second.json()["score"]) == (201, 2, "80")
    assert refusal(send(reviewer, "/tasks/39/inquiries", again, If_Match=etag), 412)["code"] == "version_stale"
    history = rows(reviewer, "inquiries", "history=true")
    assert [(row["score"], row["attachments"], row["reason"]) for row in history] == [
        ("86.5", str(file), ""), ("80", "", "计分有误")
    ]  # fmt: skip
    assert list(check_ledger(session)) == []


def test_what_is_wrong_with_a_score_is_named(people: dict[str, Caller]) -> None:
    reviewer = people["reviewer"]
    wrong = {"unit": "ZQ-YUEGUI", "round": "19", "form": "dream", "score": 101, "measured_on": "2999-01-01"}
    refused = refusal(send(reviewer, "/tasks/39/inquiries", SCORE | wrong | {"evidence": ""}), 422)
    assert [error["code"] for error in refused["errors"]] == [
        "task_not_owed", "round_invalid", "form_unknown", "score_invalid", "measured_on_invalid", "evidence_missing"
    ]  # fmt: skip
    assert refusal(send(reviewer, "/tasks/39/inquiries", SCORE | {"full_marks": 0}), 422)["code"] == (
        "full_marks_invalid"
    )
    ahead = refusal(send(reviewer, "/tasks/39/inquiries", SCORE | {"round": "2020"}), 422)
    assert (ahead["code"], ahead["errors"][0]["pointer"]) == ("round_invalid", "/round")  # measured in 2019
    assert refusal(send(reviewer, "/tasks/38/inquiries", SCORE), 404)["code"] == "inquiry_unknown"
    assert refusal(send(people["own"], "/tasks/39/inquiries", SCORE), 403)["code"] == "role_forbidden"
