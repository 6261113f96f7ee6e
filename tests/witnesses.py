"""Logs and witnesses of tests: a log that signs whatever it is told to, a witness over HTTP, and one that lies."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from metrics.ledger.keys import SigningKey
from metrics.ledger.tree import TILE, Tree
from metrics.ledger.verifying.merkle import leaf_hash, tree_root
from metrics.ledger.verifying.policy import Trusted
from metrics.ledger.witnessing.request import written_request
from metrics.ledger.witnessing.seen import SEEN, SeenLogs, make_witness
from metrics.ledger.witnessing.witness import Witness, WitnessAnswer

ORIGIN = "zhaoqing.example/biaochi"
Answer = tuple[int, str, bytes]  # status, media type, body


@dataclass
class Log:
    """Leaf hashes and a key; `leaves` may be exchanged, which the key signs as readily."""

    leaves: list[bytes] = field(default_factory=lambda: [leaf_hash(b"%d" % n) for n in range(600)])
    key: SigningKey = field(default_factory=lambda: SigningKey(ORIGIN, Ed25519PrivateKey.generate()))

    def hashes(self, level: int, index: int, *, at_most: int) -> Sequence[bytes]:
        if level == 0:
            return self.leaves[index * TILE : index * TILE + at_most]
        places = range(index * TILE, index * TILE + at_most)
        return [tree_root(self.hashes(level - 1, place, at_most=TILE)) for place in places]

    def tree(self, size: int) -> Tree:
        return Tree(self, size=size)

    def note(self, size: int, *, key: SigningKey | None = None, more: str = "") -> str:
        signer = key or self.key
        body = f"{signer.name}\n{size}\n{base64.b64encode(self.tree(size).root()).decode()}\n{more}"
        return f"{body}\n{signer.signature_line(body)}"

    def request(self, old: int, size: int) -> bytes:
        path = self.tree(size).consistency(old) if 0 < old <= size else []
        return written_request(old=old, path=path, note=self.note(size))


def witness_in(folder: Path, log: Log, *, name: str = "audit.example/w1") -> Witness:
    """A new witness that knows `log`."""
    key = make_witness(folder, name)
    return Witness(key, SeenLogs(folder / SEEN), {ORIGIN: [log.key.verifier_key]}, folder / "refused")


@contextmanager
def served(answer: Callable[[bytes], Answer | WitnessAnswer]) -> Iterator[str]:
    """The address of a server that answers every body it is posted so, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found = answer(self.rfile.read(int(self.headers["Content-Length"])))
            if isinstance(found, WitnessAnswer):
                found = found.status, found.media_type, found.text.encode()
            status, media_type, content = found
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            if 300 <= status < 400:
                self.send_header("Location", media_type)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def trusted(witness: Witness, url: str) -> Trusted:
    """As a policy names it."""
    return Trusted(witness.key.verifier_key, url)
