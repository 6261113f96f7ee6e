"""T7: a witness signs what continues what it signed, and nothing else, whoever asks, whatever befalls it."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from metrics.errors import BiaochiError, Conflict, Unavailable
from metrics.ledger.keys import SigningKey, is_signed
from metrics.ledger.verifying.cosignature import read_cosignatures
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.witnessing.request import LONGEST, written_request
from metrics.ledger.witnessing.seen import KEY, POLICY, SEEN, SeenLogs, held, make_witness, read_witness_key
from metrics.ledger.witnessing.witness import Witness
from tests.ports import free_port
from tests.witnesses import ORIGIN, Log, witness_in

LOG = Log()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """One that has seen nothing."""
    return witness_in(tmp_path / "w1", LOG)


def test_what_continues_what_was_seen_is_cosigned_and_the_moment_never_goes_back(witness: Witness) -> None:
    moments = iter((1_700_000_000, 1_600_000_000, 1_700_000_009))
    witness.now = lambda: next(moments)
    for old, size, at in ((0, 5, 1_700_000_000), (5, 5, 1_700_000_000), (5, 300, 1_700_000_009)):
        answer = witness.add_checkpoint(LOG.request(old, size))
        assert answer.status == 200
        note = (LOG.note(size) + answer.text).encode()
        (found,) = read_cosignatures(note, [witness.key.verifier_key])  # by the verifier's own Ed25519
        assert (found.key, found.at, found.line) == (witness.key.verifier_key, at, answer.text)


def test_every_other_request_is_refused_as_the_specification_has_it(witness: Witness) -> None:
    assert witness.add_checkpoint(LOG.request(0, 5)).status == 200
    stranger = SigningKey(ORIGIN, Ed25519PrivateKey.generate())
    elsewhere = SigningKey("other.example/log", LOG.key.private)
    proof = LOG.tree(9).consistency(5)
    forged = LOG.note(9).replace("\n9\n", "\n10\n")
    refused = {
        404: [written_request(old=5, path=proof, note=LOG.note(9, key=elsewhere))],
        403: [written_request(old=5, path=proof, note=note) for note in (LOG.note(9, key=stranger), forged)],
        409: [LOG.request(0, 9), LOG.request(4, 9), LOG.request(6, 9), LOG.request(0, 5)],
        422: [written_request(old=5, path=path, note=LOG.note(9)) for path in ([], proof[:-1], proof[::-1])],
    }
    refused[400] = [
        b"",
        b"old 5\n\n",
        LOG.request(5, 9)[:-1],
        LOG.request(5, 9).replace(b"old 5", b"old 05"),
        LOG.request(5, 9).replace(b"old 5", b"old  5"),
        LOG.request(5, 9).replace(b"\n\n", b"\r\n\r\n"),
        LOG.request(5, 9).replace(b"\n9\n", b"\n09\n"),
        written_request(old=5, path=[b"\0" * 32] * 64, note=LOG.note(9)),
        written_request(old=5, path=[b"short"], note=LOG.note(9)),
        written_request(old=10, path=[], note=LOG.note(9)),
        written_request(old=5, path=proof, note=LOG.note(9).replace("—", "-")),
        written_request(old=5, path=proof, note=LOG.note(9, more="x\r\n")),
    ]
    kept = (witness.evidence.parent / SEEN).read_bytes()
    for status, bodies in refused.items():
        for body in bodies:
            answer = witness.add_checkpoint(body)
            assert answer.status == status, (status, body, answer)
            if status == 409:
                assert (answer.text, answer.media_type) == ("5\n", "text/x.tlog.size")
    assert (witness.evidence.parent / SEEN).read_bytes() == kept


def test_a_fork_is_refused_and_the_note_that_shows_it_is_kept(witness: Witness) -> None:
    fork = Log(leaves=[*LOG.leaves[:3], leaf_hash(b"another"), *LOG.leaves[4:]], key=LOG.key)
    assert witness.add_checkpoint(LOG.request(0, 5)).status == 200
    assert witness.add_checkpoint(fork.request(5, 5)).status == 409  # as long, with another root
    assert witness.add_checkpoint(fork.request(5, 9)).status == 422
    assert witness.add_checkpoint(LOG.request(5, 9)).status == 200  # the honest one goes on
    kept = {path.read_text(encoding="utf-8") for path in witness.evidence.iterdir()}
    assert kept == {fork.note(5), fork.note(9)}


@examples(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12), st.booleans()), max_size=12))
def test_whatever_is_asked_in_whatever_order_all_that_was_cosigned_is_one_history(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, int, bool]]
) -> None:
    witness = witness_in(tmp_path_factory.mktemp("w") / "w", LOG)
    fork = Log(leaves=[*LOG.leaves[:4], *(leaf_hash(b"x") for _ in range(10))], key=LOG.key)
    sizes: list[int] = [0]
    roots: dict[int, bytes] = {}
    for old, size, forked in asked:
        log = fork if forked else LOG
        if witness.add_checkpoint(log.request(old, size)).status == 200:
            sizes.append(size)
            assert roots.setdefault(size, log.tree(size).root()) == log.tree(size).root()
            assert old == sizes[-2]
        witness.seen = SeenLogs(witness.evidence.parent / SEEN)  # as after a restart
    assert sizes == sorted(sizes)
    assert len({roots[size] == fork.tree(size).root() for size in roots if size > 4}) <= 1


def test_two_that_ask_at_once_are_answered_one_after_the_other(witness: Witness) -> None:
    assert witness.add_checkpoint(LOG.request(0, 5)).status == 200
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(witness.add_checkpoint(LOG.request(5, n)).status))
        for n in range(6, 14)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] + [409] * 7


def test_what_cannot_be_written_is_not_signed_and_what_was_lost_signs_no_more(witness: Witness) -> None:
    folder = witness.evidence.parent
    (folder / f"{SEEN}.new").mkdir()
    assert witness.add_checkpoint(LOG.request(0, 5)).status == 503
    assert witness.seen.last(ORIGIN) is None
    with pytest.raises(Conflict, match="witness_exists"):
        make_witness(folder, "another")
    for broken in (b"", b"{}", b'{"logs": []}', b'{"logs": {"x": {"size": 1, "root": "00", "at": 1}}}', b"\xff"):
        (folder / SEEN).write_bytes(broken)
        with pytest.raises(Unavailable, match="witness_unreadable"), held(folder):
            pass
    (folder / SEEN).unlink()
    for attempt in (lambda: held(folder).__enter__(), lambda: make_witness(folder, "another")):
        with pytest.raises(BiaochiError):
            attempt()
    (folder / KEY).write_bytes(b"x y z")
    with pytest.raises(Unavailable, match="witness_unreadable"):
        read_witness_key(folder)


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`biaochi witness serve` in a process of its own."""
    command = [sys.executable, "-m", "metrics.cli.main", "witness", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "就绪" in process.stdout.readline()
            yield process
        finally:
            process.kill()


def ask(port: int, body: bytes, method: str = "POST", path: str = "/add-checkpoint") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()
    finally:
        connection.close()


def test_another_office_runs_one_kills_it_and_it_has_not_gone_back(tmp_path: Path) -> None:
    """The program itself, on another port, killed while it is asked; a second one beside it is refused."""
    folder, port = tmp_path / "w1", free_port()
    key = make_witness(folder, "audit.example/w1")
    (folder / POLICY).write_text(f"log {LOG.key.verifier_key}\nquorum none\n", encoding="utf-8")
    with running(folder, port) as process:
        assert ask(port, b"", "GET", "/") == (200, "text/plain; charset=utf-8", f"{key.verifier_key}\n")
        assert [ask(port, b"", *asked)[0] for asked in (("GET",), ("POST", "/x"))] == [405, 404]
        assert ask(port, b"x" * (LONGEST + 1))[0] == 413
        status, _, line = ask(port, LOG.request(0, 5))
        assert status == 200
        assert read_cosignatures((LOG.note(5) + line).encode(), [key.verifier_key], is_signed=is_signed)
        with pytest.raises(Conflict, match="witness_running"), held(folder):
            pass
        last = _killed_while_asked(process, port)
    with held(folder) as seen:
        found = seen.last(ORIGIN)
    assert found is not None
    assert found.size >= last  # what was answered was on the disk
    assert found.root == LOG.tree(found.size).root()
    assert all((folder / file).stat().st_mode & 0o777 == 0o600 for file in (KEY, SEEN))
    assert json.loads((folder / SEEN).read_text(encoding="utf-8"))["logs"][ORIGIN]["size"] == found.size
    again = Witness(
        read_witness_key(folder), SeenLogs(folder / SEEN), {ORIGIN: [LOG.key.verifier_key]}, folder / "refused"
    )
    assert again.add_checkpoint(LOG.request(5, 5)).status == (200 if found.size == 5 else 409)
    assert again.add_checkpoint(LOG.request(found.size, 590)).status == 200


def _killed_while_asked(process: subprocess.Popen[str], port: int) -> int:
    """The last size for which an answer came before the process was gone."""
    last, killer = 5, threading.Timer(0.15, process.send_signal, (signal.SIGKILL,))
    killer.start()
    for size in range(6, 580):
        try:
            if ask(port, LOG.request(last, size))[0] == 200:
                last = size
        except OSError:
            break
    killer.join()
    process.wait()
    return last
