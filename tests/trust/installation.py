"""A service whose database is attacked: what it takes in and signs, and what a reader who kept a checkpoint finds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from metrics.commands.issue_checkpoint import Issued, issue_checkpoint
from metrics.database import Sessions, use_sessions
from metrics.ledger.checking.checkpoints import kept_checkpoint
from metrics.ledger.continuation import look
from metrics.ledger.memory import Head
from metrics.principal import Principal, Role
from metrics.queries.ledger import known_keys
from tests.databases import Database, Server
from tests.posting import post

UNITS = ("441202", "441203", "441204", "441223", "441224")
EVERYBODY = Principal(1, "chen", "陈", Role.CLERK, frozenset(UNITS))


@dataclass
class Installation:
    """A service on one database, at which units report one month after another."""

    database: Database
    server: Server
    posted: int = 0

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.database.engine)

    def post(self) -> int:
        with self.sessions.write() as session:
            unit = UNITS[self.posted % len(UNITS)]
            seq = post(session, unit=unit, period=f"2019-0{1 + self.posted // len(UNITS)}", principal=EVERYBODY).seq
        self.posted += 1
        assert seq is not None
        return seq

    def sign(self) -> Issued:
        with self.sessions.write() as session:
            return issue_checkpoint(session)

    def keys(self) -> list[str]:
        with self.sessions.read() as session:
            return [key.verifier_key for key in known_keys(session)]

    def look(self) -> str | None:
        with use_sessions(self.sessions):
            found = look()
        return None if found is None else found.code

    def backup(self) -> str:
        """Let go of the database, so that it can be copied; its name."""
        self.database.engine.dispose()
        return self.database.name

    def held_against(self, kept: Issued, keys: list[str]) -> list[str]:
        """What a reader who kept a checkpoint finds."""
        with self.sessions.read() as session:
            return [problem.code for problem in kept_checkpoint(session, kept.note.encode(), keys=keys, name="kept")]


def restored(service: Installation, backup: Database) -> Installation:
    """The service after `backup` took its database's place."""
    return Installation(backup, service.server, posted=20)  # months that nobody reported before


def cut(service: Installation, *, after: int) -> None:
    """The end of the ledger is taken away with everything that stands on it."""
    with service.database.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        for table in ("ledger_entries", "submission_events", "observations", "submissions", "figures", "unit_rates"):
            connection.execute(text(f"delete from {table} where seq > {after}"))
        connection.execute(text(f"delete from ledger_checkpoints where size > {after}"))
        connection.execute(text("delete from ledger_tiles"))


def head_of(issued: Issued) -> Head:
    """What a signer who knows of `issued` alone remembers."""
    return Head(issued.size, issued.root, 1, "")
