"""What the documents draw from the code is as the code is now."""

from __future__ import annotations

import pytest

from tests.docs.sections import SECTIONS, drawn
from tests.serving import ROOT


@pytest.mark.parametrize("path", SECTIONS)
def test_drawn_sections_are_as_the_code_is_now(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == drawn(path), "`make docs` draws them anew"
