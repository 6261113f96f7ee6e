"""Values to start a test from: valid until the test changes what it is about."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from metrics.results import Rate
from metrics.submission_states import State

UNIT = "441202"  # 端州区, a reporting unit of the plan under `seed/plan`
PERIOD = "2019-09"

_VALUES: dict[str, int | str] = {
    "items_total": 1000,
    "items_licensing": 400,
    "items_payment": 50,
    "items_confirmation": 100,
    "items_reward": 50,
    "items_adjudication": 20,
    "items_public_service": 380,
    "exempt_online": 10,
    "exempt_one_trip": 10,
    "exempt_site": 20,
    "exempt_law": 5,
    "items_online": 850,
    "items_full_online": 300,
    "items_one_window": 720,
    "items_hall_due": 980,
    "items_hall": 900,
    "items_trip0": 400,
    "items_trip1": 550,
    "items_trip2plus": 50,
    "items_platform_due": 1000,
    "items_platform": 950,
    "items_comparable": 900,
    "materials_baseline": 5000,
    "materials_current": 2200,
    "items_new": 10,
    "items_cancelled": 5,
    "days_statutory": 20000,
    "days_promised": 9000,
    "construction_days_before": 200,
    "construction_days_now": 90,
    "items_instant": 350,
    "startups": 40,
    "startup_days": "38.5",
    "systems_due": 12,
    "systems_connected": 9,
    "channels_due": 6,
    "channels_same_source": 5,
    "catalogue_items": 900,
    "catalogue_unified": 810,
    "net_county_due": 5,
    "net_county_ok": 5,
    "net_town_due": 12,
    "net_town_ok": 11,
    "net_village_due": 100,
    "net_village_ok": 80,
}


def whole_values(**changes: Any) -> dict[str, Any]:
    """Every element of the seed plan's form with a value that passes every check and warns of nothing.

    A change of None leaves the element out.
    """
    values: dict[str, Any] = {**_VALUES, **changes}
    return {code: value for code, value in values.items() if value is not None}


def whole_submission(unit: str = UNIT, period: str = PERIOD, **changes: Any) -> dict[str, Any]:
    """The body of a `POST /submissions` with :func:`whole_values`."""
    return {"unit": unit, "period": period, "values": whole_values(**changes)}


def sent_back_rate(numerator: int, denominator: int, **changes: Any) -> Rate:
    """A rate in percent as one unit reported it; nothing carried, not verified."""
    fields: dict[str, Any] = {
        "unit_code": UNIT,
        "period": date(2019, 9, 1),
        "indicator_code": "online_rate",
        "numerator": Fraction(numerator),
        "denominator": Fraction(denominator),
        "value": None if denominator == 0 else Fraction(100 * numerator, denominator),
        "state": State.SUBMITTED,
        "units_reported": 1,
        "units_carried": 0,
        "units_expected": 1,
    }
    return Rate(**(fields | changes))
