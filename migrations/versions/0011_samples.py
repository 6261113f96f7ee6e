"""Samples drawn for a third party's visits, and what was found for their cells."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
create table samples (
    number integer not null constraint pk_samples primary key,
    seq bigint not null constraint uq_samples_seq unique constraint fk_samples_seq references ledger_entries,
    stands_on bigint not null,
    seed text not null,
    per_unit integer not null,
    periods text[] not null,
    elements text[] not null,
    cells text[] not null,
    user_id integer not null constraint fk_samples_user_id references users,
    actor text not null,
    recorded_at timestamptz not null
);
create table sample_findings (
    seq bigint not null constraint fk_sample_findings_seq references ledger_entries,
    cell text not null,
    number integer not null constraint fk_sample_findings_number references samples,
    finding text not null
        constraint ck_sample_findings_finding check (finding in ('confirmed', 'differs', 'no_evidence')),
    value numeric,
    note text not null,
    blind boolean not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint pk_sample_findings primary key (seq, cell)
);
create index ix_sample_findings_number on sample_findings (number, cell, seq);
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("samples", "sample_findings"):
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.execute("drop table sample_findings, samples")
