"""The datasets `scores` and `score_rules`: units' performance scores for a month, and how they are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from metrics.database import ReadSession
from metrics.forms import plain
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import AFTER, EVERYWHERE, Column, Dataset, Kind, Pull, Wording
from metrics.queries.judged_month import judged_month
from metrics.queries.score_rules import score_rules
from metrics.queries.score_sheets import RankedSheet, ScoreSheets, period_scored, score_sheets
from metrics.queries.view import View
from metrics.rounding import shown_points
from metrics.supervision.score_reading import PARTS_IN_WORDS
from metrics.supervision.scores import ScoreFacts, ScorePart, ScoreRule, SlipOutcome


@dataclass(frozen=True, slots=True)
class PulledSheet:
    """A unit's sheet among those of its month."""

    row: RankedSheet
    among: ScoreSheets

    @property
    def facts(self) -> ScoreFacts:
        return self.row.sheet.facts


@dataclass(frozen=True, slots=True)
class WeighedPart:
    """One part by one version of the rule."""

    rule: ScoreRule
    part: ScorePart


def _sheets(session: ReadSession, view: View, pull: Pull) -> Iterator[PulledSheet]:
    period = pull.periods[0] if pull.periods else period_scored(view, judged_month(session, view))
    found = score_sheets(session, view, period)
    for row in found.rows:
        if not pull.units or row.sheet.unit in pull.units:
            yield PulledSheet(row, found)


def _rules(session: ReadSession, view: View, pull: Pull) -> Iterator[WeighedPart]:
    for rule in score_rules(session, view):
        if pull.after_seq is None or (rule.seq or 0) > pull.after_seq:
            yield from (WeighedPart(rule, part) for part in ScorePart)


def _points(points: Fraction | None) -> str | None:
    return None if points is None else shown_points(points)


def _of_part(part: ScorePart) -> tuple[Column[PulledSheet], Column[PulledSheet]]:
    words = PARTS_IN_WORDS[part]
    return (
        column(
            f"{part.value}_points",
            Kind.NUMBER,
            f"{words.zh}得分(0–100),空为不计入",
            f"{words.en}: points, 0–100; empty: left out with its weight",
            lambda row, _: _points(row.row.sheet.part(part).points),
        ),
        column(
            f"{part.value}_weight",
            Kind.NUMBER,
            f"{words.zh}权重",
            f"{words.en}: weight",
            lambda row, _: plain(row.row.sheet.part(part).weight),
        ),
    )


def _owed(row: PulledSheet, what: str) -> list[bool]:
    return [bool(one.on_time) for one in row.facts.judged if one.what == what]


def _steps(row: WeighedPart) -> str | None:
    steps = row.rule.steps.get(row.part, ())
    return " ".join(f"{plain(step.at_least)}={plain(step.points)}" for step in steps) or None


def _round(row: PulledSheet, _: Wording) -> str | None:
    return next((one.round for one in row.facts.inquiries), None)


def _valid_from(row: WeighedPart, _: Wording) -> str | None:
    return None if row.rule.valid_from is None else format_period(row.rule.valid_from)


