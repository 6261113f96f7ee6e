"""Everything that `biaochi ledger check` looks at, and a restored backup is held against."""

from __future__ import annotations

from collections.abc import Callable

from metrics.database import ReadSession
from metrics.errors import Problem
from metrics.guards.beside import beside_differences
from metrics.guards.objects import object_differences
from metrics.guards.rights import right_differences
from metrics.guards.server_settings import setting_differences
from metrics.guards.system_rights import system_right_differences
from metrics.ledger.checking.walk import check_ledger
from metrics.publish.open_progress_check import open_progress_findings
from metrics.queries.derived_check import derived_findings
from metrics.settings import settings


def guard_problems(session: ReadSession) -> list[Problem]:
    """What guards the ledger and is not as the migrations make it. The session is the service's role's."""
    connection = session.connection()
    known = settings().known_roles
    differences = (
        *object_differences(connection),
        *right_differences(connection),
        *system_right_differences(connection, known=known),
        *setting_differences(connection),
        *beside_differences(connection, known=known),
    )
    return [Problem("guard_wrong", found.message, f"{found.kind} {found.name}") for found in differences]


def ledger_problems(session: ReadSession, *, progress: Callable[[int], None] | None = None) -> list[Problem]:
    """What is wrong in the ledger, beside it, and in what follows from it. `progress` is told the entry reached."""
    findings = list(check_ledger(session, progress=progress))
    if not findings:  # else what follows from a bad row would be named as well
        findings += [*derived_findings(session), *open_progress_findings(session)]
    return [Problem("row_wrong", found.message, f"{found.table} {found.key}") for found in findings]
