"""What is refused for want of rights is in the log: who asked, for what, and which unit it was about."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from tests.api.routes.test_files import FOREIGN
from tests.builders import whole_submission
from tests.callers import Caller, refusal
from tests.sent_files import send
from tests.workbooks import csv_bytes, tidy_rows


def refused(logged: list[Any]) -> dict[str, Any]:
    """The one line `refused`."""
    (line,) = [entry for entry in logged if entry["event"] == "refused"]
    return dict(line)


def test_a_submission_for_another_unit_is_logged_with_who_and_which(clerk: Caller) -> None:
    with capture_logs() as logged:
        body = refusal(clerk.post(whole_submission(unit=FOREIGN)), 403)
    line = refused(logged)
    assert line["role"] == "clerk"
    assert line["user"]
    assert line["asked"] == "POST /api/v1/submissions"
    assert line["code"] == "unit_forbidden"
    assert FOREIGN in line["reason"]
    assert line["request_id"] == body["request_id"]


def test_a_file_with_another_units_figures_is_logged_with_that_unit(clerk: Caller) -> None:
    with capture_logs() as logged:
        refusal(send(clerk, csv_bytes(tidy_rows(FOREIGN))), 403)
    assert refused(logged)["given"] == [FOREIGN]


def test_another_units_submission_is_logged_as_what_there_is_not(clerk: Caller, bureau: Caller) -> None:
    number = bureau.post(whole_submission(unit=FOREIGN)).json()["id"]
    with capture_logs() as logged:
        refusal(clerk.get(f"/{number}"), 404)
    line = refused(logged)
    assert (line["code"], line["asked"]) == ("submission_unknown", f"GET /api/v1/submissions/{number}")


def test_a_refusal_of_what_was_sent_is_no_refusal_of_rights(clerk: Caller) -> None:
    with capture_logs() as logged:
        refusal(clerk.post({}), 422)
        refusal(clerk.client.get("/api/v1/submissions"), 401)
    assert [entry for entry in logged if entry["event"] == "refused"] == []
