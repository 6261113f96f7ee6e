"""Signing a return off from its receipt: by the leader in force, of the version shown, and void once it is revised."""

from __future__ import annotations

import json
from typing import Any

from starlette.testclient import TestClient

from metrics.commands.record_person import PersonGiven, record_person
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from tests.dashboard.drawn import asked_window, nodes, of_class, said, window
from tests.dashboard.forms import act, entries
from tests.posting import REVIEWER


def leader(session: WriteSession) -> None:
    given = PersonGiven("leader", "赵明", "副区长", "2019-03-01", reason="任命")
    record_person(session, "441202", plan=plan_at(session), principal=REVIEWER, given=given)


def forms(tree: Any) -> list[dict[str, Any]]:
    return [node["props"] for node in nodes(tree) if node["props"].get("data-asks") == "return.sign_off"]


def sign(client: TestClient, receipt: str, name: str) -> Any:
    (form,) = forms(window(client, receipt))
    fields = json.loads(form["data-fields"]) | {"leader": name}
    return asked_window(client, json.dumps({"do": "return.sign_off", "fields": fields}), receipt)


def test_the_leader_s_name_stands_on_the_receipt_and_the_form_is_gone(clerk: TestClient, session: WriteSession) -> None:
    leader(session)
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    assert "尚未签发" in said(of_class(window(clerk, receipt), "receipt"))
    tree = sign(clerk, receipt, "赵明")
    assert "端州区：已由赵明签发" in said(tree)
    assert "赵明 副区长" in said(of_class(tree, "receipt"))
    assert forms(tree) == []


def test_another_name_signs_nothing_off(clerk: TestClient, session: WriteSession) -> None:
    leader(session)
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    tree = sign(clerk, receipt, "钱伟")
    assert "在任分管领导是赵明" in said(tree)
    assert "尚未签发" in said(of_class(tree, "receipt"))


def test_without_a_leader_on_record_it_is_said_who_records_one(clerk: TestClient) -> None:
    receipt = act(clerk, "sent", entries())[0]["receipt"]
    assert "没有登记在任的分管领导" in said(sign(clerk, receipt, "赵明"))
