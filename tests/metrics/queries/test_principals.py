from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from metrics.commands.change_account import disable_user
from metrics.commands.sessions import sign_out
from metrics.commands.sign_in import sign_in
from metrics.commands.sign_in_steps import SignInRefused
from metrics.commands.tokens import revoke_token
from metrics.credentials import digest
from metrics.database import ReadSession, WriteSession
from metrics.errors import Forbidden, Unauthenticated
from metrics.models.access import Session, Token, User
from metrics.principal import ALLOWED, Principal, Role, Scope
from metrics.queries.principals import principal_by_session, principal_by_token
from metrics.settings import settings
from tests.people import BROWSER, NOW, PASSWORD, person, signed_in, token


def refusal(ask: Callable[..., Principal], session: ReadSession, secret: str, *, now: datetime = NOW) -> str:
    with pytest.raises(Unauthenticated) as refused:
        ask(session, secret, now=now)
    assert refused.value.message.zh
    assert refused.value.message.en
    return refused.value.code


def test_a_token_stands_for_its_owner_with_its_scopes(session: WriteSession) -> None:
    added = person(session, units={"441202", "441203"})
    found = principal_by_token(session, token(session, scopes=[Scope.READ]).secret)
    assert (found.user_id, found.username, found.role, found.units) == (added.user_id, "chen", Role.CLERK, added.units)
    assert found.may(Scope.READ)
    assert not found.may(Scope.POST_SUBMISSION)


def test_a_session_stands_for_its_person_without_scopes(session: WriteSession) -> None:
    added = person(session)
    opened = signed_in(session)
    assert principal_by_session(session, opened.secret) == added == opened.principal


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "biaochi_",
        "biaochi_" + "A" * 43,
        "x" * 100_000,
        "biaochi_\x00",
        "biaochi_' or true --",
        "令牌",
        "biaochi_\udc80",
    ],
)
def test_a_forged_secret_is_nobody(session: WriteSession, forged: str) -> None:
    person(session)
    token(session)
    assert refusal(principal_by_token, session, forged) == "token_unknown"
    assert refusal(principal_by_session, session, forged) == "session_expired"


@pytest.mark.parametrize("change", ["cut", "extended", "flipped", "case"])
def test_a_token_changed_in_one_place_is_nobody(session: WriteSession, change: str) -> None:
    person(session)
    secret = token(session).secret
    changed = {
        "cut": secret[:-1],
        "extended": secret + "A",
        "flipped": secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        "case": secret.swapcase(),
    }[change]
    assert refusal(principal_by_token, session, changed) == "token_unknown"


def test_a_token_is_no_session_and_a_session_is_no_token(session: WriteSession) -> None:
    person(session)
    assert refusal(principal_by_session, session, token(session).secret) == "session_expired"
    assert refusal(principal_by_token, session, signed_in(session).secret) == "token_unknown"


def test_what_the_database_keeps_opens_nothing(session: WriteSession) -> None:
    person(session)
    secret = token(session).secret
    kept = session.scalars(select(Token.secret_hash)).one()
    assert kept == digest(secret)
    assert refusal(principal_by_token, session, "biaochi_" + kept.hex()) == "token_unknown"
    assert refusal(principal_by_session, session, kept.hex()) == "session_expired"


def test_two_tokens_do_not_stand_for_each_other(session: WriteSession) -> None:
    person(session, "chen", units={"441202"})
    person(session, "li", units={"441203"})
    of_chen, of_li = token(session, "chen"), token(session, "li")
    assert principal_by_token(session, of_chen.secret).units == {"441202"}
    assert principal_by_token(session, of_li.secret).units == {"441203"}


def test_a_token_ends_at_its_instant(session: WriteSession) -> None:
    person(session)
    ends = NOW + timedelta(hours=1)
    secret = token(session, expires_at=ends).secret
    assert principal_by_token(session, secret, now=ends - timedelta(microseconds=1)).username == "chen"
    assert refusal(principal_by_token, session, secret, now=ends) == "token_expired"


def test_a_token_without_an_end_goes_on(session: WriteSession) -> None:
    person(session, demonstration=True)
    secret = token(session, expires_at=None).secret
    assert principal_by_token(session, secret, now=NOW + timedelta(days=3650)).username == "chen"


