"""What stands above every page while the ledger is not what was signed, cannot be signed, or was restored lately."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, instant_text, language
from dashboard.window.address import Address
from dashboard.window.reading import Reading
from metrics.ledger.continuation import last_doubt, last_refusal
from metrics.queries.ledger_state import recent_restore

Component = Any
PLACE = "/ledger"


def signer_note(reading: Reading) -> list[Component]:
    """Why nothing is signed, or that the database was restored lately; nothing while all is as ever."""
    return refusal_note(reading.address) or _restore_note(reading)


def refusal_note(address: Address) -> list[Component]:
    """That nothing is signed, why, and whether the figures shown are in doubt; nothing while all is well."""
    words = refusal_words()
    if words is None:
        return []
    warning, why = words
    return [html.P([html.B(warning), " ", why, " ", *_way(address)], className="signer-note", role="alert")]


def refusal_words() -> tuple[str, str] | None:
    """What it means for whoever reads, and the reason; None while nothing stands in the way of signing."""
    refusal = last_refusal()
    if refusal is None:
        return None
    if last_doubt() is not None:
        warning = _("The figures shown may be those of a database that was set back or changed.")
    else:
        warning = _("Nothing can be submitted at present. The figures shown are not in doubt.")
    return warning, refusal.message.in_language(language())


def _restore_note(reading: Reading) -> list[Component]:
    """For thirty days: what was reported after the backup is not here, unless it was sent again."""
    epoch = recent_restore(reading.session, now=datetime.now(UTC))
    if epoch is None:
        return []
    moment = instant_text(epoch.recorded_at, timezone=reading.timezone)
    warning = html.B(_("The database was restored from a backup on {moment}.", moment=moment))
    lost = 0 if epoch.remembered is None else epoch.remembered.size - epoch.found.size
    missing = (
        _(
            "The ledger's last entries, {count} of them, are no longer here: check whether yours are among them.",
            count=count_text(lost),
        )
        if lost > 0
        else _("What was recorded after the backup is no longer here: check whether yours is missing.")
    )
    said = [warning, " ", missing, " ", _("Reason given:"), " ", html.Span(epoch.reason, lang="zh-CN")]
    return [html.P([*said, " ", *_way(reading.address)], className="signer-note restored-note", role="note")]


def _way(address: Address) -> list[Component]:
    """The way to the ledger's page, unless this is it."""
    if address.path == PLACE:
        return []
    return [dcc.Link(_("More about the ledger"), href=address.at_desk(PLACE))]
