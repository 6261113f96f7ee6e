"""An address says everything a page shows, and nothing written into it can break a page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.window.access import local_path
from dashboard.window.address import Address, address_of


def test_an_address_is_read_and_written() -> None:
    address = address_of(
        "/targets/TG-05A", "?month=2019-09&as_of=2019-10-05T18:00&lang=en&unit=441202", timezone=lambda: "Asia/Shanghai"
    )
    assert address == Address(
        path="/targets/TG-05A",
        month=date(2019, 9, 1),
        as_of=datetime(2019, 10, 5, 10, 0, tzinfo=UTC),
        language="en",
        kept=(("unit", "441202"),),
    )
    path, _mark, query = address.href().partition("?")
    assert address_of(path, "?" + query) == address


def test_what_cannot_be_read_is_left_out_and_said() -> None:
    address = address_of("/", "?month=2019-13&as_of=soon&lang=xx")
    assert (address.month, address.as_of, address.language) == (None, None, "zh")
    assert address.misread == (("month", "2019-13"), ("as_of", "soon"), ("lang", "xx"))
    assert address_of("/", "?mont=2019-09&month=2019-08").misread == (("mont", "2019-09"),)


def test_what_no_text_may_hold_is_no_part_of_an_address() -> None:
    address = address_of("/admin", "?show=accounts&user=a%00b&unit=%00&%00=x")
    assert address.kept == (("show", "accounts"),)
    assert address.misread == (("user", "a�b"), ("unit", "�"), ("�", "x"))


def test_a_page_for_a_room_stays_one_from_page_to_page() -> None:
    address = address_of("/", "?view=projector&month=2019-09&map=TG-05A")
    assert address.projected
    assert address.to("/tasks") == "/tasks?month=2019-09&view=projector"
    assert address.projecting(False) == "/?month=2019-09&map=TG-05A"
    assert address_of("/", "?view=cinema").misread == (("view", "cinema"),)


@given(st.text(), st.text())
def test_any_address_is_read(path: str, search: str) -> None:
    address = address_of(path, search)
    assert address.href().startswith("/")
    assert not address.href().startswith("//")


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
