"""What needs attention among many verdicts, in whole columns: the list of :mod:`metrics.attention`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from metrics.attention import STALE_MONTHS, Attention, Reason
from metrics.periods import month_number, period_numbered
from metrics.plan.model import Plan, Unit
from metrics.results import Light, Progress, Status
from metrics.standing import is_owed, months_apart
from metrics.submission_states import State
from metrics.verdicts.ratios import Mask, Places, Whole
from metrics.verdicts.verdict_table import SIGNALS, STATUSES, VerdictTable

REASONS = list(Reason)
_NONE, _FIRST_DUE = -1, -2
_BY_STATUS = {
    Status.RECTIFYING: Reason.RECTIFYING,
    Status.BEHIND: Reason.BEHIND,
}


@dataclass(frozen=True, eq=False)
class Watched:
    """At what is looked: verdicts of `units` on `targets`, in the order in which units are displayed.

    `last_reported`: by unit (row) and indicator (column), both by their places in the plan, the newest month that was
    reported, −1 for never; of the indicators by which it is told who has reported, the others −1; `told_each`: every
    how many months the most often owed of these is owed, 1, 3 or 12. `first`: the first known month, None where nothing
    is known; `until`: the month asked for, if it is after the one judged: nothing was reported in between. `before`: by
    row of the verdicts, the place of the light by the rules of the month before; −1 where that is not known.
    `fell_due`: verdicts on targets whose due date has passed in a month not judged yet.
    """

    verdicts: VerdictTable
    units: Sequence[Unit]
    targets: Collection[str]
    last_reported: Whole
    told_each: int
    first: date | None
    until: date | None
    before: Whole
    fell_due: Sequence[Progress] = ()


@dataclass(frozen=True, eq=False)
class AttentionTable:
    """One row a thing that needs attention, in the order in which it is listed.

    `reason`: the place in REASONS; `unit`: in the plan's units; `row`: of the verdict in `verdicts`, −1 for a whole
    submission, from −2 down for the first and the following of `fell_due`; `since`: a month number, −1 for none;
    `months`: for how many months nothing was reported.
    """

    verdicts: VerdictTable
    fell_due: Sequence[Progress]
    reason: Whole
    unit: Whole
    row: Whole
    since: Whole
    months: Whole

    def __len__(self) -> int:
        return len(self.reason)

    def only(self, rows: Places | Mask | slice) -> AttentionTable:
        """The table of these rows."""
        columns = (self.reason, self.unit, self.row, self.since, self.months)
        return AttentionTable(self.verdicts, self.fell_due, *(column[rows] for column in columns))

    @property
    def counts(self) -> dict[tuple[Reason, bool], int]:
        """How many rows there are of each reason, those of verdicts (True) apart from those of whole submissions."""
        kinds, counts = np.unique(self._kind, return_counts=True)
        return {(REASONS[kind // 2], kind % 2 == 0): n for kind, n in zip(kinds.tolist(), counts.tolist(), strict=True)}

    def first_of_each(self, most: int) -> AttentionTable:
        """At most so many rows of each reason, verdicts and whole submissions apart: those that are listed first."""
        kinds, first = np.unique(self._kind, return_index=True)
        place = np.arange(len(self)) - first[np.searchsorted(kinds, self._kind)]
        return self.only(place < most)

    @property
    def _kind(self) -> Whole:
        """Rows of one kind stand together."""
        found: Whole = 2 * self.reason + (self.row == _NONE)
        return found

    @property
    def judged_rows(self) -> Whole:
        """The rows of `verdicts` that are listed, in order."""
        return self.row[self.row >= 0]

    def things(self, verdicts: Sequence[Progress]) -> tuple[Attention, ...]:
        """The rows one by one; `verdicts` are those of the :attr:`judged_rows`."""
        units, found, following = self.verdicts.targets.plan.units, [], iter(verdicts)
        columns = zip(*(c.tolist() for c in (self.reason, self.unit, self.row, self.since, self.months)), strict=True)
        for reason, unit, row, since, months in columns:
            verdict = next(following) if row >= 0 else None if row == _NONE else self.fell_due[_FIRST_DUE - row]
            month = None if since == _NONE else period_numbered(since)
            found.append(Attention(REASONS[reason], units[unit].code, verdict, since=month, months=months))
        return tuple(found)


def attention_table(watched: Watched) -> AttentionTable:
    """What needs attention: verdicts first, then whole submissions, each the most urgent first."""
    listing = _Listing(watched)
    parts = [listing.fell_due(), listing.verdicts(), listing.set_by_hand(), listing.submissions()]
    reason, unit, row, since, months = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((np.arange(len(reason)), listing.place[unit], reason, row == _NONE))
    columns = (column[order] for column in (reason, unit, row, since, months))
    return AttentionTable(watched.verdicts, watched.fell_due, *columns)


Columns = tuple[Whole, Whole, Whole, Whole, Whole]


@dataclass(frozen=True, eq=False)
class _Listing:
    watched: Watched

    @cached_property
    def place(self) -> Whole:
        """By unit, the place in which it is displayed; −1 for one that is not looked at."""
        units = self.watched.verdicts.targets.plan.units
        displayed = {unit.code: place for place, unit in enumerate(self.watched.units)}
        return np.array([displayed.get(unit.code, _NONE) for unit in units], dtype=np.int64)

    @cached_property
    def silent(self) -> Whole:
        """By unit and indicator, for how many months up to the one judged nothing was reported; −1: it never was."""
        last = self.watched.last_reported
        return np.where(last < 0, _NONE, self.watched.verdicts.month - last)

    @cached_property
    def missing_since(self) -> Whole:
        """By unit, the first month for which it owed a submission after the newest that it sent; −1: it sent none.

        What stands between owed months was sent for the last of these.
        """
        last = self.watched.last_reported
        apart = months_apart(self._plan, self._plan.indicators)
        sent = np.where(last < 0, _NONE, last - (last + 1) % apart).max(axis=1, initial=_NONE)
        return np.where(sent < 0, _NONE, _owed_from(sent + 1, self._often))

    @cached_property
    def _often(self) -> Whole:
        """By unit, how many months lie from one month that it owes to the next, as far as it can be told."""
        return np.array([max(self._plan.unit_months(unit), self.watched.told_each) for unit in self._plan.units])

    @cached_property
    def silent_units(self) -> Whole:
        """By unit, for how many months up to the one judged it owed a submission and sent none; −1: it never did."""
        silent = np.maximum(self.watched.verdicts.month - self.missing_since + 1, 0)
        return np.where(self.missing_since < 0, _NONE, silent)

    @property
    def _plan(self) -> Plan:
        return self.watched.verdicts.targets.plan

    def verdicts(self) -> Columns:
        table, rows = self.watched.verdicts, self._rows
        reason = self._reasons(rows)
        silent = self.silent[table.unit[rows], table.indicator[rows]]
        whole = self.silent_units[table.unit[rows]]
        left_out = (reason == _NONE) & (silent >= STALE_MONTHS)
        left_out &= (whole >= 0) & (whole < STALE_MONTHS)
        since = np.full(len(rows), _NONE)
        since[reason == REASONS.index(Reason.NEWLY_RED)] = table.month
        since[left_out] = table.month - silent[left_out] + 1
        reason[left_out] = REASONS.index(Reason.STALE)
        months = np.where(left_out, silent, 0)
        kept = reason != _NONE
        return reason[kept], table.unit[rows][kept], rows[kept], since[kept], months[kept]

    @cached_property
    def _rows(self) -> Whole:
        """The rows of the verdicts that are looked at."""
        table = self.watched.verdicts
        wanted = np.array([target.code in self.watched.targets for target in table.targets.targets], dtype=bool)
        return np.flatnonzero((self.place[table.unit] >= 0) & wanted[table.target])

    def set_by_hand(self) -> Columns:
        """The lights that somebody set."""
        table, because = self.watched.verdicts, REASONS.index(Reason.SET_BY_HAND)
        rows = [row for row in self._rows.tolist() if row in table.by_hand]
        return _columns([(because, int(table.unit[row]), row, _NONE, 0) for row in rows])

    def _reasons(self, rows: Whole) -> Whole:
        """The most urgent reason of each row's status, or light by the rules; −1 where there is none."""
        table = self.watched.verdicts
        light, status, before = table.computed_light[rows], table.status[rows], self.watched.before[rows]
        reason = np.full(len(rows), _NONE, dtype=np.int64)
        reason[table.denominator_watch[rows]] = REASONS.index(Reason.DENOMINATOR_WATCH)
        for one, because in _BY_STATUS.items():
            reason[status == STATUSES.index(one)] = REASONS.index(because)
        reason[table.regressed[rows]] = REASONS.index(Reason.REGRESSED)
        reason[status == STATUSES.index(Status.OVERDUE)] = REASONS.index(Reason.OVERDUE)
        red = SIGNALS.index(Light.RED)
        reason[(light == red) & (before >= 0) & (before != red)] = REASONS.index(Reason.NEWLY_RED)
        return reason

    def fell_due(self) -> Columns:
        """What fell due in a month that is not judged yet."""
        units = {unit.code: place for place, unit in enumerate(self.watched.verdicts.targets.plan.units)}
        due = [
            (REASONS.index(Reason.DUE_UNJUDGED), units[one.unit_code], _FIRST_DUE - row, month_number(one.due_on), 0)
            for row, one in enumerate(self.watched.fell_due)
            if one.due_on is not None
        ]
        return _columns(due)

    def submissions(self) -> Columns:
        """What there is to say of whole submissions of the units that report, for the month judged."""
        plan = self._plan
        found: list[tuple[int, int, int, int, int]] = []
        sent_back, submitted = self._in_state(State.SENT_BACK), self._in_state(State.SUBMITTED)
        for unit, place in enumerate(self.place.tolist()):
            one = plan.units[unit]
            if place < 0 or one.code in plan.children:
                continue
            missing = self._missing(unit)
            if one.figures_required and missing:
                reason = Reason.STALE if missing >= STALE_MONTHS else Reason.NOT_REPORTED
                since = self._until - missing + 1
                found.append((REASONS.index(reason), unit, _NONE, since, missing))
            elif sent_back[unit]:
                found.append((REASONS.index(Reason.SENT_BACK), unit, _NONE, _NONE, 0))
            elif submitted[unit]:
                found.append((REASONS.index(Reason.UNVERIFIED), unit, _NONE, _NONE, 0))
        return _columns(found)

    @property
    def _until(self) -> int:
        until = self.watched.until
        return self.watched.verdicts.month if until is None else month_number(until)

    def _missing(self, unit: int) -> int:
        """For how many months up to the one asked for the unit owed a submission and sent none."""
        since, first, often = int(self.missing_since[unit]), self.watched.first, self._often[unit]
        month, begins = self.watched.verdicts.month, self._plan.units[unit].periods[0]
        if since < 0 and (first is None or month_number(max(first, begins)) > month):
            # of the month judged nothing is known
            return int(self.watched.until is not None and is_owed(self._until, often))
        if since < 0 and first is not None:
            since = int(_owed_from(month_number(max(first, begins)), often))
        return max(self._until - since + 1, 0)

    def _in_state(self, state: State) -> Mask:
        """By unit, True if its rates for the month judged come from a submission in this state."""
        table = self.watched.verdicts
        rates = table.known.rates
        counted = self.watched.last_reported[rates.column("unit"), rates.column("indicator")] == table.month
        here = counted & (rates.column("month") == table.month)
        here &= rates.column("state") == list(State).index(state)
        found = np.zeros(len(self.place), dtype=bool)
        found[rates.column("unit")[here]] = True
        return found


def _owed_from(month: Whole | int, apart: Whole) -> Whole:
    """The first month from this one on of which so-often owed figures are owed."""
    found: Whole = month + -(month + 1) % apart
    return found


def _columns(rows: list[tuple[int, int, int, int, int]]) -> Columns:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], columns[:, 4]
