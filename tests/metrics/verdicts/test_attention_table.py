"""The list of what needs attention in whole columns is the one told verdict by verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.attention import Attention, Reason
from metrics.periods import add_months
from metrics.results import Light, Override, Progress
from metrics.verdicts.attention_table import AttentionTable, Watched, attention_table
from metrics.verdicts.single_verdicts import single_verdicts
from metrics.verdicts.verdict_table import SIGNALS
from tests.attention_oracle import Owed, attention
from tests.matrices import WHOLE
from tests.metrics.verdicts.columns import Judgement, a_plan
from tests.metrics.verdicts.test_attention_by_hand import UNITS, listed
from tests.metrics.verdicts.test_verdict_table import PLAN, START, judgements

LIGHT = st.sampled_from(list(Light))


def set_by_hand(verdict: Progress, light: Light) -> Progress:
    said = Override(light, verdict.light, "已核实", "han", datetime(2020, 1, 1, tzinfo=UTC), 9)
    return replace(verdict, light=light, override=said)


@settings(max_examples=60 if WHOLE else 25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(judgements(), st.data())
def test_the_list_is_that_of_the_slow_code(judgement: Judgement, data: st.DataObject) -> None:
    table, plan = judgement.in_columns(), judgement.plan
    rows = st.integers(0, len(table) - 1)
    lights = data.draw(st.dictionaries(rows, LIGHT, max_size=3))
    before = data.draw(st.dictionaries(rows, LIGHT, max_size=6))
    units = judgement.plan.reporting_units
    told = min(plan.months_apart[str(target.indicator)] for target in judgement.targets)
    targets = data.draw(st.sets(st.sampled_from([target.code for target in judgement.targets])))
    table = replace(table, by_hand=lights)
    verdicts = [
        set_by_hand(verdict, lights[row]) if row in lights else verdict
        for row, verdict in enumerate(judgement.one_by_one())
    ]
    codes = table.codes()
    until = data.draw(st.sampled_from([None, *(add_months(judgement.month.period, ahead) for ahead in (1, 3))]))
    dated = [one for one in verdicts if one.due_on is not None and one.unit_code == judgement.plan.root.code]
    fell_due = data.draw(st.lists(st.sampled_from(dated), max_size=2)) if dated else []
    slow = attention(
        verdicts,
        {key: list(course) for key, course in judgement.courses.items()},
        units=units,
        targets=targets,
        before={codes[row]: light for row, light in before.items()},
        first=START,
        until=until,
        fell_due=fell_due,
        owed=Owed({unit.code: max(plan.unit_months(unit), told) for unit in units}, plan.months_apart),
    )
    known = np.array([SIGNALS.index(before[row]) if row in before else -1 for row in range(len(table))])
    last = table.known.last_reported
    found = attention_table(Watched(table, units, targets, last, told, START, until, known, fell_due))

    def things(listed: AttentionTable) -> tuple[Attention, ...]:
        rows = listed.judged_rows
        overrides = {row: said for row, place in enumerate(rows.tolist()) if (said := verdicts[place].override)}
        return listed.things(single_verdicts(table.only(rows), overrides))

    assert things(found) == slow
    assert [row for row in found.row.tolist() if row < -1] == [-2 - place for place in range(len(fell_due))]
    assert found.counts == Counter((one.reason, one.verdict is not None) for one in slow)
    assert things(found.first_of_each(2)) == first_two_of_each(slow)


def first_two_of_each(listed: Sequence[Attention]) -> tuple[Attention, ...]:
    kinds = [(one.reason, one.verdict is not None) for one in listed]
    return tuple(one for place, one in enumerate(listed) if kinds[:place].count(kinds[place]) < 2)


def test_a_unit_that_begins_after_the_month_judged_is_missing_in_the_month_asked_for() -> None:
    begins = {"valid_from": date(2019, 10, 15)}
    units = tuple(unit.model_copy(update=begins) if unit.code == UNITS[2] else unit for unit in PLAN.units)
    plan = a_plan(units=units)
    found = listed(plan=plan, units=plan.reporting_units, until=date(2019, 11, 1))
    assert [one for one in found if one[1] == UNITS[2]] == [(Reason.NOT_REPORTED, UNITS[2], None, date(2019, 11, 1), 1)]
