"""Reports on tasks carry files as evidence; those that are there carry none."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table task_reports add column attachments bigint[] not null default '{}'")


def downgrade() -> None:
    op.execute("alter table task_reports drop column attachments")
