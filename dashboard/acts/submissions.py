"""Acts on submissions: a reviewer verifies, sends back, opens again; a leader signs off, or is asked to (签发).

What was seen is what is acted on: a version that came meanwhile is shown first.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.grids.differences import short_differences
from dashboard.locale import _, instant_text, month_text
from dashboard.window.ask import Ask, Seen, read_seen
from dashboard.window.outage import AWAY
from dashboard.window.outcome import Outcome, away, refused
from dashboard.words.figures import unit_name
from metrics.authority import authority_of
from metrics.commands.sign_off_submission import OnPaper, sign_off_submission
from metrics.commands.verify_submission import verify_submission
from metrics.database import read_session, write_session
from metrics.errors import BiaochiError, Invalid, Message, NotFound, Stale
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.submission_differences import submission_differences
from metrics.queries.submissions import submission
from metrics.reminders.sign_off_link import ask_for_signature
from metrics.settings import settings
from metrics.submission_states import Action


def verify(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return [_step(Action.VERIFY, asked.field("seen"), asked, principal)]


def send_back_submission(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return [_step(Action.SEND_BACK, asked.field("seen"), asked, principal)]


def reopen(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    return [_step(Action.REOPEN, asked.field("seen"), asked, principal)]


def verify_chosen(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Each submission in a transaction of its own: one that is refused keeps no other from being verified."""
    if not asked.chosen:
        raise Invalid("nothing_chosen", Message("请先勾选要审核通过的月报。", "Tick the submissions to verify first."))
    return [_step(Action.VERIFY, seen, asked, principal) for seen in dict.fromkeys(asked.chosen)]


def _step(action: Action, seen_text: str, asked: Ask, principal: Principal) -> Outcome:
    try:
        seen = read_seen(seen_text)
    except BiaochiError as error:
        return refused(error)
    try:
        with write_session(authority_of(principal)) as session:
            plan = plan_at(session)
            checked = verify_submission(
                session,
                principal=principal,
                submission_id=seen.submission,
                action=action,
                reason=asked.field("reason").strip(),
                if_match=seen.etag,
                timezone=plan.document.timezone,
            )
    except AWAY as failure:
        return away(failure)
    except Stale as error:
        return _changed_meanwhile(error, seen, principal)
    except BiaochiError as error:
        return refused(error, about=_name(seen, principal))
    return Outcome(True, _done(action, _name(seen, principal), seq=checked.seq))


def _done(action: Action, name: str, *, seq: int) -> str:
    return {
        Action.VERIFY: _("{what}: verified (no. {seq})", what=name, seq=seq),
        Action.SEND_BACK: _("{what}: sent back for correction (no. {seq})", what=name, seq=seq),
        Action.REOPEN: _("{what}: open again (no. {seq})", what=name, seq=seq),
    }[action]


def _name(seen: Seen, principal: Principal) -> str:
    """端州区 2019年9月; empty if the principal may not know."""
    try:
        with read_session(authority_of(principal)) as session:
            plan = plan_at(session)
            found = submission(session, seen.submission, plan=plan, principal=principal).summary
    except (NotFound, *AWAY):
        return ""
    unit = plan.unit_by_code.get(found.unit)
    return f"{found.unit if unit is None else unit_name(unit)} {month_text(found.period)}"


def _changed_meanwhile(error: Stale, seen: Seen, principal: Principal) -> Outcome:
    """Who changed the submission since it was looked at, and which figures."""
    with read_session(authority_of(principal)) as session:
        plan = plan_at(session)
        held = submission_differences(session, seen.submission, plan=plan, principal=principal, against=seen.revision)
    return refused(error, about=_name(seen, principal), more=short_differences(plan, held, since=seen.revision))


def sign_off(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The leader signs the version that was shown."""
    return _signed(asked, principal, on_paper=None)


def sign_on_paper(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """A reviewer records that the leader signed on paper."""
    return _signed(asked, principal, on_paper=OnPaper(asked.field("leader"), asked.field("note")))


def ask_sign_off(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """The leader's own address is sent a link; whoever asks for it never sees it."""
    seen = read_seen(asked.field("seen"))
    sent = ask_for_signature(settings(), seen.submission, principal=principal, if_match=seen.etag)
    with read_session() as session:
        plan = plan_at(session)
    told = {
        "unit": unit_name(plan.unit_by_code[sent.unit]),
        "until": instant_text(sent.expires_at, timezone=plan.document.timezone),
    }
    return [Outcome(True, _("{unit}: sent to the leader's own address; the link is valid until {until}", **told))]


def _signed(asked: Ask, principal: Principal, *, on_paper: OnPaper | None) -> Sequence[Outcome]:
    seen = read_seen(asked.field("seen"))
    with write_session(authority_of(principal)) as session:
        plan = plan_at(session)
        signed = sign_off_submission(
            session, seen.submission, plan=plan, principal=principal, on_paper=on_paper, if_match=seen.etag
        )
    name = unit_name(plan.unit_by_code[signed.unit])
    return [
        Outcome(True, _("{unit}: signed off by {leader} (no. {seq})", unit=name, leader=signed.leader, seq=signed.seq))
    ]
