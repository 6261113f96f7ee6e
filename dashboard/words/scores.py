"""Words of the performance assessment: its parts, what a rule says, how points come about."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.locale import _, language, month_text
from dashboard.words.figures import NOTHING, signed
from dashboard.words.notices import mark
from metrics.forms import plain
from metrics.plan.model import Plan
from metrics.rounding import exact_decimal, shown_points
from metrics.supervision.score_reading import PARTS_IN_WORDS
from metrics.supervision.scores import (
    NotCounted,
    PartScore,
    ScorePart,
    ScoreRule,
    ScoreSheet,
    ScoreStep,
    SlipOutcome,
)

Component = Any

TRY, SET = "try", "set"  # what the two buttons of the form for another rule say
_OUTCOME_SIGNS = {
    SlipOutcome.IN_TIME: "sign-met",
    SlipOutcome.SENT_BACK: "sign-rectifying",
    SlipOutcome.LATE: "sign-overdue",
}


def part_word(part: ScorePart) -> str:
    return PARTS_IN_WORDS[part].in_language(language())


def points_text(points: Fraction | None) -> str:
    """88.20; a dash for none."""
    return NOTHING if points is None else shown_points(points)


def share_text(share: Fraction) -> str:
    """83.33 %."""
    return f"{shown_points(100 * share)} %"


def part_cell(part: PartScore) -> Component:
    """The points of a part; of one that is left out, that it is and why, with a sign."""
    if part.not_counted is NotCounted.NOT_REPORTED:
        return mark("sign-no-data", _("Not reported"))
    if part.points is None:
        return mark("sign-not-applicable", _("Nothing to judge"))
    return shown_points(part.points)


def outcome_mark(outcome: SlipOutcome) -> Component:
    word = {
        SlipOutcome.IN_TIME: _("Answered in time"),
        SlipOutcome.SENT_BACK: _("Answered, but sent back"),
        SlipOutcome.LATE: _("Late or overdue"),
    }[outcome]
    return mark(_OUTCOME_SIGNS[outcome], word)


def steps_text(steps: Sequence[ScoreStep]) -> str:
    """From 95 %: 50 points; from 100 %: 100 points; in proportion where there are none."""
    if not steps:
        return _("in proportion to the share")
    said = [_("from {share} %: {points} points", share=_percent(step), points=plain(step.points)) for step in steps]
    return _("; ").join(said)


def written_steps(steps: Sequence[ScoreStep]) -> str:
    """As a form takes them: 95=50 100=100, shares in percent."""
    return " ".join(f"{_percent(step)}={plain(step.points)}" for step in steps)


def _percent(step: ScoreStep) -> str:
    return exact_decimal(Fraction(step.at_least) * 100)


def rule_sentence(rule: ScoreRule) -> str:
    """What is in force, and whence: the shipped rule says that no plan lays it down."""
    if rule.seq is None or rule.valid_from is None:
        return _(
            "Equal weights, the program's default: the plan names no weights and no steps, so "
            "none are invented. A reviewer can set others."
        )
    weights = _("Equal weights") if rule.is_equal else _("Weights of their own for each part")
    return _(
        "{weights}, in force from {month} on (no. {seq})",
        weights=weights,
        month=month_text(rule.valid_from),
        seq=rule.seq,
    )


def rule_reason(rule: ScoreRule) -> list[Component]:
    """Where a rule is laid down, and why."""
    words = [(_("Set out in"), rule.citation), (_("Reason"), rule.reason)]
    return [html.P([word, _(": "), html.Span(text, lang="zh-CN")], className="note") for word, text in words if text]


def part_rule(part: ScorePart) -> str:
    """The rule of a part, in words."""
    return {
        ScorePart.ATTAINMENT: _(
            "How much of each core target that applies is reached, at most all of it, weighted as on "
            "the leaderboard. Where the unit has not reported its figures there is no score at all: a"
            " missing figure must not be worth more than a poor one."
        ),
        ScorePart.TIMELINESS: _(
            "The monthly submissions and the monthly material of the year up to the month: those "
            "received in time, out of all that were received or are late by now. History that was "
            "loaded without a record of when it arrived is not counted."
        ),
        ScorePart.SLIPS: _(
            "The supervision slips to the unit whose due day, extensions counted, lies in the year up to the month: "
            "those answered in time and never sent back, of those answered or overdue. Withdrawn ones are not counted."
        ),
        ScorePart.INQUIRY: _(
            "The newest round of the inquiry that the plan requires, measured in the year up to the "
            "month: the mean of its forms, each as a share of its full marks. It belongs to no "
            "indicator."
        ),
    }[part]


def score_text(sheet: ScoreSheet) -> str:
    """(100.00 × 1 + 75.00 × 2) ÷ 3 = 83.33: of the parts that are counted."""
    counted = [part for part in sheet.parts if part.points is not None]
    terms = " + ".join(f"{points_text(part.points)} × {plain(part.weight)}" for part in counted)
    total = exact_decimal(sum((Fraction(part.weight) for part in counted), Fraction(0)))
    return f"({terms}) ÷ {total} = {points_text(sheet.score)}"


def mean_text(points: Sequence[tuple[Fraction, Fraction]], result: Fraction | None) -> str:
    """As :func:`score_text`, of points with their weights."""
    terms = " + ".join(f"{points_text(one)} × {exact_decimal(weight)}" for one, weight in points)
    total = exact_decimal(sum((weight for _points, weight in points), Fraction(0)))
    return f"({terms}) ÷ {total} = {points_text(result)}"


def form_word(plan: Plan, task: int, code: str) -> str:
    """The form of inquiry as the plan names it."""
    forms = [form for one in plan.tasks if one.number == task for form in one.inquiry]
    return next((form.name.in_language(language()) for form in forms if form.code == code), code)


def difference_text(before: Fraction | None, after: Fraction | None) -> str:
    """+1.25 points between two scores; a dash where one is none."""
    if before is None or after is None:
        return NOTHING
    return signed(after - before)


def movement_text(movement: int | None) -> str:
    """▲ 2, ▼ 1, = for no movement."""
    if movement is None:
        return NOTHING
    if movement == 0:
        return "="
    return f"▲ {movement}" if movement > 0 else f"▼ {-movement}"
