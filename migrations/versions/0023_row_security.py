"""Row security: what a transaction may write and read of a unit follows from who acts in it, whatever is asked.

Who acts is said by `set_config('biaochi.role', …, true)` and its two companions at the beginning of a transaction;
without that nobody acts, who sees and writes nothing of any unit. `observations` may be a hypertable with a
columnstore, on which TimescaleDB refuses row security, and both it and `ledger_entries` are filled by COPY, which
PostgreSQL refuses into a protected table: there a trigger asks the same on writing.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FUNCTIONS = """
create unlogged table new_rates (
    load bigint not null,
    unit_code text not null,
    period date not null,
    submission_id integer not null,
    state text not null,
    numerators bigint[] not null,
    denominators bigint[] not null,
    constraint pk_new_rates primary key (load, unit_code, period)
);
create function acting_role() returns text language sql stable parallel safe
    as $$ select nullif(current_setting('biaochi.role', true), '') $$;
create function acting_units() returns text[] language sql stable parallel safe
    as $$ select string_to_array(coalesce(current_setting('biaochi.units', true), ''), ',') $$;
create function acting_user() returns integer language sql stable parallel safe
    as $$ select cast(nullif(current_setting('biaochi.user', true), '') as integer) $$;
-- The elements that some rate is made of, in any version of the plan: what a rate publishes is open to every reader.
create function published_elements() returns text[] language sql stable parallel safe as $$
    select coalesce(array_agg(distinct term ->> 'element'), '{}')
    from plan_records,
        unnest(array[content -> 'numerator', content -> 'denominator']) form,
        jsonb_array_elements(form -> 'terms') term
    where kind = 'indicator' and jsonb_typeof(form -> 'terms') = 'array'
$$;
create function refuse_acting() returns trigger language plpgsql as $$
begin
    raise exception 'who acts may not write this row of %', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
-- Refused files are kept for some days, whoever sent them; the next upload deletes what is older.
create function forget_refused_files(before timestamptz) returns void language sql security definer
    set search_path = pg_catalog, public as $$ delete from refused_files where recorded_at < before $$;
-- What happened to submissions, without what only the unit and the bureau are told: reason, note and figures.
create view submission_turns as
    select seq, submission_id, action, revision, actor, recorded_at,
        case when action = 'sign_off' then detail end as signature
    from submission_events;
