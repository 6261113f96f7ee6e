"""Vintages: every row that a dataset ever had, each with the entries from which and until which it was known.

What was known is asked again at every entry that can have changed it, for those units and months alone that it can have
changed (`rate_frame.months_reached`), so a row here is the row of a pull as of its entry. With `known_from_seq` ≤ S and
`known_until_seq` empty or greater than S, the rows are those of the pull as of S.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Text, cast, null, select, union_all

from metrics.database import ReadSession
from metrics.models import LedgerEntry, LightOverride, PlanRecord, Submission
from metrics.models.turns import SUBMISSION_TURNS
from metrics.periods import JudgedMonth, Span, add_months, format_period
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AnyDataset, Cell, Dataset, Kind, Pull, Row
from metrics.publish.parameters import parameter_problem, refusal
from metrics.publish.pull import month_asked_for
from metrics.publish.shape import ACROSS, SORT
from metrics.queries.judged_month import judged_month
from metrics.queries.rate_frame import months_reached
from metrics.queries.rates_by_unit import known_periods
from metrics.queries.view import View
from metrics.results import Basis
from metrics.submission_states import Action

MOST_ENTRIES = 3000  # at each of which what was known is asked again


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that can have changed what is known: of `unit` from the month `period` on; None: the plan, or of all."""

    seq: int
    recorded_at: datetime
    unit: str | None
    period: date | None


@dataclass(slots=True)
class _Vintage:
    """A row by column, and from which entry until which it was known (`until` None: it still is)."""

    row: Mapping[str, Cell]
    known_from: _Entry
    until: int | None = None


def with_vintages(dataset: AnyDataset, *, key: Sequence[str]) -> AnyDataset:
    """`dataset`, which takes `history=true`: then it is its twin `NAME.history`, in which a row is a vintage.

    `key`: the columns that say which row it is.
    """

    def records(session: ReadSession, view: View, pull: Pull) -> Iterator[_Vintage]:
        yield from _vintages(dataset, session, view, pull, key=key)

    columns = tuple(column(one.name, one.kind, one.title.zh, one.title.en, _plain(one.name)) for one in dataset.columns)
    twin = Dataset[_Vintage](
        name=f"{dataset.name}.history",
        title=dataset.title,
        grain=dataset.grain,
        columns=(
            *(replace(made, words=one.words) for made, one in zip(columns, dataset.columns, strict=True)),
            column(
                "known_from_seq",
                Kind.INTEGER,
                "自此序号起为已知",
                "Known from this sequence number on",
                lambda one, _: one.known_from.seq,
            ),
            column(
                "known_from",
                Kind.INSTANT,
                "该序号的入库时间",
                "When that was recorded",
                lambda one, _: instant(one.known_from.recorded_at),
            ),
            column(
                "known_until_seq",
                Kind.INTEGER,
                "至此序号不再如此,空为现仍如此",
                "No longer so from this sequence number on; empty: still so",
                lambda one, _: one.until,
            ),
        ),
        order=("known_from_seq", *dataset.order),
        parameters=(dataset.parameters | {"history"}) - {ACROSS, SORT},
        records=records,
        single=dataset.single,
        by_method=dataset.by_method,
    )
    return replace(dataset, parameters=dataset.parameters | {"history"}, history=twin)


def _plain(name: str) -> Any:
    return lambda vintage, _words: vintage.row[name]


def _vintages(
    dataset: AnyDataset, session: ReadSession, view: View, pull: Pull, *, key: Sequence[str]
) -> list[_Vintage]:
    """Every vintage, by the entry from which it was known, then as the dataset orders its rows."""
    plain = replace(pull, history=False, limit=None, offset=0)
    names, monthly = [one.name for one in dataset.columns], "period_from" in dataset.parameters
    found: list[_Vintage] = []
    standing: dict[Cell, dict[Row, _Vintage]] = {}  # by unit
    reach: _Reach | None = None
    plan: Plan | None = None
    sent: tuple[date, date] | None = None
    for entry in _entries(session, view):
        if entry.period is not None:
            first, last = sent or (entry.period, entry.period)
            sent = (min(first, entry.period), max(last, entry.period))
        if entry.unit is None or plan is None:
            plan = plan_at(session, seq=entry.seq)
        then = _as_known_then(view, entry, plan)
        before, reach = reach, _reach(session, then, plain, sent, monthly=monthly)
        scope = _scope(entry, then.plan, before, reach, monthly=monthly)
        asked = scope.asked(plain)
        if asked is None:
            continue
        fresh: dict[Row, Mapping[str, Cell]] = {}
        for row in dataset.rows(session, then, asked):
            by_name = dict(zip(names, row, strict=True))
            fresh[tuple(by_name[name] for name in key)] = by_name
        for unit in list(standing) if scope.units is None else scope.units:
            there = standing.get(unit, {})
            for place, vintage in list(there.items()):
                if scope.holds(vintage.row) and fresh.get(place) != vintage.row:
                    vintage.until = entry.seq
                    del there[place]
        for place, known in fresh.items():
            there = standing.setdefault(known["unit_code"], {})
            if place not in there:
                there[place] = _Vintage(known, entry)
                found.append(there[place])
    return found


