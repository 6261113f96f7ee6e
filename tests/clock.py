"""A clock that tests turn: what the service takes for now, in this process and in what it asks of the database.

Histories of a year are walked with it as people walk them, a request at a time, each at its own moment.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

_SERVICE = ("metrics.", "api.", "dashboard.")
_ASKED = "clock_timestamp()"  # by which the database dates an entry of the ledger


PLACE = ZoneInfo("Asia/Shanghai")  # the plan's: its day begins eight hours before that of UTC


def in_days(days: int) -> date:
    """The city's day as many days from now. Asked for by a test while it runs: what a module counts from when it is
    loaded is another day by the time its tests have their turn, whenever the city's midnight lies between.
    """
    return datetime.now(PLACE).date() + timedelta(days=days)


class Clock:
    """Shows `now`, an aware moment, until it is set to another."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@contextmanager
def turned(clock: Clock, engine: Engine) -> Iterator[None]:
    """While the block lasts `clock` says what time it is: to every module of the service that is loaded, and in the
    statements that `engine` sends.
    """

    def tell(_c: Any, _r: Any, statement: str, parameters: Any, _x: Any, _m: bool) -> tuple[str, Any]:
        return statement.replace(_ASKED, f"timestamptz '{clock.now.isoformat()}'"), parameters

    event.listen(engine, "before_cursor_execute", tell, retval=True)
    shown = _datetime_of(clock)
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith(_SERVICE) and getattr(module, "datetime", None) is datetime:
                patch.setattr(module, "datetime", shown)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", tell)


class _AnyDatetime(type):
    """Whatever is a datetime is one of these."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


def _datetime_of(clock: Clock) -> type[datetime]:
    """`datetime` as modules know it, in everything but what now is; what it makes are common datetimes."""

    class Shown(datetime, metaclass=_AnyDatetime):
        def __new__(cls, *given: Any, **named: Any) -> datetime:  # type: ignore[misc]  # on purpose none of its own
            return datetime(*given, **named)  # noqa: DTZ001  as it was asked for

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now.astimezone(tz or UTC)

        @classmethod
        def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
            return handler(datetime)

    return Shown
