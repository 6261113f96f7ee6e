"""Withdrawing a layout of files that was confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.withdraw_layout import withdraw_layout
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.principal import Principal


def withdraw(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    number = asked.field("layout")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadRequest("layout_malformed", Message("未写明是哪个版式。", "Say which layout is meant."))
    with write_session(authority_of(principal)) as session:
        withdraw_layout(session, int(number), principal=principal, now=datetime.now(UTC))
    return [Outcome(True, _("The layout is withdrawn: the next file of it has to be confirmed again."))]
