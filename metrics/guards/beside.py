"""What stands beside the objects that the migrations make and gets past them: roles, ways out for rows, other schemas.

A role of the server is not the database's, and its administrator has good reasons for some: a person's own, the one of
a copy that follows. Those are named in a setting, with what is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, text

from metrics.guards.catalog import BY_HAND
from metrics.guards.difference import Amiss, GuardDifference
from metrics.guards.rights import BOOTSTRAP
from metrics.server.extensions import OF_EXTENSION

_USUAL = ("plpgsql", "timescaledb", "timescaledb_toolkit", "pg_stat_statements")  # extensions that reach nowhere
_OBJECTS = text(
    f"""
    with of_extension as ({OF_EXTENSION}
    ), place as (
        select oid, nspname, nspowner, exists
            (select from of_extension where classid = 'pg_namespace'::regclass and objid = pg_namespace.oid) as built
        from pg_namespace where nspname not in ('public', 'open', current_user)
    ), within as (  -- in a schema that nobody takes for a new one
        select oid, nspname from place
        where (built or nspname ~ '^pg_' or nspname = 'information_schema') and nspname !~ '^pg_(toast_)?temp_'
    )
    select 'schema' as kind, nspname as name, pg_get_userbyid(nspowner) as of_whom
    from place where not built and nspname !~ '^pg_' and nspname <> 'information_schema'
    union all
    select 'extension', extname, pg_get_userbyid(extowner) from pg_extension where extname not in {_USUAL}
    union all
    select 'publication', pubname, pg_get_userbyid(pubowner) from pg_publication
    union all
    select 'replication slot', slot_name, null from pg_replication_slots
    where slot_type = 'logical' and database = current_database()
    union all
    select 'foreign server', srvname, pg_get_userbyid(srvowner) from pg_foreign_server
    where not exists (select from of_extension where classid = 'pg_foreign_server'::regclass and objid = oid)
    union all
    select 'language', lanname, null from pg_language
    where oid >= {BY_HAND}
        and not exists (select from of_extension where classid = 'pg_language'::regclass and objid = oid)
    union all
    select 'cast', castsource::regtype || ' as ' || casttarget::regtype, null from pg_cast
    where oid >= {BY_HAND}
        and not exists (select from of_extension where classid = 'pg_cast'::regclass and objid = oid)
    union all
    select 'function', nspname || '.' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
        null
    from pg_proc join within on within.oid = pronamespace
    where pg_proc.oid >= {BY_HAND}
        and not exists (select from of_extension where classid = 'pg_proc'::regclass and objid = pg_proc.oid)
    union all
    select 'operator', nspname || '.' || oprname || '(' || oprleft::regtype || ',' || oprright::regtype || ')', null
    from pg_operator join within on within.oid = oprnamespace
    where pg_operator.oid >= {BY_HAND}
        and not exists (select from of_extension where classid = 'pg_operator'::regclass and objid = pg_operator.oid)
    union all
    select 'view', nspname || '.' || relname, null
    from pg_class join within on within.oid = relnamespace
    where relkind in ('v', 'm') and pg_class.oid >= {BY_HAND}
        and not exists (select from of_extension where classid = 'pg_class'::regclass and objid = pg_class.oid)
    union all
    select kind, case when place is null or place in ('public', 'pg_catalog') then '' else place || '.' end || name,
        pg_get_userbyid(owner)
    from (
        select 'collation' as kind, collname as name, collowner as owner, 'pg_collation'::regclass as classid, oid,
            collnamespace::regnamespace::name as place
        from pg_collation where collnamespace <> 'pg_catalog'::regnamespace  -- what the system has may be taken in anew
        union all select 'conversion', conname, conowner, 'pg_conversion'::regclass, oid,
            connamespace::regnamespace::name
        from pg_conversion
        union all select 'operator class', opcname, opcowner, 'pg_opclass'::regclass, oid,
            opcnamespace::regnamespace::name
        from pg_opclass
        union all select 'operator family', opfname, opfowner, 'pg_opfamily'::regclass, oid,
            opfnamespace::regnamespace::name
        from pg_opfamily
        union all select 'access method', amname, null, 'pg_am'::regclass, oid, null from pg_am
        union all select 'foreign data wrapper', fdwname, fdwowner, 'pg_foreign_data_wrapper'::regclass, oid, null
        from pg_foreign_data_wrapper
        union all select 'transform', trftype::regtype || ' for ' || lanname, null, 'pg_transform'::regclass,
            pg_transform.oid, null
        from pg_transform join pg_language on pg_language.oid = trflang
        union all select 'text search dictionary', dictname, dictowner, 'pg_ts_dict'::regclass, oid,
            dictnamespace::regnamespace::name
        from pg_ts_dict
        union all select 'text search configuration', cfgname, cfgowner, 'pg_ts_config'::regclass, oid,
            cfgnamespace::regnamespace::name
        from pg_ts_config
        union all select 'text search parser', prsname, null, 'pg_ts_parser'::regclass, oid,
            prsnamespace::regnamespace::name
        from pg_ts_parser
        union all select 'text search template', tmplname, null, 'pg_ts_template'::regclass, oid,
            tmplnamespace::regnamespace::name
        from pg_ts_template
        union all select 'statistics object', stxname, stxowner, 'pg_statistic_ext'::regclass, oid,
            stxnamespace::regnamespace::name
        from pg_statistic_ext
        union all select 'large object', oid::text, lomowner, 'pg_largeobject'::regclass, oid, null
        from pg_largeobject_metadata
    ) other
    where other.oid >= {BY_HAND}
        and not exists (select from of_extension e where e.classid = other.classid and e.objid = other.oid)
    order by 1, 2
    """  # noqa: S608  a number and names of this file
)
_ROLES = text(
    f"""
    with keeper as (
        select relowner as oid from pg_class where oid = to_regclass('public.alembic_version')
    ), asked as (
        select * from pg_roles
        where oid <> {BOOTSTRAP} and oid not in (select oid from keeper) and rolname <> current_user
            and rolname !~ '^pg_'
    ), granting as (  -- with the membership comes what the guards keep from everybody
        select oid, rolname from pg_roles
        where rolsuper or rolname = current_user or oid in (select oid from keeper)
            or rolname in ('pg_write_all_data', 'pg_read_all_data', 'pg_execute_server_program',
                'pg_write_server_files', 'pg_read_server_files', 'pg_create_subscription')
    )
    select rolname, power || ' of ' || rolname as name
    from asked, lateral (values ('super', rolsuper), ('bypassrls', rolbypassrls and not rolsuper),
        ('replication', rolreplication and not rolsuper),
        ('createrole', rolcreaterole and not rolsuper and current_setting('server_version_num')::integer < 160000)
        ) powers (power, held)
    where held
    union all
    select asked.rolname, 'membership of ' || asked.rolname || ' in ' || granting.rolname
    from asked, granting
    where not asked.rolsuper and granting.oid <> asked.oid and pg_has_role(asked.oid, granting.oid, 'member')
    order by 2
    """  # noqa: S608  a number of this file
)


def beside_differences(connection: Connection, *, known: Collection[str] = ()) -> Iterator[GuardDifference]:
    """Everything of the kind. `known` roles are not named, nor what belongs to them."""
    for kind, name, of_whom in connection.execute(_OBJECTS):
        if of_whom not in known:
            yield GuardDifference(kind, name, Amiss.ADDED)
    for role, name in connection.execute(_ROLES):
        if role not in known:
            yield GuardDifference("role", name, Amiss.ADDED)
