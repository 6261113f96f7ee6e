"""Self-assessments of units in the plan's rounds: every revision with its frozen figures, and leaders' signatures."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
ROLE = "(select acting_role())"
TABLE = f"""
create table self_assessments (
    seq bigint not null constraint pk_self_assessments primary key
        constraint fk_self_assessments_seq references ledger_entries,
    phase_code text not null,
    unit_code text not null,
    revision integer not null,
    action text not null constraint ck_self_assessments_action check (action in ('submit', 'sign_off')),
    stands_on bigint not null,
    period date not null constraint ck_self_assessments_period check (extract(day from period) = 1),
    summary text not null,
    figures jsonb not null,
    remarks jsonb not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint uq_self_assessments_phase_code_unit_code_revision_action
        unique (phase_code, unit_code, revision, action)
);
create trigger self_assessments_append_only before update or delete on self_assessments
    for each row execute function refuse_change();
create trigger self_assessments_no_truncate before truncate on self_assessments
    for each statement execute function refuse_change();
alter table self_assessments enable row level security;
create policy self_assessments_read on self_assessments for select using (
    {ROLE} in ('system', 'reviewer', 'evaluator', 'assessor', 'admin')
    or {ROLE} in ('clerk', 'leader') and {OWN}
);
create policy self_assessments_added on self_assessments for insert with check (
    {ROLE} in ('system', 'reviewer') or {ROLE} in ('clerk', 'leader') and {OWN}
);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table self_assessments")
