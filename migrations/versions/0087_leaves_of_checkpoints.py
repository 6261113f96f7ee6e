"""A checkpoint keeps the hashes of the entries that no full tile holds yet, so that a rewritten one can be named."""

from alembic import op

revision = "0087"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table ledger_checkpoints add column leaves bytea")  # empty of those that were issued before


def downgrade() -> None:
    op.execute("alter table ledger_checkpoints drop column leaves")
