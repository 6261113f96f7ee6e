"""Acts on sanctions that the plan prints for tasks: a reviewer sets the mark, or lifts it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.sanction_task import SanctionGiven, lift_sanction, mark_sanction
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal


def mark(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    given = SanctionGiven(asked.field("unit"), asked.field("reason").strip(), asked.field("subject").strip())
    with write_session(authority_of(principal)) as session:
        done = mark_sanction(session, _number(asked, "task"), principal=principal, given=given)
    return [Outcome(True, _("The mark is set (no. {seq})", seq=done.seq))]


def lift(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    task, reason = _number(asked, "task"), asked.field("reason").strip()
    with write_session(authority_of(principal)) as session:
        done = lift_sanction(session, task, _number(asked, "number"), principal=principal, reason=reason)
    return [Outcome(True, _("The mark is lifted (no. {seq})", seq=done.seq))]


def _number(asked: Ask, name: str) -> int:
    text = asked.field(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequest("task_malformed", Message("未写明所指的任务或标记。", "Say which task and mark it is about."))
    return int(text)
