"""The role with which other tools read the schema `open`: made, let in, shut out, and what it may do beyond that."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql
from sqlalchemy import Connection, text

from metrics.errors import Conflict, Message, NotFound
from metrics.models.grants import OPEN_SCHEMA
from metrics.server.extensions import OF_STATEMENT_STATISTICS

# What a role begins with; whoever has it may ask for more time in a session, and never for more rights.
_DEFAULTS = (
    ("default_transaction_read_only", "on"),
    ("statement_timeout", "60s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("transaction_timeout", "10min"),  # since PostgreSQL 17
    ("lock_timeout", "10s"),
    ("max_parallel_workers_per_gather", "0"),  # its statements take one processor each
    ("search_path", OPEN_SCHEMA),
    ("timezone", "UTC"),
)
# Of one process, on disk: what sorts and cursors leave. Only a superuser can set it, and the role cannot alter it.
_TEMPORARY_FILES = ("temp_file_limit", "1GB")
_CONNECTIONS = 20
_THERE = text("select name from pg_settings where name = any(:names)")
_MAY_SET = text("select has_parameter_privilege(:name, 'set')")
_DISTURBS = text(
    """
    select has_function_privilege(:role, 'pg_advisory_lock(bigint)', 'execute') as locks,
        not exists (
            select from pg_db_role_setting, unnest(setconfig) setting
            where setrole = pg_roles.oid and setting like 'temp_file_limit=%' and setting <> 'temp_file_limit=-1'
        ) and current_setting('temp_file_limit') = '-1' as files,
        rolconnlimit not between 0 and :most as connections
    from pg_roles where rolname = :role
    """
)
_DISTURBANCES = {
    "locks": Message(
        "可占满咨询锁的内存,使报送中断(需超级用户执行 biaochi migrate)",
        "may fill the memory for locks with advisory ones, and nothing is recorded (a superuser's biaochi migrate)",
    ),
    "files": Message(
        "可用临时文件占满磁盘(以超级用户再次执行 biaochi bi grant)",
        "may fill the disk with temporary files (biaochi bi grant once more, as a superuser)",
    ),
    "connections": Message(
        "连接数不限(再次执行 biaochi bi grant)", "may take every connection (biaochi bi grant once more)"
    ),
}
OPEN_READERS = text(
    "select rolname from pg_namespace, aclexplode(nspacl) join pg_roles on pg_roles.oid = grantee"
    " where nspname = :schema and privilege_type = 'USAGE' and grantee <> nspowner and rolname <> :service"
    " and not has_table_privilege(grantee, 'public.ledger_entries', 'insert') order by 1"  # of no other service's
)
_KNOWN = text("select exists (select from pg_roles where rolname = :role)")
_LET_IN = text(
    "select exists (select from pg_namespace, aclexplode(nspacl) join pg_roles on pg_roles.oid = grantee"
    " where nspname = :schema and rolname = :role)"
)
_BEYOND = text(
    f"""
    select 'attributes' from pg_roles
    where rolname = :role and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
    union all
    select 'member of ' || granted.rolname
    from pg_auth_members m join pg_roles granted on granted.oid = m.roleid join pg_roles r on r.oid = m.member
    where r.rolname = :role
    union all
    select nspname || '.' || relname
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f') and nspname !~ '^(pg_|information_schema$|_?timescaledb)'
        and (has_any_column_privilege(:role, pg_class.oid, 'insert, update, references')
            or has_table_privilege(:role, pg_class.oid, 'insert, update, delete, truncate, trigger')
            or nspname <> :schema and has_any_column_privilege(:role, pg_class.oid, 'select') and not exists
                (select from ({OF_STATEMENT_STATISTICS}) known
                where classid = 'pg_class'::regclass and objid = pg_class.oid))
    union all
    select 'function ' || proname
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where prosecdef and nspname !~ '^(pg_|_?timescaledb)' and has_function_privilege(:role, pg_proc.oid, 'execute')
    union all
    select 'create in ' || nspname from pg_namespace
    where nspname !~ '^pg_temp' and has_schema_privilege(:role, oid, 'create')
    union all
    select 'temporary tables' where has_database_privilege(:role, current_database(), 'temporary')
    """  # noqa: S608  a text of another file
)


def let_in(connection: Connection, *, role: str, password: str, service: str) -> None:
    """Make `role` if the server does not know it, set its password, and let it read the schema `open` and no more.

    Raises Conflict if the role is the service's, or there already for something else, or could do more all the same.
    """
    known = connection.scalar(_KNOWN, {"role": role})
    if role == service or (known and not connection.scalar(_LET_IN, {"schema": OPEN_SCHEMA, "role": role})):
        raise Conflict(
            code="role_taken",
            message=Message(
                f"数据库角色 {role} 已存在,另有用途:请换一个名称;数据库管理员特意建好的,加 --existing。",
                f"The database role {role} is there already, for something else: choose another name. If the "
                "database's administrator made it for this, say --existing.",
            ),
        )
    name = sql.Identifier(role)
    made = "alter role {} with login connection limit {} password {}"
    _run(
        connection,
        *(() if known else (sql.SQL("create role {}").format(name),)),
        sql.SQL(made).format(name, sql.Literal(_CONNECTIONS), sql.Literal(password)),
        *(
            sql.SQL("alter role {} set {} to {}").format(name, sql.Identifier(key), value)
            for key, value in _defaults(connection)
        ),
    )
    _let_read(connection, role=role)


def let_existing_in(connection: Connection, *, role: str, service: str) -> None:
    """Let `role`, which somebody else made with its password, read the schema `open` and no more.

    Needs no right to make roles. Raises NotFound if the server does not know it, Conflict as :func:`let_in`.
    """
    if not connection.scalar(_KNOWN, {"role": role}):
        raise NotFound(
            "role_unknown",
            Message(
                f"没有数据库角色 {role}:请数据库管理员先建好(deploy/roles.sql)。",
                f"There is no role {role}: the database's administrator makes it first (deploy/roles.sql).",
            ),
        )
    if role == service:
        raise Conflict("role_taken", Message(f"{role} 是服务自己的角色。", f"{role} is the service's own role."))
    _let_read(connection, role=role)


def _let_read(connection: Connection, *, role: str) -> None:
    name, schema = sql.Identifier(role), sql.Identifier(OPEN_SCHEMA)
    database = sql.Identifier(str(connection.scalar(text("select current_database()"))))
    _run(
        connection,
        sql.SQL("grant connect on database {} to {}").format(database, name),
        sql.SQL("grant usage on schema {} to {}").format(schema, name),
        sql.SQL("grant select on all tables in schema {} to {}").format(schema, name),
    )
    beyond = rights_beyond(connection, role=role)
    if beyond:
        raise Conflict(
            code="role_not_confined",
            message=Message(
                f"该角色还能做别的事({', '.join(beyond[:4])}):请以数据库所有者收回后再试。",
                f"The role could do more than read ({', '.join(beyond[:4])}): take that away as the database's owner.",
            ),
        )


def shut_out(connection: Connection, *, role: str, service: str) -> None:
    """Take the role's rights, end its connections and remove it.

    Raises Conflict if it is none that was let in: the owner's and a service's have rights to the schema as well.
    """
    _require_let_in(connection, role=role, service=service)
    name = sql.Identifier(role)
    connection.execute(
        text("select pg_terminate_backend(pid) from pg_stat_activity where usename = :role"), {"role": role}
    )
    _run(connection, sql.SQL("drop owned by {}").format(name), sql.SQL("drop role {}").format(name))


def shut_existing_out(connection: Connection, *, role: str, service: str) -> None:
    """Take the rights to the schema `open` from a role that stays; it reads nothing from the next statement on.

    Needs no right to make roles. Raises Conflict as :func:`shut_out`.
    """
    _require_let_in(connection, role=role, service=service)
    name, schema = sql.Identifier(role), sql.Identifier(OPEN_SCHEMA)
    _run(
        connection,
        sql.SQL("revoke all on all tables in schema {} from {}").format(schema, name),
        sql.SQL("revoke all on schema {} from {}").format(schema, name),
    )


def _require_let_in(connection: Connection, *, role: str, service: str) -> None:
    if role not in connection.scalars(OPEN_READERS, {"schema": OPEN_SCHEMA, "service": service}).all():
        raise Conflict(
            code="role_unknown",
            message=Message(f"{role} 不是只读查询角色。", f"{role} is no role that was let in to read."),
        )


def rights_beyond(connection: Connection, *, role: str) -> Sequence[str]:
    """What `role` may do in this database beside reading the schema `open`, in names."""
    return connection.scalars(_BEYOND, {"role": role, "schema": OPEN_SCHEMA}).all()


def disturbances(connection: Connection, *, role: str) -> Sequence[Message]:
    """With what `role`, though it only reads, may stop the service at its work; nothing if there is no such role."""
    found = connection.execute(_DISTURBS, {"role": role, "most": _CONNECTIONS}).mappings().one_or_none()
    return [] if found is None else [said for name, said in _DISTURBANCES.items() if found[name]]


def _defaults(connection: Connection) -> list[tuple[str, sql.Composable]]:
    there = set(connection.scalars(_THERE, {"names": [key for key, _ in _DEFAULTS]}))
    given = [(key, value) for key, value in _DEFAULTS if key in there]
    if connection.scalar(_MAY_SET, {"name": _TEMPORARY_FILES[0]}):
        given.append(_TEMPORARY_FILES)
    return [(key, sql.Identifier(value) if key == "search_path" else sql.Literal(value)) for key, value in given]


def _run(connection: Connection, *statements: sql.Composable) -> None:
    driver = connection.connection.driver_connection
    for statement in statements:
        connection.exec_driver_sql(statement.as_string(driver).replace("%", "%%"))
