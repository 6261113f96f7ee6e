"""What all rows of `open.progress` stand on beside what units sent: while it stays, only who sent is looked at."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table open_refreshes add column stands_on text not null default ''")
    op.execute("alter table open_refreshes alter column stands_on drop default")


def downgrade() -> None:
    op.execute("alter table open_refreshes drop column stands_on")
