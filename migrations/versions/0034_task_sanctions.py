"""Sanctions that the plan prints for a task: a reviewer sets a mark, with the reason, and lifts it."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLE = """
create table task_sanctions (
    seq bigint not null constraint pk_task_sanctions primary key
        constraint fk_task_sanctions_seq references ledger_entries,
    task_number integer not null,
    unit_code text not null,
    action text not null,
    mark bigint,
    subject text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_task_sanctions_action check (action = 'mark' and mark is null or action = 'lift' and mark is not null)
);
create unique index uq_task_sanctions_mark on task_sanctions (mark);
create trigger task_sanctions_append_only before update or delete on task_sanctions
    for each row execute function refuse_change();
create trigger task_sanctions_no_truncate before truncate on task_sanctions
    for each statement execute function refuse_change();
alter table task_sanctions enable row level security;
create policy task_sanctions_read on task_sanctions for select using (true);
create policy task_sanctions_added on task_sanctions for insert
    with check ((select acting_role()) in ('system', 'reviewer'));
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table task_sanctions")
