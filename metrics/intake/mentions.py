"""Months that a title, a sheet's name or a heading names: 2021年2月, 二〇二一年二月, 2月, 一季度, 截至2021年2月28日."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from metrics.intake.folding import half_width

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
