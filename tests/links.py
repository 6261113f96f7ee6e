"""Links to sign by: a mail channel that leads to a test's own mailbox, and links in every state they can be in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from metrics.commands.confirm_sign_off import confirm_sign_off
from metrics.commands.record_person import PersonGiven, forget_contact, record_person
from metrics.commands.request_confirmation import RequestedLink, mark_link_sent, request_sign_off
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.queries.confirmations import LinkState
from metrics.queries.submissions import submission
from metrics.settings import settings
from metrics.submission_states import Action
from tests.builders import UNIT
from tests.mailboxes import Mailbox
from tests.posting import CLERK, REVIEWER, post

LEADER, ADDRESS = "李明", "li@county.example"
WEEK = timedelta(days=7)
PUBLIC = "https://gauge.city.example"
# Every state with the code that API and page answer it with; None: it signs.
CODES: Mapping[LinkState, str | None] = {
    LinkState.USED: "confirmation_used",
    LinkState.NEWER_LINK: "confirmation_superseded",
    LinkState.NEWER_REVISION: "confirmation_outdated",
    LinkState.LEADER_CHANGED: "confirmation_withdrawn",
    LinkState.EXPIRED: "confirmation_expired",
    LinkState.SIGNED: "signed_already",
    LinkState.SENT_BACK: "state_forbids",
    LinkState.OPEN: None,
}


@contextmanager
def links_by_mail(patch: pytest.MonkeyPatch, box: Mailbox, *, public: str = PUBLIC) -> Iterator[None]:
    """While the block lasts the service sends e-mail to `box`."""
    with patch.context() as set_up:
        for name, value in mail_variables(box, public=public).items():
            set_up.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def mail_variables(box: Mailbox, *, public: str = PUBLIC) -> dict[str, str]:
    return {
        "BIAOCHI_SMTP_HOST": "127.0.0.1",
        "BIAOCHI_SMTP_PORT": str(box.port),
        "BIAOCHI_SMTP_SECURITY": "none",
        "BIAOCHI_SMTP_FROM": "标尺 <gauge@city.example>",
        "BIAOCHI_PUBLIC_URL": public,
    }


def link_in(message: EmailMessage) -> str:
    """The link of an e-mail, whole."""
    found = re.findall(r"https?://\S+/confirm#\S+", message.get_content())
    assert len(found) == 1, message.get_content()
    return str(found[0])


def secret_of(link: str) -> str:
    return link.partition("#")[2]


def appoint(session: WriteSession, name: str = LEADER, *, email: str = ADDRESS, since: str = "2019-03-01") -> int:
    """Record who leads the unit; answers the record's number."""
    given = PersonGiven("leader", name, "副区长", since, email=email, reason="任命")
    return record_person(session, UNIT, plan=plan_at(session), principal=REVIEWER, given=given).person.seq


def a_link(session: WriteSession, number: int, *, days_ago: int = 0) -> RequestedLink:
    """A link for the submission, sent `days_ago`."""
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    link = request_sign_off(session, number, plan=plan_at(session), principal=CLERK, lasts=WEEK, now=moment)
    mark_link_sent(session, link, now=moment)
    return link


def link_in_state(session: WriteSession, state: LinkState) -> RequestedLink:
    """A submission of 441202 and a link for it that is in `state`; its leader is in force."""
    appointed = appoint(session)
    number = post(session).id
    assert number is not None
    link = a_link(session, number, days_ago=8 if state is LinkState.EXPIRED else 1)
    turns: Mapping[LinkState, Callable[[], object]] = {
        LinkState.USED: lambda: confirm_sign_off(session, link.secret, plan=plan_at(session), now=datetime.now(UTC)),
        LinkState.NEWER_LINK: lambda: a_link(session, number),
        LinkState.NEWER_REVISION: lambda: revise(session, number),
        LinkState.LEADER_CHANGED: lambda: appoint(session, "王芳", since="2020-01-01"),
        LinkState.SIGNED: lambda: sign_off_submission(
            session, number, plan=plan_at(session), principal=REVIEWER, on_paper=OnPaper(LEADER)
        ),
        LinkState.SENT_BACK: lambda: verify_submission(
            session, principal=REVIEWER, submission_id=number, action=Action.SEND_BACK, reason="请核对"
        ),
    }
    if state in turns:
        turns[state]()
    assert appointed
    session.flush()
    return link


def revise(session: WriteSession, number: int, **changes: int) -> None:
    """One more revision of the submission."""
    etag = submission(session, number, plan=plan_at(session), principal=CLERK).summary.etag
    post(session, changes=changes or {"items_instant": 351}, reason="更正", if_match=etag)


def forget_address(session: WriteSession, person: int) -> None:
    forget_contact(session, UNIT, person, plan=plan_at(session), principal=REVIEWER)
