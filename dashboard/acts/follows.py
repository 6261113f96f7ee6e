"""Following a target, a unit, or one target of one unit: the button on their pages, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.locale import _, ngettext
from dashboard.window.ask import Ask
from dashboard.window.outcome import Outcome
from dashboard.window.reading import Reading
from metrics.authority import authority_of
from metrics.commands.follow import follow, see_turns, unfollow
from metrics.database import write_session
from metrics.errors import Message, NotFound
from metrics.principal import Principal, Scope
from metrics.queries.blindness import is_blind
from metrics.queries.follows import followed_by

Component = Any


def follow_button(reading: Reading, *, unit: str = "", target: str = "", named: str) -> Component:
    """Follow it, or follow it no longer; nothing for whoever is not signed in or measures blind, nor of the past.

    `named`: what it is, for those who listen.
    """
    principal = reading.principal
    if principal is None or not principal.may(Scope.READ) or is_blind(principal) or not reading.address.present:
        return None
    there = [one for one in followed_by(reading.session, principal) if (one.unit, one.target) == (unit, target)]
    if there:
        button, act = press(_("Unfollow"), named=_("Unfollow: {name}", name=named)), "follow.end"
        fields = {"follow": str(there[0].id)}
    else:
        button, act = press(_("Follow"), named=_("Follow: {name}", name=named)), "follow.add"
        fields = {"unit": unit, "target": target}
    everything = dcc.Link(_("What I follow"), href=reading.address.at_desk("/following"))
    return html.Div([asking_form(act, button, fields=fields, name="follow"), everything], className="follows")


def add(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    """Needs no key: what is followed already stays as it is."""
    with write_session(authority_of(principal)) as session:
        follow(
            session,
            principal=principal,
            unit=asked.field("unit").strip(),
            target=asked.field("target").strip(),
            now=datetime.now(UTC),
        )
    return [Outcome(True, _("You are told once of each change of its status"))]


def end(asked: Ask, principal: Principal) -> Sequence[Outcome]:
    number = asked.field("follow")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("follow_unknown", Message("没有这项关注。", "You do not follow that."))
    with write_session(authority_of(principal)) as session:
        unfollow(session, int(number), principal=principal)
    return [Outcome(True, _("You no longer follow it"))]


def seen(_asked: Ask, principal: Principal) -> Sequence[Outcome]:
    with write_session(authority_of(principal)) as session:
        number = see_turns(session, principal=principal, now=datetime.now(UTC))
    return [Outcome(True, ngettext("{n} change is marked as seen", "{n} changes are marked as seen", number))]
