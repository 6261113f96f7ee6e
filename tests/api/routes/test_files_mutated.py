"""Files with random damage, sent for real: answered in words or recorded whole, never half, never an internal error."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.database import WriteSession
from tests.callers import Caller, stored
from tests.matrices import WHOLE
from tests.sent_files import send
from tests.workbooks import csv_bytes, tidy_rows, wide_rows, xlsx_bytes

UNITS = ["441202", "441203"]
CONTENTS = (
    csv_bytes([*tidy_rows("441202"), *tidy_rows("441203")[1:]]),
    csv_bytes(wide_rows(UNITS), encoding="gb18030"),
    xlsx_bytes([*tidy_rows("441202"), *tidy_rows("441203")[1:]]),
    xlsx_bytes(wide_rows(UNITS)),
)
ODD = (
    "",
    "%",
    "-",
    ",",
    "\n",
    '"',
    "\t",
    "\x00",
    "１",
    "无",
    "合计",
    "2019.1",
    "441204",
    "=1+1",
    "#N/A",
    "9" * 40,
    "1e400",
    "\ud7ff",
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One of the files with bytes changed, taken out or put in, or its end cut off."""
    content = bytearray(draw(st.sampled_from(CONTENTS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        how = draw(st.sampled_from(("change", "insert", "remove", "cut")))
        odd = draw(st.one_of(st.sampled_from(ODD).map(str.encode), st.binary(max_size=8)))
        if how == "cut" and draw(st.booleans()):
            del content[place:]
        elif how == "remove":
            del content[place : place + draw(st.integers(1, 30))]
        elif how == "change":
            content[place : place + len(odd)] = odd
        else:
            content[place:place] = odd
    return bytes(content)


@settings(max_examples=25 if WHOLE else 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(), name=st.sampled_from(("a.xlsx", "a.csv", "九月", "", "a\x00b", "../../x", "a" * 300)))
def test_damage_is_refused_or_recorded_whole(bureau: Caller, session: WriteSession, content: bytes, name: str) -> None:
    before = stored(session)
    looked_over = send(bureau, content, name=name or "x", dry_run=True)
    digest = looked_over.json()["reading"] if looked_over.status_code == 200 else ""
    response = send(bureau, content, name=name or "x", reading=digest)
    assert response.status_code in (200, 201, 400, 409, 412, 422, 428), response.text
    after = stored(session)
    if response.status_code == 201:
        answer = response.json()
        recorded = sum(1 for posted in answer["returns"] if posted["changed"])
        assert after[1] == before[1] + recorded
        assert all(posted["seq"] is not None for posted in answer["returns"])
    else:
        assert after[:2] == before[:2]
