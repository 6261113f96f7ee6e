"""What inspections found of units in the plan's rounds, and every act by which it is put right."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = """
create table inspection_findings (
    seq bigint not null constraint pk_inspection_findings primary key
        constraint fk_inspection_findings_seq references ledger_entries,
    number integer not null constraint uq_inspection_findings_number unique,
    phase_code text not null,
    unit_code text not null,
    target_code text,
    task_number integer,
    severity text not null constraint ck_inspection_findings_severity check (severity in ('minor', 'major', 'grave')),
    text text not null,
    due_on date not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_inspection_findings_about check (num_nonnulls(target_code, task_number) = 1)
);
create table rectifications (
    seq bigint not null constraint pk_rectifications primary key
        constraint fk_rectifications_seq references ledger_entries,
    number integer not null,
    unit_code text not null,
    action text not null
        constraint ck_rectifications_action check (action in ('answer', 'close', 'return', 'withdraw')),
    text text not null,
    evidence text not null,
    attachments bigint[] not null,
    due_on date,
    actor text not null,
    recorded_at timestamptz not null
);
create index ix_rectifications_number on rectifications (number, seq);
"""
GUARD = """
create trigger {table}_append_only before update or delete on {table}
    for each row execute function refuse_change();
create trigger {table}_no_truncate before truncate on {table}
    for each statement execute function refuse_change();
alter table {table} enable row level security;
create policy {table}_read on {table} for select using ({read});
create policy {table}_added on {table} for insert with check ({added});
"""
ROLE = "(select acting_role())"
OWN = "unit_code = any (cast((select acting_units()) as text[]))"
SEEN = f"{ROLE} in ('system', 'reviewer', 'evaluator', 'assessor', 'admin') or {ROLE} in ('clerk', 'leader') and {OWN}"
BY_REVIEWERS = f"{ROLE} in ('system', 'reviewer')"
POSTED = f"{BY_REVIEWERS} or {ROLE} = 'clerk' and {OWN}"


def upgrade() -> None:
    op.execute(TABLES)
    for table, added in (("inspection_findings", BY_REVIEWERS), ("rectifications", POSTED)):
        op.execute(GUARD.format(table=table, read=SEEN, added=added))


def downgrade() -> None:
    for table in ("rectifications", "inspection_findings"):
        op.execute(f"drop table {table}")
