"""What signers remember, where one process has many databases: a memory for each, as there is one for a service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from metrics.ledger import memory
from metrics.ledger.keys import key_file
from metrics.settings import settings


@contextmanager
def signing_in_many() -> Iterator[None]:
    """For the block, the memory beside the key is that of the database which the thread asked last."""
    last = threading.local()

    def note(connection: Connection, *_: Any) -> None:
        last.name = connection.engine.url.database

    def file() -> Path:
        return settings().ledger_memory or memory_of(getattr(last, "name", "none"))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(memory, "memory_file", file)
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def hand_on(template: str, copy: str) -> None:
    """A database that is a copy of `template` has a signer who remembers the same."""
    known = memory_of(template)
    if known.exists():
        memory_of(copy).write_bytes(known.read_bytes())


@contextmanager
def as_before(database: str) -> Iterator[None]:
    """What is signed in the block is rolled back after it: the database's signer remembers what it did before."""
    path = memory_of(database)
    known = path.read_bytes() if path.exists() else None
    try:
        yield
    finally:
        if known is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(known)


def memory_of(database: str) -> Path:
    """Where the signers of a database remember what they signed, a service on it too."""
    key = key_file()
    return key.with_name(f"{key.name}.{database}.head")
