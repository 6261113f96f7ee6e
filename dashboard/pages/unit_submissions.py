"""What a unit's page says of its submissions and of the people who answer for them; recording who these are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.acts.forms import asking_form, folded, press
from dashboard.acts.people import duty_word
from dashboard.grids.submissions import SubmissionMonth, submissions_of, submissions_table
from dashboard.locale import _, date_text, instant_text, ngettext
from dashboard.parts import empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.plan.model import Unit
from metrics.principal import Principal, Scope
from metrics.queries.people import DUTIES, Person, in_force, people_recorded

Component = Any
_OPEN = 6  # months that are in sight; earlier ones are folded


def submissions_section(reading: Reading, unit: Unit) -> Component:
    """The unit's submissions with how late each was; to those who may not see them, a sentence that says so."""
    title = _("Submissions")
    found = submissions_of(reading, unit.code)
    if found is None:
        return section(
            title, html.P(_("Only the unit itself and the city's offices see its submissions."), className="note")
        )
    if not found:
        return section(
            title,
            empty(
                _("No submission has been received from this unit"), _("The month's form is filled in by its clerk.")
            ),
        )
    reviews = reading.principal is not None and reading.principal.may_look_at_review

    def table(months: Sequence[SubmissionMonth]) -> Component:
        return submissions_table(
            months, address=reading.address, reviews=reviews, timezone=reading.timezone, caption=_lateness(months)
        )

    newest, earlier = found[:_OPEN], found[_OPEN:]
    summary = html.Summary(_("Earlier: {months}", months=_lateness(earlier)))
    folded = [html.Details([summary, table(earlier)], className="table-view")] if earlier else []
    link = dcc.Link(_("Who has reported"), href=reading.address.to("/periods"), className="quiet-link")
    return section(title + _(": ") + _lateness(found), table(newest), *folded, aside=link)


def people_section(reading: Reading, unit: Unit) -> Component:
    """Who leads the unit's work and who is its liaison, now and before; nothing to those who did not sign in."""
    if reading.principal is None:
        return None
    recorded = people_recorded(reading.session, principal=reading.principal, units=[unit.code], seq=reading.view.seq)
    holding = in_force(recorded, on=_today(reading))
    rows = [[duty_word(duty), *_held(holding.get((unit.code, duty)), reading.principal)] for duty in DUTIES]
    headings = [_("Role"), _("Name"), _("Title"), _("Since"), _("Contact")]
    title = _("People")
    # Also of the first, where somebody said why: the table above has no room for that.
    told = len(recorded) > len(holding) or any(person.reason for person in recorded)
    history = [_history(reading, recorded)] if told else []
    manages = reading.address.present and reading.principal.may(Scope.MANAGE_PEOPLE)
    form = [person_form(unit, _today(reading))] if manages else []
    table = scrolled(plain_table(title, headings, rows), name="texts people")
    return section(title, table, *history, *form)


def _lateness(submissions: Sequence[SubmissionMonth]) -> str:
    """How many months came in time, late and not at all."""
    late = sum(1 for row in submissions if row.month.revision and row.month.days_late)
    missing = sum(1 for row in submissions if row.month.revision == 0)
    text = ngettext("{n} month", "{n} months", len(submissions))
    text += ngettext(", {n} late", ", {n} late", late)
    return text + ngettext(", {n} not reported", ", {n} not reported", missing)


def _today(reading: Reading) -> date:
    """The day whose people are asked for: that of the moment looked at."""
    moment = None if reading.address.present else reading.view.recorded_at
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
    headings = [_("From"), _("Role"), _("Name"), _("Title"), _("Reason"), _("Recorded by"), _("Recorded")]
    table = scrolled(plain_table(_("History"), headings, rows), name="texts")
    return html.Details([html.Summary(_("History")), table], className="table-view")


def person_form(unit: Unit, today: date) -> Component:
    """Folded until asked for. Without a name the duty is vacant from that day on."""
    form = asking_form(
        "person.record",
        html.Label(_("Role"), htmlFor="person-duty"),
        html.Select(
            [html.Option(duty_word(duty), value=duty) for duty in DUTIES],
            id="person-duty",
            name="duty",
            className="entry",
        ),
        *_entry("name", _("Name (leave blank for nobody from that day on)"), longest=100),
        *_entry("title", _("Title"), longest=100),
        *_entry("effective_from", _("In force from"), longest=10, value=today.isoformat()),
        *_entry("phone", _("Phone (optional; not in the ledger)"), longest=40),
        *_entry("email", _("E-mail (optional; not in the ledger)"), longest=200),
        html.P(_("Signing links go to the leader's own e-mail, which nobody else reads."), className="note"),
        *_entry("reason", _("Reason (optional)"), longest=2000),
        press(_("Record"), main=True),
        fields={"unit": unit.code},
        name="person-form",
    )
    return folded(_("Record a leader or a liaison …"), form)


def _entry(name: str, label: str, *, longest: int, value: str = "") -> list[Component]:
    identity = f"person-{name.replace('_', '-')}"
    field = dcc.Input(
        id=identity, name=name, type="text", value=value, maxLength=longest, className="entry", autoComplete="off"
    )
    return [html.Label(label, htmlFor=identity), field]
