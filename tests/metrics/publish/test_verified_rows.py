"""On the basis `verified` a pull of computed figures has the rows it has on `submitted`, empty where nothing counts."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.submission_states import Action
from tests.beginnings import beginning
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import BUREAU, post

pytestmark = pytest.mark.usefixtures("sent")

KEYS = {
    "rates": ("unit_code", "period", "indicator_code"),
    "progress": ("unit_code", "target_code"),
    "leaderboard": ("unit_code", "period"),
}
MONTHS = ("2019-08", "2019-09", "2019-10")


@beginning
def sent(session: WriteSession) -> None:
    """Three months of one unit, none of them verified."""
    for month in MONTHS:
        post(session, period=month)


def check(session: WriteSession, month: str, *, back: bool = False) -> None:
    found = find_version(session, unit="441202", period=date.fromisoformat(f"{month}-01"))
    assert found is not None
    step = Action.SEND_BACK if back else Action.VERIFY
    verify_submission(session, principal=BUREAU, submission_id=found.id, action=step, reason="核对" if back else "")


def table(session: WriteSession, name: str, **parameters: str) -> list[dict[str, str]]:
    return rows(pulled(session, name, **parameters))


def keys(session: WriteSession, name: str, **parameters: str) -> list[tuple[str, ...]]:
    return [tuple(row[key] for key in KEYS[name]) for row in table(session, name, **parameters)]


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("verified", [(), ("2019-08",), ("2019-09",), MONTHS[:2], MONTHS])
@pytest.mark.parametrize("period", [None, *MONTHS])
def test_the_rows_are_those_of_everything_that_was_sent(
    session: WriteSession, name: str, verified: tuple[str, ...], period: str | None
) -> None:
    for month in verified:
        check(session, month)
    asked = {} if period is None else {"period": period}
    expected = keys(session, name, **asked)
    assert expected
    if name != "leaderboard" or period is not None or verified[-1:] == MONTHS[-1:] or not verified:
        assert sorted(keys(session, name, basis="verified", **asked)) == sorted(expected)


def test_what_is_not_verified_has_no_value_and_says_so(session: WriteSession) -> None:
    check(session, "2019-08")
    check(session, "2019-10", back=True)
    found = {
        (row["unit_code"], row["period"]): (row["value"], row["state"])
        for row in table(session, "rates", basis="verified", indicator="online_rate", unit="441202")
    }
    assert found == {
        ("441202", "2019-08"): ("85.00", "verified"),
        ("441202", "2019-09"): ("", "not_reported"),
        ("441202", "2019-10"): ("", "not_reported"),
    }
    ranked = table(session, "leaderboard", basis="verified", period="2019-10")
    assert {(row["rank"], row["score"]) for row in ranked} == {("", "")}


def test_a_month_of_which_nothing_was_sent_has_no_rows_on_either_basis(session: WriteSession) -> None:
    for name in ("rates", "leaderboard"):
        for basis in ("submitted", "verified"):
            assert table(session, name, basis=basis, period="2019-12") == []
