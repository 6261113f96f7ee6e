"""Words and written figures: how statuses, values, thresholds and changes are said in the language being spoken.

Every figure is written by :mod:`metrics.rounding`; here it only gets its sign and its unit of measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from dashboard.locale import _, count_text, date_text, language, month_text, ngettext, of_one
from metrics.assessments import Method
from metrics.estimates import IntervalMethod
from metrics.periods import format_period, last_owed
from metrics.plan.model import Direction, Indicator, MilestoneKind, Plan, Target, TargetKind, Unit
from metrics.results import Light, Progress, Rate, Status, Timing
from metrics.rounding import exact_decimal, lines_of, shown, shown_distance

COMPARATORS = {">=": "≥", "<=": "≤", "==": "="}
NOTHING = "—"
MINUS = "−"
_LEAST = "0.01"  # the smallest difference that two decimals show
STATUS_SIGNS = {
    Status.MET: "✔",
    Status.ON_TRACK: "◐",
    Status.BEHIND: "▲",
    Status.RECTIFYING: "◆",
    Status.OVERDUE: "■",
    Status.NO_DATA: "○",
    Status.NOT_APPLICABLE: "–",
}  # as characters, where icons cannot be drawn


def status_word(status: Status) -> str:
    """达标 / Met, and so on."""
    return _status_words(language())[status]


@cache
def _status_words(spoken: str) -> dict[Status, str]:
    """The word of every status in the language `spoken`, which is the one being spoken: a page says hundreds."""
    return {
        Status.MET: _("Met"),
        Status.ON_TRACK: _("On track"),
        Status.BEHIND: _("Behind"),
        Status.RECTIFYING: _("Rectifying"),
        Status.OVERDUE: _("Overdue"),
        Status.NO_DATA: _("Not reported"),
        Status.NOT_APPLICABLE: _("Not applicable"),
    }


def light_word(light: Light) -> str:
    """绿灯 / green, and so on."""
    return {
        Light.GREEN: _("green"),
        Light.AMBER: _("amber"),
        Light.RED: _("red"),
        Light.GREY: _("grey"),
    }[light]


def timing_word(timing: Timing) -> str:
    return {
        Timing.ON_TIME: _("on time"),
        Timing.IN_WINDOW: _("within the verification window"),
        Timing.LATE: _("late"),
    }[timing]


def kind_word(kind: TargetKind) -> str:
    """What kind of promise a target is."""
    return {
        TargetKind.RATIO: _("Ratio"),
        TargetKind.COVERAGE: _("Coverage"),
        TargetKind.CAPACITY: _("Capacity"),
        TargetKind.DURATION: _("Duration"),
        TargetKind.COUNT: _("Count"),
        TargetKind.MILESTONE: _("Milestone"),
        TargetKind.STANDING: _("Standing duty"),
        TargetKind.QUALITATIVE: _("Qualitative"),
        TargetKind.WINDOW: _("Period of work"),
        TargetKind.FREQUENCY: _("Recurring"),
    }[kind]


def milestone_word(kind: MilestoneKind) -> str:
    """What a milestone's date means."""
    return {
        MilestoneKind.COMPLETE_BY: _("finish by"),
        MilestoneKind.START_BY: _("start by"),
        MilestoneKind.START_ON: _("in force from"),
        MilestoneKind.ROLLING_WITHIN_YEAR: _("rolling within the year"),
        MilestoneKind.PROVINCE_COORDINATED: _("dated by the province"),
    }[kind]


def method_word(method: Method) -> str:
    """大数据分析 / Big data, and so on."""
    return {
        Method.BIG_DATA: _("Big data"),
        Method.FIELD_VISIT: _("Field visit"),
        Method.INTERVIEW: _("Interview"),
        Method.QUESTIONNAIRE: _("Questionnaire"),
        Method.PLATFORM_DATA: _("Platform data"),
    }[method]


