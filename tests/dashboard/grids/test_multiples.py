"""Of many units those are drawn that are farthest from the target."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from dashboard.grids.multiples import farthest
from tests.metrics.verdicts.columns import Judgement
from tests.metrics.verdicts.test_verdict_table import judgements


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements())
def test_the_farthest_from_the_target_come_first(judgement: Judgement) -> None:
    table, gaps = judgement.in_columns(), [verdict.gap for verdict in judgement.one_by_one()]
    rows = np.arange(len(table))
    assert farthest(table, rows).tolist() == rows.tolist()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dashboard.grids.multiples.MOST", len(rows) - 1)
        order = sorted(rows.tolist(), key=lambda row: (gaps[row] is None, gaps[row] or Fraction(0)))
        assert farthest(table, rows).tolist() == order[:-1]
