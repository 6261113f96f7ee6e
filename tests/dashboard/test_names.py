"""People are called by the name of their account; one without an account keeps the login."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from metrics.commands.lock_period import lock_period
from metrics.commands.users import add_user
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import Conflict
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.queries.accounts import display_names
from metrics.submission_states import Action
from tests.dashboard.drawn import of_class, said, signed_in, use_secret, window
from tests.people import NOW, PASSWORD, person
from tests.posting import REVIEWER, post


@pytest.fixture
def bureau(session: WriteSession) -> WriteSession:
    """The account behind tests/posting.py's reviewer."""
    add_user(
        session,
        REVIEWER.username,
        display_name="王审核",
        role=Role.REVIEWER,
        units=set(),
        password=PASSWORD,
        known_units=set(),
        now=NOW,
    )
    return session


def test_an_account_has_its_name_and_a_login_without_one_is_said(bureau: WriteSession) -> None:
    assert display_names(bureau, ["bureau", "gone", ""]) == {"bureau": "王审核", "gone": "gone", "": ""}
    assert display_names(bureau, []) == {}


def test_a_clerk_reads_names_where_somebody_did_something(client: TestClient, bureau: WriteSession) -> None:
    person(bureau, "chen")
    use_secret(client, signed_in(bureau))
    sent = post(bureau)
    assert sent.id is not None
    verify_submission(
        bureau,
        principal=REVIEWER,
        submission_id=sent.id,
        action=Action.SEND_BACK,
        reason="不符",
        if_match=sent.etag,
        timezone="Asia/Shanghai",
    )
    lock_period(bureau, date(2019, 9, 1), plan=plan_at(bureau), principal=REVIEWER)
    tree = window(client, "/collect", "?period=2019-09")
    assert said(of_class(tree, "notice-sent-back")).startswith("王审核 于")
    assert "由 王审核 锁定" in said(of_class(tree, "notice-locked"))
    assert "王审核" in said(of_class(window(client, "/periods", "?month=2019-09"), "history"))
    for path, search in (("/my", ""), ("/collect", "?period=2019-09"), ("/periods", "?month=2019-09")):
        assert "bureau" not in said(window(client, path, search)), path
    with pytest.raises(Conflict, match="王审核"):
        post(bureau, reason="更正", if_match=sent.etag, changes={"items_instant": 351})
