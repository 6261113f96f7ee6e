"""The driver beneath a session: for COPY, and for rows that come as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from metrics.database import ReadSession
from metrics.database_faults import drivers_errors

COPY_BEGINS, COPY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What stands around the rows of a COPY in binary."""


@contextmanager
def driver_cursor(session: ReadSession) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the driver's own in the session's transaction, for COPY. Its errors are raised as SQLAlchemy's."""
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  the one driver there is
    with drivers_errors("copy"), driver.cursor() as cursor:
        yield cursor
