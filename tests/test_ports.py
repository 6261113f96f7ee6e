"""Ports of tests' servers."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import ports
from tests.ports import free_port

FIRST, LAST = 32_001, 32_700  # which no other test is given


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the number given last: one of the test's own, and numbers of its own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ports, "_FIRST", FIRST)
    monkeypatch.setattr(ports, "_LAST", LAST)
    free_port()
    return next(tmp_path.glob("biaochi-test-ports-*"))


def test_no_port_is_given_twice_however_many_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: free_port(), range(200)))
    assert len(set(given)) == 200


def test_a_port_is_never_one_that_an_outgoing_connection_can_take() -> None:
    first, _ = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
    assert int(first) > LAST


def test_a_port_on_which_somebody_listens_is_left_out(kept: Path) -> None:
    taken = free_port()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", taken))
        listener.listen()
        kept.write_text(str(taken - 1), encoding="ascii")
        assert free_port() > taken


def test_after_the_last_number_the_first_comes_again(kept: Path) -> None:
    kept.write_text(str(LAST), encoding="ascii")
    assert free_port() == FIRST


def test_when_every_port_is_taken_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_nobody_listens", lambda _: False)
    with pytest.raises(AssertionError, match="is taken"):
        free_port()
