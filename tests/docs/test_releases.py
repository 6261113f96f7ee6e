"""docs/releases.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from metrics.publish.release_files import IN_ENGLISH_TOO, RELEASED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")


def test_the_files_named_are_those_that_are_released() -> None:
    section = PAGE.partition("## 内容")[2].partition("\n## ")[0]
    named = re.findall(r"`(\w+)\.csv`", section)
    assert sorted(set(named) - {"dataset"}) == sorted(RELEASED)
    assert set(IN_ENGLISH_TOO) < set(RELEASED)
