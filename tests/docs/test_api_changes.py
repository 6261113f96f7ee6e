"""The list of changes of the API says what a client may stumble on."""

from __future__ import annotations

import pytest

from tests.docs import api_changes
from tests.docs.api_changes import kept_lines


def test_what_is_taken_away_and_what_comes_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = kept_lines()
    assert len(kept) > 1000
    assert len(set(kept)) == len(kept)
    gone, changed = "get /api/v1/units()", "schema Unit.code! string"
    monkeypatch.setattr(api_changes, "kept_lines", lambda: (gone, changed))
    monkeypatch.setattr(api_changes, "present_lines", lambda: ("get /api/v1/new()", "schema Unit.code string"))
    assert api_changes.api_changes().splitlines() == [
        f"- 不再有 removed: `{gone}`",
        f"- 不再有 removed: `{changed}`",
        "- 新增 added: `get /api/v1/new()`",
        "- 新增 added: `schema Unit.code string`",
    ]
    monkeypatch.setattr(api_changes, "present_lines", lambda: (gone, changed))
    assert "None." in api_changes.api_changes()
