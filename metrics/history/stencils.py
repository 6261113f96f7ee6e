"""What loaded submissions write, put together once for all that have the same elements, with gaps for what differs.

A load writes the leaf, the event's detail and the rows of a million figures while nobody else may append. The words
around the figures are the same every time; filling gaps takes a tenth of the time of putting them together again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from struct import pack

import psycopg
from psycopg.adapt import PyFormat

from metrics.commands.record_submission_event import Event, event_content
from metrics.ledger.entry import canonical
from metrics.submission_states import Action, State

# A gap is a name between NULs, which no text of the database holds. Doubled, it takes the quotation marks with it.
_GAP = re.compile(r'(?:"\0\0|\0)([^\0]+)(?:\0\0"|\0)')
_FIRST_DAY, _FIRST_MOMENT = date(2000, 1, 1), datetime.fromisoformat("2000-01-01T00:00:00+00:00")  # of the database
_MOST_REMEMBERED = 200_000  # values; most counts are small and come again
ROW_COLUMNS = "element_code, revision, value, unit_code, period, seq, submission_id, recorded_at"
"""Of `observations` and of `figures`, in the order of :meth:`Shape.row_beginnings`."""


class Gap(StrEnum):
    """What differs beside the figures; no element's code has a colon."""

    SEQ = ":seq"
    SUBMISSION = ":submission"
    UNIT = ":unit"
    PERIOD = ":period"
    RECORDED_AT = ":recorded_at"
    RECEIVED_AT = ":received_at"
    DETAIL = ":detail"
    WARNINGS = ":warnings"
    SALT = ":salt"


class Stencil:
    """Canonical JSON with gaps."""

    def __init__(self, content: Mapping[str, object]) -> None:
        parts = _GAP.split(canonical(content).decode().replace("\\u0000", "\0"))
        self._text = "%s".join(part.replace("%", "%%") for part in parts[::2])
        self._names = parts[1::2]

    def filled(self, said: Mapping[str, str]) -> str:
        """The JSON with what is `said` in each gap; :func:`still_open` says that one stays open."""
        return self._text % tuple([said[name] for name in self._names])


class Shape:
    """What every first submission of the elements `codes` by `actor` writes."""

    def __init__(self, codes: Sequence[str], actor: str) -> None:
        self.codes = tuple(codes)
        changed = [{"after": _text(code), "before": None, "element": code} for code in codes]
        warnings = _json(Gap.WARNINGS)
        self.detail = Stencil({"changed": changed, "unchanged": 0, "warnings": warnings, "state_before": None})
        # The same event as if it was posted, that says when it was first received besides, or that nobody knows.
        event = Event(
            kind="submission",
            action=Action.SUBMIT,
            state=State.SUBMITTED,
            revision=1,
            actor=actor,
            reason="",
            content={
                "values": {code: _text(code) for code in codes},
                "changed": list(codes),
                "warnings": warnings,
                "received_at": _json(Gap.RECEIVED_AT),
            },
        )
        own = {"seq": _json(Gap.SEQ), "recorded_at": _text(Gap.RECORDED_AT), "submission": _json(Gap.SUBMISSION)}
        own["salt"] = _text(Gap.SALT)
        content = event_content(event, submission=0, unit=_text(Gap.UNIT), period=_FIRST_DAY, detail=_text(Gap.DETAIL))
        self.leaf = Stencil(content | own | {"kind": event.kind, "period": _text(Gap.PERIOD)})
        self._heads = [pack("!h", 8) + _sized(code.encode()) + pack("!ii", 4, 1) for code in codes]

    def row_beginnings(self, values: Sequence[str]) -> list[bytes]:
        """What the rows of ROW_COLUMNS begin with in a binary COPY: `values` in the order of `codes`.

        Each ends as :func:`row_end` says.
        """
        return [head + _numeric(value) for head, value in zip(self._heads, values, strict=True)]


def still_open(gap: Gap) -> str:
    """Stands where a gap is filled later, by replacing it: no JSON has a NUL in it."""
    return f"\0{gap}\0"


def row_end(unit: str, period: date, *, seq: int, submission: int, recorded_at: datetime) -> bytes:
    """What all rows of one submission end with."""
    since = recorded_at - _FIRST_MOMENT
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    days = (period - _FIRST_DAY).days
    return _sized(unit.encode()) + pack("!iiiqiiiq", 4, days, 8, seq, 4, submission, 8, microseconds)


def _text(name: str) -> str:
    """A gap within a text."""
    return f"\0{name}\0"


def _json(name: str) -> str:
    """A gap that takes JSON of any kind."""
    return f"\0\0{name}\0\0"


def _sized(content: bytes) -> bytes:
    return pack("!i", len(content)) + content


@lru_cache(_MOST_REMEMBERED)
def _numeric(value: str) -> bytes:
    """A value as the database takes a number in binary, with the decimals that it is written with."""
    return _sized(bytes(psycopg.adapters.get_dumper(Decimal, PyFormat.BINARY)(Decimal).dump(Decimal(value)) or b""))
