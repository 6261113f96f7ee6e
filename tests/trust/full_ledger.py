"""One of everything that the ledger tells of, done the way people do it, so that there is something to tamper with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from metrics.announcements import Announced
from metrics.assessments import Method
from metrics.commands.announce_publication import AnnouncementGiven, announce, move_announcement
from metrics.commands.attach_file import attach_file
from metrics.commands.bind_gate_date import bind_gate_date
from metrics.commands.check_task_report import CheckGiven, check_task_report
from metrics.commands.create_release import create_release
from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.except_unit import grant_exception
from metrics.commands.file_work_plan import FundingGiven, WorkPlanGiven, file_work_plan, record_funding
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.keep_far_past import keep_far_past
from metrics.commands.lock_period import lock_period, unlock_period
from metrics.commands.override_light import override_light
from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.commands.record_findings import record_findings
from metrics.commands.record_inquiry import InquiryGiven, record_inquiry
from metrics.commands.record_person import PersonGiven, record_person
from metrics.commands.rectify_finding import AnswerGiven, answer_finding
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.revise_target import create_target
from metrics.commands.sanction_task import SanctionGiven, mark_sanction
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.set_score_rule import set_score_rule
from metrics.commands.submit_self_assessment import SelfAssessmentGiven, submit_self_assessment
from metrics.commands.weigh_targets import weigh_targets
from metrics.commands.write_bulletin import draft_bulletin, issue_bulletin
from metrics.database import WriteSession
from metrics.errors import Message, Problem
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.far_past_facts import facts_to_keep
from metrics.results import Basis, Light
from metrics.sampling import SentFinding, cell_of
from metrics.supervision.gates import BindingDate
from metrics.supervision.rectification import FindingSeverity
from metrics.supervision.task_checks import CheckAction
from metrics.supervision.work_plans import FundingSource, WrittenMeasure
from metrics.task_reports import TaskState
from tests.attached import a_pdf
from tests.metrics.commands.test_revise_target import new_target
from tests.metrics.commands.test_submit_self_assessment import unmet_targets
from tests.metrics.supervision.test_scores import given_rule
from tests.people import person

REVIEWER = Principal(2, "bureau", "局", Role.REVIEWER)
PERIOD = date(2019, 9, 1)


def one_of_everything(session: WriteSession, *, units: tuple[str, str] = ("441202", "441203")) -> None:
    """At least two rows of every table that entries write to. A submission of each of `units` for PERIOD is there."""
    evaluator = person(session, "tamper.evaluator", role=Role.EVALUATOR)
    _of_the_bureau(session, units)
    _of_the_evaluator(session, evaluator, units)
    _of_the_calendar(session, evaluator)
    for number in (1, 2):
        _of_an_assessor(session, person(session, f"tamper.third{number}", role=Role.ASSESSOR), units)
    for notes in ("一季度", "二季度"):
        create_release(session, principal=REVIEWER, notes=notes, basis=Basis.SUBMITTED)
    bulletin = draft_bulletin(session, PERIOD, principal=REVIEWER, basis=Basis.SUBMITTED).draft
    issue_bulletin(session, PERIOD, principal=REVIEWER, reason="", if_match=bulletin.etag)


def far_past_kept(session: WriteSession, *, seq: int | None = None) -> None:
    """What follows from submissions of many months, kept as known at `seq` (None: now) on each basis."""
    for basis in Basis:
        facts = facts_to_keep(session, basis, seq=seq)
        if facts is None:
            raise RuntimeError(f"nothing to keep at {seq} on the basis {basis}")
        keep_far_past(session, facts)


def _of_the_bureau(session: WriteSession, units: tuple[str, str]) -> None:
    plan = plan_at(session)
    for number, unit in enumerate(units):
        state = TaskState.DONE if number else TaskState.IN_PROGRESS
        file = attach_file(session, principal=REVIEWER, unit=unit, name="佐证.pdf", content=a_pdf(unit))
        said = f"第 {number + 1} 项"
        given = TaskReportGiven(unit, "2019-09", state, said, "https://example.org/a", attachments=[file.seq])
        seen = report_task(session, 11 + 2 * number, principal=REVIEWER, given=given).etag
        step = CheckGiven(unit, "2019-09", CheckAction.SEND_BACK, "佐证不符")
        check_task_report(session, 11 + 2 * number, principal=REVIEWER, given=step, if_match=seen)
        material = MaterialGiven(unit, "2019-09", problems="无", next_month=f"第 {number} 批", attachments=[file.seq])
        send_material(session, principal=REVIEWER, given=material)
        measures = [WrittenMeasure("", f"第 {number} 条", "2020-06-30", "", "/measures/0")]
        file_work_plan(session, principal=REVIEWER, given=WorkPlanGiven(unit, 2020, measures))
        money = FundingGiven(unit, 2020, FundingSource.CITY, f"{number}.5", "0.25")
        record_funding(session, principal=REVIEWER, given=money)
        asked = SlipGiven(unit, "网上可办率未达标", "请报整改措施", "2999-12-31", task=11)
        issue_slip(session, principal=REVIEWER, given=asked)
        mark_sanction(session, 31, principal=REVIEWER, given=SanctionGiven(unit, "未接入", f"系统{number}"))
    for number, unit in enumerate(units):
        rule = given_rule(valid_from=f"2020-0{number + 1}", reason=f"第 {number + 1} 版")
        set_score_rule(session, principal=REVIEWER, given=rule)
        measured = InquiryGiven(unit, "2018", "questionnaire", "86.5", "100", "2019-01-20", "https://example.org/a")
        record_inquiry(session, 39, principal=REVIEWER, given=measured)
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    for unit in units:
        found = FindingGiven(unit, FindingSeverity.MAJOR, "佐证不足", soon, target="TG-19B")
        words = SelfAssessmentGiven(unit, "自查", dict.fromkeys(unmet_targets(session, unit), "正在补齐"))
        submit_self_assessment(session, "PH2", principal=REVIEWER, given=words)
        number = raise_finding(session, "PH2", principal=REVIEWER, given=found).number
        answer_finding(session, "PH2", number, principal=REVIEWER, given=AnswerGiven("已补齐"))
    lock_period(session, PERIOD, plan=plan, principal=REVIEWER, reason="数据已定稿")
    for unit in units:
        grant_exception(session, PERIOD, plan=plan, principal=REVIEWER, unit=unit, until="2031-01-01", reason="故障")
        leader = PersonGiven("leader", "李明", "副区长", "2019-03-01", phone="0758-2220000")
        record_person(session, unit, plan=plan, principal=REVIEWER, given=leader)
    unlock_period(session, PERIOD, principal=REVIEWER, reason="补报")


def _of_the_calendar(session: WriteSession, evaluator: Principal) -> None:
    for title in ("三季度", "四季度"):
        given = AnnouncementGiven(Announced.RELEASE, "2999-12-30", "2019-09", title)
        named = announce(session, principal=evaluator, given=given).announcement
        move_announcement(session, named, principal=evaluator, due_on="2999-12-31", reason="补报未齐")


def _of_the_evaluator(session: WriteSession, evaluator: Principal, units: tuple[str, str]) -> None:
    create_target(session, principal=evaluator, body=new_target())
    target = next(iter(plan_at(session).weights_by_target))
    weigh_targets(session, principal=evaluator, weights={target: 2}, reason="重点")
    for binding in (BindingDate.WINDOW_END, BindingDate.DUE_DATE):
        bind_gate_date(session, principal=evaluator, binding=binding, reason="已明确")
    for unit in units:
        override_light(
            session,
            principal=evaluator,
            unit=unit,
            target="TG-05A",
            period=PERIOD,
            light=Light.GREY,
            reason="已核实",
        )


def _of_an_assessor(session: WriteSession, third: Principal, units: tuple[str, str]) -> None:
    for number, unit in enumerate(units):
        measured = AssessmentGiven(
            unit, "2019-09", "online_rate", Method.FIELD_VISIT, numerator=30 + number, denominator=40
        )
        record_assessment(session, principal=third, measured=measured)
    sample = draw_sample(session, principal=third, drawing=Drawing(["2019-09"], per_unit=1, seed="7"))
    at = Problem("", Message("", ""))
    found = [
        SentFinding(cell_of(cell), "no_evidence" if number else "differs", None if number else "7", "现场", at)
        for number, cell in enumerate(sample.cells[:2])
    ]
    record_findings(session, sample.number, principal=third, sent=found)
