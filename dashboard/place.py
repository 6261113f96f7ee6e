"""Where a reader is: path, month judged, known as of, language and what else the page keeps in its address.

An address says everything a page shows, so that a link reproduces it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from dashboard.locale import DEFAULT, LANGUAGES
from metrics.periods import FIRST_YEAR, LAST_YEAR, format_period, last_day, parse_period

_PROJECTOR = "projector"
_LONGEST, _LONGEST_KEPT = 8000, 4000
KEPT = (
    "targets",
    "unit",
    "period",
    "show",
    "since",
    "state",
    "base",
    "map",
    "group",
    "kind",
    "lead",
    "phase",
    "sample",
    "compare",
)  # what pages keep for themselves
# What the data page keeps: the pull that is being put together, lists with commas.
PULL = (
    "dataset",
    "element",
    "indicator",
    "target",
    "period_from",
    "period_to",
    "basis",
    "history",
    "after_seq",
    "task",
    "format",
)
_READ = frozenset({"month", "as_of", "release", "lang", "view", *KEPT, *PULL})


@dataclass(frozen=True, slots=True)
class Place:
    """`month` None: the newest with data; `as_of` None: now. `misread`: parameters that could not be understood.

    `release`: the number of the release that decides what is known and on which basis; then `as_of` is None.
    `projected`: shown to a room, large and without what only serves the one at the keyboard.
    """

    path: str = "/"
    month: date | None = None
    as_of: datetime | int | None = None
    release: int | None = None
    language: str = DEFAULT
    projected: bool = False
    kept: tuple[tuple[str, str], ...] = ()
    misread: tuple[tuple[str, str], ...] = field(default=())

    @property
    def on(self) -> date | None:
        """The day on which targets are judged, None for the last day of the newest month with data."""
        return None if self.month is None else last_day(self.month)

    def keeps(self, name: str) -> str | None:
        return dict(self.kept).get(name)

    def href(self) -> str:
        """The address of this place, the same for equal places."""
        parts = self.times + [("lang", self.language)] * (self.language != DEFAULT)
        parts += [("view", _PROJECTOR)] * self.projected + list(self.kept)
        return self.path + (f"?{urlencode(parts)}" if parts else "")

    @property
    def times(self) -> list[tuple[str, str]]:
        """The month judged and up to when things are known, as parameters of an address."""
        parts = []
        if self.month is not None:
            parts.append(("month", format_period(self.month)))
        return parts + self.vintage

    @property
    def vintage(self) -> list[tuple[str, str]]:
        """Up to when things are known, as parameters of an address."""
        if self.release is not None:
            return [("release", str(self.release))]
        return [] if self.as_of is None else [("as_of", as_of_text(self.as_of))]

    @property
    def present(self) -> bool:
        """True if things are shown as known now, neither as of an earlier moment nor as a release has them."""
        return self.as_of is None and self.release is None

    def to(self, path: str, **kept: str) -> str:
        """The address of another page, seen at the same times and in the same language."""
        return replace(self, path=path, kept=tuple(kept.items())).href()

    def at_desk(self, path: str, **kept: str) -> str:
        """The address of a clerk's own page, which knows no other time than now."""
        now = Place(path=path, language=self.language, kept=tuple(kept.items()))
        return now.href()

    def keeping(self, **kept: str | None) -> str:
        """The address of this page with some of what it keeps changed; None leaves a thing out."""
        merged = {**dict(self.kept), **kept}
        return replace(self, kept=tuple((k, v) for k, v in merged.items() if v is not None)).href()

    def at(self, *, month: date | None, as_of: datetime | int | None) -> str:
        """The address of this page at other times, outside any release."""
        return replace(self, month=month, as_of=as_of, release=None).href()

    def in_month(self, month: date | None) -> str:
        """The address of this page for another month, of the same vintage."""
        return replace(self, month=month).href()

    def released(self, number: int) -> str:
        """The address of this page as a release has it."""
        return replace(self, as_of=None, release=number).href()

    def speaking(self, language: str) -> str:
        """The address of this page in another language."""
        return replace(self, language=language).href()

    def projecting(self, projected: bool) -> str:
        """The address of this page for a room, or for one person."""
        return replace(self, projected=projected).href()

    def csv(self, dataset: str, **parameters: str | Sequence[str]) -> str:
        """The address of a dataset as CSV for spreadsheets, at the same times and in the same language."""
        parts = [*parameters.items(), ("bom", "1"), ("lang", self.language), *self.vintage]
        return f"/api/v1/{dataset}.csv?{urlencode(parts, doseq=True)}"


def place_of(pathname: str | None, search: str | None, *, timezone: str = "Asia/Shanghai") -> Place:
    """Read an address. What cannot be understood is left out and listed in `misread`, never an error."""
    query = dict(parse_qsl((search or "").lstrip("?")[:_LONGEST], keep_blank_values=False))
    misread = []
    month, as_of, release = None, None, None
    if "month" in query:
        month = parse_period(query["month"])
        misread += [("month", query["month"])] * (month is None)
    if "release" in query:
        release = _release_number(query["release"])
        misread += [("release", query["release"])] * (release is None)
        misread += [(name, value) for name, value in query.items() if name == "as_of"]  # the release says when
    elif "as_of" in query:
        as_of = parse_as_of(query["as_of"], timezone=timezone)
        misread += [("as_of", query["as_of"])] * (as_of is None)
    language = query.get("lang", DEFAULT)
    misread += [("lang", language)] * (language not in LANGUAGES)
    view = query.get("view")
    misread += [("view", view)] if view not in (None, _PROJECTOR) else []
    misread += [(name, value) for name, value in query.items() if name not in _READ]
    return Place(
        path=plain_path(pathname),
        month=month,
        as_of=as_of,
        release=release,
        language=language if language in LANGUAGES else DEFAULT,
        projected=view == _PROJECTOR,
        kept=tuple((name, query[name][:_LONGEST_KEPT]) for name in (*KEPT, *PULL) if name in query),
        misread=tuple(misread),
    )


def _release_number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    return number or None


def plain_path(pathname: str | None) -> str:
    """The path of an address, without a slash at its end."""
    return "/" + (pathname or "/")[:_LONGEST].strip("/")


def parse_as_of(text: str, *, timezone: str) -> datetime | int | None:
    """A sequence number, a moment, or a day (its end); local time where no offset is written. None if it is none.

    The + of an offset written as it is into an address arrives as a blank, and is read as +.
    """
    text = text.strip()[:40]
    if not text.isascii():
        return None
    if text.isdigit():
        return int(text) if len(text) <= 18 else None
    try:
        moment = datetime.fromisoformat(re.sub(r"(:\d\d(?:\.\d+)?) (\d\d:\d\d)$", r"\1+\2", text))
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    if len(text) == len("2019-10-05"):
        moment = datetime.combine(moment.date(), time(23, 59, 59, 999999))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def as_of_text(as_of: datetime | int) -> str:
    """A sequence number, or a moment in UTC, as addresses and the API write them."""
    return str(as_of) if isinstance(as_of, int) else as_of.astimezone(UTC).isoformat()
