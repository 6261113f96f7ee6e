from datetime import timedelta

import pytest
from sqlalchemy import func, select

from metrics.commands.change_account import disable_user
from metrics.commands.tokens import issue_token, revoke_token, usual_expiry
from metrics.credentials import digest
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, NotFound
from metrics.models.access import Token
from metrics.principal import ALLOWED, Role, Scope
from metrics.queries.accounts import issued_tokens
from metrics.settings import settings
from tests.people import NOW, person, token


def refusals(session: WriteSession, username: str = "chen", **changes: object) -> set[str]:
    fields: dict[str, object] = {"name": "nightly", "expires_at": NOW + timedelta(days=1), "scopes": None, "units": ()}
    with pytest.raises(Invalid) as refused:
        issue_token(session, username, **(fields | changes), now=NOW)  # type: ignore[arg-type]  # as a caller may
    assert refused.value.code == "token_invalid"
    assert session.scalar(select(func.count()).select_from(Token)) == 0
    return {problem.code for problem in refused.value.problems}


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(session: WriteSession) -> None:
    person(session)
    issued = token(session)
    kept = session.scalars(select(Token)).one()
    assert kept.secret_hash == digest(issued.secret)
    assert issued.secret not in repr(issued)
    assert issued.secret not in repr(issued_tokens(session))


@pytest.mark.parametrize("role", list(Role))
def test_a_token_has_all_scopes_of_its_owners_role_but_administer_by_default(session: WriteSession, role: Role) -> None:
    person(session, role=role)
    issued = issue_token(session, "chen", name="nightly", expires_at=NOW + timedelta(days=1), now=NOW)
    assert issued.scopes == ALLOWED[role] - {Scope.ADMINISTER}
    assert token(session, scopes=ALLOWED[role]).scopes == ALLOWED[role]  # whoever wants it names it


def test_a_token_without_an_end_is_for_the_settings_to_allow(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session)
    assert refusals(session, expires_at=None) == {"expiry_missing"}
    monkeypatch.setenv("BIAOCHI_ENDLESS_TOKENS", "1")
    settings.cache_clear()
    assert token(session, expires_at=None).expires_at is None


def test_unless_asked_otherwise_a_token_lasts_90_days_or_as_long_as_one_may(monkeypatch: pytest.MonkeyPatch) -> None:
    assert usual_expiry(now=NOW) == NOW + timedelta(days=90)
    monkeypatch.setenv("BIAOCHI_TOKEN_DAYS", "30")
    settings.cache_clear()
    assert usual_expiry(now=NOW) == NOW + timedelta(days=30)


def test_no_scope_beyond_the_role_and_never_none(session: WriteSession) -> None:
    person(session)
    assert refusals(session, scopes=[]) == {"scopes_missing"}
    assert refusals(session, scopes=[Scope.READ, Scope.VERIFY, Scope.BULK]) == {"scope_not_allowed"}


def test_units_narrow_a_clerk_and_nobody_else(session: WriteSession) -> None:
    person(session)
    person(session, "wang", role=Role.REVIEWER)
    assert refusals(session, units=["441203"]) == {"unit_forbidden"}
    assert refusals(session, "wang", units=["441202"]) == {"units_not_allowed"}
    assert token(session, units=["441202"]).units == {"441202"}


def test_a_token_has_a_name_and_ends_in_the_future(session: WriteSession) -> None:
    person(session)
    assert refusals(session, name=" ", expires_at=NOW) == {"name_malformed", "expiry_past"}
    assert refusals(session, name="a\x00b") == {"name_malformed"}


def test_a_disabled_or_unknown_account_gets_no_token(session: WriteSession) -> None:
    person(session)
    disable_user(session, "chen", now=NOW)
    with pytest.raises(Conflict, match="account_disabled"):
        token(session)
    with pytest.raises(NotFound, match="user_unknown"):
        token(session, "li")


def test_revoking_twice_keeps_the_first_instant(session: WriteSession) -> None:
    person(session)
    issued = token(session)
    assert revoke_token(session, issued.id, now=NOW) == NOW
    assert revoke_token(session, issued.id, now=NOW + timedelta(hours=1)) == NOW
    assert issued_tokens(session)[0].revoked_at == NOW


def test_a_token_nobody_issued_cannot_be_revoked(session: WriteSession) -> None:
    with pytest.raises(NotFound, match="token_unknown"):
        revoke_token(session, 999_999_999, now=NOW)
