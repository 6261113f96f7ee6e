"""Which stage of a commitment matters on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from metrics.commitments import commitments
from metrics.results import Status
from tests.metrics.test_tally import PLAN, verdict

DUE, LAST = date(2019, 9, 30), date(2020, 6, 30)


@pytest.mark.parametrize(
    ("on", "first", "second", "current"),
    [
        (date(2019, 8, 31), Status.ON_TRACK, Status.ON_TRACK, "TG-05A"),
        (date(2019, 8, 31), Status.MET, Status.ON_TRACK, "TG-05B"),
        (DUE, Status.MET, Status.ON_TRACK, "TG-05A"),
        (DUE, Status.BEHIND, Status.BEHIND, "TG-05A"),
        (date(2019, 10, 31), Status.MET, Status.ON_TRACK, "TG-05B"),
        (LAST, Status.OVERDUE, Status.BEHIND, "TG-05B"),
        (date(2020, 7, 31), Status.MET, Status.MET, "TG-05B"),
    ],
)
def test_on_the_day_that_a_stage_is_due_that_stage_is_shown_and_else_the_first_that_is_not_met(
    on: date, first: Status, second: Status, current: str
) -> None:
    targets = [PLAN.general_targets[code][-1] for code in ("TG-05A", "TG-05B")]
    stages = [
        replace(verdict("441200", first), evaluated_on=on),
        replace(
            verdict("441200", second, "TG-05B"),
            indicator_code="online_rate_after_exemptions",
            due_on=LAST,
            evaluated_on=on,
        ),
    ]
    (found,) = commitments(PLAN, stages, {}, targets=targets)
    assert [stage.target_code for stage in found.stages] == ["TG-05A", "TG-05B"]
    assert found.current.target_code == current
