"""How many connections to the database its processes hold at most, and whether the server has room for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from metrics.settings import Settings

ASIDE = 2
"""Of one process, beside its pool: over which the audit is written while all others wait (`Sessions.aside`)."""
SIGN_OF_LIFE = 1
"""Of one process: by which a database that is silent is asked whether it lives, one at a time."""
WATCH = 1
"""Of one process: by which `/metrics` is found, one look at a time (`Sessions.watch`)."""
COMMAND = 5
"""Of a command that runs beside the service, such as a backup: two of the owner's, two aside and one to read by."""

_ROOM = text(
    """
    select current_setting('max_connections')::int as most,
        coalesce(current_setting('superuser_reserved_connections', true)::int, 0)
            + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved,
        (select min(allowed) from (
            select datconnlimit from pg_database where datname = current_database()
            union all
            select rolconnlimit from pg_roles where rolname = current_user
        ) limits (allowed) where allowed >= 0) as limited
    """
)


@dataclass(frozen=True, slots=True)
class ConnectionRoom:
    """`service`: what one service with all its processes may ask for; `room`: what the server leaves to services and
    the one command that may run beside them."""

    service: int
    room: int

    @property
    def services(self) -> int:
        """How many services find room together with one command."""
        return max(0, self.room - COMMAND) // self.service


def most_of_a_process(configured: Settings) -> int:
    """How many connections one process of the service holds at most: its pool, as many again under load, and those
    beside it."""
    return 2 * configured.pool_size + ASIDE + SIGN_OF_LIFE + WATCH


def processes(configured: Settings) -> int:
    """Of one service: where several answer there is one more, which keeps them and does what is done once."""
    return configured.workers + (configured.workers > 1)


def connection_room(connection: Connection, configured: Settings) -> ConnectionRoom:
    """Both figures, as the server of `connection` has them: what it keeps for superusers is not ours."""
    row = connection.execute(_ROOM).one()
    room = row.most - row.reserved
    service = processes(configured) * most_of_a_process(configured)
    return ConnectionRoom(service=service, room=room if row.limited is None else min(room, row.limited))
