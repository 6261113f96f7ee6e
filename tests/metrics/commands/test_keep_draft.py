"""Drafts: kept as typed, shared by a unit's clerks, never overwritten unseen, seen by nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from metrics.commands.keep_draft import discard_draft, drop_draft, keep_draft
from metrics.database import WriteSession
from metrics.drafts import KeptDraft, Typed
from metrics.errors import Forbidden, Stale
from metrics.principal import Principal, Role
from metrics.queries.drafts import draft_of
from tests.posting import CLERK, REVIEWER

PERIOD = date(2019, 9, 1)
NOW = datetime(2019, 10, 3, 2, 32, tzinfo=UTC)
COLLEAGUE = Principal(5, "li", "李", Role.CLERK, frozenset({"441202"}))
STRANGER = Principal(6, "zhao", "赵", Role.CLERK, frozenset({"441203"}))
EVERYBODY_ELSE = [
    STRANGER,
    REVIEWER,
    *(Principal(7, role.value, "他", role) for role in (Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN)),
]


def keep(session: WriteSession, *, principal: Principal = CLERK, **given: Any) -> KeptDraft:
    fields: dict[str, Any] = {"unit": "441202", "period": PERIOD, "editor": "one", "seen": 0, "now": NOW}
    typed = given.pop("typed", Typed({"items_total": "1,00"}))
    return keep_draft(session, principal=principal, typed=typed, **(fields | given))


def draft(session: WriteSession, principal: Principal = CLERK) -> KeptDraft | None:
    return draft_of(session, principal=principal, unit="441202", period=PERIOD)


def test_a_draft_keeps_what_was_typed_as_it_was_typed(session: WriteSession) -> None:
    typed = Typed({"items_total": "１２"}, "更正", "附注", {"stock_moved": "合并"})
    kept = keep(session, typed=typed)
    found = draft(session)
    assert found == kept
    assert found is not None
    assert (found.typed, found.version, found.username, found.updated_at) == (typed, 1, "chen", NOW)


def test_saving_the_same_again_changes_nothing(session: WriteSession) -> None:
    first = keep(session)
    assert keep(session, seen=1, now=NOW + timedelta(minutes=1)) == first


def test_a_window_that_lost_an_answer_knows_its_own_saving_again(session: WriteSession) -> None:
    keep(session)
    assert keep(session, seen=0, typed=Typed({"items_total": "2"})).version == 2


def test_another_window_does_not_overwrite_what_it_has_not_seen(session: WriteSession) -> None:
    keep(session)
    for other in (CLERK, COLLEAGUE):
        with pytest.raises(Stale, match="draft_changed"):
            keep(session, principal=other, editor="two", typed=Typed({"items_total": "9"}))
    found = draft(session)
    assert found is not None
    assert found.typed.values == {"items_total": "1,00"}
    assert keep(session, principal=COLLEAGUE, editor="two", seen=1, typed=Typed({"items_total": "9"})).version == 2
    with pytest.raises(Stale, match="li"):
        keep(session, seen=1, typed=Typed({"items_total": "3"}))


def test_a_unit_s_clerks_share_the_draft_and_nobody_else_sees_it(session: WriteSession) -> None:
    keep(session)
    assert draft(session, COLLEAGUE) is not None
    assert [draft(session, other) for other in EVERYBODY_ELSE] == [None] * len(EVERYBODY_ELSE)


def test_nobody_else_may_touch_the_draft(session: WriteSession) -> None:
    keep(session)
    for other in EVERYBODY_ELSE:
        with pytest.raises(Forbidden):
            keep(session, principal=other, editor="one", seen=1)
        with pytest.raises(Forbidden):
            discard_draft(session, principal=other, unit="441202", period=PERIOD)
    assert draft(session) is not None


def test_a_discarded_draft_is_gone_and_the_next_one_begins_anew(session: WriteSession) -> None:
    keep(session)
    assert discard_draft(session, principal=CLERK, unit="441202", period=PERIOD)
    assert draft(session) is None
    assert not drop_draft(session, unit="441202", period=PERIOD)
    assert keep(session, editor="two").version == 1
