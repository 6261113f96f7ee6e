"""What the database raises while it is away. Anything else it raises is a defect and is not caught."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metrics.errors import Unavailable

# InternalError: a database that has become read-only.
AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, Unavailable)
