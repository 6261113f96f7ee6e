"""Old months of `observations` go into TimescaleDB's columnstore, where the server has it under its own licence.

A year's chunk goes there once its newest month is a year old, by a job of the extension's that runs once a day as the
owner. Corrections land in it as before: keys, triggers and rights hold there too. Row security cannot stand beside it;
the trigger of migration 0023 asks instead. Elsewhere nothing changes.
"""

from alembic import op
from sqlalchemy import text

revision = "0083"
down_revision = "0087"
branch_labels = None
depends_on = None

# By unit, since what is read of old months is one submission or one unit; in the order of the key, so that whether a
# row is there already is asked of one batch.
COLUMNSTORE = (
    "alter table observations set (timescaledb.enable_columnstore = true, timescaledb.segmentby = 'unit_code',"
    " timescaledb.orderby = 'period, element_code, revision')"
)
POLICY = (
    "call add_columnstore_policy('observations', after => interval '1 year', schedule_interval => interval '1 day')"
)
KNOWN = text("select exists (select from pg_proc where proname = 'add_columnstore_policy')")
LICENCE = text("select current_setting('timescaledb.license', true)")
HYPERTABLE = "select exists (select from timescaledb_information.hypertables where hypertable_name = 'observations'{})"


def upgrade() -> None:
    if _has_columnstore():
        op.execute(COLUMNSTORE)
        op.execute(POLICY)


def downgrade() -> None:
    if not _has_columnstore(" and compression_enabled"):
        return
    op.execute("call remove_columnstore_policy('observations', if_exists => true)")
    op.execute("select decompress_chunk(chunk, if_compressed => true) from show_chunks('observations') chunk")
    op.execute("alter table observations set (timescaledb.enable_columnstore = false)")


def _has_columnstore(further: str = "") -> bool:
    """True if the server can: a version that knows columnstores, under the licence of Timescale's that allows them."""
    bind = op.get_bind()
    if not bind.scalar(KNOWN) or bind.scalar(LICENCE) != "timescale":
        return False
    return bool(bind.scalar(text(HYPERTABLE.format(further))))
