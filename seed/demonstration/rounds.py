"""Self-assessments and findings of the demonstration's rounds. Synthetic throughout, and every text says so.

assessed   round 1: seven units, 四会 441284 twice, 市本级 signed by its leader; round 2: three units, 市本级 signed
closed     广宁 441223 after its answer was sent back once; 四会 441284 at the first answer
withdrawn  高要 441204, raised in error
answered   德庆 441226, the bureau has not looked at it
overdue    封开 441225 has not answered
open       端州 441202, its day is ahead; 鼎湖 441203, closed once and opened again
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.commands.rectify_finding import AnswerGiven, ReviewGiven, answer_finding, review_finding
from metrics.commands.submit_self_assessment import (
    SelfAssessmentGiven,
    sign_self_assessment,
    submit_self_assessment,
)
from metrics.database import WriteSession
from metrics.periods import period_of
from metrics.plan.model import Plan
from metrics.queries.self_assessments import drawn_sheet
from metrics.queries.view import view_at
from metrics.supervision.rectification import FindingSeverity, RectificationAction, rounds
from seed.demonstration.accounts import Cast

_MINOR, _MAJOR, _GRAVE = FindingSeverity.MINOR, FindingSeverity.MAJOR, FindingSeverity.GRAVE
_CLOSE, _BACK, _WITHDRAW = RectificationAction.CLOSE, RectificationAction.SEND_BACK, RectificationAction.WITHDRAW


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A unit sends its sheet, the same words for each target that is not met; `reason`: of a revision."""

    summary: str
    remark: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """The unit's leader signs its sheet."""


_Given = SentSheet | Signed | FindingGiven | AnswerGiven | ReviewGiven
_Step = tuple[str, str, _Given]  # the moment, the unit, what


@dataclass(frozen=True, slots=True)
class DemonstrationRoundAct:
    """One act in a round, by the unit or, of a finding, by the bureau; acts of one finding share a `story`."""

    story: int
    phase: str
    unit: str
    given: _Given
    done_at: datetime
    synthetic: Literal[True] = True

    @property
    def period(self) -> date:
        return period_of(self.done_at.date())


def _sheet(summary: str, remark: str, reason: str = "") -> SentSheet:
    return SentSheet(f"演示:{summary}", f"演示:{remark}", f"演示:{reason}" if reason else "")


def _found(unit: str, severity: FindingSeverity, text: str, due_on: str, *, target: str = "", task: int = 0) -> _Given:
    return FindingGiven(unit, severity, f"演示:{text}", due_on, target=target, task=task or None)


def _answer(text: str) -> AnswerGiven:
    return AnswerGiven(f"演示:{text}")


def _review(action: RectificationAction, text: str = "", due_on: str = "") -> ReviewGiven:
    return ReviewGiven(action, f"演示:{text}" if text else "", due_on)


_STEADY = _sheet("对照方案逐项自查,总体按进度推进。", "正在补齐,按月报送进展。")
_SHEETS: tuple[tuple[str, _Step], ...] = (
    ("PH2", ("2019-11-26T10:00", "441202", _STEADY)),
    (
        "PH2",
        ("2019-11-28T15:00", "441203", _sheet("自查七项目标,材料减少一项未达标。", "已列出精简清单,12月底前完成。")),
    ),
    ("PH2", ("2019-12-03T09:30", "441204", _STEADY)),
    ("PH2", ("2019-12-05T11:00", "441284", _sheet("“一窗”分类受理经更正后未达标。", "分厅事项逐项进驻“一窗”。"))),
    ("PH2", ("2019-12-06T10:00", "441200-SELF", _STEADY)),
    ("PH2", ("2019-12-09T09:00", "441200-SELF", Signed())),
    ("PH2", ("2019-12-10T14:00", "441223", _STEADY)),
    ("PH2", ("2019-12-12T16:00", "441226", _STEADY)),
    (
        "PH2",
        ("2019-12-19T09:00", "441284", _sheet("“一窗”分类受理已整改。", "剩余事项年底前进驻。", "补充整改情况")),
    ),
    ("PH4", ("2020-12-08T10:00", "441200-SELF", _STEADY)),
    ("PH4", ("2020-12-10T09:00", "441200-SELF", Signed())),
    ("PH4", ("2020-12-15T15:00", "441202", _STEADY)),
    ("PH4", ("2020-12-18T11:00", "441203", _STEADY)),
)
_FINDINGS: tuple[tuple[str, tuple[_Step, ...]], ...] = (
    (
        "PH2",
        (
            (
                "2019-11-05T15:00",
                "441223",
                _found("441223", _MAJOR, "抽查网上可办事项 20 项,6 项没有办理入口。", "2019-11-29", target="TG-05A"),
            ),
            ("2019-11-27T16:00", "441223", _answer("6 项已开通入口。")),
            ("2019-12-03T10:00", "441223", _review(_BACK, "复查时 2 项入口不可用。", "2019-12-16")),
            ("2019-12-13T17:00", "441223", _answer("2 项已修复并逐项测试。")),
            ("2019-12-17T09:00", "441223", _review(_CLOSE)),
        ),
    ),
    (
        "PH2",
        (
            (
                "2019-11-06T09:30",
                "441284",
                _found("441284", _MAJOR, "分厅与主厅“一窗”事项重复计数。", "2019-11-30", target="TG-19B"),
            ),
            ("2019-11-28T11:00", "441284", _answer("台账已合并,数据已更正。")),
            ("2019-12-02T10:00", "441284", _review(_CLOSE)),
        ),
    ),
    (
        "PH2",
        (
            ("2019-11-06T11:00", "441204", _found("441204", _MINOR, "事项目录未及时更新。", "2019-11-30", task=1)),
            ("2019-11-08T09:00", "441204", _review(_WITHDRAW, "所查事项由市直部门负责。")),
        ),
    ),
    (
        "PH4",
        (
            (
                "2020-10-12T10:00",
                "441203",
                _found("441203", _MINOR, "办事指南申请材料表述不一。", "2020-11-10", task=1),
            ),
            ("2020-11-06T15:00", "441203", _answer("已统一表述。")),
            ("2020-11-12T09:00", "441203", _review(_CLOSE)),
            ("2020-12-21T09:00", "441203", _review(_BACK, "复查时再次出现。", "2021-01-15")),
        ),
    ),
    (
        "PH4",
        (
            (
                "2020-11-10T10:00",
                "441226",
                _found("441226", _GRAVE, "新承接的下放事项须两次到现场。", "2020-12-10", target="TG-04B"),
            ),
            ("2020-12-09T17:00", "441226", _answer("流程已优化,一次办结。")),
        ),
    ),
    (
        "PH4",
        (
            (
                "2020-11-12T10:00",
                "441225",
                _found("441225", _MAJOR, "取消事项未在办事大厅公示。", "2020-12-04", target="TG-05B"),
            ),
        ),
    ),
    (
        "PH4",
        (("2020-12-15T10:00", "441202", _found("441202", _MINOR, "窗口标识不统一。", "2021-01-20", target="TG-25A")),),
    ),
)


