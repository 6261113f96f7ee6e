"""Chinese as it is printed, of the program's own sentences; what was given stays as it was."""

from __future__ import annotations

import pytest

from metrics.errors import Message
from metrics.in_print import in_print


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("逾期:应于 2019-10-05 前报送(含当日),迟报 1 天。", "逾期：应于 2019-10-05 前报送（含当日），迟报1天。"),
        ("共 1,200 项,最多 20 字;第 3 行?", "共1,200项，最多20字；第3行？"),
        ("端州区 2019-09 月报", "端州区 2019-09 月报"),
        ("没有 441202 在 PH2 的自查评估", "没有 441202 在 PH2 的自查评估"),
        ("月报!D7 中“a,甲:乙(1 个)”须填写!", "月报!D7 中“a,甲:乙(1 个)”须填写！"),
        ("未按 x(y) 读取(第 2 列)", "未按 x(y) 读取（第2列）"),
        ("70.00 %,目标 ≥ 70 %,期限 10:05", "70.00 %，目标 ≥ 70 %，期限 10:05"),
        ("1, 2: nothing (that is Chinese); 3", "1, 2: nothing (that is Chinese); 3"),
    ],
)
def test_signs_are_wide_beside_chinese_and_counts_without_blanks(typed: str, printed: str) -> None:
    assert in_print(typed) == printed
    assert in_print(printed) == printed  # printed again it stays
    said = Message(typed, "nothing")
    assert (said.in_language("zh"), said.as_dict()["zh"]) == (printed, typed)
