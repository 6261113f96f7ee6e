"""Everything the doctor looks at, in the order of the printed list."""

from __future__ import annotations

from datetime import datetime

from metrics.database import ReadSession
from metrics.doctor.account_lines import account_lines
from metrics.doctor.copy_lines import copy_lines
from metrics.doctor.file_lines import backup_lines, file_lines
from metrics.doctor.guard_lines import guard_lines
from metrics.doctor.line import DoctorLine, fine, wrong
from metrics.doctor.role_lines import role_lines
from metrics.doctor.server_lines import server_lines
from metrics.doctor.settings_lines import settings_lines
from metrics.doctor.witness_lines import recipient_lines, witness_lines
from metrics.errors import BiaochiError, Message
from metrics.server.migration import is_current
from metrics.settings import Settings


def before_the_database(configured: Settings, *, now: datetime) -> tuple[DoctorLine, ...]:
    """What can be said without a database: settings, files and backups."""
    return (*settings_lines(configured), *file_lines(configured), *backup_lines(configured, now=now))


def of_the_database(session: ReadSession, configured: Settings, *, now: datetime) -> tuple[DoctorLine, ...]:
    """What the database says, as the service's own role sees it. An old schema is not asked about guards
    and accounts."""
    connection = session.connection()
    lines = (
        fine("database", "数据库有应答。", "The database answers."),
        *server_lines(connection, configured, embedded=configured.database_url is None),
        *role_lines(connection),
    )
    if not is_current(connection):
        return lines
    return (
        *lines,
        *copy_lines(session, configured),
        *guard_lines(connection),
        *account_lines(session, configured, now=now),
        *witness_lines(session, configured),
        *recipient_lines(session, configured),
    )


def without_the_database(refused: BiaochiError) -> DoctorLine:
    """The line for a database that cannot be asked."""
    advice = Message(
        "检查 BIAOCHI_DATABASE_URL、网络与数据库服务。", "See BIAOCHI_DATABASE_URL, the network and the server."
    )
    return wrong("database", refused.message, advice)