def test_a_revoked_token_is_refused_and_others_are_not(session: WriteSession) -> None:
    person(session)
    first, second = token(session), token(session)
    revoke_token(session, first.id, now=NOW)
    assert refusal(principal_by_token, session, first.secret) == "token_revoked"
    assert principal_by_token(session, second.secret).username == "chen"


def test_a_session_ends_at_its_instant_and_when_signed_out(session: WriteSession) -> None:
    person(session)
    opened, other = signed_in(session), signed_in(session)
    assert refusal(principal_by_session, session, opened.secret, now=opened.expires_at) == "session_expired"
    sign_out(session, opened.secret)
    assert refusal(principal_by_session, session, opened.secret) == "session_expired"
    assert principal_by_session(session, other.secret).username == "chen"


def test_a_disabled_account_is_nobody_even_if_its_secrets_were_left(session: WriteSession) -> None:
    person(session)
    issued, opened = token(session), signed_in(session)
    session.scalars(select(User)).one().active = False  # past the command that would end both
    session.flush()
    assert refusal(principal_by_token, session, issued.secret) == "account_disabled"
    assert refusal(principal_by_session, session, opened.secret) == "account_disabled"


def test_disabling_an_account_ends_its_secrets(session: WriteSession) -> None:
    person(session)
    issued, opened = token(session), signed_in(session)
    disable_user(session, "chen", now=NOW)
    assert refusal(principal_by_token, session, issued.secret) == "token_revoked"
    assert refusal(principal_by_session, session, opened.secret) == "session_expired"


def test_units_of_a_token_narrow_and_never_widen(session: WriteSession) -> None:
    person(session, units={"441202", "441203"})
    secret = token(session, units=["441203"]).secret
    narrowed = principal_by_token(session, secret)
    assert narrowed.units == {"441203"}
    with pytest.raises(Forbidden, match="unit_forbidden"):
        narrowed.require_unit("441202")
    session.scalars(select(User)).one().units = ["441202"]  # the clerk moved on
    session.flush()
    assert principal_by_token(session, secret).units == frozenset()


def test_scopes_never_exceed_the_role_and_none_listed_allow_nothing(session: WriteSession) -> None:
    person(session)
    secret = token(session).secret
    kept = session.scalars(select(Token)).one()
    kept.scopes = [*(action.value for action in Scope), "of a later version"]
    session.flush()
    found = principal_by_token(session, secret)
    assert {action for action in Scope if found.may(action)} == ALLOWED[Role.CLERK]
    kept.scopes = []
    session.flush()
    found = principal_by_token(session, secret)
    assert not any(found.may(action) for action in Scope)


def test_a_reviewers_token_narrowed_past_the_command_posts_nothing(session: WriteSession) -> None:
    person(session, "wang", role=Role.REVIEWER)
    secret = token(session, "wang").secret
    session.scalars(select(Token)).one().units = ["441202"]
    session.flush()
    found = principal_by_token(session, secret)
    assert not found.may_post_for("441202")
    assert not found.may(Scope.BULK)
    assert found.may(Scope.VERIFY)


def test_only_a_clerk_is_bound_to_units(session: WriteSession) -> None:
    person(session, "wang", role=Role.REVIEWER)
    session.scalars(select(User)).one().units = ["441202"]
    session.flush()
    assert principal_by_session(session, signed_in(session, "wang").secret).units == frozenset()


def test_sign_in_clears_away_the_persons_old_sessions(session: WriteSession) -> None:
    person(session)
    signed_in(session, now=NOW - timedelta(days=2))
    signed_in(session)
    assert len(session.scalars(select(Session)).all()) == 1


def test_accounts_and_tokens_of_the_demonstration_end_where_none_is_to_be(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session, demonstration=True)
    secret, bearer = signed_in(session).secret, token(session).secret
    assert principal_by_session(session, secret) == principal_by_session(session, secret)
    monkeypatch.setenv("BIAOCHI_DEMO", "0")
    settings.cache_clear()
    try:
        with pytest.raises(Unauthenticated, match="demonstration_over"):
            principal_by_session(session, secret)
        with pytest.raises(Unauthenticated, match="demonstration_over"):
            principal_by_token(session, bearer)
        assert isinstance(sign_in("chen", password=PASSWORD, browser=BROWSER, now=NOW), SignInRefused)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
