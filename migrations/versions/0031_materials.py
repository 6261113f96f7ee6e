"""Monthly material of units: sent, seen by the head, signed by the leader; read by the unit and the bureau."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
TABLE = f"""
create table material_records (
    seq bigint not null constraint pk_material_records primary key
        constraint fk_material_records_seq references ledger_entries,
    id bigint not null,
    unit_code text not null,
    period date not null constraint ck_material_records_period check (extract(day from period) = 1),
    action text not null constraint ck_material_records_action check (action in ('send', 'see', 'sign_off')),
    revision integer not null,
    summary text not null,
    problems text not null,
    next_month text not null,
    reports bigint[] not null,
    attachments bigint[] not null,
    reason text not null,
    detail jsonb not null,
    actor text not null,
    recorded_at timestamptz not null
);
create index ix_material_records_id_seq on material_records (id, seq);
create index ix_material_records_unit_code_period_seq on material_records (unit_code, period, seq);
create trigger material_records_append_only before update or delete on material_records
    for each row execute function refuse_change();
create trigger material_records_no_truncate before truncate on material_records
    for each statement execute function refuse_change();
alter table material_records enable row level security;
create policy material_records_read on material_records for select using (
    (select acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin'))
    or (select acting_role() in ('clerk', 'leader')) and {OWN}
);
create policy material_records_added on material_records for insert with check (
    (select acting_role() in ('system', 'reviewer')) or (select acting_role() in ('clerk', 'leader')) and {OWN}
);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table material_records")
