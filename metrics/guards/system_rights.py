"""Rights on what the server itself is made of, beyond those that it began with.

Whoever may read its table of passwords, call the function that reads its files, or set the parameter that turns
triggers off gets past the guards without one right on a table of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, text

from metrics.guards.catalog import BY_HAND
from metrics.guards.difference import Amiss, GuardDifference

# What everybody had at first is nobody's to gain: it may be taken away from all and left to some.
_BEYOND = text(
    f"""
    with object as (
        select 'pg_class'::regclass as classid, oid as objid, 0 as part, relname::text as shown, relacl as acl,
            acldefault('r', relowner) as usual, relowner as owner
        from pg_class where oid < {BY_HAND} and relnamespace = 'pg_catalog'::regnamespace
        union all
        select 'pg_class'::regclass, pg_class.oid, attnum, relname || '.' || attname, attacl,
            acldefault('c', relowner), relowner
        from pg_attribute join pg_class on pg_class.oid = attrelid
        where pg_class.oid < {BY_HAND} and relnamespace = 'pg_catalog'::regnamespace and attnum > 0
        union all
        select 'pg_proc'::regclass, oid, 0, proname || '(' || pg_get_function_identity_arguments(oid) || ')', proacl,
            acldefault('f', proowner), proowner
        from pg_proc where oid < {BY_HAND}
        union all
        select 'pg_language'::regclass, oid, 0, 'language ' || lanname, lanacl, acldefault('l', lanowner), lanowner
        from pg_language where oid < {BY_HAND}
        union all
        select 'pg_namespace'::regclass, oid, 0, 'schema ' || nspname, nspacl, acldefault('n', nspowner), nspowner
        from pg_namespace where nspname = 'pg_catalog'
        union all
        select 'pg_database'::regclass, oid, 0, 'the database', datacl, acldefault('d', datdba), datdba
        from pg_database where datname = current_database()
        union all
        select 'pg_parameter_acl'::regclass, oid, 0, 'parameter ' || parname, paracl, acldefault('p', 10), 10
        from pg_parameter_acl
    ), granted as (
        select shown, given.grantee, lower(given.privilege_type) as privilege
        from object, aclexplode(acl) given
        where given.grantee <> owner and not exists (
            select from aclexplode(coalesce((select initprivs from pg_init_privs
                where classoid = classid and objoid = objid and objsubid = part), usual)) first
            where first.privilege_type = given.privilege_type and first.grantee in (0, given.grantee)
        )
    )
    select shown, privilege, coalesce(rolname, 'public') as grantee
    from granted left join pg_roles on pg_roles.oid = grantee
    where grantee is distinct from (select relowner from pg_class where oid = to_regclass('public.alembic_version'))
        and not coalesce(rolsuper, false)
    order by 1, 2, 3
    """  # noqa: S608  a number
)


def system_right_differences(connection: Connection, *, known: Collection[str] = ()) -> Iterator[GuardDifference]:
    """Every right of the kind, but those of superusers, of who owns the tables, and of `known` roles."""
    for shown, privilege, grantee in connection.execute(_BEYOND):
        if grantee not in known:
            yield GuardDifference("right", f"{privilege} on {shown} for {grantee}", Amiss.ADDED)
