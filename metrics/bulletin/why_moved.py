"""Why a headline figure moved since the month before: both effects, who did most, who is not in both sums. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.bulletin.document import Paragraph
from metrics.bulletin.figures import BulletinFigures
from metrics.bulletin.wording import BulletinWording
from metrics.contributions import Movement, PartState
from metrics.periods import is_owed
from metrics.plan.model import Indicator, Text
from metrics.results import Progress
from metrics.rounding import written

_COUNTED_OTHERWISE = {
    PartState.ENTERED.value: Text(zh="新计入：{entered}。", en="Entered the sum: {entered}."),
    PartState.LEFT.value: Text(zh="不再计入：{left}。", en="Left the sum: {left}."),
    PartState.CARRIED.value: Text(zh="沿用前期：{carried}。", en="Carried from before: {carried}."),
}
_MOST_LISTED = 12  # units that are in the sums in one way: of more, how many
_MOST_NAMED = 3  # units that moved a figure most, each way


def why_moved(known: BulletinFigures, words: BulletinWording, verdict: Progress) -> Iterator[Paragraph]:
    """What the units' own rates and what changed denominators did, and who did most; nothing where nothing moved."""
    indicator = known.plan.indicator_by_code[verdict.indicator_code]
    moved = known.moved.get(indicator.code)
    if moved is None or moved.change == 0 or not is_owed(known.period, known.plan.months_apart[indicator.code]):
        return
    together = moved.together
    figures = {
        "name": words.text(indicator.name),
        "change": _points(words, indicator, moved, together.total),
        "rates": _points(words, indicator, moved, together.rate_effect),
        "denominators": _points(words, indicator, moved, together.denominator_effect),
        "up": _movers(words, moved, ups=True),
        "down": _movers(words, moved, ups=False),
        **_counted_otherwise(words, moved),
    }
    template = words.say(
        "{name}变动{change}，其中各单位自身率变动贡献{rates}，分母变动贡献{denominators}。正向贡献最大的：{up}；负向贡献最大的：{down}。",
        "{name} moved by {change}: {rates} from the units' own rates and {denominators} from changed denominators. "
        "Largest contributions upward: {up}; downward: {down}.",
    )
    for key, sentence in _COUNTED_OTHERWISE.items():
        if key in figures:
            template += words.say(sentence.zh, " " + sentence.en)
    yield Paragraph(f"moved.{verdict.target_code}", template, figures)


def _counted_otherwise(words: BulletinWording, moved: Movement) -> dict[str, str]:
    """The units that entered the sum, left it or are carried, by these words; nothing where none is so."""
    named: dict[str, str] = {}
    for state in (PartState.ENTERED, PartState.LEFT, PartState.CARRIED):
        units = [part.counts.unit_code for part in moved.parts if part.counts.state is state]
        if units:
            listed = words.listed(words.unit(code) for code in units[:_MOST_LISTED])
            more = words.say(f"等{len(units)}个单位", f" and others, {len(units)} in all")
            named[state.value] = listed + more * (len(units) > _MOST_LISTED)
    return named


def _movers(words: BulletinWording, moved: Movement, *, ups: bool) -> str:
    """The units whose written parts are largest one way, with these; equal ones in display order."""
    parts = [(cells.total, part.counts.unit_code) for part, cells in zip(moved.parts, moved.written, strict=True)]
    one_way = sorted((part for part in parts if (part[0] > 0) is ups and part[0]), key=lambda part: -abs(part[0]))
    told = [words.with_note(words.unit(code), _part(total, moved)) for total, code in one_way[:_MOST_NAMED]]
    return words.listed(told) or words.say("无", "none")


def _points(words: BulletinWording, indicator: Indicator, moved: Movement, cell: int) -> str:
    number = _part(cell, moved)
    if words.text(indicator.unit_of_measure) == "%":
        return words.say(f"{number}个百分点", f"{number} percentage points")
    return words.measured(indicator, number)


def _part(cell: int, moved: Movement) -> str:
    text = written(abs(cell), moved.decimals)
    return text if cell == 0 else f"{'+' if cell > 0 else '−'}{text}"
