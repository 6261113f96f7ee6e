"""Files as offices sent them (tests/intake_corpus/sent): what each means, read from the sheet by eye.

Unlike the families, these come from outside: nothing here has made them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from metrics.intake.file_reading import FileReading
from metrics.intake.isolated_process import read_bytes
from metrics.intake.reading import reading_of
from metrics.intake.refusals import FileRefused
from tests.workbooks import city_plan

FOLDER = Path(__file__).parents[2] / "intake_corpus" / "sent"
SYSTEMS = {"systems_due": "12", "systems_connected": "9"}
FORM = {
    "items_total": "759",
    "items_licensing": "267",
    "items_payment": "33",
    "items_confirmation": "115",
    "items_reward": "18",
    "items_adjudication": "7",
    "items_public_service": "319",
    "items_online": "721",
    "items_full_online": "333",
    "items_one_window": "668",
    "items_instant": "270",
    "startups": "98",
    "startup_days": "86.3",
}
FEBRUARY, JUNE = {"441225/2021-02": FORM}, {"441202/2026-06": SYSTEMS}


@dataclass(frozen=True)
class Means:
    """`stops`: codes and cells that refuse the file; else `asks`: ids of its questions, and what is read."""

    submissions: dict[str, dict[str, str]] = field(default_factory=dict)
    stops: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def stops(*problems: str) -> Means:
    return Means(stops=problems)


def asks(question: str, submissions: dict[str, dict[str, str]] = FEBRUARY) -> Means:
    return Means(submissions, asks=(question,))


MEANING = {
    "capital-shared-strings.xlsx": Means(JUNE),
    "cell-struck-out.xlsx": stops("value_struck 报送表!D15"),
    "colour-with-hash.xlsx": Means(JUNE),
    "correction-column.xlsx": asks("correction_column@报送表!E3"),
    "element-name-typo.xlsx": stops("element_unknown 报送表!B7"),
    "empty-fill.xlsx": Means(JUNE),
    "escaped-carriage-return.xlsx": Means(JUNE),
    "figures-without-heading.csv": stops("column_unnamed D2"),
    "form-second-figures-without-heading.xlsx": stops("column_unnamed Sheet!C3"),
    "format-appends-zero.xlsx": stops("value_shown_otherwise 报送表!D15"),
    "format-approximately.xlsx": stops("value_shown_otherwise 报送表!D15"),
    "formula-empty-text.xlsx": stops("value_blank 月报!D3"),
    "formula-placeholder-zero.xlsx": stops("value_uncalculated 月报!D2", "value_uncalculated 月报!D3"),
    "heading-is-the-month.xlsx": Means(FEBRUARY),
    "measure-column-hundreds.xlsx": stops("measure_differs 报送表!C15"),
    "measure-column-ten-thousands.csv": stops("measure_differs D3", "measure_differs D4"),
    "measure-in-corner-note.xlsx": stops("measure_differs 报送表!D1"),
    "measure-in-group-heading.xlsx": stops("measure_differs Sheet!C1"),
    "merged-heading-last-this.xlsx": stops("heading_twice Sheet!D3", "heading_twice Sheet!F3"),
    "rich-text-strike.xlsx": stops("value_partly_struck 报送表!D15"),
    "rich-text-superscript.xlsx": stops("value_partly_struck 报送表!D15"),
    "row-height-zero.xlsx": stops("cell_hidden 报送表!D8"),
    "second-heading-row-centred.xlsx": stops("row_between Sheet!C2"),
    "second-heading-row-cumulative.xlsx": stops("row_between Sheet!C2"),
    "second-heading-row-last-this.csv": stops("row_between C2"),
    "sheet-name-other-month.xlsx": asks("title_month@1月!A3"),
    "stray-far-cell.xlsx": stops("file_too_long 月报!XFD3"),
    "strict-ooxml.xlsx": Means(JUNE),
    "tidy-total.csv": Means({"441202/2026-09": SYSTEMS}),
    "title-only.csv": Means(FEBRUARY),
    "title-other-county.xlsx": asks("title_unit@报送表!A1"),
    "two-column-form.xlsx": Means(FEBRUARY),
    "two-departments-equal.csv": stops("rows_differ_unread C3"),
    "unit-with-seal.xlsx": Means(FEBRUARY),
    "year-workbook.xlsx": asks(
        "several_months@1月!B4", {"441225/2021-01": FORM | {"items_instant": "275"}, **FEBRUARY}
    ),
}


def read(name: str) -> FileReading | str:
    """The file as it is read, or why it was refused before anything was."""
    try:
        grid = read_bytes((FOLDER / name).read_bytes())
    except FileRefused as refused:
        where = refused.about
        assert (where["row"], where["column"]) == (3, 16384)  # XFD3
        return f"{refused.code} {where['sheet']}!XFD3"
    return reading_of(grid, city_plan(), name=name, sha256="")


def test_every_file_has_its_meaning() -> None:
    assert sorted(MEANING) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", sorted(MEANING))
def test_a_sent_file_is_answered_as_it_is_meant(name: str) -> None:
    right, found = MEANING[name], read(name)
    if isinstance(found, str):
        assert (found,) == right.stops
        return
    problems = {f"{problem.code} {problem.cell}" for problem in found.problems}
    assert problems >= set(right.stops)
    assert bool(problems) == bool(right.stops)
    assert tuple(question.id for question in found.questions) == right.asks
    if not right.stops:
        assert {sent.key: dict(sent.values) for sent in found.submissions} == right.submissions


def test_a_total_below_a_tidy_table_is_left_out_and_said() -> None:
    found = read("tidy-total.csv")
    assert isinstance(found, FileReading)
    assert [(notice.code, notice.row) for notice in found.notices] == [("row_total", 4)]


def test_one_wrong_character_has_the_nearest_name_proposed() -> None:
    found = read("element-name-typo.xlsx")
    assert isinstance(found, FileReading)
    assert "行政确认事项数" in found.problems[0].message.zh
    assert "行政确认事项数" in found.problems[0].message.en
