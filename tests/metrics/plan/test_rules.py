"""Checking a plan: each kind of mistake is found, at its place, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import metrics.plan.rules
from metrics.plan.files import read_plan, source_text
from metrics.plan.model import Plan
from metrics.plan.problems import FILE_OF
from metrics.plan.rules import check_plan
from metrics.plan.sentences import SENTENCES
from tests.matrices import WHOLE
from tests.plan_folders import LAKESIDE, SEED, changed, plan_in, problems_of, replace_in, source_in, steps_in

with (Path(__file__).parent / "mistakes.yaml").open(encoding="utf-8") as file:
    MISTAKES: list[dict[str, str]] = yaml.load(file, yaml.BaseLoader)["mistakes"]  # noqa: S506  makes texts only


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{row['code']}-{row['place']}" for row in MISTAKES])
def test_a_mistake_is_found_at_its_place(tmp_path: Path, mistake: dict[str, str]) -> None:
    folder = copytree(SEED, tmp_path / "plan")
    damaged = folder / mistake["file"]
    replace_in(damaged, mistake["replace"], mistake["by"], after=mistake.get("behind", ""))
    if "dropped:" in mistake["by"]:  # the key that takes up what stood there before
        emptied = re.sub(
            r"^( *)dropped:\n(?:\1 +.*\n|\n)+", "", damaged.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        damaged.write_text(emptied, encoding="utf-8")
    problems = problems_of(folder)
    found = [problem for problem in problems if (problem.code, problem.place) == (mistake["code"], mistake["place"])]
    assert found, [(problem.code, problem.pointer) for problem in problems]
    named = FILE_OF[re.split(r"[.\[]", mistake["place"])[0]]
    assert all(problem.pointer == f"{named}: {mistake['place']}" for problem in found)
    assert all("{" not in problem.message.zh + problem.message.en for problem in found)


def test_a_root_with_nothing_below_it_is_found(tmp_path: Path) -> None:
    folder = copytree(LAKESIDE, tmp_path / "plan")
    replace_in(folder / "document.yaml", "root_unit: LAKESIDE", "root_unit: REED-ISLAND")
    replace_in(folder / "units.yaml", "    parent: LAKESIDE\n", "", after="REED-ISLAND")
    found = {(problem.code, problem.place) for problem in problems_of(folder)}
    assert found == {("root_without_children", "units[REED-ISLAND]"), ("second_root", "units[LAKESIDE].parent")}


def test_a_due_day_that_rolls_needs_a_holiday_table(tmp_path: Path) -> None:
    folder = copytree(LAKESIDE, tmp_path / "plan")
    replace_in(folder / "document.yaml", "due_day: 10", "due_day: 10\n  due_rolls_forward: true")
    found = [(problem.code, problem.place) for problem in problems_of(folder)]
    assert found == [("calendar_needed", "document.due_rolls_forward")]


def test_every_sentence_is_used_and_every_rule_has_an_example() -> None:
    here = Path(metrics.plan.rules.__file__).parent
    rules = "".join(file.read_text(encoding="utf-8") for file in here.glob("*.py"))
    reading = (here.parent / "files.py").read_text(encoding="utf-8")
    in_rules = {code for code in SENTENCES if f'"{code}"' in rules}
    elsewhere = {"root_without_children", "calendar_needed"}
    assert {mistake["code"] for mistake in MISTAKES} | elsewhere == in_rules
    assert set(SENTENCES) - in_rules <= {code for code in SENTENCES if f'"{code}"' in reading}


def test_several_mistakes_are_all_found(tmp_path: Path) -> None:
    folder = copytree(LAKESIDE, tmp_path / "plan")
    replace_in(folder / "targets.yaml", "indicator: repair_rate", "indicator: repairs")
    replace_in(folder / "units.yaml", "lies_in: NORTH-SHORE", "lies_in: NORTH")
    replace_in(folder / "notice.txt", "管网漏损率不高于12.5%", "管网漏损率不高于13%")
    found = {problem.place for problem in check_plan(read_plan(folder), source_text(folder))}
    assert found == {"targets[W-3].indicator", "units[REED-ISLAND].lies_in", "targets[W-2].citations[0].quote"}


def test_a_quote_found_on_another_line_says_so(tmp_path: Path) -> None:
    folder = copytree(LAKESIDE, tmp_path / "plan")
    replace_in(folder / "targets.yaml", "line: 8", "line: 4")
    (problem,) = problems_of(folder)
    assert problem.message.en == "Line 4 does not say 管网漏损率不高于12.5% (line 8 does)."
    assert problem.message.zh == "第 4 行没有“管网漏损率不高于12.5%”(第 8 行有)。"


def test_quotes_are_compared_whatever_their_width() -> None:
    quote = plan_in(LAKESIDE).targets[0].citations[0].quote
    assert "\uff0c" in quote  # full-width there, half-width in the source text
    assert quote not in source_in(LAKESIDE)
    assert check_plan(plan_in(LAKESIDE), source_in(LAKESIDE)) == ()


def test_a_milestone_may_leave_its_line_open(tmp_path: Path) -> None:
    folder = copytree(LAKESIDE, tmp_path / "plan")
    replace_in(folder / "milestones.yaml", "line: 7, ", "")
    assert problems_of(folder) == ()
    replace_in(folder / "milestones.yaml", "raw: 2024年12月底前", "raw: 2024年11月底前")
    assert [problem.code for problem in problems_of(folder)] == ["line_missing"]


_BODY: dict[str, Any] = plan_in(SEED).model_dump(mode="json")
_REFERENCES = {"parent", "lies_in", "merged_into", "block", "element", "indicator", "root_unit"}
_LISTS = {"scope_units", "gates", "task_gates", "expands_to", "named_units", "modelled_in"}


def _is_reference(path: tuple[str | int, ...], value: object) -> bool:
    if not isinstance(value, str) or not path:
        return False
    in_list = len(path) > 1 and path[-2] in _LISTS
    named = path[-1] in _REFERENCES or (path[-1] == "code" and len(path) > 3 and path[-3] in {"leads", "responsible"})
    return in_list or named


_PATHS = [path for path, value in steps_in(_BODY) if _is_reference(path, value)]
_QUOTES = [path for path, _ in steps_in(_BODY) if path and path[-1] in {"quote", "text_zh", "raw"}]
_LINES = [path for path, _ in steps_in(_BODY) if path and path[-1] == "line"]
_TEXTS = [path for path, _ in steps_in(_BODY) if path and path[-1] in {"zh", "en"}]


_SAMPLED = settings(max_examples=200 if WHOLE else 15)  # each example checks the whole plan


def _problems_with(path: tuple[str | int, ...], value: object) -> set[str]:
    plan = Plan.model_validate(changed(_BODY, path, value))
    return {problem.place for problem in check_plan(plan, source_in(SEED))}


def _end_of(path: tuple[str | int, ...]) -> str:
    """The last steps of `path` as a place ends: ``.terms[1].element``."""
    within = path[2:] if isinstance(path[1], int) else path[1:]  # the document is one part, not a list of them
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in within)


def test_references_are_many() -> None:
    assert len(_PATHS) > 900
    assert len(_QUOTES) > 200


@_SAMPLED
@given(st.sampled_from(_PATHS))
def test_a_reference_to_nothing_is_found(path: tuple[str | int, ...]) -> None:
    places = _problems_with(path, "NO-SUCH-THING")
    assert any(place.endswith(_end_of(path)) for place in places), path


@_SAMPLED
@given(st.sampled_from(_QUOTES), st.sampled_from(["x", "\u3002\u3002", "\u4e00\u4e8c\u4e09\u56db"]))
def test_a_quote_with_something_added_is_found(path: tuple[str | int, ...], added: str) -> None:
    value: Any = _BODY
    for step in path:
        value = value[step]
    assert any(place.endswith(_end_of(path)) for place in _problems_with(path, value + added)), path


@_SAMPLED
@given(st.sampled_from(_LINES), st.sampled_from([-1, 1, 10_000]))
def test_a_line_next_to_the_right_one_is_found(path: tuple[str | int, ...], shift: int) -> None:
    value: Any = _BODY
    for step in path:
        value = value[step]
    assert _problems_with(path, value + shift), path


@_SAMPLED
@given(st.sampled_from(_TEXTS), st.sampled_from(["", " ", "\u3000"]))
def test_a_text_in_one_language_only_is_found(path: tuple[str | int, ...], blank: str) -> None:
    place = _end_of(path[:-1])
    assert any(found.endswith(place) for found in _problems_with(path, blank)), path
