from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from metrics.commands.change_account import (
    change_email,
    change_role,
    disable_user,
    enable_user,
    reset_second_factor,
)
from metrics.commands.passwords import request_password_link, reset_password, set_password_by_link
from metrics.commands.users import add_user
from metrics.credentials import matches
from metrics.database import WriteSession
from metrics.errors import Conflict, Invalid, NotFound
from metrics.models.access import User
from metrics.principal import BOUND_TO_UNITS, Role
from metrics.queries.accounts import accounts
from tests.people import NOW, PASSWORD, UNITS, person, signed_in, token

OTHER = "a boat on the quiet river"


def refusals(session: WriteSession, **changes: object) -> set[str]:
    fields: dict[str, object] = {
        "username": "chen",
        "display_name": "陈",
        "role": Role.CLERK,
        "units": ["441202"],
        "password": PASSWORD,
    }
    fields |= changes
    with pytest.raises(Invalid) as refused:
        add_user(session, fields.pop("username"), **fields, known_units=UNITS, now=NOW)  # type: ignore[arg-type]  # as a caller may
    assert refused.value.code == "user_invalid"
    assert session.scalar(select(func.count()).select_from(User)) == 0
    return {problem.code for problem in refused.value.problems}


def test_an_account_is_kept_with_its_hash_and_listed_without(session: WriteSession) -> None:
    added = person(session, units={"441203", "441202"})
    assert (added.username, added.role, added.units) == ("chen", Role.CLERK, frozenset({"441202", "441203"}))
    kept = session.scalars(select(User)).one()
    assert PASSWORD not in kept.password_hash
    assert matches(PASSWORD, kept.password_hash)[0]
    (listed,) = accounts(session)
    assert (listed.username, listed.units, listed.active, listed.demonstration) == (
        "chen",
        ("441202", "441203"),
        True,
        False,
    )


@pytest.mark.parametrize(
    "username",
    ["", "c", "9chen", "-chen", "chen li", "陈", "chen\x00", "chen\n li", "c" * 65, "chen'--", "chen@example"],
)
def test_a_malformed_username_is_refused(session: WriteSession, username: str) -> None:
    assert "username_malformed" in refusals(session, username=username)


def test_a_username_is_one_name_however_it_is_typed(session: WriteSession) -> None:
    assert person(session, " Chen-01 ").username == "chen-01"
    with pytest.raises(Conflict, match="username_taken"):
        person(session, "CHEN-01")


@pytest.mark.parametrize("display_name", ["", "   ", "陈\x00", "陈\n李", "陈" * 101])
def test_a_malformed_display_name_is_refused(session: WriteSession, display_name: str) -> None:
    assert refusals(session, display_name=display_name) == {"display_name_malformed"}


def test_a_clerk_or_leader_needs_units_the_plan_knows_and_nobody_else_has_any(session: WriteSession) -> None:
    for role in BOUND_TO_UNITS:
        assert refusals(session, role=role, units=[]) == {"units_missing"}
        assert refusals(session, role=role, units=["441202", "999999"]) == {"unit_unknown"}
    for role in set(Role) - BOUND_TO_UNITS:
        assert refusals(session, role=role) == {"units_not_allowed"}


def test_everything_wrong_is_named_at_once(session: WriteSession) -> None:
    wrong = refusals(session, username="!", display_name="", units=["x"], password="short")
    assert wrong == {"username_malformed", "display_name_malformed", "unit_unknown", "password_short"}


def test_disabling_ends_sessions_and_tokens_and_twice_is_harmless(session: WriteSession) -> None:
    person(session)
    person(session, "li")
    signed_in(session)
    token(session)
    token(session)
    token(session, "li")
    first, again = disable_user(session, " CHEN ", now=NOW), disable_user(session, "chen", now=NOW)
    assert (first.username, first.sessions_ended, first.tokens_revoked) == ("chen", 1, 2)
    assert (again.username, again.sessions_ended, again.tokens_revoked) == ("chen", 0, 0)
    assert [account.active for account in accounts(session)] == [False, True]


