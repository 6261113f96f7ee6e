"""What the service's role may do with each table, and why it may do more than look and add.

Everything else is refused by the database: tests compare this table with what `biaochi migrate` grants.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.models.base import APPEND_ONLY, AUDIT, WITNESSED

SCHEMA_VERSION = "alembic_version"
VIEWS = ("submission_turns", "reported_cells")

OPEN_SCHEMA = "open"
OPEN_TABLES = ("progress",)
"""What other tools read, in a schema of its own; of it the service reads and writes these tables."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights as PostgreSQL calls them, in lower case; `why`: what needs those beyond `select` and `insert`."""

    rights: tuple[str, ...]
    why: str


_ADDED = Grant(("select", "insert"), "")
GRANTS: dict[str, Grant] = {
    SCHEMA_VERSION: Grant(("select",), "whether the schema is the newest"),
    **dict.fromkeys(VIEWS, Grant(("select",), "what every reader may know of every unit")),
    **dict.fromkeys((*APPEND_ONLY, *AUDIT, *WITNESSED), _ADDED),
    "unit_rates": Grant(("select", "insert", "update"), "a row ends where the next one begins"),
    "submissions": Grant(("select", "insert", "update"), "state and revision follow the newest event"),
    "figures": Grant(("select", "insert", "update"), "a revision changes present figures"),
    "drafts": Grant(("select", "insert", "update", "delete"), "saved again and again, gone when sent or given up"),
    "confirmed_layouts": Grant(("select", "insert", "update"), "withdrawn"),
    "refused_files": Grant(("select", "insert", "delete"), "the last five of an account are kept"),
    "idempotency_keys": _ADDED,
    "people_contacts": Grant(("select", "insert", "delete"), "how a person is reached can be forgotten"),
    "confirmations": Grant(("select", "insert", "update"), "sent, used, ended by a newer link"),
    "reminders": Grant(("select", "insert", "update"), "claimed, sent, given up"),
    "follows": Grant(("select", "insert", "update", "delete"), "how far it was told; given up"),
    "followed_turns": Grant(("select", "insert", "update", "delete"), "seen; the demonstration's go with it"),
    "far_past": Grant(("select", "insert", "update", "delete"), "kept anew, a row ends where the next begins"),
    "unit_turns": Grant(("select", "insert", "update", "delete"), "kept anew, a row ends where the next begins"),
    "rolled_up_rates": Grant(("select", "insert", "update", "delete"), "kept anew, a row ends where the next begins"),
    "locks": Grant(("select", "insert", "update"), "a row is held while one at a time does something"),
    "open_refreshes": Grant(("select", "insert", "update"), "how far what other tools read is kept"),
    "witness_troubles": Grant(("select", "insert", "update", "delete"), "another fault; over when the witness signs"),
    "stored_formulas": _ADDED,
    "second_factors": Grant(("select", "insert", "update", "delete"), "set up, used, taken away"),
    "recovery_codes": Grant(("select", "insert", "update", "delete"), "used once, replaced by new ones"),
    "sign_in_steps": Grant(("select", "insert", "update", "delete"), "over with the second step"),
    "former_passwords": Grant(("select", "insert", "delete"), "the last ones are kept"),
    "password_links": Grant(("select", "insert", "update", "delete"), "used once"),
    "users": Grant(("select", "insert", "update", "delete"), "disabled; the demonstration's go with it"),
    "sessions": Grant(("select", "insert", "update", "delete"), "end"),
    "tokens": Grant(("select", "insert", "update", "delete"), "revoked; the demonstration's go with it"),
    "sign_in_failures": Grant(("select", "insert", "update", "delete"), "forgotten when they are past; locked before"),
}
