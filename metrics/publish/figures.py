"""The datasets of computed figures: rates, progress, leaderboard."""

from __future__ import annotations

from collections.abc import Generator
from fractions import Fraction

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Kind, Pull, Row
from metrics.publish.pull import judged_on
from metrics.publish.writing import unit_names
from metrics.queries.leaderboard import leaderboard
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import View
from metrics.results import Progress, Rate
from metrics.shown import exact_decimal, lines_of, shown, shown_distance, shown_score


def _rate_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    indicators = view.plan.indicator_by_code
    lines = {code: lines_of(view.plan, indicator) for code, indicator in indicators.items()}
    wanted = Wanted(
        units=pull.units or None,
        indicators=pull.indicators or None,
        period_from=pull.first_period,
        period_to=pull.last_period,
        sent=True,
    )
    for rate in rates_by_unit(session, view, wanted=wanted):
        cell = (rate.unit_code, rate.period, rate.indicator_code)
        if not pull.wants(rate.period) or (view.revealed is not None and cell not in view.revealed):
            continue
        indicator = indicators[rate.indicator_code]
        yield (
            rate.unit_code,
            names[rate.unit_code],
            format_period(rate.period),
            rate.indicator_code,
            indicator.name.in_language(pull.language),
            *_ratio(rate),
            None if rate.value is None else shown(rate.value, lines=lines[rate.indicator_code]),
            indicator.unit_of_measure.in_language(pull.language),
            rate.state.value,
            rate.units_reported,
            rate.units_carried,
            rate.units_expected,
        )


def _ratio(rate: Rate) -> tuple[str | None, str | None]:
    if rate.numerator is None or rate.denominator is None:
        return None, None
    return exact_decimal(rate.numerator), exact_decimal(rate.denominator)


def _progress_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    judged = progress_by_unit(session, view, on=judged_on(pull), units=pull.units or None, targets=pull.targets or None)
    for progress in judged.progress:
        if pull.indicators and progress.indicator_code not in pull.indicators:
            continue
        yield _progress_row(progress, view, names=names, language=pull.language)


def _progress_row(progress: Progress, view: View, *, names: dict[str, str], language: str) -> tuple[Cell, ...]:
    lines = lines_of(view.plan, view.plan.indicator_by_code[progress.indicator_code])
    target = view.plan.target_revision(progress.target_code, progress.target_revision)
    projection = progress.projection

    def figure(value: Fraction | None) -> str | None:
        return None if value is None else shown(value, lines=lines)

    return (
        progress.unit_code,
        names[progress.unit_code],
        progress.target_code,
        target.name.in_language(language),
        progress.indicator_code,
        progress.comparator,
        exact_decimal(progress.threshold),
        None if progress.due_on is None else progress.due_on.isoformat(),
        progress.evaluated_on.isoformat(),
        None if progress.period is None else format_period(progress.period),
        figure(progress.value),
        progress.status.value,
        None if progress.timing is None else progress.timing.value,
        progress.light.value,
        None if progress.gap is None else shown_distance(progress.gap),
        None if progress.required_pace is None else shown(progress.required_pace),
        None if projection is None else figure(projection.value),
        None if projection is None or projection.on is None else projection.on.isoformat(),
        progress.regressed,
    )


def _leaderboard_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    for place in leaderboard(session, view, period=pull.periods[0] if pull.periods else None):
        if pull.units and place.unit_code not in pull.units:
            continue
        yield (
            place.rank,
            place.unit_code,
            names[place.unit_code],
            format_period(place.period),
            None if place.score is None else shown_score(place.score),
            place.previous_rank,
            place.movement,
        )


RATES = Dataset(
    name="rates",
    title=Text(zh="指标值", en="Rates"),
    grain=Text(
        zh="一行为一个填报单位(含全市)、报告期、指标;未报的也有一行",
        en="One row per unit (the city included) × period × indicator; unreported ones have a row too",
    ),
    columns=(
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.PERIOD,
        c.INDICATOR_CODE,
        c.INDICATOR_NAME,
        c.NUMERATOR,
        c.DENOMINATOR,
        c.VALUE,
        c.UNIT_OF_MEASURE,
        c.STATE,
        c.UNITS_REPORTED,
        c.UNITS_CARRIED,
        c.UNITS_EXPECTED,
    ),
    order=("period", "unit in display order", "indicator in display order"),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "indicator", "basis"},
    rows=_rate_rows,
)

PROGRESS = Dataset(
    name="progress",
    title=Text(zh="目标进度", en="Progress"),
    grain=Text(
        zh="一行为一个填报单位(含全市)与一个可计量目标在评估日的判定",
        en="One row per unit (the city included) × measured target, judged on one date",
    ),
    columns=(
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.TARGET_CODE,
        c.TARGET_NAME,
        c.INDICATOR_CODE,
        c.COMPARATOR,
        c.THRESHOLD,
        c.DUE_ON,
        column("evaluated_on", Kind.DATE, "评估日", "Judged on"),
        column("period", Kind.PERIOD, "所据报告期", "Period whose figures were judged"),
        c.VALUE,
        column(
            "status",
            Kind.CODE,
            "met 达标、on_track 按进度、behind 滞后、rectifying 整改中、overdue 逾期、no_data 未报、"
            "not_applicable 不适用",
            "Progress status: met, on_track, behind, rectifying, overdue, no_data, not_applicable",
        ),
        column(
            "timing",
            Kind.CODE,
            "达标时点:on_time 按期、in_window 整改期内、late 逾期后",
            "When it was met: on_time, in_window, late",
        ),
        column("light", Kind.CODE, "灯:green、amber、red、grey", "Light: green, amber, red, grey"),
        column("gap", Kind.NUMBER, "与目标的距离,负数为未达", "Distance to the threshold; negative while short of it"),
        column("required_pace", Kind.NUMBER, "每月须变化", "Change needed per whole month left"),
        column("projected_value", Kind.NUMBER, "按趋势到期值", "Value projected to the due date"),
        column("projected_on", Kind.DATE, "按趋势达标日", "Date on which the projection reaches the threshold"),
        column("regressed", Kind.BOOLEAN, "曾达标现未达", "Was met in an earlier period and is not now"),
    ),
    order=("unit in display order", "target in display order"),
    parameters=EVERYWHERE | {"unit", "target", "indicator", "on", "period", "basis"},
    rows=_progress_rows,
    single=frozenset({"period"}),
)

LEADERBOARD = Dataset(
    name="leaderboard",
    title=Text(zh="实时榜单", en="Leaderboard"),
    grain=Text(zh="一行为一个填报单位", en="One row per reporting unit"),
    columns=(
        column("rank", Kind.INTEGER, "名次,并列同名次", "Rank; ties share it"),
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.PERIOD,
        column("score", Kind.NUMBER, "得分(0–1,4 位小数)", "Score, 0–1, 4 decimals"),
        column("previous_rank", Kind.INTEGER, "上期名次", "Rank in the previous period"),
        column("movement", Kind.INTEGER, "升降位数", "Places gained or lost"),
    ),
    order=("rank, unranked last", "unit in display order"),
    parameters=EVERYWHERE | {"unit", "period", "basis"},
    rows=_leaderboard_rows,
    single=frozenset({"period"}),
)
