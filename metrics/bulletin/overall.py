"""The chapters on the whole and on the units: 总体情况 and 各县(市、区)指标完成情况. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from metrics.bulletin.document import Bar, Block, Chart, DocumentHeading, DocumentTable, Paragraph, TableColumn
from metrics.bulletin.figures import BulletinFigures, StageNow
from metrics.bulletin.why_moved import why_moved
from metrics.bulletin.wording import DASH, STATUS_WORDS, BulletinWording
from metrics.periods import add_months, is_owed, last_owed
from metrics.plan.model import Indicator
from metrics.results import Progress, Rank, Rate
from metrics.rounding import shown_score

_WHOLE = Fraction(100)


def overall_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """What came in, each commitment as the whole stands, the same as a table and as a chart."""
    say = words.say
    yield DocumentHeading(1, say("一、总体情况", "1. In general"))
    yield _came_in(known, words)
    for stage in known.stages:
        yield _commitment(known, words, stage)
        yield from why_moved(known, words, stage.verdict)
    if known.stages:
        yield _table(known, words)
        yield _chart(known, words)


def units_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """The ranking, what each unit has reached of each commitment, and the scores as a chart."""
    yield DocumentHeading(1, words.say("二、各县（市、区）指标完成情况", "2. The units"))
    yield from _ranking(known, words)
    if known.ranks:
        yield _units_table(known, words)
    scored = [rank for rank in known.ranks if rank.score is not None]
    if scored:
        title = words.say("综合得分", "Scores")
        yield Chart("units", title, tuple(_score_bar(words, rank) for rank in scored))


def _came_in(known: BulletinFigures, words: BulletinWording) -> Paragraph:
    owed = {unit.code for unit in known.plan.reporting_units if unit.figures_required}
    rows = [row for row in known.came if row.unit in owed]
    received = [row for row in rows if row.received]
    figures = {
        "known_at": words.moment(known.release.known_at),
        "month": words.month(known.period),
        "expected": str(len(rows)),
        "received": str(len(received)),
        "late": str(sum(row.days_late is not None for row in received)),
        "missing": str(len(rows) - len(received)),
    }
    template = words.say(
        "截至{known_at}，应报送{month}月报的单位共{expected}个，已报送{received}个，其中逾期报送{late}个；未报送{missing}个。",
        "By {known_at}, {received} of the {expected} units that owe a submission for {month} had sent it, {late} of "
        "them late; {missing} had not.",
    )
    return Paragraph("overall.submissions", template, figures)


def _commitment(known: BulletinFigures, words: BulletinWording, stage: StageNow) -> Paragraph:
    verdict = stage.verdict
    indicator = known.plan.indicator_by_code[verdict.indicator_code]
    before = _before(known, indicator)
    figures = {
        "month": words.month(known.period),
        "whole": words.text(known.plan.root.name),
        "name": words.text(indicator.name),
        "value": words.value(indicator, verdict.value),
        "change": _change(known, words, indicator, verdict.value, before),
        "required": words.required(verdict),
        "due": DASH if verdict.due_on is None else words.day(verdict.due_on),
        "status": words.text(STATUS_WORDS[verdict.status]),
        "met": str(stage.units_met),
        "judged": str(stage.units_judged),
    }
    value = words.say("{month}{whole}{name}为{value}", "{whole}: {name} stood at {value} in {month}")
    if figures["change"]:
        value += words.say("，{change}", ", {change}")
    template = words.say(
        value + "。目标为{due}前{required}，{whole}目前{status}；应报单位{judged}个，达标{met}个。",
        value + ". The target is {required} by {due}; status of {whole}: {status}. Of {judged} units, {met} met it.",
    )
    return Paragraph(f"overall.{verdict.target_code}", template, figures)


def _change(
    known: BulletinFigures,
    words: BulletinWording,
    indicator: Indicator,
    value: Fraction | None,
    before: Fraction | None,
) -> str:
    """What changed since it was owed before; between owed months, of which the figure is."""
    apart = known.plan.months_apart[indicator.code]
    if value is not None and not is_owed(known.period, apart):
        return words.stands(last_owed(known.period, apart))
    return words.change(indicator, value, before)


def _before(known: BulletinFigures, indicator: Indicator) -> Fraction | None:
    rate: Rate | None = known.rates.get((indicator.code, add_months(known.period, -1)))
    return None if rate is None else rate.value


def _table(known: BulletinFigures, words: BulletinWording) -> DocumentTable:
    say = words.say
    columns = (
        TableColumn(say("指标", "Indicator")),
        TableColumn(say("本月", "Month"), numbers=True),
        TableColumn(say("上月", "Before"), numbers=True),
        TableColumn(say("增减（百分点等）", "Change"), numbers=True),
        TableColumn(say("目标", "Target"), numbers=True),
        TableColumn(say("期限", "Due"), numbers=True),
        TableColumn(say("状态", "Status")),
    )
    rows = []
    for commitment in known.commitments:
        for verdict in commitment.stages:
            indicator = known.plan.indicator_by_code[verdict.indicator_code]
            rate = known.rates.get((indicator.code, add_months(known.period, -1)))
            before = None if rate is None else rate.value
            rows.append(
                (
                    words.text(indicator.name),
                    words.value(indicator, verdict.value),
                    words.value(indicator, before),
                    words.signed(indicator, verdict.value, before),
                    words.required(verdict),
                    DASH if verdict.due_on is None else words.day(verdict.due_on),
                    words.text(STATUS_WORDS[verdict.status]),
                )
            )
    return DocumentTable("overall", say("主要指标", "Headline figures"), columns, tuple(rows))


def _chart(known: BulletinFigures, words: BulletinWording) -> Chart:
    bars = []
    for stage in known.stages:
        verdict = stage.verdict
        indicator = known.plan.indicator_by_code[verdict.indicator_code]
        if verdict.value is not None and indicator.share:
            bars.append(
                Bar(
                    words.text(indicator.name),
                    words.value(indicator, verdict.value),
                    min(max(verdict.value / _WHOLE, Fraction(0)), Fraction(1)),
                    word=words.text(STATUS_WORDS[verdict.status]),
                    line=verdict.threshold / _WHOLE,
                    ahead=verdict.due_on is None or verdict.due_on > verdict.evaluated_on,
                )
            )
    title = words.say(
        "主要指标（竖线为目标，未到期的为虚线）",
        "Headline figures (upright lines: the targets, dashed where not due yet)",
    )
    return Chart("overall", title, tuple(bars))


def _ranking(known: BulletinFigures, words: BulletinWording) -> Iterator[Paragraph]:
    ranked = [rank for rank in known.ranks if rank.rank is not None]
    if not ranked:
        said = words.say("{month}没有单位参加排名。", "No unit is ranked for {month}.")
        yield Paragraph("units.ranking", said, {"month": words.month(known.period)})
        return
    best, worst = ranked[0].rank, ranked[-1].rank
    figures = {
        "month": words.month(known.period),
        "ranked": str(len(ranked)),
        "first": words.listed(words.unit(rank.unit_code) for rank in ranked if rank.rank == best),
        "first_score": _score(ranked[0]),
        "last": words.listed(words.unit(rank.unit_code) for rank in ranked if rank.rank == worst),
        "last_score": _score(ranked[-1]),
        "unranked": str(len(known.ranks) - len(ranked)),
    }
    template = words.say(
        "{month}参加排名的单位{ranked}个：居首位的是{first}，得分{first_score}；居末位的是{last}，得分{last_score}。"
        "数据不全、未参加排名的单位{unranked}个。",
        "{ranked} units are ranked for {month}: first {first}, with a score of {first_score}; last {last}, with "
        "{last_score}. Units not ranked, for want of figures: {unranked}.",
    )
    yield Paragraph("units.ranking", template, figures)
    moved = [rank for rank in ranked if rank.movement]
    if moved:
        yield _movements(words, moved)


def _movements(words: BulletinWording, moved: list[Rank]) -> Paragraph:
    def told(ups: bool) -> str:
        return words.listed(
            words.with_note(words.unit(rank.unit_code), words.say(f"{abs(rank.movement)}位", str(abs(rank.movement))))
            for rank in moved
            if rank.movement and (rank.movement > 0) is ups
        )

    figures = {"up": told(True) or words.say("无", "none"), "down": told(False) or words.say("无", "none")}
    template = words.say(
        "与上月相比，名次上升的有：{up}；下降的有：{down}。", "Against the month before, up: {up}; down: {down}."
    )
    return Paragraph("units.movements", template, figures)


def _units_table(known: BulletinFigures, words: BulletinWording) -> DocumentTable:
    say = words.say
    indicators = [known.plan.indicator_by_code[stage.verdict.indicator_code] for stage in known.stages]
    columns = (
        TableColumn(say("名次", "Rank"), numbers=True),
        TableColumn(say("单位", "Unit")),
        TableColumn(say("得分", "Score"), numbers=True),
        TableColumn(say("升降", "Moved"), numbers=True),
        *(TableColumn(words.text(indicator.name), numbers=True) for indicator in indicators),
    )
    rows = tuple(
        (
            DASH if rank.rank is None else str(rank.rank),
            words.unit(rank.unit_code),
            DASH if rank.score is None else _score(rank),
            _moved(rank),
            *(_cell(words, known.verdicts.get((rank.unit_code, stage.verdict.target_code))) for stage in known.stages),
        )
        for rank in known.ranks
    )
    return DocumentTable("units", say("各单位主要指标与排名", "Units by rank"), columns, rows)


def _cell(words: BulletinWording, verdict: Progress | None) -> str:
    """The value with its verdict; what has no value has the verdict alone."""
    if verdict is None:
        return DASH
    status = words.text(STATUS_WORDS[verdict.status])
    if verdict.value is None:
        return status
    indicator = words.plan.indicator_by_code[verdict.indicator_code]
    return f"{words.value(indicator, verdict.value)} {status}"


def _score(rank: Rank) -> str:
    return DASH if rank.score is None else shown_score(rank.score)


def _moved(rank: Rank) -> str:
    if rank.movement is None:
        return DASH
    return f"{'+' if rank.movement > 0 else '−'}{abs(rank.movement)}" if rank.movement else "0"


def _score_bar(words: BulletinWording, rank: Rank) -> Bar:
    score = rank.score or Fraction(0)
    place = "" if rank.rank is None else words.say(f"第{rank.rank}名", f"no. {rank.rank}")
    return Bar(words.unit(rank.unit_code), _score(rank), min(max(score, Fraction(0)), Fraction(1)), word=place)
