"""Whether the database keeps what it acknowledges: asked before the service answers anybody."""

from __future__ import annotations

from sqlalchemy import Connection, text

from metrics.errors import Message, Unavailable

_KEPT_AT_COMMIT = ("local", "on", "remote_write", "remote_apply")


def durability_problems(connection: Connection, *, embedded: bool) -> tuple[Message, ...]:
    """What could lose an acknowledged figure, as this connection sees it; empty if nothing could.

    Asked are `fsync`, `full_page_writes` and `synchronous_commit` (not `off`), and for the embedded server
    `data_checksums`, which we gave it ourselves; other servers may stand on storage that has its own.
    PostgreSQL documentation, chapters "Reliability" and "Write Ahead Log".
    """
    problems = []
    names = ("fsync", "full_page_writes", "data_checksums") if embedded else ("fsync", "full_page_writes")
    for name in names:
        value = _setting(connection, name)
        if value != "on":
            problems.append(_problem(name, value=value, wanted="on"))
    value = _setting(connection, "synchronous_commit")
    if value not in _KEPT_AT_COMMIT:
        problems.append(_problem("synchronous_commit", value=value, wanted="local, on, remote_write, remote_apply"))
    return tuple(problems)


def require_durability(connection: Connection, *, embedded: bool) -> None:
    """Raise Unavailable, naming every setting, if the database could lose an acknowledged figure."""
    problems = durability_problems(connection, embedded=embedded)
    if problems:
        raise Unavailable(
            code="not_durable",
            message=Message(
                "数据库的设置不能保证已确认的数据不丢失,拒绝启动:" + ";".join(problem.zh for problem in problems),
                "The database could lose acknowledged figures, so the service does not start: "
                + "; ".join(problem.en for problem in problems),
            ),
        )


def _problem(name: str, *, value: str, wanted: str) -> Message:
    return Message(f"{name} 为 {value},应为 {wanted}", f"{name} is {value}, must be {wanted}")


def _setting(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("select current_setting(:name)"), {"name": name}))
