"""What guards the figures inside the database: as the migrations made it, row security in a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message
from metrics.guards.beside import beside_differences
from metrics.guards.difference import Amiss, GuardDifference
from metrics.guards.objects import is_comparable, object_differences
from metrics.guards.reference import PRINTED_BY, reference
from metrics.guards.server_settings import setting_differences
from metrics.settings import settings

_SHOWN = 4  # names in a line; `biaochi ledger check` has them all


def guard_lines(connection: Connection) -> tuple[DoctorLine, ...]:
    """Whether both locks are whole. Needs the newest schema."""
    amiss = (
        *object_differences(connection),
        *setting_differences(connection),
        *beside_differences(connection, known=settings().known_roles),
    )
    of_rows = [difference for difference in amiss if _is_of_row_security(difference)]
    others = [difference for difference in amiss if difference not in of_rows]
    comparable = is_comparable(connection)
    return (_guards(others), _row_security(of_rows, comparable=comparable))


def _is_of_row_security(difference: GuardDifference) -> bool:
    """A policy, a table for which policies are turned off, a trigger that asks who acts."""
    flags = difference.kind == "table" and difference.how is Amiss.CHANGED
    return flags or difference.kind == "policy" or difference.name.endswith("_acting")


def _guards(amiss: Sequence[GuardDifference]) -> DoctorLine:
    if amiss:
        return wrong(
            "guards",
            Message(f"与迁移所建的不同:{_some(amiss)}。", f"Not as the migrations make it: {_some(amiss)}."),
            Message(
                "查明谁改的;以所有者按 migrations 改回;再 biaochi ledger check。",
                "Find out who changed it; as the owner make it as migrations/ has it; then biaochi ledger check.",
            ),
        )
    return fine(
        "guards", "表、约束、触发器、函数与视图均如迁移所建。", "Tables, keys, triggers, functions, views are whole."
    )


def _row_security(amiss: Sequence[GuardDifference], *, comparable: bool) -> DoctorLine:
    if amiss:
        return wrong(
            "row-security",
            Message(
                f"行级安全与迁移所建的不同:{_some(amiss)}。", f"Row security is not as it was made: {_some(amiss)}."
            ),
            Message(
                "查明谁改的;以所有者按 migrations 重建,或从备份恢复结构。",
                "Find out who changed it; as the owner make it again as migrations/ has it, or restore the schema.",
            ),
        )
    count = sum(kind == "policy" for kind, _ in reference())
    if not comparable:
        return _not_compared(count)
    return fine("row-security", f"行级安全策略 {count} 条,均在位。", f"All {count} policies are in place.")


def _not_compared(count: int) -> DoctorLine:
    return doubtful(
        "row-security",
        Message(
            f"行级安全策略 {count} 条均在位;本服务器对条件的写法与 PostgreSQL {PRINTED_BY} 不同,内容无从比对。",
            f"All {count} policies are in place; what they say is not comparable: this server prints conditions in "
            f"another way than PostgreSQL {PRINTED_BY}.",
        ),
        Message(
            "需要比对时,用 pg_dump --schema-only 与同版本上新迁移的数据库对照。",
            "To compare, hold pg_dump --schema-only against a database newly migrated on the same release.",
        ),
    )


def _some(of: Sequence[GuardDifference]) -> str:
    return ", ".join(difference.name for difference in of[:_SHOWN]) + (" …" if len(of) > _SHOWN else "")
