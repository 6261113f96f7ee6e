"""What kind of unit each one is: how many items it has, and how fast it gets on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from metrics.plan.model import Unit, UnitKind
from seed.demonstration.courses import WHOLE, Heights
from seed.demonstration.draws import draw, draw_between


class Pace(StrEnum):
    LEADING = "leading"
    STEADY = "steady"
    LAGGING = "lagging"


# Rates in ten-thousandths at 2018-12, 2019-09, 2019-12, 2020-06 and 2020-12; startup_time in hundredths of a day.
# `online` and `one_trip` are rates after exemptions; `full_online` is a share of the items that need no trip.
_COURSES: Mapping[str, Mapping[Pace, Heights]] = {
    "material_reduction": {
        Pace.LEADING: (3200, 6350, 6700, 7100, 7450),
        Pace.STEADY: (3000, 5750, 6300, 6600, 6900),
        Pace.LAGGING: (2900, 5300, 5550, 5700, 5850),
    },
    "online": {
        Pace.LEADING: (4700, 8300, 8900, WHOLE, WHOLE),
        Pace.STEADY: (4500, 7500, 8300, 9750, WHOLE),
        Pace.LAGGING: (4300, 6900, 7500, 9100, 9600),
    },
    "one_window": {
        Pace.LEADING: (4200, 7700, 8400, 9000, 9500),
        Pace.STEADY: (4000, 7170, 7700, 8300, 8800),
        Pace.LAGGING: (3800, 6500, 7180, 7500, 7900),
    },
    "one_trip": {
        Pace.LEADING: (7700, 9350, 9600, WHOLE, WHOLE),
        Pace.STEADY: (7500, 8900, 9300, 9800, WHOLE),
        Pace.LAGGING: (7200, 8500, 8900, 9500, 9800),
    },
    "hall": {
        Pace.LEADING: (8800, WHOLE, WHOLE, WHOLE, WHOLE),
        Pace.STEADY: (8500, 9750, WHOLE, WHOLE, WHOLE),
        Pace.LAGGING: (8300, 9400, 9650, 9850, WHOLE),
    },
    "platform": {
        Pace.LEADING: (6500, WHOLE, WHOLE, WHOLE, WHOLE),
        Pace.STEADY: (6200, 9500, 9750, WHOLE, WHOLE),
        Pace.LAGGING: (5800, 8800, 9200, 9700, WHOLE),
    },
    "connection": {
        Pace.LEADING: (3500, WHOLE, WHOLE, WHOLE, WHOLE),
        Pace.STEADY: (2800, 8600, WHOLE, WHOLE, WHOLE),
        Pace.LAGGING: (2200, 6800, 8500, WHOLE, WHOLE),
    },
    "same_source": {
        Pace.LEADING: (4000, WHOLE, WHOLE, WHOLE, WHOLE),
        Pace.STEADY: (3500, 8400, WHOLE, WHOLE, WHOLE),
        Pace.LAGGING: (3400, 6700, 8400, WHOLE, WHOLE),
    },
    "catalogue": {
        Pace.LEADING: (4200, 8400, 9000, 9700, WHOLE),
        Pace.STEADY: (3600, 7300, 8000, 9000, 9700),
        Pace.LAGGING: (3000, 6000, 6700, 8000, 9000),
    },
    "time_cut": {
        Pace.LEADING: (3500, 5200, 5600, 6300, 6900),
        Pace.STEADY: (3000, 4500, 4900, 5600, 6200),
        Pace.LAGGING: (2600, 3800, 4100, 4800, 5400),
    },
    "construction": {
        Pace.LEADING: (1000, 3900, 4600, 5200, 5600),
        Pace.STEADY: (800, 3000, 3700, 4600, 5200),
        Pace.LAGGING: (500, 2200, 2800, 3700, 4500),
    },
    "instant": {
        Pace.LEADING: (1500, 2700, 3100, 3800, 4400),
        Pace.STEADY: (1200, 2200, 2500, 3100, 3700),
        Pace.LAGGING: (900, 1700, 2000, 2500, 3000),
    },
    "trip0": {
        Pace.LEADING: (2200, 3800, 4400, 5400, 6200),
        Pace.STEADY: (1800, 3100, 3600, 4500, 5300),
        Pace.LAGGING: (1500, 2500, 2900, 3700, 4400),
    },
    "full_online": {
        Pace.LEADING: (6000, 7000, 7300, 7900, 8500),
        Pace.STEADY: (5600, 6500, 6800, 7400, 8000),
        Pace.LAGGING: (5200, 6000, 6300, 6900, 7400),
    },
    "net_county": dict.fromkeys(Pace, (4000, 6700, 7500, 9000, WHOLE)),
    "net_town": {
        Pace.LEADING: (4500, 7500, 8300, 9400, WHOLE),
        Pace.STEADY: (3800, 6500, 7300, 8600, WHOLE),
        Pace.LAGGING: (3200, 5500, 6300, 7800, WHOLE),
    },
    "net_village": {
        Pace.LEADING: (3500, 6500, 7500, 9000, WHOLE),
        Pace.STEADY: (3000, 5500, 6500, 8200, WHOLE),
        Pace.LAGGING: (2500, 4600, 5500, 7400, 9860),
    },
    "startup_time": {
        Pace.LEADING: (330, 96, 88, 72, 62),
        Pace.STEADY: (350, 130, 112, 98, 90),
        Pace.LAGGING: (380, 190, 165, 145, 130),
    },
}

# How far a unit may be from its pace at the start, and later. Elsewhere 3 and 2.4 points.
_SPREADS: Mapping[str, tuple[int, int]] = {"material_reduction": (250, 140), "startup_time": (25, 3)}
_NEARLY_WHOLE = WHOLE - 10

# Units of the seed plan that take another way than their pace says.
_OWN_COURSES: Mapping[str, Mapping[str, Heights]] = {
    "441284": {"one_window": (4100, 6900, 7750, 8500, 9100)},
    "441226": {"one_trip": (7500, 8950, 9400, WHOLE, WHOLE)},
    "441225": {"online": (4400, 7450, 8000, 9300, 9650)},
    "ZQ-NEW": {"material_reduction": (2900, 5600, 6150, 6400, 6600)},
}

_PACES: Mapping[str, Pace] = {
    "441200-SELF": Pace.LEADING,
    "441202": Pace.LEADING,
    "441203": Pace.STEADY,
    "441204": Pace.LEADING,
    "441284": Pace.LEADING,
    "441223": Pace.STEADY,
    "441226": Pace.STEADY,
    "441225": Pace.STEADY,
    "441224": Pace.LAGGING,
    "ZQ-HITECH": Pace.LEADING,
    "ZQ-NEW": Pace.LAGGING,
    "ZQ-YUEGUI": Pace.LAGGING,
}


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Least and most of what units of one kind have."""

    items: tuple[int, int]
    startups: tuple[int, int]  # in an ordinary month
    systems: tuple[int, int]
    channels: tuple[int, int]
    county_nodes: tuple[int, int]
    towns: tuple[int, int]
    villages: tuple[int, int]


