"""Why a submission was revised stays to be read after it was verified, or sent back, or opened again."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.queries.submissions import submission, submissions
from metrics.submission_states import Action
from tests.beginnings import beginning
from tests.dashboard.drawn import said, signed_in, use_secret, window
from tests.people import person
from tests.posting import REVIEWER, post

WHY = "分厅事项重复计数"


@beginning
def number(session: WriteSession) -> int:
    """A submission in its second revision."""
    first = post(session)
    second = post(session, changes={"items_instant": 351}, reason=WHY, if_match=first.etag)
    assert second.id is not None
    return second.id


def step(session: WriteSession, number: int, *steps: Action) -> None:
    for one in steps:
        verify_submission(session, principal=REVIEWER, submission_id=number, action=one, reason="请核对")
    session.flush()


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Action.VERIFY,),
        (Action.SEND_BACK,),
        (Action.VERIFY, Action.REOPEN),
        (Action.VERIFY, Action.REOPEN, Action.VERIFY),
    ],
)
def test_the_reason_stays_with_the_revision(session: WriteSession, number: int, steps: tuple[Action, ...]) -> None:
    step(session, number, *steps)
    plan = plan_at(session)
    (listed,) = submissions(session, plan, principal=REVIEWER)
    assert listed.revision_reason == WHY
    assert submission(session, number, plan=plan, principal=REVIEWER).summary == listed


def test_a_first_revision_has_none(session: WriteSession) -> None:
    post(session)
    (listed,) = submissions(session, plan_at(session), principal=REVIEWER)
    assert (listed.reason, listed.revision_reason) == ("", "")


@pytest.mark.parametrize("steps", [(Action.VERIFY,), (Action.SEND_BACK,), (Action.VERIFY, Action.REOPEN)])
@pytest.mark.parametrize("path", ["/review/{number}", "/units/441202", "/collect?unit=441202&period=2019-09"])
def test_every_page_of_the_submission_shows_it(
    client: TestClient, session: WriteSession, number: int, steps: tuple[Action, ...], path: str
) -> None:
    step(session, number, *steps)
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    address, _mark, search = path.format(number=number).partition("?")
    shown = said(window(client, address, f"?{search}" if search else "?month=2019-09"))
    assert WHY in shown
    if Action.SEND_BACK in steps:
        assert "请核对" in shown


def test_the_unit_that_sent_it_reads_it_too(client: TestClient, session: WriteSession, number: int) -> None:
    step(session, number, Action.VERIFY)
    person(session, "chen", units={"441202"})
    use_secret(client, signed_in(session, "chen"))
    assert WHY in said(window(client, "/units/441202", "?month=2019-09"))
    assert WHY in said(window(client, "/collect", "?period=2019-09"))
