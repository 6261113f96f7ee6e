"""The datasets of the overview, what needs attention and the headline commitments; and the leaderboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import chain

from metrics.attention import REASON_TEXTS, Attention, Reason
from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, exact, flag, iso
from metrics.publish.dataset import EVERYWHERE, Cell, Dataset, Kind, Pull, Wording
from metrics.publish.pull import month_asked_for
from metrics.queries.headline_commitments import headline_commitments
from metrics.queries.judged_month import judged_month
from metrics.queries.leaderboard import leaderboard, leaderboards
from metrics.queries.needs_attention import attention_among, watched_targets
from metrics.queries.progress_by_unit import JudgedProgress, progress_by_unit
from metrics.queries.rates_by_unit import known_periods, of_all_sent
from metrics.queries.view import View
from metrics.ranking import RankGroup
from metrics.results import Progress, Rank, Rate
from metrics.rounding import shown, shown_distance, shown_score
from metrics.verdicts.tallies import tally

_AT_ONCE = 2000  # things


@dataclass(frozen=True, slots=True)
class ListedAttention:
    """One thing in the list: its place from 1, and the month judged."""

    place: int
    period: date | None
    thing: Attention


@dataclass(frozen=True, slots=True)
class CommitmentStage:
    """One stage of one headline commitment, both numbered from 1. `current`: the stage that matters now."""

    commitment: int
    stage: int
    current: bool
    verdict: Progress
    units_met: int
    units_judged: int


def _watched(session: ReadSession, view: View, pull: Pull) -> JudgedProgress:
    """The verdicts that the overview looks at."""
    month = month_asked_for(pull) or judged_month(session, view)
    targets = () if month is None else watched_targets(view, on=month.on)
    return progress_by_unit(session, view, month=month, targets=targets)


def _attention(session: ReadSession, view: View, pull: Pull) -> Iterator[ListedAttention]:
    judged = _watched(session, view, pull)
    found = attention_among(session, view, judged)
    if found is None:
        return
    for start in range(0, len(found), _AT_ONCE):
        part = found.only(slice(start, start + _AT_ONCE))
        for place, thing in enumerate(part.things(judged.some(part.judged_rows)), start=start + 1):
            code = None if thing.verdict is None else thing.verdict.target_code
            if (not pull.units or thing.unit_code in pull.units) and (not pull.targets or code in pull.targets):
                yield ListedAttention(place, judged.period, thing)


def _stages(session: ReadSession, view: View, pull: Pull) -> Iterator[CommitmentStage]:
    judged = _watched(session, view, pull)
    if judged.table is None:
        return
    counted = tally(view.plan, [view.plan.root], judged.table, core=())
    for number, commitment in enumerate(headline_commitments(view, judged), start=1):
        for place, verdict in enumerate(commitment.stages, start=1):
            met, of = counted.meeting(verdict.target_code)
            yield CommitmentStage(number, place, verdict is commitment.current, verdict, met, of)


def _places(session: ReadSession, view: View, pull: Pull) -> Iterator[Rank]:
    for place in _ranked(session, view, pull):
        if not pull.units or place.unit_code in pull.units:
            yield place


def _ranked(session: ReadSession, view: View, pull: Pull) -> Iterable[Rank]:
    """The leaderboard of one month or, of a span of them, of each from its begin to the month judged by default."""
    if pull.period_from is None and pull.period_to is None:
        return leaderboard(session, view, month=month_asked_for(pull), group=pull.among)
    known, judged = known_periods(session, of_all_sent(view)), judged_month(session, view)
    if known is None or judged is None:
        return ()
    first, last = pull.first_period or known[0], pull.last_period or judged.period
    return chain.from_iterable(leaderboards(session, view, first=first, last=last, group=pull.among))


def _name(verdict: Progress, words: Wording) -> str:
    return words.say(words.view.plan.target_revision(verdict.target_code, verdict.target_revision).name)


def _distance(value: Fraction | None) -> str | None:
    return None if value is None else shown_distance(value)


def _value(verdict: Progress, words: Wording) -> str | None:
    return None if verdict.value is None else shown(verdict.value, lines=words.lines[verdict.indicator_code])


def _pace(verdict: Progress) -> str | None:
    return None if verdict.required_pace is None else shown_distance(verdict.required_pace)


def _period(period: date | None) -> str | None:
    return None if period is None else format_period(period)


def _said(thing: Attention, cell: Callable[[Progress], Cell]) -> Cell:
    """The cell of a verdict; empty where it is a whole submission that needs attention."""
    return None if thing.verdict is None else cell(thing.verdict)


def _units(row: CommitmentStage, count: Callable[[Rate], int]) -> int | None:
    return None if row.verdict.rate is None else count(row.verdict.rate)


def _by_hand(verdict: Progress) -> str | None:
    return None if verdict.override is None else verdict.override.light.value


ATTENTION = Dataset[ListedAttention](
    name="attention",
    title=Text(zh="需要关注", en="Needs attention"),
    grain=Text(
        zh="一行为一件需要关注的事:一个核心目标的判定,或一个单位的整份月报;次序同总览页",
        en="One row per thing that needs attention, a verdict on a core target or a unit's whole submission, in the "
        "order of the overview",
    ),
    columns=(
        column("place", Kind.INTEGER, "列示次序", "Place in the list", lambda row, _: row.place),
        c.heading(
            "reason",
            Kind.CODE,
            "原因:newly_red 本月转红、overdue 逾期、regressed 曾达标现未达、rectifying 整改中、due_unjudged 到期未判、"
            "behind 滞后、set_by_hand 人工调整灯色、"
            "stale 连续多月未报、not_reported 本月未报、denominator_watch 分母关注、returned 月报已退回、"
            "unverified 月报暂未审核",
            "Reason: newly_red, overdue, regressed, rectifying, due_unjudged, behind, set_by_hand, "
            "stale, not_reported, denominator_watch, returned, unverified",
            words=Reason,
        ).of(lambda row, _: row.thing.reason.value),
        column(
            "reason_text",
            Kind.TEXT,
            "原因(文字)",
            "Reason in words",
            lambda row, words: words.say(REASON_TEXTS[row.thing.reason]),
        ),
        c.UNIT_CODE.of(lambda row, _: row.thing.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units[row.thing.unit_code]),
        column(
            "target_code",
            Kind.CODE,
            "目标代码,空为整份月报",
            "Target's code; empty: the unit's whole submission",
            lambda row, _: _said(row.thing, lambda verdict: verdict.target_code),
        ),
        c.TARGET_NAME.of(lambda row, words: _said(row.thing, lambda verdict: _name(verdict, words))),
        c.PERIOD_JUDGED.of(lambda row, _: _period(row.period)),
        c.VALUE.of(lambda row, words: _said(row.thing, lambda verdict: _value(verdict, words))),
        c.STATUS.of(lambda row, _: _said(row.thing, lambda verdict: verdict.status.value)),
        c.LIGHT.of(lambda row, _: _said(row.thing, lambda verdict: verdict.light.value)),
        c.GAP.of(lambda row, _: _said(row.thing, lambda verdict: _distance(verdict.gap))),
        c.REQUIRED_PACE.of(lambda row, _: _said(row.thing, lambda verdict: _pace(verdict))),
        c.SHORTFALL.of(lambda row, _: _said(row.thing, lambda verdict: exact(verdict.shortfall))),
        c.OVERRIDE.of(lambda row, _: _said(row.thing, lambda verdict: _by_hand(verdict))),
        column(
            "since",
            Kind.PERIOD,
            "自何月起(转红、到期、未报),其他原因为空",
            "Month since which it holds, of what turned red, fell due or is not reported; else empty",
            lambda row, _: _period(row.thing.since),
        ),
        column(
            "months_unreported",
            Kind.INTEGER,
            "连续未报月数,其他原因为空",
            "For how many months nothing was reported; empty for other reasons",
            lambda row, _: row.thing.months or None,
        ),
    ),
    order=("place",),
    parameters=EVERYWHERE | {"unit", "target", "on", "period", "basis"},
    records=_attention,
    by_method=True,
    single=frozenset({"period"}),
)

COMMITMENTS = Dataset[CommitmentStage](
    name="commitments",
    title=Text(zh="主要承诺", en="Headline commitments"),
    grain=Text(
        zh="一行为一项主要承诺的一个阶段,全市的判定与达标单位数",
        en="One row per stage of a headline commitment, as the city stands and how many units meet it",
    ),
    columns=(
        column("commitment", Kind.INTEGER, "承诺序号", "Number of the commitment", lambda row, _: row.commitment),
        column("stage", Kind.INTEGER, "阶段序号", "Number of the stage", lambda row, _: row.stage),
        flag(
            "current",
            "当前阶段:当日到期的;没有时为第一个未达标的,全部达标时为最后一个",
            "The stage that matters now: the one due that day, else the first that is not met, or the last",
            lambda row, _: row.current,
        ),
        c.INDICATOR_CODE.of(lambda row, _: row.verdict.indicator_code),
        c.INDICATOR_NAME.of(lambda row, words: words.indicators[row.verdict.indicator_code][0]),
        c.TARGET_CODE.of(lambda row, _: row.verdict.target_code),
        c.TARGET_NAME.of(lambda row, words: _name(row.verdict, words)),
        c.COMPARATOR.of(lambda row, _: row.verdict.comparator),
        c.THRESHOLD.of(lambda row, _: exact(row.verdict.threshold)),
        c.UNIT_OF_MEASURE.of(lambda row, words: words.indicators[row.verdict.indicator_code][1]),
        c.DUE_ON.of(lambda row, _: iso(row.verdict.due_on)),
        c.EVALUATED_ON.of(lambda row, _: iso(row.verdict.evaluated_on)),
        c.PERIOD_JUDGED.of(lambda row, _: _period(row.verdict.period)),
        c.VALUE.of(lambda row, words: _value(row.verdict, words)),
        c.STATUS.of(lambda row, _: row.verdict.status.value),
        c.LIGHT.of(lambda row, _: row.verdict.light.value),
        c.GAP.of(lambda row, _: _distance(row.verdict.gap)),
        c.SHORTFALL.of(lambda row, _: exact(row.verdict.shortfall)),
        c.OVERRIDE.of(lambda row, _: _by_hand(row.verdict)),
        c.UNITS_REPORTED.of(lambda row, _: _units(row, lambda rate: rate.units_reported)),
        c.UNITS_CARRIED.of(lambda row, _: _units(row, lambda rate: rate.units_carried)),
        c.UNITS_EXPECTED.of(lambda row, _: _units(row, lambda rate: rate.units_expected)),
        column("units_met", Kind.INTEGER, "达标单位数", "Units that meet it", lambda row, _: row.units_met),
        column(
            "units_judged",
            Kind.INTEGER,
            "应报且适用的单位数",
            "Units that are expected to report and to which it applies",
            lambda row, _: row.units_judged,
        ),
    ),
    order=("commitment", "stage"),
    parameters=EVERYWHERE | {"on", "period", "basis"},
    records=_stages,
    by_method=True,
    single=frozenset({"period"}),
)

LEADERBOARD = Dataset[Rank](
    name="leaderboard",
    title=Text(zh="实时榜单", en="Leaderboard"),
    grain=Text(zh="一行为一个填报单位在一个报告期", en="One row per reporting unit and period"),
    columns=(
        column("rank", Kind.INTEGER, "名次,并列同名次", "Rank; ties share it", lambda row, _: row.rank),
        c.UNIT_CODE.of(lambda row, _: row.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units[row.unit_code]),
        c.PERIOD.of(lambda row, _: format_period(row.period)),
        column(
            "score",
            Kind.NUMBER,
            "得分(0–1,4 位小数)",
            "Score, 0–1, 4 decimals",
            lambda row, _: None if row.score is None else shown_score(row.score),
        ),
        column(
            "previous_rank", Kind.INTEGER, "上期名次", "Rank in the previous period", lambda row, _: row.previous_rank
        ),
        column("movement", Kind.INTEGER, "升降位数", "Places gained or lost", lambda row, _: row.movement),
    ),
    order=("period", "rank, unranked last", "unit in display order"),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "group", "basis"},
    records=_places,
    by_method=True,
    single=frozenset({"period", "group"}),
    choices={"group": tuple(RankGroup)},
)
