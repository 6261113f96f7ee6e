"""The first rows of a pull and how many it has in all, without making the others."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select

from metrics.database import ReadSession
from metrics.periods import last_day, periods_between
from metrics.plan.model import Target, Unit
from metrics.publish.dataset import AnyDataset, Pull, Row, RowCount
from metrics.publish.pull import month_asked_for
from metrics.publish.shaped import shaped
from metrics.queries.judged_month import judged_month
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View

_COUNTED = 300_000  # rows: up to here they are counted one by one, in about a fifth of a second


def first_rows(
    session: ReadSession, dataset: AnyDataset, view: View, pull: Pull, *, most: int
) -> tuple[list[Row], RowCount]:
    """At most `most` rows, and the number of rows that a file of the whole pull has."""
    dataset = shaped(dataset, session, view, pull)
    head = pull if dataset.head is None else dataset.head(session, view, pull, most)
    with closing(dataset.rows(session, view, head)) as rows:
        first = list(islice(rows, most))
        if head is pull and len(first) < most:
            return first, RowCount(len(first))
        count = None if dataset.count is None else dataset.count(session, view, pull)
        if count is None:
            count = RowCount(len(first) + sum(1 for _ in (rows if head is pull else dataset.rows(session, view, pull))))
    return first[: count.number], count


def counted(session: ReadSession, query: Select[*tuple[Any, ...]]) -> RowCount:
    """How many rows `query` has: counted or, where the database expects very many, as it estimates."""
    compiled = query.compile(session.connection(), compile_kwargs={"render_postcompile": True})
    told = session.connection().exec_driver_sql(f"explain (format json) {compiled}", compiled.params)
    expected = int(told.scalar_one()[0]["Plan"]["Plan Rows"])
    if expected > _COUNTED:
        return RowCount(expected, exact=False)
    return RowCount(session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def count_rates(session: ReadSession, view: View, pull: Pull) -> RowCount | None:
    """A row for every unit that exists in a period, and indicator; None where single cells are revealed."""
    if view.revealed is not None:
        return None
    indicators = [one for one in view.plan.indicators if not pull.indicators or one.code in pull.indicators]
    periods = _periods(session, view, pull)
    units = sum(1 for period in periods for unit in _units(view, pull) if unit.exists_on(last_day(period)))
    return RowCount(units * len(indicators))


def head_of_rates(session: ReadSession, view: View, pull: Pull, most: int) -> Pull:
    """The first of the periods asked for, and as many of its units as have `most` rows."""
    periods = _periods(session, view, pull)
    wanted = [one for one in view.plan.indicators if not pull.indicators or one.code in pull.indicators]
    if view.revealed is not None or not periods or not wanted:
        return pull
    there = [unit for unit in _units(view, pull) if unit.exists_on(last_day(periods[0]))]
    enough = -(-most // len(wanted))
    if len(there) < enough:
        return pull
    return replace(pull, units=tuple(unit.code for unit in there[:enough]), periods=(periods[0],))


def count_progress(session: ReadSession, view: View, pull: Pull) -> RowCount:
    """A row for every unit that exists on the day judged, and measured target in force for it then."""
    return RowCount(sum(targets for _, targets in _judged(session, view, pull)))


def head_of_progress(session: ReadSession, view: View, pull: Pull, most: int) -> Pull:
    """As many of the units asked for as have `most` rows."""
    units: list[str] = []
    rows, judged = 0, _judged(session, view, pull)
    for unit, targets in judged:
        if rows >= most:
            break
        units.append(unit.code)
        rows += targets
    return replace(pull, units=tuple(units)) if len(units) < len(judged) else pull


def _judged(session: ReadSession, view: View, pull: Pull) -> list[tuple[Unit, int]]:
    """The units that a pull of progress is about, and by how many targets each is judged."""
    month = month_asked_for(pull) or judged_month(session, view)
    if month is None:
        return []
    general = _asked_for(pull, view.plan.targets_in_force(month.on))
    own = view.plan.own_targets  # of its own a unit may have a target before there is one for all
    return [
        (unit, _asked_for(pull, view.plan.targets_in_force(month.on, unit=unit.code)) if unit.code in own else general)
        for unit in _units(view, pull)
        if unit.exists_on(month.on)
    ]


def _asked_for(pull: Pull, targets: Iterable[Target]) -> int:
    """How many of `targets` are measured and asked for."""
    return sum(
        target.measured
        and (not pull.targets or target.code in pull.targets)
        and (not pull.indicators or target.indicator in pull.indicators)
        for target in targets
    )


def _units(view: View, pull: Pull) -> list[Unit]:
    return [unit for unit in view.plan.units if not pull.units or unit.code in pull.units]


def _periods(session: ReadSession, view: View, pull: Pull) -> list[date]:
    """The periods asked for of which anything was sent."""
    ends = known_periods(session, of_all_sent(view))
    return [] if ends is None else [period for period in periods_between(*ends) if pull.wants(period)]
