"""Who owns what, and who may do what with it, held against what `biaochi migrate` and `biaochi bi grant` give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from metrics.guards.difference import Amiss, GuardDifference
from metrics.models.grants import GRANTS, OPEN_SCHEMA, OPEN_TABLES
from metrics.server.extensions import OF_EXTENSION
from metrics.server.open_reader import OPEN_READERS, rights_beyond

EVERYBODY = "public"
BOOTSTRAP = 10  # the superuser that every server begins with
ATTRIBUTES = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
Rights = dict[tuple[str, str], set[str]]  # by grantee and table
_OURS = "nspname in ('public', 'open')"
_NAMED = "case nspname when 'public' then '' else nspname || '.' end"
# A right to add leaves out the column that only the database numbers: with that column it is another right than is
# declared, and so is any right on a part of the other columns.
_GRANTED = text(
    f"""
    with of_extension as ({OF_EXTENSION}
    ), tables as (
        select pg_class.oid, {_NAMED} || relname as shown, relacl, relowner,
            array_agg(attname order by attnum) filter (where attidentity <> 'a') as given,
            bool_or(attidentity = 'a') as numbered
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
            left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        where {_OURS} and relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not exists
            (select from of_extension e where e.classid = 'pg_class'::regclass and e.objid = pg_class.oid)
        group by pg_class.oid, nspname
    ), granted as (
        select oid, grantee, lower(privilege_type) as privilege, cast(null as name[]) as columns
        from tables, aclexplode(relacl)
        union all
        select oid, grantee, lower(privilege_type), array_agg(attname order by attnum)
        from tables join pg_attribute on attrelid = oid, aclexplode(attacl)
        group by oid, grantee, privilege_type
        union all
        select oid, grantee, lower(privilege_type) || ' with grant option', cast(null as name[])
        from tables, aclexplode(relacl) where is_grantable
    )
    select coalesce(rolname, 'public') as grantee, shown, case
        when columns is null and numbered and privilege = 'insert' then 'insert (*)'
        when columns is null or columns = given then privilege
        else privilege || ' (' || array_to_string(columns, ', ') || ')' end as privilege
    from granted join tables using (oid) left join pg_roles on pg_roles.oid = grantee
    where grantee <> relowner
    """  # noqa: S608  texts of this file
)
_OF_FUNCTIONS = text(
    f"""
    select {_NAMED} || proname as shown, coalesce(rolname, 'public') as grantee
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace,
        aclexplode(coalesce(proacl, acldefault('f', proowner))) left join pg_roles on pg_roles.oid = grantee
    where {_OURS} and prosecdef and grantee <> proowner
        and not exists
            (select from ({OF_EXTENSION}) e where e.classid = 'pg_proc'::regclass and e.objid = pg_proc.oid)
    """  # noqa: S608  texts of this file
)
_OF_SCHEMAS = text(
    f"""
    select nspname, coalesce(rolname, 'public') as grantee, lower(privilege_type) as privilege
    from pg_namespace, aclexplode(nspacl) left join pg_roles on pg_roles.oid = grantee
    where {_OURS} and grantee <> nspowner
    """  # noqa: S608  texts of this file
)
_NOT_ENTERED = text(
    f"select nspname from pg_namespace where {_OURS} and not has_schema_privilege(oid, 'usage')"  # noqa: S608
)
_OTHER_OWNERS = text(
    f"""
    with owned as (
        select 'table ' || {_NAMED} || relname as shown, relowner as of_whom, pg_class.oid,
            'pg_class'::regclass as classid
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where {_OURS} and relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select 'function ' || {_NAMED} || proname, proowner, pg_proc.oid, 'pg_proc'::regclass
        from pg_proc join pg_namespace on pg_namespace.oid = pronamespace where {_OURS}
        union all
        select 'schema ' || nspname, nspowner, oid, 'pg_namespace'::regclass from pg_namespace where nspname = 'open'
        union all
        select 'schema ' || nspname, nspowner, oid, 'pg_namespace'::regclass from pg_namespace
        where nspname = 'public' and pg_get_userbyid(nspowner) <> 'pg_database_owner' and nspowner <> {BOOTSTRAP}
        union all
        select 'the database', datdba, oid, 'pg_database'::regclass from pg_database
        where datname = current_database() and pg_get_userbyid(datdba) = current_user
    )
    select shown from owned
    where of_whom <> (select relowner from pg_class where oid = to_regclass('public.alembic_version'))
        and not exists
            (select from ({OF_EXTENSION}) e where e.classid = owned.classid and e.objid = owned.oid)
    """  # noqa: S608  texts of this file
)
_OWNS = text(
    "select pg_get_userbyid(relowner) = current_user from pg_class where oid = to_regclass('public.alembic_version')"
)
_ROLE = text(f"select {', '.join(ATTRIBUTES)} from pg_roles where rolname = current_user")  # noqa: S608  names above
_MEMBER_OF = text(
    "select granted.rolname from pg_auth_members m join pg_roles granted on granted.oid = m.roleid"
    " join pg_roles member on member.oid = m.member where member.rolname = current_user"
)
_DEFAULTS = text(
    "select coalesce(nspname, 'every schema') as nspname, coalesce(g.rolname, 'public') as grantee"
    " from pg_default_acl left join pg_namespace on pg_namespace.oid = defaclnamespace, aclexplode(defaclacl) given"
    " left join pg_roles g on g.oid = given.grantee"
    " where (nspname is null or nspname in ('public', 'open')) and given.grantee <> defaclrole"
)


def right_differences(connection: Connection) -> Iterator[GuardDifference]:
    """What anybody may do beyond what is given, what the service's role (the one that asks) lacks, and other owners."""
    service = str(connection.scalar(text("select current_user")))
    for shown in connection.scalars(_OTHER_OWNERS):
        yield GuardDifference("owner", shown, Amiss.CHANGED)
    readers = set(connection.scalars(OPEN_READERS, {"schema": OPEN_SCHEMA, "service": service}))
    owns = bool(connection.scalar(_OWNS))
    yield from _of_tables(connection, None if owns else service, readers)
    yield from _of_functions(connection, None if owns else service)
    for row in connection.execute(_OF_SCHEMAS):
        if row.privilege == "create" or (row.nspname == OPEN_SCHEMA and row.grantee == EVERYBODY):
            yield _right(row.privilege, f"schema {row.nspname}", row.grantee, Amiss.ADDED)
    for schema in connection.scalars(_NOT_ENTERED):
        yield _right("usage", f"schema {schema}", service, Amiss.GONE)
    for row in connection.execute(_DEFAULTS):
        yield _right("default rights", row.nspname, row.grantee, Amiss.ADDED)
    for reader in sorted(readers):
        for right in rights_beyond(connection, role=reader):
            yield _right("rights", right, reader, Amiss.ADDED)
    if not owns:
        yield from _of_role(connection, service)


