"""`/submissions` over HTTP: what cannot be accepted is a problem in words, and nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select
from starlette.testclient import TestClient

from api.json_body import LARGEST
from metrics.database import WriteSession
from metrics.models import Submission
from metrics.plan.store import plan_at
from tests.builders import whole_submission, whole_values
from tests.callers import SUBMISSIONS, Caller, refusal, stored
from tests.matrices import WHOLE


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"unit": "999999"}, "unit_unknown", "/unit"),
        ({"unit": "441200"}, "unit_rolled_up", "/unit"),
        ({"unit": 441202}, "field_not_text", "/unit"),
        ({"unit": None}, "field_not_text", "/unit"),
        ({"period": "2019-9"}, "period_unknown", "/period"),
        ({"period": "2019年9月"}, "period_unknown", "/period"),
        ({"period": "2999-01"}, "period_future", "/period"),
        ({"period": 201909}, "field_not_text", "/period"),
        ({"values": {}}, "values_empty", "/values"),
        ({"values": []}, "field_not_an_object", "/values"),
        ({"values": None}, "field_not_an_object", "/values"),
        ({"values": {"no_such": 1}}, "element_unknown", "/values/no_such"),
        ({"values": {"systems_due": 1}}, "block_incomplete", "/values"),
        ({"values": whole_values(items_total=-1)}, "value_negative", "/values/items_total"),
        ({"values": whole_values(items_total="")}, "value_blank", "/values/items_total"),
        ({"values": whole_values(items_total=1.5)}, "value_fractional", "/values/items_total"),
        ({"values": whole_values(items_total=1e300)}, "value_exponent", "/values/items_total"),
        ({"values": whole_values(items_total=10**100)}, "value_too_large", "/values/items_total"),
        ({"values": whole_values(items_total=10**12)}, "value_too_large", "/values/items_total"),
        ({"values": whole_values(items_online="85.3%")}, "value_percentage", "/values/items_online"),
        ({"values": whole_values(items_one_window=1001)}, "one_window_within_total", "/values/items_one_window"),
        ({"note": 1}, "field_not_text", "/note"),
        ({"note": "x" * 2001}, "field_too_long", "/note"),
        ({"acknowledged": {"no_such": "x"}}, "check_unknown", "/acknowledged/no_such"),
        ({"acknowledged": {"stock_moved": 1}}, "field_not_text", "/acknowledged/stock_moved"),
        ({"revision": 1}, "field_unknown", "/revision"),
    ],
)
def test_a_bad_submission_is_refused_with_its_place_and_nothing_is_stored(
    bureau: Caller, session: WriteSession, changes: dict[str, Any], code: str, pointer: str
) -> None:
    before = stored(session)
    body = refusal(bureau.post(whole_submission() | changes), 422)
    assert (code, pointer) in {(error["code"], error["pointer"]) for error in body["errors"]}
    assert body["errors_total"] == len(body["errors"])
    assert stored(session) == before


def test_a_missing_field_is_named(clerk: Caller) -> None:
    errors = refusal(clerk.post({}), 422)["errors"]
    assert {(e["code"], e["pointer"]) for e in errors} == {
        ("field_missing", "/unit"),
        ("field_missing", "/period"),
        ("field_missing", "/values"),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "body_not_json"),
        (b"{", "body_not_json"),
        (b"\xef\xbb\xbf{}", "body_not_json"),
        (b"[]", "body_not_an_object"),
        (b"null", "body_not_an_object"),
        (b'"text"', "body_not_an_object"),
        (b"\xff\xfe{}", "body_not_utf8"),
        (b'{"unit": "\xa4\xb5"}', "body_not_utf8"),
        (b'{"unit": "a", "unit": "b"}', "body_key_twice"),
        (b'{"values": {"items_total": 1, "items_total": 2}}', "body_key_twice"),
        (b'{"unit": "4412\\u0000"}', "body_character"),
        (b'{"unit": "\\ud800"}', "body_character"),
        (b'{"\\udfff": 1}', "body_character"),
        (b'{"a": "\x00"}', "body_not_json"),
        (b"[" * 100_000, "body_too_deep"),
        (b'{"a":' * 100_000, "body_too_deep"),
        (b'{"a":' + b"[" * 30 + b"]" * 30 + b"}", "body_too_deep"),
        (b"[" + b"1" * 100_000 + b"]", "body_not_an_object"),
    ],
    ids=range(18),
)
def test_what_is_not_json_is_a_400(clerk: Caller, content: bytes, code: str) -> None:
    assert refusal(clerk.send(content), 400)["code"] == code


def test_a_body_that_is_too_large_is_a_413_whatever_it_announces(clerk: Caller) -> None:
    refusal(clerk.send(b" " * (LARGEST + 1)), 413)

    def in_pieces() -> Iterator[bytes]:
        for _ in range(9):
            yield b" " * (LARGEST // 8)

    headers = {**clerk.headers, "Content-Type": "application/json", "Idempotency-Key": "k"}
    refusal(clerk.client.post(SUBMISSIONS, content=in_pieces(), headers=headers), 413)


@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded", "application/jsonx", "", "a/b/c"])
def test_a_body_that_is_not_said_to_be_json_is_a_415(clerk: Caller, kind: str) -> None:
    refusal(clerk.send(json.dumps(whole_submission()).encode(), Content_Type=kind), 415)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"", "application/json"), (b"{}", "text/csv"), (b" " * (LARGEST + 1), "text/csv")],
    ids=["not JSON", "nothing", "another kind", "too large"],
)
def test_whoever_is_nobody_is_told_so_before_anything_of_the_body(
    client: TestClient, session: WriteSession, content: bytes, kind: str
) -> None:
    headers = {"Content-Type": kind, "Authorization": "Bearer nobody's", "Idempotency-Key": "k"}
    assert refusal(client.post(SUBMISSIONS, content=content, headers=headers), 401)["code"] == "token_unknown"
    assert not session.scalar(select(func.count()).select_from(Submission))


def test_json_may_name_its_character_set(clerk: Caller) -> None:
    body = json.dumps(whole_submission()).encode()
    assert clerk.send(body, Content_Type="Application/JSON; charset=utf-8").status_code == 201


def test_a_key_is_required(clerk: Caller) -> None:
    response = clerk.client.post(SUBMISSIONS, json=whole_submission(), headers=clerk.headers)
    assert refusal(response, 400)["code"] == "idempotency_key_missing"
    assert refusal(clerk.post(whole_submission(), Idempotency_Key="a b"), 400)["code"] == "idempotency_key_invalid"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?unit=999999", "unit_unknown"),
        ("?unit=%00", "unit_unknown"),
        ("?period=2019-13", "period_unknown"),
        ("?state=draft", "parameter_invalid"),
        ("?units=441202", "parameter_unknown"),
        ("/0", "parameter_invalid"),
        ("/abc", "parameter_invalid"),
        ("/99999999999999999999", "parameter_invalid"),
    ],
)
def test_a_question_that_cannot_be_read_is_a_400(bureau: Caller, query: str, code: str) -> None:
    assert refusal(bureau.get(query), 400)["code"] == code


def test_an_unknown_parameter_of_a_post_stores_nothing(clerk: Caller, session: WriteSession) -> None:
    before = stored(session)
    assert refusal(clerk.post(whole_submission(), to="?dryrun=true"), 400)["code"] == "parameter_unknown"
    assert refusal(clerk.post(whole_submission(), to="?dry_run=maybe"), 400)["code"] == "parameter_invalid"
    assert stored(session) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(0, 10**9) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)
WRITTEN = st.from_regex(r"-?[0-9]{0,12}(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?%?", fullmatch=True)


@settings(max_examples=60 if WHOLE else 40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_cell_is_stored_exactly_or_refused(
    bureau: Caller, session: WriteSession, outer_transaction: Connection, data: st.DataObject
) -> None:
    session.commit()  # so that the session holds no savepoint inside the one below
    plan = plan_at(session)
    session.commit()
    code = data.draw(st.sampled_from([element.code for element in plan.elements]))
    value = data.draw(JSON | WRITTEN)
    body = whole_submission()
    body["values"][code] = value
    with rolled_back(outer_transaction):
        response = bureau.send(json.dumps(body).encode())
        if response.status_code == 201:
            values = bureau.get(f"/{response.json()['id']}").json()["values"]
            kept = next(row["value"] for row in values if row["element"] == code)
            assert isinstance(value, int | float | str)
            assert Decimal(kept) == Decimal(str(value))
            return
        assert response.status_code in {400, 422}, response.text
        pointers = {error["pointer"] for error in response.json().get("errors", [])}
        checked = {f"/values/{element}" for check in plan.checks for element in _elements(check)}
        within = {
            pointer for pointer in pointers if pointer.startswith(f"/values/{code}/")
        }  # a text in a list or object
        assert pointers - within <= checked | {"/values", f"/values/{code}"}
        assert pointers or response.json()["code"].startswith("body_")
        assert stored(session)[0] == 0
        session.commit()


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """What happens in the block is undone at its end."""
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _elements(check: Any) -> set[str]:
    return {*check.left.elements, *check.right.elements} if check.kind == "comparison" else set()
