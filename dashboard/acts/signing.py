"""Signing a submission off (签发): a leader's own account, a signature on paper, and asking the leader for either."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.asked import Asked, read_seen
from dashboard.away import AWAY
from dashboard.locale import _, instant_text
from dashboard.outcome import Outcome, away, refused
from dashboard.wording import unit_name
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.database import read_session, write_session
from metrics.errors import BiaochiError
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.reminders.sign_off_link import ask_for_signature
from metrics.settings import settings


def sign_off(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """The leader signs the version that was shown."""
    return _signed(asked, principal, on_paper=None)


def sign_on_paper(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """A reviewer records that the leader signed on paper."""
    return _signed(asked, principal, on_paper=OnPaper(asked.field("leader"), asked.field("note")))


def ask_sign_off(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """The leader's own address is sent a link; whoever asks for it never sees it."""
    try:
        seen = read_seen(asked.field("seen"))
        sent = ask_for_signature(settings(), seen.submission, principal=principal, if_match=seen.etag)
        with read_session() as session:
            plan = plan_at(session)
    except BiaochiError as error:
        return [refused(error)]
    except AWAY:
        return [away()]
    told = {
        "unit": unit_name(plan.unit_by_code[sent.unit]),
        "until": instant_text(sent.expires_at, timezone=plan.document.timezone),
    }
    return [Outcome(True, _("{unit}: sent to the leader's own address; the link holds until {until}", **told))]


def _signed(asked: Asked, principal: Principal, *, on_paper: OnPaper | None) -> Sequence[Outcome]:
    try:
        seen = read_seen(asked.field("seen"))
        with write_session() as session:
            plan = plan_at(session)
            signed = sign_off_submission(
                session, seen.submission, plan=plan, principal=principal, on_paper=on_paper, if_match=seen.etag
            )
    except BiaochiError as error:
        return [refused(error)]
    except AWAY:
        return [away()]
    name = unit_name(plan.unit_by_code[signed.unit])
    return [
        Outcome(True, _("{unit}: signed off by {leader} (no. {seq})", unit=name, leader=signed.leader, seq=signed.seq))
    ]
