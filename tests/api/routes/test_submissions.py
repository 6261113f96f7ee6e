"""`/submissions` over HTTP: what is answered, and to whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import pytest
from anyio.to_thread import run_sync
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role, Scope
from tests.builders import UNIT, whole_submission
from tests.callers import SUBMISSIONS, Caller, caller, refusal, stored
from tests.people import bearer, person, token

FOREIGN = "441203"


def test_a_submission_is_answered_with_its_place_in_the_ledger(clerk: Caller) -> None:
    response = clerk.post(whole_submission())
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
    assert response.headers["Location"] == f"{SUBMISSIONS}/{posted['id']}"


def test_a_submission_is_handed_to_a_thread_once(clerk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[object] = []

    async def hand(act: Callable[..., Any], *given: Any, **options: Any) -> Any:
        handed.append(act)
        return await run_sync(act, *given, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", hand)
    assert clerk.get().status_code == 200
    read, handed[:] = len(handed), []
    assert clerk.post(whole_submission()).status_code == 201
    assert (read > 1, len(handed)) == (True, 1)  # a read looks up who asks first: so it is counted here at all


def test_a_revision_over_http(clerk: Caller) -> None:
    first = clerk.post(whole_submission())
    body = whole_submission(items_instant=351)
    assert refusal(clerk.post(body | {"reason": "漏报"}), 428)["code"] == "version_missing"
    assert refusal(clerk.post(body | {"reason": "漏报"}, If_Match='"s1-r7-7"'), 412)["code"] == "version_stale"
    weak = refusal(clerk.post(body | {"reason": "漏报"}, If_Match=f"W/{first.headers['ETag']}"), 412)
    assert weak["code"] == "version_weak"
    assert f"写成 {first.headers['ETag']}" in weak["message"]["zh"]
    assert refusal(clerk.post(body, If_Match=first.headers["ETag"]), 422)["code"] == "reason_missing"
    second = clerk.post(body | {"reason": "漏报"}, If_Match=first.headers["ETag"])
    assert (second.status_code, second.json()["revision"], second.json()["changed"]) == (201, 2, 1)
    assert refusal(clerk.post(whole_submission() | {"reason": "x"}, If_Match=first.headers["ETag"]), 412)
    shown = clerk.get(f"/{second.json()['id']}")
    assert shown.headers["ETag"] == second.headers["ETag"]
    assert {v["element"]: v["value"] for v in shown.json()["values"]}["items_instant"] == "351"


def test_identical_values_are_recognised(clerk: Caller, session: WriteSession) -> None:
    first = clerk.post(whole_submission())
    again = clerk.post(whole_submission())
    assert (again.status_code, again.json()["changed"], again.json()["seq"]) == (200, 0, first.json()["seq"])
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_retry_with_the_key_gets_the_same_answer(clerk: Caller, session: WriteSession) -> None:
    first = clerk.post(whole_submission(), Idempotency_Key="retry")
    before = stored(session)
    again = clerk.post(whole_submission(), Idempotency_Key="retry")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotent-Replayed" not in first.headers
    other = refusal(clerk.post(whole_submission(items_instant=351), Idempotency_Key="retry"), 422)
    assert other["code"] == "idempotency_key_reused"
    assert refusal(clerk.post(whole_submission(), Idempotency_Key="retry", If_Match='"x"'), 422)
    assert stored(session) == before


def test_a_refused_submission_leaves_its_key_free(clerk: Caller) -> None:
    refusal(clerk.post(whole_submission(items_total=1), Idempotency_Key="k"), 422)
    assert clerk.post(whole_submission(), Idempotency_Key="k").status_code == 201


def test_a_key_of_somebody_else_is_another_key(clerk: Caller, neighbour: Caller) -> None:
    clerk.post(whole_submission(), Idempotency_Key="k")
    response = neighbour.post(whole_submission(FOREIGN), Idempotency_Key="k")
    assert (response.status_code, response.json()["unit"]) == (201, FOREIGN)


def test_a_dry_run_stores_nothing_and_needs_no_key(clerk: Caller, session: WriteSession) -> None:
    before = stored(session)
    response = clerk.client.post(f"{SUBMISSIONS}?dry_run=true", json=whole_submission(), headers=clerk.headers)
    assert response.status_code == 200, response.text
    assert (response.json()["seq"], response.json()["leaf_hash"], response.json()["changed"]) == (None, None, 45)
    assert "ETag" not in response.headers
    assert stored(session) == before
    refusal(clerk.post(whole_submission(items_total=1), to="?dry_run=true"), 422)
    assert clerk.post(whole_submission()).status_code == 201


def test_one_submission_is_not_sent_twice_to_whoever_has_it(clerk: Caller) -> None:
    first = clerk.post(whole_submission())
    path = f"/{first.json()['id']}"
    same = clerk.get(path, If_None_Match=f'"x", W/{first.headers["ETag"]}')
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert clerk.get(path, If_None_Match='"x"').status_code == 200


def test_history_and_receipt(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_submission(materials_current=5500) | {"acknowledged": {"materials_grew": "新增证明"}})
    path = f"/{first.json()['id']}"
    checked = bureau.post({"reason": "请核对"}, to=f"{path}/return")
    assert (checked.status_code, checked.json()["state"]) == (200, "returned")
    second = clerk.post(whole_submission() | {"reason": "已核对"}, If_Match=checked.headers["ETag"])
    events = clerk.get(f"{path}/history").json()["events"]
    assert [(e["action"], e["revision"], e["actor"]) for e in events] == [
        ("submit", 1, "chen"),
        ("return", 1, "bureau"),
        ("submit", 2, "chen"),
    ]
    assert events[0]["detail"]["warnings"][0]["acknowledged"] == "新增证明"
    assert events[2]["detail"]["changed"] == [{"element": "materials_current", "before": "5500", "after": "2200"}]
    verified = bureau.post({}, to=f"{path}/verify")
    assert clerk.get(path).json()["revision_reason"] == clerk.get().json()["items"][0]["revision_reason"] == "已核对"
    receipt = clerk.get(f"{path}/receipt").json()
    assert verified.json()["state"] == "verified"
    assert (receipt["seq"], receipt["leaf_hash"]) == (second.json()["seq"], second.json()["leaf_hash"])
    assert (receipt["actor"], receipt["revision"], receipt["values"]["startup_days"]) == ("chen", 2, "38.5")


def test_verification_over_http(clerk: Caller, bureau: Caller) -> None:
    path = f"/{clerk.post(whole_submission()).json()['id']}"
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
        who.post(whole_submission(unit, period))

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


def test_another_units_submission_is_out_of_reach_by_every_route(
    clerk: Caller, neighbour: Caller, session: WriteSession
) -> None:
    first = neighbour.post(whole_submission(FOREIGN), Idempotency_Key="theirs")
    path, before = f"/{first.json()['id']}", stored(session)
    for response in (
        clerk.post(whole_submission(FOREIGN)),
        clerk.post(whole_submission(FOREIGN), Idempotency_Key="theirs"),
        clerk.post(whole_submission(FOREIGN, items_instant=1) | {"reason": "x"}, If_Match=first.headers["ETag"]),
        clerk.post(whole_submission(FOREIGN), to="?dry_run=true"),
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
    assert refusal(somebody.post(whole_submission()), 403)["code"] == "role_forbidden"
    assert stored(session) == before


def test_a_token_posts_only_within_its_scopes_and_units(client: TestClient, session: WriteSession) -> None:
    person(session, units={UNIT, FOREIGN})
    reading = token(session, scopes={Scope.READ}).secret
    narrowed = token(session, units={FOREIGN}).secret
    session.commit()
    assert refusal(Caller(client, reading).post(whole_submission()), 403)["code"] == "role_forbidden"
    assert refusal(Caller(client, narrowed).post(whole_submission()), 403)["code"] == "unit_forbidden"
    assert Caller(client, narrowed).post(whole_submission(FOREIGN)).status_code == 201


def test_nobody_gets_nothing(client: TestClient, session: WriteSession) -> None:
    before = stored(session)
    for response in (
        client.post(SUBMISSIONS, json=whole_submission(), headers={"Idempotency-Key": "k"}),
        client.post(SUBMISSIONS, content=b"{", headers={"Content-Type": "application/json"}),
        client.get(SUBMISSIONS),
        client.get(f"{SUBMISSIONS}/1"),
        client.get(f"{SUBMISSIONS}/1/history"),
        client.get(f"{SUBMISSIONS}/1/receipt"),
        client.post(f"{SUBMISSIONS}/1/verify"),
        client.post(SUBMISSIONS, json=whole_submission(), headers=bearer("biaochi_nonsense")),
    ):
        refusal(response, 401)
        assert "Bearer" in response.headers["WWW-Authenticate"]
    assert stored(session) == before
