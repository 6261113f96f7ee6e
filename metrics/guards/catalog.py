"""What the database is made of: tables, columns, constraints, indexes, triggers, policies, functions, views, sequences.

Each object has two texts: facts that every release of PostgreSQL states alike, and what only its own printing says
(conditions, defaults, the text of views). What belongs to an extension is left out, TimescaleDB's chunks and triggers
too. What the catalog lists and the server does not heed, because it is told elsewhere in the catalog that there is
none, is stated as not heeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from metrics.server.extensions import OF_EXTENSION

Name = tuple[str, str]  # kind and name
BY_HAND = 16_384  # the first number of an object that was not there when the server was made
_CATALOG = f"""
with ours as (
    select oid, nspname from pg_namespace where nspname in ('public', 'open')
), part_of_extension as ({OF_EXTENSION}
), relation as (
    select c.*, ours.nspname, case ours.nspname when 'public' then c.relname else ours.nspname || '.' || c.relname end
        as shown
    from pg_class c join ours on ours.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
        and not exists (select from part_of_extension e where e.classid = 'pg_class'::regclass and e.objid = c.oid)
), judged_trigger as (  -- by whose function it is, not by what it calls itself
    select t.*, t.tgisinternal and t.tgconstraint <> 0 and t.tgfoid < {BY_HAND} as of_system,
        place.nspname ~ '^_timescaledb' and f.oid in (select objid from part_of_extension
            where classid = 'pg_proc'::regclass) as of_timescaledb
    from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace place on place.oid = f.pronamespace
)
select 'schema' as kind, nspname as name, '' as stable, '' as printed
from pg_namespace where nspname in ('public', 'open', current_user) -- a schema of its name stands first in its path
union all
select case when relkind in ('r', 'p') then 'table' when relkind = 'f' then 'foreign table' else 'view' end,
    shown,
    concat_ws(' ', relkind, relpersistence, 'security', relrowsecurity, relforcerowsecurity,
        case when relkind in ('r', 'v', 'p') then coalesce(array_to_string(reloptions, ','), '') end,
        case when not relhastriggers and exists (select from pg_trigger where tgrelid = relation.oid)
            then 'triggers not heeded' end,
        case when not relhasrules and exists (select from pg_rewrite where ev_class = relation.oid)
            then 'rules not heeded' end,
        case when not relhasindex and exists (select from pg_index where indrelid = relation.oid)
            then 'indexes not heeded' end,
        case when relchecks <> (select count(*) from pg_constraint where conrelid = relation.oid and contype = 'c')
            then 'checks not heeded' end),
    case when relkind in ('v', 'm') then pg_get_viewdef(oid) else '' end
from relation
union all
select 'column', shown || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
        'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''),
        case when atthasdef then 'default' end,
        'collate ' || (select collname from pg_collation k where k.oid = attcollation and k.collname <> 'default')),
    coalesce((select pg_get_expr(adbin, adrelid) from pg_attrdef d where d.adrelid = attrelid and d.adnum = attnum), '')
from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
union all
select 'constraint', shown || '.' || conname,
    concat_ws(' ', contype, 'deferrable', condeferrable, condeferred, 'validated', convalidated,
        (select string_agg(attname, ',' order by place) from unnest(conkey) with ordinality key (attnum, place)
            join pg_attribute a on a.attrelid = conrelid and a.attnum = key.attnum),
        case when contype = 'f' then concat(confrelid::regclass, ' ', confupdtype, confdeltype, confmatchtype, '(')
            || (select string_agg(attname, ',' order by place) from unnest(confkey) with ordinality key (attnum, place)
                join pg_attribute a on a.attrelid = confrelid and a.attnum = key.attnum) || ')' end,
        case when contype = 'f' and relkind = 'r' and exists
            (select from (values (conrelid, 5), (conrelid, 17), (confrelid, 9), (confrelid, 17)) made (place, event)
            where not exists (select from pg_trigger where tgconstraint = pg_constraint.oid and tgrelid = place
                and tgtype = event and tgisinternal and tgfoid < {BY_HAND})) then 'not heeded' end),
    pg_get_constraintdef(pg_constraint.oid)
from relation join pg_constraint on conrelid = relation.oid
where contype in ('p', 'u', 'f', 'c', 'x') or contype = 'n' and not convalidated
union all
select 'index', shown || '.' || i.relname,
    concat_ws(' ', m.amname, 'unique', indisunique, indisprimary, 'valid', indisvalid, indisready, indislive,
        'where', indpred is not null, 'of', indexprs is not null,
        (select string_agg(coalesce(attname, '(…)'), ',' order by place)
            from unnest(indkey::smallint[]) with ordinality key (attnum, place)
            left join pg_attribute a on a.attrelid = indrelid and a.attnum = key.attnum)),
    pg_get_indexdef(indexrelid)
from relation join pg_index on indrelid = relation.oid join pg_class i on i.oid = indexrelid
    join pg_am m on m.oid = i.relam
