"""Months as people write them: those that a title, a sheet's name or a heading names (2021年2月, 二〇二一年二月, 2月,
一季度, 截至2021年2月28日), and what a cell says for a period (2019-09, 2019年9月, 2019.9, 2019/9, 201909, the first
or last day of a month).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from metrics.intake.grid import Cell, CellKind
from metrics.intake.vocabulary.comparable_texts import half_width, stripped
from metrics.periods import format_period, last_day, parse_period

_CHINESE = dict(zip("〇零○Ｏ一二三四五六七八九", "0000123456789", strict=True))
_CHINESE_YEAR = re.compile(r"([〇零○一二三四五六七八九]{4})(?=年)")
_CHINESE_MONTH = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月(?!个))")
_SPACES = re.compile(r"\s+")
_TO = r"[-—–~～至到]"
_DAY = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日?|[-/.](\d{1,2})[-/.](\d{1,2}))(?!\d)")
_RANGE = re.compile(rf"(?:(\d{{4}})年)?(?<!\d)(\d{{1,2}})月?{_TO}(\d{{1,2}})月")
_MONTH = re.compile(
    r"(?:(?<!\d)((?:19|20)\d{2})(?:年度?(\d{1,2})月|[-/.](\d{1,2})(?![\d.])|(0[1-9]|1[0-2])(?!\d))|(?<![\d.])(\d{1,2})月)"
    r"(?!底?前|起|日前|内)"
)
_QUARTER = re.compile(r"(?:(\d{4})年)?第?([1-4一二三四])季度?")
_YEARS = re.compile(rf"(?<!\d)(\d{{4}})年?{_TO}(\d{{4}})年")
_YEAR = re.compile(r"(?<!\d)(20\d{2}|19\d{2})年")
_SUFFIX = re.compile(r"(?:份|数|数据|完成数|报送数|填报数|值|情况)*")
_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\ufeff]+")
_WRITTEN_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月(?:份)?|(0[1-9]|1[0-2]))")
_WRITTEN_DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)")
_MIDNIGHT = re.compile(r"(?:T|\s)00:00(?::00)?$")
_LOST_ZERO = re.compile(r"[0-9]{4}\.1")  # 2019.10, once a program took it for a number
_SHORT_YEAR = re.compile(r"([0-9]{2})[-/.年]?(0[1-9]|1[0-2])")
_IN_TITLE = re.compile(r"[0-9]{4}\s*年\s*[0-9]{1,2}\s*月")


@dataclass(frozen=True, slots=True)
class Mention:
    """A month that a text names; what it leaves out is None. `first_year`: a range of years, up to `year`."""

    year: int | None
    month: int | None
    first_year: int | None = None

    def agrees(self, period: date) -> bool:
        """True if the text may mean `period`."""
        if self.first_year is not None and self.year is not None:
            return self.first_year <= period.year <= self.year
        return self.year in (None, period.year) and self.month in (None, period.month)


def months_named(text: str) -> list[Mention]:
    """Every month, quarter (its last month) or year that `text` names. The day a form was filled in is none."""
    rest = _arabic(text)
    found: list[Mention] = []
    for pattern, read in (
        (_DAY, _of_day),
        (_YEARS, _of_years),
        (_RANGE, _of_range),
        (_QUARTER, _of_quarter),
        (_MONTH, _of_month),
        (_YEAR, _of_year),
    ):
        for match in pattern.finditer(rest):
            found += read(match)
        rest = pattern.sub("\n", rest)
    return found


def month_alone(text: str) -> Mention | None:
    """The month that is the whole text, as a heading above figures: `2021年2月`, `2月数`, `二〇二一年二月`."""
    plain = _arabic(text)
    match = _MONTH.match(plain)
    if match is None or not _SUFFIX.fullmatch(plain[match.end() :]):
        return None
    mentions = _of_month(match)
    return mentions[0] if mentions else None


def month_of_sheet_name(name: str) -> Mention | None:
    """The month that a sheet's whole name says with a year of two digits: 21.01, 2101, 21-01."""
    match = _SHORT_YEAR.fullmatch(half_width(name).strip())
    return None if match is None else Mention(2000 + int(match[1]), int(match[2]))


def without_months(text: str) -> str:
    """`text` with every month, quarter and year replaced by one mark: the same next month."""
    rest = _arabic(text)
    for pattern in (_DAY, _RANGE, _QUARTER, _MONTH, _YEAR):
        rest = pattern.sub("@", rest)
    return rest


def arabic_months(text: str) -> str:
    """`text` with a Chinese year and month in digits: 二〇二一年二月 is 2021年2月."""
    plain = _CHINESE_YEAR.sub(lambda match: "".join(_CHINESE[digit] for digit in match[1]), text)
    return _CHINESE_MONTH.sub(lambda match: str(_month_number(match[1])), plain)


def _arabic(text: str) -> str:
    return arabic_months(_SPACES.sub("", half_width(text)))


def _month_number(text: str) -> int:
    return 10 + (int(_CHINESE[text[1]]) if len(text) > 1 else 0) if text[0] == "十" else int(_CHINESE[text[0]])


def _of_day(match: re.Match[str]) -> list[Mention]:
    """The last day of a month says that month; any other day is when somebody wrote or sent the sheet."""
    year, month, day = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
    is_end = 1 <= month <= 12 and year > 0 and day == monthrange(year, month)[1]
    return [Mention(year, month)] if is_end else []


def _of_years(match: re.Match[str]) -> list[Mention]:
    return [Mention(int(match[2]), None, first_year=int(match[1]))]


def _of_range(match: re.Match[str]) -> list[Mention]:
    year = int(match[1]) if match[1] else None
    return [Mention(year, month) for month in (int(match[2]), int(match[3])) if 1 <= month <= 12]


def _of_quarter(match: re.Match[str]) -> list[Mention]:
    quarter = int(_CHINESE.get(match[2], match[2]))
    return [Mention(int(match[1]) if match[1] else None, 3 * quarter)]


def _of_month(match: re.Match[str]) -> list[Mention]:
    month = int(match[2] or match[3] or match[4] or match[5])
    return [Mention(int(match[1]) if match[1] else None, month)] if 1 <= month <= 12 else []


def _of_year(match: re.Match[str]) -> list[Mention]:
    return [Mention(int(match[1]), None)]


def written_period(cell: Cell) -> date | None:
    """The period that `cell` says, None if it says none, or not clearly."""
    if cell.kind in (CellKind.TEXT, CellKind.NUMBER, CellKind.DATE):
        return period_of_text(cell.text)
    return None


def period_of_text(text: str) -> date | None:
    """As :func:`written_period`. `2019.1` says none: it may be January, or October that lost its zero.

    A day says its month only if it is the first or the last one; another day is rather when the form was filled in.
    """
    bare = arabic_months(_BLANKS.sub("", half_width(_MIDNIGHT.sub("", stripped(text)))))
    if _LOST_ZERO.fullmatch(bare):
        return None
    found = _WRITTEN_MONTH.fullmatch(bare)
    if found is not None:
        return _period(found[1], found[2] or found[3] or found[4])
    found = _WRITTEN_DAY.fullmatch(bare)
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
    return cell.kind is CellKind.TEXT and cell.text == format_period(period)


def _period(year: str, month: str) -> date | None:
    return parse_period(f"{year}-{int(month):02d}")
