"""Poolers between the program and its database, in transaction mode: each transaction may have another process of it.

transaction_pooler   one in this process, for `make test`: whatever is kept for longer than a transaction is lost
pgbouncer            PgBouncer itself, where it is installed: `TESTS_THROUGH=pgbouncer` runs any test through it
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.ports import free_port

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_TOLD = ("server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes")
_BACKENDS = 3
_AT_ONCE = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # small messages wait 40 ms for each other otherwise


@contextmanager
def transaction_pooler(url: str) -> Iterator[str]:
    """The address of a pooler before the database of `url`, for the block.

    It gives transactions its connections one after the other, and has each forget everything (DISCARD ALL) in between.
    As PgBouncer does, it refuses options that a client sets for a whole connection.
    """
    address = make_url(url)
    with closing(_Pooler(address)) as pooler:
        place = address.set(host="127.0.0.1", port=pooler.port).difference_update_query(["host", "port"])
        yield place.render_as_string(hide_password=False)


class _Backend:
    def __init__(self, address: URL) -> None:
        # As long as the connection is there its socket is open; what goes over it from here on is ours.
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg.connect(plain, autocommit=True)
        self.socket = socket.socket(fileno=os.dup(self.connection.fileno()))
        self.socket.setblocking(True)
        if self.socket.family != socket.AF_UNIX:
            self.socket.setsockopt(*_AT_ONCE)

    def forget(self) -> None:
        self.socket.sendall(_message(b"Q", b"discard all\0"))
        while _read(self.socket)[0] != b"Z":
            pass

    def close(self) -> None:
        self.socket.close()
        self.connection.close()


@dataclass
class _Pooler:
    address: URL
    port: int = 0
    _free: deque[_Backend] = field(default_factory=deque)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._free.extend(_Backend(self.address) for _ in range(_BACKENDS))
        self._all = tuple(self._free)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for backend in self._all:
            backend.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with client, suppress(OSError, EOFError):
            client.setsockopt(*_AT_ONCE)
            if self._greet(client):
                while self._transaction(client):
                    pass

    def _greet(self, client: socket.socket) -> bool:
        """True if the client is let in."""
        while True:
            (length,) = struct.unpack("!i", _exactly(client, 4))
            body = _exactly(client, length - 4)
            (code,) = struct.unpack("!i", body[:4])
            if code == _CANCEL:
                return False
            if code not in (_SSL, _GSS):
                break
            client.sendall(b"N")
        if b"options\0" in body:
            client.sendall(_message(b"E", b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"))
            return False
        told = b""
        for name in _TOLD:
            value = self._all[0].connection.info.parameter_status(name) or ""
            told += _message(b"S", f"{name}\0{value}\0".encode())
        client.sendall(_message(b"R", bytes(4)) + told + _message(b"K", secrets.token_bytes(8)) + _message(b"Z", b"I"))
        return True

    def _transaction(self, client: socket.socket) -> bool:
        """One transaction from its first message to its end. False if the client has left."""
        kind, body = _read(client)
        if kind == b"X":
            return False
        with self._change:
            self._change.wait_for(lambda: self._free)
            backend = self._free.popleft()
        try:
            left = not _relay(client, backend.socket, (kind, body))
        finally:
            backend.forget()
            with self._change:
                self._free.append(backend)
                self._change.notify()
        return not left


def _relay(client: socket.socket, backend: socket.socket, first: tuple[bytes, bytes]) -> bool:
    """Carry messages to and fro until the transaction is over: nothing is open and nothing awaits an answer.

    False if the client has left; what it had begun is rolled back then.
    """
    asked, message = 0, first
    while True:
        kind, body = message
        if kind == b"X":
            backend.sendall(_message(b"Q", b"rollback\0"))
            while _read(backend)[0] != b"Z":
                pass
            return False
        asked += kind in (b"Q", b"S")
        backend.sendall(_message(kind, body))
        while True:
            ready, _, _ = select.select([client, backend], [], [])
            if backend not in ready:
                break
            kind, body = _read(backend)
            client.sendall(_message(kind, body))
            asked -= kind == b"Z"
            if kind == b"Z" and body == b"I" and not asked:
                return True
        message = _read(client)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _read(place: socket.socket) -> tuple[bytes, bytes]:
    head = _exactly(place, 5)
    return head[:1], _exactly(place, struct.unpack("!i", head[1:])[0] - 4)


def _exactly(place: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        more = place.recv(count - len(found))
        if not more:
            raise EOFError
        found += more
    return bytes(found)


@contextmanager
def pgbouncer(server: URL, *, role: str, password: str) -> Iterator[int]:
    """The port on 127.0.0.1 of a PgBouncer in transaction mode before `server`, for the block; `role` may come.

    Raises AssertionError where the program is not installed.
    """
    program = shutil.which("pgbouncer")
    assert program, "not run: no pgbouncer is installed (apt-get install pgbouncer)"
    port = free_port()
    host, behind = server.query.get("host", server.host), server.query.get("port", server.port or 5432)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "users.txt").write_text(f'"{role}" "{password}"\n', encoding="utf-8")
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={host} port={behind}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            f"unix_socket_dir =\nauth_type = plain\nauth_file = {folder}/users.txt\npool_mode = transaction\n"
            "max_client_conn = 1000\ndefault_pool_size = 20\nserver_idle_timeout = 30\n",
            encoding="utf-8",
        )
        for path in (folder, *folder.iterdir()):  # it refuses to be root, and reads as another user
            path.chmod(0o755 if path.is_dir() else 0o644)
        owner = Path(str(host)).owner() if Path(str(host)).is_absolute() else "nobody"  # who may pass to the socket
        as_user = ["-u", owner] if os.geteuid() == 0 else []
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, "-q", *as_user, str(folder / "pgbouncer.ini")], stderr=log)
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when somebody answers at `port`. Raises AssertionError if `process` ends before that."""
    while True:
        assert process.poll() is None, "the pooler ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.02)
