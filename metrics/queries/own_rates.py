"""What reporting units sent of indicators, as stored: the one statement that reads `unit_rates`, in whole columns.

The driver hands out rows one by one, which for a country takes ten times as long as finding them; so a statement
gathers every column into one array (`array_agg`), and an array's binary form is a heading and then, for each element,
its length and its bytes: what numpy reads as it lies there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from psycopg import Cursor

from metrics.database import ReadSession
from metrics.periods import Span
from metrics.plan.model import Plan
from metrics.queries.view import View
from metrics.results import Basis
from metrics.roll_up import STATE_PLACES, OwnRates
from metrics.stored_rates import ABSENT, Whole, layout_of
from metrics.submission_states import State

_WIDTHS = {21: 2, 23: 4, 20: 8}  # object identifiers of smallint, integer and bigint: bytes
_NUMBER = 4  # bytes of each number in a heading
_STATES = " ".join(f"when '{state}' then {place}" for state, place in STATE_PLACES.items())
MONTH = "cast(extract(year from r.period) * 12 + extract(month from r.period) - 1 as integer)"
# The units asked for are made distinct, so that the database knows each is there once and looks rates up in them, not
# them in rates. They are sent as one text (see `codes_as_text`).
ASKED_UNITS = """(
    select code, cast(min(place) as integer) as place
    from unnest(string_to_array(%(units)s, ' ')) with ordinality as asked(code, place) group by code
) u"""
_READ = """
select array_agg(u.place), array_agg({month}), array_agg(case r.state {states} end),
    array_agg({numerators}), array_agg({denominators})
from unit_rates r
join {asked}
where {known}
"""
_OF_UNITS = f"{ASKED_UNITS} on u.code = r.unit_code and r.period between %(first)s and %(last)s"
_OF_PAIRS = """(
    select code, period, cast(min(place) as integer) as place
    from unnest(string_to_array(%(units)s, ' '), cast(string_to_array(%(periods)s, ' ') as date[]))
        with ordinality as asked(code, period, place)
    group by code, period
) u on u.code = r.unit_code and u.period = r.period"""


def own_rates(
    session: ReadSession, view: View, *, units: Sequence[str], indicators: Sequence[int], span: Span
) -> OwnRates:
    """What the reporting `units` sent of `indicators` (places in the plan) for the months of `span`.

    On the basis `verified` only what stands verified. Months in which a unit does not exist are in it as well.
    """
    return _read(
        session, view, indicators, _OF_UNITS, {"units": codes_as_text(units), "first": span.first, "last": span.last}
    )


def own_rates_at(
    session: ReadSession, view: View, *, units: Sequence[str], periods: Sequence[date], indicators: Sequence[int]
) -> OwnRates:
    """As :func:`own_rates`, of one month each: `unit` is the place of the pair of unit and period."""
    if not units:
        none, nothing = np.empty(0, dtype=np.int64), np.empty((0, len(indicators)), dtype=np.int64)
        return OwnRates(none, none, none, nothing, nothing)
    asked = {"units": codes_as_text(units), "periods": " ".join(period.isoformat() for period in periods)}
    return _read(session, view, indicators, _OF_PAIRS, asked)


def codes_as_text(codes: Sequence[str]) -> str:
    """Codes, which have no spaces, as one parameter: the driver writes a list of thousands ten times as slowly."""
    return " ".join(codes)


def _read(
    session: ReadSession, view: View, indicators: Sequence[int], joined: str, asked: Mapping[str, Any]
) -> OwnRates:
    numerators, denominators, chosen = _amounts(view.plan, indicators)
    statement = _READ.format(
        month=MONTH,
        states=_STATES,
        asked=joined,
        known=known_rates(view),
        numerators=numerators,
        denominators=denominators,
    )
    given = {"seq": view.seq, "absent": ABSENT, **asked}
    unit, month, state, above, below = whole_columns(session, statement, given)
    shape = (len(unit), -1) if len(unit) else (0, len(indicators))
    above, below = above.reshape(shape), below.reshape(shape)
    if chosen is not None and len(unit):
        above, below = above[:, chosen], below[:, chosen]
    return OwnRates(unit - 1, month, state, above, below)


def known_rates(view: View) -> str:
    """The condition for rows of `unit_rates r` that are known in `view` and count on its basis; asks for `seq`."""
    known = "r.until_seq is null" if view.is_now else "r.seq <= %(seq)s and coalesce(r.until_seq > %(seq)s, true)"
    known += " and r.formulas = (select number from stored_formulas where seq <= %(seq)s order by seq desc limit 1)"
    return known if view.basis is Basis.SUBMITTED else f"{known} and r.state = '{State.VERIFIED}'"


def _amounts(plan: Plan, indicators: Sequence[int]) -> tuple[str, str, list[int] | None]:
    """How both amounts are read, and which columns of what is read are asked for (None: those, as they come).

    Of few indicators their elements are taken one by one, of many the whole arrays, which is quicker.
    """
    place_of = {stored.in_plan: stored.place for stored in layout_of(plan)}
    places = [place_of[indicator] for indicator in indicators]
    if 2 * len(places) > len(place_of):
        whole = "array_replace(r.{}, null, %(absent)s::bigint)"
        return whole.format("numerators"), whole.format("denominators"), places
    one = "coalesce(r.{}[{}], %(absent)s::bigint)"
    above, below = (
        f"array[{', '.join(one.format(name, place + 1) for place in places)}]"
        for name in ("numerators", "denominators")
    )
    return above, below, None


def whole_columns(session: ReadSession, statement: str, parameters: Mapping[str, Any]) -> list[Whole]:
    """The arrays of the one row that `statement` answers, each as int64 in the shape it has; null is an empty one.

    `statement` is written for the driver: parameters as `%(name)s`. Elements must not be null: a statement puts
    :data:`metrics.stored_rates.ABSENT` in their place. Raises ValueError for another type than whole numbers.
    """
    session.flush()
    connection: Any = session.connection().connection.driver_connection
    with Cursor(connection) as cursor:
        cursor.execute(statement.encode(), dict(parameters), binary=True)
        found = cursor.pgresult
        assert found is not None  # noqa: S101  a statement was executed
        return [_whole(found.get_value(0, place)) for place in range(found.nfields)]


def _whole(sent: bytes | None) -> Whole:
    if sent is None:
        return np.empty(0, dtype=np.int64)
    heading = np.frombuffer(sent, dtype=">i4", count=3)
    dimensions, width = int(heading[0]), _WIDTHS.get(int(heading[2]))
    if width is None or heading[1]:
        raise ValueError(f"not whole numbers without null: type {heading[2]}")
    bounds = np.frombuffer(sent, dtype=">i4", count=2 * dimensions, offset=3 * _NUMBER)
    element = np.dtype([("length", ">i4"), ("value", f">i{width}")])
    values = np.frombuffer(sent, dtype=element, offset=(3 + 2 * dimensions) * _NUMBER)["value"]
    return values.astype(np.int64).reshape(tuple(int(size) for size in bounds[::2]))
