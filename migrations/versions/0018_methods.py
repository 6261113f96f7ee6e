"""Numbered methods of calculation: each release names its own, and a ledger that has entries says when it met method 2.

A database made later has known no other and gets no entry. What was released before was made by method 1.
"""

import hashlib
import secrets

import rfc8785
from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE, METHOD = 1, 2
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
    op.execute("alter table releases add column method integer not null default 1")
    op.execute("alter table releases alter column method drop default")
    op.execute("create index ix_ledger_entries_method on ledger_entries (seq) where kind = 'method'")
    connection = op.get_bind()
    connection.execute(text("lock table ledger_entries in share row exclusive mode"))  # nobody appends meanwhile
    place = connection.execute(text(NEXT), {"method": METHOD}).one_or_none()
    if place is None or place.is_known:  # it was here before, and went back to an earlier schema
        return
    said = {"seq": place.seq, "recorded_at": place.recorded_at.isoformat(), "before": BEFORE, "method": METHOD}
    leaf = rfc8785.dumps({"kind": "method", "actor": "biaochi", "salt": secrets.token_hex(16), **said})
    values = {"seq": place.seq, "recorded_at": place.recorded_at, "leaf": leaf.decode()}
    connection.execute(text(APPEND), values | {"leaf_hash": hashlib.sha256(b"\x00" + leaf).digest()})


def downgrade() -> None:
    op.execute("drop index ix_ledger_entries_method")
    op.execute("alter table releases drop column method")
