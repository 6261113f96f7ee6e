"""Files of tests that read one database are one worker's; every other file goes by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving import ROOT
from tests.sharing import TOGETHER, scope_of


@pytest.mark.parametrize("folder", TOGETHER)
def test_a_folder_whose_tests_share_is_given_whole(folder: str) -> None:
    files = [str(Path(file).relative_to(ROOT)) for file in (ROOT / folder).glob("test_*.py")]
    assert len(files) > 1
    assert {scope_of(f"{file}::test_one[a/b]") for file in files} == {folder}
    assert scope_of("tests/test_rooms.py::test_one[a::b]") == "tests/test_rooms.py"
