"""What a unit reported last stands where it has not reported, and decides nothing."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.conftest import record
from tests.dashboard.drawn import said, window
from tests.dashboard.test_pages import cells


def test_a_unit_that_has_not_reported_shows_what_it_reported_last_and_is_not_judged_by_it(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    record(submissions, "441203", "2019-10", items_online=900)
    found = cells(window(evaluator, "/", "?month=2019-10"))
    assert found["441202", "TG-05A"] == "未报2019-09: 69.90"
    assert found["441223", "TG-05A"] == "未报"
    for path in ("/targets/TG-05A", "/units/441202"):
        shown = window(evaluator, path, "?month=2019-10&unit=441202" if "targets" in path else "?month=2019-10")
        assert "上次 2019-09: 69.90" in said(shown)
    assert "端州区未报2019年10月月报" in said(shown)
