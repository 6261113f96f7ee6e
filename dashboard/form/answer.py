"""Callbacks of the form answer in words: what is said and shown, or why it was refused; never an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from dashboard.locale import _, language, speaking
from dashboard.window.access import reader
from dashboard.window.address import Address, address_of
from dashboard.window.outage import AWAY, outage_words
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_done, note_error
from metrics.errors import BiaochiError, Message, Unauthenticated
from metrics.logging import log_refusal
from metrics.present_act import doing
from metrics.principal import Principal

log = structlog.get_logger(__name__)

Component = Any
Said = dict[str, Any]
_MOST_SAID = 3  # problems of one refusal


def answered(
    search: str | None, act: Callable[[Principal, Address], tuple[Said, Component]], *, action: AuditAction
) -> tuple[Said, Component]:
    """What `act` says and shows to whoever asks, in the language of the address; `refused` says why it did not.

    `action`: what the audit calls it.
    """
    address = address_of(None, search)
    with speaking(address.language), doing(action):
        principal = None
        try:
            principal = reader()
            if principal is None:
                raise Unauthenticated(code="session_missing", message=Message("请先登录。", "Sign in first."))
            said = act(principal, address)
            note_done()
            return said
        except AWAY as failure:
            log.warning("database_away", page="/collect", error=str(failure)[:300])
            words = (outage_words(failure).in_language(language()), _("What you typed stays in this window."))
            return {"refused": " ".join(words), "away": True}, None
        except BiaochiError as refused:
            log_refusal(refused, principal=principal, asked="/collect")
            note_error(refused)
            return {"refused": refusal_text(refused)}, None


def refusal_text(refused: BiaochiError) -> str:
    """The refusal in its own words, and the first things it found where those say more."""
    messages = [refused.message, *(problem.message for problem in refused.problems[:_MOST_SAID])]
    return " ".join(message.in_language(language()) for message in dict.fromkeys(messages))
