"""What one follows, and what turned of it: old and new status, whose figures, value, threshold and why."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.locale import _, date_text, instant_text, month_text, ngettext
from dashboard.parts import empty, hidden, page_head, plain_table, scrolled, section, status_mark
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, measure, threshold_text, unit_name, with_measure
from dashboard.words.target_names import target_name_on
from metrics.queries.follows import Followed, ToldTurn, TurnNoticed, followed_by, turns_noticed
from metrics.queries.status_turns import TurnCause

Component = Any


def following_page(reading: Reading) -> Content:
    """The page at `/following`."""
    principal = reading.principal
    follows = followed_by(reading.session, principal) if principal is not None else ()
    turns = turns_noticed(reading.session, principal) if principal is not None else ()
    new = sum(not turn.seen for turn in turns)
    title = (
        ngettext("{n} status that I follow has changed", "{n} statuses that I follow have changed", new)
        if new
        else _("No status that I follow has changed")
        if follows
        else _("What I follow")
    )
    body = html.Div(
        [
            page_head(title, reading, dated=False),
            section(_("Changes of status that I follow"), *_turned(reading, turns, new)),
            section(_("What I follow"), _followed(reading, follows)),
        ]
    )
    return Content(title=title, body=body)


def _turned(reading: Reading, turns: tuple[TurnNoticed, ...], new: int) -> list[Component]:
    if not turns:
        return [
            empty(
                _("No status has changed yet"),
                _("Each change of status in what you follow is listed here once, and sent where sending is set up."),
            )
        ]
    rows = [
        [
            _named(reading, turn.unit, turn.target, on=turn.told.evaluated_on, new=not turn.seen),
            html.Span([status_mark(turn.told.before), " → ", status_mark(turn.told.after)], className="before-after"),
            NOTHING if turn.told.period is None else html.Span(month_text(turn.told.period), className="unbroken"),
            _value(reading, turn),
            _rule(reading, turn),
            _why(reading, turn.told),
            html.Span(instant_text(turn.noticed_at, timezone=reading.timezone), className="unbroken"),
        ]
        for turn in turns
    ]
    headings = [_("Unit and target"), _("Status"), _("Month"), _("Value"), _("Rule"), _("Why"), _("Noticed")]
    table = scrolled(plain_table(_("Changes of status"), headings, rows, labelled=True), name="texts")
    button = asking_form("follow.seen", press(_("I have seen them")), about=str(turns[0].id)) if new else None
    return [table, html.Div([] if button is None else [button], className="slot")]


def _named(reading: Reading, unit: str, target: str, *, on: date | None, new: bool = False) -> Component:
    """The way to what is meant, as it was called `on` that day; an empty code is every one."""
    plan = reading.plan
    words = []
    if unit:
        words.append(unit_name(plan.unit_by_code[unit]) if unit in plan.unit_by_code else unit)
    if target:
        name = target_name_on(plan, target, on)
        words.append(target if name == target else f"{target} {name}")
    if unit and target:
        href = reading.address.to(f"/targets/{target}", unit=unit)
    else:
        href = reading.address.to(f"/targets/{target}" if target else f"/units/{unit}")
    link = dcc.Link(" · ".join(words), href=href)
    return html.Span([html.B(_("New")), " ", link]) if new else link


def _value(reading: Reading, turn: TurnNoticed) -> str:
    if turn.told.value is None:
        return NOTHING
    return with_measure(turn.told.value, _measure(reading, turn))


def _rule(reading: Reading, turn: TurnNoticed) -> str:
    told = turn.told
    said = threshold_text(told.comparator, Fraction(told.threshold))
    rule = with_measure(said, _measure(reading, turn))
    return rule if told.due_on is None else rule + " · " + _("by {date}", date=date_text(told.due_on))


def _measure(reading: Reading, turn: TurnNoticed) -> str:
    indicator = turn.judged_by(reading.plan)
    return "" if indicator is None else measure(indicator)


def _why(reading: Reading, told: ToldTurn) -> Component:
    """What turned it; where one entry of the ledger did, the way to all that changed by that entry, with its reason."""
    words = {
        TurnCause.TARGET: _("The target was revised"),
        TurnCause.MONTH: _("A newer month is judged"),
        TurnCause.FIGURES: _("Figures were received, corrected, sent back or reviewed again"),
        TurnCause.PLAN: _("The plan was changed"),
    }[told.cause]
    if told.entry is None:
        return words
    then = reading.address.pinned(month=told.period, as_of=told.entry, release=None)
    numbered = _("What entry {seq} changed", seq=told.entry)
    return html.Span([words, " ", dcc.Link(numbered, href=then.to("/changes", since=str(told.entry - 1)))])


def _followed(reading: Reading, follows: tuple[Followed, ...]) -> Component:
    if not follows:
        return empty(
            _("You do not follow anything yet"),
            _("Follow a target or a unit with the button on its page, and one unit's target on the target's page."),
        )
    rows = [
        [
            _named(reading, one.unit, one.target, on=reading.on),
            instant_text(one.followed_at, timezone=reading.timezone),
            asking_form("follow.end", press(_("Unfollow"), named=_spoken(one)), fields={"follow": str(one.id)}),
        ]
        for one in follows
    ]
    return scrolled(
        plain_table(_("What I follow"), [_("Unit and target"), _("Followed since"), hidden(_("Unfollow"))], rows)
    )


def _spoken(one: Followed) -> str:
    return _("Unfollow: {name}", name=" ".join(filter(None, (one.unit, one.target))))
