"""Returns are found by their period: pages of one month do not read those of all others."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index ix_submissions_period on submissions (period)")


def downgrade() -> None:
    op.execute("drop index ix_submissions_period")
