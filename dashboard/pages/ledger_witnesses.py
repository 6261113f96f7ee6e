"""The witnesses on the page of the ledger: who signs its checkpoints, how far, and what is amiss with whom."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, count_text, instant_text, language, pgettext
from dashboard.parts import empty, plain_table, scrolled, section
from dashboard.window.reading import Reading
from metrics.errors import Invalid
from metrics.ledger.witnessing.known import service_policy
from metrics.queries.cosignatures import WitnessStanding, standings

Component = Any


def witnesses_section(reading: Reading) -> Component:
    """A row for each witness that is asked; without one, what a witness is."""
    title, found = _("Witnesses"), _standings(reading)
    if not found:
        words = _("Another office can run a witness: it signs only a ledger that continues the one it saw before.")
        return section(title, empty(_("No witness has signed"), words), name="witnesses")
    rows = [
        [
            witness.name,
            _("none yet") if witness.size is None else count_text(witness.size),
            "–" if witness.signed_at is None else instant_text(witness.signed_at, timezone=reading.timezone),
            _state(witness, reading),
            html.Code(witness.verifier_key, className="digest"),
        ]
        for witness in found
    ]
    headings = [_("Witness"), _("Signed up to entry"), _("Signed at"), pgettext("witness", "State"), _("Public key")]
    note = html.P(
        _(
            "Offices that saw this ledger only grow, each with a key of its own. What they signed stands below the "
            "checkpoint; verify.py --policy checks it by keys that you got from them."
        ),
        className="note",
    )
    table = plain_table(title, headings, rows, labelled=True)
    return section(title, note, scrolled(table, name="texts as-cards"), name="witnesses")


def _standings(reading: Reading) -> list[WitnessStanding]:
    try:
        policy = service_policy()
    except Invalid:  # the service does not start with such a policy, and the doctor names its line
        return []
    return standings(reading.session, policy)


def _state(witness: WitnessStanding, reading: Reading) -> Component:
    if witness.told is not None and witness.since is not None:
        since = instant_text(witness.since, timezone=reading.timezone)
        told = _("{fault} (since {moment})", fault=witness.told.in_language(language()), moment=since)
        return _marked("sign-overdue", html.B(told))
    if witness.size is None:
        return _("not asked yet")
    return _marked("sign-met", _("signs"))


def _marked(sign: str, words: Component) -> Component:
    return html.Span([html.Span(className=f"sign {sign}", **{"aria-hidden": "true"}), words], className="status")
