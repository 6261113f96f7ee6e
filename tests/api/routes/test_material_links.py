"""Material signed by the link that its unit's leader is sent: shown whole, once, for the revision it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.commands.attach_file import attach_file
from metrics.commands.report_task import TaskReportGiven, report_task
from metrics.commands.request_confirmation import RequestedLink, mark_link_sent, request_material_sign_off
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.database import WriteSession
from metrics.errors import Conflict, TooMany
from metrics.ledger.checking.walk import check_ledger
from metrics.models import Confirmation
from metrics.plan.store import plan_at
from metrics.reminders.sign_off_link import link_words
from metrics.task_reports import TaskState
from tests.attached import a_pdf
from tests.beginnings import beginning
from tests.builders import UNIT
from tests.callers import refusal
from tests.links import WEEK, appoint, forget_address
from tests.posting import CLERK

CONFIRMATION = "/api/v1/confirmation"
SHEET = "/confirm/sheet"


def sent(session: WriteSession, **changes: Any) -> int:
    """The number of the material, sent with a task report and a file; again, it is revised."""
    file = attach_file(session, principal=CLERK, unit=UNIT, name="佐证.pdf", content=a_pdf())
    said = {"problems": "<b>人手</b>", "next_month": "第二批", "attachments": [file.seq]} | changes
    if_match = said.pop("if_match", None)
    return send_material(session, principal=CLERK, given=MaterialGiven(UNIT, "2019-09", **said), if_match=if_match).id


def a_link(session: WriteSession, number: int, *, days_ago: int = 1) -> RequestedLink:
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    link = request_material_sign_off(session, number, plan=plan_at(session), principal=CLERK, lasts=WEEK, now=moment)
    mark_link_sent(session, link, now=moment)
    session.flush()
    return link


@beginning
def number(session: WriteSession) -> int:
    appoint(session)
    given = TaskReportGiven(UNIT, "2019-09", TaskState.IN_PROGRESS, "已接入 38 个部门")
    report_task(session, 11, principal=CLERK, given=given)
    return sent(session)


def test_the_leader_sees_all_of_it_and_signs_once(client: TestClient, session: WriteSession, number: int) -> None:
    link = a_link(session, number)
    by_link = {"Confirmation-Token": link.secret}
    shown = client.get(CONFIRMATION, headers=by_link).json()
    assert (shown["material"]["problems"], shown["leader"], shown["material"]["tasks"][0]["task"]) == (
        "<b>人手</b>",
        "李明",
        11,
    )
    page = client.get(SHEET, headers=by_link).text
    for text in (
        "&lt;b&gt;人手&lt;/b&gt;",
        "已接入 38 个部门",
        "佐证.pdf",
        shown["material"]["attachments"][0]["sha256"],
    ):
        assert text in page
    signed = client.post(SHEET, headers=by_link)
    assert signed.status_code == 201, signed.text
    assert "李明" in signed.text
    assert refusal(client.post(CONFIRMATION, headers=by_link), 409)["code"] == "confirmation_used"
    row = session.get_one(Confirmation, link.id)
    assert row.used_at is not None
    assert list(check_ledger(session)) == []


def test_over_the_api_it_is_signed_too(client: TestClient, session: WriteSession, number: int) -> None:
    answer = client.post(CONFIRMATION, headers={"Confirmation-Token": a_link(session, number).secret})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["id"], answer.json()["action"]) == (number, "sign_off")
    with pytest.raises(Conflict) as refused:
        a_link(session, number, days_ago=0)
    assert refused.value.code == "signed_already"


def test_a_link_ends_with_what_it_was_bound_to(client: TestClient, session: WriteSession, number: int) -> None:
    def code(link: RequestedLink) -> str:
        answer = client.get(CONFIRMATION, headers={"Confirmation-Token": link.secret})
        return str(refusal(answer, 409)["code"])

    expired = a_link(session, number, days_ago=9)
    assert code(expired) == "confirmation_expired"
    older, newer = a_link(session, number, days_ago=2), a_link(session, number)
    assert code(older) == "confirmation_superseded"
    with pytest.raises(TooMany):
        request_material_sign_off(
            session,
            number,
            plan=plan_at(session),
            principal=CLERK,
            lasts=WEEK,
            now=datetime.now(UTC) - timedelta(days=1, seconds=-5),
        )
    etag = client.get(CONFIRMATION, headers={"Confirmation-Token": newer.secret}).json()["material"]["revision"]
    assert etag == 1
    sent(session, problems="无", reason="更正", if_match=f'"material-{number}-1-{number}"')
    assert code(newer) == "confirmation_outdated"
    last = a_link(session, number, days_ago=0)
    forget_address(session, appoint(session, "王芳", since="2020-01-01"))
    assert code(last) == "confirmation_withdrawn"


def test_the_mail_says_what_it_is_and_whose(session: WriteSession, number: int) -> None:
    words = link_words(plan_at(session), a_link(session, number), address="https://gauge.example", rehearsal=False)
    assert "端州区 2019-09 工作进展情况材料" in words.body
    assert "monthly material of Duanzhou" in words.body
    assert "工作进展情况材料" in words.subject
