"""Whether a database that is there says anything at all."""

from __future__ import annotations

import psycopg

from metrics.database import engine
from metrics.server.libpq import libpq_address


def gives_sign_of_life(within: int = 2) -> bool:
    """True if the database answers a new connection within so many seconds, or says within them why it does not.

    What is refused or broken is found out, and answered, by whoever asks; this is about a database that is silent.
    """
    try:
        psycopg.connect(libpq_address(engine().url), connect_timeout=within).close()
    except psycopg.OperationalError as error:
        return not isinstance(error, psycopg.errors.ConnectionTimeout)
    return True
