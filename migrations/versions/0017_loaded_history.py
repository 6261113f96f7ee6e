"""Submissions say when they were first received where that is another moment than when they were recorded.

Until now both were one. Null means that nobody knows: loaded history without the moment.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What the downgrade drops tells nothing more where both moments are one.
TOLD_ELSEWHERE = {"submissions.first_received_at": "first_received_at is not distinct from first_recorded_at"}


def upgrade() -> None:
    op.execute("alter table submissions add column first_received_at timestamptz")
    op.execute("update submissions set first_received_at = first_recorded_at")


def downgrade() -> None:
    op.execute("alter table submissions drop column first_received_at")
