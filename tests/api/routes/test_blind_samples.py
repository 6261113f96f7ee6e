"""`/samples` while assessment is blind: what was reported is shown after the own value, and no refusal tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.settings import settings
from tests.api.routes.test_samples import draw, find, finding, look, result, sheet
from tests.callers import Caller, caller, refusal
from tests.metrics.queries.test_views import post


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party, and one unit's return: 850 of 1000 online."""
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
