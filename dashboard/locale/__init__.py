"""What the pages say, in Chinese and English, and how dates and counts are written in each.

The code holds the English text; `zh/messages.po` holds the Chinese one under it. The language of a request is set once
with :func:`speaking`; `_`, `pgettext`, `ngettext` and the writers below follow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from numbers import Integral
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from metrics.rounding import exact_decimal

LANGUAGES = ("zh", "en")
DEFAULT = "zh"
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
OWN_NAME = {"zh": "中文", "en": "English"}
_DATES = {"zh": "y年M月d日", "en": "d MMM y"}
_MONTHS = {"zh": "y年M月", "en": "MMM y"}
_MONTHS_ALONE = {"zh": "M月", "en": "MMM"}
_INSTANTS = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}

# What ints of these names say is which one, not how many: they are written without groups.
_WHICH = frozenset({"epoch", "number", "revision", "seq", "slip", "task", "version", "year"})

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` for as long as the block lasts, in this request only."""
    token = _language.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language being spoken: zh or en."""
    return _language.get()


def other_language() -> str:
    """The language that is not being spoken."""
    return next(other for other in LANGUAGES if other != language())


@cache
def catalog() -> dict[tuple[str, str], tuple[str, ...]]:
    """The Chinese messages: (context, "" for most; English text) → the text, or its plural forms."""
    with (Path(__file__).parent / "zh" / "messages.po").open("rb") as file:
        messages = read_po(file, locale="zh")
    found = {}
    for message in messages:
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            found[message.context or "", english] = forms
    return found


def _(message: str, **values: object) -> str:
    """`message` in the language being spoken, with its `{names}` filled in; counts have their thousands grouped."""
    return pgettext("", message, **values)


def pgettext(context: str, message: str, **values: object) -> str:
    """`message` where one English text needs several Chinese ones; `context` tells them apart."""
    text = message if language() == "en" else catalog().get((context, message), (message,))[0]
    return text.format(**_grouped(values)) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form of a message that fits the number `n`, which fills `{n}`."""
    forms = (one, many) if language() == "en" else catalog().get(("", one), (one, many))
    return forms[0 if n == 1 else -1].format(**_grouped({"n": n, **values}))


def _grouped(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: f"{value:,}" if isinstance(value, Integral) and name not in _WHICH else value
        for name, value in values.items()
    }


def of_one(measure: str) -> str:
    """A unit of measure as it stands after a 1: item, of items; Chinese writes it one way."""
    return measure.removesuffix("s") if language() == "en" else measure


def date_text(day: date) -> str:
    """2019年9月30日 / 30 Sep 2019."""
    return _written(day, _DATES[language()], language())


def month_text(period: date) -> str:
    """2019年9月 / Sep 2019."""
    return _written(period, _MONTHS[language()], language())


def month_alone(period: date) -> str:
    """9月 / Sep: the month where its year stands nearby."""
    return _written(period, _MONTHS_ALONE[language()], language())


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, spoken: str) -> str:
    """A page writes the same few days hundreds of times."""
    return format_date(day, pattern, locale=spoken)


def instant_text(moment: datetime, *, timezone: str) -> str:
    """The local time in `timezone`: 2019年10月5日 18:00 / 5 Oct 2019, 18:00."""
    return _instant_written(moment, timezone, language())


@lru_cache(maxsize=4096)
def _instant_written(moment: datetime, timezone: str, spoken: str) -> str:
    """Lists have the same moments whenever they are drawn."""
    return format_datetime(moment.astimezone(ZoneInfo(timezone)), _INSTANTS[spoken], locale=spoken)


def clock_text(moment: datetime, *, timezone: str) -> str:
    """The local time of day in `timezone`: 10:32."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%H:%M")


def count_text(value: Fraction | int) -> str:
    """A count in full with its thousands grouped: 1,204."""
    if value.denominator == 1:  # whole, as nearly all are: grouped alike in both languages
        return f"{value.numerator:,}"
    return format_decimal(Decimal(exact_decimal(Fraction(value))), locale=language(), decimal_quantization=False)