def demonstration_round_acts(plan: Plan) -> tuple[DemonstrationRoundAct, ...]:
    """Every act in its order; none of a round, unit, target or task that the plan does not have."""
    zone = ZoneInfo(plan.document.timezone)
    stories = [(phase, (step,)) for phase, step in _SHEETS] + list(_FINDINGS)
    found = [
        act
        for number, (phase, steps) in enumerate(stories)
        if _fits(plan, phase, steps)
        for act in _acts(number, phase, steps, zone)
    ]
    return tuple(sorted(found, key=lambda act: act.done_at))


def _acts(number: int, phase: str, steps: tuple[_Step, ...], zone: ZoneInfo) -> Iterator[DemonstrationRoundAct]:
    for moment, unit, given in steps:
        yield DemonstrationRoundAct(number, phase, unit, given, datetime.fromisoformat(moment).replace(tzinfo=zone))


def _fits(plan: Plan, phase: str, steps: tuple[_Step, ...]) -> bool:
    known = {unit.code for unit in plan.reporting_units}
    found = [given for _moment, _unit, given in steps if isinstance(given, FindingGiven)]
    return (
        phase in {one.code for one in rounds(plan)}
        and {unit for _moment, unit, _given in steps} <= known
        and all(not given.target or given.target in plan.general_targets for given in found)
        and all(given.task is None or _owes(plan, given.unit, given.task) for given in found)
    )


def _owes(plan: Plan, unit: str, number: int) -> bool:
    return any(task.number == number and unit in plan.owing_units[task.number] for task in plan.tasks)


def do_round_act(
    session: WriteSession, step: DemonstrationRoundAct, *, cast: Cast, standing: dict[str | int, tuple[int, str]]
) -> None:
    """Do it as whoever does; `standing`: number and entity tag: of a finding by story, of a sheet by round and unit."""
    given, phase, at = step.given, step.phase, step.done_at
    sheet = f"{phase} {step.unit}"
    number, etag = standing.get(sheet if isinstance(given, SentSheet | Signed) else step.story, (0, ""))
    if isinstance(given, SentSheet):
        said = _said(session, step, given)
        clerk, tag = cast.clerks[step.unit], etag or None
        sent = submit_self_assessment(session, phase, principal=clerk, given=said, if_match=tag, simulated_at=at)
        standing[sheet] = (sent.revision, sent.etag)
    elif isinstance(given, Signed):
        if step.unit in cast.leader.units and etag:
            sign_self_assessment(session, phase, unit=step.unit, principal=cast.leader, if_match=etag, simulated_at=at)
    elif isinstance(given, FindingGiven):
        raised = raise_finding(session, phase, principal=cast.reviewer, given=given, simulated_at=at)
        standing[step.story] = (raised.number, raised.etag)
    elif isinstance(given, AnswerGiven):
        clerk = cast.clerks[step.unit]
        answered = answer_finding(session, phase, number, principal=clerk, given=given, simulated_at=at)
        standing[step.story] = (number, answered.etag)
    else:
        reviewed = review_finding(
            session, phase, number, principal=cast.reviewer, given=given, if_match=etag, simulated_at=at
        )
        standing[step.story] = (number, reviewed.etag)


def _said(session: WriteSession, step: DemonstrationRoundAct, given: SentSheet) -> SelfAssessmentGiven:
    view = view_at(session)
    phase = next(one for one in rounds(view.plan) if one.code == step.phase)
    drawn = drawn_sheet(session, view, phase, unit=step.unit)
    remarks = {} if drawn is None else dict.fromkeys(drawn.unmet, given.remark)
    return SelfAssessmentGiven(step.unit, given.summary, remarks, reason=given.reason)
