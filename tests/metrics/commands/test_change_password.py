"""Changing one's own password: only a wrong present one counts as a failure."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.commands.change_password import change_password
from metrics.database import WriteSession
from metrics.errors import Invalid, Message, TooMany
from metrics.limits import hashing
from metrics.models import SignInFailure
from tests.people import NOW, PASSWORD, person

HOME = "192.0.2.1"


@pytest.mark.parametrize("failure", [TooMany("sign_in_busy", Message("", ""), retry_after=5), PoolTimeout()])
def test_a_right_present_password_is_no_failure_whatever_becomes_of_the_new_one(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    principal = person(session)
    change = partial(change_password, principal, old=PASSWORD, address=HOME, now=NOW)
    for _ in range(20):
        with pytest.raises(Invalid) as refused:
            change(new="short")
        assert refused.value.code == "password_invalid"

    def breaks_off(*_given: object) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(hashing, "compare", breaks_off)
        for _ in range(20):
            with pytest.raises(type(failure)):
                change(new="a boat on the quiet river")
    assert session.scalars(select(SignInFailure)).all() == []
    for _ in range(5):
        with pytest.raises(Invalid) as refused:
            change_password(principal, old="not it", new="a boat on the quiet river", address=HOME, now=NOW)
        assert refused.value.code == "password_wrong"
    with pytest.raises(TooMany):
        change(new="a boat on the quiet river")
