from collections.abc import Callable, Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from metrics import credentials
from metrics.credentials import (
    digest,
    dummy_hash,
    hash_password,
    matches,
    new_session_secret,
    new_token_secret,
)


def test_a_token_is_recognisable_long_and_new_each_time() -> None:
    first, second = new_token_secret(), new_token_secret()
    assert first != second
    assert first.startswith("biaochi_")
    assert len(first) == len("biaochi_") + 43  # 256 bits


def test_a_session_secret_cannot_be_taken_for_a_token() -> None:
    assert not new_session_secret().startswith("biaochi_")


def test_a_digest_is_sha256_of_any_text() -> None:
    assert digest("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(digest("\udc80")) == 32


@pytest.fixture(autouse=True)
def _in_earnest(password_cost: Callable[[], PasswordHash], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes as the service makes them, not the cheap ones of the other tests."""
    monkeypatch.setattr(credentials, "_hasher", password_cost)
    dummy_hash.cache_clear()
    yield
    dummy_hash.cache_clear()


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
