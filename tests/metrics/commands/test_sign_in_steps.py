"""What is shown after a right password: the second factor at every sign-in, a new password where one is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from metrics.commands.change_account import disable_user, reset_second_factor
from metrics.commands.sessions import Browser, SignedIn
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import (
    MoreToShow,
    NextStep,
    SetUpDone,
    SignInRefused,
    begin_second_factor,
    choose_password,
    confirm_second_factor,
    present_step,
    show_second_factor,
)
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, TooMany, Unauthenticated
from metrics.models import RecoveryCode, SecondFactor, Session, SignInStep, User
from metrics.queries.principals import principal_by_session
from metrics.settings import settings
from tests.people import BROWSER, NOW, PASSWORD, code, person, second_factor, signed_in

OTHER = "a boat on the quiet river"


@pytest.fixture
def mlps3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BIAOCHI_PASSWORD_PROFILE", "mlps3")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def asked(username: str = "chen", *, password: str = PASSWORD, browser: Browser = BROWSER) -> MoreToShow:
    outcome = sign_in(username, password=password, browser=browser, now=NOW)
    assert isinstance(outcome, MoreToShow)
    return outcome


def show(secret: str, typed: str, *, half_minutes: int = 0) -> SignedIn | MoreToShow | SignInRefused:
    now = NOW + timedelta(seconds=30 * half_minutes)
    return show_second_factor(secret, code=typed, browser=BROWSER, now=now)


def count(session: WriteSession, table: type[Session] | type[SignInStep] | type[RecoveryCode]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_right_password_alone_opens_no_session_for_anybody_real(session: WriteSession) -> None:
    person(session)
    more = asked()
    assert (more.step, count(session, Session)) == (NextStep.SET_UP, 0)
    with pytest.raises(Unauthenticated):
        principal_by_session(session, more.secret)
    assert more.secret not in repr(more)
    person(session, "demo", demonstration=True)
    assert isinstance(sign_in("demo", password=PASSWORD, browser=BROWSER, now=NOW), SignedIn)


def test_the_first_sign_in_sets_up_a_second_factor_and_the_next_asks_for_it(session: WriteSession) -> None:
    person(session)
    more = asked()
    given = begin_second_factor(more.secret, now=NOW)
    assert begin_second_factor(more.secret, now=NOW) == given  # drawn again, the code that was scanned still counts
    assert given.address.startswith("otpauth://totp/Biaochi")
    done = confirm_second_factor(more.secret, code=code(given.secret, now=NOW), browser=BROWSER, now=NOW)
    assert isinstance(done, SetUpDone)
    assert isinstance(done.then, SignedIn)
    assert len(set(done.recovery_codes)) == 10
    assert not any(secret in repr(done) for secret in done.recovery_codes)
    again = asked()
    assert again.step is NextStep.CODE
    with pytest.raises(Conflict, match="second_factor_set"):
        begin_second_factor(again.secret, now=NOW)
    assert isinstance(
        show(again.secret, code(given.secret, now=NOW)), SignInRefused
    )  # the one of the setting up is used
    assert isinstance(show(again.secret, code(given.secret, now=NOW, later=1), half_minutes=1), SignedIn)


def test_a_code_is_taken_once_by_whoever_shows_it_first(session: WriteSession) -> None:
    person(session)
    secret = second_factor(session)
    first, second = asked(), asked()
    assert isinstance(show(first.secret, code(secret, now=NOW)), SignedIn)
    assert isinstance(show(second.secret, code(secret, now=NOW)), SignInRefused)
    assert isinstance(show(second.secret, code(secret, now=NOW, later=-1)), SignInRefused)  # nor an earlier one
    with pytest.raises(Unauthenticated):  # nor the step it was shown to
        show(first.secret, code(secret, now=NOW, later=1), half_minutes=1)


@pytest.mark.parametrize(
    ("later", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids=lambda part: str(part)
)
def test_codes_of_the_half_minute_before_and_after_are_taken(session: WriteSession, later: int, taken: bool) -> None:
    person(session)
    secret = second_factor(session)
    outcome = show(
        asked().secret, f" {code(secret, now=NOW, later=later)[:3]} {code(secret, now=NOW, later=later)[3:]}"
    )
    assert isinstance(outcome, SignedIn) == taken


def test_the_codes_are_those_of_rfc_6238() -> None:
    from metrics.second_factor import code_at

    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # appendix B, of which six digits are shown here
    told = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"}
    assert {moment: code_at(seed, moment // 30) for moment in told} == told


@pytest.mark.parametrize(
    "typed", ["", "000000x", "１２３４５６", "\x00", "\udc80", "-", "a" * 10_000, "12345", "1234567"]
)
def test_what_is_no_code_is_refused(session: WriteSession, typed: str) -> None:
    person(session)
    second_factor(session)
    assert isinstance(show(asked().secret, typed), SignInRefused)


def test_five_wrong_codes_lock_the_account_s_codes_for_a_quarter_of_an_hour(session: WriteSession) -> None:
    person(session)
    secret = second_factor(session)
    for browser in range(5):
        assert isinstance(show(asked(browser=Browser(f"192.0.2.{browser}")).secret, "000001"), SignInRefused)
    more = asked()
    with pytest.raises(TooMany, match="code_locked") as locked:
        show(more.secret, code(secret, now=NOW))
    assert 0 < locked.value.retry_after <= 901
    later = NOW + timedelta(minutes=15)
    outcome = sign_in("chen", password=PASSWORD, browser=BROWSER, now=later)
    assert isinstance(outcome, MoreToShow)
    assert isinstance(
        show_second_factor(outcome.secret, code=code(secret, now=later), browser=BROWSER, now=later), SignedIn
    )


def test_a_recovery_code_is_good_once(session: WriteSession) -> None:
    person(session)
    more = asked()
    given = begin_second_factor(more.secret, now=NOW)
    done = confirm_second_factor(more.secret, code=code(given.secret, now=NOW), browser=BROWSER, now=NOW)
    assert isinstance(done, SetUpDone)
    kept = {row.code_hash for row in session.scalars(select(RecoveryCode))}
    assert {len(each) for each in kept} == {32}
    assert not any(each.replace("-", "").encode() in row for each in done.recovery_codes for row in kept)
    typed = done.recovery_codes[3].upper().replace("-", " ")
    assert isinstance(show(asked().secret, typed), SignedIn)
    assert isinstance(show(asked().secret, typed), SignInRefused)
    assert isinstance(show(asked().secret, done.recovery_codes[4]), SignedIn)


def test_the_secret_lies_sealed_for_its_own_account(session: WriteSession) -> None:
    person(session)
    person(session, "li")
    secret = second_factor(session)
    kept = session.scalars(select(SecondFactor)).one()
    assert secret.encode() not in kept.sealed
    other = session.scalars(select(User.id).where(User.username == "li")).one()
    session.add(SecondFactor(user_id=other, sealed=kept.sealed, created_at=NOW, confirmed_at=NOW))
    session.flush()
    with pytest.raises(Exception, match="second_factor_key"):
        show(asked("li").secret, code(secret, now=NOW))


def test_a_step_ends_after_ten_minutes_and_with_the_account_the_password_or_the_factor(session: WriteSession) -> None:
    person(session)
    secret = second_factor(session)
    late = asked().secret
    with pytest.raises(Unauthenticated):
        show_second_factor(late, code=code(secret), browser=BROWSER, now=NOW + timedelta(minutes=10))
    more = asked().secret
    reset_second_factor(session, "chen", now=NOW)
    with pytest.raises(Unauthenticated):
        present_step(more, now=NOW)
    more = asked().secret
    session.scalars(select(User)).one().password_hash = "another"
    session.flush()
    with pytest.raises(Unauthenticated):
        present_step(more, now=NOW)
    for forged in ("", "x", "\x00", signed_in(session).secret):
        with pytest.raises(Unauthenticated):
            present_step(forged, now=NOW)


def test_a_disabled_account_goes_no_further(session: WriteSession) -> None:
    person(session)
    secret = second_factor(session)
    more = asked()
    disable_user(session, "chen", now=NOW)
    with pytest.raises(Unauthenticated):
        show(more.secret, code(secret, now=NOW))


def test_the_session_a_browser_came_with_ends_at_sign_in(session: WriteSession) -> None:
    person(session)
    secret = second_factor(session)
    before = signed_in(session).secret
    browser = Browser("192.0.2.1", "Mozilla\x00\n" * 100, before)
    outcome = show_second_factor(asked(browser=browser).secret, code=code(secret, now=NOW), browser=browser, now=NOW)
    assert isinstance(outcome, SignedIn)
    with pytest.raises(Unauthenticated):
        principal_by_session(session, before)
    kept = session.scalars(select(Session)).one()
    assert (kept.address, len(kept.agent), kept.agent.isprintable()) == ("192.0.2.1", 300, True)


def due(session: WriteSession, *, until: int = 7) -> str:
    """A step that has only the new password before it."""
    person(session)
    secret = second_factor(session)
    session.scalars(select(User)).one().password_until = NOW + timedelta(days=until)
    session.flush()
    outcome = show(asked().secret, code(secret, now=NOW))
    assert isinstance(outcome, MoreToShow)
    assert outcome.step is NextStep.PASSWORD
    return outcome.secret


def test_a_temporary_password_is_changed_before_anything_else(session: WriteSession) -> None:
    step = due(session)
    with pytest.raises(Invalid, match="password_same"):
        choose_password(step, password=PASSWORD, browser=BROWSER, now=NOW)
    with pytest.raises(Invalid, match="password_short"):
        choose_password(step, password="short", browser=BROWSER, now=NOW)
    assert isinstance(choose_password(step, password=OTHER, browser=BROWSER, now=NOW), SignedIn)
    assert asked(password=OTHER).step is NextStep.CODE
    assert isinstance(sign_in("chen", password=PASSWORD, browser=BROWSER, now=NOW), SignInRefused)


def test_no_password_is_chosen_before_the_second_factor_is_shown(session: WriteSession) -> None:
    person(session)
    second_factor(session)
    session.scalars(select(User)).one().password_until = NOW + timedelta(days=1)
    session.flush()
    with pytest.raises(Unauthenticated):
        choose_password(asked().secret, password=OTHER, browser=BROWSER, now=NOW)


def test_a_temporary_password_that_is_over_signs_nobody_in(session: WriteSession) -> None:
    person(session)
    session.scalars(select(User)).one().password_until = NOW
    session.flush()
    refused = sign_in("chen", password=PASSWORD, browser=BROWSER, now=NOW)
    assert isinstance(refused, SignInRefused)
    assert refused.code == "password_over"


@pytest.mark.usefixtures("mlps3")
def test_under_mlps3_a_password_of_90_days_is_changed_and_the_last_five_do_not_come_back(session: WriteSession) -> None:
    person(session, password="River-0-boat")
    secret = second_factor(session)
    passwords = [f"River-{number}-boat" for number in range(7)]
    now = NOW
    for before, after in pairwise(passwords):
        now += timedelta(days=90)
        more = sign_in("chen", password=before, browser=BROWSER, now=now)
        assert isinstance(more, MoreToShow)
        more = show_second_factor(more.secret, code=code(secret, now=now), browser=BROWSER, now=now)
        assert isinstance(more, MoreToShow)
        number = passwords.index(before)
        for barred in passwords[max(0, number - 4) : number + 1]:
            with pytest.raises(Invalid, match=r"password_used_before|password_same"):
                choose_password(more.secret, password=barred, browser=BROWSER, now=now)
        assert isinstance(choose_password(more.secret, password=after, browser=BROWSER, now=now), SignedIn)
    now += timedelta(days=89)
    more = sign_in("chen", password=passwords[-1], browser=BROWSER, now=now)
    assert isinstance(more, MoreToShow)
    assert isinstance(show_second_factor(more.secret, code=code(secret, now=now), browser=BROWSER, now=now), SignedIn)