@pytest.mark.parametrize("username", ["li", "", "chen\x00"])
def test_an_account_nobody_added_cannot_be_disabled(session: WriteSession, username: str) -> None:
    with pytest.raises(NotFound, match="user_unknown"):
        disable_user(session, username, now=NOW)


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({"active": True}, False),
        ({"active": False}, True),
        ({"demonstration": True}, True),
        ({"password_until": NOW - timedelta(days=400)}, True),
        ({"password_until": NOW + timedelta(days=400)}, True),
    ],
    ids=["able", "disabled", "of the demonstration", "password past", "password of others"],
)
def test_an_administrator_who_cannot_sign_in_is_no_other_administrator(
    session: WriteSession, other: dict[str, object], refused: bool
) -> None:
    by = person(session, "wang", role=Role.ADMIN)
    person(session, "zhao", role=Role.ADMIN)
    session.execute(update(User).where(User.username == "zhao").values(**other))
    if not refused:
        assert (
            change_role(session, "wang", role=Role.EVALUATOR, units=[], known_units=(), now=NOW, by=by).role
            == "evaluator"
        )
        return
    with pytest.raises(Conflict, match="last_admin"):
        change_role(session, "wang", role=Role.EVALUATOR, units=[], known_units=(), now=NOW, by=by)
    with pytest.raises(Conflict, match="last_admin"):
        disable_user(session, "wang", now=NOW, by=by)
    with pytest.raises(Conflict, match="last_admin"):
        reset_password("wang", now=NOW, lasts=timedelta(days=7), by=by)
    assert reset_password("wang", now=NOW, lasts=timedelta(days=7)).username == "wang"  # by the operator


@pytest.mark.parametrize("what", ["another address", "disabled", "the same address"])
def test_a_link_ends_with_the_address_it_went_to_and_with_the_account(session: WriteSession, what: str) -> None:
    person(session)
    change_email(session, "chen", email="chen@old.example.org", now=NOW)
    link = request_password_link(session, "chen", now=NOW, lasts=timedelta(days=7))
    if what == "disabled":
        disable_user(session, "chen", now=NOW)
        enable_user(session, "chen")
    else:
        address = "chen@old.example.org" if what == "the same address" else "chen@new.example.org"
        change_email(session, "chen", email=address, now=NOW)
    if what == "the same address":
        assert set_password_by_link(link.secret, password=OTHER, now=NOW).username == "chen"
        return
    with pytest.raises(Conflict, match="password_link_over"):
        set_password_by_link(link.secret, password=OTHER, now=NOW)


@pytest.mark.parametrize("by_link", [False, True])
def test_a_reset_password_revokes_the_tokens_and_says_how_many(session: WriteSession, by_link: bool) -> None:
    person(session)
    person(session, "li")
    for owner in ("chen", "chen", "li"):
        token(session, owner)
    if by_link:
        change_email(session, "chen", email="chen@example.org", now=NOW)
        link = request_password_link(session, "chen", now=NOW, lasts=timedelta(days=7))
        assert [listed.tokens for listed in accounts(session, now=NOW)] == [2, 1]
        revoked = set_password_by_link(link.secret, password=OTHER, now=NOW).tokens_revoked
    else:
        revoked = reset_password("chen", now=NOW, lasts=timedelta(days=7)).tokens_revoked
    session.expire_all()
    assert (revoked, [listed.tokens for listed in accounts(session, now=NOW)]) == (2, [0, 1])


def test_a_reset_second_factor_revokes_the_tokens_and_says_how_many(session: WriteSession) -> None:
    person(session)
    token(session)
    assert reset_second_factor(session, "chen", now=NOW).tokens_revoked == 1
    assert reset_second_factor(session, "chen", now=NOW).tokens_revoked == 0
