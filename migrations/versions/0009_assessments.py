"""Assessments: what third parties measured, with every revision."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = """
create table assessments (
    id bigint not null,
    revision integer not null,
    seq bigint not null constraint uq_assessments_seq unique constraint fk_assessments_seq references ledger_entries,
    unit_code text not null,
    period date not null constraint ck_assessments_period check (extract(day from period) = 1),
    indicator_code text not null,
    numerator numeric,
    denominator numeric,
    value numeric,
    method text not null,
    sample_size integer,
    evidence text not null,
    note text not null,
    reason text not null,
    blind boolean not null,
    user_id integer not null constraint fk_assessments_user_id references users,
    actor text not null,
    recorded_at timestamptz not null,
    constraint pk_assessments primary key (id, revision),
    constraint ck_assessments_figure
        check ((value is null) = (numerator is not null) and (numerator is null) = (denominator is null))
);
create index ix_assessments_unit_code_period_indicator_code on assessments (unit_code, period, indicator_code);
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(
        "create trigger assessments_append_only before update or delete on assessments"
        " for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger assessments_no_truncate before truncate on assessments"
        " for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop table assessments")
