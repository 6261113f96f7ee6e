"""Two versions of one submission side by side: another person's and one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.locale import _, language
from dashboard.parts import plain_table
from dashboard.words.figures import NOTHING
from metrics.drafts import KeptDraft, Typed
from metrics.forms import plain
from metrics.plan.model import Plan
from metrics.queries.present_submission import PresentSubmission

Component = Any


def version_difference(plan: Plan, standing: PresentSubmission, mine: Typed) -> Component:
    """What was sent meanwhile and what this window would send, with the two ways on."""
    sent = {code: plain(value) for code, value in standing.known.items()}
    return _difference(
        _rows(plan, sent, mine.values),
        theirs=_("Sent in the meantime"),
        ways=(("send-over", _("Send mine as a revision")), ("discard-draft", _("Discard mine, show what was sent"))),
    )


def draft_difference(plan: Plan, theirs: KeptDraft, mine: Typed, *, name: str) -> Component:
    """What another window typed and what this one did, with the two ways on. `name`: who typed in the other."""
    return _difference(
        _rows(plan, theirs.typed.values, mine.values),
        theirs=_("In the other window ({name})", name=name),
        ways=(("keep-mine", _("Keep mine")), ("reload", _("Use theirs"))),
    )


def _difference(rows: list[list[str]], *, theirs: str, ways: tuple[tuple[str, str], ...]) -> Component:
    buttons = [html.Button(word, type="button", className="button", **{"data-does": does}) for does, word in ways]
    return html.Section(
        [
            plain_table(_("What differs"), [_("Element"), theirs, _("In this window")], rows, says_caption=True),
            html.Div(buttons, className="ways-on"),
        ],
        className="panel-part difference",
        key="difference",
    )


def _rows(plan: Plan, theirs: Mapping[str, str], mine: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            element.name.in_language(language()),
            theirs.get(element.code) or NOTHING,
            mine.get(element.code) or NOTHING,
        ]
        for element in plan.elements
        if theirs.get(element.code, "") != mine.get(element.code, "")
    ]
