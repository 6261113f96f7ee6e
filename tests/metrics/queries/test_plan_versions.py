"""The versions of the plan that the ledger holds, without holding their plans."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from metrics.commands import derive_rates as derive_rates_module
from metrics.commands.derive_rates import rebuild_formulas, rebuild_rates
from metrics.commands.load_plan import load_plan
from metrics.database import ReadSession, Sessions, WriteSession, make_engine
from metrics.ledger.entry import hold_ledger, newest_seq
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.queries import plan_versions as plan_versions_module
from metrics.queries.plan_versions import PlanVersion, plan_versions
from metrics.queries.said_rates import forms_of
from tests.databases import Database
from tests.metrics.commands.test_derive_rates import said, stored, with_other_formula
from tests.metrics.queries.test_views import post


def test_a_ledger_of_many_versions_is_gone_through_with_one_plan_in_memory(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_at(session)
    other = with_other_formula(plan)
    renamed = other.model_copy(update={"document": plan.document.model_copy(update={"document_number": "another"})})
    for version in (other, renamed, plan):
        load_plan(session, version, actor="tests")
    made: list[weakref.ref[Plan]] = []

    def fresh(session: ReadSession, **at: Any) -> Plan:
        """Not the one that the process remembers."""
        copied = plan_at(session, **at).model_copy()
        made.append(weakref.ref(copied))
        return copied

    monkeypatch.setattr(plan_versions_module, "plan_at", fresh)
    versions = list(plan_versions(session))
    assert [(version.formulas, version.is_new) for version in versions] == [(1, True), (2, True), (2, False), (3, True)]
    assert [version.forms == forms_of(plan) for version in versions] == [True, False, False, True]
    assert (len(made), [ref() for ref in made if ref() is not None]) == (4, [])


def test_the_ledger_is_not_held_while_versions_of_the_plan_are_put_together(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that is loaded just before the ledger is held counts all the same."""
    sessions, owner = Sessions(clean_database.engine), make_engine(clean_database.owner_url, pool_size=1)
    with sessions.write() as session:
        plan = plan_at(session)
        post(session, "441202", items_online=700)
    order: list[str] = []

    def after_a_plan(session: WriteSession) -> None:
        if not order.count("held"):
            with sessions.write() as other:
                other.execute(text("set local lock_timeout = '1s'"))
                load_plan(other, with_other_formula(plan), actor="tests")
        hold_ledger(session)
        order.append("held")

    def versions(session: ReadSession) -> Iterator[PlanVersion]:
        order.append("versions")
        return plan_versions(session)

    monkeypatch.setattr(derive_rates_module, "hold_ledger", after_a_plan)
    monkeypatch.setattr(derive_rates_module, "plan_versions", versions)
    with Sessions(owner).write() as session:
        rebuild_formulas(session)
        rebuild_rates(session, units=["441202"])
        assert order == ["versions", "held", "versions", "versions", "held"]
        newest = newest_seq(session)
        for seq in (newest - 1, newest):
            assert stored(session, seq) == said(session, seq) != set()
    owner.dispose()
