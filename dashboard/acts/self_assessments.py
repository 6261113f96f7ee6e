"""A unit's acts on its self-assessment: sending it or a revision, and the leader's signature."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.acts.attaching import attached
from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.sign_off_submission import OnPaper
from metrics.commands.submit_self_assessment import (
    SelfAssessmentGiven,
    sign_self_assessment,
    submit_self_assessment,
)
from metrics.database import write_session
from metrics.principal import Principal

_REMARK = "remark-"


def submit(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: the revision on the page is the one that is revised, and a first one is there only once."""
    drawn = asked.field("drawn_at")
    given = SelfAssessmentGiven(
        unit=asked.field("unit"),
        summary=asked.field("summary").strip(),
        remarks={n.removeprefix(_REMARK): t.strip() for n, t in asked.fields.items() if n.startswith(_REMARK)},
        reason=asked.field("reason").strip(),
        drawn_at=int(drawn) if drawn.isascii() and drawn.isdigit() and len(drawn) <= 15 else None,
    )
    with write_session(authority_of(principal)) as session:
        done = submit_self_assessment(
            session, asked.field("phase"), principal=principal, given=given, if_match=_seen(asked)
        )
    return [Outcome(True, _("Sent as revision {n} (no. {seq})", n=done.revision, seq=done.seq))]


def sign(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """What the page showed is what is signed; by a reviewer, what was signed on paper."""
    leader = asked.field("leader").strip()
    with write_session(authority_of(principal)) as session:
        done = sign_self_assessment(
            session,
            asked.field("phase"),
            unit=asked.field("unit"),
            principal=principal,
            if_match=_seen(asked),
            on_paper=OnPaper(leader, asked.field("note")) if leader else None,
            scans=attached(asked),
        )
    return [Outcome(True, _("Signed (no. {seq})", seq=done.seq))]


def _seen(asked: Ask) -> str | None:
    shown = asked.field("seen")
    return f'"{shown}"' if shown else None
