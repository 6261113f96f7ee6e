"""`/templates` over HTTP: whose form, for which month, with what in it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.intake.template.stamp import stamp_of
from metrics.principal import Role, Scope
from tests.builders import PERIOD, UNIT, whole_submission
from tests.callers import Caller, refusal
from tests.people import bearer, person, token

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FOREIGN = "441203"


def asked(caller: Caller, period: str = PERIOD, query: str = "") -> Any:
    return caller.client.get(f"/api/v1/templates/{period}.xlsx{query}", headers=caller.headers)


def opened(response: Any) -> Workbook:
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == XLSX
    return load_workbook(BytesIO(response.content))


def stamped(book: Workbook) -> dict[str, str]:
    return {str(row[0]): str(row[1] or "") for row in book["_biaochi"].iter_rows(values_only=True)}


def test_a_clerk_gets_the_form_of_the_own_unit(clerk: Caller) -> None:
    response = asked(clerk)
    book = opened(response)
    assert (book["月报"]["B2"].value, book["月报"]["C2"].value, book["月报"]["B3"].value) == (UNIT, "端州区", PERIOD)
    assert "filename*=UTF-8''%E7%AB%AF%E5%B7%9E%E5%8C%BA-2019-09" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert opened(asked(clerk, query=f"?unit={UNIT}")).sheetnames == book.sheetnames


def test_another_units_form_is_refused_whether_or_not_there_is_such_a_unit(clerk: Caller) -> None:
    for unit in (FOREIGN, "000000", "=1+1", ""):
        assert refusal(asked(clerk, query=f"?unit={unit}"), 403)["code"] == "unit_forbidden"


def test_a_reviewer_gets_any_units_form_and_has_to_name_it(bureau: Caller) -> None:
    assert opened(asked(bureau, query=f"?unit={FOREIGN}"))["月报"]["C2"].value == "鼎湖区"
    assert refusal(asked(bureau), 400)["code"] == "unit_missing"
    assert refusal(asked(bureau, query="?unit=000000"), 422)["code"] == "unit_unknown"
    assert refusal(asked(bureau, query="?unit=441200"), 422)["code"] == "unit_rolled_up"


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_whoever_sends_no_submissions_gets_no_form(client: TestClient, session: WriteSession, role: Role) -> None:
    person(session, "other", role=role)
    caller = Caller(client, token(session, "other").secret)
    assert refusal(asked(caller, query=f"?unit={UNIT}"), 403)["code"] == "role_forbidden"


def test_nobody_gets_no_form_and_a_token_needs_the_right_to_post(client: TestClient, session: WriteSession) -> None:
    assert refusal(client.get(f"/api/v1/templates/{PERIOD}.xlsx?unit={UNIT}"), 401)
    person(session, "chen")
    secret = token(session, "chen", scopes={Scope.READ}).secret
    response = client.get(f"/api/v1/templates/{PERIOD}.xlsx?unit={UNIT}", headers=bearer(secret))
    assert refusal(response, 403)["code"] == "role_forbidden"


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2019-13", "period_unknown"),
        ("%00", "period_unknown"),
        ("２０１９-09", "period_unknown"),
        ("2999-01", "period_future"),
    ],
)
def test_months_for_which_nothing_can_be_sent_are_refused(clerk: Caller, period: str, code: str) -> None:
    assert refusal(asked(clerk, period), 422)["code"] == code


def test_unknown_parameters_and_languages_are_refused(clerk: Caller) -> None:
    assert refusal(asked(clerk, query="?units=441202"), 400)["code"] == "parameter_unknown"
    assert refusal(asked(clerk, query="?lang=fr"), 400)["code"] == "parameter_invalid"


def test_a_correction_starts_from_what_was_sent(clerk: Caller) -> None:
    sent = clerk.post(whole_submission())
    clerk.post(whole_submission(period="2019-08", items_online=800))
    book = opened(asked(clerk))
    row = next(row for row in book["月报"].iter_rows(min_row=8) if row[1].value == "items_online")
    assert (row[3].value, row[4].value) == (850, 800)
    assert book["月报"]["A4"].value == "更正原因"
    stamp = stamp_of(stamped(book))
    assert stamp is not None
    assert stamp.is_whole
    assert (stamp.unit, stamp.period, stamp.etag) == (UNIT, PERIOD, sent.headers["ETag"])


def test_english_headings_on_request(clerk: Caller) -> None:
    book = opened(asked(clerk, query="?lang=en"))
    assert book.sheetnames == ["Submission", "Checks", "_biaochi"]
    assert book["Submission"]["A2"].value == "Reporting unit"
