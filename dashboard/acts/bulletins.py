"""A reviewer's acts on the bulletin of a month: draft it, edit its words, issue it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import dcc

from dashboard.locale import _
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from metrics.authority import authority_of
from metrics.commands.write_bulletin import draft_bulletin, edit_bulletin, issue_bulletin
from metrics.database import write_session
from metrics.errors import BadRequest, Message
from metrics.forms import as_given
from metrics.periods import parse_period, period_problem
from metrics.principal import Principal
from metrics.results import Basis


def draft(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: a draft that is drawn from that release already is not recorded again."""
    period, basis = _period(asked), asked.field("basis")
    if basis not in list(Basis):
        raise BadRequest("basis_unknown", Message("没有这种口径。", "There is no such basis."))
    with write_session(authority_of(principal)) as session:
        done = draft_bulletin(session, period, principal=principal, basis=Basis(basis))
    number = done.draft.release
    said = _("Drafted from release {number}", number=number)
    if done.released:
        said = _("Release {number} was made, and the bulletin is drafted from it", number=number)
    elif not done.recorded:
        said = _("It is already drafted from release {number}; nothing was recorded", number=number)
    return [Outcome(True, said)]


def edit(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    with write_session(authority_of(principal)) as session:
        done = edit_bulletin(
            session,
            _period(asked),
            principal=principal,
            language=asked.field("language"),
            paragraph=asked.field("paragraph"),
            text=None if asked.field("again") else asked.field("text"),
            if_match=_seen(asked),
        )
    if not done.recorded:
        return [Outcome(True, _("It already says so; nothing was recorded (no. {seq})", seq=done.draft.seq))]
    return [Outcome(True, _("The paragraph is saved; its earlier text is kept too (no. {seq})", seq=done.draft.seq))]


def issue(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: issued once, there is no draft any more."""
    period = _period(asked)
    with write_session(authority_of(principal)) as session:
        issued = issue_bulletin(
            session, period, principal=principal, reason=asked.field("reason").strip(), if_match=_seen(asked)
        )
    said = _("Version {version} is issued and frozen (no. {seq})", version=issued.version, seq=issued.seq)
    return [Outcome(True, said, more=dcc.Link(_("All bulletins"), href="/bulletins"))]


def _period(asked: Ask) -> date:
    period = parse_period(asked.field("period"))
    if period is None:
        problem = period_problem(as_given(asked.field("period")))
        raise BadRequest(problem.code, problem.message, [problem])
    return period


def _seen(asked: Ask) -> str | None:
    """The draft that stood on the page."""
    shown = asked.field("draft")
    return f'"{shown}"' if shown else None
