"""What became of something a page asked to have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.locale import _, language
from metrics.errors import BiaochiError

Component = Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done` False: refused, and nothing was stored.

    `more`: what else there is to say or to look at; `error`: why not. `tried`: nothing was to be stored, what would
    become of it was asked.
    """

    done: bool
    text: str
    more: Component = None
    error: BiaochiError | None = None
    tried: bool = False


def refused(error: BiaochiError, *, about: str = "", more: Component = None) -> Outcome:
    """A refusal in its own words, after the name of what it is about."""
    message = error.message.in_language(language())
    return Outcome(False, about + _(": ") + message if about else message, more, error)


def away() -> Outcome:
    return Outcome(False, _("The database is unavailable; nothing was stored. Try again in a moment."))


def outcomes_part(outcomes: Sequence[Outcome]) -> Component:
    """The outcomes at the top of the page, refusals first; its place is there while nothing was asked, too."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.done)
    items = [html.Li(_note(outcome), className=_class(outcome)) for outcome in ordered]
    return html.Div(html.Ul(items, className="outcomes") if items else None)


def _class(outcome: Outcome) -> str:
    if outcome.tried:
        return "outcome outcome-tried"
    return "outcome outcome-done" if outcome.done else "outcome outcome-refused"


def _word(outcome: Outcome) -> str:
    if outcome.tried:
        return _("Tried")
    return _("Done") if outcome.done else _("Not done")


def _note(outcome: Outcome) -> list[Component]:
    sign = "sign-on-track" if outcome.tried else "sign-met" if outcome.done else "sign-overdue"
    word = _word(outcome)
    head = html.P(
        [html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), html.B(word), html.Span(outcome.text)]
    )
    return [head] if outcome.more is None else [head, outcome.more]


def as_sentence(outcomes: Sequence[Outcome]) -> str:
    """The outcomes for those who listen."""
    return " ".join(_word(outcome) + _(": ") + outcome.text for outcome in outcomes)
