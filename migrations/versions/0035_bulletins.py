"""Bulletins: what was done to the bulletin of each month, and the files of those that were issued.

A draft is the reviewers' own; what was issued is everybody's. Row security asks who acts, once a statement.
"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLES = """
create table bulletin_acts (
    seq bigint not null constraint pk_bulletin_acts primary key
        constraint fk_bulletin_acts_seq references ledger_entries,
    period date not null constraint ck_bulletin_acts_period check (extract(day from period) = 1),
    act text not null constraint ck_bulletin_acts_act check (act in ('draft', 'edit', 'issue')),
    version integer not null,
    release integer not null constraint fk_bulletin_acts_release references releases,
    language text not null,
    paragraph text not null,
    words text,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create index ix_bulletin_acts_period on bulletin_acts (period);
create table bulletin_files (
    seq bigint not null constraint fk_bulletin_files_seq references bulletin_acts,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 bytea not null,
    content bytea not null,
    constraint pk_bulletin_files primary key (seq, name)
);
"""
BY_REVIEWERS = "(select acting_role() in ('system', 'reviewer'))"
POLICIES = {
    "bulletin_acts": (f"act = 'issue' or {BY_REVIEWERS}", BY_REVIEWERS),
    "bulletin_files": ("true", BY_REVIEWERS),
}


def upgrade() -> None:
    op.execute(TABLES)
    for table, (read, added) in POLICIES.items():
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {table}_read on {table} for select using ({read})")
        op.execute(f"create policy {table}_added on {table} for insert with check ({added})")


def downgrade() -> None:
    op.execute("drop table bulletin_files; drop table bulletin_acts")
