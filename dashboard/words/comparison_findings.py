"""What sections that hold figures side by side find: units, peers, a year's courses.

Each takes what the section shows, counted, and says it for nothing, for one and for many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from dashboard.locale import _, count_text, month_text, ngettext
from dashboard.words.figures import unsigned
from metrics.peers import Peers
from metrics.results import Rate


def apart_found(apart: Mapping[str, Fraction]) -> str:
    """On which target the units compared lie furthest apart. `apart`: percentage points by the target's name."""
    if not apart:
        return _("Nothing in % can be compared")
    name, points = max(apart.items(), key=lambda one: one[1])
    if not points:
        return _("No unit is ahead on any target in %")
    return _("Furthest apart on {target}, by {points} pp", target=name, points=unsigned(points))


def peers_found(unit: str, standings: Sequence[Peers | None]) -> str:
    """On how many targets `unit` is first among its peers, alone or with others, and on how many last.

    `standings`: of each target the values of the group; one with the unit's value alone counts for nothing. Where all
    are level nobody is last.
    """
    there = [peers for peers in standings if peers is not None and unit in peers.values and len(peers.values) > 1]
    if not there:
        return _("No figure to set beside its peers")
    best = sum(peers.values[unit] == peers.ends[0] for peers in there)
    worst = sum(peers.values[unit] == peers.ends[1] != peers.ends[0] for peers in there)
    return ngettext(
        "Beside its peers: first or level with the first on {best} of {n} target, last on {worst}",
        "Beside its peers: first or level with the first on {best} of {n} targets, last on {worst}",
        len(there),
        best=count_text(best),
        worst=count_text(worst),
    )


def gaps_found(courses: Sequence[Mapping[str, Sequence[Rate]]], *, first: date, last: date) -> str:
    """On how many indicators units lie closer together than they did, on how many further apart, and who is silent.

    `courses`: of each indicator every unit's by its name, of the months from `first` to `last`; held against each other
    are the earliest and the newest month of which all have a value that have any.
    """
    names = list(dict.fromkeys(name for units in courses for name in units))
    silent = [name for name in names if not any(_values(units[name]) for units in courses if name in units)]
    moved, months = Counter[int](), []
    for units in courses:
        values = [_values(rates) for name, rates in units.items() if name not in silent]
        common = sorted(set[date].intersection(*map(set, values))) if len(values) > 1 else []
        if len(common) > 1:
            before, after = (_apart([one[month] for one in values]) for month in (common[0], common[-1]))
            moved[(after > before) - (after < before)] += 1
            months += [common[0], common[-1]]
    span = {"first": month_text(min(months, default=first)), "last": month_text(max(months, default=last))}
    said = (
        _gaps(moved, span) if months else _("From {first} to {last} no indicator has two months of all units", **span)
    )
    if silent:
        span = {"first": month_text(first), "last": month_text(last)}
        said += _("; no figure of {units} from {first} to {last}", units=_(", ").join(silent), **span)
    return said


def _gaps(moved: Counter[int], span: Mapping[str, str]) -> str:
    parts = [_("closer on {n}", n=count_text(moved[-1]))] if moved[-1] else []
    parts += [_("further apart on {n}", n=count_text(moved[1]))] if moved[1] else []
    parts += [_("as far apart as before on {n}", n=count_text(moved[0]))] if moved[0] else []
    return ngettext(
        "From {first} to {last}, of {n} indicator: {parts}",
        "From {first} to {last}, of {n} indicators: {parts}",
        moved.total(),
        parts=_(", ").join(parts),
        **span,
    )


def _values(rates: Iterable[Rate]) -> dict[date, Fraction]:
    return {rate.period: rate.value for rate in rates if rate.value is not None}


def _apart(values: Sequence[Fraction]) -> Fraction:
    return max(values) - min(values)
