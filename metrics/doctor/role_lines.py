"""What the database lets the service's role do: nothing beyond what the service needs."""

from __future__ import annotations

from sqlalchemy import Connection, text

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message
from metrics.guards.rights import ATTRIBUTES, EVERYBODY, declared_rights, given_rights
from metrics.models.grants import OPEN_SCHEMA
from metrics.server.open_reader import OPEN_READERS, disturbances, rights_beyond

_ROLE = text(f"select {', '.join(ATTRIBUTES)} from pg_roles where rolname = current_user")  # noqa: S608  names above
_OWNED = text(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')"
    " and pg_has_role(current_user, relowner, 'member') order by relname"
)
_WIDER = text(
    "select pg_has_role(current_user, datdba, 'member') as owns_database,"
    " has_schema_privilege('public', 'create') as makes_tables,"
    " has_database_privilege(datname, 'temporary') as makes_temporary,"
    " has_function_privilege('lo_creat(integer)', 'execute') as makes_objects"
    " from pg_database where datname = current_database()"
)
_NEIGHBOURS = text(
    "select quote_ident(datname) from pg_database where datallowconn and datname <> current_database()"
    " and has_database_privilege(oid, 'connect') order by datname"
)
_MIGRATE = Message(
    "用所有者地址设置 BIAOCHI_MIGRATION_URL,再执行 biaochi migrate。",
    "Set BIAOCHI_MIGRATION_URL to the owner's address and run biaochi migrate.",
)


def role_lines(connection: Connection) -> tuple[DoctorLine, ...]:
    """What the role is, what it owns, and what it was granted."""
    owned = tuple(connection.scalars(_OWNED))
    wider = connection.execute(_WIDER).mappings().one()
    return (
        _attributes(connection),
        _ownership(owned, owns_database=wider["owns_database"]),
        _tables(may=wider["makes_tables"]),
        _leavings(temporary=wider["makes_temporary"], objects=wider["makes_objects"]),
        _neighbours(tuple(connection.scalars(_NEIGHBOURS))),
        *(() if owned else (_grants(connection),)),
        *_readers(connection),
    )


def _readers(connection: Connection) -> tuple[DoctorLine, ...]:
    """Roles for other tools: whether any of them may do more than read the schema made for them. None: no line."""
    service = connection.scalar(text("select current_user"))
    readers = connection.scalars(OPEN_READERS, {"schema": OPEN_SCHEMA, "service": service}).all()
    beyond = {f"{role}: {right}" for role in readers for right in rights_beyond(connection, role=role)}
    if beyond:
        return (
            wrong(
                "readers",
                Message(
                    f"只读查询角色有多余的权利:{_some(beyond)}。",
                    f"A role for reading by SQL may do more: {_some(beyond)}.",
                ),
                Message("以所有者收回;或 biaochi bi revoke。", "Revoke it as the owner, or run biaochi bi revoke."),
            ),
        )
    disturbing = {
        f"{role}: {said.zh}": f"{role}: {said.en}" for role in readers for said in disturbances(connection, role=role)
    }
    if disturbing:
        return (
            doubtful(
                "readers",
                Message(
                    f"只读查询角色可妨碍报送:{'、'.join(disturbing)}。",
                    f"A role for reading by SQL can be in the way: {'; '.join(disturbing.values())}.",
                ),
                Message(
                    "按提示处理;口令只交给可信的工具,见 docs/exports.md。",
                    "Do what is named; give its password to trusted tools alone (docs/exports.md).",
                ),
            ),
        )
    if not readers:
        return ()
    named = ", ".join(readers[:3])
    return (
        fine("readers", f"只读查询角色 {named} 只能读 open 架构。", f"{named} may read the schema open, and no more."),
    )


def _attributes(connection: Connection) -> DoctorLine:
    found = connection.execute(_ROLE).mappings().one()
    held = ", ".join(name.removeprefix("rol").upper() for name in ATTRIBUTES if found[name])
    if held:
        return wrong(
            "role",
            Message(f"服务的数据库角色有 {held}:各道锁对它无效。", f"The service's role is {held}: no lock holds it."),
            Message(
                "另建一个普通角色,用于 BIAOCHI_DATABASE_URL。",
                "Make a plain role and give it in BIAOCHI_DATABASE_URL.",
            ),
        )
    return fine("role", "服务的数据库角色没有特权。", "The service's role has no privileges of a server.")


