"""A test that is not counted as covering runs without the tracer, which makes it two or three times as long."""

from __future__ import annotations

import os
import sys

from coverage import Coverage

from tests.conftest import NOT_COUNTED
from tests.serving import ROOT


def test_nothing_counts_while_a_test_runs_that_is_not_counted() -> None:
    assert Coverage.current() is None
    assert sys.gettrace() is None
    assert "COVERAGE_PROCESS_CONFIG" not in os.environ  # its processes count nothing either


def test_what_is_not_counted_is_there() -> None:
    for named in NOT_COUNTED:
        file, *within = named.split("::")
        assert f"def {within[-1] if within else ''}" in (ROOT / file).read_text(encoding="utf-8"), named
