"""What is said of corrections: of more than are listed it is known of the newest alone what they turned."""

from __future__ import annotations

import pytest

from dashboard.locale import speaking
from dashboard.pages.corrected import corrections_found


@pytest.mark.parametrize(
    ("n", "listed", "turned", "zh", "en"),
    [
        (1, 1, 0, "1个数据经过更正，判定均未改变", "1 figure was corrected; no verdict changed"),
        (8, 8, 2, "8个数据经过更正，其中2个改变了判定", "8 figures were corrected; the verdict changed for 2 of them"),
        (
            20,
            8,
            0,
            "20个数据经过更正，最新8个中有0个改变了判定",
            "20 figures were corrected; of the newest 8 the verdict changed for 0",
        ),
    ],
)
def test_nothing_is_said_of_verdicts_that_were_not_looked_at(
    n: int, listed: int, turned: int, zh: str, en: str
) -> None:
    for language, words in (("zh", zh), ("en", en)):
        with speaking(language):
            assert corrections_found(n, listed, turned=turned) == words
