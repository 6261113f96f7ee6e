"""Task reports: what units say of the plan's tasks each month, with every revision."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = """
create table task_reports (
    seq bigint not null constraint pk_task_reports primary key
        constraint fk_task_reports_seq references ledger_entries,
    task_number integer not null,
    unit_code text not null,
    period date not null constraint ck_task_reports_period check (extract(day from period) = 1),
    revision integer not null,
    state text not null
        constraint ck_task_reports_state check (state in ('not_started', 'in_progress', 'done', 'blocked')),
    text text not null,
    evidence text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create unique index uq_task_reports_task_number_unit_code_period_revision
    on task_reports (task_number, unit_code, period, revision);
create trigger task_reports_append_only before update or delete on task_reports
    for each row execute function refuse_change();
create trigger task_reports_no_truncate before truncate on task_reports
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table task_reports")
