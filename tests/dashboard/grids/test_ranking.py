"""The ranking in whole columns is that of verdicts one by one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import HealthCheck, given, settings

from dashboard.grids.ranking import ranked
from metrics.plan.model import Direction
from metrics.ranking import ranks
from tests.metrics.verdicts.columns import Judgement
from tests.metrics.verdicts.test_verdict_table import judgements


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements())
def test_the_ranking_is_that_of_verdicts_one_by_one(judgement: Judgement) -> None:
    table, verdicts = judgement.in_columns(), judgement.one_by_one()
    indicator = judgement.plan.indicator_by_code[verdicts[0].indicator_code]
    better = 1 if indicator.direction is Direction.HIGHER else -1
    values = {  # those of another indicator have no rank among these
        row: None if one.value is None or one.indicator_code != indicator.code else better * one.value
        for row, one in enumerate(verdicts)
    }
    keys = {str(row): value for row, value in values.items()}
    best_first = sorted(values, key=lambda row: (values[row] is None, -(values[row] or Fraction(0))))
    found = ranked(table, np.arange(len(table)), indicator)
    assert found == [(row, ranks(keys)[str(row)]) for row in best_first]
    assert ranked(table, np.arange(0), indicator) == []
