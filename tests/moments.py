"""What people write for a moment, and the instant it is, wherever it is read. The plan's time zone is UTC+8."""

from __future__ import annotations

from datetime import UTC, datetime

MOMENTS = {
    "2998-10-05": datetime(2998, 10, 5, 15, 59, 59, 999999, tzinfo=UTC),
    "2998-10-05T18:00": datetime(2998, 10, 5, 10, 0, tzinfo=UTC),
    "2998-10-05 18:00": datetime(2998, 10, 5, 10, 0, tzinfo=UTC),
    "2998-10-05T18:00:30": datetime(2998, 10, 5, 10, 0, 30, tzinfo=UTC),
    "2998-10-05T18:00Z": datetime(2998, 10, 5, 18, 0, tzinfo=UTC),
    "2998-10-05T18:00:00+00:00": datetime(2998, 10, 5, 18, 0, tzinfo=UTC),
    "2998-10-05T18:00:00.250000-05:00": datetime(2998, 10, 5, 23, 0, 0, 250000, tzinfo=UTC),
    "2998-10-05T18:00:00 08:00": datetime(2998, 10, 5, 10, 0, tzinfo=UTC),  # + is a blank in an address
}
NO_MOMENTS = (
    "yesterday",
    "",
    "2998-10",
    "2998-02-30",
    "2998-10-05T",
    "2998-10-05T25:00",
    "２９９８-10-05",
    "2998-10-05T18:00+8",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31",
    "9" * 40,
)
