"""The dataset `contributions`: rows that add up as they are written, and that anyone can compute again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import BadRequest
from tests.beginnings import beginning
from tests.metrics.commands.test_revise_target import EVALUATOR
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post

HUNDREDTH = Fraction(1, 100)


@beginning
def figures(session: WriteSession) -> WriteSession:
    """Two units in both months, one that enters, one whose denominator of new items is another."""
    for unit, month, online in (
        ("441202", "2019-08", 620),
        ("441203", "2019-08", 700),
        ("441202", "2019-09", 699),
        ("441203", "2019-09", 701),
        ("441204", "2019-09", 333),
    ):
        post(session, unit, month, items_online=online)
    return session


def test_written_parts_add_up_and_follow_from_the_counts(figures: WriteSession) -> None:
    found = rows(pulled(figures, "contributions"))
    by_indicator: dict[str, list[dict[str, str]]] = {}
    for row in found:
        by_indicator.setdefault(row["indicator_code"], []).append(row)
    for of_one in by_indicator.values():
        cells = [row for row in of_one if row["contribution"]]
        assert {(row["period_from"], row["period_to"]) for row in of_one} == {("2019-08", "2019-09")}
        assert sum(Decimal(row["contribution"]) for row in cells) == Decimal(of_one[0]["change"])
        sums = [
            [sum(Fraction(row[f"{name}_{when}"] or 0) for row in cells) for name in ("numerator", "denominator")]
            for when in ("before", "after")
        ]
        middle = sum(above / below for above, below in sums) / 2
        size = (sums[0][1] + sums[1][1]) / 2
        for row in cells:
            assert Decimal(row["rate_effect"]) + Decimal(row["denominator_effect"]) == Decimal(row["contribution"])
            above, below = (
                Fraction(row[f"{name}_after"] or 0) - Fraction(row[f"{name}_before"] or 0)
                for name in ("numerator", "denominator")
            )
            scale = 1 if row["indicator_code"] == "startup_time" else 100
            exact = scale * (above - middle * below) / size
            assert abs(exact - Fraction(row["contribution"])) < 2 * HUNDREDTH


def test_states_are_named_and_what_is_in_no_sum_has_no_part(figures: WriteSession) -> None:
    found = {row["unit_code"]: row for row in rows(pulled(figures, "contributions", target="TG-05A", lang="en"))}
    assert (found["441202"]["state"], found["441204"]["state"]) == ("reported", "entered")
    assert (found["441223"]["state"], found["441223"]["contribution"]) == ("absent", "")
    assert (found["441204"]["rate_effect"], found["441204"]["numerator_before"]) == ("0.00", "")
    assert found["441202"]["unit_of_measure"] == "percentage points"
    assert {row["change"] for row in found.values()} == {"-8.23"}  # 1320/2000 to 1733/3000


def test_any_two_months_can_be_asked_for_and_one_unit(figures: WriteSession) -> None:
    asked = {"period_from": "2019-05", "period_to": "2019-08", "indicator": "online_rate", "unit": "441202"}
    [row] = rows(pulled(figures, "contributions", **asked))
    assert (row["state"], row["change"], row["contribution"]) == ("entered", "", "")
    assert rows(pulled(figures, "contributions", target="TG-05A", indicator="startup_time")) == []
    assert len(rows(pulled(figures, "contributions", indicator=["online_rate", "startup_time"], unit="441202"))) == 2


def test_a_target_that_the_two_months_judge_by_other_indicators_is_not_subtracted(figures: WriteSession) -> None:
    after = {"indicator": "one_window_rate", "effective_from": "2019-09-01", "reason": "改按一窗率考核"}
    clause = {"where": "肇府办〔2019〕9号", "line": 1, "quote": "改按一窗率考核"}
    revise_target(figures, "TG-05A", principal=EVALUATOR, body=after | {"citations": [clause]})
    with pytest.raises(BadRequest) as refused:
        pulled(figures, "contributions", target="TG-05A", period_from="2019-08", period_to="2019-09")
    (problem,) = refused.value.problems
    assert problem.code == "target_indicator_changed"
    assert "online_rate in 2019-08 and by one_window_rate in 2019-09" in problem.message.en
    for months, indicator in ((("2019-07", "2019-08"), "online_rate"), (("2019-09", "2019-10"), "one_window_rate")):
        asked = dict(zip(("period_from", "period_to"), months, strict=True))
        assert {r["indicator_code"] for r in rows(pulled(figures, "contributions", target="TG-05A", **asked))} == {
            indicator
        }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"period_from": "2019-09", "period_to": "2019-09"}, "parameter_conflict"),
        ({"period_from": "2020-01"}, "parameter_conflict"),
        ({"under": "441202"}, "under_unknown"),
        ({"under": ["441200", "441200"]}, "parameter_repeated"),
    ],
)
def test_what_cannot_be_compared_is_refused(figures: WriteSession, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        pulled(figures, "contributions", **given)
    assert refused.value.code == code
