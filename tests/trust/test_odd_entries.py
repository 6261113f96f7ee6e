"""Whoever signs may sign anything: an entry of another form is refused in words, and never a traceback."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.observations import COLUMNS, Story, check_observations
from metrics.ledger.verifying.vouched import is_of_a_release

SUBMISSION: dict[str, Any] = {
    "kind": "submission",
    "seq": 1,
    "submission": 1,
    "state": "submitted",
    "unit": "441202",
    "period": "2019-09",
    "revision": 1,
    "recorded_at": "2019-10-01T00:00:00+00:00",
    "reason": "",
    "changed": ["items_total"],
    "values": {"items_total": "1"},
}
RELEASE: dict[str, Any] = {
    "kind": "release",
    "number": 1,
    "seq": 2,
    "stands_on": 1,
    "basis": "all",
    "files": [{"name": "rates.csv", "bytes": 1, "sha256": "00"}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"recorded_at": None},
        {"recorded_at": "0001-01-01T00:00:00+23:00"},
        {"values": {}},
        {"values": None},
        {"changed": [[]]},
        {"reason": 7},
        {"reason": "\ud800"},
        {"unit": []},
    ],
)
def test_a_submission_of_another_form_makes_no_rows(change: dict[str, Any]) -> None:
    file = io.BytesIO(",".join(COLUMNS).encode() + b"\r\n")
    with pytest.raises(Wrong):
        check_observations(file, Story([json.dumps(SUBMISSION | change).encode()], seq=1), {})


@pytest.mark.parametrize("name", [name for name in RELEASE if name != "kind"])
@pytest.mark.parametrize("odd", [None, True, [], {}, "x", -1, [1], [{}], [{"name": 1, "bytes": 1, "sha256": ""}]])
def test_a_release_of_another_form_is_none(name: str, odd: Any) -> None:
    assert is_of_a_release(RELEASE)
    fits = (name, odd) in (("basis", "x"), ("files", []))
    assert is_of_a_release(RELEASE | {name: odd}) is fits
    assert not is_of_a_release({key: value for key, value in RELEASE.items() if key != name})
