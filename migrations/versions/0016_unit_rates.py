"""Stored rates: what every submission means, from one place in the ledger until another."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = """
create table unit_rates (
    unit_code text not null,
    period date not null,
    seq bigint not null,
    until_seq bigint,
    submission_id integer not null,
    state text not null constraint ck_unit_rates_state check (state in ('submitted', 'verified', 'returned')),
    numerators bigint[] not null,
    denominators bigint[] not null,
    constraint pk_unit_rates primary key (unit_code, period, seq),
    constraint ck_unit_rates_until_seq check (until_seq > seq)
);
create index ix_unit_rates_period_seq on unit_rates (period, seq);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table unit_rates")
