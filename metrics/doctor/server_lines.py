"""The database server: what it keeps, how it is reached, what it writes down, its clock, versions and archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import Connection, text

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message
from metrics.server.connections import COMMAND, connection_room
from metrics.server.durability import durability_problems
from metrics.server.migration import is_current
from metrics.server.programs import OLDEST_SERVER
from metrics.settings import Settings

_MUCH, _LITTLE = timedelta(minutes=1), timedelta(seconds=2)  # between two clocks
_ARCHIVE_AGE = timedelta(hours=26)
_ARCHIVER = text("select last_archived_time, last_failed_time from pg_stat_archiver")
_WAY = text(
    "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted,"
    " coalesce(family(inet_server_addr()) is not null and not (inet_server_addr() <<= '127.0.0.0/8'::inet"
    " or inet_server_addr() = '::1'::inet), false) as far"
)


def server_lines(connection: Connection, configured: Settings, *, embedded: bool) -> tuple[DoctorLine, ...]:
    """One line each; `embedded`: the server that comes with the program."""
    return (
        _durability(connection, embedded=embedded),
        _versions(connection),
        _schema(connection),
        _clock(connection),
        way_line(connection),
        _written_down(connection),
        _archiving(connection, configured),
        _connections(connection, configured),
    )


def _durability(connection: Connection, *, embedded: bool) -> DoctorLine:
    problems = durability_problems(connection, embedded=embedded)
    if problems:
        return wrong(
            "durability",
            Message(";".join(problem.zh for problem in problems), "; ".join(problem.en for problem in problems)),
            Message("改正数据库的设置;否则断电会丢数。", "Mend the server's settings, or a power cut loses figures."),
        )
    return fine("durability", "已确认的数据断电不丢。", "What was acknowledged survives a power cut.")


def _versions(connection: Connection) -> DoctorLine:
    number = int(_setting(connection, "server_version_num"))
    ours, theirs = version("biaochi"), _setting(connection, "server_version").split()[0]
    if number < OLDEST_SERVER * 10_000:
        found = Message(f"PostgreSQL {theirs} 过旧。", f"PostgreSQL {theirs} is too old.")
        return wrong("versions", found, Message("升级到 15 或更高。", "Upgrade to 15 or newer."))
    return fine("versions", f"标尺 {ours},PostgreSQL {theirs}。", f"Biaochi {ours}, PostgreSQL {theirs}.")


def _schema(connection: Connection) -> DoctorLine:
    if is_current(connection):
        return fine("schema", "数据库结构是最新的。", "The schema is the newest.")
    found = Message("数据库结构不是最新的。", "The schema is not the newest.")
    return wrong("schema", found, Message("执行 biaochi migrate。", "Run biaochi migrate."))


def _clock(connection: Connection) -> DoctorLine:
    """The server's clock beside ours, and no entry of the ledger from the future."""
    before = datetime.now(UTC)
    theirs: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
    after = datetime.now(UTC)
    apart = max(before - theirs, theirs - after, timedelta())
    newest: datetime | None = None
    if connection.scalar(text("select to_regclass('ledger_entries') is not null")):
        newest = connection.scalar(text("select recorded_at from ledger_entries order by seq desc limit 1"))
    advice = Message("两台机器都用 NTP 对时。", "Have both machines keep time by NTP.")
    if apart > _MUCH or (newest is not None and newest > after + _MUCH):
        found = Message(
            "时钟不对:与数据库或账本的时间相差太多。", "The clock is wrong beside the database's or the ledger's."
        )
        return wrong("clock", found, advice)
    if apart > _LITTLE:
        seconds = apart.total_seconds()
        found = Message(f"与数据库的时钟相差 {seconds:.0f} 秒。", f"The database's clock is {seconds:.0f} s apart.")
        return doubtful("clock", found, advice)
    return fine("clock", "时钟与数据库、账本一致。", "The clock agrees with the database's and the ledger's.")


def way_line(connection: Connection, *, name: str = "database-tls") -> DoctorLine:
    """Whether what goes to and from the server of `connection` can be read on its way."""
    way = connection.execute(_WAY).mappings().one()
    if way["far"] and not way["encrypted"]:
        return doubtful(
            name,
            Message(
                "与数据库的连接经过网络而未加密。", "The way to the database crosses a network without encryption."
            ),
            Message(
                "在地址后加 ?sslmode=verify-full,或只走隔离的内网。",
                "Add ?sslmode=verify-full to the address, or keep to an isolated network.",
            ),
        )
    return fine(name, "与数据库的连接在本机或已加密。", "The database is on this machine, or reached by TLS.")


