"""Two views that the owner of the tables has made, open to every reader: what is left out of them is not.

No classes of the model: nothing is written through them, and no migration compares them with it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from metrics.models.base import ActionText

_VIEWS = MetaData()

# What happened to submissions, of every unit: a row an event, without reason, note and detail. `signature`: who signed,
# of a sign-off alone.
SUBMISSION_TURNS = Table(
    "submission_turns",
    _VIEWS,
    Column("seq", BigInteger),
    Column("submission_id", Integer),
    Column("action", ActionText),
    Column("revision", Integer),
    Column("actor", Text),
    Column("recorded_at", DateTime(timezone=True)),
    Column("signature", JSONB),
)
# Which cells of every unit's present figures there are, without their values.
REPORTED_CELLS = Table(
    "reported_cells",
    _VIEWS,
    Column("unit_code", Text),
    Column("period", Date),
    Column("element_code", Text),
    Column("seq", BigInteger),
)