def given_rights(connection: Connection) -> Rights:
    """The rights on tables and views of everybody but their owner, by grantee and table; `public` is everybody."""
    found: Rights = {}
    for grantee, shown, privilege in connection.execute(_GRANTED):
        found.setdefault((grantee, shown), set()).add(privilege)
    return found


def declared_rights(service: str) -> Mapping[tuple[str, str], set[str]]:
    """Those that the service's role has to have."""
    kept = {f"{OPEN_SCHEMA}.{table}": {"select", "insert", "update", "delete"} for table in OPEN_TABLES}
    return {
        (service, table): rights for table, rights in ({t: set(g.rights) for t, g in GRANTS.items()} | kept).items()
    }


def _of_tables(connection: Connection, service: str | None, readers: set[str]) -> Iterator[GuardDifference]:
    given = given_rights(connection)
    declared = {} if service is None else declared_rights(service)
    nothing: set[str] = set()
    for grantee, table in sorted(given.keys() | declared.keys()):
        has, needs = given.get((grantee, table), nothing), declared.get((grantee, table), nothing)
        if grantee in readers and table.startswith(f"{OPEN_SCHEMA}."):
            needs = {"select"} & has
        yield from (_right(right, table, grantee, Amiss.ADDED) for right in sorted(has - needs))
        yield from (_right(right, table, grantee, Amiss.GONE) for right in sorted(needs - has))


def _of_functions(connection: Connection, service: str | None) -> Iterator[GuardDifference]:
    """Of functions that run with their owner's rights: the service's role alone may call them."""
    given: dict[str, set[str]] = {}
    for shown, grantee in connection.execute(_OF_FUNCTIONS):
        given.setdefault(shown, set()).add(grantee)
    for shown, grantees in sorted(given.items()):
        for grantee in sorted(grantees - {service}):
            yield _right("execute", shown, grantee, Amiss.ADDED)


def _of_role(connection: Connection, service: str) -> Iterator[GuardDifference]:
    held = connection.execute(_ROLE).mappings().one()
    for name in ATTRIBUTES:
        if held[name]:
            yield GuardDifference("role", f"{name.removeprefix('rol')} of {service}", Amiss.ADDED)
    for role in sorted(connection.scalars(_MEMBER_OF)):
        yield GuardDifference("role", f"membership of {service} in {role}", Amiss.ADDED)


def _right(right: str, what: str, grantee: str, how: Amiss) -> GuardDifference:
    return GuardDifference("right", f"{right} on {what} for {grantee}", how)
