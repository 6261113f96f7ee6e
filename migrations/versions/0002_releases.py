"""Releases: numbered snapshots with their files, to which nothing can be done but read them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
create table releases (
    number integer not null constraint pk_releases primary key,
    seq bigint not null constraint uq_releases_seq unique
        constraint fk_releases_seq references ledger_entries,
    stands_on bigint not null,
    basis text not null constraint ck_releases_basis check (basis in ('submitted', 'verified')),
    notes text not null,
    actor text not null,
    recorded_at timestamptz not null
);

create table release_files (
    number integer not null
        constraint fk_release_files_number references releases deferrable initially deferred,
    name text not null,
    place integer not null,
    media_type text not null,
    size bigint not null,
    packed_size bigint not null,
    sha256 bytea not null,
    crc32 bigint not null,
    rows bigint not null,
    constraint pk_release_files primary key (number, name)
);

create table release_parts (
    number integer not null,
    name text not null,
    part integer not null,
    content bytea not null,
    constraint pk_release_parts primary key (number, name, part),
    constraint fk_release_parts_number_name foreign key (number, name)
        references release_files deferrable initially deferred
);
alter table release_parts alter column content set storage external;  -- it is deflated already
"""
APPEND_ONLY = ("releases", "release_files", "release_parts")


def upgrade() -> None:
    op.execute(TABLES)
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger {table}_no_truncate before truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.execute(f"drop table {table}")