def _as_known_then(view: View, entry: _Entry, plan: Plan) -> View:
    is_now = view.is_now and entry.seq == view.seq
    return replace(view, plan=plan, seq=entry.seq, is_now=is_now, recorded_at=entry.recorded_at)


@dataclass(frozen=True, slots=True)
class _Reach:
    """What moves the rows of every unit: the months of which anything was sent, where each has a row of its own.

    Else, where rows are verdicts, the first and the newest month by which they are given, and the month judged.
    """

    sent: tuple[date, date] | None = None
    figures: tuple[date, date] | None = None
    judged: JudgedMonth | None = None


def _reach(session: ReadSession, view: View, pull: Pull, sent: tuple[date, date] | None, *, monthly: bool) -> _Reach:
    """`sent`: the first and the newest month of which anything was sent by then."""
    if monthly:
        return _Reach(sent)
    judged = month_asked_for(pull) or judged_month(session, view)
    counted = sent if view.basis is Basis.SUBMITTED else known_periods(session, view)
    if judged is None or counted is None:
        return _Reach(judged=judged)
    return _Reach(figures=(counted[0], min(counted[1], judged.period)), judged=judged)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The rows that an entry can have changed: of `units` (None: of all) and of the months of `span` (None: of all)."""

    units: Collection[str] | None
    span: Span | None

    def asked(self, pull: Pull) -> Pull | None:
        """What to ask again of what `pull` asks for; None if nothing of that can have changed."""
        units = pull.units
        if self.units is not None:
            units = tuple(code for code in pull.units or self.units if code in self.units)
            if not units:
                return None
        if self.span is None:
            return replace(pull, units=units)
        first, last = max(self.span.first, pull.first_period or self.span.first), self.span.last
        last = min(last, pull.last_period or last)
        return None if last < first else replace(pull, units=units, period_from=first, period_to=last)

    def holds(self, row: Mapping[str, Cell]) -> bool:
        """True if `row`, of one of the units, can have changed."""
        return self.span is None or format_period(self.span.first) <= str(row["period"]) <= format_period(
            self.span.last
        )


def _scope(entry: _Entry, plan: Plan, before: _Reach | None, reach: _Reach, *, monthly: bool) -> _Scope:
    if before is None or entry.unit is None or (before != reach and not monthly):
        return _Scope(None, None)
    if reach.judged is not None and entry.period is not None and entry.period > reach.judged.period:
        return _Scope((), None)  # of a month that no verdict looks at
    units = [entry.unit]
    while (above := plan.unit_by_code[units[-1]].parent) is not None:
        units.append(above)
    if entry.period is None or not monthly:
        return _Scope(units, None)
    later = months_reached(plan, plan.indicators)
    if before == reach:
        return _Scope(units, Span(entry.period, add_months(entry.period, later)))
    first, last = before.sent or (entry.period, entry.period)  # every unit has rows for the months that came
    return _Scope(None, Span(min(entry.period, last), add_months(max(entry.period, first), later)))


def _entries(session: ReadSession, view: View) -> list[_Entry]:
    """What was recorded up to the view and can have changed rates or verdicts, oldest first.

    Raises BadRequest `history_too_long` beyond MOST_ENTRIES.
    """
    turns = SUBMISSION_TURNS.c
    of_submissions = (
        select(turns.seq, Submission.unit_code, Submission.period)
        .join(Submission, Submission.id == turns.submission_id)
        .where(turns.action != Action.SIGN_OFF)
    )
    of_lights = select(LightOverride.seq, LightOverride.unit_code, cast(null(), Date))
    of_plans = select(PlanRecord.seq, cast(null(), Text), cast(null(), Date)).distinct()
    touched = union_all(of_submissions, of_lights, of_plans).subquery()
    query = (
        select(touched.c[0], LedgerEntry.recorded_at, touched.c[1], touched.c[2])
        .join(LedgerEntry, LedgerEntry.seq == touched.c[0])
        .where(touched.c[0] <= view.seq)
        .order_by(touched.c[0])
        .limit(MOST_ENTRIES + 1)
    )
    found = [_Entry(*row) for row in session.execute(query)]
    if len(found) > MOST_ENTRIES:
        zh, en = (
            f"须逐条重算的记录超过 {MOST_ENTRIES} 条;请以 as_of 分别取各时点的数据",
            f"has to be made at more than {MOST_ENTRIES} entries: pull single moments with `as_of`",
        )
        raise refusal([parameter_problem("history", "history_too_long", zh, en, "true")])
    return found
