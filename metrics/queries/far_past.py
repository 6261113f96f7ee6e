"""The few facts of the far past that verdicts need, from where they are kept and, for what changed since, from rates.

Kept are, as known at a few places in the ledger and up to one month (:class:`metrics.models.FarPast`): the first
months of reporting units (:mod:`metrics.queries.first_months`) and the rates of units that add up others. Whatever was
recorded between the nearest of these and the place a reader looks at, before or after, has a row of `unit_rates` with
its sequence number; the months of those rows are read anew, so what is answered is always exact. What nobody keeps is
read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select

from metrics.database import ReadSession, once_a_snapshot
from metrics.models import FarPast
from metrics.periods import FIRST_YEAR, Span, add_months, month_number, period_numbered
from metrics.plan.model import Plan, Unit
from metrics.plan.store import plan_at
from metrics.queries.first_months import NEVER, TurningCondition, first_months
from metrics.queries.own_rates import ASKED_UNITS, codes_as_text, whole_columns
from metrics.queries.view import View
from metrics.roll_up import Mask, RolledUp
from metrics.stored_rates import Whole, formulas, layout_of

BEGINNING = date(FIRST_YEAR, 1, 1)
# Grouped, not distinct: TimescaleDB answers "distinct" by skipping through the key, which it takes for nearly nothing;
# with no changes at all that read the whole index once for every month (15 million observations: 3 s, and 0.4 s over
# plain PostgreSQL).
_CHANGED = """
select array_agg(u.place), array_agg(p.month)
from (
    select cast(period as date) as period,
        cast(extract(year from period) * 12 + extract(month from period) - 1 as integer) as month
    from generate_series(%(first)s::date, %(through)s::date, interval '1 month') period
) p
cross join lateral (
    select unit_code from unit_rates where period = p.period and seq > %(low)s and seq <= %(high)s group by unit_code
) r
join {asked} on u.code = r.unit_code
"""
_TURNS = """
select array_agg(u.place), array_agg(t.months)
from unit_turns t
join {asked} on u.code = t.unit_code
where t.basis = %(basis)s and {held}
"""
_ROLLED_UP = """
select array_agg(u.place),
    array_agg(cast(extract(year from r.period) * 12 + extract(month from r.period) - 1 as integer)),
    array_agg(r.numerators), array_agg(r.denominators), array_agg(r.states),
    array_agg(r.reported), array_agg(r.carried), array_agg(r.expected)
from rolled_up_rates r
join {asked} on u.code = r.unit_code
where r.basis = %(basis)s and r.period between %(first)s and %(last)s and {held}
"""
_HELD = "{0}.seq <= %(place)s and coalesce({0}.until_seq > %(place)s, true)"


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What is kept at one place, and in `changed` the (unit, month) pairs recorded between that and the view's.

    `seq`: the place; `first`: the first month kept; `through`: the last; `conditions`: the keys of the columns of
    `unit_turns`.
    """

    plan: Plan
    seq: int
    first: date
    through: date
    conditions: tuple[str, ...]
    changed: frozenset[tuple[str, int]]

    def sums_alike(self, plan: Plan) -> bool:
        """True if `plan` rolls up as the one did by which months were kept."""
        return _sum_alike(self.plan, plan)


def _sum_alike(one: Plan, other: Plan) -> bool:
    return one is other or (
        one.units == other.units
        and one.elements == other.elements
        and one.document.carry_months == other.document.carry_months
    )


def kept_far_past(session: ReadSession, view: View) -> Kept | None:
    """What is kept for the basis of `view` nearest to its place; None if nothing is, or all by other formulas."""
    known = session.info.setdefault("far_past", {})  # of this snapshot: asked for by every reading of one page
    query = select(FarPast).where(FarPast.basis == str(view.basis)).order_by(FarPast.seq)
    places = once_a_snapshot(session, (FarPast.__name__, view.basis), lambda: session.scalars(query).all())
    key = (view.basis, *((row.seq, *row.conditions) for row in places), view.seq, view.plan.seq)
    if key not in known:
        known[key] = _kept(session, view, places)
    found: Kept | None = known[key]
    return found


def _kept(session: ReadSession, view: View, places: Sequence[FarPast]) -> Kept | None:
    """The nearest before and the nearest after are looked at: the plan may have become another one in between."""
    before, after = ([row for row in places if (row.seq <= view.seq) is side] for side in (True, False))
    near = [(plan_at(session, seq=row.seq), row) for row in (*before[-1:], *after[:1])]
    usable = [pair for pair in near if pair[0] is view.plan or formulas(pair[0]) == formulas(view.plan)]
    if not usable:
        return None
    plan, row = min(usable, key=lambda pair: (not _sum_alike(pair[0], view.plan), abs(pair[1].seq - view.seq)))
    low, high = sorted((row.seq, view.seq))
    codes = [unit.code for unit in view.plan.reporting_units]
    asked = {"low": low, "high": high, "first": BEGINNING, "through": row.through, "units": codes_as_text(codes)}
    found, months = whole_columns(session, _CHANGED.format(asked=ASKED_UNITS), asked)
    pairs = zip(found.tolist(), months.tolist(), strict=True)
    changed = frozenset((codes[place - 1], month) for place, month in pairs)
    return Kept(plan, row.seq, row.first, row.through, tuple(row.conditions), changed)


