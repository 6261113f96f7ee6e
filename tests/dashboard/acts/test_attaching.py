"""Files in the forms whose records carry them: every such form takes them, and what is ticked is carried."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.commands.attach_file import attach_file
from metrics.commands.raise_finding import raise_finding
from metrics.database import WriteSession
from metrics.models import MaterialRecord, Rectification, SlipActRecord, TaskReport, WorkPlan
from metrics.supervision.slips import SlipAct
from tests.attached import a_pdf
from tests.dashboard.drawn import asked_window, nodes, said, signed_in, use_secret, window
from tests.dashboard.pages.test_slips import CLERK as HOLDER
from tests.dashboard.pages.test_slips import act, slip
from tests.metrics.commands.test_rectify_finding import GIVEN
from tests.people import person
from tests.posting import CLERK, REVIEWER


def material(_session: WriteSession) -> tuple[str, str]:
    return "/materials/441202/2019-09", "material.send"


def rectification(session: WriteSession) -> tuple[str, str]:
    raise_finding(session, "PH2", principal=REVIEWER, given=GIVEN)
    return "/phases/PH2/findings/1", "finding.answer"


def slip_answer(session: WriteSession) -> tuple[str, str]:
    number = slip(session)
    act(session, number, 1, SlipAct.RECEIVE, HOLDER)
    return f"/supervise/slips/{number}", "slip.answer"


def task_report(_session: WriteSession) -> tuple[str, str]:
    return "/tasks/11", "task.report"


def work_plan(_session: WriteSession) -> tuple[str, str]:
    return "/work-plans/441202/2019", "work_plan.file"


SAID = {
    "measures": "- | 培训 | 2019-06-30",
    "text": "已办结",
    "summary": "平稳",
    "problems": "无",
    "next_month": "续办",
    "key": "k1",
    "state": "done",
}
CARRIED: dict[str, Any] = {
    "material.send": MaterialRecord,
    "finding.answer": Rectification,
    "slip.answer": SlipActRecord,
    "task.report": TaskReport,
    "work_plan.file": WorkPlan,
}


@pytest.mark.parametrize("record", [material, rectification, slip_answer, task_report, work_plan])
def test_every_record_that_carries_files_has_them_in_its_form(
    client: TestClient, submissions: WriteSession, record: Callable[[WriteSession], tuple[str, str]]
) -> None:
    page, do = record(submissions)
    person(submissions, "chen")
    kept = attach_file(submissions, principal=CLERK, unit="441202", name="佐证.pdf", content=a_pdf("佐证"))
    use_secret(client, signed_in(submissions))
    form = next(node for node in nodes(window(client, page)) if node["props"].get("data-asks") == do)
    (facts,) = [json.loads(n["props"]["data-attaching"]) for n in nodes(form) if "data-attaching" in n["props"]]
    assert (facts["unit"], facts["most"]) == ("441202", 10)
    assert "佐证.pdf" in str(form)  # uploaded before, and offered
    (button,) = [node["props"] for node in nodes(form) if node["props"].get("data-does") == "attach"]
    assert button["type"] == "button"  # it sends nothing by itself
    fields = json.loads(form["props"]["data-fields"])
    asked: dict[str, Any] = {"do": do, "fields": fields | SAID, "chosen": [str(kept.seq)], "nth": 1}
    asked_window(client, asked, page)
    carried = [row.attachments for row in submissions.query(CARRIED[do]) if row.attachments]
    assert carried == [[kept.seq]]
    assert "佐证.pdf" in said(window(client, page))
    bad = asked | {"chosen": ["<1>"], "nth": 2}
    assert "附件编号须为数字" in said(asked_window(client, bad, page))
