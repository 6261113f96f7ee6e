"""The counts of one unit's form, month after month: every count follows from the ones it has to agree with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seed.demonstration.courses import WHOLE, height
from seed.demonstration.draws import draw, draw_between
from seed.demonstration.profiles import Profile
from seed.demonstration.stories import CANCELLATION, ONE_SHORT, REGRESSION, SECOND_APPROVAL

Values = dict[str, Decimal]

_CATEGORIES = ("licensing", "payment", "confirmation", "reward", "adjudication", "public_service")
_SHARES = (340, 45, 120, 25, 10)  # per thousand; public service is the rest
_CHANGING = ("licensing", "confirmation", "public_service")  # categories that items join and leave
_STARTUPS_IN_MONTH = (90, 55, 125, 110, 105, 100, 95, 100, 105, 90, 105, 110)  # per cent; spring festival in February
_EPIDEMIC = {date(2020, 2, 1): 30, date(2020, 3, 1): 65}  # per cent of an ordinary year


@dataclass(frozen=True, slots=True)
class _Items:
    """How many items there are, by category, and how they changed within the month."""

    categories: Mapping[str, int]
    new: int
    cancelled: int

    @property
    def total(self) -> int:
        return sum(self.categories.values())


def monthly_counts(profile: Profile, periods: Sequence[date], *, seed: str) -> Iterator[Values]:
    """The unit's whole form for each of `periods`, in order; every value satisfies every check of the city's plan."""
    online_before = 0
    for month, (period, items) in enumerate(zip(periods, _items(profile, periods, seed=seed), strict=True)):
        counter = _Counter(profile, month, period, items, seed)
        counts = counter.counts()
        if (profile.unit, period) == (CANCELLATION.unit, CANCELLATION.period):
            counts["items_online"] = min(online_before, items.total - counts["exempt_online"])
        online_before = counts["items_online"]
        values = {f"items_{name}": Decimal(count) for name, count in items.categories.items()}
        values |= {code: Decimal(count) for code, count in counts.items()}
        yield values | {"startup_days": Decimal(counter.startup_day_tenths(counts["startups"])).scaleb(-1)}


def _items(profile: Profile, periods: Sequence[date], *, seed: str) -> Iterator[_Items]:
    categories = {name: profile.items * share // 1000 for name, share in zip(_CATEGORIES, _SHARES, strict=False)}
    categories[_CATEGORIES[-1]] = profile.items - sum(categories.values())
    for period in periods:
        key = (seed, profile.unit, period.isoformat())
        new = draw(*key, "new", below=profile.items // 200 + 2)
        cancelled = draw(*key, "cancelled", below=new + 1) // 2
        if (profile.unit, period) == (CANCELLATION.unit, CANCELLATION.period):
            cancelled += profile.items * CANCELLATION.thousandths // 1000
        categories = dict(categories)
        categories[_CHANGING[draw(*key, "joined", below=len(_CHANGING))]] += new
        categories[_CATEGORIES[-1]] -= cancelled
        yield _Items(categories, new, cancelled)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts for one unit and month."""

    profile: Profile
    month: int
    period: date
    items: _Items
    seed: str

    def counts(self) -> dict[str, int]:
        """Every element that is a whole number, but for the categories."""
        return self._items_and_exemptions() | self._agreed_with_items() | self._fixed_sets() | self._times()

    def startup_day_tenths(self, startups: int) -> int:
        return startups * self._rate("startup_time") // 10

    def _rate(self, course: str) -> int:
        return height(self.profile.courses[course], self.month, key=(self.seed, self.profile.unit, course))

    def _part(self, course: str, whole: int) -> int:
        """The part of `whole` that the course has reached, rounded down: never more than the rate says."""
        return whole * self._rate(course) // WHOLE

    def _exempt(self, name: str) -> int:
        thousandths = {"online": 15 if self.period >= SECOND_APPROVAL else 11, "one_trip": 8, "site": 9, "law": 4}
        return max(1, self.profile.items * thousandths[name] // 1000)

    def _items_and_exemptions(self) -> dict[str, int]:
        return {
            "items_total": self.items.total,
            "items_new": self.items.new,
            "items_cancelled": self.items.cancelled,
            **{f"exempt_{name}": self._exempt(name) for name in ("online", "one_trip", "site", "law")},
        }

    def _agreed_with_items(self) -> dict[str, int]:
        total = self.items.total
        online = self._part("online", total - self._exempt("online"))
        at_most_one = self._part("one_trip", total - self._exempt("one_trip")) - self._short_of_one_trip()
        no_trip = min(self._part("trip0", total), at_most_one)
        hall_due = total - self._exempt("site")
        platform_due = total - self._exempt("law")
        return {
            "items_online": online,
            "items_full_online": min(self._part("full_online", no_trip), online),
            "items_one_window": self._part("one_window", total),
            "items_hall_due": hall_due,
            "items_hall": self._part("hall", hall_due),
            "items_trip0": no_trip,
            "items_trip1": at_most_one - no_trip,
            "items_trip2plus": total - at_most_one,
            "items_platform_due": platform_due,
            "items_platform": self._part("platform", platform_due),
            "items_instant": self._part("instant", total),
        }

    def _short_of_one_trip(self) -> int:
        if self.profile.unit == ONE_SHORT.unit and self.period >= ONE_SHORT.period:
            return 1
        if self.profile.unit == REGRESSION.unit:
            return REGRESSION.items.get(self.period, 0)
        return 0

    def _fixed_sets(self) -> dict[str, int]:
        """Counts out of a whole that does not change: systems, channels, catalogue, networks, comparable materials."""
        profile = self.profile
        comparable = profile.items * 92 // 100
        materials = comparable * draw_between(self.seed, profile.unit, "materials", least=42, most=58) // 10
        wholes = {
            "connection": ("systems_due", "systems_connected", profile.systems),
            "same_source": ("channels_due", "channels_same_source", profile.channels),
            "catalogue": ("catalogue_items", "catalogue_unified", profile.items * 95 // 100),
            "net_county": ("net_county_due", "net_county_ok", profile.county_nodes),
            "net_town": ("net_town_due", "net_town_ok", profile.towns),
            "net_village": ("net_village_due", "net_village_ok", profile.villages),
        }
        found = {
            "items_comparable": comparable,
            "materials_baseline": materials,
            "materials_current": materials - self._part("material_reduction", materials),
        }
        for course, (due, reached, whole) in wholes.items():
            found |= {due: whole, reached: self._part(course, whole)}
        return found

    def _times(self) -> dict[str, int]:
        unit = self.profile.unit
        statutory = self.items.total * draw_between(self.seed, unit, "statutory", least=16, most=21)
        before = draw_between(self.seed, unit, "construction", least=160, most=320)
        return {
            "days_statutory": statutory,
            "days_promised": statutory - self._part("time_cut", statutory),
            "construction_days_before": before,
            "construction_days_now": before - self._part("construction", before),
            "startups": self._startups(),
        }

    def _startups(self) -> int:
        per_cent = _STARTUPS_IN_MONTH[self.period.month - 1] * _EPIDEMIC.get(self.period, 100)
        varied = draw_between(self.seed, self.profile.unit, self.month, "startups", least=92, most=108)
        return max(1, self.profile.startups * per_cent * varied // 1_000_000)
