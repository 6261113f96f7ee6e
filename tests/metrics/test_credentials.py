from metrics.credentials import digest, new_session_secret, new_token_secret


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
