"""What people and tokens may do, and how it is said that they may not."""

from __future__ import annotations

import itertools

import pytest

from metrics.errors import Forbidden, Message
from metrics.principal import ALLOWED, Principal, Role, Scope


def _refusal(role: Role, scope: Scope, *, scopes: frozenset[Scope] | None = None) -> Message:
    with pytest.raises(Forbidden) as refused:
        Principal(1, "x", "x", role, scopes=scopes).require(scope)
    assert refused.value.code == "role_forbidden"
    return refused.value.message


@pytest.mark.parametrize(("role", "scope"), sorted(itertools.product(Role, Scope)))
def test_whoever_may_not_is_told_in_words_who_may_not_do_what(role: Role, scope: Scope) -> None:
    if scope in ALLOWED[role]:
        Principal(1, "x", "x", role).require(scope)
        return
    told = _refusal(role, scope)
    assert role.value not in told.zh
    assert role.label.zh in told.zh


@pytest.mark.parametrize(("role", "scope"), sorted((role, scope) for role in Role for scope in ALLOWED[role]))
def test_a_token_without_the_scope_is_told_which_one_it_lacks(role: Role, scope: Scope) -> None:
    told = _refusal(role, scope, scopes=frozenset())
    assert scope.value in told.zh
    assert scope.value in told.en
    assert role.label.en not in told.en
