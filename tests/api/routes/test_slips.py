"""`/slips` over HTTP: issued, signed for, handed on, answered, extended, sent back, closed; each by its own."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import Any

import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import LedgerEntry, SlipActRecord
from metrics.principal import Role
from tests.attached import a_pdf
from tests.callers import Caller, Response, caller, refusal
from tests.clock import in_days

V1 = "/api/v1"
_keys = itertools.count()


def day(days: int) -> str:
    return in_days(days).isoformat()


def issue(who: Caller, **changes: Any) -> Response:
    body = {
        "unit": "441202",
        "title": "=网上可办率未达标",
        "text": "请说明原因并报整改措施。",
        "due_on": day(20),
        "origin": "red_light",
        "target": "TG-05A",
        "period": "2019-09",
    }
    headers = who.headers | {"Idempotency-Key": f"slip-{next(_keys)}"}
    return who.client.post(f"{V1}/slips", json=body | changes, headers=headers)


def act(who: Caller, slip: str, what: str, *, seen: str | None = None, **body: Any) -> Response:
    """Do something with the slip as it is now, or as it was `seen`."""
    headers = who.headers | {"If-Match": seen or f'"slip-{slip}-{len(acts(who, slip))}"'}
    return who.client.post(f"{V1}/slips/{slip}/{what}", json=body, headers=headers)


def acts(who: Caller, slip: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one(who, slip).json().get("acts", [])
    return found


def one(who: Caller, slip: str) -> Response:
    return who.client.get(f"{V1}/slips/{slip}", headers=who.headers)


def rows(who: Caller, name: str = "slips", **parameters: str) -> list[dict[str, str]]:
    response = who.client.get(f"{V1}/{name}.csv", params=parameters, headers=who.headers)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


@pytest.fixture
def leader(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "zhang", Role.LEADER)


def test_the_whole_way_of_a_slip(bureau: Caller, clerk: Caller, neighbour: Caller, leader: Caller) -> None:
    slip = issue(bureau).json()["slip"]
    sent = clerk.client.post(
        f"{V1}/attachments", files={"unit": (None, "441202"), "file": ("佐证.pdf", a_pdf())}, headers=clerk.headers
    )
    file = sent.json()["seq"]
    steps: list[tuple[Caller, str, dict[str, Any], str]] = [
        (leader, "receive", {}, "in_hand"),
        (clerk, "delegate", {"text": "请提供接口清单", "to_unit": "441203", "due_on": day(5)}, "in_hand"),
        (clerk, "delegate", {"text": "请核对台账", "to_name": "区政数局"}, "in_hand"),
        (neighbour, "receive", {"part": 1}, "in_hand"),
        (neighbour, "answer", {"part": 1, "text": "清单已送"}, "answered"),  # as it sees it: its part is
        (clerk, "answer", {"part": 2, "text": "代答:已核对"}, "in_hand"),
        (clerk, "extension", {"text": "接口改造需两周", "due_on": day(34)}, "in_hand"),
        (bureau, "extension/decision", {"granted": True, "due_on": day(30)}, "in_hand"),
        (clerk, "answer", {"text": "已整改", "evidence": "https://example.org/a", "attachments": [file]}, "answered"),
        (bureau, "return", {"text": "请补充佐证"}, "returned"),
        (clerk, "answer", {"text": "已补充"}, "answered"),
        (bureau, "review", {}, "reviewed"),
        (bureau, "close", {"text": "同意销号"}, "closed"),
    ]
    for who, what, body, state in steps:
        done = act(who, slip, what, **body)
        assert (done.status_code, done.json().get("state")) == (201, state), (what, done.text)
    acted = [done["unit"] for done in acts(bureau, slip)][4:6]
    assert acted == ["441203", "441203"]
    answered = [r for r in rows(bureau, "slip_acts") if r["act"] == "answer" and not r["part"]]
    assert [r["attachments"] for r in answered] == [str(file), ""]
    assert [r["act"] for r in rows(bureau, "slip_acts")][-2:] == ["review", "close"]
    shown = {
        "state": "closed",
        "due_on": day(30),
        "extensions": "1",
        "returns": "1",
        "parts": "2",
        "parts_open": "0",
        "title": "'=网上可办率未达标",
        "age_days": "0",
        "days_late": "0",
    }
    assert [shown.items() <= row.items() for row in rows(clerk)] == [True]


@pytest.fixture
def third(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "qian", Role.CLERK, {"441204"})


def test_whom_a_part_was_handed_to_reads_that_part_and_nothing_that_others_say(
    bureau: Caller, clerk: Caller, neighbour: Caller, third: Caller, session: WriteSession
) -> None:
    """Every act that there is, each with words of its own: who reads which of them, everywhere that shows acts."""
    slip = issue(bureau, title="交办事由", text="交办原文").json()["slip"]
    steps: list[tuple[Caller, str, dict[str, Any]]] = [
        (clerk, "receive", {}),
        (clerk, "delegate", {"text": "乙部分要求", "to_unit": "441203", "due_on": day(5)}),
        (clerk, "delegate", {"text": "丙部分要求", "to_unit": "441204"}),
        (clerk, "delegate", {"text": "丁部分要求", "to_name": "区政数局"}),
        (clerk, "extension", {"text": "延期理由", "due_on": day(34)}),
        (bureau, "extension/decision", {"granted": True, "text": "延期批复"}),
        (third, "receive", {"part": 2}),
        (third, "answer", {"part": 2, "text": "丙的答复"}),
        (neighbour, "receive", {"part": 1}),
        (neighbour, "answer", {"part": 1, "text": "乙的答复"}),
        (clerk, "answer", {"part": 3, "text": "代丁答复"}),
        (clerk, "answer", {"text": "主办答复"}),
        (bureau, "return", {"text": "退回理由"}),
        (clerk, "answer", {"text": "再次答复"}),
        (bureau, "review", {"text": "审核意见"}),
    ]
    states = []
    for who, what, body in steps:
        assert act(who, slip, what, **body).status_code == 201, what
        states += [row["state"] for row in rows(neighbour)]
    assert list(dict.fromkeys(states)) == ["issued", "in_hand", "answered"]
    both = {"交办事由", "交办原文"}
    words = both | {body["text"] for _, _, body in steps if "text" in body}
    theirs = {
        clerk: words,
        neighbour: both | {"乙部分要求", "乙的答复"},
        third: both | {"丙部分要求", "丙的答复"},
    }
    for who, told in theirs.items():
        pulled = (rows(who), rows(who, "slip_acts"), one(who, slip).json())
        assert {word for word in words if word in str(pulled)} == told
    (row,) = rows(neighbour)
    assert (row["state"], row["due_on"], row["parts"], row["parts_open"]) == ("answered", day(5), "1", "0")
    assert [(row["state"], row["parts"]) for row in rows(clerk)] == [("reviewed", "3")]
    assert act(bureau, slip, "close", text="同意销号").status_code == 201
    assert [r["state"] for who in (neighbour, third) for r in rows(who)] == ["closed", "closed"]


def test_a_slip_that_was_issued_is_numbered_by_year_and_in_the_ledger(bureau: Caller, session: WriteSession) -> None:
    made = issue(bureau)
    assert made.status_code == 201, made.text
    slip, etag, year = made.json()["slip"], made.headers["etag"], in_days(0).year
    assert (slip, made.json()["written"], etag) == (
        f"{year}-1",
        f"督办〔{year}〕1号",
        f'"slip-{year}-1-1"',
    )
    leaf = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert (leaf["kind"], leaf["unit"], leaf["due_on"], leaf["target"]) == ("slip", "441202", day(20), "TG-05A")
    assert issue(bureau, unit="441203").json()["slip"] == f"{year}-2"
    act(bureau, slip, "withdraw", text="发错")
    assert [r["state"] for r in rows(bureau, as_of=str(made.json()["seq"]))] == ["issued"]
    assert [r["state"] for r in rows(bureau)] == ["withdrawn", "issued"]


def test_what_is_not_possible_is_refused_with_what_is(bureau: Caller, clerk: Caller) -> None:
    slip = issue(bureau).json()["slip"]
    said = refusal(act(clerk, slip, "answer", text="x"), 409)
    assert said["code"] == "slip_act_impossible"
    assert said["message"]["zh"] == "督办单现为“待签收”,不能答复;现在可以:签收。"
    assert said["message"]["en"] == "The slip is to be signed for; you cannot answer now. What you can do: sign for it."
    assert refusal(act(bureau, slip, "close"), 409)["code"] == "slip_act_impossible"
    assert refusal(act(clerk, slip, "receive", part=1), 409)["code"] == "slip_act_impossible"
    assert act(bureau, slip, "withdraw", text="发错").json()["state"] == "withdrawn"
    assert "现在无须办理" in refusal(act(clerk, slip, "receive"), 409)["message"]["zh"]


def test_an_act_names_the_slip_as_it_was_seen(bureau: Caller, clerk: Caller) -> None:
    slip = issue(bureau).json()["slip"]
    seen = one(clerk, slip).headers["etag"]
    assert act(clerk, slip, "receive", seen=seen).status_code == 201
    assert refusal(act(clerk, slip, "answer", seen=seen, text="x"), 412)["code"] == "version_stale"
    unnamed = clerk.client.post(f"{V1}/slips/{slip}/answer", json={"text": "x"}, headers=clerk.headers)
    assert refusal(unnamed, 428)["code"] == "version_missing"


def test_everybody_does_their_own(bureau: Caller, clerk: Caller, neighbour: Caller, session: WriteSession) -> None:
    slip = issue(bureau).json()["slip"]
    assert refusal(act(bureau, slip, "receive"), 403)["code"] == "role_forbidden"
    assert refusal(act(clerk, slip, "withdraw", text="x"), 403)["code"] == "role_forbidden"
    assert refusal(issue(clerk), 403)["code"] == "role_forbidden"
    for answer in (one(neighbour, slip), act(neighbour, slip, "receive"), one(neighbour, f"{in_days(0).year}-99")):
        assert refusal(answer, 404)["code"] == "slip_unknown"
    assert rows(neighbour) == []
    assert act(clerk, slip, "receive").status_code == 201
    assert act(clerk, slip, "delegate", text="一部分", to_unit="441203").status_code == 201
    assert [row["slip"] for row in rows(neighbour)] == [slip]
    assert refusal(act(neighbour, slip, "answer", text="替答"), 409)["code"] == "slip_act_impossible"
    assert refusal(act(neighbour, slip, "answer", part=1, text="未签收"), 409)["code"] == "slip_act_impossible"
    recorded = session.scalars(select(SlipActRecord.act).order_by(SlipActRecord.seq)).all()
    assert recorded == ["issue", "receive", "delegate"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"unit": "441200"}, "/unit"),
        ({"title": " "}, "/title"),
        ({"title": "a\nb"}, "/title"),
        ({"text": "\u200b"}, "/text"),
        ({"due_on": "2019-02-30"}, "/due_on"),
        ({"due_on": "2019-09-30"}, "/due_on"),
        ({"target": "TG-99"}, "/target"),
        ({"target": ""}, "/target"),
        ({"origin": "task"}, "/task"),
        ({"task": 51}, "/task"),
        ({"period": "2019-13"}, "/period"),
        ({"origin": "finding"}, "/finding"),
        ({"origin": "finding", "finding": "1"}, "/finding"),
    ],
)
def test_what_a_slip_cannot_say_is_named(bureau: Caller, changes: dict[str, Any], pointer: str) -> None:
    assert [problem["pointer"] for problem in refusal(issue(bureau, **changes), 422)["errors"]] == [pointer]


def test_what_an_act_cannot_say_is_named(bureau: Caller, clerk: Caller) -> None:
    slip = issue(bureau).json()["slip"]
    act(clerk, slip, "receive")
    wrong: list[tuple[Caller, str, dict[str, Any], str]] = [
        (clerk, "answer", {"text": " "}, "/text"),
        (clerk, "answer", {"text": "x", "evidence": "javascript:1"}, "/evidence"),
        (clerk, "answer", {"text": "x", "attachments": [1]}, "/attachments/0"),
        (clerk, "delegate", {"text": "x"}, "/to_unit"),
        (clerk, "delegate", {"text": "x", "to_unit": "441203", "to_name": "y"}, "/to_unit"),
        (clerk, "delegate", {"text": "x", "to_unit": "441202"}, "/to_unit"),
        (clerk, "delegate", {"text": "x", "to_unit": "441200"}, "/to_unit"),
        (clerk, "delegate", {"text": "x", "to_name": "a\nb"}, "/to_name"),
        (clerk, "delegate", {"text": "x", "to_name": "y", "due_on": day(21)}, "/due_on"),
        (clerk, "extension", {"text": "x", "due_on": day(20)}, "/due_on"),
        (bureau, "withdraw", {"text": ""}, "/text"),
    ]
    for who, what, body, pointer in wrong:
        errors = refusal(act(who, slip, what, **body), 422)["errors"]
        assert [problem["pointer"] for problem in errors] == [pointer], (what, body)


def test_no_row_takes_a_slip_of_another_unit_into_one_s_sight(
    bureau: Caller, client: TestClient, session: WriteSession
) -> None:
    """By SQL of the service's role: an act on a slip that is not the unit's is refused by the table itself."""
    slip = issue(bureau).json()["slip"]
    session.execute(
        text("select set_config('biaochi.role', 'clerk', true), set_config('biaochi.units', '441203', true)")
    )
    assert session.scalars(select(SlipActRecord.slip)).all() == []
    attempt = session.begin_nested()
    statement = (
        "insert into slip_acts values (9000000, :slip, 'receive', '441203', null, '', '', '', '', null, '', '', null,"
        " null, '', '', '{}', 'x', now())"
    )
    with pytest.raises(Exception, match="row-level security"):
        session.execute(text(statement), {"slip": slip})
    attempt.rollback()
