"""Open SQL, rates and verdicts: `open.rates` a view, `open.progress` a table that the service keeps.

Rates are selected, carried and added up exactly; verdicts are no SQL, so the service writes those that changed, with
the place in the ledger that they are true for.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# A figure of a seldom owed month stands until the next one owed; a unit that did not report is carried in sums alone.
# The month of which a figure stands is the newest of those from {since} on in which there is one.
SINCE = (
    "cast(m.month - make_interval(months => {carried} + mod("
    "cast(extract(month from m.month - make_interval(months => {carried})) as integer), i.months_apart)) as date)"
)
SENT = """
    left join lateral (
        select r.period, cast(r.numerators[i.place] as numeric) as above,
            cast(r.denominators[i.place] as numeric) as below, r.state
        from unit_rates r
        where r.unit_code = u.code and r.until_seq is null
            and r.formulas = (select number from stored_formulas order by seq desc limit 1)
            and r.denominators[i.place] is not null
            and r.period between {since} and m.month
            and (u.valid_from is null or u.valid_from < r.period + interval '1 month')
        order by r.period desc limit 1
    ) sent on true
"""
EXISTS = "(u.valid_from is null or u.valid_from <= m.last_day) and (u.valid_to is null or u.valid_to >= m.last_day)"
NOW, EARLIEST = SINCE.format(carried="0"), SINCE.format(carried="i.carried")
RATES = f"""
create view open.rates as
with asked as (
    select cast(month as date) as month, cast(month + interval '1 month' - interval '1 day' as date) as last_day
    from (select cast(min(period) as timestamp) as first, cast(max(period) as timestamp) as last from submissions) ends,
        generate_series(first, last, interval '1 month') month
), indicator as materialized (
    select * from plan_indicators
), reporting as materialized (
    select * from plan_units where code not in (select parent from plan_units where parent is not null)
), below as materialized (
    select b.above, above.name as above_name, above.valid_from as above_from, above.valid_to as above_to,
        u.code, u.valid_from, u.valid_to, u.required
    from plan_units_below b join plan_units above on above.code = b.above join plan_units u on u.code = b.code
), found as (
    select u.code as unit_code, u.name as unit_name, m.month, i.code as indicator_code, i.name as indicator_name,
        i.unit_of_measure, i.step, i.scale, i.lines, i.met_above, sent.above, sent.below,
        coalesce(sent.state, 'not_reported') as state,
        cast(sent.below is not null as integer) as reported, 0 as carried,
        cast(sent.below is not null or u.required as integer) as expected
    from asked m join reporting u on {EXISTS} cross join indicator i {SENT.format(since=NOW)}
    union all
    select u.above, u.above_name, m.month, i.code, i.name, i.unit_of_measure, i.step, i.scale, i.lines, i.met_above,
        case when count(sent.below) > 0 then coalesce(sum(sent.above) filter (where sent.below <> 0), 0) end,
        case when count(sent.below) > 0 then sum(sent.below) end,
        case when count(sent.below) = 0 then 'not_reported' when bool_or(sent.state = 'returned') then 'returned'
            when bool_or(sent.state = 'submitted') then 'submitted' else 'verified' end,
        cast(count(sent.below) filter (where sent.period >= {NOW}) as integer),
        cast(count(sent.below) filter (where sent.period < {NOW}) as integer),
        cast(count(*) filter (where {EXISTS} and (u.required or sent.below is not null)) as integer)
    from asked m
    join below u on (u.above_from is null or u.above_from <= m.last_day)
        and (u.above_to is null or u.above_to >= m.last_day)
    cross join indicator i {SENT.format(since=EARLIEST).replace("on true", f"on {EXISTS}")}
    group by u.above, u.above_name, m.month, i.code, i.name, i.unit_of_measure, i.step, i.scale, i.lines, i.met_above
)
select unit_code, unit_name, to_char(month, 'YYYY-MM') as period, indicator_code, indicator_name,
    trim_scale(above * step) as numerator,
    trim_scale(below * step) as denominator,
    case when below <> 0 then open.shown(above * scale, below, lines, met_above) end as value,
    unit_of_measure, state, reported as units_reported, carried as units_carried, expected as units_expected, month
from found;
"""  # noqa: S608  constants of this file

PROGRESS = """
create table open.progress (
    unit_code text not null,
    unit_name text not null,
    target_code text not null,
    target_name text not null,
    indicator_code text not null,
    comparator text not null,
    threshold numeric not null,
    due_on date,
    evaluated_on date not null,
    period text,
    value numeric,
    status text not null,
    timing text,
    light text not null,
    gap numeric,
    required_pace numeric,
    projected_value numeric,
    projected_on date,
    regressed boolean not null,
    present_pace numeric,
    shortfall numeric,
    override text,
    range_low numeric,
    range_high numeric,
    misses boolean,
    projected_shortfall numeric,
    constraint pk_progress primary key (unit_code, target_code)
);
alter table open.progress enable row level security;
create policy progress_read on open.progress for select using (true);
create policy progress_added on open.progress for insert with check ((select acting_role()) = 'system');
create policy progress_changed on open.progress for update using ((select acting_role()) = 'system');
create policy progress_deleted on open.progress for delete using ((select acting_role()) = 'system');

create table open_refreshes (
    relation text not null constraint pk_open_refreshes primary key,
    as_of_seq bigint not null,
    day date not null,
    synthetic boolean not null,
    refreshed_at timestamptz not null
);
alter table open_refreshes enable row level security;
create policy open_refreshes_read on open_refreshes for select using (true);
create policy open_refreshes_added on open_refreshes for insert with check ((select acting_role()) = 'system');
create policy open_refreshes_changed on open_refreshes for update using ((select acting_role()) = 'system');

create view open.state as
select relation, as_of_seq, newest.seq as newest_seq, refreshed_at, synthetic
from open_refreshes, (select coalesce(max(seq), 0) as seq from ledger_entries) newest
union all
select relation, newest.seq, newest.seq, now(), exists (select from users where demonstration)
from unnest(array['rates', 'observations', 'targets']) relation,
    (select coalesce(max(seq), 0) as seq from ledger_entries) newest;
"""


def upgrade() -> None:
    op.execute(RATES)
    op.execute(PROGRESS)


def downgrade() -> None:
    op.execute("drop view open.state, open.rates")
    op.execute("drop table open.progress")
    op.execute("drop table open_refreshes")
