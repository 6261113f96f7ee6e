"""What a running service keeps up to date: whatever stops one look, the next one comes."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.cli.keeping import kept
from metrics.errors import BiaochiError, Message, PlanMissing, Unavailable

FAILURES = (
    PoolTimeout("no connection is free"),
    OperationalError("", {}, Exception("gone")),
    Unavailable("database_away", Message("无", "none")),
    PlanMissing(),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_the_first_look_is_taken_until_it_was_done(failure: BiaochiError | PoolTimeout) -> None:
    firsts, looked = [failure, False, True], threading.Event()

    def first() -> bool:
        answer = firsts.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look() -> bool:
        looked.set()
        return False

    with kept("tried", look, every=0.001, first=first):
        assert looked.wait(timeout=20)
    assert firsts == []
