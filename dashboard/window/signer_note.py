"""What stands above every page while the ledger is not the one that was signed, or cannot be signed."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, language
from metrics.ledger.continuation import last_refusal

Component = Any
_UNSIGNED_ONLY = ("ledger_key_", "ledger_memory_unwritable", "ledger_memory_busy")  # the figures are not in doubt


def signer_note() -> list[Component]:
    """That the figures shown may not be those that were reported, and why; nothing while all is well."""
    refusal = last_refusal()
    if refusal is None:
        return []
    if refusal.code.startswith(_UNSIGNED_ONLY):
        warning = html.B(_("Nothing can be submitted at present. The figures shown are not in doubt."))
    else:
        warning = html.B(_("The figures shown may be those of a database that was set back or changed."))
    return [html.P([warning, " ", refusal.message.in_language(language())], className="signer-note", role="alert")]
