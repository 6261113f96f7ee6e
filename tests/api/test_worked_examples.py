"""The domain's worked examples, end to end: counts posted over HTTP, figures read from CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.builders import whole_values
from tests.callers import Caller, caller


@pytest.fixture
def bureau(client: TestClient, session: WriteSession) -> Caller:
    """The city bureau, which may post for every unit and read everything."""
    return caller(client, session, "bureau", Role.REVIEWER)


def post(bureau: Caller, period: str, values: dict[str, Any], *, unit: str = "441202") -> None:
    answer = bureau.post({"unit": unit, "period": period, "values": values})
    assert answer.status_code == 201, answer.text


def read(bureau: Caller, dataset: str, **parameters: str) -> list[dict[str, str]]:
    answer = bureau.client.get(f"/api/v1/{dataset}.csv", params=parameters, headers=bureau.headers)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def rate(bureau: Caller, indicator: str, period: str, *, unit: str = "441202") -> dict[str, str]:
    return read(bureau, "rates", indicator=indicator, period=period, unit=unit)[0]


def verdict(bureau: Caller, target: str, on: str, *, unit: str = "441202") -> dict[str, str]:
    return read(bureau, "progress", target=target, on=on, unit=unit)[0]


def online(done: int, total: int) -> dict[str, int]:
    """The blocks items and online, with so many of so many items online."""
    categories = dict.fromkeys(
        ("items_payment", "items_confirmation", "items_reward", "items_adjudication", "items_public_service"), 0
    )
    return {
        "items_total": total,
        "items_licensing": total,
        **categories,
        "items_online": done,
        "items_full_online": 0,
    }


def trips(done: int, total: int) -> dict[str, int]:
    """The blocks items, exemptions and trips, with so many of so many items done in at most one trip."""
    blocks = online(0, total)
    exempt = dict.fromkeys(("exempt_online", "exempt_one_trip", "exempt_site", "exempt_law"), 0)
    return {
        **{code: value for code, value in blocks.items() if "online" not in code},
        **exempt,
        "items_trip0": 0,
        "items_trip1": done,
        "items_trip2plus": total - done,
    }


def materials(baseline: int, current: int) -> dict[str, int]:
    return {"items_comparable": 10, "materials_baseline": baseline, "materials_current": current}


@pytest.mark.parametrize(("counties", "shown"), [([(1, 2), (90, 100)], "89.22"), ([(500, 1000), (19, 20)], "50.88")])
def test_a_city_is_not_the_mean_of_its_counties(bureau: Caller, counties: list[tuple[int, int]], shown: str) -> None:
    for unit, (done, total) in zip(("441202", "441203"), counties, strict=True):
        post(bureau, "2019-09", online(done, total), unit=unit)
    city = rate(bureau, "online_rate", "2019-09", unit="441200")
    assert (city["value"], city["units_reported"], city["units_expected"]) == (shown, "2", "11")


@pytest.mark.parametrize(
    ("done", "total", "shown", "met"),
    [(6999, 10000, "69.99", False), (69996, 100000, "69.99", False), (70, 100, "70.00", True)],
)
def test_seventy_percent_is_reached_or_not(bureau: Caller, done: int, total: int, shown: str, met: bool) -> None:
    post(bureau, "2019-09", online(done, total))
    found = verdict(bureau, "TG-05A", "2019-09-30")
    assert (found["value"], found["status"] == "met") == (shown, met)
    assert rate(bureau, "online_rate", "2019-09")["value"] == shown


def test_all_but_four_of_a_hundred_thousand(bureau: Caller) -> None:
    post(bureau, "2020-06", trips(99996, 100000))
    found = verdict(bureau, "TG-04B", "2020-06-30")
    assert (found["value"], found["status"], found["gap"]) == ("99.99", "behind", "-0.01")


def test_nothing_of_nothing(bureau: Caller) -> None:
    post(bureau, "2019-09", {"startups": 0, "startup_days": "0"})
    assert rate(bureau, "startup_time", "2019-09")["value"] == ""
    assert verdict(bureau, "TG-06A", "2019-09-30")["status"] == "not_applicable"


def test_start_up_in_a_little_more_than_a_day(bureau: Caller) -> None:
    post(bureau, "2019-09", {"startups": 40, "startup_days": "42.0"})
    found = rate(bureau, "startup_time", "2019-09")
    assert (found["value"], found["unit_of_measure"]) == ("1.05", "工作日")
    assert verdict(bureau, "TG-06A", "2019-09-30")["status"] == "overdue"


def test_more_materials_than_before_are_accepted_with_a_warning(bureau: Caller) -> None:
    answer = bureau.post({"unit": "441202", "period": "2019-09", "values": materials(1000, 1100)})
    assert answer.status_code == 201
    assert "materials_grew" in {warning["code"] for warning in answer.json()["warnings"]}
    assert rate(bureau, "material_reduction", "2019-09")["value"] == "-10.00"


@pytest.mark.parametrize(
    ("course", "on", "status", "timing"),
    [
        ({"2019-09": 450, "2019-11": 390}, "2019-11-30", "met", "in_window"),
        ({"2019-09": 450, "2019-10": 430}, "2019-10-31", "rectifying", ""),
        ({"2019-09": 450, "2019-10": 430, "2020-01": 410}, "2020-01-31", "overdue", ""),
    ],
)
def test_sixty_percent_around_its_two_dates(
    bureau: Caller, course: dict[str, int], on: str, status: str, timing: str
) -> None:
    for period, left in course.items():
        post(bureau, period, materials(1000, left))
    found = verdict(bureau, "TG-04A", on)
    assert (found["status"], found["timing"]) == (status, timing)


def test_at_most_one_trip_a_month_late(bureau: Caller) -> None:
    post(bureau, "2020-06", trips(98, 100))
    post(bureau, "2020-07", trips(100, 100))
    found = verdict(bureau, "TG-04B", "2020-07-31")
    assert (found["status"], found["timing"], found["value"]) == ("met", "late", "100.00")


def test_a_rate_that_rose_because_items_went(bureau: Caller) -> None:
    post(bureau, "2019-08", online(80, 100))
    answer = bureau.post({"unit": "441202", "period": "2019-09", "values": online(80, 90)})
    assert answer.status_code == 201
    assert "denominator_watch" in {warning["code"] for warning in answer.json()["warnings"]}
    assert rate(bureau, "online_rate", "2019-09")["value"] == "88.89"


def test_december_2019_at_85_percent(bureau: Caller) -> None:
    """Rule 6: the first stage is met, the second open; an exemption counts in the second stage alone."""
    post(bureau, "2019-09", online(850, 1000))
    post(bureau, "2019-12", whole_values(items_online=850))
    first, second = verdict(bureau, "TG-05A", "2019-12-31"), verdict(bureau, "TG-05B", "2019-12-31")
    assert (first["status"], first["value"]) == ("met", "85.00")
    assert (second["status"] in ("on_track", "behind"), second["value"]) == (True, "85.86")
