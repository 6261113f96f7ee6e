"""Units counted in whole columns are those counted verdict by verdict."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.verdicts.tallies import tally
from tests import tally_oracle
from tests.metrics.verdicts.columns import Judgement
from tests.metrics.verdicts.test_attention_table import LIGHT, set_by_hand
from tests.metrics.verdicts.test_verdict_table import judgements


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements(), st.data())
def test_a_tally_is_that_of_the_slow_code(judgement: Judgement, data: st.DataObject) -> None:
    table, plan = judgement.in_columns(), judgement.plan
    lights = data.draw(st.dictionaries(st.integers(0, len(table) - 1), LIGHT, max_size=3))
    core = data.draw(st.sets(st.sampled_from([target.code for target in judgement.targets])))
    verdicts = [
        set_by_hand(verdict, lights[row]) if row in lights else verdict
        for row, verdict in enumerate(judgement.one_by_one())
    ]
    for units in ([plan.root], plan.reporting_units):
        slow = tally_oracle.tally(plan, units, verdicts, core=core)
        assert tally(plan, units, replace(table, by_hand=lights), core=core) == slow
