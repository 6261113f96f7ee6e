"""Slides of pages: one click from the page, every figure as in the CSV, for whom the page is."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from pptx import Presentation
from starlette.testclient import TestClient

from dashboard.pages.compare_slide import MOST_BARS
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.results import Light
from metrics.slides.slide import MOST_ROWS
from tests.dashboard.conftest import set_light
from tests.dashboard.drawn import nodes, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision

COMPARED = ("441202", "441203", "441204")
COMPARE = "/compare?" + "&".join(f"unit={code}" for code in COMPARED)
PAGES = ("/", "/targets/TG-05A", "/targets/TG-05A/moved", "/units/441202", "/leaderboard", COMPARE, "/changes")


def slide(client: TestClient, page: str) -> Any:
    """The one slide of the file, taken by the link on the page."""
    path, _, search = page.partition("?")
    tree = window(client, path, f"?{search}")
    hrefs = [str(n["props"].get("href")) for n in nodes(tree) if str(n["props"].get("href")).startswith("/slides/")]
    assert [href.split("/")[2] for href in hrefs] == ["pptx", "docx", "pdf"]
    answer = client.get(hrefs[0])
    assert answer.status_code == 200, answer.text
    (found,) = Presentation(io.BytesIO(answer.content)).slides
    (title,) = [said(node) for node in nodes(tree) if node["type"] == "H1"]
    assert found.shapes.title.text_frame.text.replace("\u00a0", " ") == title
    return found


def assert_no_slide(client: TestClient, page: str) -> None:
    """Nor a way to one."""
    path, _, search = page.partition("?")
    tree = window(client, path, f"?{search}")
    assert not [n for n in nodes(tree) if str(n["props"].get("href")).startswith("/slides/")], page
    assert client.get(f"/slides/pptx{page}").status_code == 404


def table_of(found: Any) -> list[list[str]]:
    (table,) = [shape.table for shape in found.shapes if shape.has_table]
    return [[cell.text for cell in row.cells] for row in table.rows][1:]


def bars_of(found: Any) -> dict[str, float | None]:
    (chart,) = [shape.chart for shape in found.shapes if shape.has_chart]
    plot = chart.plots[0]
    return dict(zip(plot.categories, plot.series[0].values, strict=True))


def words_of(found: Any) -> str:
    return " ".join(s.text_frame.text.replace("\xa0", " ") for s in found.shapes if s.has_text_frame)


def rows_of(client: TestClient, href: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/api/v1/{href}").text)))


def plain(text: str) -> str:
    return "0.00" if text.startswith("<") else text.replace("−", "-").lstrip("+")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_that_of_the_file(evaluator: TestClient, submissions: WriteSession, language: str) -> None:
    month, lang = "month=2019-09", f"lang={language}"
    found = slide(evaluator, f"/targets/TG-05A?{month}&{lang}")
    rows = {row["unit_name"]: row for row in rows_of(evaluator, f"progress.csv?target=TG-05A&on=2019-09-30&{lang}")}
    cells = table_of(found)
    assert len(cells) == 12
    for name, _rank, value, gap, _status in cells:
        assert [plain(value), plain(gap)] == [rows[name]["value"], rows[name]["gap"]] or not rows[name]["value"]
    for category, bar in bars_of(found).items():
        name = category.split(" ", 1)[1].partition(" (")[0]
        known = next(row["value"] for unit, row in rows.items() if unit.startswith(name))
        assert bar == (float(known) if known else None)

    found = slide(evaluator, f"/targets/TG-05A/moved?{month}&{lang}")
    rows = {
        row["unit_name"]: row for row in rows_of(evaluator, f"contributions.csv?target=TG-05A&period_to=2019-09&{lang}")
    }
    for name, *effects, _state in table_of(found):
        told = [rows[name][column] for column in ("contribution", "rate_effect", "denominator_effect")]
        assert [plain(effect) for effect in effects] == told
    assert bars_of(found) == {name: float(rows[name]["contribution"]) for name in bars_of(found)}

    found = slide(evaluator, f"/units/441202?{month}&{lang}")
    rows = {row["value"]: row for row in rows_of(evaluator, f"progress.csv?unit=441202&on=2019-09-30&{lang}")}
    assert {value for _name, value, *_rest in table_of(found)} <= rows.keys()
    assert {f"{value:.2f}" for value in bars_of(found).values() if value is not None} <= rows.keys()

    found = slide(evaluator, f"/leaderboard?{month}&{lang}")
    rows = {row["unit_name"]: row for row in rows_of(evaluator, f"leaderboard.csv?period=2019-09&{lang}")}
    for name, rank, score, _movement in table_of(found):
        assert (rank if rank.isdigit() else "", score.strip("—")) == (rows[name]["rank"], rows[name]["score"])
    for name, short in bars_of(found).items():
        known = rows[name]["score"]
        assert short == (float(1 - Decimal(known)) if known else None)

    found = slide(evaluator, f"/?{month}&{lang}")
    stages = [row for row in rows_of(evaluator, f"commitments.csv?on=2019-09-30&{lang}") if row["current"] == "true"]
    assert [row[1] for row in table_of(found)] == [row["value"] for row in stages]
    assert [row[4] for row in table_of(found)] == [f"{row['units_met']} / {row['units_judged']}" for row in stages]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_units_side_by_side_have_the_figures_of_the_file(
    evaluator: TestClient, submissions: WriteSession, language: str
) -> None:
    found = slide(evaluator, f"{COMPARE}&month=2019-09&lang={language}")
    query = "&".join(f"unit={code}" for code in COMPARED)
    rows = rows_of(evaluator, f"comparison.csv?{query}&on=2019-09-30&lang={language}")
    told = {code: [row["value"] for row in rows if row["unit_code"] == code] for code in COMPARED}
    cells = table_of(found)
    assert len(cells) == MOST_ROWS < len(told["441202"])
    for place, code in enumerate(COMPARED, start=1):
        shown = Counter(figure for row in cells if (figure := row[place].split(" ", 1)[1])[0].isdigit())
        assert shown <= Counter(told[code]), code
        assert shown or not any(told[code])
    (chart,) = [shape.chart for shape in found.shapes if shape.has_chart]
    assert not chart.has_legend
    assert (
        len([shape for shape in found.shapes if shape.has_text_frame and shape.text.count("■ ") == len(COMPARED)]) == 1
    )
    for series, code in zip(chart.plots[0].series, COMPARED, strict=True):
        assert {f"{value:.2f}" for value in series.values if value is not None} <= set(told[code])
    assert len(list(chart.plots[0].categories)) * len(COMPARED) <= MOST_BARS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_turned_is_counted_and_listed_as_in_the_file(
    evaluator: TestClient, submissions: WriteSession, language: str
) -> None:
    found = slide(evaluator, f"/changes?month=2019-09&lang={language}")
    rows = [row for row in rows_of(evaluator, f"changes.csv?on=2019-09-30&lang={language}") if row["kind"] == "status"]
    (chart,) = [shape.chart for shape in found.shapes if shape.has_chart]
    for series, turned in zip(chart.plots[0].series, ("worse", "better"), strict=True):
        counts = Counter(row["unit_name"] for row in rows if row["turned"] == turned)
        assert {name: n for name, n in zip(chart.plots[0].categories, series.values, strict=True) if n} == counts
    cells = table_of(found)
    told = [f"{row['unit_name']} · " for way in ("worse", "better") for row in rows if row["turned"] == way]
    assert 0 < len(cells) <= len(told)
    assert all(cell[0].startswith(name) for cell, name in zip(cells, told, strict=False))


@pytest.mark.parametrize("asked", ["where=status:behind", "where=status:met&sort=value", "sort=unit_code"])
def test_a_slide_has_the_rows_that_the_page_shows_in_their_order(
    evaluator: TestClient, submissions: WriteSession, asked: str
) -> None:
    of_target = "month=2019-09&lang=en&" + asked
    rows = rows_of(evaluator, f"progress.csv?target=TG-05A&on=2019-09-30&lang=en&{asked}")
    names = [row["unit_name"] for row in rows if row["unit_code"] != "441200"]
    found = slide(evaluator, f"/targets/TG-05A?{of_target}")
    assert [row[0] for row in table_of(found)] == names
    bars = [category.split(" ", 1)[1] for category in bars_of(found)]
    assert [bar.removesuffix(" (Not reported)") for bar in bars] == names != []
    assert (f"{len(names)} of 12 units shown" in words_of(found)) is ("where" in asked)
    across = asked.replace("=status", "=TG-05A.status").replace("=value", "=TG-05A.value")
    found = slide(evaluator, f"/?month=2019-09&lang=en&{across}&columns=TG-05A,TG-05B")
    cells = table_of(found)
    assert [row[0] for row in cells] == ["Zhaoqing City", *names]
    told = {row["unit_name"]: row["value"] for row in rows}
    assert [row[1].split(" ", 1)[1] for row in cells[1:]] == [told[name] or "Not reported" for name in names]
    assert {len(row) for row in cells} == {3}


def test_what_the_page_does_not_show_its_slide_does_not_either(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    better = slide(evaluator, "/changes?month=2019-09&lang=en&show=better")
    assert table_of(better)
    assert {cell[2] for cell in table_of(better)} <= {"✔ Met", "◐ On track", "▲ Behind"}
    assert "Counties only" in words_of(slide(evaluator, "/leaderboard?month=2019-09&lang=en&show=counties"))
    for page in ("/changes?month=2019-09&show=submissions", "/targets/TG-05A?month=2019-09&where=status:rectifying"):
        assert_no_slide(evaluator, page)


def test_units_to_which_a_target_does_not_apply_are_no_rows_of_its_slide(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    """Nor do they count among those shown; where the page shows them alone there is no slide, and no way to one."""
    body = revision(scope_units=list(COMPARED), effective_from="2019-08-01")
    revise_target(submissions, "TG-05A", principal=EVALUATOR, body=body)
    asked = "/targets/TG-05A?month=2019-09&lang=en&where=status:"
    some = slide(evaluator, f"{asked}met,not_applicable")
    assert len(table_of(some)) == 1
    assert "1 of 3 units shown" in words_of(some)
    assert_no_slide(evaluator, f"{asked}not_applicable")


def test_a_month_in_which_nothing_turned_has_no_slide(evaluator: TestClient, submissions: WriteSession) -> None:
    assert_no_slide(evaluator, "/changes?month=2019-09&period_from=2019-09")


@pytest.mark.parametrize("units", [(), ("441202",), ("441202", "441203", "441204", "441223", "441224", "441225")])
def test_one_unit_or_six_have_no_slide(
    evaluator: TestClient, submissions: WriteSession, units: tuple[str, ...]
) -> None:
    query = "&".join(f"unit={code}" for code in units)
    assert_no_slide(evaluator, f"/compare?{query}&month=2019-09")


def test_documents_are_there_too_and_what_has_no_slide_says_so(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    for page, name in (("/leaderboard?", "leaderboard"), (f"{COMPARE}&", "compare_441202_441203_441204")):
        for form, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
            answer = evaluator.get(f"/slides/{form}{page}month=2019-09")
            assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
            assert f"{name}_2019-09_as-of-" in answer.headers["content-disposition"]
    for address in (
        "/slides/pptx/targets/TG-99",
        "/slides/pptx/tasks",
        "/slides/gif/leaderboard",
        "/slides/pptx/units/1",
    ):
        assert evaluator.get(address).status_code == 404
    assert evaluator.get("/slides/pptx/leaderboard?as_of=999999").status_code == 400


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_sign_in(client: TestClient, page: str) -> None:
    assert client.get(f"/slides/pptx{page}", follow_redirects=False).status_code == 303


def test_a_unit_by_a_target_of_its_own_is_marked_and_its_rule_is_said(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    own = revision(
        for_units=["441202"], threshold="60", due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION]
    )
    revise_target(submissions, "TG-05A", principal=EVALUATOR, body=own)
    for page in ("/targets/TG-05A?month=2019-09&lang=en", f"{COMPARE}&month=2019-09&lang=en"):
        found = slide(evaluator, page)
        text = words_of(found)
        rule = "≥ 60 %" if "TG-05A" in page else "Online rate ≥ 60 %"
        assert f"§ own target: Duanzhou District {rule}, by 31 Dec 2019" in text
        assert str(CITATION["quote"]) in text or "… +" in text
        marked = [cell for row in table_of(found) for cell in row if cell.endswith(" §")]
        assert len(marked) == 1, marked
        if "TG-05A" in page:
            assert "; 1 judged by its own target" in found.shapes.title.text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("page", "cells"),
    [
        ("/targets/TG-05A?month=2019-09&", 1),
        (f"{COMPARE}&month=2019-09&", 1),
        ("/units/441203?month=2019-09&", 1),
        ("/?month=2019-09&sort=-TG-05A.value&", 1),
        ("/units/441202?month=2019-09&", 0),
    ],
)
def test_a_light_set_by_hand_is_marked_and_told(
    evaluator: TestClient, submissions: WriteSession, page: str, cells: int
) -> None:
    set_light(submissions, Light.RED, reason="抽查")
    found = slide(evaluator, f"{page}lang=en")
    assert len([cell for row in table_of(found) for cell in row if "✎" in cell]) == cells
    told = "✎ Light set by hand: Dinghu District Online-processing rate, stage 1: red" in words_of(found)
    assert told is bool(cells)
