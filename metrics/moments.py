"""Moments as people write them, read in one way for pages, the API and commands.

A day (`2019-10-05`) stands for its end. A time without offset is local time of the plan, so the same text means the
same instant whoever reads it where; `timezone` is asked only then, since knowing it takes a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from metrics.errors import Message
from metrics.periods import FIRST_YEAR, LAST_YEAR, day_end, parse_day

GREATEST_NUMBER = 2**53  # beyond it not every reader counts exactly
WRITTEN = Message(
    "2019-10-05(至该日结束)、当地时间 2019-10-05T18:00,或带时区的时刻 2019-10-05T18:00:00+08:00",
    "2019-10-05 (to the end of that day), 2019-10-05T18:00 in local time, or 2019-10-05T18:00:00+08:00 with its offset",
)
_LONGEST = 40  # characters
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_DAY_AND_TIME = re.compile(r"[0-9W-]{7,10}[T ]\d\d[\d:.,Z +-]*", re.ASCII)
_BLANK_FOR_PLUS = re.compile(r"([T ][\d:.,]+) (\d\d(?::?\d\d)?)$", re.ASCII)  # as a query string brings an offset's +


def read_moment(text: str, *, timezone: Callable[[], str], over: bool = False) -> datetime | None:
    """The instant, in UTC, that `text` names; None if it names none in the years FIRST_YEAR to LAST_YEAR.

    A day stands for its last microsecond, up to which something is known; with `over` for the first instant after it,
    at which something ends.
    """
    text = _BLANK_FOR_PLUS.sub(r"\1+\2", text.strip())
    day = parse_day(text)
    if day is not None:
        end = day_end(day, timezone=timezone())
        return end if over else end - datetime.resolution
    if len(text) > _LONGEST or not _DAY_AND_TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone()))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def read_as_of(text: str, *, timezone: Callable[[], str]) -> datetime | int | None:
    """Up to when things are known: a sequence number, or a moment as :func:`read_moment` reads it. None if neither."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return int(text) if int(text) <= GREATEST_NUMBER else None
    return read_moment(text, timezone=timezone)


def as_of_text(as_of: datetime | int) -> str:
    """A sequence number, or a moment in UTC, as addresses and the API write them."""
    return str(as_of) if isinstance(as_of, int) else as_of.astimezone(UTC).isoformat()


def local_text(moment: datetime, *, timezone: str) -> str:
    """``2019-10-20 09:00:00``, local time."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")