SCORES = Dataset[PulledSheet](
    name="scores",
    title=Text(zh="绩效考核", en="Performance scores"),
    grain=Text(
        zh="一行为一个填报单位在一个月的得分,考核范围为当年1月至该月",
        en="One row per reporting unit: its score for a month, which looks at the year up to it",
    ),
    columns=(
        column(
            "rank",
            Kind.INTEGER,
            "名次,并列同名次;未得分的、本单位自己查看的为空",
            "Rank; ties share it; empty without a score, and for a unit's own people",
            lambda row, _: row.row.rank,
        ),
        c.UNIT_CODE.of(lambda row, _: row.facts.unit),
        c.UNIT_NAME.of(lambda row, words: words.units[row.facts.unit]),
        c.PERIOD.of(lambda row, _: format_period(row.among.span.period)),
        column(
            "since",
            Kind.PERIOD,
            "考核范围的首月",
            "First month that is looked at",
            lambda row, _: format_period(row.among.span.since),
        ),
        column(
            "score",
            Kind.NUMBER,
            "得分(0–100,2 位小数),空为未得分",
            "Score, 0–100, 2 decimals; empty: none",
            lambda row, _: _points(row.row.sheet.score),
        ),
        *_of_part(ScorePart.ATTAINMENT),
        column(
            "targets",
            Kind.INTEGER,
            "适用并已报的核心目标数",
            "Core targets judged",
            lambda row, _: len(row.facts.targets),
        ),
        column(
            "targets_unreported",
            Kind.INTEGER,
            "应报而未报的核心目标数,大于 0 的没有得分",
            "Core targets not reported; above 0: no score",
            lambda row, _: len(row.facts.unreported),
        ),
        *_of_part(ScorePart.TIMELINESS),
        column(
            "submissions_judged",
            Kind.INTEGER,
            "已到期或已报的月报数",
            "Submissions judged: that came or are late",
            lambda row, _: len(_owed(row, "submission")),
        ),
        column(
            "submissions_in_time",
            Kind.INTEGER,
            "其中按时的月报数",
            "Submissions in time",
            lambda row, _: sum(_owed(row, "submission")),
        ),
        column(
            "materials_judged",
            Kind.INTEGER,
            "已到期或已报的材料数",
            "Materials judged: that came or are late",
            lambda row, _: len(_owed(row, "material")),
        ),
        column(
            "materials_in_time",
            Kind.INTEGER,
            "其中按时的材料数",
            "Materials in time",
            lambda row, _: sum(_owed(row, "material")),
        ),
        *_of_part(ScorePart.SLIPS),
        column(
            "slips_in_time",
            Kind.INTEGER,
            "按时答复且未被退回的督办单数",
            "Slips answered in time and never sent back",
            lambda row, _: row.facts.count(SlipOutcome.IN_TIME),
        ),
        column(
            "slips_sent_back",
            Kind.INTEGER,
            "按时答复但曾被退回的督办单数",
            "Slips answered in time that were sent back",
            lambda row, _: row.facts.count(SlipOutcome.SENT_BACK),
        ),
        column(
            "slips_late",
            Kind.INTEGER,
            "逾期的督办单数",
            "Slips answered late, or overdue",
            lambda row, _: row.facts.count(SlipOutcome.LATE),
        ),
        *_of_part(ScorePart.INQUIRY),
        column(
            "inquiry_round",
            Kind.CODE,
            "所取的测评轮次",
            "Round of the inquiry that counts",
            _round,
        ),
        column(
            "inquiry_forms",
            Kind.INTEGER,
            "该轮次的测评形式数",
            "Forms of inquiry in that round",
            lambda row, _: len(row.facts.inquiries),
        ),
        column(
            "rule_seq",
            Kind.INTEGER,
            "现行考核办法的序号,空为出厂办法(等权重,非方案规定)",
            "Rule in force; empty: the shipped one, of equal weights, which no plan lays down",
            lambda row, _: row.among.rule.seq,
        ),
    ),
    order=("rank, without a score last", "unit in display order"),
    parameters=EVERYWHERE | {"unit", "period", "basis"},
    records=_sheets,
    single=frozenset({"period"}),
    own_units_only=True,
    by_method=True,
)

SCORE_RULES = Dataset[WeighedPart](
    name="score_rules",
    title=Text(zh="考核办法", en="Rules of performance scores"),
    grain=Text(
        zh="一行为一版考核办法中的一项;尚无任何一版时各项等权重",
        en="One row per version of the rule and part; where there is no version, every part weighs the same",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.rule.seq),
        column(
            "valid_from",
            Kind.PERIOD,
            "自何月起",
            "First month that it is for",
            _valid_from,
        ),
        column(
            "part",
            Kind.CODE,
            "考核项:attainment 核心目标完成度、timeliness 报送及时性、slips 督办办理、inquiry 测评",
            "Part: attainment, timeliness, slips, inquiry",
            lambda row, _: row.part.value,
        ),
        column("weight", Kind.NUMBER, "权重", "Weight", lambda row, _: plain(row.rule.weights[row.part])),
        column(
            "steps",
            Kind.TEXT,
            "分档:比例=得分,空为按比例得分",
            "Steps, share=points; empty: by the share",
            lambda row, _: _steps(row),
        ),
        column("citation", Kind.TEXT, "出处", "Where it is laid down", lambda row, _: row.rule.citation or None),
        c.REASON.of(lambda row, _: row.rule.reason or None),
        column("actor", Kind.TEXT, "登记人", "By", lambda row, _: row.rule.actor),
        c.RECORDED_AT.of(lambda row, _: None if row.rule.recorded_at is None else instant(row.rule.recorded_at)),
    ),
    order=("seq", "part in the order of scores"),
    parameters=EVERYWHERE | AFTER,
    records=_rules,
)
