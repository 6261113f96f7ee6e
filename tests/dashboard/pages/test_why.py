"""“Why this colour?”: the formula with its numbers, the units in a rolled-up figure, what is owed, rules in words."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.locale import speaking
from dashboard.pages.why import rule_name
from dashboard.words.figures import signed, unsigned
from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.plan.model import Owed
from metrics.plan.store import plan_at
from metrics.queries.parts_of_rate import parts_of_rate
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.view import view_at
from metrics.verdicts.verdict_table import RULES
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, why_body

MONTH = date(2019, 9, 1)


def explained(client: TestClient, fragment: str, search: str = "?month=2019-09") -> Any:
    answer = client.post(CALLBACKS, json=why_body(fragment, search=search))
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]["why"]["children"]


def facts(tree: Any) -> dict[str, str]:
    (listed,) = of_class(tree, "facts")
    texts = [said(node) for node in nodes(listed) if node["type"] in ("Dt", "Dd")]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def test_every_count_of_a_formula_is_put_in(evaluator: TestClient, submissions: WriteSession) -> None:
    found = facts(explained(evaluator, "#why=441202/TG-05B"))["代入数字"]
    single, sums = re.fullmatch(r"(.+ ÷ .+) = (.+ ÷ .+ × 100) = [\d.]+ %", found).groups()  # type: ignore[union-attr]
    below = re.search(r"÷ \(([\d,]+) − ([\d,]+)\)$", single)
    assert below is not None, found
    total, exempt = (int(count.replace(",", "")) for count in below.groups())
    assert sums == f"699 ÷ {total - exempt:,} × 100"


def test_a_clerk_is_not_told_the_single_counts_of_another_unit(clerk: TestClient, submissions: WriteSession) -> None:
    assert "(" in facts(explained(clerk, "#why=441202/TG-05B"))["代入数字"]
    assert "(" not in facts(explained(clerk, "#why=441203/TG-05B"))["代入数字"]


def test_a_rolled_up_figure_names_every_unit_in_it(evaluator: TestClient, submissions: WriteSession) -> None:
    record(submissions, "441223", "2019-07", items_online=500)
    tree = explained(evaluator, "#why=441200/TG-05A")
    (table,) = of_class(tree, "made-of")
    rows = {said(row["props"]["children"][0]): said(row) for row in nodes(table) if row["type"] == "Tr"}
    assert "2019年9月699 ÷ 1,00069.90暂未审核" in rows["端州区"]
    assert "2019年7月（沿用）500 ÷ 1,000" in rows["广宁县"]
    assert rows["高要区"].endswith("———未报")
    hrefs = {said(node): node["props"]["href"] for node in nodes(table) if "href" in node["props"]}
    assert hrefs["端州区"] == "#why=441202/TG-05A"
    assert hrefs["广宁县"] == "/?month=2019-07#why=441223/TG-05A"


@pytest.mark.parametrize("indicator", ["online_rate", "instant_rate"])
def test_the_parts_add_up_to_the_sum_at_every_moment(submissions: WriteSession, indicator: str) -> None:
    record(submissions, "441223", "2019-07", items_online=500)
    for seq in (newest_seq(submissions) - 2, None):
        view = view_at(submissions, as_of=seq)
        found = view.plan.indicator_by_code[indicator]
        parts = parts_of_rate(submissions, view, unit="441200", period=MONTH, indicator=found)
        (city,) = rates_by_unit(submissions, view, wanted=Wanted(["441200"], [indicator], MONTH, MONTH))
        there = [part for part in parts if part.rate.reported]
        assert sum(part.rate.numerator or 0 for part in there) == city.numerator
        assert sum(part.rate.denominator or 0 for part in there) == city.denominator
        assert sum(part.carried for part in there) == city.units_carried
        assert len(there) == city.units_reported + city.units_carried


def test_who_has_not_reported_is_told_until_when_it_had_to(evaluator: TestClient, submissions: WriteSession) -> None:
    found = facts(explained(evaluator, "#why=441204/TG-05A"))
    assert found["应报时间"] == "2019年10月5日前"
    assert found["最近一次填报"] == "从未填报"
    assert found["判定规则"] == "未报：没有应报的月报，不作判定"
    voluntary = facts(explained(evaluator, "#why=ZQ-YUEGUI/TG-05A"))
    assert "应报时间" not in voluntary


def seldom(session: WriteSession, *blocks: str) -> None:
    """These blocks of the form are owed each quarter from now on."""
    plan = plan_at(session)
    elements = tuple(
        one.model_copy(update={"owed": Owed.QUARTER}) if one.block in blocks else one for one in plan.elements
    )
    load_plan(session, plan.model_copy(update={"elements": elements}), actor="test")


def test_a_figure_that_stands_is_explained_by_the_submission_that_said_it(
    evaluator: TestClient, session: WriteSession
) -> None:
    """Exemptions and items came again in October; what is judged is September's rate, of September's counts alone."""
    seldom(session, "online")
    record(session, "441202", "2019-09", items_online=699)
    record(session, "441202", "2019-10", items_online=None, items_full_online=None, items_total=1010)
    found = facts(explained(evaluator, "#why=441202/TG-05B", "?month=2019-10"))
    assert found["数据所属"].startswith("2019年9月")
    total, exempt = re.search(r"÷ \(([\d,]+) − ([\d,]+)\) =", found["代入数字"]).groups()  # type: ignore[union-attr]
    assert int(total.replace(",", "")) == 1000
    assert f"= 699 ÷ {1000 - int(exempt):,} ×" in found["代入数字"]
    (table,) = of_class(explained(evaluator, "#why=441200/TG-05B", "?month=2019-10"), "made-of")
    assert "端州区2019年9月699 ÷" in said(table)


def test_what_is_owed_by_the_quarter_was_due_after_its_last_month(evaluator: TestClient, session: WriteSession) -> None:
    seldom(session, "online")
    record(session, "441202", "2019-06", items_online=699)
    record(session, "441202", "2019-10", items_online=None, items_full_online=None)
    tree = explained(evaluator, "#why=441202/TG-05A", "?month=2019-10")
    assert "该单位未报2019年9月应报的数据" in said(tree)
    found = facts(tree)
    assert found["应报时间"] == "2019年10月5日前"
    assert found["最近一次填报"] == "2019年6月"
    assert found["数据所属"].startswith("2019年9月")


@pytest.mark.parametrize(("search", "title"), [("", "为何是这个颜色？"), ("?lang=en", "Why this colour?")])
def test_its_title_is_in_the_language_of_the_page(
    evaluator: TestClient, submissions: WriteSession, search: str, title: str
) -> None:
    answer = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", search=search))
    assert answer.json()["response"]["why"]["title"] == title


def test_every_rule_has_a_name_in_words(spoken: str) -> None:
    assert len(RULES) == 12
    assert len({rule_name(name) for name in RULES}) == 12
    assert not any(name in rule_name(name) for name in RULES if "_" in name)


def test_a_difference_too_small_for_two_decimals_is_not_written_as_none() -> None:
    with speaking("en"):
        assert [signed(Fraction(part, 1000)) for part in (3, -3, 0, 5)] == ["<+0.01", "−0.01", "0.00", "+0.01"]
        assert [unsigned(Fraction(part, 1000)) for part in (3, -3, 0)] == ["0.01", "0.01", "0.00"]


def test_an_evaluator_revises_the_units_target_from_its_verdict(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    def ways(verdict: str, search: str = "?lang=en") -> set[str]:
        answer = evaluator.post(CALLBACKS, json=why_body(f"#why={verdict}", "/", search)).json()
        links = nodes(answer["response"]["why"]["children"])
        return {found for node in links if "/revise" in (found := str(node["props"].get("href")))}

    assert ways("441202/TG-05B") == {"/targets/TG-05B/revise?lang=en&unit=441202"}
    assert ways("441200/TG-05B") == {"/targets/TG-05B/revise?lang=en"}
    assert ways("441202/TG-05B", "?as_of=3&lang=en") == set()
