"""Verdicts that corrections turned: one by one, each with the correction that did, of everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.queries.corrected_rates import CorrectedRate, corrected_rates, verdicts_turned
from metrics.queries.turned_statuses import Cause, ChangeKind, OneChange
from metrics.queries.view import View


@dataclass(frozen=True, slots=True)
class Flips:
    """Verdicts that corrections turned; `held` of `corrections` were held against verdicts, the newest."""

    changes: tuple[OneChange, ...]
    held: int
    corrections: int


NO_FLIPS = Flips((), 0, 0)


def flips_of_corrections(
    session: ReadSession, view: View, month: JudgedMonth, *, since: int = 0, most: int | None = None
) -> Flips:
    """The verdicts on `month` that corrections of its figures turned, after the entry `since`, oldest first.

    Of the unit that was corrected and of those that add it up. `most`: so many corrections at most are held against
    verdicts, the newest; each is two judgements.
    """
    plan = view.plan
    rates = corrected_rates(
        session,
        view,
        units=[unit.code for unit in plan.reporting_units],
        indicators=plan.indicator_by_code,
        first=month.period,
        last=month.period,
    )
    together: dict[tuple[int, str], list[CorrectedRate]] = {}
    for one in rates:
        if one.seq > since:
            together.setdefault((one.seq, one.unit_code), []).append(one)
    held = list(together.values())
    held = held if most is None else held[max(0, len(held) - most) :]
    return Flips(tuple(flip for rates in held for flip in _flips(session, view, rates)), len(held), len(together))


def _flips(session: ReadSession, view: View, rates: Sequence[CorrectedRate]) -> Iterator[OneChange]:
    one, plan = rates[0], view.plan
    units, above = [one.unit_code], plan.unit_by_code[one.unit_code].parent
    while above is not None:
        units.append(above)
        above = plan.unit_by_code[above].parent
    turned = verdicts_turned(session, view, rates, units=units, targets=plan.target_revisions)
    for (unit, target), (before, after) in turned.items():
        yield OneChange(
            kind=ChangeKind.FLIP,
            unit=unit,
            target=target,
            period=one.period,
            before=before.status.value,
            after=after.status.value,
            seq=one.seq,
            recorded_at=one.recorded_at,
            reason=one.reason,
            cause=Cause.CORRECTION,
            was=before,
            now=after,
        )
