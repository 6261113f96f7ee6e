"""Counts of an assessment may be those of clusters: materials of items, one pair of counts for each item looked at."""

from alembic import op

revision = "0068"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table assessments add column clusters jsonb")
    op.execute("alter table assessments add column clusters_in_all integer")


def downgrade() -> None:
    op.execute("alter table assessments drop column clusters_in_all")
    op.execute("alter table assessments drop column clusters")
