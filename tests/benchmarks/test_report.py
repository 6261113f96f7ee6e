"""The document of what was measured: every figure of its JSON once, with its reach and what missed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.measured import write_kept

NO_PLANS = Path("/nowhere")
TAKEN = {"date": "2026-11-30", "revision": "abc1234", "load": 0.5}
FIGURE = {"check": "P11", "work": "help", "size": "one", "amount": 4.8, "reference": "pass", "unit": "×", **TAKEN}
HELP = {**FIGURE, "at_most": 10, "at_least": None, "beside": {"ms": 152.2}}
RESULTS = {
    "machine": "2 cores",
    "figures": [
        HELP,
        {**FIGURE, "check": "files", "at_most": None, "at_least": None, "beside": {}},
        {**FIGURE, "check": "P2", "amount": 0.5, "at_most": None, "at_least": 0.9, "beside": {}},
    ],
}


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a run left behind, and a document of the test's own to draw into."""
    monkeypatch.setattr(report, "FIGURES", tmp_path / "performance.json")
    monkeypatch.setattr(report, "PLANS_KEPT", tmp_path / "plans.json")
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "performance.md")
    (tmp_path / "performance.md").write_text("# Before\n\n<!-- drawn: figures -->\nold\n<!-- end -->\nafter\n")
    write_kept(RESULTS, tmp_path / "bench.json")
    return tmp_path / "bench.json"


def test_every_figure_is_a_row_by_the_number_of_its_check(measured: Path) -> None:
    assert report.main(measured, NO_PLANS) == 0
    text = report.DOCUMENT.read_text(encoding="utf-8")
    assert text.startswith("# Before\n\n<!-- drawn: figures -->\n**2 cores**\n")
    assert text.endswith("<!-- end -->\nafter\n")
    rows = [line.split(" | ") for line in text.splitlines() if "abc1234" in line]
    assert [row[0] for row in rows] == ["| P2", "| P11", "| files"]
    assert [row[5] for row in rows] == ["≥ 0.9 × **missed**", "≤ 10 ×", ""]
    assert rows[1][3:] == ["4.8 ×", "pass", "≤ 10 ×", "ms 152", "2026-11-30, abc1234, load 0.5 |"]


def test_each_machine_has_a_table_and_keeps_what_it_did_not_measure_again(measured: Path, tmp_path: Path) -> None:
    other = {"machine": "4 cores", "figures": [HELP]}
    again = {"machine": "2 cores", "figures": [{**HELP, "amount": 3.25, "revision": "def5678"}]}
    report.main(measured, NO_PLANS)
    for results in (other, again):
        write_kept(results, tmp_path / "bench.json")
        report.main(measured, NO_PLANS)
    lines = report.DOCUMENT.read_text(encoding="utf-8").splitlines()
    two, four = lines.index("**2 cores**"), lines.index("**4 cores**")
    assert two < four
    assert [(line.split(" | ")[0], "def5678" in line) for line in lines[two:four] if "ms" in line or "P2" in line] == [
        ("| P2", False),
        ("| P11", True),
    ]
    assert sum("4.8 ×" in line for line in lines[four:]) == 1


def test_nothing_is_drawn_of_nothing(measured: Path, tmp_path: Path) -> None:
    assert report.main(tmp_path / "none.json", NO_PLANS) == 1
    assert "old" in report.DOCUMENT.read_text(encoding="utf-8")


def test_the_plans_of_each_path_are_drawn_now_and_before(measured: Path, tmp_path: Path) -> None:
    told = {"path": "a page", "size": "2 counties", "milliseconds": 7, "plan": "Aggregate", "plan_before": "Seq Scan"}
    (tmp_path / "told.json").write_text(json.dumps([told | {"milliseconds_before": 1234}]))
    with report.DOCUMENT.open("a") as document:
        document.write("<!-- drawn: plans -->\nold\n<!-- end -->\nlast\n")
    assert report.main(measured, tmp_path / "told.json") == 0
    text = report.DOCUMENT.read_text(encoding="utf-8")
    assert "| P2 |" in text
    assert "<summary>a page, 2 counties: 7 ms now</summary>\n\n```\nAggregate\n```" in text
    assert "<summary>a page, 2 counties: 1,234 ms from figures, before</summary>\n\n```\nSeq Scan\n```" in text
    assert text.endswith("<!-- end -->\nlast\n")
