"""docs/operations.md names every setting that there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metrics.settings import Settings
from tests.serving import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SETTINGS = {f"BIAOCHI_{field.upper()}" for field in Settings.model_fields}


def named(first: str, *others: str) -> Iterator[str]:
    """The names of a row: `BIAOCHI_SMTP_HOST`, `_PORT` are two."""
    yield first
    for other in others:
        begun = [first[: place.start()] + other for place in re.finditer("_", first)]
        known = [name for name in begun if name in SETTINGS]
        yield (
            other if other.startswith("BIAOCHI_") or not known else known[-1]
        )  # of `_PORT` the one that has most in common


def test_every_setting_has_its_row_and_every_row_a_setting() -> None:
    rows = re.findall(r"^\| (`BIAOCHI_[^|]*) \|", PAGE, re.MULTILINE)
    assert sorted(name for row in rows for name in named(*re.findall(r"`(\w+)`", row))) == sorted(SETTINGS)
