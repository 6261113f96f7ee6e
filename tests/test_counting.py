"""What is covered is counted in a run of its own: in any other, tests run without the tracer (decision 230)."""

from __future__ import annotations

import os
import sys
from itertools import takewhile

import pytest
from coverage import Coverage

from tests.conftest import NOT_COUNTED, counts
from tests.serving import ROOT


def commands(target: str) -> str:
    """What `make` runs for `target`."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{target}:"))
    return "\n".join(takewhile(lambda line: line.startswith("\t"), lines[start + 1 :]))


def test_nothing_counts_while_a_test_runs_that_is_not_counted() -> None:
    assert Coverage.current() is None
    assert sys.gettrace() is None
    assert "COVERAGE_PROCESS_CONFIG" not in os.environ  # its processes count nothing either


def test_what_is_not_counted_is_there() -> None:
    for named in NOT_COUNTED:
        file, *within = named.split("::")
        assert f"def {within[-1] if within else ''}" in (ROOT / file).read_text(encoding="utf-8"), named


def test_only_the_run_of_its_own_counts_and_torture_makes_it() -> None:
    assert "--cov" not in commands("test")
    assert "--cov " in commands("coverage")
    assert "\ntorture: coverage\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("named", "drawn", "counted"),
    [
        ("tests/metrics/test_rates.py::test_one", False, True),
        ("tests/metrics/test_rates.py::test_one", True, False),
        ("tests/dashboard/test_pages.py::test_one", False, False),
        (f"{NOT_COUNTED[0]}::test_one", False, False),
    ],
)
def test_examples_drawn_at_random_and_what_is_named_do_not_count(named: str, drawn: bool, counted: bool) -> None:
    assert counts(named, drawn=drawn) is counted
