"""What a unit's page says of its returns and of the people who answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.grids.returns import returns_table
from dashboard.locale import _, date_text, instant_text, ngettext
from dashboard.pages.person_form import duty_word, person_form
from dashboard.parts import empty, plain_table, section
from dashboard.reading import Reading
from dashboard.returned import Returned, returns_of
from dashboard.wording import NOTHING
from metrics.plan.model import Unit
from metrics.principal import Action, Principal
from metrics.queries.people import DUTIES, Person, in_force, people_recorded

Component = Any


def returns_section(reading: Reading, unit: Unit) -> Component:
    """The unit's returns with how late each was; to those who may not see them, a sentence that says so."""
    title = _("Returns")
    found = returns_of(reading, unit.code)
    if found is None:
        return section(
            title, html.P(_("Only the unit itself and the city's offices see its returns."), className="note")
        )
    if not found:
        return section(
            title, empty(_("No return has come from this unit"), _("The month's form is filled in by its clerk."))
        )
    reviews = reading.principal is not None and reading.principal.may_look_at_review
    table = returns_table(
        found, place=reading.place, reviews=reviews, timezone=reading.timezone, caption=_lateness(found)
    )
    link = dcc.Link(_("Who has reported"), href=reading.place.to("/periods"), className="quiet-link")
    return section(title, html.P(_lateness(found), className="note"), table, aside=link)


def people_section(reading: Reading, unit: Unit) -> Component:
    """Who leads the unit's work and who is its liaison, now and before; nothing to those who did not sign in."""
    if reading.principal is None:
        return None
    recorded = people_recorded(reading.session, principal=reading.principal, units=[unit.code], seq=reading.view.seq)
    holding = in_force(recorded, on=_today(reading))
    rows = [[duty_word(duty), *_held(holding.get((unit.code, duty)), reading.principal)] for duty in DUTIES]
    headings = [_("Duty"), _("Name"), _("Title"), _("Since"), _("Reached at")]
    title = _("People")
    history = [_history(reading, recorded)] if len(recorded) > len(holding) else []
    manages = reading.place.present and reading.principal.may(Action.MANAGE_PEOPLE)
    form = [person_form(unit, _today(reading))] if manages else []
    table = html.Div(plain_table(title, headings, rows), className="scroll texts people")
    return section(title, table, *history, *form)


def _lateness(returns: Sequence[Returned]) -> str:
    """How many months came in time, late and not at all."""
    late = sum(1 for row in returns if row.month.revision and row.month.days_late)
    missing = sum(1 for row in returns if row.month.revision == 0)
    text = ngettext("{n} month", "{n} months", len(returns))
    text += ngettext(", {n} late", ", {n} late", late)
    return text + ngettext(", {n} not reported", ", {n} not reported", missing)


def _today(reading: Reading) -> date:
    """The day whose people are asked for: that of the moment looked at."""
    moment = None if reading.place.present else reading.view.recorded_at
    return (moment or datetime.now(UTC)).astimezone(ZoneInfo(reading.timezone)).date()


def _held(person: Person | None, principal: Principal) -> list[Component]:
    if person is None:
        return [html.Span(_("nobody named"), className="note"), NOTHING, NOTHING, NOTHING]
    reached = " · ".join(way for way in (person.phone, person.email) if way)
    if not reached and not principal.belongs_to(person.unit):
        reached = _("shown to the bureau and the unit")
    return [person.name, person.title or NOTHING, date_text(person.effective_from), reached or NOTHING]


def _history(reading: Reading, recorded: Sequence[Person]) -> Component:
    """Everything recorded, newest first."""
    names = reading.names({person.by for person in recorded})
    rows = [
        [
            date_text(person.effective_from),
            duty_word(person.duty),
            person.name or _("nobody"),
            person.title or NOTHING,
            person.reason or NOTHING,
            names[person.by],
            instant_text(person.recorded_at, timezone=reading.timezone),
        ]
        for person in reversed(recorded)
    ]
    headings = [_("From"), _("Duty"), _("Name"), _("Title"), _("Reason"), _("Recorded by"), _("Recorded")]
    table = html.Div(plain_table(_("History"), headings, rows), className="scroll texts")
    return html.Details([html.Summary(_("History")), table], className="table-view")
