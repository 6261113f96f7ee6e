"""The port that `biaochi serve` takes before anything is started, and what is said where it cannot."""

from __future__ import annotations

import pytest

from metrics.cli.listening import taken_port
from metrics.errors import Unavailable
from tests.ports import free_port


def test_of_two_that_ask_for_one_port_at_once_the_second_is_refused_in_words() -> None:
    port = free_port()
    with taken_port("127.0.0.1", port), pytest.raises(Unavailable) as refused, taken_port("127.0.0.1", port):
        raise AssertionError("both have it")
    assert refused.value.code == "address_taken"
    assert "BIAOCHI_PORT" in refused.value.message.en
    assert "BIAOCHI_HOST" not in refused.value.message.en


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b", "长" * 70, "http://127.0.0.1", "127.0.0.1\n", "no such host"])
def test_a_host_that_is_not_here_is_told_by_the_setting_that_names_it(host: str) -> None:
    with pytest.raises(Unavailable) as refused, taken_port(host, free_port()):
        raise AssertionError("it listens")
    assert refused.value.code == "address_not_here"
    for said in (refused.value.message.zh, refused.value.message.en):
        assert "BIAOCHI_HOST" in said
        assert "BIAOCHI_PORT" not in said
        assert "\n" not in said
