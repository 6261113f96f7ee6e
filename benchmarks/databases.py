"""A database of a benchmark's own, used as the service uses it: by its role, under row security, somebody acting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.engine import make_url

from metrics.authority import Authority
from metrics.database import make_engine, use_engine
from metrics.principal import Role
from metrics.server.embedded import APPLICATION, Addresses, embedded_server
from metrics.server.migration import migrate
from metrics.settings import settings

READER = Authority(role=Role.EVALUATOR.value)
"""Who reads in benchmarks: an evaluator, who is shown every unit. What is written, the program writes."""


@contextmanager
def own_database(home: Path, *, pool_size: int = 10) -> Iterator[Addresses]:
    """A server in the folder `home` with a migrated database, in use by the service's role for the block.

    The owner, whom row security does not bind, is left to references: `addresses.owner`. What is signed is signed by a
    key of `home`, and remembered there: not by that of the service whose settings are in the environment.
    """
    with _own_key(home), embedded_server(home) as addresses:
        _migrate(addresses)
        with use_engine(make_engine(addresses.application, pool_size=pool_size)):
            yield addresses


@contextmanager
def _own_key(home: Path) -> Iterator[None]:
    with patch.dict(os.environ, {"BIAOCHI_HOME": str(home)}):
        for name in ("BIAOCHI_LEDGER_KEY", "BIAOCHI_LEDGER_MEMORY"):
            os.environ.pop(name, None)
        settings.cache_clear()
        try:
            yield
        finally:
            settings.cache_clear()


def further_database(addresses: Addresses, name: str, *, migrated: bool = True) -> Addresses:
    """One more database on the same server, migrated unless told otherwise."""
    _outside_transactions(addresses.owner, f"create database {name}")
    found = replace(addresses, owner=_named(addresses.owner, name), application=_named(addresses.application, name))
    if migrated:
        _migrate(found)
    return found


def settle(addresses: Addresses) -> None:
    """What the server does by itself within a minute of a load: sweep the tables and count them."""
    _outside_transactions(addresses.owner, "vacuum analyze")


def _migrate(addresses: Addresses) -> None:
    engine = make_engine(addresses.owner)
    migrate(engine, application_role=APPLICATION)
    engine.dispose()


def _outside_transactions(address: str, statement: str) -> None:
    engine = make_engine(address)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
    engine.dispose()


def _named(address: str, name: str) -> str:
    """The address as libpq takes it too, of another database of the server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)
