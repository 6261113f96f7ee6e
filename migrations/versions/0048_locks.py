"""What is done by one at a time is done under a row of a table: advisory locks anybody may take who can connect."""

from alembic import op

revision = "0048"
down_revision = "0068"
branch_labels = None
depends_on = None

# Made beforehand, so that whoever only tries one never waits for another that makes it. Those held for a key each are
# made when they are needed.
NAMES = (
    "assessments",
    "bulletins",
    "far past",
    "ledger",
    "open.progress",
    "plan",
    "releases",
    "reminders",
    "samples",
    "signing key",
)


def upgrade() -> None:
    op.execute("create table locks (name text not null constraint pk_locks primary key)")
    for name in NAMES:
        op.execute(f"insert into locks values ('{name}')")  # noqa: S608  names of this file


def downgrade() -> None:
    op.execute("drop table locks")
