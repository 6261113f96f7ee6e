"""The ledger's tree in tiles, the keys that sign it, and the checkpoints handed out.

Nothing is filled in: tiles are written when the next checkpoint is issued, from the leaf hashes that are there.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
create table ledger_tiles (
    level integer not null,
    index bigint not null,
    hashes bytea not null,
    root bytea not null,
    constraint pk_ledger_tiles primary key (level, index)
);

create table ledger_keys (
    key_id text not null constraint pk_ledger_keys primary key,
    verifier_key text not null,
    since timestamptz not null,
    actor text not null
);

create table ledger_checkpoints (
    size bigint not null,
    key_id text not null constraint fk_ledger_checkpoints_key_id references ledger_keys,
    root bytea not null,
    note text not null,
    issued_at timestamptz not null,
    constraint pk_ledger_checkpoints primary key (size, key_id)
);
"""

APPEND_ONLY = ("ledger_tiles", "ledger_keys", "ledger_checkpoints")


def upgrade() -> None:
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.execute(f"drop table {table}")
