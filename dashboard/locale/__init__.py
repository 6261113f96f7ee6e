"""What the pages say, in Chinese and English, and how dates and counts are written in each.

Messages are named by their English text; `zh/messages.po` and `en/messages.po` hold what is shown. The language of a
request is set once with :func:`speaking`; `_`, `ngettext` and the writers below follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from metrics.shown import exact_decimal

LANGUAGES = ("zh", "en")
DEFAULT = "zh"
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
_DATES = {"zh": "y年M月d日", "en": "d MMM y"}
_MONTHS = {"zh": "y年M月", "en": "MMM y"}
_MONTHS_ALONE = {"zh": "M月", "en": "MMM"}
_INSTANTS = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}

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


@cache
def catalog(name: str) -> dict[str, tuple[str, ...]]:
    """The messages of one language: id → the text, or its plural forms."""
    path = Path(__file__).parent / name / "messages.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=name)
    found = {}
    for message in messages:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


def _(message: str, **values: object) -> str:
    """`message` in the language being spoken, with its `{names}` filled in."""
    text = catalog(language()).get(message, (message,))[0] or message
    return text.format(**values) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form of a message that fits the number `n`, which fills `{n}`."""
    forms = catalog(language()).get(one, ())
    singular = n == 1 or len(forms) == 1
    text = (forms[0] if singular else forms[1]) if forms and all(forms) else (one if n == 1 else many)
    return text.format(n=n, **values)


def date_text(day: date) -> str:
    """2019年9月30日 / 30 Sep 2019."""
    return format_date(day, _DATES[language()], locale=language())


def month_text(period: date) -> str:
    """2019年9月 / Sep 2019."""
    return format_date(period, _MONTHS[language()], locale=language())


def month_alone(period: date) -> str:
    """9月 / Sep: the month where its year stands nearby."""
    return format_date(period, _MONTHS_ALONE[language()], locale=language())


def instant_text(moment: datetime, *, timezone: str) -> str:
    """The local time in `timezone`: 2019年10月5日 18:00 / 5 Oct 2019, 18:00."""
    return format_datetime(moment.astimezone(ZoneInfo(timezone)), _INSTANTS[language()], locale=language())


def clock_text(moment: datetime, *, timezone: str) -> str:
    """The local time of day in `timezone`: 10:32."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%H:%M")


def count_text(value: Fraction | int) -> str:
    """A count in full with its thousands grouped: 1,204."""
    return format_decimal(Decimal(exact_decimal(Fraction(value))), locale=language(), decimal_quantization=False)
