"""`/submissions` over HTTP: what is answered, what is refused, and that a refusal stores nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text
from starlette.testclient import TestClient

from api.json_body import LARGEST
from metrics.database import WriteSession
from metrics.models import LedgerEntry, Submission
from metrics.plan.store import plan_at
from metrics.principal import Action, Role
from tests.builders import UNIT, whole_return, whole_values
from tests.people import bearer, person, token

Response = Any  # the client's own, of whichever library it is built on
ADDRESS = "/api/v1/submissions"
FOREIGN = "441203"


class Caller:
    """One account and its token."""

    def __init__(self, client: TestClient, secret: str) -> None:
        self.client = client
        self.headers = bearer(secret)
        self._keys = 0

    def post(self, body: object, *, to: str = "", **headers: str) -> Response:
        return self.client.post(ADDRESS + to, json=body, headers=self._with(headers))

    def send(self, content: bytes, *, to: str = "", **headers: str) -> Response:
        given = {"Content-Type": "application/json", **self._with(headers)}
        return self.client.post(ADDRESS + to, content=content, headers=given)

    def get(self, path: str = "", **headers: str) -> Response:
        return self.client.get(ADDRESS + path, headers=self.headers | _dashed(headers))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        self._keys += 1
        return self.headers | {"Idempotency-Key": f"key-{self._keys}"} | _dashed(headers)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def caller(
    client: TestClient, session: WriteSession, username: str, role: Role, units: set[str] | None = None
) -> Caller:
    person(session, username, role=role, units=units)
    secret = token(session, username).secret
    session.commit()
    return Caller(client, secret)


@pytest.fixture
def clerk(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "chen", Role.CLERK)


@pytest.fixture
def neighbour(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "wang", Role.CLERK, {FOREIGN})


@pytest.fixture
def bureau(client: TestClient, session: WriteSession) -> Caller:
    return caller(client, session, "bureau", Role.REVIEWER)


def stored(session: WriteSession) -> tuple[int, int, int]:
    return (
        session.scalar(select(func.count()).select_from(Submission)) or 0,
        session.scalar(select(func.count()).select_from(LedgerEntry)) or 0,
        session.scalar(text("select count(*) from idempotency_keys")) or 0,
    )


def refusal(response: Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"zh", "en"} <= set(body["message"])
    assert body["status"] == status
    return body


# --- what is answered ----------------------------------------------------------------------------------------------


def test_a_return_is_answered_with_its_place_in_the_ledger(clerk: Caller) -> None:
    response = clerk.post(whole_return())
    assert response.status_code == 201, response.text
    posted = response.json()
    assert list(posted) == [
        *("id", "unit", "period", "revision", "state", "seq", "recorded_at", "on_time", "days_late"),
        *("changed", "unchanged", "warnings", "leaf_hash"),
    ]
    assert (posted["unit"], posted["period"], posted["revision"], posted["state"]) == (UNIT, "2019-09", 1, "submitted")
    assert (posted["changed"], posted["unchanged"], posted["warnings"]) == (45, 0, [])
    assert posted["on_time"] is False
    assert response.headers["ETag"] == f'"s{posted["id"]}-r1-{posted["seq"]}"'
    assert response.headers["Location"] == f"{ADDRESS}/{posted['id']}"


def test_a_revision_over_http(clerk: Caller) -> None:
    first = clerk.post(whole_return())
    body = whole_return(items_instant=351)
    assert refusal(clerk.post(body | {"reason": "漏报"}), 428)["code"] == "version_missing"
    assert refusal(clerk.post(body | {"reason": "漏报"}, If_Match='"s1-r7-7"'), 412)["code"] == "version_stale"
    assert refusal(clerk.post(body, If_Match=first.headers["ETag"]), 422)["code"] == "reason_missing"
    second = clerk.post(body | {"reason": "漏报"}, If_Match=first.headers["ETag"])
    assert (second.status_code, second.json()["revision"], second.json()["changed"]) == (201, 2, 1)
    assert refusal(clerk.post(whole_return() | {"reason": "x"}, If_Match=first.headers["ETag"]), 412)
    shown = clerk.get(f"/{second.json()['id']}")
    assert shown.headers["ETag"] == second.headers["ETag"]
    assert {v["element"]: v["value"] for v in shown.json()["values"]}["items_instant"] == "351"


def test_identical_values_are_recognised(clerk: Caller, session: WriteSession) -> None:
    first = clerk.post(whole_return())
    again = clerk.post(whole_return())
    assert (again.status_code, again.json()["changed"], again.json()["seq"]) == (200, 0, first.json()["seq"])
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_retry_with_the_key_gets_the_same_answer(clerk: Caller, session: WriteSession) -> None:
    first = clerk.post(whole_return(), Idempotency_Key="retry")
    before = stored(session)
    again = clerk.post(whole_return(), Idempotency_Key="retry")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotent-Replayed" not in first.headers
    other = refusal(clerk.post(whole_return(items_instant=351), Idempotency_Key="retry"), 422)
    assert other["code"] == "idempotency_key_reused"
    assert refusal(clerk.post(whole_return(), Idempotency_Key="retry", If_Match='"x"'), 422)
    assert stored(session) == before


def test_a_refused_return_leaves_its_key_free(clerk: Caller) -> None:
    refusal(clerk.post(whole_return(items_total=1), Idempotency_Key="k"), 422)
    assert clerk.post(whole_return(), Idempotency_Key="k").status_code == 201


def test_a_key_of_somebody_else_is_another_key(clerk: Caller, neighbour: Caller) -> None:
    clerk.post(whole_return(), Idempotency_Key="k")
    response = neighbour.post(whole_return(FOREIGN), Idempotency_Key="k")
    assert (response.status_code, response.json()["unit"]) == (201, FOREIGN)


def test_a_dry_run_stores_nothing_and_needs_no_key(clerk: Caller, session: WriteSession) -> None:
    before = stored(session)
    response = clerk.client.post(f"{ADDRESS}?dry_run=true", json=whole_return(), headers=clerk.headers)
    assert response.status_code == 200, response.text
    assert (response.json()["seq"], response.json()["leaf_hash"], response.json()["changed"]) == (None, None, 45)
    assert "ETag" not in response.headers
    assert stored(session) == before
    refusal(clerk.post(whole_return(items_total=1), to="?dry_run=true"), 422)
    assert clerk.post(whole_return()).status_code == 201


def test_one_return_is_not_sent_twice_to_whoever_has_it(clerk: Caller) -> None:
    first = clerk.post(whole_return())
    path = f"/{first.json()['id']}"
    same = clerk.get(path, If_None_Match=f'"x", W/{first.headers["ETag"]}')
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert clerk.get(path, If_None_Match='"x"').status_code == 200


def test_history_and_receipt(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_return(materials_current=5500) | {"acknowledged": {"materials_grew": "新增证明"}})
    path = f"/{first.json()['id']}"
    checked = bureau.post({"reason": "请核对"}, to=f"{path}/return")
    assert (checked.status_code, checked.json()["state"]) == (200, "returned")
    second = clerk.post(whole_return() | {"reason": "已核对"}, If_Match=checked.headers["ETag"])
    events = clerk.get(f"{path}/history").json()["events"]
    assert [(e["action"], e["revision"], e["actor"]) for e in events] == [
        ("submit", 1, "chen"),
        ("return", 1, "bureau"),
        ("submit", 2, "chen"),
    ]
    assert events[0]["detail"]["warnings"][0]["acknowledged"] == "新增证明"
    assert events[2]["detail"]["changed"] == [{"element": "materials_current", "before": "5500", "after": "2200"}]
    verified = bureau.post({}, to=f"{path}/verify")
    receipt = clerk.get(f"{path}/receipt").json()
    assert verified.json()["state"] == "verified"
    assert (receipt["seq"], receipt["leaf_hash"]) == (second.json()["seq"], second.json()["leaf_hash"])
    assert (receipt["actor"], receipt["revision"], receipt["values"]["startup_days"]) == ("chen", 2, "38.5")


def test_verification_over_http(clerk: Caller, bureau: Caller) -> None:
    path = f"/{clerk.post(whole_return()).json()['id']}"
    verified = bureau.send(b"", to=f"{path}/verify")
    assert (verified.status_code, verified.json()["state"]) == (200, "verified")
    assert refusal(bureau.send(b"", to=f"{path}/verify"), 409)["code"] == "state_forbids"
    assert refusal(bureau.send(b"", to=f"{path}/reopen"), 422)["code"] == "reason_missing"
    assert refusal(bureau.post({"reason": "x"}, to=f"{path}/reopen", If_Match='"old"'), 412)
    reopened = bureau.post({"reason": "x"}, to=f"{path}/reopen", If_Match=verified.headers["ETag"])
    assert reopened.json()["state"] == "submitted"
    assert refusal(clerk.post({}, to=f"{path}/verify"), 403)["code"] == "role_forbidden"
    assert refusal(bureau.post({}, to="/999999/verify"), 404)["code"] == "submission_unknown"
    assert refusal(bureau.post({"reasons": "x"}, to=f"{path}/verify"), 422)["errors"][0]["pointer"] == "/reasons"


def test_the_list_can_be_narrowed(clerk: Caller, neighbour: Caller, bureau: Caller) -> None:
    for unit, period, who in ((UNIT, "2019-09", clerk), (UNIT, "2019-08", clerk), (FOREIGN, "2019-08", neighbour)):
        who.post(whole_return(unit, period))

    def listed(who: Caller, query: str = "") -> list[tuple[str, str]]:
        return [(row["unit"], row["period"]) for row in who.get(query).json()["items"]]

    everything = [(UNIT, "2019-08"), (FOREIGN, "2019-08"), (UNIT, "2019-09")]
    assert listed(bureau) == everything
    assert listed(clerk) == [(UNIT, "2019-08"), (UNIT, "2019-09")]
    assert listed(bureau, f"?unit={FOREIGN}") == [(FOREIGN, "2019-08")]
    assert listed(bureau, f"?unit={FOREIGN}&unit={UNIT}&period=2019-08") == everything[:2]
    assert listed(bureau, "?state=verified") == []
    bureau.post({}, to=f"/{bureau.get('?period=2019-09').json()['items'][0]['id']}/verify")
    assert listed(bureau, "?state=verified&state=returned") == [(UNIT, "2019-09")]


# --- who may not ---------------------------------------------------------------------------------------------------


def test_another_units_return_is_out_of_reach_by_every_route(
    clerk: Caller, neighbour: Caller, session: WriteSession
) -> None:
    first = neighbour.post(whole_return(FOREIGN), Idempotency_Key="theirs")
    path, before = f"/{first.json()['id']}", stored(session)
    for response in (
        clerk.post(whole_return(FOREIGN)),
        clerk.post(whole_return(FOREIGN), Idempotency_Key="theirs"),
        clerk.post(whole_return(FOREIGN, items_instant=1) | {"reason": "x"}, If_Match=first.headers["ETag"]),
        clerk.post(whole_return(FOREIGN), to="?dry_run=true"),
        clerk.post({"unit": FOREIGN, "period": "nonsense", "values": {}}),
        clerk.get(f"?unit={FOREIGN}"),
        clerk.get(f"?unit={UNIT}&unit={FOREIGN}"),
        clerk.post({}, to=f"{path}/verify"),
        clerk.post({"reason": "x"}, to=f"{path}/return"),
        clerk.post({"reason": "x"}, to=f"{path}/reopen"),
    ):
        body = refusal(response, 403)
        assert first.json()["leaf_hash"] not in json.dumps(body)
    for response in (clerk.get(path), clerk.get(f"{path}/history"), clerk.get(f"{path}/receipt")):
        assert refusal(response, 404)["code"] == "submission_unknown"
    assert refusal(clerk.get(path, If_None_Match=first.headers["ETag"]), 404)
    assert stored(session) == before


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_other_roles_cannot_post(client: TestClient, session: WriteSession, role: Role) -> None:
    somebody = caller(client, session, "somebody", role)
    before = stored(session)
    assert refusal(somebody.post(whole_return()), 403)["code"] == "role_forbidden"
    assert stored(session) == before


def test_a_token_posts_only_within_its_scopes_and_units(client: TestClient, session: WriteSession) -> None:
    person(session, units={UNIT, FOREIGN})
    reading = token(session, scopes={Action.READ}).secret
    narrowed = token(session, units={FOREIGN}).secret
    session.commit()
    assert refusal(Caller(client, reading).post(whole_return()), 403)["code"] == "role_forbidden"
    assert refusal(Caller(client, narrowed).post(whole_return()), 403)["code"] == "unit_forbidden"
    assert Caller(client, narrowed).post(whole_return(FOREIGN)).status_code == 201


def test_nobody_gets_nothing(client: TestClient, session: WriteSession) -> None:
    before = stored(session)
    for response in (
        client.post(ADDRESS, json=whole_return(), headers={"Idempotency-Key": "k"}),
        client.post(ADDRESS, content=b"{", headers={"Content-Type": "application/json"}),
        client.get(ADDRESS),
        client.get(f"{ADDRESS}/1"),
        client.get(f"{ADDRESS}/1/history"),
        client.get(f"{ADDRESS}/1/receipt"),
        client.post(f"{ADDRESS}/1/verify"),
        client.post(ADDRESS, json=whole_return(), headers=bearer("biaochi_nonsense")),
    ):
        refusal(response, 401)
        assert "Bearer" in response.headers["WWW-Authenticate"]
    assert stored(session) == before


# --- what cannot be accepted ---------------------------------------------------------------------------------------


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
def test_a_bad_return_is_refused_with_its_place_and_nothing_is_stored(
    bureau: Caller, session: WriteSession, changes: dict[str, Any], code: str, pointer: str
) -> None:
    before = stored(session)
    body = refusal(bureau.post(whole_return() | changes), 422)
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
    refusal(clerk.client.post(ADDRESS, content=in_pieces(), headers=headers), 413)


@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded", "application/jsonx", "", "a/b/c"])
def test_a_body_that_is_not_said_to_be_json_is_a_415(clerk: Caller, kind: str) -> None:
    refusal(clerk.send(json.dumps(whole_return()).encode(), Content_Type=kind), 415)


def test_json_may_name_its_character_set(clerk: Caller) -> None:
    body = json.dumps(whole_return()).encode()
    assert clerk.send(body, Content_Type="Application/JSON; charset=utf-8").status_code == 201


def test_a_key_is_required(clerk: Caller) -> None:
    response = clerk.client.post(ADDRESS, json=whole_return(), headers=clerk.headers)
    assert refusal(response, 400)["code"] == "idempotency_key_missing"
    assert refusal(clerk.post(whole_return(), Idempotency_Key="a b"), 400)["code"] == "idempotency_key_invalid"


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
    assert refusal(clerk.post(whole_return(), to="?dryrun=true"), 400)["code"] == "parameter_unknown"
    assert refusal(clerk.post(whole_return(), to="?dry_run=maybe"), 400)["code"] == "parameter_invalid"
    assert stored(session) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(0, 10**9) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)
WRITTEN = st.from_regex(r"-?[0-9]{0,12}(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?%?", fullmatch=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_cell_is_stored_exactly_or_refused(
    bureau: Caller, session: WriteSession, outer_transaction: Connection, data: st.DataObject
) -> None:
    session.commit()  # so that the session holds no savepoint inside the one below
    plan = plan_at(session)
    session.commit()
    code = data.draw(st.sampled_from([element.code for element in plan.elements]))
    value = data.draw(JSON | WRITTEN)
    body = whole_return()
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
        assert pointers <= checked | {"/values", f"/values/{code}"}
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
