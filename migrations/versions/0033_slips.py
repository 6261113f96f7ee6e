"""Supervision slips (督办单): every act on each. A clerk and a leader see those of their units, parts handed to
them included.

Which slips are a unit's is asked by a function with the owner's rights: a policy that reads its own table asks itself
without end. It takes nothing and answers the numbers of
their slips to those who act.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE = r"""
create table slip_acts (
    seq bigint not null constraint pk_slip_acts primary key
        constraint fk_slip_acts_seq references ledger_entries,
    slip text not null constraint ck_slip_acts_slip check (slip ~ '^\d{4}-[1-9]\d{0,8}$'),
    act text not null constraint ck_slip_acts_act check (act in ('issue', 'receive', 'delegate', 'answer',
        'ask_extension', 'grant_extension', 'refuse_extension', 'review', 'return', 'close', 'withdraw')),
    unit_code text not null,
    part integer,
    to_unit text not null,
    to_name text not null,
    title text not null,
    text text not null,
    due_on date,
    origin text not null,
    target_code text not null,
    task_number integer,
    period date constraint ck_slip_acts_period check (extract(day from period) = 1),
    finding text not null,
    evidence text not null,
    attachments bigint[] not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_slip_acts_origin check (
        (act = 'issue') = (origin in ('by_hand', 'red_light', 'late_submission', 'task', 'finding')))
);
create unique index uq_slip_acts_slip_issued on slip_acts (slip) where act = 'issue';
create index ix_slip_acts_slip_seq on slip_acts (slip, seq);
create index ix_slip_acts_unit_code on slip_acts (unit_code);
create trigger slip_acts_append_only before update or delete on slip_acts
    for each row execute function refuse_change();
create trigger slip_acts_no_truncate before truncate on slip_acts
    for each statement execute function refuse_change();

create function slips_of_those_acting() returns setof text language sql stable security definer
    set search_path = pg_catalog, public
    as $$ select slip from slip_acts where act = 'issue' and unit_code = any (acting_units())
        union select slip from slip_acts where act = 'delegate' and to_unit = any (acting_units()) $$;

alter table slip_acts enable row level security;
create policy slip_acts_read on slip_acts for select using (
    (select acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin'))
    or (select acting_role() in ('clerk', 'leader'))
        and slip in (select slips_of_those_acting()));
create policy slip_acts_added on slip_acts for insert with check (
    (select acting_role() in ('system', 'reviewer'))
    or (select acting_role() in ('clerk', 'leader'))
        and act not in ('issue', 'grant_extension', 'refuse_extension', 'review', 'return', 'close', 'withdraw')
        and unit_code = any (cast((select acting_units()) as text[]))
        and slip in (select slips_of_those_acting()));
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table slip_acts")
    op.execute("drop function slips_of_those_acting()")
