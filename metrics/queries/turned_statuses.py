"""Single changes, and the statuses and lights that are not the same in two tables of verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import numpy as np

from metrics.plan.model import Plan
from metrics.plan.target_changes import FieldChange
from metrics.queries.judged_anew import judged_anew_by
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.queries.recorded_changes import RevisedTarget, Turn
from metrics.results import Progress, Status
from metrics.submission_states import Action
from metrics.verdicts.ratios import Whole
from metrics.verdicts.verdict_table import STATUSES, VerdictTable


class ChangeKind(StrEnum):
    STATUS = "status"
    FIGURE = "figure"
    SUBMISSION = "submission"
    TARGET = "target"
    LIGHT = "light"
    FLIP = "flip"  # a verdict of the month judged that a correction turned, each time that one did


class Cause(StrEnum):
    """What turned a status: a submission that came, a correction, a step of review, a revised target, another month."""

    SUBMISSION = "submission"
    CORRECTION = "correction"
    REVIEW = "review"
    TARGET = "target"
    MONTH = "month"


class TurnedWay(StrEnum):
    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class OneChange:
    """One thing that changed. `before` and `after` are codes or counts, None where there was or is none.

    `unit` None: for all; `seq`, `recorded_at`, `reason`: of the entry that made it, where there is one. Of a status
    `was` and `now` are the verdicts, and `cause` says what turned it. `element`: of a corrected figure.
    """

    kind: ChangeKind
    unit: str | None
    target: str | None
    period: date | None
    before: str | None
    after: str | None
    seq: int | None = None
    recorded_at: datetime | None = None
    reason: str = ""
    element: str | None = None
    cause: Cause | None = None
    was: Progress | None = None
    now: Progress | None = None
    fields: tuple[FieldChange, ...] = ()  # of a revised target

    @property
    def turned(self) -> TurnedWay | None:
        """Which way a status turned; None for anything else, and where one of the two is no judgement."""
        if (
            self.kind not in (ChangeKind.STATUS, ChangeKind.FLIP)
            or self.before not in _SEVERITY
            or self.after not in _SEVERITY
        ):
            return None
        return TurnedWay.WORSE if _SEVERITY[self.after] > _SEVERITY[self.before] else TurnedWay.BETTER


_JUDGED = (ChangeKind.STATUS, ChangeKind.FLIP)
_SEVERITY = {
    status.value: place
    for place, status in enumerate((Status.MET, Status.ON_TRACK, Status.BEHIND, Status.RECTIFYING, Status.OVERDUE))
}


def turned_statuses(was: JudgedProgress, now: JudgedProgress, period: date) -> list[OneChange]:
    """Every unit and target whose status is not the same, those included that are judged in one of the two only.

    Where nothing is judged in the one and nothing reported in the other, nothing changed.
    """
    before, after = _rows(was.table), _rows(now.table)
    old_statuses, new_statuses = (_statuses(judged.table) for judged in (was, now))
    keys = [
        key
        for key in dict.fromkeys([*after, *before])
        if _status(old_statuses, before.get(key)) is not _status(new_statuses, after.get(key))
    ]
    verdicts = [
        _verdicts(judged, [rows[key] for key in keys if key in rows]) for judged, rows in ((was, before), (now, after))
    ]
    found = []
    for unit, target in keys:
        old, new = (side.get((unit, target)) for side in verdicts)
        found.append(
            OneChange(
                kind=ChangeKind.STATUS,
                unit=unit,
                target=target,
                period=period,
                before=None if old is None else old.status.value,
                after=None if new is None else new.status.value,
                was=old,
                now=new,
            )
        )
    return found


def _rows(table: VerdictTable | None) -> dict[tuple[str, str], int]:
    return {} if table is None else {key: row for row, key in enumerate(table.codes())}


def _statuses(table: VerdictTable | None) -> Whole:
    return np.zeros(0, dtype=np.int8) if table is None else table.status


def _status(statuses: Whole, row: int | None) -> Status:
    return Status.NO_DATA if row is None else STATUSES[statuses[row]]


def _verdicts(judged: JudgedProgress, rows: Sequence[int]) -> dict[tuple[str, str], Progress]:
    some = judged.some(np.array(rows, dtype=np.int64))
    return {(verdict.unit_code, verdict.target_code): verdict for verdict in some}


class EntriesBetween:
    """What was recorded meanwhile, by whom it concerns: of each unit its newest step, preferably of that month.

    `flips`: the verdicts that corrections turned meanwhile, oldest first. Whatever else turned a status, a correction
    that turned none did not: of such a unit another step stands, if there is one.
    """

    def __init__(
        self,
        plan: Plan,
        turns: Iterable[Turn],
        revised: Iterable[RevisedTarget],
        period: date,
        flips: Iterable[OneChange] = (),
    ) -> None:
        self._plan, self._turns = plan, dict[str, Turn]()
        for turn in turns:
            known = self._turns.get(turn.unit)
            if turn.period <= period and (known is None or _place(turn, period) > _place(known, period)):
                self._turns[turn.unit] = turn
        self._revised = {(one.code, one.revision): one for one in revised}
        self._flips = {(one.unit, one.target): one for one in flips}

    def explained(self, changes: Sequence[OneChange], *, month_apart: bool) -> list[OneChange]:
        return [self._explained(change, month_apart=month_apart) for change in changes]

    def _explained(self, change: OneChange, *, month_apart: bool) -> OneChange:
        found = self._judged_anew(change)
        if found is not None:
            revised, reason = found
            return replace(change, cause=Cause.TARGET, seq=revised.seq, recorded_at=revised.recorded_at, reason=reason)
        flip = self._flips.get((change.unit, change.target))
        if flip is not None and flip.after == change.after:
            return replace(
                change, cause=Cause.CORRECTION, seq=flip.seq, recorded_at=flip.recorded_at, reason=flip.reason
            )
        below = self._plan.reporting_units_under(str(change.unit))
        known = [turn for one in below if (turn := self._turns.get(one.code)) is not None]
        turns = [turn for turn in known if turn.period == change.period or not month_apart]
        turn = max(turns, key=lambda one: (not one.is_correction, one.seq), default=None)
        if turn is None:
            return replace(change, cause=Cause.MONTH) if month_apart else change
        sent = Cause.SUBMISSION if turn.action is Action.SUBMIT else Cause.REVIEW
        cause = Cause.MONTH if month_apart else sent
        return replace(change, cause=cause, seq=turn.seq, recorded_at=turn.recorded_at, reason=turn.reason)

    def _judged_anew(self, change: OneChange) -> tuple[RevisedTarget, str] | None:
        """The revision because of which the unit had a value judged by another rule, and why it was revised."""
        was, now = change.was, change.now
        if was is None or now is None or was.value is None:
            return None
        by = judged_anew_by(self._plan, was, now)
        revised = None if by is None else self._revised.get((by.code, by.revision))
        return None if by is None or revised is None else (revised, by.reason or "")


def _place(turn: Turn, period: date) -> tuple[bool, bool, int]:
    return (turn.period == period, not turn.is_correction, turn.seq)


def changed_lights(was: JudgedProgress, now: JudgedProgress, period: date) -> Iterator[OneChange]:
    """Lights set by hand that stand in one of the two only, or in another colour; the reason is the new one's."""
    for unit, target in dict.fromkeys([*now.by_hand, *was.by_hand]):
        old, new = was.by_hand.get((unit, target)), now.by_hand.get((unit, target))
        if (old and old.light) != (new and new.light):
            yield OneChange(
                kind=ChangeKind.LIGHT,
                unit=unit,
                target=target,
                period=period,
                before=old.light.value if old else None,
                after=new.light.value if new else None,
                seq=new.seq if new else None,
                recorded_at=new.recorded_at if new else None,
                reason=new.reason if new else "",
            )
