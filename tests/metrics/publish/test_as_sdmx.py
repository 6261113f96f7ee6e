"""SDMX-CSV 2.0: the same figures as the plain pull, keyed once, read by somebody else's program."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.errors import BadRequest
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.pull import check_pull, parse_pull
from metrics.publish.rendering import render
from metrics.queries.reader_view import view_for
from metrics.submission_states import Action
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import BUREAU, post

KEYS = {
    "observations": ("unit_code", "element_code", "period"),
    "rates": ("unit_code", "indicator_code", "period"),
}


def message(session: WriteSession, name: str, **given: str) -> bytes:
    dataset = SDMX_DATASETS[f"{name}.sdmx"]
    pull = parse_pull(dataset, {key: [value] for key, value in given.items()}, timezone=lambda: "Asia/Shanghai")
    view = view_for(session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
    check_pull(pull, view)
    with render(dataset, session=session, view=view, pull=pull, form="csv").file as file:
        return file.read()


def version(session: WriteSession, unit: str) -> int:
    """The identifier of the unit's submission of the month."""
    standing = find_version(session, unit=unit, period=date(2019, 9, 1))
    assert standing is not None
    return standing.id


def observed(content: bytes) -> dict[tuple[str, ...], dict[str, str]]:
    """The observations by the key that their dimensions are; none stands twice."""
    found = rows(content)
    kept = {tuple(row[name] for name in list(row)[3:7]): row for row in found}
    assert len(kept) == len(found)
    return kept


@pytest.mark.parametrize("name", ["observations", "rates"])
def test_every_figure_stands_under_its_key_exactly_as_in_the_plain_pull(session: WriteSession, name: str) -> None:
    post(session, items_online=850)
    post(session, items_online=860)
    post(session, "441203", "2019-08")
    plain = rows(pulled(session, name))
    kept = observed(message(session, name))
    assert {key[1:]: row["OBS_VALUE"] for key, row in kept.items()} == {
        tuple(row[column] for column in KEYS[name]): row["value"] for row in plain
    }
    assert {key[0] for key in kept} == {"M"}
    assert [row["STATE"] for row in kept.values()] == [row["state"] for row in plain]


@pytest.mark.parametrize("name", ["observations", "rates"])
def test_the_heading_is_the_profiles(session: WriteSession, name: str) -> None:
    heading = next(csv.reader(io.StringIO(message(session, name).decode())))
    own = "ELEMENT" if name == "observations" else "INDICATOR"
    assert heading[:9] == [
        *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
        *("FREQ", "REF_AREA", own, "TIME_PERIOD"),
        *("OBS_VALUE", "OBS_STATUS"),
    ]
    assert "UNIT_MEASURE" in heading
    assert heading == [column.name for column in SDMX_DATASETS[f"{name}.sdmx"].columns]


def test_the_status_says_what_was_checked_and_why_a_value_is_missing(session: WriteSession) -> None:
    post(session, channels_due=0, channels_same_source=0)
    verified = post(session, "441203")
    verify_submission(session, principal=BUREAU, submission_id=version(session, "441203"))
    refused = post(session, "441204")
    verify_submission(
        session, principal=BUREAU, submission_id=version(session, "441204"), action=Action.SEND_BACK, reason="不符"
    )
    assert verified < refused
    kept = observed(message(session, "rates"))

    def status(unit: str, indicator: str = "online_rate") -> tuple[str, bool]:
        row = kept["M", unit, indicator, "2019-09"]
        return row["OBS_STATUS"], row["OBS_VALUE"] == ""

    assert [status(unit) for unit in ("441202", "441203", "441204", "441223")] == [
        ("V", False),
        ("A", False),
        ("U", False),
        ("L", True),
    ]
    assert {row["OBS_STATUS"] for row in kept.values() if row["DENOMINATOR"] == "0"} == {"M"}


def test_what_was_known_earlier_is_the_same_message_again(session: WriteSession) -> None:
    seq = post(session, items_online=850)
    before = message(session, "rates", as_of=str(seq))
    post(session, items_online=700)
    assert message(session, "rates", as_of=str(seq)) == before != message(session, "rates")


@pytest.mark.parametrize("parameter", [{"history": "true"}, {"bom": "1"}])
def test_what_would_break_the_profile_is_refused(session: WriteSession, parameter: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        message(session, "observations", **parameter)
