"""`/samples` over HTTP: drawn openly, taken along as a work sheet, sent back with findings, kept from clerks."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.models import LedgerEntry, SampleFinding
from metrics.principal import Role
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post

ADDRESS = "/api/v1/samples"
UNIT = "441202"
DRAWING = {"periods": ["2019-09"], "per_unit": 2, "elements": ["items_total", "items_online"], "seed": "4711"}


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one unit's submission: 850 of 1000 online."""
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


def send(who: Caller, body: Any, *, to: str = "", key: str = "") -> Any:
    used = key or json.dumps(body, ensure_ascii=True)[:200].replace(" ", "")
    return who.client.post(ADDRESS + to, json=body, headers=who.headers | {"Idempotency-Key": used})


def draw(who: Caller, **changes: Any) -> int:
    made = send(who, DRAWING | changes)
    assert made.status_code == 201, made.text
    return int(made.json()["number"])


def finding(element: str = "items_online", said: str = "confirmed", **more: Any) -> dict[str, Any]:
    return {"unit": UNIT, "period": "2019-09", "element": element, "finding": said, **more}


def find(who: Caller, number: int, *findings: dict[str, Any], key: str = "") -> Any:
    return send(who, {"findings": list(findings)}, to=f"/{number}/findings", key=key)


def upload(who: Caller, number: int, content: bytes, *, key: str = "file", name: str = "sheet") -> Any:
    headers = who.headers | {"Idempotency-Key": key}
    return who.client.post(f"{ADDRESS}/{number}/findings", files={"file": (name, content)}, headers=headers)


def look(who: Caller, number: int) -> dict[str, Any]:
    response = who.client.get(f"{ADDRESS}/{number}", headers=who.headers)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def result(read: dict[str, Any], unit: str | None = UNIT) -> dict[str, Any]:
    (found,) = [row for row in read["results"] if row["unit"] == unit]
    return dict(found)


