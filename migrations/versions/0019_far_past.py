"""The far past, kept: first months of reporting units, and the months of units that add up others."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
create table far_past (
    basis text not null constraint pk_far_past primary key,
    seq bigint not null,
    first date not null,
    through date not null,
    conditions text[] not null
);

create table unit_turns (
    unit_code text not null,
    basis text not null,
    months integer[] not null,
    constraint pk_unit_turns primary key (unit_code, basis)
);

create table rolled_up_rates (
    unit_code text not null,
    basis text not null,
    period date not null,
    numerators bigint[] not null,
    denominators bigint[] not null,
    states integer[] not null,
    reported integer[] not null,
    carried integer[] not null,
    expected integer[] not null,
    constraint pk_rolled_up_rates primary key (unit_code, basis, period)
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table rolled_up_rates")
    op.execute("drop table unit_turns")
    op.execute("drop table far_past")
