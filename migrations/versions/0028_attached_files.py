"""Files that are attached to records of a unit: kept once for each unit, for the unit and the bureau.

What is attached is packed already: it is kept as it came.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
TABLE = f"""
create table attached_files (
    seq bigint not null constraint pk_attached_files primary key
        constraint fk_attached_files_seq references ledger_entries,
    unit_code text not null,
    name text not null,
    media_type text not null,
    size integer not null,
    sha256 bytea not null,
    content bytea not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_attached_files_size check (size = length(content))
);
alter table attached_files alter column content set storage external;
create unique index uq_attached_files_unit_code_sha256 on attached_files (unit_code, sha256);
create trigger attached_files_append_only before update or delete on attached_files
    for each row execute function refuse_change();
create trigger attached_files_no_truncate before truncate on attached_files
    for each statement execute function refuse_change();
alter table attached_files enable row level security;
create policy attached_files_read on attached_files for select using (
    (select acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin'))
    or (select acting_role() in ('clerk', 'leader')) and {OWN}
);
create policy attached_files_added on attached_files for insert with check (
    (select acting_role() in ('system', 'reviewer')) or (select acting_role() in ('clerk')) and {OWN}
);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table attached_files")
