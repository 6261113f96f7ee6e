"""A made history as a file: counts for any number of units and months that satisfy every check of the city's plan.

Nobody ever reported any of them. They are whole columns of integers, a month at a time, so that a nation's ten years
are written in a minute; shares grow from month to month, at another pace in every unit, and now and then one falls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from metrics.periods import format_period, periods_between
from metrics.plan.model import Plan

Counts = npt.NDArray[np.int64]
_HEADINGS = "unit_code,period,element_code,value\r\n"
_CATEGORIES = {"licensing": 340, "payment": 45, "confirmation": 120, "reward": 25, "adjudication": 10}  # per thousand


def write_file(path: Path, plan: Plan, units: Sequence[str], *, first: date, last: date) -> int:
    """Write the history of `units` from `first` to `last`; answers how many figures it has."""
    decimals = {element.code: element.decimals for element in plan.elements}
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_HEADINGS)
        for period, counts in _months(len(units), first, last):
            texts = [_texts(code, counts[code], decimals[code]) for code in decimals]
            written = format_period(period)
            for unit, figures in zip(units, zip(*texts, strict=True), strict=True):
                head = f"{unit},{written},"
                file.write(head + f"\r\n{head}".join(figures) + "\r\n")
    return len(units) * len([*periods_between(first, last)]) * len(decimals)


def _texts(code: str, counts: Counts, decimals: int) -> list[str]:
    """`element,value` for each unit; what has a decimal place was counted in tenths."""
    if not decimals:
        return [f"{code},{count}" for count in counts.tolist()]
    return [f"{code},{count // 10}.{count % 10}" for count in counts.tolist()]


def _months(units: int, first: date, last: date) -> Iterator[tuple[date, Mapping[str, Counts]]]:
    number = np.arange(units, dtype=np.int64)
    for month, period in enumerate(periods_between(first, last)):
        yield period, _counts(number, month)


def _counts(unit: Counts, month: int) -> Mapping[str, Counts]:
    """One month of every unit by element."""
    total = 800 + unit * 37 % 700 + month // 3
    items = {f"items_{name}": total * share // 1000 for name, share in _CATEGORIES.items()}
    items["items_public_service"] = total - sum(items.values())
    exempt = {name: 1 + total * share // 1000 for name, share in (("online", 15), ("one_trip", 8), ("site", 9))}
    online = _part(total - exempt["online"], unit, month, 1)
    at_most_one = _part(total - exempt["one_trip"], unit, month, 2)
    no_trip = _part(at_most_one, unit, month, 3)
    hall_due, platform_due = total - exempt["site"], total - total * 4 // 1000
    startups = 30 + (unit * 7 + month) % 5
    return {
        "items_total": total,
        **items,
        **{f"exempt_{name}": count for name, count in exempt.items()},
        "exempt_law": total * 4 // 1000,
        "items_online": online,
        "items_full_online": _part(np.minimum(online, no_trip), unit, month, 4),
        "items_one_window": _part(total, unit, month, 5),
        "items_hall_due": hall_due,
        "items_hall": _part(hall_due, unit, month, 6),
        "items_trip0": no_trip,
        "items_trip1": at_most_one - no_trip,
        "items_trip2plus": total - at_most_one,
        "items_platform_due": platform_due,
        "items_platform": _part(platform_due, unit, month, 7),
        "items_instant": _part(total, unit, month, 8),
        "items_new": 2 + (unit + month) % 2,
        "items_cancelled": (unit + month) % 2,
        "startups": startups,
        "startup_days": startups * (30 - _share(unit, month, 9) // 50),  # tenths of a day
        **_fixed(total, unit, month),
    }


def _fixed(total: Counts, unit: Counts, month: int) -> Mapping[str, Counts]:
    """Counts out of a whole that changes little or not at all."""
    comparable = (800 + unit * 37 % 700) * 92 // 100
    materials, statutory = comparable * 5, total * 20
    found = {
        "items_comparable": comparable,
        "materials_baseline": materials,
        "materials_current": materials - _part(materials, unit, month, 10) * 3 // 4,
        "days_statutory": statutory,
        "days_promised": statutory - _part(statutory, unit, month, 11) // 2,
        "construction_days_before": 200 + unit * 0,
        "construction_days_now": 200 - _share(unit, month, 12) * 120 // 1000,
    }
    wholes = {
        ("systems_due", "systems_connected"): 12 + unit % 9,
        ("channels_due", "channels_same_source"): 6 + unit % 5,
        ("catalogue_items", "catalogue_unified"): comparable,
        ("net_county_due", "net_county_ok"): 5 + unit % 3,
        ("net_town_due", "net_town_ok"): 12 + unit % 11,
        ("net_village_due", "net_village_ok"): 100 + unit % 90,
    }
    for place, ((due, reached), whole) in enumerate(wholes.items(), start=13):
        found |= {due: whole, reached: _part(whole, unit, month, place)}
    return found


def _part(whole: Counts, unit: Counts, month: int, course: int) -> Counts:
    """The part of `whole` that a course has reached."""
    return whole * _share(unit, month, course) // 1000


def _share(unit: Counts, month: int, course: int) -> Counts:
    """Per thousand: from somewhere between 25 and 60 per cent upwards, at most whole; it slips in one month of 200."""
    start = 250 + (unit * (13 + 2 * course) + course * 101) % 350
    pace = 1 + (unit * (5 + course) + course * 7) % 9
    slips = np.where((unit + month * course) % 200 == 0, 4 * pace, 0)
    share: Counts = np.minimum(1000, start + pace * month - slips)
    return share
