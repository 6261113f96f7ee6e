"""Five months of the city's plan: everybody reports, one unit corrects the newest month, one task is overdue."""

from __future__ import annotations

from datetime import UTC, datetime

from metrics.commands.post_submission import post_submission
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.submission_version import find_version
from metrics.database import WriteSession
from metrics.periods import add_months, parse_period
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import SubmissionRequest
from metrics.task_reports import TaskState
from tests.builders import whole_values

BUREAU = Principal(user_id=1, username="bureau", display_name="局", role=Role.REVIEWER)
MONTHS = ("2019-05", "2019-06", "2019-07", "2019-08", "2019-09")
DUANZHOU, DINGHU, SIHUI, GUANGNING = "441202", "441203", "441284", "441223"
ONLINE = {  # counts month by month; all others begin at 600 and rise by 30 to 50
    DUANZHOU: (640, 655, 670, 685, 699),  # one item short
    DINGHU: (630, 645, 660, 690, 720),  # met now, not a month ago
    GUANGNING: (700, 705, 710, 712, 690),  # met a month ago, not now
    SIHUI: (640, 660, 680, 690, 712),
}
CORRECTED, REASON = 688, "误将未上线事项计入"  # 四会市's count of September, from 24 October on


def play(session: WriteSession) -> None:
    """Record all of it, each at its own moment."""
    for month in MONTHS:
        _month(session, month)
    moment = datetime(2019, 10, 24, 8, tzinfo=UTC)
    _send(session, SIHUI, "2019-09", CORRECTED, moment=moment, reason=REASON)
    plan = plan_at(session)
    started = next(task for task in plan.tasks if task.number == 27)  # due on 30 June
    for unit in plan.owing_units[started.number]:
        given = TaskReportGiven(unit=unit, period="2019-09", state=TaskState.IN_PROGRESS, text="正在推进")
        report_task(session, started.number, principal=BUREAU, given=given, simulated_at=moment)


def _month(session: WriteSession, month: str) -> None:
    period = parse_period(month)
    assert period is not None
    sent = add_months(period, 1)
    for place, unit in enumerate(plan_at(session).reporting_units):
        since = MONTHS.index(month)
        online = ONLINE[unit.code][since] if unit.code in ONLINE else 600 + (30 + 2 * place) * since
        _send(session, unit.code, month, online, moment=datetime(sent.year, sent.month, 4, 2, place, tzinfo=UTC))


def _send(session: WriteSession, unit: str, month: str, online: int, *, moment: datetime, reason: str = "") -> None:
    period = parse_period(month)
    assert period is not None
    standing = find_version(session, unit=unit, period=period)
    values = whole_values(items_online=online)
    request = SubmissionRequest(unit=unit, period=month, values=values, note="", reason=reason, acknowledged={})
    post_submission(
        session,
        plan=plan_at(session),
        principal=BUREAU,
        request=request,
        if_match=None if standing is None else standing.etag,
        simulated_at=moment,
    )
