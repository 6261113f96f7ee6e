"""Open SQL: what other tools may read of the database, in a schema of its own.

`open.observations` and `open.targets` are views and true at every moment. Columns are those of the datasets of the same
name, in Chinese, and then `month`, the period as a day. Nobody but the owner may use the schema until a role is given
it (`biaochi bi grant`).
"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# What of the plan is known now: the newest version of each part, unless it is out, and of targets every one since.
PLAN_PARTS = """
create view plan_parts as
select kind, code, content
from (
    select distinct on (kind, code) kind, code, content, removed from plan_records where kind <> 'target'
    order by kind, code, version desc
) newest
where not removed;

create view plan_target_revisions as
select code, content
from (
    select code, content, version, removed, coalesce(max(version) filter (where removed) over of_code, 0) as gone
    from plan_records where kind = 'target' window of_code as (partition by code)
) versions
where not removed and version > gone;

create view plan_units as
select content ->> 'code' as code,
    (content -> 'name' ->> 'zh')
        || case when exists (select from users where demonstration) then '(合成演示)' else '' end as name,
    content ->> 'parent' as parent,
    cast(content ->> 'valid_from' as date) as valid_from,
    cast(content ->> 'valid_to' as date) as valid_to,
    coalesce(cast(content ->> 'figures_required' as boolean), true) as required
from plan_parts where kind = 'unit';

create view plan_elements as
select content ->> 'code' as code,
    content -> 'name' ->> 'zh' as name,
    content -> 'unit_of_measure' ->> 'zh' as unit_of_measure,
    content ->> 'nature' = 'stock' as is_stock,
    coalesce(cast(content ->> 'decimals' as integer), 0) as decimals,
    case content ->> 'owed' when 'quarter' then 3 when 'year' then 12 else 1 end as months_apart
from plan_parts where kind = 'element';

-- place: in the arrays of unit_rates. step: what one of their whole numbers stands for. carried: for how many months.
-- lines: what rounding never crosses, lowest first.
create view plan_indicators as
with indicator as (
    select content, content ->> 'code' as code from plan_parts where kind = 'indicator'
), made_of as (
    select i.code, max(e.decimals) as decimals, max(e.months_apart) as months_apart, bool_and(e.is_stock) as is_stock
    from indicator i,
        unnest(array[i.content -> 'numerator', i.content -> 'denominator']) form,
        jsonb_array_elements(form -> 'terms') term
        join plan_elements e on e.code = term ->> 'element'
    group by i.code
), threshold as (
    select content ->> 'indicator' as code, cast(content ->> 'threshold' as numeric) as at
    from plan_target_revisions
    where content ->> 'indicator' is not null and content ->> 'threshold' is not null
    union
    select code, 100 from indicator where cast(content ->> 'share' as boolean)
)
select i.code,
    i.content -> 'name' ->> 'zh' as name,
    i.content -> 'unit_of_measure' ->> 'zh' as unit_of_measure,
    cast(row_number() over (order by i.code collate "C") as integer) as place,
    cast(i.content ->> 'scale' as numeric) as scale,
    cast('1e-' || m.decimals as numeric) as step,
    m.months_apart,
    case when m.is_stock then (
        select coalesce(cast(content ->> 'carry_months' as integer), 3) from plan_parts where kind = 'document'
    ) else 0 end as carried,
    i.content ->> 'direction' = 'higher' as met_above,
    array(select at from threshold t where t.code = i.code order by at) as lines
from indicator i join made_of m using (code);

-- Every reporting unit below a unit that adds up others.
create view plan_units_below as
with recursive below (above, code) as (
    select parent, code from plan_units where parent is not null
    union all
    select below.above, u.code from below join plan_units u on u.parent = below.code
)
select above, code from below where code not in (select parent from plan_units where parent is not null);
"""

SHOWN = """
-- above ÷ below with two decimals, half up, on the same side of every line as the value itself.
create function open.shown(above numeric, below numeric, lines numeric[], met_above boolean) returns numeric
language plpgsql immutable parallel safe as $$
declare
    scaled constant numeric := above * 100;
    rounded numeric := sign(above) * div(2 * abs(scaled) + below, 2 * below);
    line numeric;
    met boolean;
    stays boolean;
begin
    foreach line in array lines loop
        met := case when met_above then above >= line * below else above <= line * below end;
        stays := case when met_above then rounded >= line * 100 else rounded <= line * 100 end;
        if stays <> met then
            rounded := div(scaled, below) + (case
                when met = met_above then cast(mod(scaled, below) > 0 as integer)
                else - cast(mod(scaled, below) < 0 as integer) end);
        end if;
    end loop;
    return rounded * 0.01;
