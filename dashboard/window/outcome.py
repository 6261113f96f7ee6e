"""What became of something a page asked to have done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.locale import _, language, ngettext
from dashboard.window.outage import outage_words
from metrics.errors import BiaochiError

Component = Any
_MOST_PLACES = 20


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


def refused(
    error: BiaochiError, *, about: str = "", more: Component = None, field: Callable[[str], str] = lambda _pointer: ""
) -> Outcome:
    """A refusal in its own words, after the name of what it is about.

    `field`: of a form with many, the name on the page of the one that a pointer leads to, empty for none.
    """
    message = error.message.in_language(language())
    if len(error.problems) == 1:
        about = about or field(error.problems[0].pointer)
    return Outcome(False, _named(about, message), more or _places(error, message, field), error)


def _named(name: str, words: str) -> str:
    return name + _(": ") + words if name else words


def _places(error: BiaochiError, message: str, field: Callable[[str], str]) -> Component:
    """Everything that is wrong, where that is more than the message says; the first few of many."""
    said = [_named(field(one.pointer), one.message.in_language(language())) for one in error.problems]
    if len(said) < 2:
        return None
    items = [html.Li(words) for words in said[:_MOST_PLACES] if words not in message]
    left = max(error.problems_total or 0, len(said)) - _MOST_PLACES
    more = [html.Li(ngettext("and {n} more", "and {n} more", left))] if left > 0 else []
    return html.Ul([*items, *more], className="outcome-places")


def away(failure: BaseException) -> Outcome:
    """Why the database could not be asked; whether anything was stored is said where it is not certain."""
    return Outcome(False, outage_words(failure).in_language(language()))


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
