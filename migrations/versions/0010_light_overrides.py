"""Lights set by hand, each with its reason."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = """
create table light_overrides (
    seq bigint not null constraint pk_light_overrides primary key
        constraint fk_light_overrides_seq references ledger_entries,
    unit_code text not null,
    target_code text not null,
    period date not null constraint ck_light_overrides_period check (extract(day from period) = 1),
    light text constraint ck_light_overrides_light check (light in ('green', 'amber', 'red', 'grey')),
    computed text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create index ix_light_overrides_unit_code_target_code_period
    on light_overrides (unit_code, target_code, period, seq);
create trigger light_overrides_append_only before update or delete on light_overrides
    for each row execute function refuse_change();
create trigger light_overrides_no_truncate before truncate on light_overrides
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table light_overrides")
