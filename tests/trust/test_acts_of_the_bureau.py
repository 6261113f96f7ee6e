"""What bureau, assessors and units record beside submissions is in the ledger: what changes it afterwards is named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from metrics.assessments import Method
from metrics.commands.bind_gate_date import bind_gate_date
from metrics.commands.check_task_report import CheckGiven, check_task_report
from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.override_light import override_light
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.commands.record_findings import record_findings
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.weigh_targets import weigh_targets
from metrics.database import Sessions
from metrics.errors import Message, Problem
from metrics.ledger.checking.finding import Finding
from metrics.ledger.checking.walk import check_ledger
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.results import Light
from metrics.sampling import SentFinding, cell_of
from metrics.supervision.gates import BindingDate
from metrics.supervision.task_checks import CheckAction
from metrics.task_reports import TaskState
from tests.databases import Database
from tests.metrics.queries.test_views import post
from tests.people import person

TAMPERINGS = {
    "light_overrides": "update light_overrides set reason = 'another'",
    "plan_records": "update plan_records set content = jsonb_set(content, '{weight}', '\"9\"') where kind = 'weight'",
    "assessments": "update assessments set numerator = numerator + 1",
    "samples": "update samples set seed = 'another'",
    "task_reports": "update task_reports set state = 'done'",
    "task_checks": "update task_checks set action = 'return'",
    "slip_acts": "update slip_acts set due_on = '2999-12-30'",
    "sample_findings": "update sample_findings set finding = 'confirmed'",
    "gate_rules": "update gate_rules set reason = 'another'",
}


@pytest.fixture
def acted(clean_database: Database) -> Database:
    """A database in which an evaluator, an assessor and a clerk did what they do."""
    with Sessions(clean_database.engine).write() as session:
        evaluator = person(session, "han", role=Role.EVALUATOR)
        assessor = person(session, "third", role=Role.ASSESSOR)
        post(session, items_online=950)
        target = next(iter(plan_at(session).weights_by_target))
        weigh_targets(session, principal=evaluator, weights={target: 2}, reason="重点")
        bind_gate_date(session, principal=evaluator, binding=BindingDate.WINDOW_END, reason="已明确")
        override_light(
            session,
            principal=evaluator,
            unit="441202",
            target="TG-05A",
            period=date(2019, 9, 1),
            light=Light.GREY,
            reason="已核实",
        )
        given = TaskReportGiven("441202", "2019-09", TaskState.BLOCKED, "系统对接延期")
        seen = report_task(session, 11, principal=person(session, "chen"), given=given).etag
        lead = person(session, "lead", units={"441200-SELF"})
        step = CheckGiven("441202", "2019-09", CheckAction.CONFIRM)
        check_task_report(session, 11, principal=lead, given=step, if_match=seen)
        asked = SlipGiven("441202", "系统对接", "请报进展", "2999-12-31")
        issue_slip(session, principal=person(session, "bureau", role=Role.REVIEWER), given=asked)
        measured = AssessmentGiven("441202", "2019-09", "online_rate", Method.FIELD_VISIT, numerator=38, denominator=40)
        record_assessment(session, principal=assessor, measured=measured)
        sample = draw_sample(session, principal=assessor, drawing=Drawing(["2019-09"], per_unit=1, seed="7"))
        finding = SentFinding(cell_of(sample.cells[0]), "no_evidence", None, "", Problem("", Message("", "")))
        record_findings(session, sample.number, principal=assessor, sent=[finding])
    return clean_database


def findings(database: Database) -> list[Finding]:
    with Sessions(database.engine).read() as session:
        return list(check_ledger(session))


def test_what_was_done_agrees_with_the_ledger(acted: Database) -> None:
    assert findings(acted) == []


@pytest.mark.parametrize("table", TAMPERINGS)
def test_a_changed_row_is_named(acted: Database, table: str) -> None:
    with acted.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        assert connection.execute(text(TAMPERINGS[table])).rowcount == 1
    named = {finding.table for finding in findings(acted)}
    assert named == {table, "ledger_entries"}  # no checkpoint says which of the two was changed


@pytest.mark.parametrize(
    "table",
    ["light_overrides", "assessments", "samples", "sample_findings", "task_reports", "task_checks", "slip_acts"],
)
def test_a_deleted_row_is_named(acted: Database, table: str) -> None:
    with acted.as_owner() as connection:
        connection.execute(text("set session_replication_role = replica"))
        assert connection.execute(text(f"delete from {table}")).rowcount == 1
    named = {finding.table for finding in findings(acted)}
    assert named == {table, "ledger_entries"}  # no checkpoint says which of the two was changed
