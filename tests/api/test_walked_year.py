"""A year walked over HTTP: what was issued stays as it was, what was known at any month's end is answered still."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from metrics.cli.plan import CITY_PLAN
from metrics.commands.load_plan import load_plan
from metrics.database import Sessions, make_engine, read_session, use_engine
from metrics.ledger.checking.walk import check_ledger
from metrics.periods import add_months
from metrics.plan.files import read_plan
from metrics.principal import Role
from metrics.queries.derived_check import derived_findings
from tests.clock import Clock, turned
from tests.databases import Server
from tests.people import bearer, person, token
from tests.walked_year import (
    ANEW,
    CORRECTED,
    DINGHU,
    DUANZHOU,
    FIRST,
    GAOYAO,
    LATE,
    MISSED,
    MONTHS,
    PULLED,
    SIHUI,
    V1,
    Year,
    issued,
    walk,
)

_BEGUN = datetime(2019, 2, 20, 1, tzinfo=UTC)
_PEOPLE = {
    **{unit: (Role.CLERK, {unit}) for unit in (DUANZHOU, DINGHU, GAOYAO, SIHUI)},
    "leader": (Role.LEADER, {DUANZHOU}),
    "bureau": (Role.REVIEWER, set[str]()),
}


@pytest.fixture(scope="module")
def year(server: Server, application: FastAPI) -> Iterator[Year]:
    """The year, walked once. Its clock stays at its end."""
    clock = Clock(_BEGUN)
    with server.database(plan=False) as database:
        engine = make_engine(database.url, pool_size=5)
        with use_engine(engine), turned(clock, engine):
            with Sessions(engine).write() as session:
                load_plan(session, read_plan(CITY_PLAN), actor="tests")
                headers = {}
                for name, (role, units) in _PEOPLE.items():
                    shown = "李明" if role is Role.LEADER else "陈"
                    person(session, f"walk-{name}", role=role, units=units, display_name=shown)
                    headers[name] = bearer(token(session, f"walk-{name}").secret)
            with TestClient(application, base_url="http://127.0.0.1:8000") as client:
                walked = Year(client, clock, headers)
                walk(walked)
                yield walked


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def document(year: Year, month: str, version: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(year.get(f"/bulletins/{month}.json", lang="zh", version=str(version)))
    return found


def told(year: Year, month: str, version: int = 1) -> dict[str, str]:
    """The paragraphs of a bulletin by key."""
    blocks = document(year, month, version)["blocks"]
    return {block["key"]: block["text"] for block in blocks if block["kind"] == "paragraph"}


def changes(year: Year, month: str, version: int) -> list[list[str]]:
    blocks = document(year, month, version)["blocks"]
    return [row for block in blocks if block.get("key") == "changes" for row in block["rows"]]


def test_every_bulletin_is_what_it_was_when_it_was_issued(year: Year) -> None:
    months = [add_months(FIRST, count) for count in range(MONTHS)]
    assert len(year.digests) == sum(map(issued, months)) + len(ANEW)
    for (month, version), digests in year.digests.items():
        files = year.files(month, version)
        assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == digests
        if version == 1 and month in ANEW:
            assert files == year.first[month]


def test_the_ledger_holds_the_digests_and_is_right(year: Year) -> None:
    with read_session() as session:
        assert list(check_ledger(session)) == []
        assert list(derived_findings(session)) == []
    published = rows(year.pull("bulletins"))
    assert {row["zh_pdf"] for row in published} == {digests["zh.pdf"] for digests in year.digests.values()}
    answer = year.client.get(f"{V1}/bulletins/{CORRECTED}.pdf?version=1", headers=year.people["bureau"])
    digest = base64.b64encode(bytes.fromhex(year.digests[CORRECTED, 1]["zh.pdf"])).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_issued_anew_it_says_what_changed_and_keeps_the_words(year: Year) -> None:
    def online(month: str, unit: str) -> set[tuple[str, str]]:
        """The numerators of the unit's online rate that changed."""
        found = [row for row in changes(year, month, 2) if row[0].startswith(f"分子、分母与数值 / {unit} / 网上可办率")]
        return {(was, now) for place, was, now in found if place.endswith("分子")}

    assert online(CORRECTED, "高要区") == {("660", "720")}
    assert online("2019-06", "端州区") == {("730", "725")}
    assert changes(year, CORRECTED, 1) == []
    assert told(year, CORRECTED, 2)["next.due"] == told(year, CORRECTED, 1)["next.due"] == "请于10日内整改到位。"