_RANGES: Mapping[UnitKind, _Ranges] = {
    UnitKind.CITY_DEPARTMENTS: _Ranges((1480, 1560), (70, 95), (42, 50), (7, 8), (0, 0), (0, 0), (0, 0)),
    UnitKind.DISTRICT: _Ranges((1260, 1440), (170, 240), (11, 16), (6, 6), (3, 5), (7, 15), (70, 160)),
    UnitKind.COUNTY_LEVEL_CITY: _Ranges((1050, 1240), (150, 210), (10, 14), (6, 6), (3, 4), (13, 16), (110, 160)),
    UnitKind.COUNTY: _Ranges((640, 1080), (60, 120), (7, 11), (5, 6), (3, 4), (13, 19), (150, 300)),
    UnitKind.FUNCTIONAL_ZONE: _Ranges((160, 290), (18, 45), (4, 6), (4, 5), (1, 1), (2, 3), (12, 30)),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A unit's size at the start, and its courses by name."""

    unit: str
    items: int
    startups: int
    systems: int
    channels: int
    county_nodes: int
    towns: int
    villages: int
    courses: Mapping[str, Heights]


def profile_of(unit: Unit, *, seed: str) -> Profile:
    """The profile of `unit`; units that the tables above do not name get one by their kind and by draw."""
    ranges = _RANGES.get(unit.kind, _RANGES[UnitKind.COUNTY])
    pace = _PACES.get(unit.code) or list(Pace)[draw(seed, unit.code, "pace", below=len(Pace))]

    def size(name: str, bounds: tuple[int, int]) -> int:
        return draw_between(seed, unit.code, name, least=bounds[0], most=bounds[1])

    return Profile(
        unit=unit.code,
        items=size("items", ranges.items),
        startups=size("startups", ranges.startups),
        systems=size("systems", ranges.systems),
        channels=size("channels", ranges.channels),
        county_nodes=size("county_nodes", ranges.county_nodes),
        towns=size("towns", ranges.towns),
        villages=size("villages", ranges.villages),
        courses={name: _own_course(name, unit.code, pace=pace, seed=seed) for name in _COURSES},
    )


def _own_course(name: str, unit: str, *, pace: Pace, seed: str) -> Heights:
    """The unit's own course, or that of its pace moved up or down a little; what is whole stays whole."""
    own = _OWN_COURSES.get(unit, {}).get(name)
    if own is not None:
        return own
    start, spread = _SPREADS.get(name, (300, 240))
    moved = draw_between(seed, unit, name, "moved", least=-spread, most=spread)
    at_start = draw_between(seed, unit, name, "start", least=-start, most=start)
    first, *later = _COURSES[name][pace]
    second, third, fourth, fifth = (h if h == WHOLE else min(h + moved, _NEARLY_WHOLE) for h in later)
    return (first + at_start, second, third, fourth, fifth)
