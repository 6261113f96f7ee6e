"""Drafts: what clerks have typed into the form and not yet sent."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
create table drafts (
    unit_code text not null,
    period date not null constraint ck_drafts_period check (extract(day from period) = 1),
    version integer not null,
    username text not null,
    editor text not null,
    typed jsonb not null,
    updated_at timestamptz not null,
    constraint pk_drafts primary key (unit_code, period)
);
"""
    )


def downgrade() -> None:
    op.execute("drop table drafts")
