"""Entries about who signs are found at once: since when the signer remembers, and which epochs a restore began."""

from alembic import op

revision = "0054"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index ix_ledger_entries_signer on ledger_entries (seq) where kind in ('key', 'epoch')")


def downgrade() -> None:
    op.execute("drop index ix_ledger_entries_signer")
