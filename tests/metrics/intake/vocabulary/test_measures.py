"""Units of measure as sheets say them."""

from __future__ import annotations

import pytest

from metrics.intake.vocabulary.names import Vocabulary
from tests.workbooks import city_plan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("单位:百户", ["百户"]), ("单位：万份", ["万份"]), ("(单位:项)", ["项"]), ("计量单位:项、户、工作日", ["项", "户", "工作日"]),
        ("企业开办(单位:百户)", ["百户"]), ("企业开办（百户）", ["百户"]), ("注:企业开办户数以百户计。", ["百户"]), ("以万份为单位", ["万份"]),
        ("本表按百项计", ["百项"]), ("百户", ["百户"]), ("万", ["万"]), ("网上可办率(%)", ["%"]), ("counts in thousands", ["thousands"]),
        ("事项总数(6类依申请)", []), ("以上为截至月末数", []), ("填报单位:某某局", []), ("材料总数(基期)", []), ("单位负责人:", []), ("已按计划完成", []),
    ],
)  # fmt: skip
def test_what_a_text_says_of_measures(text: str, said: list[str]) -> None:
    assert Vocabulary(city_plan()).measures.said(text) == said


@pytest.mark.parametrize("element", [element.code for element in city_plan().elements])
def test_no_elements_own_name_says_another_measure(element: str) -> None:
    vocabulary = Vocabulary(city_plan())
    name = city_plan().element_by_code[element].name
    said = vocabulary.measures.said(name.zh) + vocabulary.measures.said(name.en)
    assert all(vocabulary.is_own_measure(element, part) for part in said)
