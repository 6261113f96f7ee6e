"""A pull with `history=true` holds every pull as of an entry: the rows known then are the rows of that pull."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from metrics.commands.override_light import override_light
from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.publish import vintages
from metrics.publish.dataset import Pull
from metrics.results import Light
from tests.matrices import WHOLE
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.publish.test_vintages import EVALUATOR, city_plan, rename, revise
from tests.metrics.queries.test_views import disturb, post

KNOWN = ("known_from_seq", "known_from", "known_until_seq")
PULLS: dict[str, tuple[str, dict[str, Any]]] = {
    "rates": ("rates", {}),
    "rates verified": ("rates", {"basis": "verified", "indicator": ["online_rate"]}),
    "rates of a unit and the city": ("rates", {"unit": ["441202", "441200"], "period_to": "2019-09"}),
    "progress": ("progress", {}),
    "progress in a month": ("progress", {"period": "2019-09", "unit": ["441203", "441200"], "lang": "en"}),
    "progress verified": ("progress", {"basis": "verified", "target": ["TG-05A"]}),
}


def lived(session: WriteSession) -> list[int]:
    """The places of the ledger after each of some steps: figures, reviews, a target, names, a light set by hand."""
    chance = random.Random("vintages")
    post(session, "441202", "2019-08")
    places = [newest_seq(session)]
    for step in range(14):
        if step in (5, 9):
            revise(session, chance, step)
        elif step == 7:
            rename(session, chance, step)
        elif step == 8:
            by_hand(session)
        else:
            disturb(session, chance)
        places.append(newest_seq(session))
    return sorted(set(places))


def by_hand(session: WriteSession) -> None:
    override_light(
        session,
        principal=EVALUATOR,
        unit="441202",
        target="TG-05A",
        period=date(2019, 8, 1),
        light=Light.RED,
        reason="现场核查未见改进",
    )


def test_the_rows_known_at_an_entry_are_those_of_the_pull_as_of_it(session: WriteSession) -> None:
    places = lived(session)
    assert len(places) > 12
    for turn, (kind, (name, given)) in enumerate(PULLS.items()):
        vintages_of = rows(pulled(session, name, history="true", **given))
        assert list(vintages_of[0])[-3:] == list(KNOWN)
        assert [int(row["known_from_seq"]) for row in vintages_of] == sorted(
            int(row["known_from_seq"]) for row in vintages_of
        )
        for place in places if WHOLE else places[turn % 2 :: 2]:
            known = [
                {column: cell for column, cell in row.items() if column not in KNOWN}
                for row in vintages_of
                if int(row["known_from_seq"]) <= place < int(row["known_until_seq"] or place + 1)
            ]
            then = rows(pulled(session, name, as_of=str(place), **given))
            assert sorted(map(str, known)) == sorted(map(str, then)), f"{kind} as of {place}"


def test_a_vintage_that_ends_is_followed_where_its_row_goes_on(session: WriteSession) -> None:
    first = post(session, items_online=600)
    second = post(session, items_online=700)
    found = rows(pulled(session, "rates", history="true", unit=["441202"], indicator=["online_rate"]))
    assert [(row["known_from_seq"], row["known_until_seq"]) for row in found] == [
        (str(first), str(second)),
        (str(second), ""),
    ]
    assert [row["value"] for row in rows(pulled(session, "rates", unit=["441202"], indicator=["online_rate"]))] == [
        found[1]["value"]
    ]


def test_a_history_too_long_to_be_made_is_refused_in_words(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(session)
    post(session, "441203")
    monkeypatch.setattr(vintages, "MOST_ENTRIES", 1)
    with pytest.raises(BadRequest, match="history_too_long"):
        pulled(session, "rates", history="true")


def test_what_is_carried_into_later_months_has_its_vintages_and_what_came_before_has_none_of_it(
    session: WriteSession,
) -> None:
    """Months that nobody sent lie between; a correction reaches as many months on as figures are carried."""
    places = [
        post(session, unit, period, items_online=online)
        for unit, period, online in (
            ("441202", "2019-03", 600),
            ("441203", "2019-09", 610),
            ("441203", "2019-04", 620),
            ("441202", "2019-01", 630),
            ("441202", "2019-03", 640),
            ("441203", "2019-11", 650),
        )
    ]
    found = rows(pulled(session, "rates", history="true", indicator=["online_rate"]))
    for place in places:
        known = [row for row in found if int(row["known_from_seq"]) <= place < int(row["known_until_seq"] or place + 1)]
        known = [{name: cell for name, cell in row.items() if name not in KNOWN} for row in known]
        then = rows(pulled(session, "rates", as_of=str(place), indicator=["online_rate"]))
        assert sorted(map(str, known)) == sorted(map(str, then)), place
    corrected = {row["period"] for row in found if row["known_from_seq"] == str(places[4])}
    assert corrected == {"2019-03", "2019-04", "2019-05", "2019-06"}


def test_an_entry_about_a_month_after_the_one_judged_asks_nothing_of_verdicts() -> None:
    plan, august, september = city_plan(), date(2019, 8, 1), date(2019, 9, 1)
    reach = vintages._Reach(figures=(august, august), judged=JudgedMonth.of(august))
    pull = Pull(units=("441202",))

    def asked(period: date, before: vintages._Reach) -> Pull | None:
        entry = vintages._Entry(9, datetime(2019, 10, 1, tzinfo=UTC), "441202", period)
        return vintages._scope(entry, plan, before, reach, monthly=False).asked(pull)

    assert asked(september, reach) is None
    assert asked(august, reach) == pull
    earlier = vintages._Reach(figures=(august, august), judged=JudgedMonth.of(date(2019, 7, 1)))
    assert asked(september, earlier) == pull  # the month judged is another one: everything may differ
