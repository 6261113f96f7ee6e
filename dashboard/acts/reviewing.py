"""A reviewer's acts on returns. What was seen is what is verified: a version that came meanwhile is shown first."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.asked import Asked, Seen, read_seen
from dashboard.away import AWAY
from dashboard.grids.differences import short_differences
from dashboard.locale import _, month_text
from dashboard.outcome import Outcome, away, refused
from dashboard.wording import unit_name
from metrics.commands.verify_submission import REOPEN, RETURN, VERIFY, Step, verify_submission
from metrics.database import read_session, write_session
from metrics.errors import BiaochiError, Invalid, Message, NotFound, Stale
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.return_differences import return_differences
from metrics.queries.submissions import submission


def verify(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    return [_step(VERIFY, asked.field("seen"), asked, principal)]


def return_for_correction(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    return [_step(RETURN, asked.field("seen"), asked, principal)]


def reopen(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    return [_step(REOPEN, asked.field("seen"), asked, principal)]


def verify_chosen(asked: Asked, principal: Principal) -> Sequence[Outcome]:
    """Each return in a transaction of its own: one that is refused keeps no other from being verified."""
    if not asked.chosen:
        nothing = Invalid("nothing_chosen", Message("请先勾选要审核通过的月报。", "Tick the returns to verify first."))
        return [refused(nothing)]
    return [_step(VERIFY, seen, asked, principal) for seen in dict.fromkeys(asked.chosen)]


def _step(step: Step, seen_text: str, asked: Asked, principal: Principal) -> Outcome:
    try:
        seen = read_seen(seen_text)
    except BiaochiError as error:
        return refused(error)
    try:
        with write_session() as session:
            plan = plan_at(session)
            checked = verify_submission(
                session,
                principal=principal,
                submission_id=seen.submission,
                step=step,
                reason=asked.field("reason").strip(),
                if_match=seen.etag,
                timezone=plan.document.timezone,
            )
    except AWAY:
        return away()
    except Stale as error:
        return _changed_meanwhile(error, seen, principal)
    except BiaochiError as error:
        return refused(error, about=_name(seen, principal))
    return Outcome(True, _done(step, _name(seen, principal), seq=checked.seq))


def _done(step: Step, name: str, *, seq: int) -> str:
    return {
        VERIFY.action: _("{what}: verified (no. {seq})", what=name, seq=seq),
        RETURN.action: _("{what}: returned for correction (no. {seq})", what=name, seq=seq),
        REOPEN.action: _("{what}: open again (no. {seq})", what=name, seq=seq),
    }[step.action]


def _name(seen: Seen, principal: Principal) -> str:
    """端州区 2019年9月; empty if the principal may not know."""
    try:
        with read_session() as session:
            plan = plan_at(session)
            found = submission(session, seen.submission, plan=plan, principal=principal).summary
    except (NotFound, *AWAY):
        return ""
    unit = plan.unit_by_code.get(found.unit)
    return f"{found.unit if unit is None else unit_name(unit)} {month_text(found.period)}"


def _changed_meanwhile(error: Stale, seen: Seen, principal: Principal) -> Outcome:
    """Who changed the return since it was looked at, and which figures."""
    with read_session() as session:
        plan = plan_at(session)
        held = return_differences(session, seen.submission, plan=plan, principal=principal, against=seen.revision)
    return refused(error, about=_name(seen, principal), more=short_differences(plan, held, since=seen.revision))
