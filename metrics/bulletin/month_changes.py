"""The chapter on what changed since the month before: 较上月变化. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.bulletin.document import Block, DocumentHeading, DocumentTable, Paragraph, TableColumn
from metrics.bulletin.figures import BulletinFigures, ChangedVerdict, MonthChanges
from metrics.bulletin.wording import STATUS_WORDS, BulletinWording
from metrics.results import Progress

_BETWEEN = " · "  # names of targets have commas and semicolons in English


def changes_chapter(known: BulletinFigures, words: BulletinWording) -> Iterator[Block]:
    """How many statuses turned which way and whose, which verdicts corrections turned, and what came."""
    say, changes = words.say, known.changes
    yield DocumentHeading(1, say("三、较上月变化", "3. Changes since last month"))
    month, before = words.month(known.period), words.month(changes.before)
    if not changes.known_before:
        said = say("{before}没有数据，不作比较。", "Nothing is known of {before}, so nothing is compared.")
        yield Paragraph("changes.turned", said, {"before": before})
    else:
        yield from _turned(words, changes, before)
    yield from _flips(words, changes, month)
    if changes.came:
        said = say("{month}月报收到{count}份：{units}。", "Submissions for {month} that came: {count} ({units}).")
        listed = words.listed(words.unit(unit) for unit in changes.came)
        yield Paragraph("changes.came", said, {"month": month, "count": str(len(changes.came)), "units": listed})


def _turned(words: BulletinWording, changes: MonthChanges, before: str) -> Iterator[Block]:
    say = words.say
    figures = {"before": before, "worse": str(len(changes.worse)), "better": str(len(changes.better))}
    said = say(
        "与{before}相比，各单位各项目标的状态变差{worse}项，变好{better}项",
        "Against {before}, of all units and targets {worse} statuses turned worse and {better} better",
    )
    if changes.newly or changes.no_longer:
        figures |= {"newly": str(changes.newly), "no_longer": str(changes.no_longer)}
        said += say("；新纳入判定{newly}项，不再判定{no_longer}项", "; {newly} are newly judged, {no_longer} no longer")
    yield Paragraph("changes.turned", said + say("。", "."), figures)
    order = {unit.code: place for place, unit in enumerate(words.plan.units)}
    ways = ((say("变差", "worse"), changes.worse), (say("变好", "better"), changes.better))
    turned = [(order.get(one.unit, len(order)), way, one) for way, of_way in ways for one in of_way]
    if turned:
        headings = (
            say("单位", "Unit"),
            say("目标", "Target"),
            say("变化", "Turned"),
            say("原状态", "Before"),
            say("现状态", "Now"),
        )
        rows = (
            (words.unit(one.unit), _target(words, one), way, _side(words, one.before), _side(words, one.after))
            for _place, way, one in sorted(turned, key=lambda row: row[0])
        )
        title = say("状态有变化的目标", "Targets whose status turned")
        yield DocumentTable("turned", title, tuple(map(TableColumn, headings)), tuple(rows))


def _flips(words: BulletinWording, changes: MonthChanges, month: str) -> Iterator[Paragraph]:
    """Which verdicts corrections of the month's figures turned; that none did, where figures were corrected."""
    if not changes.corrections:
        return
    figures = {"month": month, "corrections": str(changes.corrections)}
    if not changes.flips:
        said = words.say(
            "{month}数据更正{corrections}次，没有改变判定。",
            "Figures of {month} were corrected {corrections} times; no verdict turned by it.",
        )
        yield Paragraph("changes.flips", said, figures)
        return
    figures["count"] = str(len(changes.flips))
    figures["flips"] = words.say("；", _BETWEEN).join(
        f"{words.unit(one.unit)}{words.say('', ' ')}{_verdict_change(words, one)}"
        + ("" if one.on is None else words.say(f"（{words.day(one.on)}更正）", f" (corrected on {words.day(one.on)})"))
        for one in changes.flips
    )
    said = words.say(
        "{month}数据更正{corrections}次，改变判定{count}项：{flips}。",
        "Figures of {month} were corrected {corrections} times, which turned {count} verdicts: {flips}.",
    )
    yield Paragraph("changes.flips", said, figures)


def _verdict_change(words: BulletinWording, one: ChangedVerdict) -> str:
    """The target, and both verdicts with the values that they are about."""
    sides = f"{_side(words, one.before)} → {_side(words, one.after)}"
    return words.say("：", ": ").join((_target(words, one), sides))


def _target(words: BulletinWording, one: ChangedVerdict) -> str:
    return words.text(words.plan.target_revisions[one.target][-1].name)


def _side(words: BulletinWording, verdict: Progress) -> str:
    status = words.text(STATUS_WORDS[verdict.status])
    if verdict.value is None:
        return status
    return f"{status} {words.value(words.plan.indicator_by_code[verdict.indicator_code], verdict.value)}"
