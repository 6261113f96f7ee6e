"""One count of one unit: every value that it had, by month and revision, who sent and who checked each, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, instant_text, language, month_text, ngettext
from dashboard.pages.refusals import not_found
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section, unit_link
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, indicator_name, unit_name
from dashboard.words.submissions import figure_word
from metrics.plan.model import Element, Unit
from metrics.queries.count_history import CountRevision, count_history
from metrics.submission_states import State

Component = Any


def count_page(reading: Reading, code: str, element: str) -> Content:
    """The page at `/units/{code}/elements/{element}`; of a unit that adds up others, the ways to theirs."""
    plan = reading.plan
    unit, counted = plan.unit_by_code.get(code), plan.element_by_code.get(element)
    if unit is None:
        return not_found(reading, what=_("There is no unit {code}", code=code[:40]))
    if counted is None:
        return not_found(reading, what=_("There is no count {code}", code=element[:40]))
    title = f"{unit_name(unit)} · {counted.name.in_language(language())}"
    shown = _below(reading, unit, counted) if unit.code in plan.children else _history(reading, unit, counted)
    under = html.P([unit_link(unit, reading.address), *_used_in(reading, counted)], className="note")
    return Content(title=title, body=html.Div([page_head(title, reading, under, dated=False), *shown]))


def _used_in(reading: Reading, element: Element) -> list[Component]:
    """The indicators that are made of the count."""
    names = [indicator_name(one) for one in reading.plan.indicators if element.code in one.elements]
    return [" · ", _("counts in: {indicators}", indicators=_(", ").join(names))] if names else []


def _below(reading: Reading, unit: Unit, element: Element) -> list[Component]:
    members = reading.plan.reporting_units_under(unit.code)
    links = [
        html.Li(dcc.Link(unit_name(one), href=reading.address.to(f"/units/{one.code}/elements/{element.code}")))
        for one in members
    ]
    words = _("{unit} sends no counts of its own; they are added up from these units.", unit=unit_name(unit))
    return [html.P(words, className="note"), html.Ul(links, className="filters")]


def _history(reading: Reading, unit: Unit, element: Element) -> list[Component]:
    view = reading.view
    closed = not view.shows_every_count and element.code not in reading.plan.published_elements
    if closed and unit.code not in (view.own or ()):
        return [empty(_("Only the unit itself and the city's offices see this count"))]
    found = count_history(reading.session, view, unit=unit.code, element=element.code)
    if not found:
        return [empty(_("The unit has not sent this count"))]
    people = {row.sent_by for row in found} | {row.check.actor for row in found if row.check is not None}
    names = {} if reading.principal is None else reading.names(people)
    corrected = sum(1 for row in found if row.before is not None)
    words = ngettext("{n} correction", "{n} corrections", corrected)
    measure = element.unit_of_measure.in_language(language())
    headings = [
        *(_("Month"), html.Span(measure, className="amount"), _("Before")),
        *(_("Revision"), _("State")),
        *(_("Sent by"), _("Recorded"), _("Reason"), _("Checked by"), _("Reason of the check")),
    ]
    rows = [_row(reading, row, names) for row in found]
    csv = csv_link(reading.address.csv("observations", unit=unit.code, element=element.code, history="true"))
    table = scrolled(plain_table(_("Every value that was sent"), headings, rows, labelled=True), name="texts as-cards")
    return [section(_("Every value that was sent"), html.P(words, className="note"), table, aside=csv)]


def _row(reading: Reading, row: CountRevision, names: dict[str, str]) -> list[Component]:
    value, check = row.value, row.check
    tells = reading.view.tells_why(value.unit_code)
    recorded = instant_text(value.recorded_at, timezone=reading.timezone)
    when = html.Span(recorded, className="unbroken", title=_("entry {seq}", seq=value.seq))
    checked: Component = NOTHING
    if check is not None:
        moment = html.Span(instant_text(check.recorded_at, timezone=reading.timezone), className="unbroken")
        checked = [f"{names[check.actor]} · " if names.get(check.actor) else None, moment]
    return [
        html.Span(month_text(value.period), className="unbroken"),
        html.Span(count_text(Fraction(value.value)), className="number amount"),
        NOTHING if row.before is None else count_text(Fraction(row.before.value)),
        str(value.revision),
        _("Corrected since") if value.state == "superseded" else figure_word(State(value.state)),
        names.get(row.sent_by, NOTHING),
        when,
        (value.reason if tells else "") or NOTHING,
        checked,
        (check.reason if check is not None and tells else "") or NOTHING,
    ]
