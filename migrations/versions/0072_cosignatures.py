"""What witnesses said of checkpoints: that they saw the ledger come that far, and when. Only added to."""

from alembic import op

revision = "0072"
down_revision = "0049"
branch_labels = None
depends_on = None

TABLE = """
create table ledger_cosignatures (
    size bigint not null,
    key_id text not null,
    signed_at timestamptz not null,
    verifier_key text not null,
    line text not null,
    constraint pk_ledger_cosignatures primary key (size, key_id, signed_at)
);
create trigger ledger_cosignatures_append_only before update or delete on ledger_cosignatures
    for each row execute function refuse_change();
create trigger ledger_cosignatures_no_truncate before truncate on ledger_cosignatures
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table ledger_cosignatures")
