"""What corrections of reporting units made of the figures of a unit that adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from metrics.database import ReadSession
from metrics.queries.corrected_rates import CorrectedRate
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View, view_at

MOST = 24  # places in the ledger that are looked at, the newest


def rolled_up_corrections(
    session: ReadSession, view: View, corrections: Sequence[CorrectedRate], *, unit: str
) -> tuple[CorrectedRate, ...]:
    """The figures of `unit` that `corrections` changed, by seq; a month and indicator once, by its newest correction.

    `corrections`: of reporting units below `unit`. What each was is what was known and counted just before, carried
    values included. `of_unit` says whose counts gave way; a correction that left the sum's quotient as it was changed
    nothing. Of more than MOST corrections the newest are looked at.
    """
    before_and_after: dict[tuple[int, date], dict[str, Fraction | None]] = {}

    def known(seq: int, period: date) -> dict[str, Fraction | None]:
        if (seq, period) not in before_and_after:
            then = replace(view_at(session, as_of=seq, basis=view.basis), public=view.public, revealed=view.revealed)
            wanted = Wanted(units=[unit], indicators=indicators, period_from=period, period_to=period)
            rates = rates_by_unit(session, replace(then, own=view.own), wanted=wanted)
            before_and_after[seq, period] = {rate.indicator_code: rate.value for rate in rates}
        return before_and_after[seq, period]

    indicators = {one.indicator_code for one in corrections}
    places = sorted({(one.seq, one.period) for one in corrections}, reverse=True)[:MOST]
    found: dict[tuple[date, str], CorrectedRate] = {}
    for one in reversed(corrections):
        key = (one.period, one.indicator_code)
        if key in found or (one.seq, one.period) not in places:
            continue
        before = known(one.until_seq - 1, one.period).get(one.indicator_code)
        after = known(one.seq, one.period).get(one.indicator_code)
        if before is not None and before != after:
            found[key] = replace(one, unit_code=unit, before=before, after=after, of_unit=one.unit_code)
    return tuple(sorted(found.values(), key=lambda one: (one.seq, one.indicator_code)))
