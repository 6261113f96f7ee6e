"""Reading a plan folder: what is refused, and at which place."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from metrics.plan.files import read_plan
from metrics.plan.problems import FILES, PlanInvalid, PlanProblem
from tests.plan_folders import LAKESIDE, problems_of, replace_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small plan, for damaging."""
    return copytree(LAKESIDE, tmp_path / "plan")


def only_problem(folder: Path) -> PlanProblem:
    (problem,) = problems_of(folder)
    return problem


# file, text before the place, what stands there, what is put there, place, code
MISTAKES = {
    "a day that does not exist": (
        "targets.yaml",
        "W-2",
        "due_on: 2024-12-31",
        "due_on: 2024-02-30",
        "targets[W-2].due_on",
        "value_wrong",
    ),
    "a date as a number": (
        "targets.yaml",
        "W-2",
        "due_on: 2024-12-31",
        "due_on: 20241231",
        "targets[W-2].due_on",
        "value_wrong",
    ),
    "a threshold in words": (
        "targets.yaml",
        "W-2",
        "threshold: 12.5",
        "threshold: twelve",
        "targets[W-2].threshold",
        "value_wrong",
    ),
    "a threshold that is no number": (
        "targets.yaml",
        "W-2",
        "threshold: 12.5",
        "threshold: NaN",
        "targets[W-2].threshold",
        "value_wrong",
    ),
    "an infinite threshold": (
        "targets.yaml",
        "W-2",
        "threshold: 12.5",
        "threshold: .inf",
        "targets[W-2].threshold",
        "value_wrong",
    ),
    "an unknown kind": ("targets.yaml", "W-4", "kind: milestone", "kind: hope", "targets[W-4].kind", "value_wrong"),
    "an unknown comparator": (
        "targets.yaml",
        "W-2",
        "comparator: <=",
        "comparator: <",
        "targets[W-2].comparator",
        "value_wrong",
    ),
    "an unknown key": ("targets.yaml", "W-3", "threshold_implied", "implied", "targets[W-3].implied", "key_unknown"),
    "an unknown key deep inside": (
        "form.yaml",
        "water_billed",
        "en: 10⁴ m³",
        "en: 10⁴ m³, fr: x",
        "elements[water_billed].unit_of_measure.fr",
        "key_unknown",
    ),
    "a key given twice": (
        "targets.yaml",
        "W-2",
        "kind: ratio",
        "kind: ratio\n    kind: count",
        "targets[W-2]",
        "key_twice",
    ),
    "a language missing": (
        "tasks.yaml",
        "number: 2",
        ", en: Lose less water",
        "",
        "tasks[2].title.en",
        "key_missing",
    ),
    "a check of no kind": (
        "checks.yaml",
        "checks",
        "- kind: comparison\n    ",
        "- ",
        "checks[smart_within_households]",
        "key_missing",
    ),
    "a check of an unknown kind": (
        "checks.yaml",
        "checks",
        "kind: comparison",
        "kind: guess",
        "checks[smart_within_households]",
        "value_wrong",
    ),
    "a wrong element of a check": (
        "checks.yaml",
        "billed_within",
        "{element: water_billed}",
        "{elements: water_billed}",
        "checks[billed_within_supplied].left.terms[0].element",
        "key_missing",
    ),
    "decimals by the half": (
        "form.yaml",
        "water_supplied",
        "decimals: 2",
        "decimals: 2.5",
        "elements[water_supplied].decimals",
        "value_wrong",
    ),
    "decimals by the dozen": (
        "form.yaml",
        "water_supplied",
        "decimals: 2",
        "decimals: 12",
        "elements[water_supplied].decimals",
        "value_wrong",
    ),
    "a list that is none": ("targets.yaml", "W-2", "tasks: [2]", "tasks: 2", "targets[W-2].tasks", "value_wrong"),
    "a flag that is none": (
        "indicators.yaml",
        "repair",
        "share: true",
        "share: maybe",
        "indicators[repair_rate].share",
        "value_wrong",
    ),
    "a day of the month beyond 28": (
        "document.yaml",
        "",
        "due_day: 10",
        "due_day: 31",
        "document.due_day",
        "value_wrong",
    ),
    "a code with a blank": (
        "units.yaml",
        "",
        "code: OLD-TOWN",
        "code: OLD TOWN",
        "units[OLD TOWN].code",
        "value_wrong",
    ),
    "a second top-level key": ("units.yaml", "", "units:", "cities: []\nunits:", "cities", "key_unknown"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_at_its_place(folder: Path, mistake: str) -> None:
    file, after, old, new, place, code = MISTAKES[mistake]
    replace_in(folder / file, old, new, after=after)
    problems = problems_of(folder)
    assert (file, place, code) in {(problem.file, problem.place, problem.code) for problem in problems}
    assert all(problem.file == file for problem in problems)
    assert all(problem.message.zh and problem.message.en for problem in problems)


# damage to the file `units.yaml` as a whole, and how it is reported
DAMAGES: dict[str, tuple[Callable[[str], bytes], str, str]] = {
    "an anchor used again": (lambda text: (text + "  - &a {code: X}\n  - *a\n").encode(), "line 19", "alias_refused"),
    "a python object": (
        lambda text: (text + "  - !!python/object/apply:os.getcwd []\n").encode(),
        "line 18",
        "tag_refused",
    ),
    "a forced type": (lambda text: (text + "  - !!int 5\n").encode(), "line 18", "tag_refused"),
    "deep nesting": (
        lambda text: (text + "  - " + "[" * 5000 + "]" * 5000 + "\n").encode(),
        "line 18",
        "nested_too_deep",
    ),
    "a list as a name": (lambda text: (text + "  - {[a]: b}\n").encode(), "line 18", "key_not_text"),
    "an open bracket": (lambda text: (text + "  - {code: X\n").encode(), "line 19, column 1", "not_yaml"),
    "two documents": (lambda text: (text + "---\nunits: []\n").encode(), "line 19", "not_yaml"),
    "a control character": (lambda text: (text + "  - {code: \x07}\n").encode(), "", "not_yaml"),
    "another encoding": (lambda text: text.encode("gb18030"), "", "not_utf8"),
    "nothing": (lambda text: b"", "", "not_a_mapping"),
    "a list": (lambda text: b"- a\n", "", "not_a_mapping"),
    "an empty key": (lambda text: b"units:\n", "units", "key_missing"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_by_name(folder: Path, damage: str) -> None:
    spoil, place, code = DAMAGES[damage]
    file = folder / "units.yaml"
    file.write_bytes(spoil(file.read_text(encoding="utf-8")))
    problem = only_problem(folder)
    assert (problem.file, problem.code) == ("units.yaml", code)
    assert problem.place == place


def test_every_mistake_is_reported_at_once(folder: Path) -> None:
    replace_in(folder / "targets.yaml", "threshold: 80", "threshold: many")
    replace_in(folder / "targets.yaml", "threshold: 12.5", "threshold: few")
    replace_in(folder / "tasks.yaml", "line: 12", "line: twelve")
    (folder / "milestones.yaml").unlink()
    found = {(problem.file, problem.place) for problem in problems_of(folder)}
    assert found == {
        ("targets.yaml", "targets[W-1].threshold"),
        ("targets.yaml", "targets[W-2].threshold"),
        ("tasks.yaml", "tasks[3].line"),
        ("milestones.yaml", ""),
    }


def test_a_problem_says_what_stands_there_and_what_was_expected(folder: Path) -> None:
    replace_in(folder / "targets.yaml", "due_on: 2024-06-15", "due_on: mid June")
    problem = only_problem(folder)
    assert problem.pointer == "targets.yaml: targets[W-4].due_on"
    assert problem.given == "mid June"
    assert problem.message.en == "Expected a date YYYY-MM-DD, not mid June."
    assert problem.message.zh == "应为日期 YYYY-MM-DD,所给为“mid June”。"


@pytest.mark.parametrize("name", ["document.yaml", "units.yaml", "form.yaml", "indicators.yaml", "targets.yaml"])
def test_a_needed_file_is_missed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    problem = only_problem(folder)
    assert (problem.file, problem.place, problem.code) == (name, "", "file_missing")


@pytest.mark.parametrize("name", ["groups.yaml", "departments.yaml", "phases.yaml", "decisions.yaml"])
def test_other_files_may_be_left_out(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    read_plan(folder)


def test_a_misnamed_file_is_not_overlooked(folder: Path) -> None:
    (folder / "decision.yaml").write_text("decisions: []\n", encoding="utf-8")
    assert only_problem(folder).code == "file_unknown"


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read_plan(tmp_path / "nowhere")
    assert refused.value.problems[0].code == "folder_missing"


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "groups.yaml").unlink()
    (folder / "groups.yaml").mkdir()
    assert only_problem(folder).code == "file_unreadable"


def test_numbers_do_not_pass_through_float(folder: Path) -> None:
    replace_in(folder / "targets.yaml", "threshold: 12.5", "threshold: 0.1000000000000000055511151231257827")
    thresholds = [target.threshold for target in read_plan(folder).targets]
    assert thresholds[1] == Decimal("0.1000000000000000055511151231257827")


def test_codes_need_no_quotes(folder: Path) -> None:
    replace_in(
        folder / "units.yaml",
        "  - code: OLD-TOWN",
        "  - {code: 0441, kind: district, name: {zh: 乙, en: B}, parent: LAKESIDE, order: 9}\n  - code: OLD-TOWN",
    )
    assert "0441" in {unit.code for unit in read_plan(folder).units}


def test_a_byte_order_mark_is_accepted(folder: Path) -> None:
    file = folder / "units.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    read_plan(folder)


def test_every_field_of_a_plan_has_its_file() -> None:
    assert len({field for fields in FILES.values() for field in fields}) == 15
