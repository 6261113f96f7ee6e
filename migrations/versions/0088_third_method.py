"""A ledger that has entries says when it met method 3. A database made later has known no other and gets no entry."""

import hashlib
import secrets

import rfc8785
from alembic import op
from sqlalchemy import text

revision = "0088"
down_revision = "0083"
branch_labels = None
depends_on = None

BEFORE, METHOD = 2, 3
ACTS = "select set_config('biaochi.role', :role, true)"
HOLD = "insert into locks (name) values ('ledger') on conflict (name) do update set name = excluded.name where false"
NEXT = """
select max(seq) + 1 as seq, greatest(clock_timestamp(), max(recorded_at)) as recorded_at,
    coalesce(bool_or(kind = 'method' and (leaf::jsonb ->> 'method')::integer = :method), false) as is_known
from ledger_entries having count(*) > 0
"""
APPEND = """
insert into ledger_entries (seq, kind, recorded_at, leaf, leaf_hash)
values (:seq, 'method', :recorded_at, :leaf, :leaf_hash)
"""


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(text(HOLD))  # as whoever records does: nobody appends meanwhile
    place = connection.execute(text(NEXT), {"method": METHOD}).one_or_none()
    if place is None or place.is_known:  # it was here before, and went back to an earlier schema
        return
    said = {"seq": place.seq, "recorded_at": place.recorded_at.isoformat(), "before": BEFORE, "method": METHOD}
    leaf = rfc8785.dumps({"kind": "method", "actor": "biaochi", "salt": secrets.token_hex(16), **said})
    values = {"seq": place.seq, "recorded_at": place.recorded_at, "leaf": leaf.decode()}
    connection.execute(text(ACTS), {"role": "system"})
    connection.execute(text(APPEND), values | {"leaf_hash": hashlib.sha256(b"\x00" + leaf).digest()})
    connection.execute(text(ACTS), {"role": ""})


def downgrade() -> None:
    """The entry stays: the ledger loses none."""