def _ownership(owned: tuple[str, ...], *, owns_database: bool) -> DoctorLine:
    if owned or owns_database:
        what = ", ".join(owned[:3]) + (" …" if len(owned) > 3 else "") or "database"
        return wrong(
            "ownership",
            Message(
                f"服务的角色拥有 {what}:它能取消自己的限制。",
                f"The service's role owns {what} and can undo its limits.",
            ),
            _MIGRATE,
        )
    return fine("ownership", "服务的角色不拥有任何表。", "The service's role owns nothing.")


def _tables(*, may: bool) -> DoctorLine:
    if may:
        found = Message("服务的角色可以在 public 中建表。", "The service's role may make tables in public.")
        return wrong("create", found, Message("revoke create on schema public from public", "revoke it from public"))
    return fine("create", "服务的角色不能建表。", "The service's role cannot make tables.")


def _leavings(*, temporary: bool, objects: bool) -> DoctorLine:
    """Temporary tables and large objects, which PostgreSQL lets anybody have until its owner takes them away."""
    if temporary or objects:
        return doubtful(
            "leavings",
            Message(
                "服务的角色可以建临时表或大对象。", "The service's role may make temporary tables or large objects."
            ),
            Message(
                "以数据库的所有者和超级用户执行 biaochi migrate;或 revoke temporary on database … from public。",
                "Run biaochi migrate as the database's owner and a superuser, or revoke temporary from public.",
            ),
        )
    return fine(
        "leavings", "服务的角色不能建临时表和大对象。", "The service's role makes no temporary tables or objects."
    )


def _neighbours(others: tuple[str, ...]) -> DoctorLine:
    """Other databases of the server, in which nothing of what is taken from the role in this one is."""
    if others:
        shown, named = ", ".join(others[:4]) + (" …" if len(others) > 4 else ""), ", ".join(others)
        return doubtful(
            "neighbours",
            Message(
                f"服务的角色还能连接本服务器的其他数据库:{shown}。",
                f"The service's role may enter other databases of this server: {shown}.",
            ),
            Message(
                f"以所有者执行 revoke all on database {named} from public,再逐一授权给需要者。",
                f"As their owner: revoke all on database {named} from public; then grant it to those who need it.",
            ),
        )
    return fine("neighbours", "服务的角色只能连接自己的数据库。", "The service's role enters its own database alone.")


def _grants(connection: Connection) -> DoctorLine:
    """Unused grants, and missing ones: what the role was given beside what the program declares."""
    service = str(connection.scalar(text("select current_user")))
    given, declared = given_rights(connection), declared_rights(service)
    nothing: set[str] = set()
    asked = [(who, table) for who, table in given.keys() | declared.keys() if who in (service, EVERYBODY)]
    beyond = {
        f"{right} on {who_and[1]}"
        for who_and in asked
        for right in given.get(who_and, nothing) - declared.get(who_and, nothing)
    }
    missing = {
        f"{right} on {who_and[1]}"
        for who_and in asked
        for right in declared.get(who_and, nothing) - given.get(who_and, nothing)
    }
    if beyond:
        return wrong(
            "grants",
            Message(f"多余的授权:{_some(beyond)}。", f"Rights that nothing uses: {_some(beyond)}."),
            Message(
                "以所有者收回(revoke),再执行 biaochi migrate。", "Revoke them as the owner, then run biaochi migrate."
            ),
        )
    if missing:
        return wrong(
            "grants", Message(f"缺少授权:{_some(missing)}。", f"Rights are missing: {_some(missing)}."), _MIGRATE
        )
    return fine("grants", "授权与所需一致。", "The role has the rights it needs, and no others.")


def _some(of: set[str]) -> str:
    return ", ".join(sorted(of)[:4]) + (" …" if len(of) > 4 else "")