def _written_down(connection: Connection) -> DoctorLine:
    """What the server's own log would have of statements and their parameters, and how it keeps its passwords."""
    risky = []
    if _setting(connection, "log_statement") in ("all", "mod"):
        risky.append("log_statement")
    if _setting(connection, "log_parameter_max_length_on_error") != "0":
        risky.append("log_parameter_max_length_on_error")
    slow = _setting(connection, "log_min_duration_statement") != "-1"
    if slow and _setting(connection, "log_parameter_max_length") != "0":
        risky.append("log_parameter_max_length")
    if _setting(connection, "password_encryption") != "scram-sha-256":
        risky.append("password_encryption")
    if risky:
        return doubtful(
            "server-settings",
            Message(
                f"数据库会记下参数或弱保存口令:{'、'.join(risky)}。",
                f"Set less safely than could be: {', '.join(risky)}.",
            ),
            Message(
                "log_statement=ddl、log_parameter_max_length=0、password_encryption=scram-sha-256。",
                "Set log_statement=ddl, log_parameter_max_length=0, password_encryption=scram-sha-256.",
            ),
        )
    return fine("server-settings", "数据库日志不含参数。", "The server's log holds no parameters.")


def _archiving(connection: Connection, configured: Settings) -> DoctorLine:
    """What the server knows of its archive, which restoring to a moment needs."""
    if _setting(connection, "archive_mode") == "off" and configured.database_url is None and configured.wal_archive:
        return wrong(
            "archiving",
            Message(
                f"数据库不归档:{configured.wal_archive} 是另一个数据库的归档,或设好之后没有重启。",
                f"The server archives nothing: {configured.wal_archive} is the archive of another database, or it was "
                "not started again since.",
            ),
            Message(
                "停下服务与其他命令再启动;仍如此的,用 BIAOCHI_WAL_ARCHIVE 另指一个空文件夹,再做一次物理备份。",
                "Stop the service and other commands and start it again; if this stays, name another, empty folder in "
                "BIAOCHI_WAL_ARCHIVE and make a base backup.",
            ),
        )
    if _setting(connection, "archive_mode") == "off":
        return fine(
            "archiving",
            "数据库不归档(只有恢复到任意时刻才需要)。",
            "The server archives nothing (only restoring to any moment needs that).",
        )
    advice = Message("查看数据库日志与归档文件夹。", "Look at the server's log and at the folder of its archive.")
    row = connection.execute(_ARCHIVER).mappings().one()
    archived, failed = row["last_archived_time"], row["last_failed_time"]
    if archived is None or (failed is not None and failed > archived):
        return wrong("archiving", Message("数据库归档失败。", "The server's archiving fails."), advice)
    age = datetime.now(UTC) - archived
    if age > _ARCHIVE_AGE:
        hours = int(age.total_seconds() // 3600)
        found = Message(f"最近一次归档在 {hours} 小时前。", f"The last archiving was {hours} hours ago.")
        return wrong("archiving", found, advice)
    return fine("archiving", "数据库持续归档。", "The server archives what it writes.")


def _connections(connection: Connection, configured: Settings) -> DoctorLine:
    """For how many services there is room; another program's pool in between is not seen from here."""
    found = connection_room(connection, configured)
    if found.services:
        return fine(
            "connections",
            f"连接够用:一个服务至多 {found.service} 个,数据库留有 {found.room} 个,够 {found.services} 个这样的服务。",
            f"Connections suffice: a service takes {found.service} at most and the server leaves {found.room}, enough "
            f"for {found.services} of them.",
        )
    return doubtful(
        "connections",
        Message(
            f"连接可能不够:服务至多 {found.service} 个,备份等命令 {COMMAND} 个,数据库只留有 {found.room} 个。",
            f"Connections may run out: the service takes up to {found.service} and a command {COMMAND}, and the server "
            f"leaves {found.room}.",
        ),
        Message(
            "降低 BIAOCHI_POOL_SIZE,或提高 max_connections,或在中间放 PgBouncer(docs/deploy.md)。",
            "Lower BIAOCHI_POOL_SIZE, raise max_connections, or put PgBouncer between (docs/deploy.md).",
        ),
    )


def _setting(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("select current_setting(:name)"), {"name": name}))
