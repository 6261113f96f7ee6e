"""Files that are looked over, answered and confirmed over HTTP; and the layouts that are known from then on."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.models import RefusedFile
from metrics.principal import Role
from tests.builders import UNIT
from tests.callers import Caller, caller, refusal, stored
from tests.posting import figure
from tests.sent_files import confirm, send
from tests.workbooks import csv_bytes, office_rows, tidy_rows, xlsx_bytes

CORRECTION, TITLE = "correction_column@月报!D3", "title_month@月报!A1"
ANSWERS = {CORRECTION: "corrected", TITLE: "as_read"}
LAYOUTS = "/api/v1/layouts"


def doubtful(**changes: Any) -> bytes:
    """September's figures under August's title, one of them corrected beside."""
    return xlsx_bytes(office_rows(titled="2019-08", corrected={"items_instant": 351}, **changes))


def test_a_dry_run_answers_everything_there_is_to_confirm(clerk: Caller) -> None:
    answer = send(clerk, xlsx_bytes(office_rows(items_instant="３５０")), dry_run=True).json()
    assert answer["confirmation"] == {
        "needed": True,
        "because": "layout_new",
        "layout": "other",
        "confirmed_by": None,
        "confirmed_at": None,
    }
    assert answer["questions"] == []
    cells = {cell["element"]: cell for cell in answer["returns"][0]["cells"]}
    assert len(cells) == 45
    assert cells["items_instant"] == {
        "element": "items_instant",
        "name": {"zh": "即办件事项数", "en": cells["items_instant"]["name"]["en"]},
        "sheet": "月报",
        "row": 34,
        "column": "C",
        "written": "３５０",
        "read": "350",
        "last": None,
        "difference": None,
    }


def test_a_file_with_questions_is_stored_with_the_first_digest_and_every_answer(
    clerk: Caller, session: WriteSession
) -> None:
    content, before = doubtful(), stored(session)
    looked_over = send(clerk, content, dry_run=True).json()
    assert {question["id"]: question["answer"] for question in looked_over["questions"]} == dict.fromkeys(ANSWERS)
    reading = looked_over["reading"]
    body = refusal(send(clerk, content, reading=reading, answers={TITLE: "as_read"}), 422)
    assert (body["code"], [question["id"] for question in body["questions"]]) == ("question_open", [*ANSWERS])
    assert [(error["code"], error["column"], error["row"]) for error in body["errors"]] == [("question_open", "D", 3)]
    assert "file" not in body
    assert stored(session) == before
    corrected = refusal(send(clerk, content, reading=reading, answers=ANSWERS), 422)  # counts another figure than shown
    assert corrected["code"] == "reading_of_other_answers"
    posted = send(clerk, content, reading=reading, answers=ANSWERS | {CORRECTION: "original"})
    assert posted.status_code == 201, posted.text
    assert posted.json()["confirmation"] is None
    shown = looked_over["returns"][0]["values"]["items_instant"]
    assert str(figure(session, "items_instant")[0]) == shown != "351"


def test_a_digest_holds_for_its_answers_only(clerk: Caller, session: WriteSession) -> None:
    content, before = doubtful(), stored(session)
    looked_over = send(clerk, content, dry_run=True, answers=ANSWERS).json()
    assert looked_over["returns"][0]["values"]["items_instant"] == "351"
    assert {question["id"]: question["answer"] for question in looked_over["questions"]} == ANSWERS
    other = ANSWERS | {CORRECTION: "original"}
    refused = send(clerk, content, reading=looked_over["reading"], answers=other)
    assert refusal(refused, 422)["code"] == "reading_of_other_answers"
    refused = send(clerk, doubtful(items_new=11), reading=looked_over["reading"], answers=ANSWERS)
    assert refusal(refused, 422)["code"] == "reading_of_other_file"
    refused = send(clerk, content, reading="x", answers=ANSWERS)
    assert refusal(refused, 422)["code"] == "reading_malformed"
    assert refusal(send(clerk, content, answers=ANSWERS), 422)["code"] == "reading_unconfirmed"
    assert stored(session) == before
    assert send(clerk, content, reading=looked_over["reading"], answers=ANSWERS).status_code == 201


@pytest.mark.parametrize("answers", [{"nonsense": "as_read"}, {CORRECTION: "nonsense"}])
@pytest.mark.parametrize("dry_run", [True, False])
def test_answers_to_what_was_not_asked_are_refused(clerk: Caller, answers: dict[str, str], dry_run: bool) -> None:
    body = refusal(send(clerk, doubtful(), answers=answers, dry_run=dry_run), 422)
    assert "answer_unknown" in {error["code"] for error in body["errors"]}
    assert [question["id"] for question in body["questions"]] == [*ANSWERS]


def test_a_file_beside_another_form_is_asked_about(clerk: Caller) -> None:
    content = csv_bytes(tidy_rows())
    assert send(clerk, content, dry_run=True, opened=f"{UNIT}/2019-09").json()["questions"] == []
    (asked,) = send(clerk, content, dry_run=True, opened=f"{UNIT}/2019-10").json()["questions"]
    assert (asked["code"], asked["choices"][0]["value"]) == ("form_differs", "as_read")
    refused = send(clerk, content, opened=f"{UNIT}/2019-10", answers={asked["id"]: "as_read"})
    assert refusal(refused, 422)["code"] == "reading_unconfirmed"
    assert refusal(send(clerk, content, opened="September"), 422)["errors"][0]["pointer"] == "/opened"


def test_a_file_that_waits_to_be_confirmed_is_not_kept_as_a_refused_one(clerk: Caller, session: WriteSession) -> None:
    refusal(send(clerk, xlsx_bytes(office_rows())), 422)
    refusal(send(clerk, doubtful()), 422)
    assert session.query(RefusedFile).count() == 0


def test_a_retry_with_the_key_gets_the_same_answer_whichever_digest_comes(clerk: Caller) -> None:
    content = xlsx_bytes(office_rows())
    first = send(clerk, content, key="k", reading=send(clerk, content, dry_run=True).json()["reading"])
    again = send(clerk, content, key="k")
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 200, "true")
    other = send(clerk, content, key="k", answers={TITLE: "as_read"})
    assert refusal(other, 422)["code"] == "idempotency_key_reused"


def test_a_layout_is_known_next_month_until_it_is_withdrawn(
    clerk: Caller, neighbour: Caller, bureau: Caller, session: WriteSession
) -> None:
    assert confirm(clerk, xlsx_bytes(office_rows())).status_code == 201
    (known,) = clerk.client.get(LAYOUTS, headers=clerk.headers).json()["items"]
    assert (known["unit"], known["headings"]) == (UNIT, ["填报项", "计量单位", "本期数", "更正数"])
    october = send(clerk, xlsx_bytes(office_rows("2019-10", items_instant=360)))
    assert october.status_code == 201, october.text
    other = office_rows("2019-10", unit="441203")
    assert refusal(send(neighbour, xlsx_bytes(other)), 422)["code"] == "reading_unconfirmed"
    for who, unit, count in ((neighbour, None, 0), (bureau, None, 1), (bureau, UNIT, 1), (bureau, "441203", 0)):
        answer = who.client.get(LAYOUTS, headers=who.headers, params={"unit": unit} if unit else {})
        assert len(answer.json()["items"]) == count
    address = f"{LAYOUTS}/{known['id']}/withdraw"
    refusal(neighbour.client.get(LAYOUTS, headers=neighbour.headers, params={"unit": UNIT}), 403)
    # Row security: for whoever may not see it there is none.
    refusal(neighbour.client.post(address, headers=neighbour.headers), 404)
    refusal(clerk.client.post(f"{LAYOUTS}/99999/withdraw", headers=clerk.headers), 404)
    withdrawn = bureau.client.post(address, headers=bureau.headers)
    assert withdrawn.status_code == 200, withdrawn.text
    assert withdrawn.json()["withdrawn_by"] is not None
    assert clerk.client.post(address, headers=clerk.headers).json() == withdrawn.json()
    november = xlsx_bytes(office_rows("2019-11", items_instant=361))
    assert refusal(send(clerk, november), 422)["code"] == "reading_unconfirmed"
    looked_over = send(clerk, november, dry_run=True).json()
    assert (looked_over["confirmation"]["because"], looked_over["confirmation"]["needed"]) == ("layout_new", True)


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_other_roles_have_no_layouts(client: TestClient, session: WriteSession, role: Role) -> None:
    somebody = caller(client, session, "somebody", role)
    refusal(client.get(LAYOUTS, headers=somebody.headers), 403)
    refusal(client.post(f"{LAYOUTS}/1/withdraw", headers=somebody.headers), 403)
    refusal(client.get(LAYOUTS), 401)
