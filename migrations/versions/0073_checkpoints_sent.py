"""Checkpoints go out to those who keep them: claimed, sent and given up in the same table as reminders."""

from alembic import op

revision = "0073"
down_revision = "0078"
branch_labels = None
depends_on = None

KINDS = (
    "'due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated', 'silence_unit', "
    "'silence_lead', 'silence_bureau', 'turned', 'announced_soon', 'announced_passed'"
)


def upgrade() -> None:
    _reminders_of(f"{KINDS}, 'checkpoint'")


def downgrade() -> None:
    op.execute("delete from reminders where kind = 'checkpoint'")
    _reminders_of(KINDS)


def _reminders_of(kinds: str) -> None:
    op.execute("alter table reminders drop constraint ck_reminders_kind")
    op.execute(f"alter table reminders add constraint ck_reminders_kind check (kind in ({kinds}))")
