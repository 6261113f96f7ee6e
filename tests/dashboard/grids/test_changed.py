"""What changed, as people write it."""

from __future__ import annotations

import pytest

from dashboard.grids.changed import rule_shown
from dashboard.locale import speaking


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (">= 70 2019-09-30", {"zh": "≥ 70 · 2019年9月30日", "en": "≥ 70 · 30 Sep 2019"}),
        ("== 99.95", {"zh": "= 99.95", "en": "= 99.95"}),
    ],
)
def test_a_rule_is_written_with_its_day_in_words(rule: str, said: dict[str, str]) -> None:
    for language, expected in said.items():
        with speaking(language):
            assert rule_shown(rule) == expected
