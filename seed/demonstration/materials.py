"""The monthly material that the units send in the demonstration. Synthetic throughout, and every text says so.

Every unit sends it for the last months, most of them on the due day. A few stand out:

    missing   高要区 441204 sends none for December 2020
    late      四会市 441284 sends that of November three days late
    unsigned  of December nothing is signed yet but 端州区's 441202, and some heads have seen it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.sign_material import SeenGiven, note_seen, sign_material
from metrics.commands.sign_off_submission import OnPaper
from metrics.database import WriteSession
from metrics.periods import due_on, format_period, periods_between
from metrics.plan.model import Plan
from metrics.queries.people import leader_of
from metrics.supervision.materials import MaterialAction
from seed.demonstration.accounts import Cast
from seed.demonstration.draws import draw

FIRST, LAST = date(2020, 8, 1), date(2020, 12, 1)
MISSING = ("441204", LAST)
LATE = ("441284", date(2020, 11, 1))
SIGNED_LAST = "441202"
HEAD = "演示负责人"
_SUMMARIES = (
    "演示:本月召开专题会议一次,各项任务按计划推进。",
    "演示:窗口受理平稳,事项梳理与指南更新同步进行。",
    "演示:完成系统联调,办件数据已全部归集。",
)
_PROBLEMS = ("无(演示)。", "演示:个别上级系统接口尚未开放。", "演示:基层窗口人员不足。")
_NEXT = ("演示:开展第二批事项进驻。", "演示:组织业务培训,核对办事指南。", "演示:做好迎检准备,补充佐证材料。")


@dataclass(frozen=True, slots=True)
class DemonstrationMaterial:
    """One act on a unit's material for a month: sent, seen by its head, or signed by its leader. `at` is aware."""

    unit: str
    period: date
    action: MaterialAction
    at: datetime
    summary: str = ""
    problems: str = ""
    next_month: str = ""


def demonstration_materials(plan: Plan, *, seed: str) -> Iterator[DemonstrationMaterial]:
    """Everything that happens to it, unit by unit."""
    for period in periods_between(FIRST, LAST):
        for unit in plan.reporting_units:
            if (unit.code, period) != MISSING and unit.exists_on(period) and unit.figures_required:
                yield from _material(plan, unit.code, period, seed=seed)


def _material(plan: Plan, unit: str, period: date, *, seed: str) -> Iterator[DemonstrationMaterial]:
    key = (seed, "material", unit, f"{period:%Y-%m}")
    days = 3 if (unit, period) == LATE else 0
    due = due_on(period, rule=plan.due_rule) + timedelta(days=days)
    second = draw(*key, "second", below=60 * 60)
    # Task reports are sent until half past five: what they say is in it.
    at = datetime.combine(due, time(18), tzinfo=ZoneInfo(plan.document.timezone)) + timedelta(seconds=second)
    yield DemonstrationMaterial(
        unit=unit,
        period=period,
        action=MaterialAction.SEND,
        at=at,
        summary=_SUMMARIES[draw(*key, "summary", below=len(_SUMMARIES))],
        problems=_PROBLEMS[draw(*key, "problems", below=len(_PROBLEMS))],
        next_month=_NEXT[draw(*key, "next", below=len(_NEXT))],
    )
    whole = period < LAST or unit == SIGNED_LAST
    if whole or not draw(*key, "seen", below=2):
        yield DemonstrationMaterial(unit, period, MaterialAction.SEE, at + timedelta(hours=1))
    if whole:
        yield DemonstrationMaterial(unit, period, MaterialAction.SIGN_OFF, at + timedelta(hours=2))


def play_material(session: WriteSession, plan: Plan, act: DemonstrationMaterial, *, cast: Cast, number: int) -> int:
    """Have the act done: sent by the unit, seen by its head, signed on paper by the leader in force; its number."""
    clerk, at = cast.clerks[act.unit], act.at
    if act.action is MaterialAction.SEND:
        month = format_period(act.period)
        given = MaterialGiven(act.unit, month, act.problems, act.next_month, summary=act.summary)
        return send_material(session, principal=clerk, given=given, simulated_at=at).id
    if act.action is MaterialAction.SEE:
        seen = SeenGiven(HEAD, at.date())
        return note_seen(session, number, plan=plan, principal=clerk, given=seen, simulated_at=at).id
    zone = plan.document.timezone
    leader = leader_of(session, act.unit, principal=cast.reviewer, timezone=zone, now=at)
    if leader is not None:
        paper = OnPaper(leader.name or "", "演示:原件存市局")
        sign_material(session, number, plan=plan, principal=cast.reviewer, on_paper=paper, simulated_at=at)
    return number
