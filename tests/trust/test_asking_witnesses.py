"""T7: nothing that a witness answers is believed unless it is its signature, of now, under what was asked."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.witnessing.asking import Submitted, WitnessFault, WitnessRefused, ask_witness
from metrics.ledger.witnessing.witness import Witness
from tests.ports import free_port
from tests.witnesses import Answer, Log, served, trusted, witness_in

LOG = Log()
FORK = Log(leaves=[*LOG.leaves[:3], leaf_hash(b"another"), *LOG.leaves[4:]], key=LOG.key)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """An honest one that has seen nothing."""
    return witness_in(tmp_path / "w1", LOG)


def asked(size: int, log: Log = LOG) -> Submitted:
    return Submitted(log.note(size), size, log.tree(size).consistency)


def test_an_honest_witness_is_asked_from_wherever_it_is(witness: Witness) -> None:
    with served(witness.add_checkpoint) as url:
        one = trusted(witness, url)
        assert ask_witness(one, asked(5), old=0).key == one.key
        for old, size in ((5, 5), (5, 7), (0, 300), (7, 301), (4, 301)):  # what was remembered of it may be too old
            assert abs(ask_witness(one, asked(size), old=old).at - time.time()) < 60
        for ahead in (asked(300), asked(301, FORK), asked(400, FORK)):  # the ledger was set back, or rewritten
            with pytest.raises(WitnessRefused) as refused:
                ask_witness(one, ahead, old=301)
            assert refused.value.fault is WitnessFault.OTHER_HISTORY
    with pytest.raises(WitnessRefused) as away:
        ask_witness(one, asked(302), old=301)
    assert away.value.fault is WitnessFault.AWAY


def lies(witness: Witness) -> dict[str, tuple[Callable[[bytes], Answer], WitnessFault]]:
    """What a witness may answer beside the truth, and what is told of it."""
    now, body = int(time.time()), LOG.note(9).rpartition("\n\n")[0].encode() + b"\n"
    line = witness.key.cosignature(body, at=now)
    other = FORK.note(9).rpartition("\n\n")[0].encode() + b"\n"

    def answers(content: bytes | str, status: int = 200, media_type: str = "text/plain") -> Callable[[bytes], Answer]:
        raw = content.encode() if isinstance(content, str) else content
        return lambda _: (status, media_type, raw)

    def signed(at: int) -> str:
        return witness.key.cosignature(body, at=at)

    raw = base64.b64decode(line.split(" ")[2])
    flipped = base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
    false, malformed = WitnessFault.FALSE_SIGNATURE, WitnessFault.MALFORMED
    return {
        "a bit is another": (answers(f"— {witness.key.name} {flipped}\n"), false),
        "under another root": (answers(witness.key.cosignature(other, at=now)), false),
        "cut short": (answers(f"— {witness.key.name} {base64.b64encode(raw[:40]).decode()}\n"), false),
        "of another key": (answers(LOG.key.signature_line("x")), false),
        "of an hour ago": (answers(signed(now - 3600)), WitnessFault.STALE),
        "of tomorrow": (answers(signed(now + 86_400)), WitnessFault.STALE),
        "of the end of time": (answers(signed(2**63 - 1)), WitnessFault.STALE),
        "nothing": (answers(""), malformed),
        "no signature": (answers("<html>welcome</html>\n"), malformed),
        "a line too many": (answers(f"{line}\n"), malformed),
        "no UTF-8": (answers(b"\xff\xfe"), malformed),
        "endless": (answers(line * 1000), malformed),
        "elsewhere": (answers(line, 302, "http://127.0.0.1:1/"), malformed),
        "created": (answers(line, 201), malformed),
        "a conflict without a size": (answers("5\n", 409), malformed),
        "a conflict with none": (answers("-5\n", 409, "text/x.tlog.size"), malformed),
        "always a conflict": (answers("5\n", 409, "text/x.tlog.size"), WitnessFault.OTHER_HISTORY),
        "a conflict of the future": (answers("99\n", 409, "text/x.tlog.size"), WitnessFault.OTHER_HISTORY),
        "no proof": (answers("no\n", 422), WitnessFault.OTHER_HISTORY),
        "unknown": (answers("no\n", 404), WitnessFault.NOT_KNOWN),
        "forbidden": (answers("no\n", 403), WitnessFault.NOT_KNOWN),
        "ill": (answers("no\n", 500), WitnessFault.FAILING),
        "its disk is full": (answers("no\n", 503), WitnessFault.FAILING),
        "slow behind a proxy": (answers("<html>no</html>\n", 504), WitnessFault.SLOW),
    }


def test_every_lie_is_told_for_what_it_is_and_none_is_taken(witness: Witness) -> None:
    for named, (answer, fault) in lies(witness).items():
        with served(answer) as url, pytest.raises(WitnessRefused) as refused:
            ask_witness(trusted(witness, url), asked(9), old=0)
        assert refused.value.fault is fault, (named, refused.value)
    honest = witness.key.cosignature(LOG.note(9).rpartition("\n\n")[0].encode() + b"\n", at=int(time.time()))
    stranger = LOG.key.signature_line("x")  # a line of a key that nobody knows is passed over
    with served(lambda _: (200, "text/plain", (stranger + honest).encode())) as url:
        assert ask_witness(trusted(witness, url), asked(9), old=0).line == honest


@contextmanager
def dropping(at_once: bytes, drops: bytes) -> Iterator[str]:
    """A server that sends something, then one byte after another, each in time, and never ends."""
    over = threading.Event()

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(at_once)
            for drop in drops:
                if over.wait(0.02):
                    return
                try:
                    connection.sendall(bytes([drop]))
                except OSError:
                    return
            over.wait(20)

    with socket.create_server(("127.0.0.1", free_port())) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("at_once", "drops"),
    [
        (b"", b""),
        (b"", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"y" * 3000),  # until it hangs up: nothing more is asked on this connection
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3000\r\n\r\n", b"y" * 3000),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n", b"y" * 3000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n" * 500),
    ],
)
def test_who_answers_drop_by_drop_is_left_when_the_time_is_over(witness: Witness, at_once: bytes, drops: bytes) -> None:
    began = time.monotonic()
    with dropping(at_once, drops) as url:
        with pytest.raises(WitnessRefused) as refused:
            ask_witness(trusted(witness, url), asked(9), old=0, waits=0.2)
        assert refused.value.fault is WitnessFault.SLOW
        assert time.monotonic() - began < 8  # all that is sent takes ten seconds and more
