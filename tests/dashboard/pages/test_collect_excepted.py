"""The form where a denominator of stocks vanished: who is told what, and who gets it through."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, said, signed_in, use_secret
from tests.dashboard.forms import act, entries
from tests.dashboard.pages.test_collect import submissions
from tests.people import person

GONE = {"systems_due": 0, "systems_connected": 0}


def test_a_clerk_is_told_that_a_reviewer_excepts_a_denominator_that_vanished(
    clerk: TestClient, session: WriteSession
) -> None:
    record(session, "441202", "2019-08", systems_due=12)
    found, shown = act(clerk, "typed", entries(cells=GONE))
    line, _moved = found["cells"]["systems_due"]
    assert (line["severity"], line["given"]) == ("error", "")
    assert "自建系统应接数 12" in line["text"]
    assert "由市局审核员写明理由后代为报送" in said(shown)
    found, _shown = act(clerk, "sent", entries(cells=GONE, acknowledged={"denominator_vanished": "确实没有"}))
    assert "由有变为 0" in found["refused"]
    assert submissions(session) == 1


def test_a_reviewer_is_asked_for_the_reason_and_refused_without_one(client: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-08", systems_due=12)
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    _found, shown = act(client, "typed", entries(cells=GONE))
    assert "以审核员身份例外放行的理由" in said(shown)
    fields = [n["props"].get("data-acknowledges") for n in nodes(shown)]
    assert fields.count("denominator_vanished") == 1
    found, _shown = act(client, "sent", entries(cells=GONE))
    assert "由有变为 0" in found["refused"]
    assert submissions(session) == 1
    reason = {"denominator_vanished": "自建系统全部并入省平台"}
    found, _shown = act(client, "sent", entries(cells=GONE, acknowledged=reason, key="attempt-2"))
    assert found["receipt"].startswith("/collect/receipt/")