def interval_word(method: IntervalMethod) -> str:
    """How an interval was come by, as it stands beside it."""
    return {
        IntervalMethod.WILSON: _("Wilson"),
        IntervalMethod.HYPERGEOMETRIC: _("exact, hypergeometric"),
        IntervalMethod.KORN_GRAUBARD: _("Korn–Graubard"),
        IntervalMethod.CLOPPER_PEARSON: _("Clopper–Pearson"),
        IntervalMethod.RATIO: _("ratio estimate, t"),
        IntervalMethod.CENSUS: _("all checked, no sampling error"),
    }[method]


def unreported_text(n: int, *, whole: bool = True) -> str:
    """; 2 have not reported — behind a count of others; nothing of none. `whole`: none of these reported a part."""
    if not n:
        return ""
    if whole:
        return ngettext("; {n} has not reported", "; {n} have not reported", n)
    return ngettext("; {n} has not reported in full", "; {n} have not reported in full", n)


def unit_name(unit: Unit) -> str:
    return unit.name.in_language(language())


def short_name(unit: Unit) -> str:
    """The name that neighbours use, as on the map; the whole one where the plan has none."""
    return unit_name(unit) if unit.tile is None else unit.tile.name.in_language(language())


def target_name(target: Target) -> str:
    return target.name.in_language(language())


def indicator_name(indicator: Indicator) -> str:
    return indicator.name.in_language(language())


def measure(indicator: Indicator) -> str:
    """The indicator's unit of measure: %, 工作日."""
    return indicator.unit_of_measure.in_language(language())


def measure_of_change(indicator: Indicator) -> str:
    """The unit of a difference: percentage points for shares, else the unit of measure itself."""
    return _("pp") if indicator.share or measure(indicator) == "%" else measure(indicator)


def with_measure(text: str, unit: str) -> str:
    """A figure with its unit; where there is no figure, no unit."""
    return f"{text} {unit}" if unit and text != NOTHING else text


def value_text(plan: Plan, indicator: Indicator, value: Fraction | None) -> str:
    """A value without its unit: 69.99; — where there is none."""
    if value is None:
        return NOTHING
    return shown(value, lines=lines_of(plan, indicator)).replace("-", MINUS)


def signed(value: Fraction | None) -> str:
    """A difference with its sign: +1.20, −0.30, 0.00, <+0.01 where it would be written +0.00; — where there is none."""
    return NOTHING if value is None else signed_text(shown_distance(value), more=value > 0)


def signed_text(distance: str, *, more: bool) -> str:
    """As :func:`signed`, of a distance that is written already; `more`: it is above 0."""
    if not more:
        return distance.replace("-", MINUS)
    return f"+{distance}" if distance.strip("0.") else f"<+{_LEAST}"


def shortfall_text(plan: Plan, progress: Progress) -> str:
    """short by 49 items, over by 2.1 working days where lower is better; empty where nothing is short."""
    short = progress.shortfall
    if short is None:
        return ""
    indicator = plan.indicator_by_code[progress.indicator_code]
    counted = plan.element_by_code[indicator.numerator.terms[0].element].unit_of_measure.in_language(language())
    amount = with_measure(count_text(short), of_one(counted) if short == 1 else counted)
    if indicator.direction is Direction.HIGHER:
        return _("short by {amount}", amount=amount)
    return _("over by {amount}", amount=amount)


def distance_text(plan: Plan, progress: Progress) -> str:
    """−0.10 pp · short by 1 item: how far the value is from the threshold."""
    unit = measure_of_change(plan.indicator_by_code[progress.indicator_code])
    return " · ".join(filter(None, (with_measure(signed(progress.gap), unit), shortfall_text(plan, progress))))


def unsigned(value: Fraction) -> str:
    """The size of a difference, without sign; 0.00 only if there is none, as with :func:`signed`."""
    return shown_distance(-abs(value)).removeprefix("-")


def threshold_text(comparator: str | None, threshold: Fraction) -> str:
    """≥ 70, = 100, ≤ 1."""
    return f"{COMPARATORS.get(comparator or '', '')} {exact_decimal(threshold)}".strip()


