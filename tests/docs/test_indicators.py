"""docs/indicators.md says what the plan's files say: every indicator, its formula, and every line it is held to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metrics.plan.model import Direction, Indicator, LinearForm, Target
from tests.plan_folders import SEED, plan_in, written

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")
PLAN = plan_in(SEED)
SIGN = {">=": "≥", "<=": "≤", "==": "="}

_indicators, _, _unmeasured = PAGE.partition("## 有数字而不计算的目标")
HEADINGS = re.findall(r"^### (.+)$", _indicators, re.MULTILINE)
SECTIONS = dict(re.findall(r"^### (\w+) .*?\n(.*?)(?=^### |\Z)", _indicators, re.MULTILINE | re.DOTALL))


def formula(indicator: Indicator) -> str:
    def side(form: LinearForm) -> str:
        return f"({written(form)})" if " " in written(form) else written(form)

    scale = "" if indicator.scale == 1 else f"{indicator.scale} × "
    return f"{scale}{side(indicator.numerator)} ÷ {side(indicator.denominator)}"


def line(target: Target) -> str:
    """``≥ 70 %``, and whether and how the document prints it."""
    assert target.comparator
    assert target.unit_of_measure
    text = f"{SIGN[target.comparator]} {target.threshold} {target.unit_of_measure.en}"
    if target.printed:
        printed = target.printed
        return f"{text} (implied; printed {SIGN[printed.comparator]} {printed.threshold} {printed.unit_of_measure.en})"
    return f"{text} (implied)" if target.threshold_implied else text


def row(target: Target, *, with_window: bool) -> list[str]:
    window = target.verification_window
    clause = "<br>".join(f"{citation.line}: {citation.quote}" for citation in target.citations)
    cells = [target.code, f"{target.name.zh}<br>{target.name.en}", line(target), str(target.due_on or "—")]
    return [*cells, *([f"{window.start} … {window.end}" if window else "—"] if with_window else []), clause]


def rows_in(text: str) -> list[list[str]]:
    found = re.findall(r"^\| (TG-.+) \|$", text, re.MULTILINE)
    return [cells.split(" | ") for cells in found]


def test_the_page_describes_just_the_indicators_there_are() -> None:
    titles = [f"{i.code} · {i.name.zh} · {i.name.en}{' ★' if i.core else ''}" for i in PLAN.indicators]
    assert titles == HEADINGS


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda indicator: indicator.code)
def test_formula_unit_and_direction(indicator: Indicator) -> None:
    unit = " / ".join(dict.fromkeys([indicator.unit_of_measure.zh, indicator.unit_of_measure.en]))
    better = "越高越好 / higher is better" if indicator.direction is Direction.HIGHER else "越低越好 / lower is better"
    assert f"**`{formula(indicator)}`** · {unit} · {better}" in SECTIONS[indicator.code]


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda indicator: indicator.code)
def test_elements_with_name_unit_and_nature(indicator: Indicator) -> None:
    elements = [PLAN.element_by_code[code] for code in indicator.elements]
    lines = [f"`{e.code}` {e.name.zh} / {e.name.en} ({e.unit_of_measure.zh}, {e.nature.value})" for e in elements]
    assert re.findall(r"^- (.+)$", SECTIONS[indicator.code], re.MULTILINE) == lines


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda indicator: indicator.code)
def test_targets_with_number_dates_and_clause(indicator: Indicator) -> None:
    bound = [target for target in PLAN.targets if target.indicator == indicator.code]
    section = SECTIONS[indicator.code]
    assert rows_in(section) == [row(target, with_window=True) for target in bound]
    assert ("the plan sets no target for it" in section) == (not bound)
    exclusions = re.findall(r"^Exclusion of (\S+): `(\w+)` (\S+), (.+?) / ", section, re.MULTILINE)
    assert exclusions == [(t.code, x.element, x.code, x.name.zh) for t in bound for x in t.exclusions]


@pytest.mark.parametrize("indicator", PLAN.indicators, ids=lambda indicator: indicator.code)
def test_definition_and_pitfalls_in_both_languages(indicator: Indicator) -> None:
    assert indicator.note
    for text in (indicator.definition, indicator.note):
        assert text.zh in SECTIONS[indicator.code]
        assert text.en in SECTIONS[indicator.code]


def test_numbers_without_an_indicator_are_listed() -> None:
    unmeasured = [target for target in PLAN.targets if target.indicator is None and target.threshold is not None]
    assert rows_in(_unmeasured) == [row(target, with_window=False) for target in unmeasured]
    assert len(unmeasured) == 10
