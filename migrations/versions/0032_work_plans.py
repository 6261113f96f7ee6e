"""Units' yearly work plans and the money for them: every revision; read by the unit and the bureau."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
TABLES = """
create table work_plans (
    seq bigint not null constraint pk_work_plans primary key constraint fk_work_plans_seq references ledger_entries,
    unit_code text not null,
    year integer not null,
    revision integer not null,
    summary text not null,
    measures jsonb not null,
    attachments bigint[] not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create unique index uq_work_plans_unit_code_year_revision on work_plans (unit_code, year, revision);
create table fundings (
    seq bigint not null constraint pk_fundings primary key constraint fk_fundings_seq references ledger_entries,
    unit_code text not null,
    year integer not null,
    source text not null constraint ck_fundings_source check (source in ('superior', 'city', 'own_budget', 'other')),
    revision integer not null,
    arranged numeric(14, 2) not null,
    paid numeric(14, 2) not null,
    note text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_fundings_amounts check (arranged >= 0 and paid >= 0)
);
create unique index uq_fundings_unit_code_year_source_revision on fundings (unit_code, year, source, revision);
"""
GUARDS = f"""
create trigger {{table}}_append_only before update or delete on {{table}}
    for each row execute function refuse_change();
create trigger {{table}}_no_truncate before truncate on {{table}}
    for each statement execute function refuse_change();
alter table {{table}} enable row level security;
create policy {{table}}_read on {{table}} for select using (
    (select acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin'))
    or (select acting_role() in ('clerk', 'leader')) and {OWN}
);
create policy {{table}}_added on {{table}} for insert with check (
    (select acting_role() in ('system', 'reviewer')) or (select acting_role() in ('clerk')) and {OWN}
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("work_plans", "fundings"):
        op.execute(GUARDS.format(table=table))


def downgrade() -> None:
    op.execute("drop table fundings")
    op.execute("drop table work_plans")
