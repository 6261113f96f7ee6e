"""What `biaochi serve` bears when it begins."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, ProgrammingError

from metrics.cli import serving
from metrics.cli.connection import OpenedDatabase
from metrics.cli.migrate import bring_up_to_date


def raised(failure: Exception) -> Callable[[], None]:
    def sign() -> None:
        raise failure

    return sign


def test_a_ledger_that_others_hold_keeps_no_service_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    held = DBAPIError.instance("x", None, psycopg.errors.LockNotAvailable("held"), psycopg.Error)
    monkeypatch.setattr(serving, "sign_ledger", raised(held))
    serving._sign_ledger()
    defect = DBAPIError.instance("x", None, psycopg.errors.UndefinedTable("none"), psycopg.Error)
    monkeypatch.setattr(serving, "sign_ledger", raised(defect))
    with pytest.raises(ProgrammingError):
        serving._sign_ledger()


@pytest.mark.parametrize(("answers", "asked"), [([True], 1), ([False, False, True], 3), ([False] * 9, 3)])
def test_a_database_that_is_silent_when_the_service_starts_is_given_a_minute(
    answers: list[bool], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at a silent one takes a while, here twenty seconds; then whoever asks next says what is wrong."""
    passed = 0.0

    def look() -> bool:
        nonlocal passed
        passed += 20.0
        return left.pop(0)

    left = list(answers)
    monkeypatch.setattr(serving, "gives_sign_of_life", look)
    monkeypatch.setattr(serving, "time", SimpleNamespace(monotonic=lambda: passed))
    serving._wait_while_silent()
    assert len(answers) - len(left) == asked


def test_the_schema_s_owner_is_waited_for_as_long_as_a_server_has_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a request may not wait for, a start may: three seconds are little for a first connection on a busy disk."""
    asked: list[float] = []

    def connect(*_: object, connect_timeout: float, **__: object) -> None:
        asked.append(connect_timeout)
        raise psycopg.OperationalError("nobody is there")

    monkeypatch.setattr(psycopg.Connection, "connect", connect)
    monkeypatch.setattr(psycopg, "connect", connect)
    opened = OpenedDatabase("postgresql://service@nowhere/it", "postgresql://owner@nowhere/it", embedded=True)
    with pytest.raises(DBAPIError, match="nobody is there"):
        bring_up_to_date(opened)
    assert asked == [serving._ANSWERS_WITHIN]
