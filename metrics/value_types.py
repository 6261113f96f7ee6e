"""Types of values that also say how JSON writes them, so that a result is an answer as it stands.

A frozen dataclass whose fields have these types needs no second class with the same fields for the API: pydantic reads
names, descriptions and forms from it. To the code they are what they annotate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter, WithJsonSchema

from metrics.forms import plain
from metrics.periods import format_period, parse_period
from metrics.submission_states import State

Result = TypeVar("Result")


def _period(given: Any) -> Any:
    return parse_period(given) if isinstance(given, str) else given


Month = Annotated[date, BeforeValidator(_period), PlainSerializer(format_period, return_type=str)]
"""A period, its first day: `2019-09`."""
SentState = Annotated[State, WithJsonSchema({"type": "string", "enum": ["submitted", "verified", "returned"]})]
"""How a submission stands that was sent in."""
Untold = Field(exclude=True)
"""Marks a field that no answer holds."""
PlainFigure = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
"""A figure: a decimal string, since readers in between make floats of JSON's numbers."""
Hash = Annotated[bytes, PlainSerializer(bytes.hex, return_type=str)]
"""A hash: hexadecimal digits."""
Moment = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant with `+00:00`, as answers that are remembered for a retry have always had it; elsewhere it ends in `Z`."""
Withheld = Annotated[str, PlainSerializer(lambda text: text or None, return_type=str | None)]
"""A text that is empty where the reader may not see it, and null there."""

Sorted = PlainSerializer(sorted, return_type=list[str])
"""Marks a set of texts: a list in order."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def as_json(value: Any) -> bytes:
    """A result as JSON."""
    return _adapter(value.__class__).dump_json(value, by_alias=True)


def as_json_object(value: Any) -> dict[str, Any]:
    """A result as the object that its JSON says."""
    written: dict[str, Any] = _adapter(value.__class__).dump_python(value, mode="json", by_alias=True)
    return written


def of_json_object(kind: type[Result], said: Mapping[str, Any]) -> Result:
    """The result that an object of :func:`as_json_object` says, with what no answer holds beside it."""
    asked: Any = kind
    found: Result = _adapter(asked).validate_python(dict(said))
    return found
