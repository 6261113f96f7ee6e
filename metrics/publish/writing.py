"""Names and moments as exports of figures write them."""

from __future__ import annotations

from datetime import UTC, datetime

from metrics.database import ReadSession
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.view import View

_SYNTHETIC = {"zh": "(合成演示)", "en": " (synthetic)"}


def unit_names(session: ReadSession, view: View, *, language: str) -> dict[str, str]:
    """Unit names by code, as exports of figures write them: while demonstration data is loaded they say so."""
    label = _SYNTHETIC[language] if is_demonstration_loaded(session) else ""
    return {unit.code: unit.name.in_language(language) + label for unit in view.plan.units}


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, microseconds always written, so that equal moments are equal texts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
