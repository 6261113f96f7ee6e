"""Task reports are confirmed by the unit that leads the task, then by a reviewer, or sent back.

A clerk writes in the name of a unit of the account that leads, which is `by_unit`; a reviewer's has none.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = """
create table task_checks (
    seq bigint not null constraint pk_task_checks primary key
        constraint fk_task_checks_seq references ledger_entries,
    task_number integer not null,
    unit_code text not null,
    period date not null constraint ck_task_checks_period check (extract(day from period) = 1),
    revision integer not null,
    by_unit text not null,
    step text not null,
    action text not null constraint ck_task_checks_action check (action in ('confirm', 'return')),
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_task_checks_step check (step = 'review' and by_unit = '' or step = 'lead' and by_unit <> '')
);
create index ix_task_checks_task_number_unit_code_period on task_checks (task_number, unit_code, period);
create trigger task_checks_append_only before update or delete on task_checks
    for each row execute function refuse_change();
create trigger task_checks_no_truncate before truncate on task_checks
    for each statement execute function refuse_change();
alter table task_checks enable row level security;
create policy task_checks_read on task_checks for select using (true);
create policy task_checks_added on task_checks for insert with check (
    (select acting_role()) in ('system', 'reviewer')
    or (select acting_role()) = 'clerk' and by_unit = any (cast((select acting_units()) as text[])));
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table task_checks")
