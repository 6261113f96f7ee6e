"""The template of monthly material: the unit's tasks, what was said of them, what is due, and blanks for the rest."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest

from metrics.bulletin.material_template import material_template
from metrics.commands.attach_file import attach_file
from metrics.commands.file_work_plan import WorkPlanGiven, file_work_plan
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.database import WriteSession
from metrics.queries.view import view_at
from metrics.supervision.bodies import bodies
from metrics.supervision.work_plans import WrittenMeasure
from metrics.task_reports import TaskState
from tests.posting import REVIEWER

PERIOD = date(2019, 9, 1)
MADE_AT = datetime(2019, 10, 1, tzinfo=UTC)


def made(session: WriteSession, unit: str = "441202", language: str = "zh") -> bytes:
    view = view_at(session)
    body = bodies(view.plan)[unit]
    return material_template(session, view, body, PERIOD, language=language, made_at=MADE_AT, synthetic=False)


def read(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def paragraphs(content: bytes) -> str:
    return "\n".join(line.text for line in read(content).paragraphs)


def rows(content: bytes, place: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in read(content).tables[place].rows][1:]


@pytest.mark.parametrize(("unit", "number"), [("441202", 11), ("GSDB", 14)])
def test_every_task_that_names_the_unit_has_a_row_with_what_was_reported(
    session: WriteSession, unit: str, number: int
) -> None:
    given = TaskReportGiven(unit, "2019-09", TaskState.DONE, "{已接入}")
    report_task(session, number, principal=REVIEWER, given=given)
    known = bodies(view_at(session).plan)[unit]
    found = rows(made(session, unit))
    assert [int(row[0].split()[0]) for row in found] == list(known.tasks)
    said = [row[1:] for row in found if row[1] != "未报告"]
    assert said == [["已完成", "{已接入}"]]
    assert {row[2] for row in found if row[1] == "未报告"} == {"(填写)"}


def test_what_was_sent_stands_in_it_and_what_is_due_beside_it(session: WriteSession) -> None:
    blank = paragraphs(made(session))
    assert "端州区2019年9月工作进展情况材料" in blank
    assert "2019-10-" in blank  # by when it is due
    assert blank.count("(填写)") == 3
    measures = [
        WrittenMeasure("", "整合系统", "2019-09-30", "", "/measures/0"),
        WrittenMeasure("", "验收", "2019-12-31", "", "/measures/1"),
    ]
    file_work_plan(session, principal=REVIEWER, given=WorkPlanGiven("441202", 2019, measures))
    given = MaterialGiven("441202", "2019-09", problems="无", next_month="第一批\n第二批 {x}", summary="平稳")
    send_material(session, principal=REVIEWER, given=given)
    sent = made(session)
    assert "(填写)" not in paragraphs(sent)
    assert {"平稳", "第一批", "第二批 {x}"} <= set(paragraphs(sent).split("\n"))
    assert [row[:2] for row in rows(sent, 1)] == [["整合系统", "2019-09-30"]]
    assert "Planned for the next month" in paragraphs(made(session, language="en"))


def test_text_that_was_copied_from_word_is_written(session: WriteSession) -> None:
    """Word's own end of a line is U+000B, which XML does not hold."""
    given = TaskReportGiven("441202", "2019-09", TaskState.DONE, "已接入\x0b待验收\x07")
    report_task(session, 11, principal=REVIEWER, given=given)
    assert ["已完成", "已接入\n待验收"] in [row[1:] for row in rows(made(session))]


def test_it_can_be_attached_as_it_is(session: WriteSession) -> None:
    kept = attach_file(session, principal=REVIEWER, unit="441202", name="材料.docx", content=made(session))
    assert kept.media_type.endswith("wordprocessingml.document")
