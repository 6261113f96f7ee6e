"""Locks of periods, exceptions, the people of a unit, and returns signed off by name."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
create table period_events (
    seq bigint not null constraint pk_period_events primary key
        constraint fk_period_events_seq references ledger_entries,
    period date not null constraint ck_period_events_period check (extract(day from period) = 1),
    action text not null
        constraint ck_period_events_action check (action in ('lock', 'unlock', 'except', 'end_exception')),
    unit_code text,
    until timestamptz,
    actor text not null,
    reason text not null,
    recorded_at timestamptz not null,
    constraint ck_period_events_unit check ((action in ('except', 'end_exception')) = (unit_code is not null)),
    constraint ck_period_events_until check ((action = 'except') = (until is not null))
);
create index ix_period_events_period_seq on period_events (period, seq);

create table people_records (
    seq bigint not null constraint pk_people_records primary key
        constraint fk_people_records_seq references ledger_entries,
    unit_code text not null,
    duty text not null constraint ck_people_records_duty check (duty in ('leader', 'liaison')),
    name text,
    title text not null,
    effective_from date not null,
    actor text not null,
    reason text not null,
    recorded_at timestamptz not null
);
create index ix_people_records_unit_code_seq on people_records (unit_code, seq);

create table people_contacts (
    seq bigint not null constraint pk_people_contacts primary key
        constraint fk_people_contacts_seq references people_records,
    phone text not null,
    email text not null
);
"""

ACTIONS = "('submit', 'verify', 'return', 'reopen')"
ACTIONS_WITH_SIGN_OFF = "('submit', 'verify', 'return', 'reopen', 'sign_off')"

# An older program knows no sign-off: a submission is at the event before it. The ledger keeps what is taken out here.
WITHOUT_SIGN_OFFS = """
update submissions set seq = stands.seq
from (
    select submission_id, max(seq) as seq from submission_events where action <> 'sign_off' group by submission_id
) stands
where stands.submission_id = submissions.id and stands.seq <> submissions.seq;
alter table submission_events disable trigger submission_events_append_only;
delete from submission_events where action = 'sign_off';
alter table submission_events enable trigger submission_events_append_only;
"""

APPEND_ONLY = ("period_events", "people_records")


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
    _allow(ACTIONS_WITH_SIGN_OFF)


def downgrade() -> None:
    op.execute(WITHOUT_SIGN_OFFS)
    _allow(ACTIONS)
    for table in ("people_contacts", "people_records", "period_events"):
        op.execute(f"drop table {table}")


def _allow(actions: str) -> None:
    op.execute("alter table submission_events drop constraint ck_submission_events_action")
    op.execute(f"alter table submission_events add constraint ck_submission_events_action check (action in {actions})")
