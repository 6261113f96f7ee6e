"""What stands above every page while the ledger is not the one that was signed."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.locale import _, language
from metrics.ledger.continuation import last_refusal

Component = Any


def signer_note() -> list[Component]:
    """That the figures shown may not be those that were reported, and why; nothing while all is well."""
    refusal = last_refusal()
    if refusal is None:
        return []
    warning = html.B(_("The figures shown may be those of a database that was set back or changed."))
    return [html.P([warning, " ", refusal.message.in_language(language())], className="signer-note", role="alert")]
