"""Files that the documents name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.serving import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(ROOT / "docs").glob("*.md"),
    ROOT / "benchmarks" / "README.md",
]
NAMED = re.compile(r"`((?:api|benchmarks|dashboard|docs|metrics|migrations|seed|tests)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    if document.name == "decisions.md":
        text = text[text.rindex("\n## 113. ") :]  # the words of earlier ones stay, and so do the paths in them
    assert [path for path in NAMED.findall(text) if not (ROOT / path).exists()] == []
