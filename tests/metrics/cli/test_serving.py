"""What `biaochi serve` takes before anything is started."""

from __future__ import annotations

import pytest

from metrics.cli.serving import _taken_port
from metrics.errors import Unavailable
from tests.ports import free_port


def test_of_two_that_ask_for_one_port_at_once_the_second_is_refused_in_words() -> None:
    port = free_port()
    with _taken_port("127.0.0.1", port), pytest.raises(Unavailable) as refused, _taken_port("127.0.0.1", port):
        raise AssertionError("both have it")
    assert "BIAOCHI_PORT" in refused.value.message.en
