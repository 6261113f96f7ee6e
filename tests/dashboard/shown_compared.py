"""The table of compare: which columns of its file, and of what was reported last, stand in which cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.dashboard.drawn import of_class, said
from tests.dashboard.read_back import Row
from tests.dashboard.shown_tables import Draw, Pull, ShownCell, ShownRow, ShownTable, body, day, led_to, seen, status


def _compared(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    rows = {(row["target_code"], row["unit_code"]): row for row in file}
    reported = _reported_last(draw, pull)
    for head, demands, *cells in body(of_class(section, "compared-table")):
        target = led_to(head, "/targets/")
        for unit, cell in zip((draw.unit, *draw.others), cells, strict=True):
            row = rows.get((target, unit))
            if row is None:
                assert said(cell) == "—"
                continue
            paces = ("required_pace", "present_pace", "projected_value") if row["status"] != "met" else ()
            reached = {"projected_on": day} if paces and row["projected_value"] else {}
            numbers = ("difference", "value", *(("gap", "shortfall", *paces) if row["gap"] else ()), "last_value")
            last = reported.get((target, unit), ("", "")) if row["status"] == "no_data" else ("", "")
            yield ShownRow(
                {"target_code": target, "unit_code": unit},
                (
                    ShownCell(seen(demands), ("threshold",), {"due_on": day}),
                    ShownCell(seen(cell), numbers, {"status": status, "last_period": str, **reached}),
                ),
                {"last_period": last[0], "last_value": last[1]},
            )


def _reported_last(draw: Draw, pull: Pull) -> dict[tuple[str, str], tuple[str, str]]:
    """By target and unit the newest month up to the one drawn with a value of its indicator, and that value."""
    units = [draw.unit, *draw.others]
    verdicts = pull("progress", on=draw.on, unit=units)
    judged_by = {(row["target_code"], row["unit_code"]): row["indicator_code"] for row in verdicts}
    known = [row for row in pull("rates", unit=units, period_to=draw.month) if row["value"]]
    newest = {(row["indicator_code"], row["unit_code"]): row for row in sorted(known, key=lambda row: row["period"])}
    return {
        (target, unit): (newest[indicator, unit]["period"], newest[indicator, unit]["value"])
        for (target, unit), indicator in judged_by.items()
        if (indicator, unit) in newest
    }


COMPARED = {
    "compare": ShownTable("comparison", lambda d: ("/compare", {"unit": [d.unit, *d.others]}), _compared),
}
