"""What third parties measured (第三方评估), for pages that show it beside reported figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from dashboard.reading import Reading
from metrics.queries.assessments import Assessed, assessments
from metrics.queries.blindness import blind_view


def assessed_until(
    reading: Reading, period: date | None, *, units: Collection[str] = (), indicators: Collection[str] = ()
) -> list[Assessed]:
    """What was assessed of months up to `period`, in the order of recording.

    Nothing to those who did not sign in, since assessments are not released; reported values are left out where the
    reader has to measure first.
    """
    if reading.principal is None or period is None:
        return []
    view = blind_view(reading.session, reading.view, principal=reading.principal)
    return assessments(reading.session, view, units=units, indicators=indicators, period_to=period)
