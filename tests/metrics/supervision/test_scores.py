"""Scores of the performance assessment: the arithmetic against slow, obvious code; rules as they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.supervision.score_reading import ScoreRuleGiven, WrittenStep, read_number, read_rule
from metrics.supervision.scores import (
    SHIPPED,
    CoreTarget,
    Delivery,
    InquiryResult,
    JudgedSlip,
    NotCounted,
    ScoreFacts,
    ScorePart,
    ScoreRule,
    ScoreStep,
    SlipOutcome,
    rule_for,
    score_sheet,
    slip_outcome,
)
from metrics.supervision.slips import Done, SlipAct, slip_after
from tests.matrices import WHOLE
from tests.score_oracle import parts_of, score_of

MAY = date(2020, 5, 1)
A = SlipAct
EVEN = {part.value: 1 for part in ScorePart}


@st.composite
def steps(draw: st.DrawFn) -> tuple[ScoreStep, ...]:
    shares = sorted(draw(st.sets(st.integers(0, 100), max_size=4)))
    points = sorted(draw(st.lists(st.integers(0, 100), min_size=len(shares), max_size=len(shares))))
    return tuple(ScoreStep(Decimal(share) / 100, Decimal(one)) for share, one in zip(shares, points, strict=True))


@st.composite
def rules(draw: st.DrawFn) -> ScoreRule:
    weights = {part: Decimal(draw(st.integers(0, 3))) for part in ScorePart}
    weights[draw(st.sampled_from(ScorePart))] += 1
    return ScoreRule(weights, {part: draw(steps()) for part in draw(st.sets(st.sampled_from(ScorePart)))})


@st.composite
def known(draw: st.DrawFn) -> ScoreFacts:
    share = st.fractions(0, 1, max_denominator=40)
    targets = draw(st.lists(st.tuples(share, st.integers(1, 5)), max_size=4))
    inquiries = draw(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 100)), max_size=4))
    on_time = draw(st.lists(st.sampled_from([True, False, None]), max_size=6))
    outcomes = draw(st.lists(st.sampled_from(SlipOutcome), max_size=4))
    return ScoreFacts(
        "441202",
        targets=tuple(CoreTarget(f"T{n}", reached, Fraction(weight)) for n, (reached, weight) in enumerate(targets)),
        unreported=("T9",) if draw(st.integers(0, 9)) == 0 else (),
        owed=tuple(Delivery("submission", MAY, one) for one in on_time),
        slips=tuple(JudgedSlip(f"2020-{n}", outcome) for n, outcome in enumerate(outcomes, start=1)),
        inquiries=tuple(
            InquiryResult(39, "2019", f"f{n}", Decimal(score), Decimal(full), n)
            for n, (score, full) in enumerate(inquiries)
        ),
    )


@given(known(), rules())
@settings(max_examples=300 if WHOLE else 100)
def test_scores_are_those_of_the_slow_code(facts: ScoreFacts, rule: ScoreRule) -> None:
    sheet = score_sheet(facts, rule)
    assert {part.part.value: part.points for part in sheet.parts} == parts_of(facts, rule)
    assert sheet.score == score_of(facts, rule)
    assert sheet.score is None or 0 <= sheet.score <= 100


@given(known(), rules())
def test_more_is_never_worth_less(facts: ScoreFacts, rule: ScoreRule) -> None:
    better = replace(facts, targets=tuple(replace(one, reached=(one.reached + 1) / 2) for one in facts.targets))
    before, after = score_sheet(facts, rule).score, score_sheet(better, rule).score
    assert (before is None) == (after is None)
    assert before is None or after is None or before <= after


def test_a_part_with_nothing_to_judge_is_left_out_with_its_weight() -> None:
    facts = ScoreFacts("441202", targets=(CoreTarget("T1", Fraction(1, 2), Fraction(1)),))
    sheet = score_sheet(facts, SHIPPED)
    assert sheet.score == 50
    assert [part.not_counted for part in sheet.parts] == [None, *[NotCounted.NOTHING] * 3]


def test_who_has_not_reported_has_no_score_unless_figures_weigh_nothing() -> None:
    facts = ScoreFacts("441202", unreported=("T1",), owed=(Delivery("submission", MAY, True),))
    assert score_sheet(facts, SHIPPED).score is None
    light = replace(SHIPPED, weights={**SHIPPED.weights, ScorePart.ATTAINMENT: Decimal(0)})
    assert score_sheet(facts, light).score == 100


def test_steps_are_taken_by_each_target_and_from_their_share_on() -> None:
    stairs = {ScorePart.ATTAINMENT: (ScoreStep(Decimal("0.95"), Decimal(50)), ScoreStep(Decimal(1), Decimal(100)))}
    rule = replace(SHIPPED, steps=stairs)
    shares = (Fraction(95, 100), Fraction(94, 100), Fraction(1), Fraction(99, 100))
    facts = ScoreFacts("441202", targets=tuple(CoreTarget(f"T{n}", s, Fraction(1)) for n, s in enumerate(shares)))
    assert score_sheet(facts, rule).score == Fraction(50 + 0 + 100 + 50, 4)


def test_the_version_valid_latest_holds_and_of_equals_the_one_recorded_last() -> None:
    january, june = date(2020, 1, 1), date(2020, 6, 1)
    versions = tuple(
        replace(SHIPPED, valid_from=month, seq=seq) for seq, month in ((5, june), (7, january), (9, january))
    )
    assert rule_for(versions, date(2019, 12, 1)) is SHIPPED
    assert [rule_for(versions, month).seq for month in (january, MAY, june)] == [9, 9, 5]


@pytest.mark.parametrize(
    ("acts", "on", "outcome"),
    [
        ((), date(2020, 5, 20), None),  # due today
        ((), date(2020, 5, 21), SlipOutcome.LATE),
        ((Done(A.ANSWER, date(2020, 5, 20)),), date(2020, 5, 20), SlipOutcome.IN_TIME),
        ((Done(A.ANSWER, date(2020, 5, 21)),), date(2020, 6, 1), SlipOutcome.LATE),
        (
            (
                Done(A.ANSWER, date(2020, 5, 18)),
                Done(A.RETURN, date(2020, 5, 19)),
            ),
            date(2020, 5, 19),
            None,
        ),
        (
            (
                Done(A.ANSWER, date(2020, 5, 18)),
                Done(A.RETURN, date(2020, 5, 19)),
                Done(A.ANSWER, date(2020, 5, 20)),
                Done(A.REVIEW, date(2020, 5, 21)),
                Done(A.CLOSE, date(2020, 5, 22)),
            ),
            date(2020, 6, 1),
            SlipOutcome.SENT_BACK,
        ),
        ((Done(A.WITHDRAW, date(2020, 6, 1)),), date(2020, 6, 2), None),
    ],
)
def test_what_a_slip_counts_as(acts: tuple[Done, ...], on: date, outcome: SlipOutcome | None) -> None:
    begun = (Done(A.ISSUE, date(2020, 5, 1), due_on=date(2020, 5, 20)), Done(A.RECEIVE, date(2020, 5, 2)))
    assert slip_outcome(slip_after((*begun, *acts)), on=on) is outcome


def given_rule(**changes: object) -> ScoreRuleGiven:
    return replace(ScoreRuleGiven("2020-01", EVEN, {}, reason="已明确"), **changes)  # type: ignore[arg-type]  # its fields


def codes(**changes: object) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for problem in read_rule(given_rule(**changes))[1]]


def test_everything_wrong_with_a_rule_is_named() -> None:
    assert codes(weights={**EVEN, "slips": -1}) == [("weight_invalid", "/weights/slips")]
    assert codes(weights=dict.fromkeys(EVEN, 0)) == [("weights_all_zero", "/weights")]
    assert codes(weights={"slips": 1, "x": 1})[0] == ("score_part_unknown", "/weights/x")
    assert codes(weights={"slips": 1})[-1] == ("weight_missing", "/weights/inquiry")
    assert codes(reason=" ") == [("reason_missing", "/reason")]
    assert codes(reason="", citation="市府办〔2020〕1号") == []
    assert codes(valid_from="2020") == [("period_unknown", "/valid_from")]
    falling = {"slips": [WrittenStep("0.5", 80), WrittenStep("0.9", 70)]}
    assert codes(steps=falling) == [("steps_not_monotone", "/steps/slips")]
    twice = {"slips": [WrittenStep("0.5", 80), WrittenStep("0.50", 80)]}
    assert codes(steps=twice) == [("steps_not_monotone", "/steps/slips")]
    assert codes(steps={"slips": [WrittenStep("1.1", 80)]}) == [("step_invalid", "/steps/slips/0")]
    assert codes(steps={"slips": [WrittenStep(n, n) for n in [0] * 21]}) == [("steps_too_many", "/steps/slips")]


def test_steps_are_put_in_order_and_zero_is_a_weight() -> None:
    sent = {"attainment": [WrittenStep(1, 100), WrittenStep(Decimal("0.95"), "50")]}
    rule, problems = read_rule(given_rule(steps=sent, weights={**EVEN, "inquiry": "0"}))
    assert not problems
    assert rule is not None
    assert rule.steps == {
        ScorePart.ATTAINMENT: (ScoreStep(Decimal("0.95"), Decimal(50)), ScoreStep(Decimal(1), Decimal(100)))
    }
    assert rule.weights[ScorePart.INQUIRY] == 0


@pytest.mark.parametrize("text", ["", "-1", "1e2", "0x1", "１", "1001", "0.0001", "NaN", True, None, "1,5", "9" * 60])
def test_what_is_no_number_is_none(text: object) -> None:
    assert read_number(text, most=Decimal(1000)) is None