-- Which cells were reported, without their values.
create view reported_cells as select unit_code, period, element_code, seq from figures;
"""

ROLE = "(select acting_role())"
UNITS = "cast((select acting_units()) as text[])"
BUREAU = f"{ROLE} in ('system', 'reviewer', 'evaluator', 'assessor', 'admin')"
OF_UNITS = f"{ROLE} in ('clerk', 'leader')"
OWN = f"unit_code = any ({UNITS})"
OWN_SUBMISSION = f"in (select id from submissions where {OWN})"  # noqa: S608  constants of this file
OWN_PEOPLE = f"in (select seq from people_records where {OWN})"  # noqa: S608  constants of this file
SEEN = f"{BUREAU} or {OF_UNITS} and {OWN}"
POSTED = f"{ROLE} in ('system', 'reviewer') or {ROLE} = 'clerk' and {OWN}"
SIGNED = f"{ROLE} in ('system', 'reviewer') or {OF_UNITS} and {OWN}"
PUBLISHED = "element_code = any (cast((select published_elements()) as text[]))"
EVERYBODY = "true"
THE_PROGRAM = f"{ROLE} = 'system'"
BY_PEOPLES_KEEPERS = f"{ROLE} in ('system', 'reviewer', 'admin')"
BY_ASSESSORS = f"{ROLE} in ('system', 'assessor')"
MINE = f"{ROLE} = 'system' or user_id = (select acting_user())"

# table: what is read, what is added, what is changed, what is deleted; None: by nobody.
POLICIES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "submissions": (EVERYBODY, POSTED, SIGNED, None),
    "unit_rates": (EVERYBODY, POSTED, POSTED, None),
    "figures": (f"{SEEN} or {ROLE} in ('clerk', 'leader', 'public') and {PUBLISHED}", POSTED, POSTED, None),
    "submission_events": (
        f"{BUREAU} or {OF_UNITS} and submission_id {OWN_SUBMISSION}",
        f"{ROLE} in ('system', 'reviewer') or {OF_UNITS} and submission_id {OWN_SUBMISSION}",
        None,
        None,
    ),
    "drafts": (SIGNED, POSTED, POSTED, POSTED),
    "confirmed_layouts": (POSTED, POSTED, POSTED, None),
    "refused_files": (f"{MINE} or {ROLE} = 'reviewer'", MINE, None, MINE),
    "idempotency_keys": (MINE, MINE, None, None),
    "task_reports": (EVERYBODY, POSTED, None, None),
    "light_overrides": (EVERYBODY, f"{ROLE} in ('system', 'evaluator')", None, None),
    "period_events": (EVERYBODY, f"{ROLE} in ('system', 'reviewer')", None, None),
    "people_records": (EVERYBODY, BY_PEOPLES_KEEPERS, None, None),
    "people_contacts": (
        f"{ROLE} in ('system', 'reviewer', 'evaluator', 'admin') or {OF_UNITS} and seq {OWN_PEOPLE}",
        BY_PEOPLES_KEEPERS,
        None,
        BY_PEOPLES_KEEPERS,
    ),
    "confirmations": (
        f"{BUREAU} or {OF_UNITS} and subject {OWN_SUBMISSION}",
        f"{ROLE} in ('system', 'reviewer') or {ROLE} = 'clerk' and subject {OWN_SUBMISSION}",
        f"{BY_PEOPLES_KEEPERS} or {ROLE} = 'clerk' and subject {OWN_SUBMISSION}",
        None,
    ),
    "assessments": (SEEN, BY_ASSESSORS, None, None),
    "samples": (BUREAU, BY_ASSESSORS, None, None),
    "sample_findings": (BUREAU, BY_ASSESSORS, None, None),
    "reminders": (BY_PEOPLES_KEEPERS, THE_PROGRAM, THE_PROGRAM, None),
    "new_rates": (THE_PROGRAM, THE_PROGRAM, None, THE_PROGRAM),
    "far_past": (EVERYBODY, THE_PROGRAM, THE_PROGRAM, THE_PROGRAM),
    "unit_turns": (EVERYBODY, THE_PROGRAM, THE_PROGRAM, THE_PROGRAM),
    "rolled_up_rates": (EVERYBODY, THE_PROGRAM, THE_PROGRAM, THE_PROGRAM),
}

# A condition of a trigger holds no sub-query.
ON_WRITING = {
    "observations": "acting_role() in ('system', 'reviewer')"
    " or acting_role() = 'clerk' and new.unit_code = any (acting_units())",
    # A signing key is taken into use when the first checkpoint is asked for, whoever asks.
    "ledger_entries": "acting_role() is not null and new.kind = 'key'"
    " or acting_role() in ('system', 'reviewer', 'evaluator', 'assessor', 'admin')"
    " or acting_role() in ('clerk', 'leader') and cast(new.leaf as jsonb) ->> 'unit' = any (acting_units())",
}


def upgrade() -> None:
    op.execute(FUNCTIONS)
    for table, (read, added, changed, deleted) in POLICIES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy {table}_read on {table} for select using ({read})")
        if added is not None:
            op.execute(f"create policy {table}_added on {table} for insert with check ({added})")
        if changed is not None:
            op.execute(f"create policy {table}_changed on {table} for update using ({changed})")
        if deleted is not None:
            op.execute(f"create policy {table}_deleted on {table} for delete using ({deleted})")
    for table, allowed in ON_WRITING.items():
        op.execute(
            f"create trigger {table}_acting before insert on {table} for each row"
            f" when (({allowed}) is not true) execute function refuse_acting()"
        )


def downgrade() -> None:
    for table in ON_WRITING:
        op.execute(f"drop trigger {table}_acting on {table}")
    for table, (_read, added, changed, deleted) in POLICIES.items():
        for name, there in (("read", True), ("added", added), ("changed", changed), ("deleted", deleted)):
            if there is not None:
                op.execute(f"drop policy {table}_{name} on {table}")
        op.execute(f"alter table {table} disable row level security")
    op.execute("drop table new_rates")
    op.execute("drop view reported_cells")
    op.execute("drop view submission_turns")
    for function in (
        "forget_refused_files(timestamptz)",
        "refuse_acting()",
        "published_elements()",
        "acting_user()",
        "acting_units()",
        "acting_role()",
    ):
        op.execute(f"drop function {function}")
