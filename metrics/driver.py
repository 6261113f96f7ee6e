"""The driver beneath a session: for COPY, and for rows that come as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from metrics.connections import driver_of
from metrics.database import ReadSession

COPY_BEGINS, COPY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What stands around the rows of a COPY in binary."""


@contextmanager
def driver_cursor(session: ReadSession) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the driver's own in the session's transaction, for COPY. Its errors are raised as SQLAlchemy's."""
    with driver_of(session.connection()) as driver, driver.cursor() as cursor:
        yield cursor