def sheet(who: Caller, number: int, **parameters: str) -> list[dict[str, str]]:
    response = who.client.get(f"{ADDRESS}/{number}.csv", params=parameters, headers=who.headers)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def filled(rows: list[dict[str, str]], **by_element: tuple[str, str]) -> bytes:
    """The work sheet of `rows` with finding and value of our unit's elements."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    for row in rows:
        said, value = by_element.get(row["element"], ("", "")) if row["unit"] == UNIT else ("", "")
        writer.writerow(row | {"finding": said, "value": value})
    return buffer.getvalue().encode()


def test_a_sample_is_in_the_ledger_before_anything_is_found(assessor: Caller, session: WriteSession) -> None:
    made = send(assessor, DRAWING)
    assert (made.status_code, made.json()["seed"], made.headers["location"]) == (201, "4711", f"{ADDRESS}/1")
    entry = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert (entry["kind"], entry["sample"], entry["seed"], entry["per_unit"]) == ("sample", 1, "4711", 2)
    assert len(entry["cells"]) == made.json()["cells"]
    assert {cell for cell in entry["cells"] if cell.startswith(UNIT)} == {
        f"{UNIT}/2019-09/items_online",
        f"{UNIT}/2019-09/items_total",
    }
    again = send(assessor, DRAWING)
    assert (again.status_code, again.json()) == (200, made.json())
    assert again.headers["idempotent-replayed"] == "true"


def test_without_a_seed_one_is_drawn_and_said(assessor: Caller) -> None:
    body = {name: said for name, said in DRAWING.items() if name != "seed"}
    seeds = {send(assessor, body, key=key).json()["seed"] for key in ("a", "b")}
    assert len(seeds) == 2
    assert all(len(seed) == 32 for seed in seeds)


def test_findings_and_the_share_confirmed(assessor: Caller, session: WriteSession) -> None:
    number = draw(assessor)
    made = find(assessor, number, finding(), finding("items_total", "differs", value=990, note="=少 10 项"))
    assert (made.status_code, made.json()["recorded"]) == (201, 2)
    read = look(assessor, number)
    found = result(read)
    assert (found["drawn"], found["found"], found["confirmed"], found["share"]) == (2, 2, 1, "50.00")
    assert (found["low"], found["high"], found["interval_method"]) == ("50.00", "50.00", "census")
    together, units = result(read, None), len(read["results"]) - 1
    assert (together["share"], together["units_covered"], together["unchecked"]) == ("50.00", 1, 2 * units - 2)
    by_element = {cell["element"]: cell for cell in read["items"] if cell["unit"] == UNIT}
    assert (by_element["items_total"]["reported_value"], by_element["items_total"]["value"]) == ("1000", "990")
    entry = json.loads(session.get_one(LedgerEntry, made.json()["seq"]).leaf)
    assert (entry["kind"], entry["sample"], len(entry["findings"])) == ("findings", number, 2)
    find(assessor, number, finding("items_total", "no_evidence"), key="later")
    assert result(look(assessor, number))["no_evidence"] == 1
    assert session.scalar(select(func.count()).select_from(SampleFinding)) == 3


def test_findings_are_compared_with_what_was_reported_when_drawn(assessor: Caller, session: WriteSession) -> None:
    number = draw(assessor)
    post(session, items_online=851)
    session.commit()
    assert find(assessor, number, finding(said="measured", value="850")).status_code == 201
    (cell,) = [c for c in look(assessor, number)["items"] if c["unit"] == UNIT and c["element"] == "items_online"]
    assert (cell["reported_value"], cell["finding"]) == ("850", "confirmed")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04broken", "file_broken"),
        (b"a,b\r\n1,2\r\n", "work_sheet_unknown"),
        (b"unit,period,element,finding,value,note\r\n", "findings_empty"),
        (b"unit,period,element,finding,value,note\r\n,,,confirmed,,\r\n", "cell_not_sampled"),
        (b"unit,period,element,finding,value,note\r\n../../x,2019-09,%s,differs,1,\r\n", "cell_not_sampled"),
        (b"<html>", "file_markup"),
        (b"\x00" * 10, "file_utf16"),
    ],
)
def test_what_is_no_work_sheet_is_refused(assessor: Caller, content: bytes, code: str) -> None:
    assert refusal(upload(assessor, draw(assessor), content), 422)["code"] == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (finding("items_instant"), "cell_not_sampled"),
        (finding() | {"unit": "999999"}, "cell_not_sampled"),
        (finding() | {"unit": "441203"}, "nothing_reported"),
        (finding(value=849), "confirmed_but_differs"),
        (finding(said="differs"), "value_missing"),
        (finding(said="differs", value=850), "differs_but_equal"),
        (finding(said="no_evidence", value=1), "value_without_evidence"),
        (finding(said="measured"), "value_missing"),
        (finding(said="guess"), "finding_unknown"),
        (finding(said=""), "finding_unknown"),
        (finding(said="differs", value=-1), "value_negative"),
        (finding(said="differs", value="１"), "value_full_width"),
        (finding(said="differs", value={"a": 1}), "value_not_a_number"),
        (finding(said="differs", value=10**30), "value_too_large"),
        (finding(colour="red"), "field_unknown"),
        (finding(note="x" * 2001), "field_too_long"),
    ],
)
def test_a_finding_that_cannot_be_meant_is_refused(
    assessor: Caller, session: WriteSession, sent: dict[str, Any], code: str
) -> None:
    number = draw(assessor)
    before = newest_seq(session)
    refused = refusal(find(assessor, number, finding("items_total"), sent, key="k"), 422)
    assert code in {refused["code"], *(error["code"] for error in refused["errors"])}
    assert any(error["pointer"].startswith("/findings/1") for error in refused["errors"])
    assert newest_seq(session) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"periods": []}, "periods_count"),
        ({"periods": ["2019-13"]}, "period_unknown"),
        ({"periods": ["2019-09", "2999-01"]}, "period_future"),
        ({"periods": [f"20{y}-{m:02d}" for y in range(19, 23) for m in range(1, 13)]}, "periods_count"),
        ({"per_unit": 0}, "per_unit_invalid"),
        ({"per_unit": 10**12}, "per_unit_invalid"),
        ({"per_unit": True}, "body_invalid"),
        ({"elements": ["nothing"]}, "element_unknown"),
        ({"seed": ""}, "seed_invalid"),
        ({"seed": "a\nb"}, "seed_invalid"),
        ({"seed": "x" * 101}, "seed_invalid"),
        ({"colour": "red"}, "body_invalid"),
    ],
)
def test_a_drawing_that_cannot_be_meant_is_refused(
    assessor: Caller, session: WriteSession, changes: dict[str, Any], code: str
) -> None:
    before = newest_seq(session)
    assert refusal(send(assessor, DRAWING | changes, key="k"), 422)["code"] == code
    assert newest_seq(session) == before


def test_a_key_is_needed_and_an_unknown_sample_is_not_found(assessor: Caller) -> None:
    response = assessor.client.post(ADDRESS, json=DRAWING, headers=assessor.headers)
    assert refusal(response, 400)["code"] == "idempotency_key_missing"
    for path in ("/9", "/9.csv", "/9.xlsx", "/9/results.csv"):
        response = assessor.client.get(ADDRESS + path, headers=assessor.headers)
        assert refusal(response, 404)["code"] == "sample_unknown"
    assert refusal(find(assessor, 9, finding()), 404)["code"] == "sample_unknown"
    assert refusal(upload(assessor, 9, b"a"), 404)["code"] == "sample_unknown"


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.EVALUATOR, Role.ADMIN])
def test_only_assessors_draw_and_find(assessor: Caller, client: TestClient, session: WriteSession, role: Role) -> None:
    number = draw(assessor)
    units = {UNIT} if role is Role.CLERK else None
    somebody = caller(client, session, "somebody", role, units)
    assert refusal(send(somebody, DRAWING), 403)["code"] == "role_forbidden"
    assert refusal(find(somebody, number, finding()), 403)["code"] == "role_forbidden"
    for path in ("", "/1", "/1.csv", "/1.xlsx"):
        status = client.get(ADDRESS + path, headers=somebody.headers).status_code
        assert status == (403 if role is Role.CLERK else 200), path
        assert client.get(ADDRESS + path).status_code == 401


def test_a_unit_cannot_learn_from_the_ledger_what_will_be_looked_at(
    assessor: Caller, client: TestClient, session: WriteSession
) -> None:
    draw(assessor)
    clerk = caller(client, session, "clerk", Role.CLERK, {UNIT})
    response = client.get("/api/v1/ledger/entries", headers=clerk.headers)
    assert response.status_code == 200
    assert "items_online" in response.text  # their own submission
    assert '\\"seed\\"' not in response.text


def test_another_assessors_sample_is_read_but_not_filled_in(
    assessor: Caller, client: TestClient, session: WriteSession
) -> None:
    number = draw(assessor)
    other = caller(client, session, "fourth", Role.ASSESSOR)
    assert refusal(find(other, number, finding()), 403)["code"] == "sample_of_another"
    assert look(other, number)["seed"] == "4711"
