"""One record of everything that is recorded, so that every dataset has a row; texts that a spreadsheet might run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from metrics.announcements import Announced
from metrics.assessments import Method
from metrics.commands.announce_publication import AnnouncementGiven, announce
from metrics.commands.check_task_report import CheckGiven, check_task_report
from metrics.commands.file_work_plan import FundingGiven, WorkPlanGiven, file_work_plan, record_funding
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.override_light import override_light
from metrics.commands.raise_finding import FindingGiven, raise_finding
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.commands.record_inquiry import InquiryGiven, record_inquiry
from metrics.commands.rectify_finding import AnswerGiven, answer_finding
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.sanction_task import SanctionGiven, mark_sanction
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.set_score_rule import set_score_rule
from metrics.commands.submit_self_assessment import submit_self_assessment
from metrics.database import WriteSession
from metrics.principal import Role
from metrics.results import Light
from metrics.supervision.rectification import FindingSeverity
from metrics.supervision.task_checks import CheckAction
from metrics.supervision.work_plans import FundingSource, WrittenMeasure
from metrics.task_reports import TaskState
from tests.metrics.commands.test_submit_self_assessment import words
from tests.metrics.queries.test_views import BUREAU
from tests.metrics.supervision.test_scores import given_rule
from tests.people import person

UNIT = "441202"
REPORTED = TaskReportGiven(UNIT, "2019-09", TaskState.BLOCKED, "=系统对接延期", "https://example.org/a?b=c")
SENT_BACK = CheckGiven(UNIT, "2019-09", CheckAction.SEND_BACK, "=佐证不符")
_ASSESSED = AssessmentGiven(unit=UNIT, period="2019-09", indicator="online_rate", method=Method.INTERVIEW, value="80")
_PLANNED = WorkPlanGiven(UNIT, 2020, [WrittenMeasure("", "=措施", "2020-06-30", "@政务办", "/measures/0")])
_FOUND = FindingGiven(UNIT, FindingSeverity.MAJOR, "=窗口只受理部分事项", "2999-12-31", target="TG-19B")
_MEASURED = InquiryGiven(UNIT, "2018", "interview", "8", "10", "2019-01-20", "https://example.org/a", note="=附注")


def record_one_of_each(session: WriteSession) -> None:
    """What people record beside submissions, of which 441202 has one for September 2019; but no bulletin."""
    third, evaluator = person(session, "third", role=Role.ASSESSOR), person(session, "han", role=Role.EVALUATOR)
    record_assessment(session, principal=third, measured=_ASSESSED)
    override_light(
        session,
        principal=evaluator,
        unit=UNIT,
        target="TG-05A",
        period=date(2019, 9, 1),
        light=Light.GREY,
        reason="已核实",
    )
    announce(session, principal=evaluator, given=AnnouncementGiven(Announced.RELEASE, "2999-12-31", title="=三季度"))
    seen = report_task(session, 11, principal=BUREAU, given=REPORTED).etag
    check_task_report(session, 11, principal=BUREAU, given=SENT_BACK, if_match=seen)
    mark_sanction(session, 31, principal=BUREAU, given=SanctionGiven(UNIT, "=未接入", "=某系统"))
    report_task(session, 5, principal=BUREAU, given=replace(REPORTED, state=TaskState.DONE))
    send_material(session, principal=BUREAU, given=MaterialGiven(UNIT, "2019-09", problems="=无", next_month="@继续"))
    file_work_plan(session, principal=BUREAU, given=_PLANNED)
    record_funding(session, principal=BUREAU, given=FundingGiven(UNIT, 2020, FundingSource.CITY, "1.5", "0"))
    issue_slip(session, principal=BUREAU, given=SlipGiven(UNIT, "=系统对接", "请报进展", "2999-12-31"))
    submit_self_assessment(session, "PH2", principal=BUREAU, given=words(session, summary="=总体平稳"))
    set_score_rule(session, principal=BUREAU, given=given_rule(valid_from="2019-09", reason="=已明确"))
    record_inquiry(session, 39, principal=BUREAU, given=_MEASURED)
    number = raise_finding(session, "PH2", principal=BUREAU, given=_FOUND).number
    answer_finding(session, "PH2", number, principal=BUREAU, given=AnswerGiven("=已扩至全部事项"))
