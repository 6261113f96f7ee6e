"""`/samples` while assessment is blind: what was reported is shown after one's own value, and no refusal tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import Role
from metrics.settings import settings
from tests.api.routes.test_assessments import measured
from tests.api.routes.test_assessments import rows as assessed
from tests.api.routes.test_assessments import send as assess
from tests.api.routes.test_samples import UNIT, draw, filled, find, finding, look, result, sheet, upload
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one unit's submission: 850 of 1000 online."""
    post(session, items_online=850)
    return caller(client, session, "third", Role.ASSESSOR)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An assessor measures before seeing what was reported."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.usefixtures("blind")
class TestBlind:
    def test_a_reported_value_is_seen_once_the_own_one_is_recorded(self, assessor: Caller) -> None:
        number = draw(assessor)
        assert {row["reported_value"] for row in sheet(assessor, number)} == {""}
        assert {cell["reported_value"] for cell in look(assessor, number)["items"]} == {None}
        find(assessor, number, finding(said="measured", value=840))
        shown = [cell for cell in look(assessor, number)["items"] if cell["reported_value"] is not None]
        assert [(cell["element"], cell["reported_value"], cell["finding"], cell["blind"]) for cell in shown] == [
            ("items_online", "850", "differs", True)
        ]

    @pytest.mark.parametrize("sent", [finding(), finding(said="differs", value=850), finding(said="differs", value=1)])
    def test_no_refusal_tells_what_was_reported(self, assessor: Caller, sent: dict[str, Any]) -> None:
        assert refusal(find(assessor, draw(assessor), sent), 422)["code"] == "blind_needs_measured"

    def test_a_value_put_into_the_sheet_is_refused_alike_whether_it_was_reported_or_not(self, assessor: Caller) -> None:
        number, rows = draw(assessor), []
        for typed in ("850", "1"):
            rows = sheet(assessor, number)
            for row in rows:
                row["reported_value"] = typed if row["element"] == "items_online" else ""
            refused = refusal(upload(assessor, number, filled(rows, items_online=("实测", "850"))), 422)
            said = {(error["code"], error["expected"]["en"]) for error in refused["errors"]}
            assert said == {("reported_value_changed", "nothing")}
        rows = sheet(assessor, number)
        assert upload(assessor, number, filled(rows, items_online=("实测", "850")), key="first").status_code == 201
        again = filled(rows, items_online=("实测", "850"))  # of before its value was shown
        assert upload(assessor, number, again, key="again").status_code == 201

    def test_without_evidence_nothing_is_opened(self, assessor: Caller) -> None:
        number = draw(assessor)
        assert find(assessor, number, finding(said="no_evidence")).status_code == 201
        assert {cell["reported_value"] for cell in look(assessor, number)["items"]} == {None}

    def test_anothers_findings_are_kept_back(self, assessor: Caller, client: TestClient, session: WriteSession) -> None:
        number = draw(assessor)
        find(assessor, number, finding(said="measured", value=850))
        other = caller(client, session, "fourth", Role.ASSESSOR)
        read = look(other, number)
        assert {(cell["reported_value"], cell["finding"]) for cell in read["items"]} == {(None, None)}
        assert result(read)["found"] == 0

    def test_a_rate_whose_counts_a_work_sheet_has_shown_is_not_measured_blind(self, assessor: Caller) -> None:
        number = draw(assessor, elements=["items_online", "items_total", "exempt_online"], per_unit=3)
        find(assessor, number, finding("items_total", "no_evidence"), finding("exempt_online", "measured", value=1))
        assess(assessor, measured(period="2019-08"), key="another-month")
        assess(assessor, measured(), key="no-count-of-it-was-shown")
        find(assessor, number, finding("items_total", "measured", value=1) | {"unit": "441204"}, key="its-base")
        assess(assessor, measured(unit="441204"), key="after-its-base-was-shown")
        find(assessor, number, finding("items_online", "measured", value=1) | {"unit": "441203"}, key="shown")
        assess(assessor, measured(unit="441203"), key="after-it-was-shown")
        assert [row["blind"] for row in assessed(assessor)] == ["true", "true", "true", "false"]

    def test_a_rate_that_shares_a_count_with_one_that_was_shown_is_not_measured_blind(self, assessor: Caller) -> None:
        assess(assessor, measured())
        assess(assessor, measured(indicator="hall_entry_rate"))
        assess(assessor, measured(indicator="online_rate_after_exemptions"))
        blind = {row["indicator_code"]: row["blind"] for row in assessed(assessor)}
        assert blind == {"online_rate": "true", "hall_entry_rate": "true", "online_rate_after_exemptions": "false"}

    def test_a_cell_that_another_sample_has_shown_is_not_found_blind(self, assessor: Caller) -> None:
        first, again = draw(assessor), draw(assessor, seed="another")
        find(assessor, first, finding("items_total", "measured", value=1), key="to-learn-it")
        assert sheet_cell(assessor, again, "items_total")["reported_value"] is None
        find(assessor, again, finding("items_total", "measured", value=1000), key="known")
        assert [sheet_cell(assessor, n, "items_total")["blind"] for n in (first, again)] == [True, False]
        # What stands there now is still not told by a refusal.
        sent = finding("items_online", "confirmed")
        assert refusal(find(assessor, again, sent), 422)["code"] == "blind_needs_measured"

    def test_a_cell_whose_rate_was_shown_is_not_found_blind(self, assessor: Caller) -> None:
        number = draw(assessor, elements=["items_online", "exempt_online"])
        assess(assessor, measured())
        sent = [finding(element, "measured", value=850) for element in ("items_online", "exempt_online")]
        find(assessor, number, *sent)
        assert sheet_cell(assessor, number, "items_online")["blind"] is False
        assert sheet_cell(assessor, number, "exempt_online")["blind"] is True

    def test_a_city_whose_counts_were_shown_in_parts_is_not_measured_blind(
        self, assessor: Caller, session: WriteSession
    ) -> None:
        number = draw(assessor, elements=["items_online"])
        units = [cell["unit"] for cell in look(assessor, number)["items"]]
        sent = [finding("items_online", "measured", value=1) | {"unit": unit} for unit in units]
        find(assessor, number, *sent[1:], key="all-but-one")
        assess(assessor, measured(unit="441200", method="questionnaire"), key="before")
        others = {unit.code for unit in plan_at(session).reporting_units} - set(units)
        find(assessor, number, sent[0], key="the-last-one")
        for unit in others:
            assess(assessor, measured(unit=unit), key=unit)
        assess(assessor, measured(unit="441200", indicator="online_rate_after_exemptions"), key="after")
        assert [row["blind"] for row in assessed(assessor) if row["unit_code"] == "441200"] == ["true", "false"]


def sheet_cell(who: Caller, number: int, element: str) -> dict[str, Any]:
    (found,) = [cell for cell in look(who, number)["items"] if (cell["unit"], cell["element"]) == (UNIT, element)]
    return dict(found)
