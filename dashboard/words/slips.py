"""Words and signs of supervision slips: how one stands, what it was issued for, its days."""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboard.locale import _, date_text, language, ngettext
from dashboard.words.notices import mark
from metrics.supervision.slip_words import ACTS_IN_WORDS, DONE_IN_WORDS, STATES_IN_WORDS, number_in_words
from metrics.supervision.slips import WITH_THE_UNIT, Slip, SlipAct, SlipOrigin, SlipState

Component = Any

_SIGNS = {
    SlipState.ISSUED: "sign-no-data",
    SlipState.IN_HAND: "sign-behind",
    SlipState.RETURNED: "sign-rectifying",
    SlipState.ANSWERED: "sign-on-track",
    SlipState.REVIEWED: "sign-on-track",
    SlipState.CLOSED: "sign-met",
    SlipState.WITHDRAWN: "sign-not-applicable",
}


def state_word(state: SlipState) -> str:
    return _capital(STATES_IN_WORDS[state].in_language(language()))


def act_word(act: SlipAct) -> str:
    """What may be done: 签收 / Sign for it."""
    return _capital(ACTS_IN_WORDS[act].in_language(language()))


def done_word(act: SlipAct) -> str:
    """What was done: 签收 / Signed for."""
    return _capital(DONE_IN_WORDS[act].in_language(language()))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def state_mark(slip: Slip, *, on: date) -> Component:
    """Sign and word of how it stands; of one that is late with the unit, of that."""
    if slip.state in WITH_THE_UNIT and slip.days_late(on):
        return mark("sign-overdue", _("Overdue, {state}", state=STATES_IN_WORDS[slip.state].in_language(language())))
    return mark(_SIGNS[slip.state], state_word(slip.state))


def origin_word(origin: SlipOrigin) -> str:
    return {
        SlipOrigin.BY_HAND: _("By hand"),
        SlipOrigin.RED_LIGHT: _("Red or amber light"),
        SlipOrigin.LATE_SUBMISSION: _("Late submission"),
        SlipOrigin.TASK: _("Task"),
        SlipOrigin.FINDING: _("Finding"),
    }[origin]


def number_word(number: str) -> str:
    """The number as it is read: 督办〔2019〕3号, in English Slip 3 of 2019."""
    return number_in_words(number).in_language(language())


def due_words(slip: Slip, *, on: date) -> str:
    """The due day, and how far it is or how late the answer is."""
    day, left, late = date_text(slip.due_on), slip.days_left(on), slip.days_late(on)
    if late:
        return ngettext("{day}, {n} day late", "{day}, {n} days late", late, day=day)
    if left is None:
        return day
    return (
        ngettext("{day}, {n} day left", "{day}, {n} days left", left, day=day) if left else _("{day}, today", day=day)
    )
