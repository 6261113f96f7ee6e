"""Role × act and callback × way: who is bound to one unit reaches for another's by everything that pages can ask.

Acts and callbacks come from the program's own maps, so that none that is added can be forgotten.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard import rights
from dashboard.app import create_dashboard
from dashboard.dispatch import ACTS
from metrics.access import Units
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import AuditEntry
from metrics.principal import BOUND_TO_UNITS, Role
from metrics.settings import settings
from tests.beginnings import beginning
from tests.builders import PERIOD
from tests.dashboard.drawn import DRAW, ask_body, draw_body, of_class, outputs_of, said, use_secret, why_body
from tests.dashboard.forms import entries
from tests.matrices import WHOLE, dealt
from tests.people import browser_session
from tests.units_apart import OTHER, OWN, SECRET_ELEMENT, Apart, leaks, recorded, two_units

_BOUND = sorted(BOUND_TO_UNITS) if WHOLE else [Role.CLERK]
QUICK = "/releases"  # a page of little, drawn soon
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}
_FILE = f"unit_code,period,element_code,value\r\n{OTHER},{PERIOD},items_total,1\r\n".encode()


@beginning
def apart(client: TestClient, session: WriteSession) -> Apart:
    return two_units(client, session)


@cache
def _outputs() -> dict[str, str]:
    """What each function that answers a callback sets, by its name."""
    found = create_dashboard().callback_map.items()
    return {entry["callback"].__name__: output for output, entry in found if "callback" in entry}


def test_every_callback_and_act_is_declared_and_nothing_else() -> None:
    assert _outputs().keys() == rights.CALLBACKS.keys()
    assert ACTS.keys() == rights.ACTS.keys()


@pytest.mark.parametrize("role", _BOUND)
def test_who_is_bound_to_a_unit_reaches_no_other_by_any_act(
    client: TestClient, session: WriteSession, apart: Apart, role: Role
) -> None:
    use_secret(client, browser_session(session, "somebody", role=role, units={OWN}))
    before = recorded(session)
    odd, whole = [], ask_body(client, None, QUICK)
    for place, (act, access) in enumerate(rights.ACTS.items()):
        both = (apart.etag, apart.own_etag)
        for seen in both if act.startswith("submission.") else dealt(both, place):
            asked = {"do": act, "fields": _fields(apart, seen, act), "chosen": [seen], "nth": 1}
            whole["inputs"][0]["value"] = json.dumps(asked)
            answer = client.post(CALLBACKS, json=whole)
            mine = seen == apart.own_etag and access.is_for(role) and act.startswith("submission.")
            mine = mine or access.units is Units.MINE  # what one follows is one's own, and verdicts are published
            (outcome,) = of_class(answer.json()["response"]["frame"]["children"], "outcome")
            done = "outcome-refused" not in outcome["props"]["className"]
            assert "无法理解该请求" not in said(outcome)  # then nothing was asked
            if leaks(answer.content) or (done and not mine):
                odd.append((act, seen, said(outcome), leaks(answer.content)))
        if act == "submission.sign_off":
            before = recorded(session) if role is Role.LEADER else before  # the leader's own is signed
    assert odd == []
    assert recorded(session) == before


@pytest.mark.parametrize("role", _BOUND)
def test_who_is_bound_to_a_unit_reaches_no_other_by_any_callback(
    client: TestClient, session: WriteSession, apart: Apart, role: Role
) -> None:
    use_secret(client, browser_session(session, "somebody", role=role, units={OWN}))
    before = recorded(session)
    odd = []
    answered = [each for each in client.get("/_dash-dependencies").json() if each["clientside_function"] is None]
    for place, entry in enumerate(answered):
        # Every address is drawn; of the rest each callback that reads where it is has its share.
        everywhere = WHOLE or entry["output"] == DRAW
        for values in list(_values(apart))[slice(None) if everywhere else slice(place % 4, None, 4)]:
            places = [{**place, "value": values.get(f"{place['id']}.{place['property']}")} for place in entry["inputs"]]
            state = [{**place, "value": values.get(f"{place['id']}.{place['property']}")} for place in entry["state"]]
            body = {"output": entry["output"], "outputs": outputs_of(entry["output"]), "inputs": places, "state": state}
            if not entry["output"].startswith(".."):
                body["outputs"] = body["outputs"][0]
            changed = [f"{places[0]['id']}.{places[0]['property']}"]
            answer = client.post(CALLBACKS, json=body | {"changedPropIds": changed})
            if answer.status_code >= 500 or leaks(answer.content):
                odd.append((entry["output"], values.get("url.pathname"), answer.status_code, leaks(answer.content)))
            if "pathname" not in json.dumps(entry):  # the same at every address
                break
    assert odd == []
    assert recorded(session) == before


def _callback(client: TestClient, name: str) -> dict[str, Any]:
    """A well-formed request of the callback that the function of that name answers, with nothing in it."""
    output = _outputs()[name]
    entry = next(each for each in client.get("/_dash-dependencies").json() if each["output"] == output)
    outputs_said = outputs_of(output) if output.startswith("..") else outputs_of(output)[0]
    places = {part: [{**place, "value": None} for place in entry[part]] for part in ("inputs", "state")}
    changed = [f"{places['inputs'][0]['id']}.{places['inputs'][0]['property']}"]
    return {"output": output, "outputs": outputs_said, **places, "changedPropIds": changed}


@pytest.mark.parametrize("role", list(Role))
def test_a_callback_answers_whom_it_is_declared_for(client: TestClient, session: WriteSession, role: Role) -> None:
    use_secret(client, browser_session(session, "somebody", role=role))
    bodies = {name: _callback(client, name) for name in rights.CALLBACKS}
    for name, access in rights.CALLBACKS.items():
        answer = client.post(CALLBACKS, json=bodies[name])
        assert (name, answer.status_code == 403) == (name, not access.is_for(role))
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(rights.CALLBACKS, "draw")
        assert client.post(CALLBACKS, json=bodies["draw"]).status_code == 403
    refused = select(AuditEntry).where(AuditEntry.outcome == "refused").order_by(AuditEntry.id)
    rows = session.scalars(refused).all()
    closed = [name for name, access in rights.CALLBACKS.items() if not access.is_for(role)]
    assert [row.subject for row in rows] == [*closed, "draw"]
    told = {(row.actor, row.action, row.outcome, row.code) for row in rows}
    assert told == {("somebody", "look", "refused", "role_forbidden")}


def test_a_blind_assessor_has_no_callback_that_shows_reported_figures(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_secret(client, browser_session(session, "somebody", role=Role.ASSESSOR))
    body = _callback(client, "rows_asked")
    assert client.post(CALLBACKS, json=body).status_code == 200
    monkeypatch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
    settings.cache_clear()
    answer = client.post(CALLBACKS, json=body)
    monkeypatch.undo()
    settings.cache_clear()
    assert (answer.status_code, answer.json()["code"]) == (403, "blind_assessment")


def test_nobody_reads_by_callbacks_only_what_is_released(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_secret(client, browser_session(session, "somebody"))
    bodies = {name: _callback(client, name) for name in rights.CALLBACKS}
    client.cookies.clear()
    monkeypatch.setenv("BIAOCHI_PUBLIC_READ", "1")
    settings.cache_clear()
    odd = {name: client.post(CALLBACKS, json=body, headers=SAME_ORIGIN).status_code for name, body in bodies.items()}
    monkeypatch.undo()
    settings.cache_clear()
    assert {name for name, status in odd.items() if status == 401} == {
        name for name, access in rights.CALLBACKS.items() if not access.released
    }


def test_a_refused_act_is_audited_as_what_it_is(client: TestClient, session: WriteSession) -> None:
    use_secret(client, browser_session(session, "somebody", role=Role.CLERK))
    asked = {"do": "user.role", "fields": {"username": "chen", "role": "admin"}, "chosen": [], "nth": 1}
    client.post(CALLBACKS, json=ask_body(client, asked, "/"))
    (row,) = session.scalars(select(AuditEntry))
    assert (row.action, row.subject, row.outcome, row.code) == ("user.role", "chen", "refused", "role_forbidden")


def test_every_way_in_which_a_page_says_no_is_in_the_audit(client: TestClient, session: WriteSession) -> None:
    use_secret(client, browser_session(session, "somebody", role=Role.CLERK))
    client.post(CALLBACKS, json=draw_body("/admin"))
    client.post(CALLBACKS, json=draw_body("/nowhere"))  # a misspelt address is no refusal
    client.post(CALLBACKS, json=draw_body("/admin"), headers={"Sec-Fetch-Site": "cross-site"})
    client.get("/admin/add")
    client.cookies.clear()
    client.post(CALLBACKS, json=why_body("#why=441202/T01", "/units"))
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.actor, row.action, row.subject, row.outcome, row.code) for row in rows] == [
        ("somebody", "look", "/admin", "refused", "page_not_shown"),
        ("", "look", CALLBACKS, "refused", "cross_site"),
        ("somebody", "look", "/admin/add", "refused", "role_forbidden"),
        ("", "look", CALLBACKS, "refused", "session_missing"),
    ]


def test_what_strangers_may_not_see_of_what_is_open_is_in_the_audit(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_PUBLIC_READ", "1")
    settings.cache_clear()
    for body in (draw_body("/review"), _callback(client, "send_typed")):
        client.post(CALLBACKS, json=body, headers=SAME_ORIGIN)
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(row.actor, row.subject, row.outcome, row.code) for row in rows] == [
        ("", "/review", "refused", "nothing_released"),
        ("", "send_typed", "refused", "session_missing"),
    ]


_OF_ACCOUNTS = {
    "username": "the.other",
    "role": "admin",
    "units": OTHER,
    "email": "somebody@example.org",
    "token": "1",
}
_SAID = {
    "unit": OTHER,
    "period": PERIOD,
    "task": "1",
    "state": "done",
    "text": "替别人写的",
    "reason": "替别人更正",
    "until": "2999-12-31",
    "duty": "leader",
    "name": "张三",
    "effective_from": "2019-01-01",
    "indicator": "online_rate",
    "method": "interview",
    "numerator": "1",
    "denominator": "2",
    "key": "replayed",
}


def _fields(apart: Apart, seen: str, act: str) -> dict[str, str]:
    """What any form of any page sends, all of it about the other unit; not more than one ask holds."""
    if act.partition(".")[0] in ("user", "password", "second_factor", "session", "token"):
        return {"seen": seen, **_OF_ACCOUNTS}
    if act.startswith("slip."):
        return {"seen": f"slip-{apart.slip}-1", "slip": apart.slip, "act": "receive", "text": "替别人签收"}
    return {"seen": seen, "layout": str(apart.layout), "assessment": str(apart.assessment), **_SAID}


def _values(apart: Apart) -> Iterator[dict[str, Any]]:
    """What the browser's stores hold when somebody has put the other unit into each of them."""
    typed = json.dumps(entries(unit=OTHER, etag=apart.etag, reason="更正"))
    file = "data:text/csv;base64," + base64.b64encode(_FILE).decode()
    whole = json.dumps({"key": apart.key, "reason": "更正", "versions": {f"{OTHER}/{PERIOD}": apart.etag}})
    stores = {
        "collect-typed.data": typed,
        "collect-sent.data": typed,
        "collect-discarded.data": typed,
        "collect-file.contents": file,
        "collect-file.filename": "x.csv",
        "collect-whole.data": whole,
        "theme.data": "light",
        "url.hash": f"#why={OTHER}/TG-05A",
        "url.search": f"?unit={OTHER}&period={PERIOD}&dataset=observations&lang=en",
        "flat-grid.getRowsRequest": {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}},
    }
    for path, _ in rights.pages():
        for part, value in (
            ("{submission_id}", apart.submission),
            ("{number}", apart.submission),
            ("{code}", OTHER),
        ):
            path = path.replace(part, str(value))
        yield stores | {"url.pathname": path}
    yield stores | {
        "url.pathname": "/data",
        "url.search": f"?dataset=observations&element={SECRET_ELEMENT}&unit={OTHER}",
    }