def turning_months(
    session: ReadSession, view: View, *, units: Sequence[Unit], conditions: Sequence[TurningCondition], last: date
) -> Whole:
    """The first month up to `last` in which each condition held: one row a unit, one column a condition, else NEVER.

    Of reporting units, as :func:`metrics.queries.first_months.first_months`.
    """
    whole = Span(BEGINNING, last)
    kept = kept_far_past(session, view)
    if kept is None or not units:
        return first_months(session, view, units=units, conditions=conditions, span=whole)
    found = _Found(session, view, units, conditions)
    before = {unit.code: unit for unit in kept.plan.reporting_units}  # of what added up others then nothing is kept
    anew = np.array([u.code not in before or before[u.code].periods != u.periods for u in units])
    known = np.array([condition.key in kept.conditions for condition in conditions], dtype=bool)
    found.put(_kept_turns(session, view, kept, units, [one.key for one in conditions]), rows=~anew, columns=known)
    found.look(rows=anew, columns=known | True, span=whole)
    found.look(rows=~anew, columns=~known, span=whole)
    found.look_again(kept, rows=~anew, columns=known, last=last)
    found.months[found.months > month_number(last)] = NEVER
    found.look(rows=~anew, columns=known, span=Span(add_months(kept.through, 1), last))
    return found.months


class _Found:
    """First months by unit and condition, as they are found here and there."""

    def __init__(
        self, session: ReadSession, view: View, units: Sequence[Unit], conditions: Sequence[TurningCondition]
    ) -> None:
        self._session, self._view, self._units, self._conditions = session, view, units, conditions
        self.months = np.full((len(units), len(conditions)), NEVER, dtype=np.int64)

    def put(self, months: Whole, *, rows: Mask, columns: Mask) -> None:
        """Take `months`, of these rows and columns, where they are earlier."""
        at = np.ix_(rows, columns)
        self.months[at] = np.minimum(self.months[at], months[at])

    def look_again(self, kept: Kept, *, rows: Mask, columns: Mask, last: date) -> None:
        """Read anew what was kept of the months between the first and the last that changed, of units that changed.

        Outside these months all is as it was. So what is kept holds where it is earlier, and where it is later nothing
        in between was true; where it fell among them and is no longer true, what follows them is read as well.
        """
        of_unit = {code: row for row, code in enumerate(unit.code for unit in self._units)}
        changed = [(of_unit[code], month) for code, month in kept.changed if code in of_unit and rows[of_unit[code]]]
        if not changed:
            return
        moved = np.zeros(len(rows), dtype=bool)
        moved[[row for row, _ in changed]] = True
        months = [month for _, month in changed]
        begins, ends = min(months), max(months)
        lost = np.zeros(self.months.shape, dtype=bool)
        lost[np.ix_(moved, columns)] = True
        lost &= (self.months >= begins) & (self.months <= ends)
        self.months[lost] = NEVER
        until = min(period_numbered(ends), last)
        self.look(rows=moved, columns=columns, span=Span(period_numbered(begins), until))
        further = (lost & (self.months == NEVER)).any(axis=1)
        until = min(kept.through, last)
        self.look(rows=further, columns=columns, span=Span(period_numbered(ends + 1), until))

    def look(self, *, rows: Mask, columns: Mask, span: Span) -> None:
        """Read the months of `span` for these units and conditions."""
        if not rows.any() or not columns.any() or span.last < span.first:
            return
        months = np.full_like(self.months, NEVER)
        months[np.ix_(rows, columns)] = first_months(
            self._session,
            self._view,
            units=[self._units[row] for row in np.flatnonzero(rows).tolist()],
            conditions=[self._conditions[column] for column in np.flatnonzero(columns).tolist()],
            span=span,
        )
        self.put(months, rows=rows, columns=columns)


def _kept_turns(session: ReadSession, view: View, kept: Kept, units: Sequence[Unit], keys: Sequence[str]) -> Whole:
    """What is kept of `units` and the conditions with these `keys`; NEVER where nothing is."""
    asked = {
        "units": codes_as_text([unit.code for unit in units]),
        "basis": str(view.basis),
        "place": kept.seq,
    }
    places, months = whole_columns(session, _TURNS.format(asked=ASKED_UNITS, held=_HELD.format("t")), asked)
    found = np.full((len(units), len(keys)), NEVER, dtype=np.int64)
    columns = {key: column for column, key in enumerate(kept.conditions)}
    for column, key in enumerate(keys):
        if key in columns and len(places):
            found[places - 1, column] = months[:, columns[key]]
    return found


def kept_sums(
    session: ReadSession, view: View, *, units: Sequence[str], indicators: Sequence[int], carried: int, span: Span
) -> dict[int, RolledUp]:
    """The months of `span` that are kept of all `units` that add up others and hold in `view`, by month number.

    Columns are the `indicators`, places in the plan, of which the longest is `carried` for so many months: a month that
    was changed, or any of so many before it, is not among the answers.
    """
    kept = kept_far_past(session, view) if units else None
    if kept is None or not kept.sums_alike(view.plan):
        return {}
    touched = {month for _, month in kept.changed}
    held = [
        month
        for month in span.months
        if month_number(kept.first) <= month <= month_number(kept.through)
        and touched.isdisjoint(range(month - carried, month + 1))
    ]
    if not held:
        return {}
    asked = {
        "units": codes_as_text(units),
        "basis": str(view.basis),
        "place": kept.seq,
        "first": period_numbered(held[0]),
        "last": period_numbered(held[-1]),
    }
    statement = _ROLLED_UP.format(asked=ASKED_UNITS, held=_HELD.format("r"))
    places, months, *columns = whole_columns(session, statement, asked)
    place_of = {stored.in_plan: stored.place for stored in layout_of(view.plan)}
    chosen = [place_of[indicator] for indicator in indicators]
    found = {}
    for month in held:
        rows = np.flatnonzero(months == month)
        if len(rows) == len(units):
            ordered = rows[np.argsort(places[rows])]
            found[month] = RolledUp(month, *(column[ordered][:, chosen] for column in columns))
    return found
