"""Verdicts that corrections turned: one by one, each with the correction that did, of everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from metrics.database import ReadSession
from metrics.periods import JudgedMonth
from metrics.queries.corrected_rates import CorrectedRate, corrected_rates, measured_by, verdicts_turned
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
    session: ReadSession,
    view: View,
    month: JudgedMonth,
    *,
    units: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    since: int = 0,
    most: int | None = None,
) -> Flips:
    """The verdicts on `month` that corrections of its figures turned, after the entry `since`, oldest first.

    Of the unit that was corrected and of those that add it up; with `units` and `targets` of these alone, and of the
    corrections of what these measure. `most`: so many corrections at most are held against verdicts, the newest; each
    is two judgements.
    """
    plan = view.plan
    asked = plan.target_revisions if targets is None else targets
    below = plan.reporting_units
    if units is not None:
        below = tuple(one for code in units for one in plan.reporting_units_under(code))
    rates = corrected_rates(
        session,
        view,
        units={unit.code for unit in below},
        indicators=measured_by(plan, asked),
        first=month.period,
        last=month.period,
    )
    together: dict[tuple[int, str], list[CorrectedRate]] = {}
    for one in rates:
        if one.seq > since:
            together.setdefault((one.seq, one.unit_code), []).append(one)
    held = list(together.values())
    held = held if most is None else held[max(0, len(held) - most) :]
    found = tuple(flip for rates in held for flip in _flips(session, view, rates, units=units, targets=asked))
    return Flips(found, len(held), len(together))


def _flips(
    session: ReadSession,
    view: View,
    rates: Sequence[CorrectedRate],
    *,
    units: Collection[str] | None,
    targets: Collection[str],
) -> Iterator[OneChange]:
    one, plan = rates[0], view.plan
    concerned, above = [one.unit_code], plan.unit_by_code[one.unit_code].parent
    while above is not None:
        concerned.append(above)
        above = plan.unit_by_code[above].parent
    judged = concerned if units is None else [code for code in concerned if code in units]
    turned = verdicts_turned(session, view, rates, units=judged, targets=targets)
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