def test_bulletins_name_who_was_late_missing_and_under_supervision(year: Year) -> None:
    late, missed = LATE[1], MISSED[1]
    assert "高要区（逾期3天）" in told(year, late)["problems.late"]
    assert "四会市" in told(year, missed)["problems.missing"]
    assert "鼎湖区（逾期1天）" in told(year, "2019-08")["problems.material"]
    assert "高要区《网上可办率未达70%》" in told(year, late)["problems.slips"]
    assert "逾期22天" in told(year, "2019-11")["problems.slips"]
    assert "高要区（2019年9月）" in told(year, "2019-11")["problems.corrected"]
    assert "problems.slips" not in told(year, "2019-12")


def test_each_months_end_is_answered_as_it_was_then(year: Year) -> None:
    assert len(year.month_ends) == MONTHS
    for moment, pulled in year.month_ends.items():
        day = {"on": moment[:10]}
        for name, then in pulled.items():
            now = year.pull(name, as_of=moment, **(day if name == "slips" else {}))
            assert now == then, (moment, name)
    ends = list(year.month_ends.values())
    assert len({end["submissions"] for end in ends}) == MONTHS
    assert {name for end in ends for name in end} == set(PULLED)


def test_the_round_ends_with_what_was_found_and_put_right(year: Year) -> None:
    then = year.month_ends["2019-12-31T23:00:00+08:00"]
    found = {row["unit_code"]: row["state"] for row in rows(then["findings"])}
    assert found == {DUANZHOU: "closed", GAOYAO: "open", DINGHU: "withdrawn"}
    acts = [row["action"] for row in rows(year.pull("rectifications")) if row["unit_code"] == DUANZHOU]
    assert acts == ["answer", "return", "answer", "close"]
    sheets = json.loads(year.get("/phases/PH2/self-assessments"))
    standing = {sheet["unit"]: (sheet["revision"], sheet["period"], sheet["signed_by"]) for sheet in sheets}
    assert standing == {DUANZHOU: (2, "2019-11", None), DINGHU: (1, "2019-10", None)}
    first = rows(year.month_ends["2019-10-31T23:00:00+08:00"]["self_assessments"])
    assert {row["signed_by"] for row in first} == {"walk-leader"}


def test_a_slip_was_extended_before_its_day_and_closed_in_time(year: Year) -> None:
    red, late = (json.loads(year.get(f"/slips/{year.noted[name]}")) for name in ("red", "late"))
    acts = [act["act"] for act in red["acts"]]
    assert acts == [
        *("issue", "receive", "delegate", "receive", "answer", "ask_extension", "grant_extension"),
        *("answer", "return", "answer", "review", "close"),
    ]
    assert (red["state"], red["due_on"], red["days_late"]) == ("closed", "2019-11-25", 0)
    assert (late["state"], late["days_late"]) == ("closed", 30)
    october = {row["slip"]: row for row in rows(year.month_ends["2019-10-31T23:00:00+08:00"]["slips"])}
    assert october[red["slip"]]["due_on"] == "2019-11-15"


def test_lateness_and_material_are_as_they_were_walked(year: Year) -> None:
    months = json.loads(year.get(f"/units/{GAOYAO}/lateness"))["items"]
    assert {month["period"]: month["days_late"] for month in months if month["days_late"]} == {LATE[1]: 3}
    sent = [row for row in rows(year.pull("materials")) if row["unit_code"] == DUANZHOU]
    assert len(sent) == MONTHS
    assert {(row["seen_by"], row["signed_by"], row["signed_how"]) for row in sent} == {("王强", "李明", "account")}


def test_scores_have_the_weights_of_their_months(year: Year) -> None:
    found = {}
    for month in ("2019-12", "2020-02"):
        rule = json.loads(year.get("/scores/weights", period=month))["in_force"]
        scores = {row["unit_code"]: row["score"] for row in rows(year.pull("scores", period=month))}
        found[month] = (rule["weights"]["attainment"], scores[DUANZHOU])
    assert [weight for weight, _ in found.values()] == ["1", "2"]
    assert all(score for _, score in found.values())
    assert [row["unit_code"] for row in rows(year.pull("inquiries"))] == [DUANZHOU]
