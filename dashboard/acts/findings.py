"""Acts on what inspections found: raising a finding, answering it, closing it, sending it back, withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.acts.attaching import attached
from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.idempotency_keys import once
from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.commands.rectify_finding import AnswerGiven, ReviewGiven, answer_finding, review_finding
from metrics.database import WriteSession, write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal
from metrics.supervision.rectification import FindingSeverity, RectificationAction


def raise_one(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn, however often it is sent."""
    given = _given(asked)

    def do(session: WriteSession) -> dict[str, Any]:
        done = raise_finding(session, asked.field("phase"), principal=principal, given=given)
        return {"number": done.number, "seq": done.seq}

    done = _once(asked, principal, "finding.raise", do)
    return [Outcome(True, _("Recorded as finding {number} (no. {seq})", **done))]


def answer(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Once for each form that was drawn."""
    given = AnswerGiven(asked.field("text").strip(), asked.field("evidence").strip(), attached(asked))

    def do(session: WriteSession) -> dict[str, Any]:
        done = answer_finding(session, asked.field("phase"), _number(asked), principal=principal, given=given)
        return {"number": done.finding, "seq": done.seq}

    done = _once(asked, principal, "finding.answer", do)
    return [Outcome(True, _("The answer to finding {number} is sent (no. {seq})", **done))]


def close(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    done = _review(asked, principal, RectificationAction.CLOSE)
    return [Outcome(True, _("Finding {number} is closed (no. {seq})", **done))]


def send_back(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    done = _review(asked, principal, RectificationAction.SEND_BACK)
    return [Outcome(True, _("Finding {number} is sent back (no. {seq})", **done))]


def withdraw(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    done = _review(asked, principal, RectificationAction.WITHDRAW)
    return [Outcome(True, _("Finding {number} is withdrawn (no. {seq})", **done))]


def _once(asked: Ask, principal: Principal, name: str, do: Any) -> dict[str, Any]:
    with write_session(authority_of(principal)) as session:
        done = once(
            session,
            principal=principal,
            key=asked.field("key"),
            asked={"request": name, "fields": asked.fields, "chosen": asked.chosen},
            do=lambda: do(session),
        )
    return done.body


def _review(asked: Ask, principal: Principal, action: RectificationAction) -> dict[str, Any]:
    """What the page showed is what is reviewed."""
    given = ReviewGiven(action, asked.field("text").strip(), asked.field("due_on").strip())
    seen, number = f'"{asked.field("seen")}"', _number(asked)
    with write_session(authority_of(principal)) as session:
        done = review_finding(session, asked.field("phase"), number, principal=principal, given=given, if_match=seen)
    return {"number": done.finding, "seq": done.seq}


def _given(asked: Ask) -> FindingGiven:
    try:
        severity = FindingSeverity(asked.field("severity"))
    except ValueError:
        raise BadRequest("severity_unknown", Message("没有这种程度。", "There is no such severity.")) from None
    kind, _space, code = asked.field("about").partition(" ")
    task = code.isascii() and code.isdigit() and len(code) <= 4
    return FindingGiven(
        unit=asked.field("unit"),
        severity=severity,
        text=asked.field("text").strip(),
        due_on=asked.field("due_on").strip(),
        target=code if kind == "target" else "",
        task=int(code) if kind == "task" and task else None,
    )


def _number(asked: Ask) -> int:
    text = asked.field("number")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadRequest("finding_malformed", Message("未写明是哪个问题。", "Say which finding it is about."))
    return int(text)
