"""A checkpoint's row holds what is signed and nothing else: a time beside it could be changed unseen."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table ledger_checkpoints drop column issued_at")


def downgrade() -> None:
    op.execute("alter table ledger_checkpoints add column issued_at timestamptz not null default now()")
    op.execute("alter table ledger_checkpoints alter column issued_at drop default")