def target_rule(target: Target, indicator: Indicator) -> str:
    """≥ 70 % — what a target demands, with its unit."""
    unit = of_one(measure(indicator)) if target.threshold == 1 else measure(indicator)
    given = target.threshold
    return "" if given is None else with_measure(threshold_text(target.comparator, Fraction(given)), unit)


def due_text(target: Target) -> str:
    """by 30 Sep 2019, or what stands in place of a date."""
    if target.due_on is not None:
        return _("by {date}", date=date_text(target.due_on))
    return target.recurring.in_language(language()) if target.recurring else _("no date printed")


def last_known(course: Sequence[Rate]) -> Rate | None:
    """The newest rate of a course that has a value, of one whose newest month was not reported; else None."""
    if not course or course[-1].reported:
        return None
    return next((rate for rate in reversed(course) if rate.value is not None), None)


def last_text(plan: Plan, indicator: Indicator, course: Sequence[Rate]) -> str:
    """last 2020-10: 97.20 — what was reported last, where the newest month was not; empty where there is nothing."""
    rate = last_known(course)
    if rate is None:
        return ""
    return _("last {value}", value=f"{format_period(rate.period)}: {value_text(plan, indicator, rate.value)}")


def change_between(rates: Sequence[Rate]) -> Fraction | None:
    """The newest value less the one of the month before, None unless both were reported and apply."""
    if len(rates) < 2 or rates[-1].value is None or rates[-2].value is None:
        return None
    return rates[-1].value - rates[-2].value


def coverage_text(rate: Rate) -> str:
    """9 of 11 reported, 2 carried."""
    text = _("{reported} of {expected} reported", reported=rate.units_reported, expected=rate.units_expected)
    return text + _(", {carried} carried", carried=rate.units_carried) if rate.units_carried else text


def ratio_text(rate: Rate) -> str:
    """812 ÷ 1,204 — what a value was computed from."""
    if rate.numerator is None or rate.denominator is None:
        return NOTHING
    return f"{count_text(rate.numerator)} ÷ {count_text(rate.denominator)}"


def _not_reported(progress: Progress, plan: Plan) -> str:
    """That the unit has not reported, of what is owed less often since which month."""
    apart = plan.months_apart[progress.indicator_code]
    if apart == 1 or progress.period is None:
        return _("The unit has not reported this month. Its earlier figures are never carried over.")
    return _(
        "The unit has not reported what it owed for {month}. Its earlier figures are never carried over.",
        month=month_text(last_owed(progress.period, apart)),
    )


def rule_sentence(progress: Progress, indicator: Indicator, plan: Plan) -> str:
    """Which rule decided the status, as a sentence with the figures put in."""
    line = value_text(plan, indicator, progress.line)
    projected = value_text(plan, indicator, progress.projection.value) if progress.projection else NOTHING
    due = date_text(progress.due_on) if progress.due_on else NOTHING
    sentences = {
        "out_of_scope": _("The target does not apply to this unit."),
        "not_reported": _not_reported(progress, plan),
        "denominator_zero": _("The denominator is 0: there is nothing to measure."),
        "satisfied": _("The exact value meets the target."),
        "first_value": _("This is the unit's first value, and the line to the target starts at it."),
        "line": _("The value is on or better than the line to the target, which stands at {line}.", line=line),
        "pace": _(
            "The value is short of the line ({line}), but its present pace reaches the target by the due date: "
            "{projected}.",
            line=line,
            projected=projected,
        ),
        "below_line": _(
            "The value is short of the line to the target ({line}), and its present pace does not reach it in time.",
            line=line,
        ),
        "window": _("The due date {due} has passed; the verification window is still open.", due=due),
        "past_due": _("The due date {due} has passed and the target is not met.", due=due),
        "undated_line": _("The target has no date; the value is no worse than where it started ({line}).", line=line),
        "undated_below_line": _(
            "The target has no date; the value is worse than where it started ({line}).", line=line
        ),
    }
    return sentences.get(progress.decided_by, progress.decided_by)