union all
select 'trigger', shown || '.' || tgname,
    concat_ws(' ', tgtype, 'enabled', tgenabled, tgfoid::regproc::text, 'when', tgqual is not null,
        array_to_string(tgattr::smallint[], ','), encode(tgargs, 'hex')),
    pg_get_triggerdef(judged_trigger.oid)
from relation join judged_trigger on tgrelid = relation.oid
where not of_system and not of_timescaledb
union all
select distinct 'trigger', shown || '.' || coalesce(conname, '?') || ' (constraint)', concat('enabled ', tgenabled), ''
from relation join judged_trigger on tgrelid = relation.oid left join pg_constraint k on k.oid = tgconstraint
where of_system and not of_timescaledb and tgenabled <> 'O'
union all
select 'policy', shown || '.' || polname,
    concat_ws(' ', polcmd, 'permissive', polpermissive,
        (select coalesce(string_agg(coalesce(rolname, 'public'), ','), '') from unnest(polroles) role
            left join pg_roles on pg_roles.oid = role)),
    concat_ws(' | ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
from relation join pg_policy on polrelid = relation.oid
union all
select 'rule', shown || '.' || rulename, concat_ws(' ', ev_type, ev_enabled, is_instead),
    pg_get_ruledef(pg_rewrite.oid)
from relation join pg_rewrite on ev_class = relation.oid
where not (rulename = '_RETURN' and ev_type = '1' and relkind in ('v', 'm'))
union all
select 'inheritance',
    case place.nspname when 'public' then '' else place.nspname || '.' end || child.relname || ' from ' || shown, '', ''
from relation join pg_inherits on inhparent = relation.oid join pg_class child on child.oid = inhrelid
    join pg_namespace place on place.oid = child.relnamespace
where place.nspname !~ '^_timescaledb'
union all
select 'function', case ours.nspname when 'public' then '' else ours.nspname || '.' end || proname || '('
        || pg_get_function_identity_arguments(p.oid) || ')',
    concat_ws(' ', prokind, pg_get_function_result(p.oid), lanname, provolatile, proparallel, 'definer', prosecdef,
        'strict', proisstrict, 'leakproof', proleakproof, array_to_string(proconfig, ','), probin, prosrc),
    coalesce(pg_get_function_sqlbody(p.oid), '')
from pg_proc p join ours on ours.oid = pronamespace join pg_language on pg_language.oid = prolang
where not exists (select from part_of_extension e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)
union all
select 'sequence', case ours.nspname when 'public' then '' else ours.nspname || '.' end || relname,
    concat_ws(' ', format_type(seqtypid, null), seqstart, seqincrement, seqmin, seqmax, seqcycle), ''
from pg_sequence join pg_class on pg_class.oid = seqrelid join ours on ours.oid = relnamespace
where not exists (select from part_of_extension e where e.classid = 'pg_class'::regclass and e.objid = seqrelid)
union all
select 'type', typname, typtype::text, '' from pg_type join ours on ours.oid = typnamespace
where (typtype in ('d', 'e', 'r', 'm', 'p') or typtype = 'b' and not exists (select from pg_type e where e.typarray
        = pg_type.oid) or typtype = 'c' and exists (select from pg_class c where c.oid = typrelid and c.relkind = 'c'))
    and not exists (select from part_of_extension e where e.classid = 'pg_type'::regclass and e.objid = pg_type.oid)
union all
select 'operator', oprname || '(' || oprleft::regtype || ',' || oprright::regtype || ')', '', ''
from pg_operator join ours on ours.oid = oprnamespace
where not exists
    (select from part_of_extension e where e.classid = 'pg_operator'::regclass and e.objid = pg_operator.oid)
union all
select 'event trigger', evtname, concat_ws(' ', evtevent, evtenabled), '' from pg_event_trigger
where not exists
    (select from part_of_extension e where e.classid = 'pg_event_trigger'::regclass and e.objid = pg_event_trigger.oid)
union all
select 'subscription', subname, '', '' from pg_subscription
where subdbid = (select oid from pg_database where datname = current_database())
"""  # noqa: S608  a text and a number of these files


@dataclass(frozen=True, slots=True)
class CatalogObject:
    """Amiss an object is made: `stable` as every release states it, `printed` as the server's own release prints it."""

    stable: str
    printed: str


def present_objects(connection: Connection) -> Mapping[Name, CatalogObject]:
    """Everything that there is, by kind and name. Whoever asks needs no rights; the transaction's path stays."""
    path = connection.scalar(text("select current_setting('search_path')"))
    connection.execute(text("select set_config('search_path', 'pg_catalog', true)"))  # names are printed in full
    rows = connection.exec_driver_sql(_CATALOG).all()
    connection.execute(text("select set_config('search_path', :path, true)"), {"path": path})
    return {(kind, name): CatalogObject(stable, printed) for kind, name, stable, printed in rows}
