"""The due day counts in full."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from metrics.timeliness import timeliness

SHANGHAI = timezone(timedelta(hours=8))
SEPTEMBER = date(2019, 9, 1)


@pytest.mark.parametrize(
    ("submitted", "on_time", "days_late"),
    [
        (datetime(2019, 10, 1, 8, tzinfo=SHANGHAI), True, 0),
        (datetime(2019, 10, 5, 23, 59, 59, tzinfo=SHANGHAI), True, 0),
        (datetime(2019, 10, 6, 0, 0, 0, tzinfo=SHANGHAI), False, 1),
        (datetime(2019, 10, 5, 16, 0, 0, tzinfo=timezone.utc), False, 1),  # noqa: UP017  the offset is the point
        (datetime(2019, 10, 11, 9, tzinfo=SHANGHAI), False, 6),
    ],
)
def test_a_return_is_on_time_until_the_fifth_ends(submitted: datetime, on_time: bool, days_late: int) -> None:
    found = timeliness(submitted, period=SEPTEMBER, due_day=5, timezone="Asia/Shanghai")
    assert (found.on_time, found.days_late) == (on_time, days_late)
