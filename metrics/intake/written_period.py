"""What people write for a period: 2019-09, 2019年9月, 2019.9, 2019/9, 201909, the first or last day of a month."""

from __future__ import annotations

import re
from datetime import date

from metrics.intake.folding import half_width, stripped
from metrics.intake.grid import Cell, Kind
from metrics.intake.mentions import arabic_months
from metrics.periods import format_period, last_day, parse_period

_SPACES = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月(?:份)?|(0[1-9]|1[0-2]))")
_DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")
_MIDNIGHT = re.compile(r"(?:T|\s)00:00(?::00)?$")
_LOST_ZERO = re.compile(r"[0-9]{4}\.1")  # 2019.10, once a program took it for a number
_IN_TITLE = re.compile(r"[0-9]{4}\s*年\s*[0-9]{1,2}\s*月")


def written_period(cell: Cell) -> date | None:
    """The period that `cell` says, None if it says none, or not clearly."""
    if cell.kind in (Kind.TEXT, Kind.NUMBER, Kind.DATE):
        return period_of_text(cell.text)
    return None


def period_of_text(text: str) -> date | None:
    """As :func:`written_period`. `2019.1` says none: it may be January, or October that lost its zero.

    A day says its month only if it is the first or the last one; another day is rather when the form was filled in.
    """
    bare = arabic_months(_SPACES.sub("", half_width(_MIDNIGHT.sub("", stripped(text)))))
    if _LOST_ZERO.fullmatch(bare):
        return None
    found = _MONTH.fullmatch(bare)
    if found is not None:
        return _period(found[1], found[2] or found[3] or found[4])
    found = _DAY.fullmatch(bare)
    if found is None:
        return None
    year, month, day = found[1], found[3] or found[5], found[4] or found[6]
    period = _period(year, month)
    return period if period is not None and int(day) in (1, last_day(period).day) else None


def periods_in_title(text: str) -> set[date]:
    """Every month that a title like `肇庆市2019年9月统计表` names."""
    return {
        period
        for part in _IN_TITLE.findall(arabic_months(half_width(text)))
        if (period := period_of_text(part)) is not None
    }


def is_as_written(cell: Cell, period: date) -> bool:
    return cell.kind is Kind.TEXT and cell.text == format_period(period)


def _period(year: str, month: str) -> date | None:
    return parse_period(f"{year}-{int(month):02d}")
