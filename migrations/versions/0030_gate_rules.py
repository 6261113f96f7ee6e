"""Which date of a commitment binds at the gates of phases, where it has two: decisions with their reasons."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE = """
create table gate_rules (
    seq bigint not null constraint pk_gate_rules primary key
        constraint fk_gate_rules_seq references ledger_entries,
    binding text not null constraint ck_gate_rules_binding check (binding in ('due_date', 'window_end')),
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create trigger gate_rules_append_only before update or delete on gate_rules
    for each row execute function refuse_change();
create trigger gate_rules_no_truncate before truncate on gate_rules
    for each statement execute function refuse_change();
alter table gate_rules enable row level security;
create policy gate_rules_read on gate_rules for select using (true);
create policy gate_rules_added on gate_rules for insert
    with check ((select acting_role()) in ('system', 'evaluator'));
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table gate_rules")
