"""What witnesses are at fault for: one process asks them, and every process that answers is to tell it."""

from alembic import op

revision = "0093"
down_revision = "0088"
branch_labels = None
depends_on = None

TABLE = """
create table witness_troubles (
    verifier_key text not null,
    fault text not null,
    since timestamptz not null,
    constraint pk_witness_troubles primary key (verifier_key)
)
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table witness_troubles")
