import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics import credentials
from metrics.commands.change_account import disable_user
from metrics.commands.sessions import Browser, SignedIn, sign_out
from metrics.commands.sign_in import PASSWORD_OVER, sign_in
from metrics.commands.sign_in_steps import MoreToShow, SignInRefused
from metrics.credentials import digest
from metrics.database import WriteSession, use_engine, write_session
from metrics.errors import Message, TooMany
from metrics.limits import hashing
from metrics.models.access import Session, SignInFailure, User
from metrics.settings import settings
from tests import people
from tests.databases import Database
from tests.people import NOW, PASSWORD

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.9"
person = partial(people.person, demonstration=True)  # without a second factor: these tests are about the password


def attempt(
    session: WriteSession,
    username: str = "chen",
    *,
    password: str = PASSWORD,
    address: str = HOME,
    now: datetime = NOW,
) -> SignedIn | MoreToShow | SignInRefused:
    """An attempt in the transaction of `session`."""
    outcome = sign_in(username, password=password, browser=Browser(address), now=now)
    session.expire_all()
    return outcome


def fail(session: WriteSession, username: str = "chen", *, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        assert isinstance(attempt(session, username, password="not the password", now=now), SignInRefused)


def failures(session: WriteSession) -> int:
    return session.scalars(select(func.count()).select_from(SignInFailure)).one()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with, in order."""
    seen: list[str] = []
    compare: Callable[[str, str], tuple[bool, str | None]] = credentials.matches

    def watched(password: str, kept: str) -> tuple[bool, str | None]:
        seen.append(kept)
        return compare(password, kept)

    monkeypatch.setattr(credentials, "matches", watched)
    return seen


@pytest.fixture
def committing(clean_database: Database) -> Iterator[None]:
    """`write_session()` commits, to a database of the test's own."""
    with use_engine(clean_database.engine):
        yield


def test_the_right_password_opens_a_session(session: WriteSession) -> None:
    added = person(session)
    outcome = attempt(session, " Chen ")
    assert isinstance(outcome, SignedIn)
    assert outcome.principal == added
    assert outcome.expires_at == NOW + timedelta(hours=settings().session_hours)
    assert session.scalars(select(Session.secret_hash)).one() == digest(outcome.secret)
    assert outcome.secret not in repr(outcome)


def test_wrong_password_unknown_name_and_disabled_account_are_answered_alike(session: WriteSession) -> None:
    person(session)
    person(session, "li")
    disable_user(session, "li", now=NOW)
    outcomes = {
        attempt(session, password="not the password"),
        attempt(session, "nobody"),
        attempt(session, "not a name!"),
        attempt(session, "li"),
        attempt(session, password=""),
    }
    assert [type(outcome) for outcome in outcomes] == [SignInRefused]
    assert session.scalars(select(Session)).all() == []


def test_known_and_unknown_names_each_compare_one_hash_of_the_same_cost(
    session: WriteSession, compared: list[str]
) -> None:
    person(session)
    own = session.scalars(select(User.password_hash)).one()
    for username in ("chen", "nobody", "not a name!"):
        attempt(session, username, password="not the password")
    assert compared == [own, credentials.dummy_hash(), credentials.dummy_hash()]
    disable_user(session, "chen", now=NOW)
    attempt(session)
    assert compared[3:] == [credentials.dummy_hash()]  # with the right password as well


@pytest.mark.parametrize("username", ["chen", "nobody"])
def test_five_failures_lock_known_and_unknown_names_alike(
    session: WriteSession, compared: list[str], username: str
) -> None:
    person(session)
    fail(session, username, times=5)
    with pytest.raises(TooMany) as locked:
        attempt(session, username)
    assert locked.value.code == "sign_in_locked"
    assert 0 < locked.value.retry_after <= 15 * 60 + 1
    assert len(compared) == 5


def test_four_failures_do_not_lock_and_success_forgets_them(session: WriteSession) -> None:
    person(session)
    for _ in range(3):
        fail(session, times=4)
        assert isinstance(attempt(session), SignedIn)
    assert failures(session) == 0


def test_the_owner_elsewhere_is_not_locked_out(session: WriteSession) -> None:
    person(session)
    fail(session, times=5)
    assert isinstance(attempt(session, address=ELSEWHERE), SignedIn)
    with pytest.raises(TooMany):
        attempt(session)  # success elsewhere does not unlock the guesser's address


def test_other_accounts_at_the_same_address_are_not_locked(session: WriteSession) -> None:
    person(session)
    person(session, "li")
    fail(session, times=5)
    assert isinstance(attempt(session, "li"), SignedIn)


def test_the_lock_ends_15_minutes_after_the_first_of_five(session: WriteSession) -> None:
    person(session)
    for minute in range(5):
        fail(session, times=1, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooMany) as locked:
        attempt(session, now=NOW + timedelta(minutes=5))
    assert locked.value.retry_after == 10 * 60 + 1
    with pytest.raises(TooMany):
        attempt(session, now=NOW + timedelta(minutes=15, seconds=-1))
    assert isinstance(attempt(session, now=NOW + timedelta(minutes=15)), SignedIn)


def test_attempts_while_locked_do_not_lengthen_the_lock(session: WriteSession) -> None:
    person(session)
    fail(session, times=5)
    with pytest.raises(TooMany):
        attempt(session, password="not the password", now=NOW + timedelta(minutes=14))
    assert failures(session) == 5


@pytest.mark.parametrize("username", ["", "\x00", "chen\x00", "x" * 100_000, "\udc80", "' or true --"])
def test_a_name_nobody_can_have_is_refused_and_leaves_nothing(session: WriteSession, username: str) -> None:
    assert isinstance(attempt(session, username), SignInRefused)
    assert failures(session) == 0


def test_a_weaker_hash_is_replaced_at_sign_in(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    person(session)
    monkeypatch.setattr(credentials, "matches", lambda password, kept: (True, "a better hash"))
    assert isinstance(attempt(session), SignedIn)
    assert session.scalars(select(User.password_hash)).one() == "a better hash"


def test_signing_out_ends_that_session_only_and_twice_is_harmless(session: WriteSession) -> None:
    person(session)
    first, second = attempt(session), attempt(session)
    assert isinstance(first, SignedIn)
    assert isinstance(second, SignedIn)
    sign_out(session, first.secret)
    sign_out(session, first.secret)
    assert session.scalars(select(Session.secret_hash)).all() == [digest(second.secret)]


@pytest.mark.usefixtures("committing")
def test_a_failure_is_kept() -> None:
    with write_session() as session:
        person(session)
    assert isinstance(sign_in("chen", password="wrong", browser=Browser(HOME), now=NOW), SignInRefused)
    with write_session() as session:
        assert failures(session) == 1


@pytest.mark.usefixtures("committing")
def test_attempts_at_the_same_instant_are_counted_before_any_of_them_ends(
    monkeypatch: pytest.MonkeyPatch, clean_database: Database
) -> None:
    """Twelve guesses at once: five are compared, and no connection is held while they are."""
    with write_session() as session:
        person(session)
    compared, begun = [], threading.Barrier(5, timeout=20)

    def slow(password: str, kept: str) -> tuple[bool, str | None]:
        compared.append(clean_database.engine.pool.status())
        begun.wait()
        return False, None

    monkeypatch.setattr(hashing, "compare", slow)

    def guess(_number: int) -> str:
        try:
            return type(sign_in("chen", password="wrong", browser=Browser(HOME), now=NOW)).__name__
        except TooMany as locked:
            return locked.code

    with ThreadPoolExecutor(12) as threads:
        outcomes = list(threads.map(guess, range(12)))
    assert sorted(set(outcomes)) == ["SignInRefused", "sign_in_locked", "sign_in_slowed"]
    assert outcomes.count("SignInRefused") == len(compared) == 5
    assert clean_database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.usefixtures("committing")
def test_an_account_that_is_disabled_while_its_password_is_compared_stays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with write_session() as session:
        person(session)

    def meanwhile(password: str, kept: str) -> tuple[bool, str | None]:
        with write_session() as session:
            disable_user(session, "chen", now=NOW)
        return True, None

    monkeypatch.setattr(hashing, "compare", meanwhile)
    assert isinstance(sign_in("chen", password=PASSWORD, browser=Browser(HOME), now=NOW), SignInRefused)


@pytest.mark.parametrize("failure", [TooMany("sign_in_busy", Message("", ""), retry_after=5), PoolTimeout()])
@pytest.mark.parametrize("place", ["hashing.compare", "end_sign_in"])
def test_what_breaks_off_for_another_reason_than_a_wrong_password_locks_nobody_out(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, place: str, failure: Exception
) -> None:
    person(session)

    def breaks_off(*_given: object, **_named: object) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(f"metrics.commands.sign_in.{place}", breaks_off)
        for _ in range(20):
            with pytest.raises(type(failure)):
                attempt(session)
    assert failures(session) == 0
    assert isinstance(attempt(session), SignedIn)


def test_a_right_password_that_is_over_is_no_failure(session: WriteSession) -> None:
    person(session)
    user = session.scalars(select(User)).one()
    fail(session, times=2)
    user.password_until = NOW
    session.flush()
    for _ in range(20):
        assert attempt(session) is PASSWORD_OVER
    assert failures(session) == 2  # those before stay: nobody was let on


def test_one_name_after_the_other_from_one_address_is_slowed(session: WriteSession, compared: list[str]) -> None:
    person(session)
    for number in range(15):
        assert isinstance(attempt(session, f"name{number}", password="wrong"), SignInRefused)
    for number in range(15, 20):
        with pytest.raises(TooMany) as slowed:
            attempt(session, f"name{number}", password="wrong")
        assert slowed.value.code == "sign_in_slowed"
        assert 0 < slowed.value.retry_after <= 10
    assert len(compared) == 15
    assert isinstance(attempt(session, address=ELSEWHERE), SignedIn)


def test_a_class_of_clerks_at_one_address_signs_in_at_once(session: WriteSession) -> None:
    for number in range(30):
        person(session, f"clerk{number}")
    assert isinstance(attempt(session, "clerk0", password="mistyped"), SignInRefused)
    assert all(isinstance(attempt(session, f"clerk{number}"), SignedIn) for number in range(30))
