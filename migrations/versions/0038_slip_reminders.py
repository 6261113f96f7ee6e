"""Reminders of slips: more kinds, and what a reminder is about where unit and month do not say it."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

UP = """
alter table reminders add column subject text not null default '';
alter table reminders drop constraint ck_reminders_kind;
alter table reminders add constraint ck_reminders_kind check (
    kind in ('due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated'));
alter table reminders drop constraint uq_reminders_unit_code_period_kind_channel;
alter table reminders add constraint uq_reminders_unit_code_period_kind_channel
    unique (unit_code, period, kind, channel, subject);
"""
DOWN = """
delete from reminders where subject <> '';
alter table reminders drop constraint uq_reminders_unit_code_period_kind_channel;
alter table reminders add constraint uq_reminders_unit_code_period_kind_channel
    unique (unit_code, period, kind, channel);
alter table reminders drop constraint ck_reminders_kind;
alter table reminders add constraint ck_reminders_kind check (kind in ('due_soon', 'overdue', 'digest'));
alter table reminders drop column subject;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
