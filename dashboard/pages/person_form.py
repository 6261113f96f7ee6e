"""The form that records who leads a unit's work, or who is its liaison, from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.forms import asking_form, folded, press
from dashboard.locale import _
from metrics.plan.model import Unit
from metrics.queries.people import DUTIES

Component = Any


def duty_word(duty: str) -> str:
    return {"leader": _("Leader"), "liaison": _("Liaison")}[duty]


def person_form(unit: Unit, today: date) -> Component:
    """Folded until asked for. Without a name the duty is vacant from that day on."""
    form = asking_form(
        "person.record",
        html.Label(_("Duty"), htmlFor="person-duty"),
        html.Select(
            [html.Option(duty_word(duty), value=duty) for duty in DUTIES],
            id="person-duty",
            name="duty",
            className="entry",
        ),
        *_entry("name", _("Name (left blank: nobody from that day on)"), longest=100),
        *_entry("title", _("Title"), longest=100),
        *_entry("effective_from", _("Holds from"), longest=10, value=today.isoformat()),
        *_entry("phone", _("Phone (may be left out; not in the ledger)"), longest=40),
        *_entry("email", _("E-mail (may be left out; not in the ledger)"), longest=200),
        html.P(
            _("Links to sign by go to a leader's e-mail: the leader's own, which nobody else reads."), className="note"
        ),
        *_entry("reason", _("Reason (may be left out)"), longest=2000),
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
