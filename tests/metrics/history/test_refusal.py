"""One bad place refuses a file of history whole, and every bad place is named with its row and column."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from metrics.commands.lock_period import lock_period
from metrics.database import write_session
from metrics.plan.store import plan_at
from tests.builders import whole_values
from tests.databases import Database
from tests.histories import Line, history_lines
from tests.metrics.history.loading import BUREAU, RECEIVED, counted, load, places, refused


def test_one_bad_row_refuses_the_file_and_every_bad_place_is_named(database: Database, tmp_path: Path) -> None:
    lines = history_lines("441202", "2019-09")
    bad: dict[int, Line] = {
        0: ("nobody", "2019-09", "items_total", 1000),
        1: ("441202", "2019年9月", "items_licensing", 400),
        2: ("441202", "2019-09", "colour", 50),
        3: ("441202", "2019-09", "items_confirmation", "1,000"),
        4: ("441202", "2019-09", "items_reward", -1),
        5: ("441202", "2019-09", "items_adjudication", "20.5"),
        6: ("441202", "2019-09", "items_public_service", 10**12),
        7: ("441200", "2019-09", "items_online", 1),
        8: ("441202", "2999-01", "items_online", 1),
    }
    lines = [bad.get(at, line) for at, line in enumerate(lines)] + [("441202", "2019-09", "items_online")]
    lines = [line if "," not in str(line[-1]) else (*line[:3], f'"{line[3]}"') for line in lines]
    before, error = counted(), refused(tmp_path, lines)
    assert (error.code, counted()) == ("file_invalid", before)
    assert places(error) == [
        (2, "A", "unit_unknown", "nobody"),
        (3, "B", "period_unknown", "2019年9月"),
        (4, "C", "element_unknown", "colour"),
        (5, "D", "value_thousands_separator", "1,000"),
        (6, "D", "value_negative", "-1"),
        (7, "D", "value_fractional", "20.5"),
        (8, "D", "value_too_large", "1000000000000"),
        (9, "A", "unit_rolled_up", "441200"),
        (10, "B", "period_future", "2999-01"),
        (47, None, "row_odd", "441202,2019-09,items_online"),
    ]
    assert all(problem.message.zh and problem.message.en for problem in error.problems)


def test_what_rows_say_together_is_checked_as_well(database: Database, tmp_path: Path) -> None:
    lines = [
        *history_lines("441202", "2019-09", items_online=None),  # half a block
        *history_lines("441203", "2019-09", items_total=999),  # sums that do not come out
        ("441203", "2019-09", "items_instant", 351),  # twice
    ]
    error = refused(tmp_path, lines)
    found = {(problem.row, problem.code) for problem in error.problems}
    assert {(91, "figure_twice"), (2, "block_incomplete"), (47, "categories_sum")} <= found
    assert error.problems_total == len(error.problems)


def test_a_figure_that_contradicts_a_stored_one_or_adds_to_a_submission_refuses_the_file(
    database: Database, tmp_path: Path
) -> None:
    block = {code: None for code in whole_values() if code.startswith("net_")}
    load(tmp_path, history_lines("441202", "2019-09", **block))
    before = counted()
    error = refused(tmp_path, [*history_lines("441202", "2019-09", items_instant=351), *history_lines("441203")])
    found = [(code, given) for _, _, code, given in places(error)]
    assert found == [("figure_contradicts", "351"), *[("submission_there", None)] * len(block)]
    assert counted() == before


def test_at_most_a_thousand_places_are_named_and_all_are_counted(database: Database, tmp_path: Path) -> None:
    error = refused(tmp_path, [("nobody", "2019-09", "items_total", "x")] * 2500)
    assert (len(error.problems), error.problems_total) == (1000, 5000)
    assert "5000" in error.message.zh


def test_a_locked_month_refuses_the_file(database: Database, tmp_path: Path) -> None:
    with write_session() as session:
        lock_period(session, date(2019, 9, 1), plan=plan_at(session), principal=BUREAU, reason="关账")
    error = refused(tmp_path, [*history_lines("441202", "2019-08"), *history_lines("441202", "2019-09")])
    assert places(error) == [(47, "B", "period_locked", "441202 2019-09")]


def test_checks_that_only_a_reviewer_may_except_refuse_the_file(database: Database, tmp_path: Path) -> None:
    lines = history_lines("441202", "2019-08")
    lines += history_lines("441202", "2019-09", systems_due=0, systems_connected=0)
    assert [code for _, _, code, _ in places(refused(tmp_path, lines))] == ["denominator_vanished"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("soon", "received_unknown"),
        ("2999-01-01", "received_future"),
        ("2019-09-29T23:59:59+08:00", "received_too_early"),
    ],
)
def test_moments_that_cannot_be_are_refused(database: Database, tmp_path: Path, said: str, code: str) -> None:
    lines = history_lines("441202", "2019-09", "2019-09-30T00:00:00+08:00")
    lines[3] = (*lines[3][:4], said)
    error = refused(tmp_path, lines, headings=RECEIVED)
    assert places(error)[0] == (5, "E", code, said)


@pytest.mark.parametrize("option", ["2019-09-20", "2019-09-20T15:59:59.999999Z"])
def test_a_moment_said_for_the_whole_file_is_named_in_local_time(
    database: Database, tmp_path: Path, option: str
) -> None:
    """What no row says was given as an option, and is quoted as people read moments."""
    error = refused(tmp_path, history_lines("441202", "2019-09"), received=option)
    assert places(error)[0] == (2, None, "received_too_early", "")
    message = error.problems[0].message
    assert "“2019-09-20 23:59:59”" in message.zh
    assert message.en.startswith("'2019-09-20 23:59:59' is before")


def test_one_submission_says_one_moment(database: Database, tmp_path: Path) -> None:
    lines = history_lines("441202", "2019-09", "2019-10-01")
    lines[0] = (*lines[0][:4], "2019-10-02")
    assert [code for _, _, code, _ in places(refused(tmp_path, lines, headings=RECEIVED))] == ["received_differs"]
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert refused(tmp_path, lines, received=future).code == "received_unknown"