end
$$;
"""

OBSERVATIONS = """
create view open.observations as
select f.seq, f.unit_code, u.name as unit_name, to_char(f.period, 'YYYY-MM') as period, f.element_code,
    e.name as element_name, f.value, e.unit_of_measure, f.revision, s.state, f.recorded_at, f.submission_id,
    nullif(event.reason, '') as reason, f.period as month
from figures f
join submissions s on s.id = f.submission_id
left join submission_events event on event.seq = f.seq
left join plan_units u on u.code = f.unit_code
left join plan_elements e on e.code = f.element_code;
"""

# Who has a target of its own is judged by the last revision that names it, unless that ends it.
TARGETS = """
create view open.targets as
with revision as (
    select content, content ->> 'code' as code, cast(content ->> 'revision' as integer) as number,
        coalesce(content -> 'for_units', '[]') as for_units
    from plan_target_revisions
), general as (
    select distinct on (code) * from revision where jsonb_array_length(for_units) = 0 order by code, number desc
), last_of_unit as (
    select distinct on (code, unit) revision.* from revision, jsonb_array_elements_text(for_units) unit
    order by code, unit, number desc
), own as (
    select distinct on (code, number) * from last_of_unit
    where not coalesce(cast(content ->> 'ends_own' as boolean), false) and code in (select code from general)
    order by code, number
)
select t.code as target_code,
    t.content -> 'name' ->> 'zh' as target_name,
    t.content ->> 'kind' as kind,
    (select string_agg(task, ';' order by place)
        from jsonb_array_elements_text(t.content -> 'tasks') with ordinality each (task, place)) as task_numbers,
    t.content ->> 'indicator' as indicator_code,
    t.content ->> 'comparator' as comparator,
    cast(t.content ->> 'threshold' as numeric) as threshold,
    t.content -> 'unit_of_measure' ->> 'zh' as unit_of_measure,
    coalesce(cast(t.content ->> 'threshold_implied' as boolean), false) as threshold_implied,
    cast(t.content ->> 'due_on' as date) as due_on,
    cast(t.content -> 'verification_window' ->> 'start' as date) as window_start,
    cast(t.content -> 'verification_window' ->> 'end' as date) as window_end,
    t.content -> 'scope' ->> 'zh' as scope,
    (select string_agg(exclusion -> 'name' ->> 'zh', '; ' order by place)
        from jsonb_array_elements(t.content -> 'exclusions') with ordinality each (exclusion, place)) as exclusions,
    t.content -> 'qualifier' ->> 'zh' as qualifier,
    t.content -> 'citations' -> 0 ->> 'where' as section,
    cast(t.content -> 'citations' -> 0 ->> 'line' as integer) as line,
    t.content -> 'citations' -> 0 ->> 'quote' as quote,
    t.number as revision,
    cast(t.content ->> 'effective_from' as date) as effective_from,
    nullif(t.content ->> 'reason', '') as reason,
    (select string_agg(unit, ';' order by place)
        from jsonb_array_elements_text(t.for_units) with ordinality each (unit, place)) as for_units,
    coalesce(cast(t.content ->> 'ends_own' as boolean), false) as ends_own,
    (select string_agg((point ->> 'on') || '=' || (point ->> 'value'), ';' order by place)
        from jsonb_array_elements(t.content -> 'trajectory') with ordinality each (point, place)) as trajectory
from (select * from general union all select * from own) t;
"""

# What runs with its owner's rights is for the service alone, which is granted it (`metrics.server.migration.grant`).
SHUT = """
do $$
declare
    function text;
begin
    for function in select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and prosecdef
    loop
        execute format('revoke execute on function %s from public', function);
    end loop;
end
$$;
"""


def upgrade() -> None:
    op.execute("create schema open")
    for part in (PLAN_PARTS, SHOWN, OBSERVATIONS, TARGETS, SHUT):
        op.execute(part)


def downgrade() -> None:
    op.execute("drop schema open cascade")
    for view in (
        "plan_units_below",
        "plan_indicators",
        "plan_elements",
        "plan_units",
        "plan_target_revisions",
        "plan_parts",
    ):
        op.execute(f"drop view {view}")
    op.execute(SHUT.replace("revoke", "grant").replace("from public'", "to public'"))
