"""An address says everything a page shows, and nothing written into it can break a page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access import local_path
from dashboard.place import Place, as_of_text, parse_as_of, place_of


def test_an_address_is_read_and_written() -> None:
    place = place_of("/targets/TG-05A", "?month=2019-09&as_of=2019-10-05T18:00&lang=en&unit=441202")
    assert place == Place(
        path="/targets/TG-05A",
        month=date(2019, 9, 1),
        as_of=datetime(2019, 10, 5, 10, 0, tzinfo=UTC),
        language="en",
        kept=(("unit", "441202"),),
    )
    path, _mark, query = place.href().partition("?")
    assert place_of(path, "?" + query) == place


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("17", 17),
        ("2019-10-05", datetime(2019, 10, 5, 15, 59, 59, 999999, tzinfo=UTC)),
        ("2019-10-05 18:00", datetime(2019, 10, 5, 10, 0, tzinfo=UTC)),
        ("2019-10-05T18:00+00:00", datetime(2019, 10, 5, 18, 0, tzinfo=UTC)),
        ("2019-10-05T18:00:00 08:00", datetime(2019, 10, 5, 10, 0, tzinfo=UTC)),  # + is a blank in an address
        ("yesterday", None),
        ("٣", None),
        ("9" * 40, None),
        ("0001-01-01", None),
    ],
)
def test_a_moment_a_day_or_a_number(text: str, meant: datetime | int | None) -> None:
    assert parse_as_of(text, timezone="Asia/Shanghai") == meant


def test_what_cannot_be_read_is_left_out_and_said() -> None:
    place = place_of("/", "?month=2019-13&as_of=soon&lang=xx")
    assert (place.month, place.as_of, place.language) == (None, None, "zh")
    assert place.misread == (("month", "2019-13"), ("as_of", "soon"), ("lang", "xx"))
    assert place_of("/", "?mont=2019-09&month=2019-08").misread == (("mont", "2019-09"),)


def test_a_page_for_a_room_stays_one_from_page_to_page() -> None:
    place = place_of("/", "?view=projector&month=2019-09&map=TG-05A")
    assert place.projected
    assert place.to("/tasks") == "/tasks?month=2019-09&view=projector"
    assert place.projecting(False) == "/?month=2019-09&map=TG-05A"
    assert place_of("/", "?view=cinema").misread == (("view", "cinema"),)


@given(st.text(), st.text())
def test_any_address_is_read(path: str, search: str) -> None:
    place = place_of(path, search)
    assert place.href().startswith("/")
    assert not place.href().startswith("//")


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  bounds are naive by hypothesis' rule
def test_a_moment_survives_its_writing(moment: datetime) -> None:
    assert parse_as_of(as_of_text(moment), timezone="Asia/Shanghai") == moment


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "/\t/example.org",
        "/sign-in",
        "/%0d%0aSet-Cookie:x\r\n",
    ],
)
def test_after_signing_in_nobody_is_sent_elsewhere(elsewhere: str | None) -> None:
    assert local_path(elsewhere) == "/"


def test_after_signing_in_one_is_back_where_one_was() -> None:
    assert local_path("/targets/TG-05A?month=2019-09&lang=en") == "/targets/TG-05A?month=2019-09&lang=en"
