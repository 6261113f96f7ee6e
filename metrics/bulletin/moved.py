"""Why a headline figure moved since the month before, as a paragraph. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.bulletin.document import Paragraph
from metrics.bulletin.figures import BulletinFigures
from metrics.bulletin.wording import BulletinWording
from metrics.contributions import Movement
from metrics.periods import is_owed
from metrics.plan.model import Indicator
from metrics.results import Progress
from metrics.rounding import written

_MOST_NAMED = 3


def why_moved(known: BulletinFigures, words: BulletinWording, verdict: Progress) -> Iterator[Paragraph]:
    """What the units' own rates and what changed denominators did, and who did most; nothing where nothing moved."""
    indicator = known.plan.indicator_by_code[verdict.indicator_code]
    moved = known.moved.get(indicator.code)
    if moved is None or moved.change == 0 or not is_owed(known.period, known.plan.months_apart[indicator.code]):
        return
    together = moved.together
    figures = {
        "name": words.text(indicator.name),
        "change": _amount(words, indicator, moved, together.total),
        "rates": _amount(words, indicator, moved, together.rate_effect),
        "denominators": _amount(words, indicator, moved, together.denominator_effect),
        "up": _named(words, moved, ups=True),
        "down": _named(words, moved, ups=False),
    }
    template = words.say(
        "{name}变动{change}，其中各单位自身率变动贡献{rates}，分母变动贡献{denominators}。正向贡献最大的：{up}；负向贡献最大的：{down}。",
        "The change of {name}, {change}, is made of {rates} by the units' own rates and {denominators} by changed "
        "denominators. Most upward: {up}; most downward: {down}.",
    )
    yield Paragraph(f"moved.{verdict.target_code}", template, figures)


def _named(words: BulletinWording, moved: Movement, *, ups: bool) -> str:
    """The units whose written parts are largest one way, with these; equal ones in display order."""
    parts = [(cells.total, part.counts.unit_code) for part, cells in zip(moved.parts, moved.written, strict=True)]
    one_way = sorted((part for part in parts if (part[0] > 0) is ups and part[0]), key=lambda part: -abs(part[0]))
    told = [words.with_note(words.unit(code), _signed(total, moved)) for total, code in one_way[:_MOST_NAMED]]
    return words.listed(told) or words.say("无", "none")


def _amount(words: BulletinWording, indicator: Indicator, moved: Movement, cell: int) -> str:
    number = _signed(cell, moved)
    if words.text(indicator.unit_of_measure) == "%":
        return words.say(f"{number}个百分点", f"{number} percentage points")
    return words.measured(indicator, number)


def _signed(cell: int, moved: Movement) -> str:
    text = written(abs(cell), moved.decimals)
    return text if cell == 0 else f"{'+' if cell > 0 else '−'}{text}"
