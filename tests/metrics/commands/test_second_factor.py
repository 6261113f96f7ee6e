"""Setting up a second factor: a secret that only who confirms it has seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from metrics.commands.change_account import change_email, end_all_sessions
from metrics.commands.passwords import request_password_link, reset_password, set_password_by_link
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import (
    MoreToShow,
    SetUpDone,
    SignInRefused,
    begin_second_factor,
    confirm_second_factor,
)
from metrics.database import WriteSession
from metrics.models import SecondFactor
from tests.people import BROWSER, NOW, PASSWORD, code, person

OTHER = "a boat on the quiet river"


def asked(now: datetime) -> MoreToShow:
    outcome = sign_in("chen", password=PASSWORD, browser=BROWSER, now=now)
    assert isinstance(outcome, MoreToShow)
    return outcome


def test_each_sign_in_is_shown_a_secret_of_its_own_until_one_is_confirmed(session: WriteSession) -> None:
    """Who knew the password first and looked has nothing of what the person confirms later."""
    person(session)
    stranger = asked(NOW - timedelta(minutes=1))
    known = begin_second_factor(stranger.secret, now=NOW).secret
    more = asked(NOW)
    given = begin_second_factor(more.secret, now=NOW).secret
    assert given != known
    again = begin_second_factor(stranger.secret, now=NOW).secret
    assert again not in (known, given)
    assert isinstance(
        confirm_second_factor(more.secret, code=code(given, now=NOW), browser=BROWSER, now=NOW), SignInRefused
    )
    given = begin_second_factor(more.secret, now=NOW).secret  # as the page does when it is drawn again
    assert given not in (known, again)
    assert session.scalars(select(SecondFactor.failures)).one() == 1  # a new secret gives no new guesses
    done = confirm_second_factor(more.secret, code=code(given, now=NOW), browser=BROWSER, now=NOW)
    assert isinstance(done, SetUpDone)


@pytest.mark.parametrize("how", ["reset", "link", "sessions"])
def test_an_unconfirmed_second_factor_ends_with_the_password_and_the_sessions(session: WriteSession, how: str) -> None:
    person(session)
    begin_second_factor(asked(NOW).secret, now=NOW)
    if how == "reset":
        reset_password("chen", now=NOW, lasts=timedelta(days=7))
    elif how == "link":
        change_email(session, "chen", email="chen@example.org", now=NOW)
        link = request_password_link(session, "chen", now=NOW, lasts=timedelta(days=7))
        set_password_by_link(link.secret, password=OTHER, now=NOW)
    else:
        end_all_sessions(session, "chen")
    assert session.scalars(select(SecondFactor)).all() == []
