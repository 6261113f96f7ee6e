"""Ranks over time, held against the file of the leaderboard: the table, and what the chart says and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.words.figures import unit_name
from tests.dashboard.drawn import nodes
from tests.dashboard.read_back import Row
from tests.dashboard.shown_tables import Draw, Pull, ShownCell, ShownRow, ShownTable, body, month, seen


def _ranks(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    """The months' ranks, a column a month, beside what the chart says where it is pointed at."""
    codes = {unit_name(unit): unit.code for unit in draw.plan.units}
    months = {month(row["period"]): row["period"] for row in file}
    headings = [seen(node) for node in nodes(section) if node["type"] == "Th" and node["props"].get("scope") == "col"]
    drawn = _drawn(section)
    for name, *cells in body(section):
        for heading, cell in zip(headings[1:], cells, strict=True):
            key = {"unit_code": codes[seen(name)], "period": months[heading]}
            height, words = drawn[key["unit_code"], key["period"]]
            yield ShownRow(
                key,
                (
                    ShownCell(seen(cell), ("rank",)),
                    ShownCell(height, ("rank",)),
                    ShownCell(words, ("rank", "score"), {"period": month}),
                ),
            )


def _drawn(section: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """By unit and month: how high the chart has it, and what is said where it is pointed at, below the name."""
    (figure,) = [node["props"]["figure"] for node in nodes(section) if "figure" in node["props"]]
    return {
        (line["meta"], day[:7]): ("" if rank is None else str(rank), words.partition("<br>")[2])
        for line in figure["data"]
        for day, rank, words in zip(line["x"], line["y"], line["customdata"], strict=True)
    }


RANKS: dict[str, ShownTable] = {
    "ranks over time": ShownTable("leaderboard", lambda d: ("/leaderboard", {}), _ranks, section="ranks-over-time")
}
