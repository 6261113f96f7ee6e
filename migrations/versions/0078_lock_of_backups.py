"""The row under which one instance of several makes the night's backup: made beforehand, as 0048 made the others."""

from alembic import op

revision = "0078"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("insert into locks values ('backup') on conflict do nothing")


def downgrade() -> None:
    op.execute("delete from locks where name = 'backup'")
