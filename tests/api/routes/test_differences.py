"""`/submissions/{id}/differences` over HTTP: figures as decimal strings, and nobody else's."""

from __future__ import annotations

import pytest

from tests.api.routes.test_submissions import FOREIGN
from tests.builders import whole_submission
from tests.callers import Caller, refusal


def test_a_revision_is_held_against_the_one_before_and_what_was_verified(clerk: Caller, bureau: Caller) -> None:
    first = clerk.post(whole_submission())
    number = first.json()["id"]
    verified = bureau.post({}, to=f"/{number}/verify")
    body = whole_submission(startup_days="37", items_online=851) | {"reason": "更正"}
    clerk.post(body, If_Match=verified.headers["ETag"])
    for against in ("previous", "verified"):
        found = bureau.get(f"/{number}/differences?against={against}").json()
        assert (found["id"], found["against"], found["differing"]) == (number, against, 2)
        assert (found["base"]["id"], found["base"]["period"], found["base"]["revision"]) == (number, "2019-09", 1)
        assert [figure for figure in found["figures"] if figure["differs"]] == [
            {"element": "items_online", "now": "851", "before": "850", "change": "1", "differs": True},
            {"element": "startup_days", "now": "37", "before": "38.5", "change": "-1.5", "differs": True},
        ]
    assert clerk.get(f"/{number}/differences").json() == clerk.get(f"/{number}/differences?against=previous").json()


def test_last_month_may_have_no_submission(clerk: Caller) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    found = clerk.get(f"/{number}/differences?against=last_month").json()
    assert found["base"] is None
    assert {figure["before"] for figure in found["figures"]} == {None}
    clerk.post(whole_submission(period="2019-08", items_online=800))
    found = clerk.get(f"/{number}/differences?against=last_month").json()
    assert found["base"]["period"] == "2019-08"
    assert [figure["change"] for figure in found["figures"] if figure["differs"]] == ["50"]


@pytest.mark.parametrize("query", ["?against=", "?against=yesterday", "?against=previous&against=verified", "?x=1"])
def test_what_cannot_be_read_is_refused(clerk: Caller, query: str) -> None:
    number = clerk.post(whole_submission()).json()["id"]
    assert refusal(clerk.get(f"/{number}/differences{query}"), 400)


def test_another_units_submission_does_not_exist_to_a_clerk(clerk: Caller, bureau: Caller) -> None:
    number = bureau.post(whole_submission(unit=FOREIGN)).json()["id"]
    assert refusal(clerk.get(f"/{number}/differences"), 404)["code"] == "submission_unknown"
    assert refusal(clerk.get("/999999/differences"), 404)["code"] == "submission_unknown"
