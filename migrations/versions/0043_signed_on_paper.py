"""A self-assessment may be signed on paper: whose signature it is, and the scans of it."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table self_assessments add column signature jsonb not null default '{}'")
    op.execute("alter table self_assessments add column attachments bigint[] not null default '{}'")


def downgrade() -> None:
    op.execute("alter table self_assessments drop column attachments")
    op.execute("alter table self_assessments drop column signature")
