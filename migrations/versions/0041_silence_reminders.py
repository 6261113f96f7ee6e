"""Reminders of tasks that units say nothing of: three more kinds."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BEFORE = "'due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated'"
SILENCE = "'silence_unit', 'silence_lead', 'silence_bureau'"
KINDS = "alter table reminders add constraint ck_reminders_kind check (kind in ({}))"


def upgrade() -> None:
    op.execute("alter table reminders drop constraint ck_reminders_kind")
    op.execute(KINDS.format(f"{BEFORE}, {SILENCE}"))


def downgrade() -> None:
    op.execute(f"delete from reminders where kind in ({SILENCE})")  # noqa: S608  constants of this file
    op.execute("alter table reminders drop constraint ck_reminders_kind")
    op.execute(KINDS.format(BEFORE))
