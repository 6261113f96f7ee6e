from collections.abc import Callable, Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from metrics import passwords
from metrics.passwords import dummy_hash, hash_password, matches, password_problems


@pytest.fixture(autouse=True)
def _in_earnest(password_cost: Callable[[], PasswordHash], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes as the service makes them, not the cheap ones of the other tests."""
    monkeypatch.setattr(passwords, "_hasher", password_cost)
    dummy_hash.cache_clear()
    yield
    dummy_hash.cache_clear()


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("long river, quiet boat", set()),
        ("肇庆的江水向东流到海边去", set()),
        ("elevenchar1", {"password_short"}),
        ("twelvechars!", set()),
        ("my name is chen-02!", {"password_contains_username"}),
        ("MY NAME IS CHEN-02!", {"password_contains_username"}),
        ("1qaz2wsx3edc", {"password_common"}),
        ("Password-2019!", {"password_common"}),
        ("190212190212", {"password_common"}),
        ("aaaaaaaaaaaab", {"password_common"}),
        ("", {"password_short", "password_common"}),
        ("quiet river " * 22, {"password_long"}),
    ],
)
def test_the_rule_refuses_short_long_common_and_own_name(password: str, codes: set[str]) -> None:
    assert {problem.code for problem in password_problems(password, username="chen-02")} == codes


def test_a_refusal_does_not_repeat_the_password() -> None:
    for problem in password_problems("Password-1", username="pass"):
        assert problem.given is None
        assert "Password-1" not in problem.message.zh + problem.message.en


def test_a_hash_is_argon2id_and_salted_and_matches_only_its_password() -> None:
    kept = hash_password("long river, quiet boat")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != hash_password("long river, quiet boat")
    assert matches("long river, quiet boat", kept) == (True, None)
    assert matches("long river, quiet boar", kept) == (False, None)


def test_the_same_characters_match_however_they_were_composed() -> None:
    assert matches("caf\u00e9 by the river", hash_password("cafe\u0301 by the river"))[0]


def test_text_that_is_not_unicode_is_no_crash() -> None:
    assert matches("\udc80" * 12, hash_password("\udc80" * 12))[0]


def test_a_weaker_hash_matches_and_is_replaced() -> None:
    weak = Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1).hash("long river, quiet boat")
    right, better = matches("long river, quiet boat", weak)
    assert right
    assert better is not None
    assert matches("long river, quiet boat", better) == (True, None)


def test_the_dummy_hash_costs_what_a_real_one_costs() -> None:
    assert dummy_hash().split("$")[:4] == hash_password("long river, quiet boat").split("$")[:4]
    assert dummy_hash() is dummy_hash()
