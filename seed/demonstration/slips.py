"""Supervision slips of the demonstration. Synthetic throughout, and every text says so.

closed        广宁 441223, the 70 % that was missed in September 2019: extended, sent back once, closed
closed        封开 441225, a late submission of 2020
part handed   端州 441202: one part with 鼎湖, one with a bureau of the district, past its day
to review     四会 441284: answered, the bureau has not looked at it
to sign for   德庆 441226: nobody has signed for it yet
extension     鼎湖 441203: asked for, the bureau has not decided; 高要 441204: refused, then sent back
to close      市本级 441200-SELF: reviewed, not yet closed
withdrawn     新区 ZQ-NEW: issued in error
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.database import WriteSession
from metrics.periods import period_of
from metrics.plan.model import Plan
from metrics.principal import Principal
from metrics.queries.slips import slip_numbered
from metrics.supervision.slips import BUREAU_ACTS, SlipAct, SlipOrigin
from seed.demonstration.accounts import Cast

A = SlipAct
_RED, _LATE = SlipOrigin.RED_LIGHT, SlipOrigin.LATE_SUBMISSION


@dataclass(frozen=True, slots=True)
class DemonstrationSlipAct:
    """One act, by the bureau or by the clerk of `unit`; the first of a `story` issues the slip. `done_at` is aware."""

    story: int
    unit: str
    given: SlipGiven | ActGiven
    done_at: datetime
    synthetic: Literal[True] = True

    @property
    def period(self) -> date:
        return period_of(self.done_at.date())


_Step = tuple[str, str, SlipGiven | ActGiven]  # the moment, who, what


def _asked(unit: str, title: str, text: str, due_on: str, **about: Any) -> SlipGiven:
    return SlipGiven(unit, f"演示:{title}", f"演示:{text}", due_on, **about)


def _did(act: SlipAct, text: str = "", **more: Any) -> ActGiven:
    return ActGiven(act, text=f"演示:{text}" if text else "", **more)


_STORIES: tuple[tuple[_Step, ...], ...] = (
    (
        (
            "2019-10-12T09:30",
            "441223",
            _asked(
                "441223",
                "网上可办率 9 月底未达 70 %",
                "请说明未达标原因,报送整改措施、责任人和完成时间。",
                "2019-10-31",
                origin=_RED,
                target="TG-05A",
                period="2019-09",
            ),
        ),
        ("2019-10-14T10:00", "441223", _did(A.RECEIVE)),
        (
            "2019-10-29T16:20",
            "441223",
            _did(A.ASK_EXTENSION, "两个部门的系统改造需两周。", due_on="2019-11-15"),
        ),
        ("2019-10-30T11:00", "441223", _did(A.GRANT_EXTENSION)),
        ("2019-11-13T17:30", "441223", _did(A.ANSWER, "新增网上可办事项 41 项,清单附后。")),
        ("2019-11-15T09:10", "441223", _did(A.RETURN, "清单中 6 项未见办理入口,请核实后再报。", due_on="2019-11-25")),
        ("2019-11-22T15:00", "441223", _did(A.ANSWER, "6 项已开通入口并逐项测试。")),
        ("2019-11-25T10:00", "441223", _did(A.REVIEW, "抽查属实。")),
        ("2019-11-26T09:00", "441223", _did(A.CLOSE)),
    ),
    (
        (
            "2020-07-07T09:00",
            "441225",
            _asked(
                "441225",
                "2020-06 月报逾期未报",
                "请立即报送月报,并说明迟报原因。",
                "2020-07-10",
                origin=_LATE,
                period="2020-06",
            ),
        ),
        ("2020-07-07T14:00", "441225", _did(A.RECEIVE)),
        ("2020-07-08T11:30", "441225", _did(A.ANSWER, "经办人员调整所致,已补报并明确 A、B 角。")),
        ("2020-07-08T16:00", "441225", _did(A.REVIEW)),
        ("2020-07-09T09:00", "441225", _did(A.CLOSE)),
    ),
    (
        (
            "2020-11-10T10:00",
            "441202",
            _asked(
                "441202",
                "“一窗”分类受理台账与系统数据不一致",
                "请核对台账,说明差异原因,报送核对结果。",
                "2020-12-15",
            ),
        ),
        ("2020-11-11T09:00", "441202", _did(A.RECEIVE)),
        (
            "2020-11-12T10:00",
            "441202",
            _did(A.DELEGATE, "请提供两区交界事项的受理记录。", to_unit="441203", due_on="2020-11-25"),
        ),
        ("2020-11-12T10:10", "441202", _did(A.DELEGATE, "请核对大厅排队系统数据。", to_name="区政务服务数据管理局")),
        ("2020-11-13T09:00", "441203", _did(A.RECEIVE, part=1)),
        ("2020-11-24T16:00", "441203", _did(A.ANSWER, "受理记录 37 条已送交。", part=1)),
    ),
    (
        (
            "2020-12-08T09:00",
            "441284",
            _asked("441284", "办事指南要素不统一", "请逐项核对办事指南,报送更正清单。", "2020-12-25"),
        ),
        ("2020-12-09T09:30", "441284", _did(A.RECEIVE)),
        ("2020-12-22T17:00", "441284", _did(A.ANSWER, "已核对 212 项,更正 17 项。")),
    ),
    (
        (
            "2020-12-30T15:00",
            "441226",
            _asked("441226", "自建系统对接进度滞后", "请报送未对接系统清单和时间表。", "2021-01-15"),
        ),
    ),
    (
        (
            "2020-10-20T09:00",
            "ZQ-NEW",
            _asked("ZQ-NEW", "镇村两级网络联通", "请报送联通情况。", "2020-11-10"),
        ),
        ("2020-10-21T10:00", "ZQ-NEW", _did(A.WITHDRAW, "该事项由属地承担,交办有误。")),
    ),
    (
        (
            "2020-11-25T09:00",
            "441204",
            _asked("441204", "“最多跑一次”差一项", "请说明差一项的事项和解决时间。", "2020-12-11"),
        ),
        ("2020-11-26T09:00", "441204", _did(A.RECEIVE)),
        ("2020-12-09T15:00", "441204", _did(A.ASK_EXTENSION, "须待上级系统开放接口。", due_on="2021-01-29")),
        ("2020-12-10T10:00", "441204", _did(A.REFUSE_EXTENSION, "接口已于11月开放。")),
        ("2020-12-11T16:00", "441204", _did(A.ANSWER, "正在对接。")),
        ("2020-12-14T09:00", "441204", _did(A.RETURN, "请写明完成时间并附测试截图。", due_on="2020-12-31")),
    ),
    (
        (
            "2020-12-01T09:00",
            "441200-SELF",
            _asked("441200-SELF", "市直部门自建系统清单", "请报送未与一体化平台对接的自建系统清单。", "2020-12-18"),
        ),
        ("2020-12-01T15:00", "441200-SELF", _did(A.RECEIVE)),
        ("2020-12-17T11:00", "441200-SELF", _did(A.ANSWER, "清单已报送,共 9 个系统。")),
        ("2020-12-22T10:00", "441200-SELF", _did(A.REVIEW, "清单齐全。")),
    ),
    (
        (
            "2020-12-16T09:00",
            "441203",
            _asked("441203", "镇级便民服务中心进驻事项", "请报送未进驻事项和进驻时间。", "2021-01-08"),
        ),
        ("2020-12-17T09:00", "441203", _did(A.RECEIVE)),
        ("2021-01-04T16:00", "441203", _did(A.ASK_EXTENSION, "两个镇的场地正在改造。", due_on="2021-01-29")),
    ),
)


def demonstration_slip_acts(plan: Plan) -> tuple[DemonstrationSlipAct, ...]:
    """Every act in its order; none of a story that is about a unit or a target which the plan does not have."""
    zone = ZoneInfo(plan.document.timezone)
    found = [act for number, story in enumerate(_STORIES) if _fits(plan, story) for act in _acts(number, story, zone)]
    return tuple(sorted(found, key=lambda act: act.done_at))


def _acts(number: int, story: tuple[_Step, ...], zone: ZoneInfo) -> Iterator[DemonstrationSlipAct]:
    for moment, unit, given in story:
        yield DemonstrationSlipAct(number, unit, given, datetime.fromisoformat(moment).replace(tzinfo=zone))


def _fits(plan: Plan, story: tuple[_Step, ...]) -> bool:
    known = {unit.code for unit in plan.reporting_units}
    targets = {given.target for _moment, _unit, given in story if isinstance(given, SlipGiven)} - {""}
    return {unit for _moment, unit, _given in story} <= known and targets <= plan.general_targets.keys()


def do_slip_act(
    session: WriteSession, plan: Plan, step: DemonstrationSlipAct, *, cast: Cast, numbers: dict[int, str]
) -> None:
    """Do it as whoever does, to the slip as they see it; `numbers`: by story the slip's number."""
    if isinstance(step.given, SlipGiven):
        issued = issue_slip(session, principal=cast.reviewer, given=step.given, simulated_at=step.done_at)
        numbers[step.story] = issued.slip
        return
    number = numbers[step.story]
    by: Principal = cast.reviewer if step.given.act in BUREAU_ACTS else cast.clerks[step.unit]
    seen = slip_numbered(session, number, timezone=plan.document.timezone, principal=by).etag
    act_on_slip(session, number, principal=by, given=step.given, if_match=seen, simulated_at=step.done_at)
